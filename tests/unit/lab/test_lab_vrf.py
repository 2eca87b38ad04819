"""VRFs on the command line: members and addresses, the two forms, what a change of the route distinguisher costs."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from troubleshoot.lab.description import configure
from troubleshoot.lab.ios.running import lines
from troubleshoot.lab.network.bgp.config import Bgp, FamilyKey
from troubleshoot.lab.network.model import Interface, Router
from troubleshoot.lab.network.vrf import Vrfs

SERVER = IPv4Address("10.20.0.10")
FAMILY = ("router bgp 65001", "address-family ipv4 vrf VRF_A")
GIVEN_BACK = (*FAMILY, "redistribute connected", "neighbor 10.1.2.2 remote-as 65010", "maximum-paths ibgp 4")


def config(bench: Any, router: str) -> Router:
    found: Router = bench.world.network.routers[router]
    return found


def interface(bench: Any, router: str, name: str = "GigabitEthernet0/1") -> Interface:
    found = config(bench, router).interface(name)
    assert found is not None
    return found


def test_a_vrf_has_a_table_of_its_own(vpn: Any) -> None:
    bench = vpn()
    assert bench.world.state.ribs["pe3"].lookup(SERVER) is None
    assert bench.world.state.ribs["pe3:VRF_A"].lookup(SERVER) is not None
    assert bench.world.state.ribs["pe3:VRF_A"].lookup(IPv4Address("10.254.0.1")) is None
    assert "10.254.0.1/32" in bench.show("pe3", "show ip route")
    assert "GigabitEthernet0/1" not in bench.show("pe3", "show ip route")


@pytest.mark.parametrize(("definition", "member"), [("vrf definition B", "vrf"), ("ip vrf B", "ip vrf")])
def test_entering_a_vrf_takes_the_address_from_the_interface(vpn: Any, definition: str, member: str) -> None:
    bench = vpn()
    bench.configure("p1", definition)
    answers = bench.configure("p1", "interface Gi0/2", f"{member} forwarding B")
    removed = "% Interface GigabitEthernet0/2 IPv4 disabled and address(es) removed due to enabling VRF B"
    assert answers == ["", removed]
    assert (interface(bench, "p1", "GigabitEthernet0/2").vrf, interface(bench, "p1", "GigabitEthernet0/2").address) == (
        "B",
        None,
    )
    assert bench.configure("p1", "interface Gi0/2", f"{member} forwarding B") == ["", ""], "once more changes nothing"
    bench.configure("p1", "interface Gi0/2", "ip address 10.9.9.1 255.255.255.0")
    left = bench.configure("p1", "interface Gi0/2", f"no {member} forwarding B")
    assert left == ["", removed.replace("enabling", "disabling")]
    assert interface(bench, "p1", "GigabitEthernet0/2").address is None


def test_each_form_has_its_own_parent_and_member_line(vpn: Any) -> None:
    bench = vpn()
    bench.configure("p1", "ip vrf OLD", "vrf definition NEW")
    assert bench.configure("p1", "vrf definition OLD") == ["% VRF OLD is already defined by 'ip vrf'"]
    assert bench.configure("p1", "interface Gi0/2", "vrf forwarding OLD")[1].startswith("% Use 'ip vrf forwarding'")
    assert bench.configure("p1", "interface Gi0/2", "ip vrf forwarding NEW")[1].startswith("% Use 'vrf forwarding'")
    assert bench.configure("p1", "interface Gi0/2", "vrf forwarding NONE")[1] == "% VRF NONE not configured."
    assert config(bench, "p1").interface("GigabitEthernet0/2").vrf == ""  # type: ignore[union-attr]
    assert "invalid" in bench.configure("p1", "vrf definition NEW", "route-target import 1:1")[1].lower()
    assert bench.configure("p1", "ip vrf OLD", "route-target both 1:1") == ["", ""]


def test_names_are_case_sensitive_and_unknown_vrfs_are_refused(vpn: Any) -> None:
    bench = vpn()
    for command in (
        "show ip route vrf vrf_a",
        "show ip cef vrf vrf_a 10.20.0.0/16",
        "show bgp vpnv4 unicast vrf vrf_a",
        "ping vrf vrf_a 10.20.0.10",
        "traceroute vrf vrf_a 10.20.0.10",
        "show ip pim vrf vrf_a neighbor",
    ):
        assert bench.show("pe3", command) == "% VRF vrf_a does not exist", command
    assert bench.show("pe3", "show ip vrf detail vrf_a") == "% No VRF named vrf_a"


def test_a_distinguisher_that_is_set_is_not_replaced(vpn: Any) -> None:
    bench = vpn()
    before = config(bench, "pe2")
    assert bench.configure("pe2", "vrf definition VRF_A", "rd 65001:102") == ["", ""]
    refused = bench.configure("pe2", "vrf definition VRF_A", "rd 65001:777")[1]
    assert refused.startswith("% ")
    assert config(bench, "pe2") == before


def test_removing_the_distinguisher_takes_the_bgp_family_and_frees_it_later(vpn: Any) -> None:
    bench = vpn()
    before = config(bench, "pe2")
    answer = bench.configure("pe2", "vrf definition VRF_A", "no rd 65001:102")[1]
    assert answer == '% "rd 65001:102" for VRF VRF_A scheduled for deletion'
    assert FamilyKey("ipv4", "VRF_A") not in config(bench, "pe2").part(Bgp).families
    assert interface(bench, "pe2") == before.interface("GigabitEthernet0/1"), "members and addresses stay"
    assert "default RD <not set>" in bench.show("pe2", "show vrf detail VRF_A")

    busy = '% Deletion of "rd" in progress; wait for it to complete'
    assert bench.configure("pe2", "vrf definition VRF_A", "rd 65001:102")[1] == busy
    bench.clock += 19.0
    assert bench.configure("pe2", "vrf definition VRF_A", "rd 10.254.0.2:102")[1] == busy
    assert bench.configure("pe2", *FAMILY)[1].startswith("% "), "without a distinguisher there is no family"
    bench.clock += 2.0
    assert bench.configure("pe2", "vrf definition VRF_A", "rd 65001:102")[1] == ""
    bench.configure("pe2", *GIVEN_BACK[:3], "neighbor 10.1.2.2 remote-as 65010", "neighbor 10.1.2.2 description ce1")
    bench.configure("pe2", *FAMILY, "maximum-paths ibgp 4")
    assert config(bench, "pe2") == before


def test_a_new_distinguisher_cures_what_an_equal_one_broke(vpn: Any) -> None:
    bench = vpn("same_rd")

    def hops() -> int:
        return len(bench.world.state.ribs["pe3:VRF_A"].lookup(SERVER).next_hops)

    assert hops() == 1
    bench.configure("pe2", "vrf definition VRF_A", "no rd")
    bench.clock += 30.0
    bench.configure("pe2", "vrf definition VRF_A", "rd 10.254.0.2:101", *GIVEN_BACK)
    assert hops() == 2


def test_old_software_wants_the_vrf_deleted(vpn: Any) -> None:
    bench = vpn("same_rd_old_release")
    before = config(bench, "pe2")
    refused = '% Do "no ip vrf VRF_A" before redefining the VRF'
    assert bench.configure("pe2", "ip vrf VRF_A", "rd 65001:102")[1] == refused
    assert bench.configure("pe2", "ip vrf VRF_A", "no rd")[1] == refused
    assert config(bench, "pe2") == before
    assert "Version 12.4(24)T" in bench.show("pe2", "show version")
    assert "% Invalid input" in bench.show("pe2", "show vrf detail VRF_A")
    assert bench.show("pe2", "show ip vrf detail VRF_A").startswith("VRF VRF_A; default RD 65001:101; default VPNID")


def test_deleting_a_vrf_takes_members_addresses_routes_and_bgp_and_lasts_a_while(vpn: Any) -> None:
    bench = vpn("not_redistributed")
    answer = bench.configure("pe2", "no vrf definition VRF_A")
    assert answer == ["% IPv4 addresses from all interfaces in VRF VRF_A have been removed"]
    gone = config(bench, "pe2")
    assert (gone.part(Vrfs), interface(bench, "pe2").vrf, interface(bench, "pe2").address) == (Vrfs(), "", None)
    assert FamilyKey("ipv4", "VRF_A") not in gone.part(Bgp).families
    assert "VRF_A" not in bench.show("pe2", "show running-config")
    assert bench.configure("pe2", "vrf definition VRF_A")[0].startswith("% VRF VRF_A deletion in progress")
    bench.clock += 11.0
    assert bench.configure("pe2", "vrf definition VRF_A") == [""]


def test_a_distinguisher_belongs_to_one_vrf_of_a_router(vpn: Any) -> None:
    bench = vpn()
    refused = bench.configure("pe2", "vrf definition B", "rd 65001:102")[1]
    assert refused == "% Cannot set RD, it is in use by VRF VRF_A"
    assert "invalid" in bench.configure("pe2", "vrf definition B", "rd 65001")[1].lower()


def test_static_routes_of_a_vrf(vpn: Any) -> None:
    bench = vpn()
    line = "ip route vrf VRF_A 10.60.0.0 255.255.0.0 10.1.3.2"
    assert bench.configure("pe3", line, line.replace("VRF_A", "NONE")) == ["", "% VRF NONE does not exist"]
    assert 'Known via "static"' in bench.show("pe3", "show ip route vrf VRF_A 10.60.0.1")
    assert bench.show("pe3", "show ip route 10.60.0.1") == "% Subnet not in table"
    assert line in bench.show("pe3", "show running-config vrf VRF_A")
    assert bench.configure("pe3", f"no {line}", f"no {line}") == ["", "%No matching route to delete"]


@pytest.mark.parametrize("problem", ["rr-single-path"])
def test_every_running_configuration_fed_back_gives_the_same_router(vpn: Any, problem: str) -> None:
    from tests.unit.lab.conftest import TREES, network
    from troubleshoot.lab.description import load

    for fault in load(TREES / problem).faults:
        built = network(fault, TREES / problem)
        for name, router in built.routers.items():
            bare = Router(
                name, tuple(Interface(i.name, shutdown=True) for i in router.interfaces), release=router.release
            )
            text = [
                line for line in lines(router) if not line.startswith(("version", "line vty", " login", " transport"))
            ]
            up = [f"interface {i.name}\nno shutdown" for i in router.interfaces if not i.shutdown]
            typed = tuple(line for block in (*text, *up) for line in block.splitlines())
            again = configure(built.with_router(name, bare), name, typed).routers[name]
            assert again == router, (fault, name)


def test_displays_of_a_vrf(vpn: Any) -> None:
    bench = vpn()
    assert bench.show("pe1", "show vrf").splitlines() == [
        "  Name                             Default RD            Protocols   Interfaces",
        "  VRF_A                            65001:101             ipv4        Gi0/1",
    ]
    assert bench.show("pe1", "show ip vrf VRF_A").splitlines()[1].split() == ["VRF_A", "65001:101", "Gi0/1"]
    detail = bench.show("pe1", "show vrf detail VRF_A")
    assert detail.startswith("VRF VRF_A (VRF Id = 1); default RD 65001:101; default VPNID <not set>\n")
    assert "  VRF label allocation mode: per-prefix\n" in detail
    bench.configure("pe1", "mpls label mode vrf VRF_A protocol bgp-vpnv4 per-vrf")
    assert "  VRF label allocation mode: per-vrf (Label 2" in bench.show("pe1", "show vrf detail VRF_A")
