"""`rr-single-path` on a real VPN of FRRouting: what the tree says is what the kernel does, and a fix changes both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import frr_vpn_topology as topology
from tests.integration.frr_vpn import VpnNetwork
from tests.integration.frr_walks import Walks, story, verdict
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State

FAMILY = ["router bgp 65001", "address-family ipv4 unicast"]
SAME_RD = {"pe2": [*FAMILY, "rd vpn export 10.254.0.1:200"]}


@dataclass(frozen=True, slots=True)
class Bench:
    """The VPN, and the way to its routers."""

    network: VpnNetwork
    walks: Walks

    async def walk(self, *fixes: str, vrf: str = "default", prefix: str = topology.GLOBAL_SITE) -> State:
        parameters = {"route_reflector": "rr", "pe": "pe1,pe2,pe3", "vrf": vrf, "prefix": prefix}
        return await self.walks.walk("rr-single-path", parameters, *fixes)


@pytest.fixture
def bench(vpn_network: VpnNetwork, tmp_path: Path) -> Bench:
    return Bench(vpn_network, Walks.of(vpn_network, tmp_path))


async def test_two_distinguishers_give_two_next_hops_in_the_kernel(bench: Bench) -> None:
    state = await bench.walk()
    assert outcome(state) == "healthy", story(state)
    assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


async def test_one_distinguisher_hides_a_path_and_one_of_its_own_brings_it_back(bench: Bench) -> None:
    with bench.network.changed(**SAME_RD):
        bench.network.wait_paths(1)
        state = await bench.walk("change_rd")
        found = state.diagnoses[0]
        assert (found.id, found.host) == ("same_rd", "pe2"), story(state)
        assert outcome(state) == "fixed", story(state)
        assert [fix.plan.commands[-1] for fix in state.fixes if fix.status == "verified"] == [
            "rd vpn export 10.254.0.2:200"
        ]
        assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


async def test_a_limit_of_one_path_is_found_and_raised(bench: Bench) -> None:
    with bench.network.changed(pe3=[*FAMILY, "maximum-paths 1", "maximum-paths ibgp 1"]):
        bench.network.wait_paths(1)
        state = await bench.walk("set_maximum_paths")
        found = state.diagnoses[0]
        assert (found.id, found.host) == ("no_maximum_paths", "pe3"), story(state)
        assert outcome(state) == "fixed", story(state)
        assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"pe2": [*FAMILY, "rt vpn export 65001:999"]}, ("target_not_imported", "pe3")),
        ({"pe2": [*FAMILY, "no redistribute static route-map SITE"]}, ("not_redistributed", "pe2")),
        ({"pe2": [*FAMILY, "no export vpn"]}, ("no_export_target", "pe2")),
        ({"pe2": ["router bgp 65001", "neighbor 10.254.0.9 shutdown"]}, ("session_down", "pe2")),
        (
            {"pe2": ["route-map LOW permit 10", "set local-preference 50", *FAMILY, "route-map vpn export LOW"]},
            ("paths_differ", "pe3"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_a_fault_of_one_pe_is_found_there(
    bench: Bench, lines: dict[str, list[str]], expected: tuple[str, str]
) -> None:
    with bench.network.changed(**lines):
        bench.network.wait_paths(1)
        state = await bench.walk()
    assert verdict(state) == expected, story(state)


async def test_a_vrf_proper_is_followed_into_a_kernel_that_may_refuse_its_labels(bench: Bench) -> None:
    """Without MPLS in the kernel the route of the VRF is selected and refused: BGP alone would look healthy."""
    state = await bench.walk(vrf=topology.VRF, prefix=topology.SITE)
    expected = ("shared_load", None) if Path("/proc/sys/net/mpls").exists() else ("not_forwarded", "pe3")
    assert verdict(state) == expected, story(state)


async def test_a_vrf_proper_with_one_distinguisher(bench: Bench) -> None:
    family = [f"router bgp 65001 vrf {topology.VRF}", "address-family ipv4 unicast"]
    with bench.network.changed(pe2=[*family, "rd vpn export 10.254.0.1:100"]):
        state = await bench.walk(vrf=topology.VRF, prefix=topology.SITE)
    assert verdict(state) == ("same_rd", "pe2"), story(state)
