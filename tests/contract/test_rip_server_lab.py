"""rip-server-loopback against the lab: one walk over SSH, WinRM and DNS finds each fault, and the fix cures it."""

from __future__ import annotations

from ipaddress import IPv4Address
from pathlib import Path

import pytest

from tests.contract.network_support import Running, faults, found, rehearse, shown, steps
from troubleshoot.core.fixing import outcome

PROBLEM = "rip-server-loopback"
FAULTS = faults(PROBLEM)

# fault, fix, the host it is sent to, the lines it sends
CURES = [
    ("auto_summary", "no_auto_summary", "edge", ["router rip", "no auto-summary"]),
    ("version_not_set", "set_version", "edge", ["router rip", "version 2"]),
    ("not_in_rip", "add_network", "edge", ["router rip", "network 10.10.0.50"]),
    ("wrong_receive", "receive_both", "edge", ["interface Vlan20", "no ip rip receive version"]),
    ("passive_towards", "not_passive", "edge", ["router rip", "no passive-interface GigabitEthernet0/0"]),
    ("one_path", "more_paths", "edge", ["router rip", "maximum-paths 4"]),
    ("no_subnets", "with_subnets", "far", ["router ospf 1", "redistribute rip subnets"]),
]
CURED = pytest.mark.parametrize(("fault", "fix", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])

# By hand, and beside the point.
MISTAKES = [
    ("auto_summary", "far", ["router rip", "no auto-summary"]),
    ("not_in_rip", "edge", ["router rip", "network 192.168.5.0"]),
    ("no_subnets", "far", ["router rip", "version 2"]),
]


def arrives(running: Running) -> bool:
    """The lab's own truth: two ways beside the server, and exactly the /32 on every router."""
    address = IPv4Address(running.parameters["loopback"])
    ribs = running.world.state.ribs
    routes = [ribs[name].lookup(address) for name in ("edge", "far", "core")]
    exact = [route is not None and route.prefix.prefixlen == 32 for route in routes]
    return all(exact) and routes[0] is not None and len(routes[0].next_hops) == 2


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk()
        typed = running.typed("edge", "far", "core")
    if spec.outcome is not None:
        assert outcome(state) == "inconclusive", steps(state)
        assert not state.fixes
        return
    assert found(state)[0] == (spec.diagnosis or "reachable"), steps(state)
    assert found(state)[1] == (spec.host or "edge")
    assert outcome(state) == ("diagnosed" if spec.diagnosis else "healthy")
    assert not [line for line in typed if line.startswith("conf")]
    assert state.conclusion is not None and state.conclusion.evidence, "a verdict without proof"


@CURED
async def test_the_right_fix_cures(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert not arrives(running)
        state = await running.walk(fix, journal=tmp_path / "journal.sqlite3")
        assert outcome(state) == "fixed", shown(state)
        assert [(record[1], record[2]) for record in shown(state)] == [(host, "verified")]
        assert arrives(running)
        assert {line: running.typed(host).count(line) for line in lines} == dict.fromkeys(lines, 1)


@pytest.mark.parametrize(("fault", "host", "lines"), MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
async def test_a_wrong_repair_is_not_healthy(fault: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        await running.source.configure(host, lines, deadline=20)
        state = await running.walk()
    assert found(state) == (FAULTS[fault].diagnosis, FAULTS[fault].host), steps(state)
