"""bgp-eibgp-loop against the lab over SSH: loops and risks are found, and the fix on one of the PEs ends them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.contract.network_support import Stale, faults, found, rehearse, shown, steps
from tests.contract.vpn_support import assert_found, loops
from troubleshoot.core.fixing import outcome

PROBLEM = "bgp-eibgp-loop"
FAULTS = faults(PROBLEM)
EDGES = ("pe1", "pe2", "pe3")
FAMILY = ["router bgp 65001", "address-family ipv4 vrf VRF_A"]

# fault, fix, lines it sends to pe1
CURES = [
    ("loop", "no_mixing", [*FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"]),
    ("loop", "labels_per_prefix", ["mpls label mode vrf VRF_A protocol bgp-vpnv4 per-prefix"]),
    ("mutual_next_hops", "no_mixing", [*FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"]),
    ("mutual_next_hops", "labels_per_prefix", ["mpls label mode vrf VRF_A protocol bgp-vpnv4 per-prefix"]),
    ("loop_risk", "no_mixing", [*FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"]),
    ("vrf_lite", "no_mixing", [*FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"]),
]
CURED = pytest.mark.parametrize(("fault", "fix", "lines"), CURES, ids=[f"{c[0]}-{c[1]}" for c in CURES])

# By hand, and beside the point.
MISTAKES = [
    ("loop", "pe3", [*FAMILY, "no maximum-paths ibgp"]),
    ("loop", "pe1", [*FAMILY, "maximum-paths eibgp 2"]),
    ("vrf_lite", "pe1", ["mpls label mode vrf VRF_A protocol bgp-vpnv4 per-ce"]),
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert loops(running, *EDGES) == (fault in ("loop", "mutual_next_hops", "vrf_lite"))
        await assert_found(running, FAULTS[fault])


@CURED
async def test_the_right_fix_cures(fault: str, fix: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", (shown(state), steps(state))
        assert [(r.plan.host, r.status) for r in state.fixes if r.plan.id == fix] == [("pe1", "verified")]
        assert not loops(running, *EDGES)
        typed = running.typed("pe1")
        assert {line: typed.count(line) for line in lines} == dict.fromkeys(lines, 1)
        assert not [line for line in running.typed("pe2", "pe3") if line.startswith("conf")]


@CURED
async def test_rollback_leaves_no_trace(fault: str, fix: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        before = await running.configuration("pe1")
        state = await running.walk(fix, journal=tmp_path / "journal.db", source=Stale(running.source))
        done = [(r.plan.id, r.status) for r in state.fixes if r.status not in ("offered", "declined")]
        assert done == [(fix, "rolled_back")], shown(state)
        assert await running.configuration("pe1") == before
        assert all(line in running.typed("pe1") for line in lines)


@pytest.mark.parametrize(("fault", "host", "lines"), MISTAKES)
async def test_the_wrong_repair_does_not_come_out_healthy(
    fault: str, host: str, lines: Sequence[str], tmp_path: Path
) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        await running.source.configure(host, list(lines), deadline=20)
        running.clock.time += 300
        assert loops(running, *EDGES)
        state = await running.walk()
    assert found(state) == (FAULTS[fault].diagnosis, FAULTS[fault].host), steps(state)


async def test_without_a_target_the_tables_are_compared(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "loop", tmp_path) as running:
        running.lab.parameters.pop("target")
        state = await running.walk()
        assert not [line for line in running.typed() if line.startswith("traceroute")]
    assert found(state) == ("mutual_next_hops", "pe1"), steps(state)
