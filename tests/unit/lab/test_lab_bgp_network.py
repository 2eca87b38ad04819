"""BGP of the whole network: sessions, reflection, import, routes, labels."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest

from troubleshoot.lab.network.bgp.path import Net
from troubleshoot.lab.network.bgp.peering import End, Phase
from troubleshoot.lab.network.bgp.state import next_hops

PREFIX = IPv4Network("10.20.0.0/16")
SERVER, DESK = IPv4Address("10.20.0.10"), IPv4Address("10.50.0.10")
FAMILY = ("router bgp 65001", "address-family ipv4 vrf VRF_A")
VPNV4 = ("router bgp 65001", "address-family vpnv4")


def hops(bench: Any, router: str, vrf: str = "VRF_A", target: IPv4Address = SERVER) -> list[str]:
    """The next hops in use, as text."""
    return [str(h.address) for h in next_hops(bench.world.state.bgp, f"{router}:{vrf}", target)]


def known(bench: Any, router: str) -> dict[str, int]:
    """How many paths to the data center a router has under each RD."""
    table = bench.world.state.bgp.outcome.tables[router]
    return {net.rd: len(chosen.paths) for net, chosen in table.items() if net.prefix == PREFIX}


def phase(bench: Any, router: str, neighbor: str, vrf: str = "") -> str:
    return str(bench.world.state.bgp.peering.sessions[End(router, vrf, IPv4Address(neighbor))].phase)


def test_different_distinguishers_are_both_reflected_imported_and_used(vpn: Any) -> None:
    bench = vpn()
    assert known(bench, "rr1") == {"65001:101": 1, "65001:102": 1}
    assert known(bench, "pe3") == {"65001:101": 1, "65001:102": 1, "65001:103": 2}
    assert hops(bench, "pe3") == ["10.254.0.1", "10.254.0.2"]
    assert hops(bench, "pe1") == ["10.1.1.2"], "a PE of the site prefers its own path"


def test_of_one_distinguisher_only_the_best_path_is_reflected(vpn: Any) -> None:
    bench = vpn("same_rd")
    assert known(bench, "rr1") == {"65001:101": 2}
    assert known(bench, "pe3") == {"65001:101": 1, "65001:103": 1}
    assert known(bench, "pe2") == {"65001:101": 2}
    assert hops(bench, "pe3") == ["10.254.0.1"]


def test_a_reflected_path_names_originator_and_cluster(vpn: Any) -> None:
    chosen = vpn().world.state.bgp.chosen("pe3", Net("65001:102", PREFIX))
    path = chosen.best
    assert (str(path.originator), [str(c) for c in path.cluster_list]) == ("10.254.0.2", ["10.254.0.9"])
    assert (str(path.next_hop), path.targets, path.local_pref) == ("10.254.0.2", {"65001:100"}, 100)


def test_without_reflection_paths_of_ibgp_stay_where_they_are(vpn: Any) -> None:
    bench = vpn()
    for last in (1, 2, 3, 4):
        bench.configure("rr1", *VPNV4, f"no neighbor 10.254.0.{last} route-reflector-client")
    assert known(bench, "pe3") == {}
    bench.configure("rr1", *VPNV4, "neighbor 10.254.0.3 route-reflector-client")
    assert known(bench, "pe3") == {"65001:101": 1, "65001:102": 1, "65001:103": 2}, "a client hears all"
    assert known(bench, "pe1") == {"65001:101": 1}, "no client hears no other non-client"


@pytest.mark.parametrize(
    ("router", "neighbor", "lines", "near", "far"),
    [
        ("pe2", "10.254.0.9", ["neighbor 10.254.0.9 shutdown"], "Idle (Admin)", "Active"),
        ("pe2", "10.254.0.9", ["neighbor 10.254.0.9 remote-as 65002"], "Idle", "Active"),
        ("pe2", "10.254.0.9", ["no neighbor 10.254.0.9 update-source"], "Established", "Established"),
        ("pe2", "10.254.0.9", ["address-family vpnv4", "no neighbor 10.254.0.9 activate"], "Idle", "Active"),
    ],
    ids=["shut", "wrong AS", "source of one side is enough", "no family"],
)
def test_sessions_come_up_only_when_both_ends_agree(
    vpn: Any, router: str, neighbor: str, lines: list[str], near: str, far: str
) -> None:
    bench = vpn()
    bench.configure(router, "router bgp 65001", *lines)
    assert (phase(bench, router, neighbor), phase(bench, "rr1", "10.254.0.2")) == (near, far)


def test_no_route_no_session(vpn: Any) -> None:
    bench = vpn()
    bench.configure("p1", "interface Gi0/2", "shutdown")
    assert phase(bench, "rr1", "10.254.0.2") == Phase.IDLE
    assert known(bench, "rr1") == {"65001:101": 1}
    assert phase(bench, "pe2", "10.1.2.2", "VRF_A") == Phase.UP, "the customer is still there"


def test_a_neighbor_in_another_as_must_be_on_the_link(vpn: Any) -> None:
    bench = vpn()
    bench.configure("ce1", "interface Loopback0", "ip address 10.1.9.9 255.255.255.255")
    bench.configure("ce1", "router bgp 65010", "neighbor 10.1.1.1 update-source Loopback0")
    assert phase(bench, "pe1", "10.1.1.2", "VRF_A") == Phase.UP, "the PE opens it from the other side"
    bench.configure("pe1", *FAMILY, "no neighbor 10.1.1.2", "neighbor 10.1.9.9 remote-as 65010")
    assert phase(bench, "pe1", "10.1.9.9", "VRF_A") == Phase.IDLE
    bench.configure("pe1", "ip route vrf VRF_A 10.1.9.9 255.255.255.255 10.1.1.2")
    assert phase(bench, "pe1", "10.1.9.9", "VRF_A") == Phase.IDLE
    bench.configure("pe1", *FAMILY, "neighbor 10.1.9.9 ebgp-multihop 2")
    assert phase(bench, "pe1", "10.1.9.9", "VRF_A") == Phase.UP


def test_route_targets_alone_decide_what_enters_a_vrf(vpn: Any) -> None:
    bench = vpn("import_missing")
    assert (hops(bench, "pe3"), hops(bench, "pe4")) == (["10.254.0.1"], ["10.254.0.1", "10.254.0.2"])
    assert "65001:102" not in known(bench, "pe3"), "a PE drops what no VRF imports"
    assert known(bench, "rr1")["65001:102"] == 1, "a reflector keeps it"
    bench.configure("pe3", "vrf definition VRF_A", "address-family ipv4", "route-target import 65001:200")
    assert hops(bench, "pe3") == ["10.254.0.1", "10.254.0.2"]


def test_without_extended_communities_nobody_can_import(vpn: Any) -> None:
    bench = vpn("communities_not_sent")
    assert (known(bench, "rr1"), hops(bench, "pe3")) == ({"65001:101": 1, "65001:102": 1}, ["10.254.0.1"])


def test_a_path_whose_next_hop_is_not_reachable_is_neither_best_nor_imported(vpn: Any) -> None:
    bench = vpn("next_hop_unreachable")
    assert bench.world.state.bgp.chosen("pe3", Net("65001:102", PREFIX)).best is None
    assert known(bench, "pe3")["65001:103"] == 1
    shown = bench.show("pe3", "show bgp vpnv4 unicast all 10.20.0.0/16")
    assert "10.254.0.2 (inaccessible) (via default) from 10.254.0.9" in shown
    assert "Paths: (1 available, no best path, no table)" in shown


def test_an_unequal_path_of_the_own_customer_is_not_told_unless_best_external_is(vpn: Any) -> None:
    bench = vpn("backup_exit")
    assert (known(bench, "rr1"), hops(bench, "pe2")) == ({"65001:101": 1}, ["10.254.0.1"])
    bench.configure("pe2", *VPNV4, "bgp advertise-best-external")
    assert known(bench, "rr1") == {"65001:101": 1, "65001:102": 1}
    assert hops(bench, "pe3") == ["10.254.0.1"], "the longer AS path does not share"


def test_a_shadow_reflector_sends_the_second_best_path(vpn: Any) -> None:
    bench = vpn("same_rd_everywhere")
    bench.configure(
        "rr1", *VPNV4, "bgp additional-paths select backup", "neighbor 10.254.0.3 advertise diverse-path backup"
    )
    assert hops(bench, "pe3") == ["10.254.0.2"]
    assert hops(bench, "pe4") == ["10.254.0.1"]


def test_of_a_foreign_distinguisher_one_path_is_imported_unless_more_are_asked_for(vpn: Any) -> None:
    bench = vpn("same_rd")
    family = ("router bgp 65001", "address-family vpnv4")
    bench.configure(
        "pe1", "router bgp 65001", "neighbor 10.254.0.3 remote-as 65001", "neighbor 10.254.0.3 update-source Lo0"
    )
    bench.configure(
        "pe3", "router bgp 65001", "neighbor 10.254.0.1 remote-as 65001", "neighbor 10.254.0.1 update-source Lo0"
    )
    bench.configure(
        "rr1", *family, "bgp additional-paths select backup", "neighbor 10.254.0.3 advertise diverse-path backup"
    )
    for router, peer in (("pe1", "10.254.0.3"), ("pe3", "10.254.0.1")):
        bench.configure(router, *family, f"neighbor {peer} activate")
    assert known(bench, "pe3") == {"65001:101": 2, "65001:103": 1}
    bench.configure("pe3", *FAMILY, "import path selection all", "import path limit 4")
    assert known(bench, "pe3") == {"65001:101": 2, "65001:103": 2}
    assert hops(bench, "pe3") == ["10.254.0.1", "10.254.0.2"]


def test_routes_of_another_vrf_of_the_same_router_are_imported_too(vpn: Any) -> None:
    bench = vpn()
    extranet = ("vrf definition OTHER", "rd 65001:900", "address-family ipv4", "route-target import 65001:100")
    bench.configure("pe1", *extranet, "router bgp 65001", "address-family ipv4 vrf OTHER")
    assert hops(bench, "pe1", "OTHER") == ["10.1.1.2"]
    shown = bench.show("pe1", "show bgp vpnv4 unicast vrf OTHER 10.20.0.0/16")
    assert "imported path from 65001:101:10.20.0.0/16 (VRF_A)" in shown
    assert "* 10.1.1.2 (VRF_A), from 10.1.1.2" in bench.show("pe1", "show ip route vrf OTHER 10.20.0.0")
    assert bench.world.state.pim.forwarding.walk("pe1:OTHER", SERVER).delivered


def test_a_prefix_is_announced_only_while_it_is_in_the_routing_table(vpn: Any) -> None:
    bench = vpn()
    bench.configure("ce1", "interface Gi0/2", "shutdown")
    assert known(bench, "rr1") == {}
    assert hops(bench, "pe3") == []


def test_a_path_with_the_own_as_is_a_loop(vpn: Any) -> None:
    bench = vpn()
    bench.configure("ce4", "no router bgp 65040", "router bgp 65010", "network 10.40.0.0 mask 255.255.0.0")
    bench.configure("ce4", "router bgp 65010", "neighbor 10.1.4.1 remote-as 65001")
    bench.configure("pe4", *FAMILY, "neighbor 10.1.4.2 remote-as 65010")
    assert not bench.world.state.ribs["ce4"].lookup(SERVER)
    bench.configure("pe4", *FAMILY, "neighbor 10.1.4.2 as-override")
    assert bench.world.state.ribs["ce4"].lookup(SERVER)


@pytest.mark.parametrize(
    ("fault", "attribute", "value"),
    [
        ("local_preference_differs", "local_pref", 90),
        ("med_differs", "med", 50),
        ("as_path_differs", "as_path", (65010, 65010)),
    ],
)
def test_route_maps_change_what_is_told(vpn: Any, fault: str, attribute: str, value: object) -> None:
    chosen = vpn(fault).world.state.bgp.chosen("rr1", Net("65001:102", PREFIX))
    assert getattr(chosen.best, attribute) == value


def test_a_route_map_that_does_not_exist_lets_nothing_pass(vpn: Any) -> None:
    bench = vpn()
    bench.configure("pe2", *VPNV4, "neighbor 10.254.0.9 route-map NOWHERE out")
    assert known(bench, "rr1") == {"65001:101": 1}


def test_redistribution_takes_all_of_a_protocol(vpn: Any) -> None:
    bench = vpn("not_redistributed")
    bench.configure("pe2", *FAMILY, "redistribute static")
    assert known(bench, "rr1") == {"65001:102": 1}, "its AS path is shorter, so pe1 does not tell its own any more"
    path = bench.world.state.bgp.chosen("rr1", Net("65001:102", PREFIX)).best
    assert (path.origin.name, path.as_path) == ("INCOMPLETE", ())
