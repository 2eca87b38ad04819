"""Damaged evidence of the recorded cases of the VPN: it never makes another verdict, and above all never *healthy*."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.contract.damaged_support import Damage, Damaged, damages
from tests.contract.network_support import Rehearsal, incident
from troubleshoot.core.kinds import Platform
from troubleshoot.core.state import Conclusion, State
from troubleshoot.trees.cases import Case, load_case

TREES = Path(__file__).resolve().parents[2] / "decision_trees"
CASES = [
    path for problem in ("rr-single-path", "bgp-eibgp-loop") for path in sorted((TREES / problem / "cases").glob("*"))
]
EACH = 3  # damages per case; `make soak` tries all of them
# What a damaged second opinion may leave: the same finding on the same host, without the confirmation.
WEAKER = {
    ("loop", "mutual_next_hops"),
    ("loop", "loop_risk"),
    ("mutual_next_hops", "loop_risk"),
    ("next_hop_without_label", "next_hop_unreachable"),
}
# A summary of a VRF that was cut under its heading is what IOS prints where the VRF has no neighbors.
UNTELLABLE = {("ce_session_down", "single_homed")}
# Texts without a count and without an end. Cut behind a whole record (the pattern is how its last line begins), they are
# what a device with less in it prints: then only *healthy* is ruled out.
TABLE, SESSIONS = ("rr_paths", "vpn_paths"), ("rr_sessions", "pe_sessions", "ce_sessions")
CONFIGURATION, FORWARDING = ("vrfs", "bgp_config", "pe_config", "vrf_config"), ("routes", "pe_routes", "forwarding")
ENDS: tuple[tuple[Platform, tuple[str, ...], str], ...] = (
    (Platform.IOS, TABLE, "rx pathid|mpls labels"),
    (Platform.IOS, CONFIGURATION, "exit-address-family|!|RT:"),
    (Platform.IOS, FORWARDING, r"nexthop|Route metric|AS Hops|Route tag|MPLS|\*|\d"),
    (Platform.IOS, SESSIONS, r"Neighbor|\d"),
    (Platform.NXOS, (*TABLE, "pe_paths"), "."),
    (Platform.NXOS, CONFIGURATION, "."),
    (Platform.NXOS, FORWARDING, r"\*|\d|'%|Prefix"),
    (Platform.JUNOS, (*TABLE, "pe_paths"), r"Router ID|Primary Routing|Secondary Tables|[\w.]+\.0: "),
    (Platform.JUNOS, (*CONFIGURATION, *SESSIONS), r"set |\d|Peer"),
    (Platform.JUNOS, FORWARDING, r">|to |\d|\[|AS path|Destination|[\w.]+\.0: "),
    (Platform.FRR, TABLE, "Last update"),
    (Platform.FRR, SESSIONS, r"Neighbor|\d"),
)


def _list(platform: Platform, name: str, text: str) -> bool:
    last = text.rstrip().rpartition("\n")[2].strip()
    return any(platform is p and name in names and re.match(end, last) for p, names, end in ENDS)


async def walk(problem: str, case: Case, damage: Damage | None = None) -> State:
    return await incident(problem, Damaged(case, damage), case.parameters, Rehearsal(answers=case.answers))


def unharmed(own: Conclusion, got: Conclusion, damage: Damage) -> bool:
    if got.verdict == "inconclusive" or (got.id, got.host) == (own.id, own.host):
        return True
    if damage.shorter_list:
        return got.verdict != "healthy" or (own.id, got.id) in UNTELLABLE
    return (own.id, got.id) in WEAKER and got.host == own.host


async def _check(path: Path, limit: int | None) -> None:
    case, problem = load_case(path), path.parents[1].name
    state = await walk(problem, case)
    own = state.conclusion
    assert own is not None
    every = list(damages(state, _list))
    # The name seeds the choice: the same ones in each run, other ones in each case.
    chosen = every if limit is None else random.Random(case.name).sample(every, min(limit, len(every)))
    for damage in chosen:
        got = (await walk(problem, case, damage)).conclusion
        assert got is not None
        assert unharmed(own, got, damage), f"{damage}: {own.id}@{own.host} became {got.id}@{got.host}"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_damaged_evidence_makes_no_other_verdict(path: Path) -> None:
    await _check(path, EACH)


@pytest.mark.soak
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
async def test_no_damage_at_all_makes_another_verdict(path: Path) -> None:
    await _check(path, None)
