"""``lab.yaml`` is read strictly, and what it says can be told from any mistake in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.lab.description import build, list_faults, load
from troubleshoot.lab.network.multicast import compute

RPF_TRACE = Path(__file__).parents[3] / "decision_trees" / "rpf-trace"
MINIMAL = """\
title: one router
parameters: {router: r1}
routers:
  r1: {config: [interface GigabitEthernet0/0, ip address 10.0.0.1 255.255.255.0, no shutdown]}
segments: {lan: [r1 GigabitEthernet0/0]}
faults:
  healthy: {title: fine}
"""


def write(folder: Path, text: str) -> Path:
    (folder / "lab.yaml").write_text(text, encoding="utf-8")
    return folder


def test_rpf_trace_lab_promises_its_default_stream() -> None:
    lab = load(RPF_TRACE)
    assert lab.parameters == {"source": "10.1.12.4", "group": "239.1.1.1", "router": "r5"}
    assert len(lab.routers) >= 6


def test_every_fault_of_rpf_trace_builds_and_blacks_out_the_player() -> None:
    description, faults = load(RPF_TRACE), list_faults(RPF_TRACE)
    pictures = {name: bool(compute(build(description, name)).delivered) for name in faults}
    assert pictures == {name: name == "healthy" for name in faults}
    assert all(f.title and (f.diagnosis is None) == (name == "healthy") for name, f in faults.items())
    assert all(f.host in description.routers for name, f in faults.items() if name != "healthy")


def test_minimal_lab(tmp_path: Path) -> None:
    network = build(load(write(tmp_path, MINIMAL)))
    assert [str(a) for a in network.routers["r1"].addresses()] == ["10.0.0.1"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (MINIMAL + "extra: 1\n", "lab.yaml:8:8: extra"),
        (MINIMAL + "title: again\n", "title"),
        (MINIMAL.replace("one router", "!!python/name:os.system x"), "lab.yaml:1:8"),
        (MINIMAL.replace("one router", "&a x"), "lab.yaml:1:8"),
        (MINIMAL.replace("10.0.0.1 255.255.255.0", "10.0.0.1"), "refused: ip address 10.0.0.1"),
        ("title: [", "lab.yaml"),
    ],
)
def test_mistakes_are_the_authors(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(AuthorError, match=message.replace("[", r"\[")):
        build(load(write(tmp_path, text)))


def test_missing_lab_and_unknown_fault_are_the_operators(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match="cannot be read"):
        load(tmp_path)
    with pytest.raises(OperatorError, match="no such fault: nope") as caught:
        build(load(RPF_TRACE), "nope")
    assert "pim_missing" in caught.value.hint
