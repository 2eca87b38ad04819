"""rpf-trace against the lab over SSH: every fault is found, and the fix that is offered cures it and nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import Stale
from tests.contract.rpf_trace_support import FAULTS, Rehearsal, Running, picture, rehearse, walk
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.session.sources import HubSource

# fault, fix, the router it is sent to, the lines it sends
CURES = [
    ("pim_missing", "enable_pim", "r3", ["interface GigabitEthernet0/0", "ip pim sparse-mode"]),
    ("pim_neighbor_missing", "enable_pim", "r2", ["interface GigabitEthernet0/1", "ip pim sparse-mode"]),
    ("ecmp_pim", "enable_pim", "r5", ["interface GigabitEthernet0/1", "ip pim sparse-mode"]),
    ("wrong_rp", "replace_rp", "r5", ["no ip pim rp-address 10.255.255.44", "ip pim rp-address 10.255.255.4"]),
    ("rp_mismatch", "replace_rp", "r5", ["no ip pim rp-address 10.255.255.6", "ip pim rp-address 10.255.255.4"]),
    ("no_rp", "set_rp", "r5", ["ip pim rp-address 10.255.255.4"]),
    ("no_multicast_routing", "enable_multicast_routing", "r3", ["ip multicast-routing"]),
    ("static_mroute", "remove_static_mroute", "r3", ["no ip mroute 10.1.12.0 255.255.255.0 10.20.23.9"]),
]
CURED = pytest.mark.parametrize(("fault", "fix", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])
# One of each fix is enough for the way back.
UNDONE = [cure for cure in CURES if cure[0] not in ("pim_neighbor_missing", "ecmp_pim", "rp_mismatch")]

# By hand, and beside the point: PIM on an interface that was never the problem, an RP that does not serve the group.
MISTAKES = [
    ("pim_missing", "r3", ["interface GigabitEthernet0/1", "ip pim sparse-mode"]),
    ("ecmp_pim", "r5", ["interface GigabitEthernet0/0", "ip pim sparse-mode"]),
    ("no_rp", "r5", ["ip pim rp-address 10.255.255.77"]),
    ("static_mroute", "r3", ["no ip mroute 10.1.13.0 255.255.255.0 10.20.23.9"]),
]


def found(state: State) -> tuple[str, str | None]:
    assert state.conclusion is not None
    return state.conclusion.id, state.conclusion.host


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(fault, tmp_path) as running:
        state = await walk(running.source, running.parameters, Rehearsal(clock=running.clock), clock=running.clock)
        changed = [line for host in running.world.network.routers for line in running.typed(host) if "conf" in line]
    assert found(state) == (spec.diagnosis or "healthy", spec.host or "r5"), [entry.step for entry in state.path]
    assert outcome(state) == ("diagnosed" if spec.diagnosis else "healthy")
    assert not [line for line in changed if line.startswith("conf")]
    assert state.conclusion is not None
    assert state.conclusion.evidence, "a verdict without proof"


@CURED
async def test_the_right_fix_cures(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(fault, tmp_path) as running:
        assert not picture(running)
        state = await _applied(running, fix, tmp_path)
        assert outcome(state) == "fixed", [(record.status, record.message) for record in state.fixes]
        assert [(record.plan.host, record.status) for record in state.fixes] == [(host, "verified")]
        assert picture(running)
        assert {line: running.typed(host).count(line) for line in lines} == dict.fromkeys(lines, 1)


async def test_a_simulated_receiver_joins_and_is_taken_back(tmp_path: Path) -> None:
    async with rehearse("no_receiver", tmp_path) as running:
        before = await running.configuration("r5")
        state = await _applied(running, "simulate_receiver", tmp_path)
        assert await running.configuration("r5") == before
        typed = running.typed("r5")
    assert outcome(state) == "diagnosed"
    assert [record.status for record in state.fixes] == ["rolled_back"]
    assert (typed.count("ip igmp join-group 239.1.1.1"), typed.count("no ip igmp join-group 239.1.1.1")) == (1, 1)
    checked = [seen for seen in state.observations if seen.name == "igmp_groups"][-1]
    assert "Loopback0" in checked.parts[0].text, "the router was a member while the test lasted"


async def _applied(running: Running, fix: str, tmp_path: Path, source: HubSource | None = None) -> State:
    front = running.applying(fix)
    door = source or running.source
    return await walk(door, running.parameters, front, clock=running.clock, journal=tmp_path / "journal.db")


@pytest.mark.parametrize(("fault", "host", "lines"), MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
async def test_the_wrong_fix_does_not_heal(fault: str, host: str, lines: list[str], tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(fault, tmp_path) as running:
        await running.source.configure(host, lines, deadline=20)
        running.clock.time += 300
        state = await walk(running.source, running.parameters, Rehearsal(clock=running.clock), clock=running.clock)
        assert not picture(running)
    assert state.conclusion is not None
    assert state.conclusion.verdict == "diagnosis"
    assert state.conclusion.host == spec.host
    if fault != "no_rp":  # there the wrong line makes another fault of it
        assert state.conclusion.id == spec.diagnosis


@pytest.mark.parametrize(("fault", "fix", "host", "lines"), UNDONE, ids=[cure[0] for cure in UNDONE])
async def test_rollback_leaves_no_trace(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(fault, tmp_path) as running:
        before = await running.configuration(host)
        state = await _applied(running, fix, tmp_path, Stale(running.source, words=3))
        assert [record.status for record in state.fixes] == ["rolled_back"], state.fixes[0].message
        assert outcome(state) == "rolled_back"
        assert await running.configuration(host) == before
        assert {line: running.typed(host).count(line) >= 1 for line in lines} == dict.fromkeys(lines, True)
