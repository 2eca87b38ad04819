"""Sessions, VRFs, tables, forwarding entries, configurations and traces of a VPN, on all platforms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.parsing import bgp_texts as texts
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import refusal
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse
from troubleshoot.transports.refusals import change_refusal

IOS, NXOS, JUNOS, FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR


def some(record: dict[str, Any], *keys: str) -> tuple[Any, ...]:
    return tuple(record[key] for key in keys)


# --- sessions ----------------------------------------------------------------------------------------------------


def test_ios_summary() -> None:
    record = parse("bgp_sessions", IOS, [texts.IOS_SUMMARY])
    assert some(record, "router_id", "asn", "unread") == ("10.254.0.3", "65001", [])
    rows = [some(n, "address", "asn", "up", "state", "shut", "prefixes") for n in record["neighbors"]]
    assert rows == [
        ("10.254.0.9", "65001", True, "established", False, 2),
        ("10.1.3.2", "65010", False, "Idle (Admin)", True, None),
        ("10.1.3.6", "4200000001", False, "Active", False, None),
        ("2001:DB8:FFFF:1111:2222:3333:4444:5555", "65010", True, "established", False, 11),
    ]
    assert record["neighbors"][3]["at"] == [[0, 12, 13]]


def test_a_summary_without_rows_is_empty_only_under_its_heading() -> None:
    heading = "\n".join(texts.IOS_SUMMARY.splitlines()[:8])
    assert parse("bgp_sessions", IOS, [heading])["neighbors"] == []
    with pytest.raises(ParseFailure):
        parse("bgp_sessions", IOS, ["\n".join(texts.IOS_SUMMARY.splitlines()[:6])])


def test_a_summary_that_ends_inside_a_row_is_a_failure() -> None:
    with pytest.raises(ParseFailure, match="not whole"):
        parse("bgp_sessions", IOS, ["\n".join(texts.IOS_SUMMARY.splitlines()[:12])])


def test_junos_summary_and_the_router_of_the_configuration() -> None:
    own = "set routing-options router-id 10.254.0.3\nset routing-options autonomous-system 65001\n"
    record = parse("bgp_sessions", JUNOS, [texts.JUNOS_SUMMARY, own])
    assert some(record, "router_id", "asn", "unread") == ("10.254.0.3", "65001", [])
    assert [some(n, "address", "up", "state", "prefixes") for n in record["neighbors"]] == [
        ("10.254.0.9", True, "established", 5),
        ("10.1.3.2", False, "Active", None),
        ("10.1.4.2", True, "established", 2),
    ]


def test_frr_says_that_there_are_no_neighbors() -> None:
    text = "% No BGP neighbors found in VRF VRF_A\n"
    assert refusal(FRR, text) is None
    assert parse("bgp_sessions", FRR, [text])["neighbors"] == []
    assert parse("bgp_sessions", FRR, ["{}\n"])["neighbors"] == []


# --- VRFs --------------------------------------------------------------------------------------------------------


def test_ios_vrfs_and_only_their_ipv4_part() -> None:
    record = parse("vrfs", IOS, [texts.IOS_VRF])
    assert record["unread"] == []
    first, second = record["vrfs"]
    assert some(first, "name", "rd", "rd_number", "style") == ("VRF_A", "65001:101", 101, "definition")
    assert some(first, "imports", "exports") == (["65001:100"], ["65001:100", "65001:200"])
    assert some(first, "import_map", "export_map", "label_mode") == ("ONLY_PE1", None, "per-vrf")
    assert some(first, "best_external", "interfaces") == (True, ["GigabitEthernet0/1.20", "Loopback7"])
    assert some(second, "name", "rd", "rd_number", "style", "imports") == ("VRF_B", None, None, "ip", [])


def test_ios_vrf_of_an_old_release() -> None:
    (vrf,) = parse("vrfs", IOS, [texts.IOS_VRF_OLD])["vrfs"]
    assert some(vrf, "rd", "imports", "label_mode", "style") == ("65001:101", ["65001:100"], "per-prefix", None)


def test_ios_vrf_that_is_going_away_and_one_whose_distinguisher_was_made_up() -> None:
    text = texts.IOS_VRF.replace("65001:101; default VPNID <not set>", "10.254.0.1:1(auto); default VPNID <not set>")
    assert some(parse("vrfs", IOS, [text])["vrfs"][0], "rd", "rd_auto") == ("10.254.0.1:1", True)
    gone = "VRF VRF_C (VRF Id = 3); default RD 65001:1; default VPNID <not set>; being deleted\n"
    assert parse("vrfs", IOS, [gone])["vrfs"][0]["being_deleted"] is True


@pytest.mark.parametrize("cut", range(1, 10))
def test_a_vrf_that_ends_before_its_targets_is_a_failure(cut: int) -> None:
    with pytest.raises(ParseFailure):
        parse("vrfs", IOS, ["\n".join(texts.IOS_VRF.splitlines()[:cut])])


NXOS_VRF = "VRF-Name: VRF_A, VRF-ID: 3, State: Up\n    VPNID: unknown\n    RD: 10.254.0.3:3\n"
NXOS_VRF_CONFIG = """\
vrf context VRF_A
  rd auto
  address-family ipv4 unicast
    route-target both 65001:100
    route-target import 65001:200
