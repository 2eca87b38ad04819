"""BGP on the command line: what is refused, what is written back, what the displays say."""

from __future__ import annotations

from ipaddress import IPv4Address
from typing import Any

import pytest

from troubleshoot.lab.network.bgp.config import VPNV4, Bgp, FamilyKey, Policy

FAMILY = ("router bgp 65001", "address-family ipv4 vrf VRF_A")
ENTRY = "show bgp vpnv4 unicast vrf VRF_A 10.20.0.0/16"


def bgp(bench: Any, router: str) -> Bgp:
    found: Bgp = bench.world.network.routers[router].part(Bgp)
    return found


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["router bgp 65002"], "BGP is already running; AS is 65001"),
        ([*FAMILY[:1], "address-family ipv4 vrf NONE"], "% VRF NONE does not exist or does not have a RD configured"),
        ([*FAMILY, "neighbor 10.9.9.9 activate"], "% Specify remote-as or peer-group commands first"),
        ([*FAMILY, "neighbor 10.9.9.9 shutdown"], "% Specify remote-as or peer-group commands first"),
        ([*FAMILY[:1], "maximum-paths eibgp 4"], "% Maximum-paths eibgp is for address families of a VRF only"),
        ([*FAMILY, "maximum-paths 33"], "% Invalid number of paths"),
        ([*FAMILY, "network 10.20.0.1 mask 255.255.0.0"], "%Inconsistent address and mask"),
        ([*FAMILY[:1], "no address-family ipv4 mdt"], "% No such address family"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(vpn: Any, lines: list[str], answer: str) -> None:
    bench = vpn()
    before = bench.world.network
    assert bench.configure("pe3", *lines)[-1] == answer
    assert bench.world.network == before


def test_eibgp_excludes_the_other_forms(vpn: Any) -> None:
    bench = vpn()
    refused = bench.configure("pe3", *FAMILY, "maximum-paths eibgp 4")[-1]
    assert refused.startswith("% Maximum-paths eibgp cannot be configured together")
    done = bench.configure("pe3", *FAMILY, "no maximum-paths ibgp", "maximum-paths eibgp 4")
    assert done[2:] == ["", ""]
    assert bench.configure("pe3", *FAMILY, "maximum-paths 2")[-1] == refused
    assert "  maximum-paths eibgp 4" in bench.show("pe3", "show running-config | section router bgp")


def test_activation_in_vpnv4_brings_extended_communities(vpn: Any) -> None:
    bench = vpn()

    def policy() -> Policy:
        return bgp(bench, "pe3").family(VPNV4).policy(IPv4Address("10.254.0.9"))

    assert policy().communities == "extended"
    bench.configure("pe3", "router bgp 65001", "address-family vpnv4", "neighbor 10.254.0.9 send-community")
    assert policy().communities == "both"
    bench.configure("pe3", "router bgp 65001", "address-family vpnv4", "no neighbor 10.254.0.9 send-community both")
    assert policy().communities == ""


def test_removing_a_neighbor_removes_all_that_was_said_about_it(vpn: Any) -> None:
    bench = vpn()
    bench.configure("pe3", "router bgp 65001", "no neighbor 10.254.0.9")
    assert "10.254.0.9" not in bench.show("pe3", "show running-config")
    bench.configure("pe3", "no router bgp 65001")
    assert bench.show("pe3", ENTRY) == "% BGP not active"


def test_modes_of_bgp(vpn: Any) -> None:
    cli = vpn().session("pe3")
    prompts = []
    for line in (
        "conf t", "router bgp 65001", "address-family ipv4 vrf VRF_A", "address-family vpnv4", "exit-address-family",
        "vrf definition VRF_A", "address-family ipv4", "exit", "exit",
    ):  # fmt: skip
        cli.execute(line)
        prompts.append(cli.prompt)
    assert prompts == [
        "pe3(config)#",
        "pe3(config-router)#",
        "pe3(config-router-af)#",
        "pe3(config-router-af)#",
        "pe3(config-router)#",
        "pe3(config-vrf)#",
        "pe3(config-vrf-af)#",
        "pe3(config-vrf)#",
        "pe3(config)#",
    ]


def test_sections_of_the_running_configuration(vpn: Any) -> None:
    bench = vpn()
    section = bench.show("pe3", "show running-config | section router bgp").splitlines()
    assert section[0] == "router bgp 65001"
    at = section.index(" address-family ipv4 vrf VRF_A")
    assert section[at + 1 : at + 6] == [
        "  redistribute connected",
        "  neighbor 10.1.3.2 remote-as 65030",
        "  neighbor 10.1.3.2 description ce3",
        "  neighbor 10.1.3.2 activate",
        "  maximum-paths ibgp 4",
    ]
    inside = bench.show("pe3", "show running-config vrf VRF_A")
    assert [line for line in inside.splitlines() if line and line[0] not in " !"][2:] == [
        "vrf definition VRF_A",
        "interface GigabitEthernet0/1",
        "router bgp 65001",
        "end",
    ]
    plain = bench.show("ce1", "show running-config | section router bgp")
    assert "address-family" not in plain, "plain IPv4 needs no family"
    bench.configure("pe3", "no vrf definition VRF_A")
    assert FamilyKey("ipv4", "VRF_A") not in bgp(bench, "pe3").families


def test_the_entry_on_the_sending_pe(vpn: Any) -> None:
    lines = vpn().show("pe3", ENTRY).splitlines()
    assert lines[0].startswith("BGP routing table entry for 65001:103:10.20.0.0/16, version ")
    assert lines[1:3] == ["Paths: (2 available, best #2, table VRF_A)", "Multipath: iBGP"]
    assert "  65010, imported path from 65001:102:10.20.0.0/16 (global)" in lines
    assert "    10.254.0.2 (metric 4) (via default) from 10.254.0.9 (10.254.0.9)" in lines
    assert "      Origin IGP, metric 0, localpref 100, valid, internal, multipath" in lines
    assert "      Origin IGP, metric 0, localpref 100, valid, internal, multipath, best" in lines
    assert "      Originator: 10.254.0.2, Cluster list: 10.254.0.9" in lines
    assert any(line.startswith("      mpls labels in/out nolabel/") for line in lines)


def test_the_entries_on_a_pe_of_the_site_and_on_the_reflector(vpn: Any) -> None:
    bench = vpn()
    own = bench.show("pe1", ENTRY)
    assert "    10.1.1.2 (via vrf VRF_A) from 10.1.1.2 (10.20.0.1)\n" in own
    assert ", valid, external, best" in own
    connected = bench.show("pe1", "show bgp vpnv4 unicast vrf VRF_A 10.1.1.0/30")
    assert "weight 32768, valid, sourced, best" in connected
    assert "/nolabel(VRF_A)" in connected
    reflector = bench.show("rr1", "show ip bgp vpnv4 all 10.20.0.0")
    assert reflector.count("65010, (Received from a RR-client)") == 2
    assert "no table)" in reflector
    by_rd = bench.show("rr1", "show bgp vpnv4 unicast rd 65001:102 10.20.0.0 255.255.0.0")
    assert by_rd.count("BGP routing table entry") == 1


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["no maximum-paths ibgp"], None),
        (["maximum-paths 2"], "eBGP iBGP"),
        (["maximum-paths ibgp unequal-cost 2"], "iBGP"),
        (["no maximum-paths ibgp", "maximum-paths eibgp 2"], "eiBGP"),
    ],
    ids=["none", "both forms", "unequal cost", "mixed"],
)
def test_the_multipath_line_says_what_is_configured(vpn: Any, lines: list[str], words: str | None) -> None:
    bench = vpn()
    bench.configure("pe3", *FAMILY, *lines)
    found = [line for line in bench.show("pe3", ENTRY).splitlines() if line.startswith("Multipath")]
    assert found == ([f"Multipath: {words}"] if words else [])


