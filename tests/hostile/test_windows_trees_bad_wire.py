"""Every Windows tree on a wire that fails: it ends, and its verdict is *cannot tell* or the one of a good wire.

What the transport makes of each failure is tested in test_winrm_hostile.py; here whole incidents run on it.
"""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.windows_support import running
from troubleshoot import strict_yaml
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.lab.description import load
from troubleshoot.session.wiring import library

LIBRARY: Final = library()
PROBLEMS: Final = [name for name in LIBRARY.ids() if load(LIBRARY.folder(name)).windows is not None]
SOAK: Final = bool(os.environ.get("TROUBLESHOOT_SOAK"))
LONGEST: Final = 60.0  # seconds for one incident

SHELL_QUOTA, SHELL_GONE = 2150859173, 2150858843
ALWAYS: Final[dict[str, dict[str, Any]]] = {
    "nobody_listens": {"closed": True},
    "wrong_password": {"wrong_password": True},
    "no_rights": {"access_denied": True},
    "no_shells": {"shells_refused": True},
    "quota": {"disturbances": [{"action": "Create", "kind": "fault", "code": SHELL_QUOTA}]},
    "empty_500": {"disturbances": [{"action": "Command", "kind": "status", "status": 500}]},
    "no_soap": {"disturbances": [{"action": "Receive", "kind": "garble"}]},
    "dies_at_every_receive": {"disturbances": [{"action": "Receive", "kind": "half"}]},
}
ONCE: Final[dict[str, dict[str, Any]]] = {
    "reset": {"kind": "reset"},
    "half_an_answer": {"kind": "half"},
    "shell_gone": {"kind": "fault", "code": SHELL_GONE},
    "empty_400": {"kind": "status", "status": 400},
}
KTH: Final = range(1, 16) if SOAK else (1, 3)


def first_fault(problem: str) -> str:
    return load(LIBRARY.folder(problem)).first.fault


def with_wire(problem: str, wire: dict[str, Any], folder: Path) -> str:
    """Write the problem's lab with its first fault and this wire on every host; returns the name of the fault."""
    plain: Any = strict_yaml.to_plain(strict_yaml.load_file(LIBRARY.folder(problem) / "lab.yaml"))
    for host in plain["windows"]["hosts"].values():
        host["wire"] = wire
    fault = first_fault(problem)
    plain["faults"] = {fault: plain["faults"][fault]}
    plain.pop("demo", None)
    text = json.dumps(plain).replace(": null", ": ")  # an empty section is empty, not the word
    (folder / "lab.yaml").write_text(text, encoding="utf-8")
    return fault


async def walked(problem: str, wire: dict[str, Any], folder: Path) -> State:
    fault = with_wire(problem, _texts(wire), folder)
    async with asyncio.timeout(LONGEST), running(problem, fault, folder) as lab:
        return await lab.walk()


def _texts(value: Any) -> Any:
    """A lab file holds texts only."""
    if isinstance(value, dict):
        return {key: _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("wire", ALWAYS)
@pytest.mark.parametrize("problem", PROBLEMS)
async def test_a_wire_that_never_works_tells_nothing(problem: str, wire: str, tmp_path: Path) -> None:
    state = await walked(problem, ALWAYS[wire], tmp_path)
    assert outcome(state) == "inconclusive", [entry.step for entry in state.path]
    assert state.fixes == ()
    troubles = [seen for seen in state.observations if seen.trouble is not None]
    assert troubles and all(seen.message for seen in troubles)


@pytest.mark.parametrize("kth", KTH)
@pytest.mark.parametrize("once", ONCE)
@pytest.mark.parametrize("problem", PROBLEMS)
async def test_one_failure_changes_no_verdict(problem: str, once: str, kth: int, tmp_path: Path) -> None:
    disturbance = {"action": "Receive", "nth": kth, **ONCE[once]}
    state = await walked(problem, {"disturbances": [disturbance]}, tmp_path)
    wanted = load(LIBRARY.folder(problem)).faults[first_fault(problem)]
    assert state.conclusion is not None
    if outcome(state) != "inconclusive":
        assert (state.conclusion.id, state.conclusion.host) == (wanted.diagnosis, wanted.host)