interface Ethernet1/1
  vrf member VRF_A
"""


def test_nxos_vrf_is_put_together_from_state_and_configuration() -> None:
    (vrf,) = parse("vrfs", NXOS, [NXOS_VRF, NXOS_VRF_CONFIG])["vrfs"]
    assert some(vrf, "rd", "rd_number", "rd_auto", "style") == ("10.254.0.3:3", 3, True, "context")
    assert some(vrf, "imports", "exports") == (["65001:100", "65001:200"], ["65001:100"])
    assert vrf["interfaces"] == ["Ethernet1/1"]
    with pytest.raises(ParseFailure, match="does not show"):
        parse("vrfs", NXOS, [NXOS_VRF, NXOS_VRF_CONFIG.replace("VRF_A", "VRF_B")])


@pytest.mark.parametrize(
    ("lines", "imports", "import_map", "mode"),
    [
        (["vrf-target target:65001:100", "protocols bgp group CE type external"], ["65001:100"], None, "per-ce"),
        (["vrf-target target:65001:100"], ["65001:100"], None, None),  # perhaps cut in front of vrf-table-label
        (
            ["vrf-target import target:65001:1", "vrf-target export target:65001:2", "vrf-table-label"],
            ["65001:1"],
            None,
            "per-vrf",
        ),
        (["vrf-import ONLY-PE1", "routing-options multipath"], [], "ONLY-PE1", "per-ce"),
    ],
)
def test_junos_instances(lines: list[str], imports: list[str], import_map: str | None, mode: str | None) -> None:
    text = "\n".join(f"set routing-instances VRF_A {line}" for line in ["route-distinguisher 65001:101", *lines])
    (vrf,) = parse("vrfs", JUNOS, [text])["vrfs"]
    assert some(vrf, "rd", "imports", "import_map", "label_mode") == ("65001:101", imports, import_map, mode)


def test_frr_exports_and_imports_only_when_it_is_told_to() -> None:
    text = "router bgp 65001 vrf VRF_A\n address-family ipv4 unicast\n  rd vpn export 65001:101\n"
    text += "  rt vpn both 65001:100 65001:200\n  export vpn\n exit-address-family\nexit\n!\nend\n"
    (vrf,) = parse("vrfs", FRR, [text])["vrfs"]
    assert some(vrf, "rd", "imports", "exports", "label_mode") == (
        "65001:101",
        [],
        ["65001:100", "65001:200"],
        "per-vrf",
    )


def test_the_two_forms_of_a_vrf_in_a_configuration_of_ios() -> None:
    text = "vrf definition VRF_A\n rd 65001:101\n !\n address-family ipv4\n  route-target import 65001:100\n"
    text += "ip vrf VRF_B\n route-target both 65001:300\ninterface GigabitEthernet0/1\n vrf forwarding VRF_A\n"
    first, second = parse("vrf_config", IOS, [text])["vrfs"]
    assert some(first, "name", "style", "rd", "imports") == ("VRF_A", "definition", "65001:101", ["65001:100"])
    assert first["interfaces"] == ["GigabitEthernet0/1"]
    assert some(second, "name", "style", "rd", "exports") == ("VRF_B", "ip", None, ["65001:300"])


# --- tables ------------------------------------------------------------------------------------------------------


def test_rows_belong_to_their_distinguisher() -> None:
    record = parse("bgp_tables", IOS, [texts.IOS_TABLE])
    assert some(record, "router_id", "unread") == ("10.254.0.3", [])
    first, second = record["tables"]
    assert some(first, "rd", "vrf") == ("65001:101", None)
    assert some(second, "rd", "vrf") == ("65001:103", "VRF_A")
    rows = [some(r, "network", "next_hop", "status", "best", "multipath", "internal") for r in second["routes"]]
    assert rows == [
        ("10.20.0.0/16", "10.254.0.2", "*mi", False, True, True),
        ("10.20.0.0/16", "10.254.0.1", "*>i", True, False, True),
        ("192.168.255.17/32", "10.6.17.17", "*>", True, False, False),
        ("10.0.0.0/8", "10.1.3.2", "r>", True, False, False),
    ]
    assert second["routes"][2]["at"] == [[0, 15, 16]]


def test_headings_alone_name_all_distinguishers() -> None:
    text = "Route Distinguisher: 65001:100\nRoute Distinguisher: 10.254.0.2:100 (default for vrf VRF_A)\n"
    assert [t["rd"] for t in parse("bgp_tables", IOS, [text])["tables"]] == ["65001:100", "10.254.0.2:100"]
    nxos = "Route Distinguisher: 10.254.0.3:3    (VRF VRF_A)\n"
    assert parse("bgp_tables", NXOS, [nxos])["tables"][0]["vrf"] == "VRF_A"


def test_junos_names_the_distinguishers_of_its_rows() -> None:
    text = "\nbgp.l3vpn.0: 2 destinations, 3 routes (2 active, 0 holddown, 0 hidden)\n"
    assert parse("bgp_tables", JUNOS, [text])["tables"] == []
    text += "* ? 65001:100:10.20.0.0/16            B 170        100          0 >10.0.91.1       65010 I\n"
    text += "  unverified\n10.254.0.2:7:10.9.0.0/16\n                   *[BGP/170] 00:10:02, localpref 100\n"
    assert [t["rd"] for t in parse("bgp_tables", JUNOS, [text])["tables"]] == ["65001:100", "10.254.0.2:7"]
    with pytest.raises(ParseFailure):
        parse("bgp_tables", JUNOS, ["inet.0: 2 destinations, 3 routes (2 active, 0 holddown, 0 hidden)\n"])


@pytest.mark.parametrize("text", ["", "10.20.0.0/16     10.254.0.1\n", "\n".join(texts.IOS_TABLE.splitlines()[:15])])
def test_a_table_without_its_heading_or_cut_in_a_row_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse("bgp_tables", IOS, [text])


# --- forwarding --------------------------------------------------------------------------------------------------


def test_cef_names_each_exit_and_a_second_link_is_no_second_exit() -> None:
    record = parse("forwarding", IOS, [texts.IOS_CEF])
    assert some(record, "found", "prefix", "exits", "drop") == (True, "10.20.0.0/16", 3, False)
    assert [some(way, "exit", "interface", "labels") for way in record["ways"]] == [
        ("10.254.0.1", "GigabitEthernet0/1", ["16", "24"]),
        ("10.254.0.2", "GigabitEthernet0/1", ["17", "31"]),
        ("10.254.0.2", "GigabitEthernet0/2", ["19", "31"]),
        ("10.1.3.2", "GigabitEthernet0/3", []),
    ]


def test_a_direct_link_after_an_exit_is_not_a_link_of_that_exit() -> None:
    text = "10.20.0.0/16, epoch 0\n  recursive via 10.254.0.1 label 24\n    nexthop 10.0.13.1 Gi0/1 label 16\n"
    record = parse("forwarding", IOS, [text + "  nexthop 10.1.3.2 Gi0/3\n"])
    assert [way["exit"] for way in record["ways"]] == ["10.254.0.1", None]
    assert record["exits"] == 2


@pytest.mark.parametrize(
    "line",
    [
        "  recursive via 10.254.0.2 unusable: no label\n    nexthop 10.0.14.1 GigabitEthernet0/2\n",
        "  recursive via 10.254.0.2 label 31\n    nexthop 10.0.14.1 GigabitEthernet0/2 unusable: no label\n",
    ],
)
def test_an_exit_that_is_out_of_use_does_not_count(line: str) -> None:
    text = "10.20.0.0/16, epoch 0\n  recursive via 10.254.0.1 label 24\n    nexthop 10.0.13.1 Gi0/1 label 16\n"
    record = parse("forwarding", IOS, [text + line])
    assert some(record, "exits", "drop") == (1, True)


@pytest.mark.parametrize(
    ("labels", "exits"),
    [(("16 24", "17 31"), 2), (("16 24", "17 24"), None), (("24", "24"), None), (("16 24",), 1)],
)
def test_labels_tell_exits_apart_unless_two_pes_gave_the_same(labels: tuple[str, ...], exits: int | None) -> None:
    text = "10.20.0.0/16\n" + "".join(f"  nexthop 10.0.13.1 GigabitEthernet0/1 label {label}\n" for label in labels)
    assert parse("forwarding", IOS, [text])["exits"] == exits


@pytest.mark.parametrize(
    "text",
    ["", "10.20.0.0/16, epoch 0\n", "10.20.0.0/16, epoch 0\n  recursive via 10.254.0.1 label 24\n", "R1 is up\n"],
)
def test_cef_without_a_way_out_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse("forwarding", IOS, [text])


def test_cef_that_drops() -> None:
    record = parse("forwarding", IOS, ["10.20.0.0/16, epoch 0\n  no route\n"])
    assert some(record, "found", "drop", "exits") == (True, True, 0)


NXOS_FORWARDING = """\
slot  1
=======

