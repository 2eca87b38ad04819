"""What simulated Windows hosts answered over WinRM gives the same verdict and the same proof as captured evidence."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.contract.hosts_support import running
from tests.contract.windows_support import faults
from troubleshoot.core.state import State
from troubleshoot.session.sources import captured

# One recording proves these; a host that is down cannot be recorded.
CASES = [
    (problem, fault)
    for problem in ("scvmm-operation-timeout", "terminal-sessions")
    for fault, spec in faults(problem).items()
    if spec.outcome is None
]


def verdict(state: State) -> tuple[Any, ...]:
    """Conclusion, host, way, and the proof as people read it."""
    assert state.conclusion is not None
    proof = [(item.host, item.command, item.text.splitlines()) for item in state.conclusion.evidence]
    return state.conclusion.id, state.conclusion.host, [step.step for step in state.path], proof


def recorded(state: State) -> dict[str, Any]:
    """The answers as a captures file has them."""
    hosts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for seen in state.observations:
        for part in seen.parts:
            hosts[seen.host].append({"command": part.command, "exit_code": part.exit_code, "output": part.text})
    return {"hosts": {name: {"platform": "windows", "commands": commands} for name, commands in hosts.items()}}


@pytest.mark.parametrize(("problem", "fault"), CASES, ids=[f"{problem}-{fault}" for problem, fault in CASES])
async def test_captured_evidence_gives_the_same_verdict(problem: str, fault: str, tmp_path: Path) -> None:
    async with running(problem, fault) as lab:
        live = await lab.walk()
        file = tmp_path / "captures.yaml"
        file.write_text(json.dumps(recorded(live), ensure_ascii=True), encoding="utf-8")  # JSON is YAML
        offline = await lab.walk(source=captured(file))
    assert verdict(offline) == verdict(live)
