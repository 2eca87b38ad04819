"""mvpn-extranet against the lab over SSH: VRFs, tunnels and a core. Every fault is found, every fix brings the stream."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import Running, Stale, faults, found, rehearse, shown, steps, trees
from tests.figures import share
from troubleshoot.core.fixing import outcome

PROBLEM = "mvpn-extranet"
FAULTS = faults(PROBLEM)


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk()
        changed = [line for line in running.typed() if line.startswith("conf")]
    assert state.conclusion is not None
    if spec.diagnosis:
        assert found(state) == (spec.diagnosis, spec.host), steps(state)
    else:
        assert outcome(state) == (spec.outcome or "healthy"), steps(state)
    assert changed == []
    assert state.conclusion.evidence, "a verdict without proof"


# fault, fix, the router it is sent to, the lines it sends
CURES = [
    ("global_off_at_source", "enable_global_multicast", "pe1", ["ip multicast-routing"]),
    ("global_off_at_receivers", "enable_global_multicast", "pe2", ["ip multicast-routing"]),
    ("vrf_off_at_source", "enable_vrf_multicast", "pe1", ["ip multicast-routing vrf VRF-GREEN"]),
    ("vrf_off_at_receivers", "enable_vrf_multicast", "pe2", ["ip multicast-routing vrf VRF-BLUE"]),
    ("carrier_off_at_receivers", "enable_vrf_multicast", "pe2", ["ip multicast-routing vrf VRF-GREEN"]),
    ("no_mdt_at_source", "set_mdt", "pe1", ["vrf definition VRF-GREEN", "mdt default 239.192.1.1"]),
    ("no_mdt_at_receivers", "set_mdt", "pe2", ["vrf definition VRF-GREEN", "mdt default 239.192.1.1"]),
    ("mdt_differs", "replace_mdt", "pe2", ["no mdt default 239.192.1.2", "mdt default 239.192.1.1"]),
    ("loopback_without_pim", "pim_on_loopback", "pe1", ["interface Loopback0", "ip pim sparse-mode"]),
    ("loopback_without_pim_at_receivers", "pim_on_loopback", "pe2", ["interface Loopback0", "ip pim sparse-mode"]),
    ("mdt_family_missing", "activate_mdt", "pe2", ["address-family ipv4 mdt", "neighbor 10.254.0.9 activate"]),
    (
        "reflector_family_missing",
        "activate_mdt_client",
        "rr1",
        ["neighbor 10.254.0.1 activate", "neighbor 10.254.0.1 route-reflector-client"],
    ),
    ("no_rp_at_source", "set_rp", "pe1", ["ip pim vrf VRF-GREEN rp-address 10.60.0.1"]),
    ("no_rp_at_receivers", "set_rp", "pe2", ["ip pim vrf VRF-BLUE rp-address 10.60.0.1"]),
    ("no_rp_in_carrier", "set_rp", "pe2", ["ip pim vrf VRF-GREEN rp-address 10.60.0.1"]),
    ("rp_differs", "replace_rp", "pe2", ["no ip pim vrf VRF-BLUE rp-address 10.72.1.1"]),
    ("rp_differs_in_carrier", "replace_rp", "pe2", ["ip pim vrf VRF-GREEN rp-address 10.60.0.1"]),
    ("ce_without_pim", "enable_pim", "ce1", ["interface GigabitEthernet0/0", "ip pim sparse-mode"]),
    ("core_link_without_pim", "enable_pim", "pe2", ["interface GigabitEthernet0/0", "ip pim sparse-mode"]),
    ("equal_paths", "share_paths", "pe2", ["ip multicast multipath s-g-hash next-hop-based"]),
]


# Sharing is about capacity; and without PIM at the customer's router the RP gets the packets in Registers.
STILL_SEEN = ("equal_paths", "ce_without_pim")


def blue_sees_it(running: Running) -> bool:
    """Whether the receiver in the other VPN gets the packets, whatever the tree says."""
    return "blue" in {receiver for receiver, _, _ in running.world.state.delivered}


@pytest.mark.parametrize(("fault", "fix", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])
async def test_the_fix_brings_the_stream(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert blue_sees_it(running) == (fault in STILL_SEEN)
        state = await running.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", (shown(state), steps(state))
        assert [(record.plan.id, record.status) for record in state.fixes] == [(fix, "verified")]
        assert {line: running.typed(host).count(line) for line in lines} == dict.fromkeys(lines, 1)
        assert blue_sees_it(running)


UNDONE = share(CURES, 2)


@pytest.mark.parametrize(("fault", "fix", "host"), [cure[:3] for cure in UNDONE], ids=[cure[0] for cure in UNDONE])
async def test_the_rollback_leaves_no_trace(fault: str, fix: str, host: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        before = await running.configuration(host)
        state = await running.walk(fix, source=Stale(running.source), journal=tmp_path / "journal.db")
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert await running.configuration(host) == before


def test_every_fix_of_the_tree_is_tried() -> None:
    tried = {fix for _, fix, _, _ in CURES}
    assert set(trees(PROBLEM)[PROBLEM].fixes) <= tried