IPv4 routes for table VRF_A/base

------------------+--------------------+----------------------+-----------------+-----------------
Prefix            | Next-hop           | Interface            | Labels          | Partial Install
------------------+--------------------+----------------------+-----------------+-----------------
*10.20.0.0/16       10.0.39.1            Ethernet1/2            PUSH 17 24
                    10.0.39.1            Eth1/3                 PUSH 18 31
"""


def test_nxos_forwarding() -> None:
    record = parse("forwarding", NXOS, [NXOS_FORWARDING])
    assert some(record, "prefix", "exits", "unread") == ("10.20.0.0/16", 2, [])
    assert [some(way, "interface", "labels") for way in record["ways"]] == [
        ("Ethernet1/2", ["17", "24"]),
        ("Ethernet1/3", ["18", "31"]),
    ]
    with pytest.raises(ParseFailure):  # broken at the width of a terminal
        parse("forwarding", NXOS, [NXOS_FORWARDING.replace("PUSH 18", "\n     PUSH 18")])


JUNOS_FORWARDING = """\
Routing table: VRF_A.inet
Internet:
Destination        Type RtRef Next hop           Type Index    NhRef Netif
10.20.0.0/16       user     0                    ulst  1048583     2
                                                 indr  1048575     3
                              10.0.13.1         Push 24, Push 299776(top)      612     2 ge-0/0/1.0
                              10.0.14.1         Push 31      613     2 ge-0/0/2.0
