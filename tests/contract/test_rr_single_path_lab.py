"""rr-single-path against the lab over SSH: one reflector, four PEs. Every fault is found; every fix does what it says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.contract.network_support import Running, Stale, faults, found, rehearse, shown, steps
from tests.contract.vpn_support import assert_found, exits
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State

PROBLEM = "rr-single-path"
FAULTS = faults(PROBLEM)
BOTH = {"pe1", "pe2"}
VRF = "vrf definition VRF_A"

# fault, fix, the router it is sent to, lines it sends
CURES = [
    ("no_maximum_paths", "set_maximum_paths", "pe3", ["router bgp 65001", "maximum-paths ibgp 4"]),
    ("maximum_paths_global", "set_maximum_paths", "pe3", ["router bgp 65001", "maximum-paths ibgp 4"]),
    ("maximum_paths_ebgp", "set_maximum_paths", "pe3", ["router bgp 65001", "maximum-paths ibgp 4"]),
    ("import_missing", "import_target", "pe3", [VRF, "route-target import 65001:200"]),
    ("import_missing_classic", "import_target", "pe3", ["ip vrf VRF_A", "route-target import 65001:200"]),
]
CURED = pytest.mark.parametrize(("fault", "fix", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])

# By hand, and beside the point.
MISTAKES = [
    ("no_maximum_paths", "pe3", ["router bgp 65001", "address-family ipv4", "maximum-paths ibgp 4"]),
    ("no_maximum_paths", "pe3", ["router bgp 65001", "address-family ipv4 vrf VRF_A", "maximum-paths 4"]),
    ("import_missing", "pe3", [VRF, "address-family ipv4", "route-target import 65001:102"]),
    ("same_rd", "pe3", ["router bgp 65001", "address-family ipv4 vrf VRF_A", "maximum-paths ibgp 8"]),
    ("metric_differs", "pe3", ["router bgp 65001", "address-family ipv4 vrf VRF_A", "maximum-paths ibgp 8"]),
    ("backup_exit", "pe3", ["router bgp 65001", "bgp bestpath as-path multipath-relax"]),
]


def done(state: State) -> list[tuple[str, str, str]]:
    """The fixes that were sent, and what became of them."""
    return [(r.plan.id, r.plan.host, r.status) for r in state.fixes if r.status not in ("offered", "declined")]


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        await assert_found(running, FAULTS[fault])


@CURED
async def test_the_right_fix_cures(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert exits(running, "pe3") == {"pe1"}
        state = await running.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert [(record.plan.host, record.status) for record in state.fixes] == [(host, "verified")]
        assert exits(running, "pe3") == BOTH
        assert {line: running.typed(host).count(line) for line in lines} == dict.fromkeys(lines, 1)


@CURED
async def test_rollback_leaves_no_trace(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        before = await running.configuration(host)
        state = await running.walk(fix, journal=tmp_path / "journal.db", source=Stale(running.source))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert await running.configuration(host) == before
        assert {line: running.typed(host).count(line) >= 1 for line in lines} == dict.fromkeys(lines, True)


async def test_what_nobody_imports_is_imported_pe_by_pe(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "export_wrong", tmp_path) as running:
        state = await running.walk("import_target", journal=tmp_path / "journal.db")
        assert done(state) == [("import_target", "pe3", "verified"), ("import_target", "pe4", "verified")]
        assert (exits(running, "pe3"), exits(running, "pe4")) == (BOTH, BOTH)
    assert outcome(state) == "fixed", shown(state)


@pytest.mark.parametrize(("fault", "host", "lines"), MISTAKES)
async def test_the_wrong_repair_does_not_come_out_healthy(
    fault: str, host: str, lines: Sequence[str], tmp_path: Path
) -> None:
    spec = FAULTS[fault]
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        await running.source.configure(host, list(lines), deadline=20)
        running.clock.time += 300
        state = await running.walk()
        assert exits(running, "pe3") == {"pe1"}
    assert found(state) == (spec.diagnosis, spec.host), steps(state)


# --- the change of a distinguisher ------------------------------------------------------------------------------------


async def halves(running: Running, folder: Path) -> tuple[State, State]:
    """Both halves, each from a walk of its own."""
    first = await running.walk("free_rd", journal=folder / "first.db")
    running.clock.time += 60
    return first, await running.walk("set_rd", journal=folder / "second.db")


@pytest.mark.parametrize(
    ("fault", "parent"),
    [("same_rd", VRF), ("same_rd_everywhere", VRF), ("same_rd_classic", "ip vrf VRF_A")],
)
async def test_a_new_distinguisher_in_two_halves(fault: str, parent: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        before = await running.configuration("pe2")
        first, second = await halves(running, tmp_path)
        after = await running.configuration("pe2")
        assert done(first) == [("free_rd", "pe2", "verified")], shown(first)
        assert outcome(second) == "fixed", (shown(second), steps(second))
        assert (exits(running, "pe3"), exits(running, "pe4")) == (BOTH, BOTH)
        typed = running.typed("pe2")
    changed = set(before.splitlines()) ^ set(after.splitlines())
    assert {line.strip() for line in changed if "bytes" not in line} == {
        next(line.strip() for line in before.splitlines() if line.startswith(" rd ")),
        next(line.strip() for line in after.splitlines() if line.startswith(" rd ")),
    }, "everything but the distinguisher is as it was"
    assert typed.count(parent) == 2


async def test_a_half_done_change_is_seen_and_taken_back(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "same_rd", tmp_path) as running:
        before = await running.configuration("pe2")
        first = await running.walk("free_rd", journal=tmp_path / "first.db")
        assert done(first) == [("free_rd", "pe2", "verified")], shown(first)
        assert exits(running, "pe3") == {"pe1"}, "the site lives on the other exit"
        running.clock.time += 60
        again = await running.walk()
        assert found(again) == ("rd_not_set", "pe2")
        back = await running.walk("restore_rd", journal=tmp_path / "back.db")
        assert done(back) == [("restore_rd", "pe2", "verified")], shown(back)
        assert await running.configuration("pe2") == before


async def test_the_first_half_is_rolled_back_when_it_cannot_be_verified(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "same_rd", tmp_path) as running:
        before = await running.configuration("pe2")
        state = await running.walk("free_rd", journal=tmp_path / "journal.db", source=Stale(running.source))
        assert done(state) == [("free_rd", "pe2", "rolled_back")], shown(state)
        assert await running.configuration("pe2") == before


async def test_old_software_refuses_and_nothing_is_changed(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "same_rd_old_release", tmp_path) as running:
        before = await running.configuration("pe2")
        state = await running.walk("free_rd", journal=tmp_path / "journal.db")
        assert outcome(state) not in ("fixed", "healthy"), shown(state)
        assert await running.configuration("pe2") == before
        assert exits(running, "pe3") == {"pe1"}


async def test_without_a_saved_copy_the_first_half_is_not_offered(tmp_path: Path) -> None:
    async with rehearse(PROBLEM, "same_rd", tmp_path) as running:
        family = ["router bgp 65001", "address-family ipv4 vrf VRF_A", "neighbor 10.1.2.2 weight 0"]
        await running.source.configure("pe2", [*family[:2], "neighbor 10.1.2.2 description dc"], deadline=20)
        before = await running.configuration("pe2")
        state = await running.walk("free_rd", journal=tmp_path / "journal.db")
        assert found(state) == ("same_rd", "pe2")
        assert [record.status for record in state.fixes if record.status == "verified"] == []
        assert await running.configuration("pe2") == before
