"""Recorded cases are read and typed; what is wrong is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.errors import AuthorError
from troubleshoot.trees.cases import load_case, load_cases

CASE = """\
title: PIM is missing on one router
parameters: {source: 198.51.100.7, group: 233.252.0.1, peers: [pe1, pe2]}
answers: {ask_rp: 010}
captures: evidence.yaml
expect:
  outcome: diagnosed
  diagnosis: pim_missing
  host: r3
  path: [state@r5, pim@r3]
  evidence: ["Incoming interface: Null"]
"""
INLINE = """\
title: All is well
parameters: {}
hosts:
  r1: {platform: ios, commands: [{command: show version, output: x}]}
expect: {outcome: healthy, diagnosis: null, host: null}
"""


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    cases = tmp_path / "cases"
    cases.mkdir()
    (cases / "evidence.yaml").write_text("hosts: {r1: {platform: ios}}\n", encoding="utf-8")
    (cases / "missing.yaml").write_text(CASE, encoding="utf-8")
    (cases / "fine.yaml").write_text(INLINE, encoding="utf-8")
    return tmp_path


def test_cases_come_in_the_order_of_their_names(problem: Path) -> None:
    fine, missing = load_cases(problem)
    assert (fine.name, missing.name) == ("fine", "missing")
    assert missing.parameters == {"source": "198.51.100.7", "group": "233.252.0.1", "peers": "pe1,pe2"}
    assert missing.answers == {"ask_rp": "010"}
    assert missing.captures == problem / "cases" / "evidence.yaml"
    assert missing.hosts is None
    assert missing.expect.path == ("state@r5", "pim@r3")
    assert missing.expect.evidence == ("Incoming interface: Null",)
    assert missing.expect.diagnosis == "pim_missing"


def test_evidence_may_stand_in_the_case(problem: Path) -> None:
    fine = load_cases(problem)[0]
    assert fine.captures is None
    assert fine.hosts is not None
    assert isinstance(fine.hosts.value, dict)
    assert list(fine.hosts.value) == ["r1"]
    assert fine.hosts.line == 4
    assert (fine.expect.outcome, fine.expect.diagnosis, fine.expect.host) == ("healthy", None, None)


def test_a_problem_without_cases_has_none(tmp_path: Path) -> None:
    assert load_cases(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("outcome: diagnosed", "outcome: diagnose", "unknown outcome 'diagnose'; did you mean 'diagnosed'?"),
        ("captures: evidence.yaml", "captures: none.yaml", "there is no file 'none.yaml'"),
        ("captures: evidence.yaml", "captures: ../../../etc/passwd", "is outside of the problem's folder"),
        ("captures: evidence.yaml\n", "", "either `captures` with a file name or `hosts`"),
        ("captures: evidence.yaml\n", "captures: evidence.yaml\nhosts: {}\n", "either `captures`"),
        ("title: PIM", "titel: PIM", "unknown key 'titel'; did you mean 'title'?"),
        ("path: [state@r5, pim@r3]", "path: state@r5", "a list is expected here"),
        ("[pe1, pe2]", "[pe1, 'pe2,pe3']", "text is expected here"),
    ],
)
def test_mistakes_are_told(problem: Path, old: str, new: str, told: str) -> None:
    path = problem / "cases" / "missing.yaml"
    path.write_text(CASE.replace(old, new), encoding="utf-8")
    with pytest.raises(AuthorError) as caught:
        load_case(path)
    assert told in caught.value.message
    assert caught.value.message.startswith(f"{path}:")