"""


def test_junos_forwarding() -> None:
    record = parse("forwarding", JUNOS, [JUNOS_FORWARDING])
    assert some(record, "prefix", "exits", "unread") == ("10.20.0.0/16", 2, [])
    assert [some(way, "next_hop", "interface", "labels") for way in record["ways"]] == [
        ("10.0.13.1", "ge-0/0/1.0", ["299776", "24"]),
        ("10.0.14.1", "ge-0/0/2.0", ["31"]),
    ]
    reject = "10.20.0.0/16       user     0                    rjct   36     1\n"
    dropped = parse("forwarding", JUNOS, ["\n".join(JUNOS_FORWARDING.splitlines()[:3]) + "\n" + reject])
    assert some(dropped, "drop", "exits") == (True, 0)


def test_junos_route_with_the_next_hops_of_its_multipath() -> None:
    text = """\

VRF_A.inet.0: 5 destinations, 7 routes (5 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

10.20.0.0/16       *[BGP/170] 00:10:02, MED 0, localpref 100, from 10.254.0.9
                      AS path: 65010 I, validation-state: unverified
                    > to 10.0.13.1 via ge-0/0/1.0, Push 24
                    [BGP/170] 00:10:02, MED 0, localpref 100, from 10.254.0.9
                      AS path: 65010 I, validation-state: unverified
                    > to 10.0.14.1 via ge-0/0/2.0, Push 31
                   #[Multipath/255] 00:10:02, metric2 1
                    > to 10.0.13.1 via ge-0/0/1.0, Push 24
                      to 10.0.14.1 via ge-0/0/2.0, Push 31
"""
    record = parse("route", JUNOS, [text])
    assert some(record, "found", "prefix", "protocol") == (True, "10.20.0.0/16", "bgp")
    assert [hop["address"] for hop in record["next_hops"]] == ["10.0.13.1", "10.0.14.1"]


def test_frr_route_in_a_vrf_that_the_kernel_refused() -> None:
    text = """\
Routing entry for 10.20.0.0/16
  Known via "bgp", distance 20, metric 0, vrf VRF_A, best
  Last update 00:00:11 ago
  r 10.254.0.1(vrf default) (recursive), label 101, weight 1
  r   10.0.0.1, via eth0(vrf default), label implicit-null/101, weight 1
"""
    record = parse("route", FRR, [text])
    assert some(record, "found", "protocol", "unread") == (True, "bgp", [])
    assert [some(hop, "address", "interface") for hop in record["next_hops"]] == [
        ("10.254.0.1", None),
        ("10.0.0.1", "eth0"),
    ]


# --- configuration -----------------------------------------------------------------------------------------------


def test_ios_settings_count_in_the_family_in_which_they_stand() -> None:
    record = parse("bgp_config", IOS, [texts.IOS_CONFIG])
    assert some(record, "asn", "as_path_relax") == ("65001", True)
    families = {f["vrf"]: f for f in record["families"]}
    assert set(families) == {"VRF_A", "VRF_B"}
    assert some(families["VRF_A"], "maximum_paths", "ibgp", "eibgp", "unequal_cost") == (None, 4, None, True)
    assert some(families["VRF_B"], "maximum_paths", "ibgp", "eibgp") == (None, None, 2)
    assert families["VRF_A"]["lines"] == [
        "redistribute connected",
        "neighbor 10.1.2.2 remote-as 65010",
        "neighbor 10.1.2.2 activate",
        "maximum-paths ibgp unequal-cost 4",
    ]


def test_nxos_and_frr_settings() -> None:
    nxos = "router bgp 65001\n  address-family ipv4 unicast\n    maximum-paths 8\n  vrf VRF_A\n"
    nxos += "    address-family ipv4 unicast\n      maximum-paths eibgp 4\n"
    families = {f["vrf"]: f for f in parse("bgp_config", NXOS, [nxos])["families"]}
    assert (families["default"]["maximum_paths"], families["VRF_A"]["eibgp"]) == (8, 4)
    frr = "router bgp 65001 vrf VRF_A\n bgp bestpath peer-type multipath-relax\n"
    frr += " address-family ipv4 unicast\n  maximum-paths 1\n exit-address-family\nexit\n!\nend\n"
    with pytest.raises(ParseFailure, match="cut off"):
        parse("bgp_config", FRR, [frr.removesuffix("end\n")])
    record = parse("bgp_config", FRR, [frr])
    assert record["peer_type_relax"] == ["VRF_A"]
    assert record["families"][0]["maximum_paths"] == 1


@pytest.mark.parametrize(
    ("policies", "balance"), [("", False), ("set policy-options prefix-list X 10.0.0.0/8\n", False)]
)
def test_junos_settings_without_a_policy_that_shares_load(policies: str, balance: bool) -> None:
    instance = "set routing-instances VRF_A routing-options multipath vpn-unequal-cost equal-external-internal\n"
    options = "set routing-options autonomous-system 65001\nset routing-options forwarding-table export BALANCE\n"
    record = parse("bgp_config", JUNOS, [instance, options, policies])
    (family,) = record["families"]
    assert some(family, "vrf", "unequal_cost", "eibgp") == ("VRF_A", True, 16)
    assert some(record, "asn", "load_balance") == ("65001", balance)
    shared = "set policy-options policy-statement BALANCE then load-balance per-packet\n"
    assert parse("bgp_config", JUNOS, [instance, options, shared])["load_balance"] is True


@pytest.mark.parametrize("text", ["", "interface GigabitEthernet0/1\n ip address 10.0.0.1 255.255.255.0\n", "% foo\n"])
def test_a_configuration_without_bgp_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse("bgp_config", IOS, [text])


# --- traces ------------------------------------------------------------------------------------------------------


def test_an_address_that_comes_up_again_after_another_one_was_revisited() -> None:
    record = parse("traceroute", IOS, [texts.IOS_TRACE])
    assert record["unread"] == []
    assert [hop["addresses"] for hop in record["hops"]] == [
        ["10.1.3.1"],
        ["10.0.13.1", "10.0.14.1"],
        [],
        ["10.1.1.1"],
        ["10.0.13.1"],
        ["10.20.0.1"],
        ["10.20.0.1"],
    ]
    assert record["revisited"] == ["10.0.13.1"]


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (
            NXOS,
            "traceroute to 10.20.0.1 (10.20.0.1), 30 hops max, 48 byte packets\n 1  10.1.3.1 (10.1.3.1)  1 ms  1 ms\n",
        ),
        (JUNOS, "traceroute to 10.20.0.1 (10.20.0.1), 12 hops max, 52 byte packets\n 1  10.1.3.1  0.5 ms  0.4 ms *\n"),
    ],
)
def test_traces_of_other_platforms(platform: Platform, text: str) -> None:
    assert parse("traceroute", platform, [text])["hops"][0]["addresses"] == ["10.1.3.1"]


def test_a_trace_without_hops_is_a_failure() -> None:
    with pytest.raises(ParseFailure):
        parse("traceroute", IOS, ["Type escape sequence to abort.\nTracing the route to 10.20.0.1\n"])


# --- lines that change something ---------------------------------------------------------------------------------


def test_a_distinguisher_that_is_going_away_was_accepted_and_one_in_its_place_was_not() -> None:
    assert change_refusal(IOS, '% "rd 65001:100" for VRF VRF_A scheduled for deletion') == ""
    assert change_refusal(IOS, '% Deletion of "rd" in progress; wait for it to complete') != ""


@pytest.mark.parametrize("kept", [1, 4, 6, 8])
def test_a_bgp_section_that_ends_inside_is_a_failure(kept: int) -> None:
    lines = IOS_SECTION.splitlines()
    with pytest.raises(ParseFailure):
        parse("bgp_config", IOS, ["\n".join(lines[:kept])])
    assert parse("bgp_config", IOS, [IOS_SECTION])["families"][0]["eibgp"] == 4


IOS_SECTION = """\
router bgp 65001
 bgp log-neighbor-changes
 neighbor 10.254.0.9 remote-as 65001
 !
 address-family vpnv4
  neighbor 10.254.0.9 activate
 exit-address-family
 address-family ipv4 vrf VRF_A
  maximum-paths eibgp 4
 exit-address-family
"""


def test_a_vrf_of_nxos_that_ends_before_its_rd_is_a_failure() -> None:
    with pytest.raises(ParseFailure, match="before its RD"):
        parse("vrfs", NXOS, [NXOS_VRF.partition("    RD:")[0], NXOS_VRF_CONFIG])
