"""What every Windows problem promises on its lab over WinRM, fault by fault.

Each fault leads to its own diagnosis at its host, a whole lab is healthy, and where the evidence is out of reach nothing
is concluded and no fix is offered. Looking changes nothing, and the answers give the same verdict and proof as captures.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from tests.contract.windows_support import PROBLEMS, Door, faults, fixes, found, incident, running, steps, trees
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.model import CollectStep
from troubleshoot.core.state import State
from troubleshoot.lab.description import Fault
from troubleshoot.session.sources import HubSource, captured
from troubleshoot.transports.base import OnChunk, Output

# The spellings of what changes a host in any of the fixes, as the hosts' own logs have them.
CHANGES: Final = re.compile(
    r" set |\bnet (?:start|stop) |schtasks|logoff|reset session"
    r"|-dspublish|addstore|delstore|-pulse|/replicate|/syncall|PutEx|Set-Content|-ca\.cert"
    r"|dsmod|/sc_reset|/resync|-Repair|resetpwd|Reset-Computer|Add-Computer"
    r"|/Create|/Delete|/setGlobalState|pollad"
    r"|Set-VM|Start-VM|Stop-VM|RequestStateChange|ModifyVirtual|InitiateShutdown"
    r"|\bnlb (?:start|stop|reload|resume)",
    re.IGNORECASE,
)
CASES: Final = [(problem, fault) for problem in PROBLEMS for fault in faults(problem)]


@dataclass(frozen=True, slots=True)
class Walk:
    """One incident: its lab's fault, its end, what was done to the hosts, and what it takes to walk it again."""

    problem: str
    spec: Fault
    state: State
    changed: list[str]
    parameters: dict[str, Any]
    addresses: dict[str, tuple[str, ...]]

    @property
    def compared(self) -> bool:
        """Did it lead through a step that observes several times?"""
        nodes = (trees(self.problem)[entry.tree].steps[entry.step] for entry in self.state.path)
        return any(isinstance(node, CollectStep) and node.samples > 1 for node in nodes)


class Watched(Door):
    """Remembers what was sent in order to change something."""

    def __init__(self, inner: HubSource) -> None:
        super().__init__(inner)
        self.sent: list[str] = []

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self.sent.append(command)
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)


async def walked(problem: str, fault: str) -> Walk:
    """Consent to every fix where none may be offered, and to none elsewhere."""
    spec = faults(problem)[fault]
    async with running(problem, fault) as lab:
        source = Watched(lab.source)
        consent = fixes(problem) if spec.outcome else ()
        state = await lab.walk(*consent, source=source, risk=Risk.IRREVERSIBLE)
        changed = source.sent + [line for line in lab.ran() if CHANGES.search(line)]
        addresses = {host.name: host.addresses for host in lab.lab.hosts}
        return Walk(problem, spec, state, changed, dict(lab.lab.parameters), addresses)


@pytest.fixture(
    scope="module",
    params=[pytest.param(case, marks=pytest.mark.xdist_group("/".join(case)), id="-".join(case)) for case in CASES],
)
def walk(request: pytest.FixtureRequest) -> Walk:
    """One walk for all that is promised about it."""
    return asyncio.run(walked(*request.param))


def test_the_fault_is_found_at_its_host(walk: Walk) -> None:
    expected = "diagnosed" if walk.spec.diagnosis else walk.spec.outcome or "healthy"
    assert outcome(walk.state) == expected, steps(walk.state)
    if walk.spec.diagnosis:
        assert found(walk.state) == (walk.spec.diagnosis, walk.spec.host)
    if expected != "inconclusive":
        assert walk.state.conclusion is not None
        assert walk.state.conclusion.evidence, "a verdict without proof"


def test_looking_changes_nothing_and_what_cannot_be_told_offers_no_fix(walk: Walk) -> None:
    assert walk.changed == []
    if walk.spec.outcome or walk.spec.diagnosis is None:
        assert walk.state.fixes == ()


async def test_captured_evidence_gives_the_same_verdict(walk: Walk, tmp_path: Path) -> None:
    """Except where the verdict rests on a change: that one capture does not show."""
    if walk.spec.outcome:
        pytest.skip("a host that does not answer cannot be recorded")
    file = tmp_path / "captures.yaml"
    file.write_text(json.dumps(recorded(walk), ensure_ascii=True), encoding="utf-8")  # JSON is YAML
    offline = await incident(walk.problem, captured(file), walk.parameters)
    if walk.compared:
        assert outcome(offline) == "inconclusive"
    else:
        assert verdict(offline) == verdict(walk.state)


def verdict(state: State) -> tuple[Any, ...]:
    """Conclusion, host, way, and the proof as people read it."""
    assert state.conclusion is not None
    proof = [(item.host, item.command, item.text.splitlines()) for item in state.conclusion.evidence]
    return *found(state), [step.step for step in state.path], proof


def recorded(walk: Walk) -> dict[str, Any]:
    """The answers as a captures file has them."""
    commands: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for seen in walk.state.observations:
        for part in seen.parts:
            commands[seen.host].append({"command": part.command, "exit_code": part.exit_code, "output": part.text})
    hosts = {
        name: {"platform": "windows", "addresses": walk.addresses[name], "commands": told}
        for name, told in commands.items()
    }
    return {"hosts": hosts}
