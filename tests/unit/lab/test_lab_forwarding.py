"""Where packets of a VPN really go: labels, hops, loops between two edge routers."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from troubleshoot.lab.network.forwarding import End, Walk

SERVER, OTHER, DESK = IPv4Address("10.20.0.10"), IPv4Address("10.20.0.11"), IPv4Address("10.50.0.10")
FLOWS = [f"flow {number}" for number in range(40)]
EIBGP = "bgp-eibgp-loop"


def walk(bench: Any, start: str, target: IPv4Address = SERVER, flow: str | None = None) -> Walk:
    found: Walk = bench.world.state.pim.forwarding.walk(start, target, flow)
    return found


def way(bench: Any, start: str, target: IPv4Address = SERVER, flow: str | None = None) -> list[str]:
    return [step.instance for step in walk(bench, start, target, flow).steps]


def ends(bench: Any, start: str) -> set[End]:
    return {walk(bench, start, SERVER, flow).end for flow in FLOWS}


def test_packets_are_switched_by_labels_through_the_core(vpn: Any) -> None:
    found = walk(vpn(), "pe3:VRF_A")
    assert [s.instance for s in found.steps] == ["pe3:VRF_A", "p2", "p1", "pe2:VRF_A", "ce1"]
    assert [len(s.labels) for s in found.steps] == [0, 2, 2, 1, 0], "the last router of the core pops its label"
    assert len({s.labels[-1] for s in found.steps if s.labels}) == 1, "the label of the far PE stays"


def test_flows_share_the_exits_and_each_flow_keeps_to_one(vpn: Any) -> None:
    bench = vpn()
    exits = [way(bench, "pe3:VRF_A", SERVER, flow)[3] for flow in FLOWS]
    assert set(exits) == {"pe1:VRF_A", "pe2:VRF_A"}
    assert exits == [way(bench, "pe3:VRF_A", SERVER, flow)[3] for flow in FLOWS]


def test_customers_reach_each_other_both_ways(vpn: Any) -> None:
    bench = vpn()
    assert way(bench, "ce3")[0] == "ce3"
    assert way(bench, "ce3")[-1] == "ce1"
    assert walk(bench, "ce1", DESK).delivered
    assert "!!!!!" in bench.show("ce1", "ping 10.50.0.10 source GigabitEthernet0/2")


def test_a_core_link_without_labels_drops_what_bgp_believes_in(vpn: Any) -> None:
    bench = vpn()
    bench.configure("p2", "interface GigabitEthernet0/0", "no mpls ip")
    assert walk(bench, "pe3:VRF_A").end is End.NO_LABEL
    assert "10.254.0.1" in bench.show("pe3", "show ip route vrf VRF_A 10.20.0.0"), "the table does not know"
    assert "....." in bench.show("pe3", "ping vrf VRF_A 10.20.0.10")
    bench.configure("pe3", "interface GigabitEthernet0/0", "no mpls ip")
    assert "unusable: no label" in bench.show("pe3", "show ip cef vrf VRF_A 10.20.0.0/16 detail")


def test_no_route_and_nobody_there(vpn: Any) -> None:
    bench = vpn()
    assert walk(bench, "pe3:VRF_A", IPv4Address("10.99.0.1")).end is End.NO_ROUTE
    assert walk(bench, "pe3:VRF_A", IPv4Address("10.20.0.77")).end is End.NO_NEIGHBOR
    assert walk(bench, "pe3", SERVER).end is End.NO_ROUTE, "the global table knows no customer"


@pytest.mark.parametrize("fault", ["loop", "vrf_lite"])
def test_two_mixing_edge_routers_that_look_up_again_loop_for_some_flows(vpn: Any, fault: str) -> None:
    bench = vpn(fault, EIBGP)
    for start in ("pe1:VRF_A", "pe2:VRF_A"):
        assert ends(bench, start) == {End.DELIVERED, End.LOOP}
    shown = bench.show("pe1", "traceroute vrf VRF_A 10.20.0.11 numeric ttl 1 12").splitlines()[3:]
    assert len(shown) == 12
    assert len({line.split()[1] for line in shown}) < 5, shown


@pytest.mark.parametrize(
    "fault", ["healthy", "labels_per_prefix", "labels_per_ce", "one_mixes", "one_lookup", "labels_per_vrf", "loop_risk"]
)
def test_everything_else_delivers_every_flow(vpn: Any, fault: str) -> None:
    bench = vpn(fault, EIBGP)
    for start in ("pe1:VRF_A", "pe2:VRF_A", "pe3:VRF_A"):
        assert ends(bench, start) == {End.DELIVERED}


def test_the_one_server_is_reached_the_other_one_loops(vpn: Any) -> None:
    bench = vpn("loop", EIBGP)
    assert "!!!!!" in bench.show("pe1", "ping vrf VRF_A 10.20.0.10")
    assert "....." in bench.show("pe1", "ping vrf VRF_A 10.20.0.11")


@pytest.mark.parametrize(
    "lines",
    [
        ("mpls label mode vrf VRF_A protocol bgp-vpnv4 per-prefix",),
        ("mpls label mode all-vrfs protocol all-afs per-ce",),
        ("router bgp 65001", "address-family ipv4 vrf VRF_A", "no maximum-paths eibgp", "maximum-paths ibgp 4"),
    ],
    ids=["labels per prefix", "labels per CE", "not mixed"],
)
def test_a_change_on_one_of_the_two_ends_the_loop(vpn: Any, lines: tuple[str, ...]) -> None:
    bench = vpn("loop", EIBGP)
    assert bench.configure("pe1", *lines) == [""] * len(lines)
    for start in ("pe1:VRF_A", "pe2:VRF_A", "pe3:VRF_A"):
        assert ends(bench, start) == {End.DELIVERED}


def test_traceroute_shapes(vpn: Any) -> None:
    bench = vpn()
    shown = bench.show("pe3", "traceroute vrf VRF_A 10.20.0.10").splitlines()
    assert shown[:3] == [
        "Type escape sequence to abort.",
        "Tracing the route to 10.20.0.10",
        "VRF info: (vrf in name/id, vrf out name/id)",
    ]
    assert [line.split()[:2] for line in shown[3:]] == [
        ["1", "10.0.3.2"],
        ["2", "10.0.12.1"],
        ["3", "10.0.2.1"],
        ["4", "10.1.2.2"],
        ["5", "10.20.0.10"],
    ]
    assert "[MPLS: Labels " in shown[3]
    assert "[MPLS: Label " in shown[5]
    silent = bench.show("pe3", "traceroute vrf VRF_A 10.99.0.1 timeout 1 probe 2 ttl 1 4").splitlines()[3:]
    assert [line.split() for line in silent] == [[str(n), "*", "*"] for n in range(1, 5)]
    assert bench.show("pe3", "traceroute 10.254.0.1").splitlines()[-1].split()[:2] == ["3", "10.0.1.1"]