def test_old_software_prints_less(vpn: Any) -> None:
    shown = vpn("same_rd_old_release").show("pe2", ENTRY)
    assert not any(word in shown for word in ("Refresh Epoch", "(via ", "pathid"))


def test_the_tables(vpn: Any) -> None:
    bench = vpn()
    lines = bench.show("pe3", "show bgp vpnv4 unicast all").splitlines()
    at = lines.index("Route Distinguisher: 65001:103 (default for vrf VRF_A)")
    rows = [line for line in lines[at:] if "10.20.0.0" in line]
    assert rows[0] == " *mi  10.20.0.0/16     10.254.0.2               0    100      0 65010 i"
    following = lines[lines.index(rows[0]) + 1]
    assert following == " *>i                   10.254.0.1               0    100      0 65010 i"
    assert "Route Distinguisher: 65001:101" in lines
    only = bench.show("pe3", "show ip bgp vpnv4 vrf VRF_A")
    assert only.count("Route Distinguisher:") == 1
    assert "65001:101" not in only
    assert bench.show("pe3", "show ip bgp") == ""
    bench.configure("pe3", "ip route vrf VRF_A 10.20.0.0 255.255.0.0 10.1.3.2")
    assert " r>i " in bench.show("pe3", "show bgp vpnv4 unicast vrf VRF_A"), "another protocol holds the prefix"


