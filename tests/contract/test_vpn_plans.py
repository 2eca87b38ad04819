"""What the trees of the VPN would send, read from the recorded cases: the exact lines on every platform."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import rehearse, shown
from tests.contract.vpn_support import exits
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import FixPlan
from troubleshoot.session.tree_tests import run_case
from troubleshoot.trees.cases import load_cases
from troubleshoot.trees.library import Library

TREES = Path(__file__).resolve().parents[2] / "decision_trees"
RR, LOOP = "rr-single-path", "bgp-eibgp-loop"
FAMILY = ("router bgp 65001", "address-family ipv4 vrf VRF_A")
SAVED = ("neighbor 10.1.2.2 remote-as 65010", "neighbor 10.1.2.2 activate")
NX_FAMILY = ("router bgp 65001", "vrf VRF_A", "address-family ipv4 unicast")
INSTANCE = "set routing-instances VRF_A"
MIXED = "routing-options multipath vpn-unequal-cost equal-external-internal"

# problem, case, fix -> lines, lines of the rollback
PLANS: dict[tuple[str, str, str], tuple[tuple[str, ...], tuple[str, ...]]] = {
    (RR, "ios_same_rd", "free_rd"): (
        ("vrf definition VRF_A", "no rd 65001:100"),
        ("vrf definition VRF_A", "rd 65001:100", *FAMILY, *SAVED),
    ),
    (RR, "ios_same_rd_ip_vrf", "free_rd"): (
        ("ip vrf VRF_A", "no rd 65001:100"),
        ("ip vrf VRF_A", "rd 65001:100", *FAMILY, *SAVED),
    ),
    (RR, "ios_rd_not_set", "set_rd"): (("vrf definition VRF_A", "rd 10.254.0.2:100", *FAMILY, *SAVED), ()),
    (RR, "ios_rd_not_set_collision_answered", "set_rd"): (
        ("vrf definition VRF_A", "rd 10.254.0.2:900", *FAMILY, *SAVED),
        (),
    ),
    (RR, "ios_rd_not_set", "restore_rd"): (("vrf definition VRF_A", "rd 65001:100", *FAMILY, *SAVED), ()),
    (RR, "ios_target_not_imported", "import_target"): (
        ("vrf definition VRF_A", "address-family ipv4", "route-target import 65001:999"),
        ("vrf definition VRF_A", "address-family ipv4", "no route-target import 65001:999"),
    ),
    (RR, "ios_target_not_imported_ip_vrf", "import_target"): (
        ("ip vrf VRF_A", "route-target import 65001:999"),
        ("ip vrf VRF_A", "no route-target import 65001:999"),
    ),
    (RR, "nxos_target_not_imported", "import_target"): (
        ("vrf context VRF_A", "address-family ipv4 unicast", "route-target import 65001:999"),
        ("vrf context VRF_A", "address-family ipv4 unicast", "no route-target import 65001:999"),
    ),
    (RR, "ios_maximum_paths_global_only", "set_maximum_paths"): (
        (*FAMILY, "maximum-paths ibgp 4"),
        (*FAMILY, "no maximum-paths ibgp"),
    ),
    (RR, "nxos_no_maximum_paths", "set_maximum_paths"): (
        (*NX_FAMILY, "maximum-paths ibgp 4"),
        (*NX_FAMILY, "no maximum-paths ibgp"),
    ),
    (RR, "junos_no_multipath", "set_maximum_paths"): (
        (f"{INSTANCE} routing-options multipath vpn-unequal-cost",),
        ("delete routing-instances VRF_A routing-options multipath",),
    ),
    (RR, "junos_same_rd", "change_rd"): (
        (f"{INSTANCE} route-distinguisher 10.254.0.2:100",),
        (f"{INSTANCE} route-distinguisher 65001:100",),
    ),
    (RR, "frr_same_rd", "change_rd"): (
        ("router bgp 65001 vrf VRF_A", "address-family ipv4 unicast", "rd vpn export 10.254.0.2:100"),
        ("router bgp 65001 vrf VRF_A", "address-family ipv4 unicast", "rd vpn export 10.254.0.1:100"),
    ),
    (LOOP, "ios_mutual_next_hops", "no_mixing"): (
        (*FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"),
        (*FAMILY, "no maximum-paths ibgp", "maximum-paths eibgp 4"),
    ),
    (LOOP, "ios_mutual_next_hops", "labels_per_prefix"): (
        ("mpls label mode vrf VRF_A protocol bgp-vpnv4 per-prefix",),
        ("mpls label mode vrf VRF_A protocol bgp-vpnv4 per-vrf",),
    ),
    (LOOP, "nxos_no_labels", "no_mixing"): (
        (*NX_FAMILY, "no maximum-paths eibgp", "maximum-paths ibgp 4"),
        (*NX_FAMILY, "no maximum-paths ibgp", "maximum-paths eibgp 4"),
    ),
    (LOOP, "junos_table_label", "no_mixing"): (
        (f"delete routing-instances VRF_A {MIXED}",),
        (f"{INSTANCE} {MIXED}",),
    ),
}

# A plan that lacks what it needs is not offered, and says why.
WITHHELD = [
    (RR, "ios_same_rd_not_saved", "free_rd"),  # the startup configuration is an older one
    (RR, "ios_same_rd_startup_not_captured", "free_rd"),
    (RR, "ios_same_rd_table_not_captured", "free_rd"),  # nobody knows whether the new one is taken
    (RR, "ios_same_rd_collision", "free_rd"),
    (RR, "ios_same_rd_collision_answered_taken", "free_rd"),
    (RR, "ios_rd_not_set_collision", "set_rd"),
    (RR, "ios_rd_not_set_reflector_not_captured", "set_rd"),
    (RR, "junos_same_rd_table_not_captured", "change_rd"),
    (RR, "ios_rd_not_set_nothing_saved", "set_rd"),
    (RR, "ios_rd_not_set_startup_not_captured", "restore_rd"),
    (RR, "ios_target_form_not_captured", "import_target"),
    (RR, "nxos_same_rd", "free_rd"),
    (RR, "nxos_same_rd", "change_rd"),
]


async def plan_of(problem: str, case: str, fix: str) -> FixPlan:
    library = Library((TREES,))
    wanted = next(each for each in load_cases(library.folder(problem)) if each.name == case)
    state = (await run_case(dict(library.closure(problem)), problem, wanted)).state
    return next(record.plan for record in state.fixes if record.plan.id == fix)


@pytest.mark.parametrize("key", PLANS, ids=lambda key: f"{key[1]}-{key[2]}")
async def test_the_lines_of_a_plan(key: tuple[str, str, str]) -> None:
    plan = await plan_of(*key)
    assert (plan.refused, plan.commands, plan.rollback) == ("", *PLANS[key])
    assert plan.rollback or plan.no_rollback
    assert plan.verify_commands


@pytest.mark.parametrize(("problem", "case", "fix"), WITHHELD)
async def test_a_plan_that_lacks_something_is_not_offered(problem: str, case: str, fix: str) -> None:
    plan = await plan_of(problem, case, fix)
    assert plan.refused
    assert plan.commands == ()


async def test_without_a_free_distinguisher_the_way_back_stays_open() -> None:
    for case in ("ios_rd_not_set_collision", "ios_rd_not_set_reflector_not_captured"):
        plan = await plan_of(RR, case, "restore_rd")
        assert (plan.refused, plan.commands[1]) == ("", "rd 65001:100")


async def test_both_halves_follow_each_other_in_one_walk(tmp_path: Path) -> None:
    async with rehearse(RR, "same_rd", tmp_path) as running:
        state = await running.walk("free_rd", "set_rd", journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert [(record.plan.id, record.status) for record in state.fixes][:2] == [
            ("free_rd", "verified"),
            ("set_rd", "verified"),
        ]
        assert exits(running, "pe3") == {"pe1", "pe2"}