def test_what_a_neighbor_was_told_and_said(vpn: Any) -> None:
    bench = vpn()
    told = bench.show("pe2", "show bgp vpnv4 unicast all neighbors 10.254.0.9 advertised-routes")
    assert "10.20.0.0/16" in told
    assert told.endswith("Total number of prefixes 2 ")
    said = bench.show("pe2", "show bgp vpnv4 unicast all neighbors 10.254.0.9 routes")
    assert "Route Distinguisher: 65001:101" in said
    assert bench.show("pe2", "show bgp vpnv4 unicast all neighbors 10.9.9.9 routes").startswith("% ")
    silent = vpn("not_advertised").show("pe2", "show bgp vpnv4 unicast all neighbors 10.254.0.9 advertised-routes")
    assert "10.20.0.0/16" not in silent


@pytest.mark.parametrize(
    ("fault", "command", "row"),
    [
        ("healthy", "show bgp vpnv4 unicast all summary", ["10.254.0.2", "2"]),
        ("session_down", "show bgp vpnv4 unicast all summary", ["10.254.0.2", "Active"]),
        ("session_as_mismatch", "show ip bgp vpnv4 all summary", ["10.254.0.2", "Idle"]),
    ],
)
def test_the_summary(vpn: Any, fault: str, command: str, row: list[str]) -> None:
    lines = vpn(fault).show("rr1", command).splitlines()
    assert lines[0] == "BGP router identifier 10.254.0.9, local AS number 65001"
    found = next(line.split() for line in lines if line.startswith("10.254.0.2 "))
    assert [found[0], found[-1]] == row


def test_the_summary_of_a_vrf_names_its_neighbors_only(vpn: Any) -> None:
    bench = vpn()
    shown = bench.show("pe2", "show bgp vpnv4 unicast vrf VRF_A summary")
    assert ("10.1.2.2 " in shown, "10.254.0.9 " in shown.partition("Neighbor")[2]) == (True, False)
    both = bench.show("pe2", "show bgp vpnv4 unicast all summary")
    assert ("10.1.2.2 " in both, "10.254.0.9 " in both) == (True, True)
    assert bench.show("ce1", "show ip bgp summary").count("\n10.1.") == 2


def test_routes_and_forwarding_entries(vpn: Any) -> None:
    bench = vpn()
    exact = bench.show("pe3", "show ip route vrf VRF_A 10.20.0.0 255.255.0.0")
    assert exact.startswith("\nRouting Table: VRF_A\nRouting entry for 10.20.0.0/16\n")
    assert exact.count("(default), from 10.254.0.9, ") == 2
    assert exact.count("MPLS Flags: MPLS Required") == 2
    assert "% Subnet not in table" in bench.show("pe3", "show ip route vrf VRF_A 10.20.0.0 255.255.255.0")
    customer = bench.show("ce3", "show ip route 10.20.0.0")
    assert 'Known via "bgp 65030", distance 20, metric 0\n  Tag 65001, type external' in customer
    assert "MPLS label: none" in customer
    assert bench.show("pe3", "show ip cef vrf VRF_A 10.20.0.0/17") == "%Prefix not found"
    assert bench.show("pe3", "show ip cef vrf VRF_A 10.99.0.1") == "0.0.0.0/0\n  no route"
    assert bench.show("pe3", "show ip cef vrf VRF_A 10.1.3.0/30").endswith("  attached to GigabitEthernet0/1")
    assert bench.show("ce3", "show ip cef 10.20.0.0/16 detail").splitlines()[1:] == [
        "  recursive via 10.1.3.1",
        "    nexthop 10.1.3.1 GigabitEthernet0/0",
    ]
