"""Multicast in VPNs on IOS: tunnels, data MDTs, what BGP says about MDTs, and the configuration."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse


def read(name: str, text: str) -> dict[str, Any]:
    return parse(name, Platform.IOS, [text])


# --- tunnels ------------------------------------------------------------------------------------------------------

TUNNELS = """\
  * implies mdt is the default MDT, # is (*,*) Wildcard,
  > is non-(*,*) Wildcard

  MDT Group/Num   Interface   Source                   VRF
* 239.192.4.1     Tunnel0     Loopback0                VRF-GREEN
  239.192.44.0    Tunnel2     Loopback0                VRF-GREEN
"""


def test_the_default_tunnel_is_told_from_those_of_single_streams() -> None:
    record = read("mdt", TUNNELS)
    assert record["unread"] == []
    assert [(t["group"], t["interface"], t["source"], t["vrf"], t["default"]) for t in record["tunnels"]] == [
        ("239.192.4.1", "Tunnel0", "Loopback0", "VRF-GREEN", True),
        ("239.192.44.0", "Tunnel2", "Loopback0", "VRF-GREEN", False),
    ]
    assert record["tunnels"][1]["at"] == [[0, 6, 6]]


@pytest.mark.parametrize(
    "text",
    [
        "PE2#show ip pim vrf VRF-GREEN mdt\n" + TUNNELS + "PE2#",
        "*Mar  1 00:12:07.123: %SYS-5-CONFIG_I: Configured from console by vty0\n" + TUNNELS,
        "\n".join("    " + line for line in TUNNELS.splitlines()),
        TUNNELS.replace("\n", "\r\n"),
        TUNNELS.replace("Tunnel0  ", "Tu0      ").replace("Loopback0", "Lo0      "),
    ],
)
def test_noise_around_the_tunnels_changes_nothing(text: str) -> None:
    assert [t["interface"] for t in read("mdt", text)["tunnels"]] == ["Tunnel0", "Tunnel2"]
    assert [t["default"] for t in read("mdt", text)["tunnels"]] == [True, False]


def test_an_old_table_without_a_legend_has_no_marks() -> None:
    record = read("mdt", "MDT Group      Interface   Source    VRF\n239.192.4.1    Tunnel0     Loopback0 BLUE\n")
    assert [(t["vrf"], t["default"]) for t in record["tunnels"]] == [("BLUE", None)]


def test_a_heading_alone_is_a_router_without_tunnels() -> None:
    assert read("mdt", "\n".join(TUNNELS.splitlines()[:4]))["tunnels"] == []


@pytest.mark.parametrize(
    "text", ["", "\n", "Tunnel0", TUNNELS.splitlines()[0], '% Ambiguous command:  "show ip pim md"']
)
def test_what_is_no_table_of_tunnels_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("mdt", text)


# --- PEs that BGP names -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        """\
Peer (Route Distinguisher + IPv4)               Next Hop
  MDT group 232.4.1.1
    65001:401:10.254.4.1                         10.254.4.1
    65001:402:10.254.4.2                         10.254.4.2
""",
        "MDT-group 232.4.1.1\n rd:65001:401 bgp_router:10.254.4.1\n rd:65001:402 bgp_router:10.254.4.2\n",
    ],
)
def test_pes_of_a_group(text: str) -> None:
    record = read("mdt_bgp", text)
    assert record["unread"] == []
    assert [(p["group"], p["rd"], p["address"]) for p in record["peers"]] == [
        ("232.4.1.1", "65001:401", "10.254.4.1"),
        ("232.4.1.1", "65001:402", "10.254.4.2"),
    ]


def test_a_heading_without_groups_names_no_pe() -> None:
    assert read("mdt_bgp", "Peer (Route Distinguisher + IPv4)               Next Hop\n")["peers"] == []


@pytest.mark.parametrize("text", ["", "    65001:401:10.254.4.1   10.254.4.1\n", "% Incomplete command.\n"])
def test_pes_without_a_group_are_no_answer(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("mdt_bgp", text)


# --- data MDTs ----------------------------------------------------------------------------------------------------

SEND = """\

MDT-data send list for VRF: VRF-GREEN
  (source, group)                     MDT-data group/num   ref_count
  (10.60.1.1, 239.23.4.1)             239.192.44.0         1
  (*, 239.23.4.2)                     239.192.44.1         2
"""
RECEIVE = """\
Joined MDT-data [group/mdt number : source]  uptime/expires for VRF: VRF-GREEN
 [239.192.44.0 : 10.254.4.1]  00:11:02/00:02:41
 [232.4.44.1 : 10.254.4.3]  1d02h/stopped
"""


def test_streams_that_are_sent_to_a_group_of_their_own() -> None:
    record = read("mdt_send", SEND)
    assert (record["vrf"], record["unread"]) == ("VRF-GREEN", [])
    assert [(s["source"], s["group"], s["mdt_group"]) for s in record["streams"]] == [
        ("10.60.1.1", "239.23.4.1", "239.192.44.0"),
        ("*", "239.23.4.2", "239.192.44.1"),
    ]
    assert read("mdt_send", SEND.replace("/num", ""))["streams"] == record["streams"]


def test_groups_of_single_streams_that_were_joined() -> None:
    record = read("mdt_receive", RECEIVE)
    assert (record["vrf"], record["unread"]) == ("VRF-GREEN", [])
    assert [(s["mdt_group"], s["source"], s["group"]) for s in record["streams"]] == [
        ("239.192.44.0", "10.254.4.1", None),
        ("232.4.44.1", "10.254.4.3", None),
    ]


def test_the_older_form_and_the_streams_below_a_group() -> None:
    old = "Joined MDT-data groups for VRF: BLUE\n group: 239.192.44.0 source: 10.254.4.1 ref_count: 1\n"
    assert [s["mdt_group"] for s in read("mdt_receive", old)["streams"]] == ["239.192.44.0"]
    detail = RECEIVE + "   (10.60.1.1, 239.23.4.1), 1d13h/00:03:28/00:02:26, OIF count: 1, flags: TY\n"
    assert len(read("mdt_receive", detail)["streams"]) == 2
    assert read("mdt_receive", detail)["unread"] == []


@pytest.mark.parametrize("name", ["mdt_send", "mdt_receive"])
def test_a_vrf_without_data_mdts_has_a_heading_only(name: str) -> None:
    text = SEND if name == "mdt_send" else RECEIVE
    heading = next(line for line in text.splitlines() if "VRF:" in line)
    assert read(name, heading)["streams"] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mdt_send", SEND.replace("MDT-data send list for VRF: VRF-GREEN", "")),
        ("mdt_send", RECEIVE),
        ("mdt_receive", SEND),
        ("mdt_receive", RECEIVE.splitlines()[1]),
        ("mdt_receive", ""),
    ],
)
def test_data_mdts_without_their_heading_are_refused(name: str, text: str) -> None:
    with pytest.raises(ParseFailure):
        read(name, text)


def test_an_unknown_vrf_is_a_refusal() -> None:
    with pytest.raises(Refused):
        read("mdt_send", "% VRF GREEN does not exist\n")


# --- BGP ----------------------------------------------------------------------------------------------------------

MDT_ROUTES = """\
BGP table version is 9, local router ID is 10.254.4.2
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,
              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter,
              x best-external, a additional-path, c RIB-compressed,
Origin codes: i - IGP, e - EGP, ? - incomplete
RPKI validation codes: V valid, I invalid, N Not found

     Network          Next Hop            Metric LocPrf Weight Path
Route Distinguisher: 65001:401
 *>i  10.254.4.1/32    10.254.4.1               0    100      0 ?
Route Distinguisher: 65001:402 (default for vrf VRF-GREEN)
 *>   10.254.4.2/32    0.0.0.0                                0 ?
"""


def test_mdt_routes_are_a_vpn_table() -> None:
    record = read("bgp_tables", MDT_ROUTES)
    assert record["unread"] == []
    assert [(t["rd"], t["vrf"], [r["network"] for r in t["routes"]]) for t in record["tables"]] == [
        ("65001:401", None, ["10.254.4.1/32"]),
        ("65001:402", "VRF-GREEN", ["10.254.4.2/32"]),
    ]


def test_sessions_of_the_mdt_family() -> None:
    record = read(
        "bgp_sessions",
        """\
BGP router identifier 10.254.4.2, local AS number 65001
BGP table version is 9, main routing table version 9
2 network entries using 304 bytes of memory

Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd
10.254.4.9      4        65001    4711    4702        9    0    0 2d21h           1
10.254.4.8      4        65001       0       0        1    0    0 never    Idle
10.254.4.7      4        65001      10      12        1    0    0 00:03:11 (NoNeg)
""",
    )
    assert [(n["address"], n["up"]) for n in record["neighbors"]][:2] == [("10.254.4.9", True), ("10.254.4.8", False)]


# --- the configuration --------------------------------------------------------------------------------------------

CONFIG = """\
Building configuration...

Current configuration : 2411 bytes
!
version 15.9
!
hostname pe2
!
vrf definition VRF-GREEN
 rd 65001:402
 !
 address-family ipv4
  mdt default 239.192.4.1
  mdt data 239.192.44.0 0.0.0.255 threshold 500
  route-target export 65001:400
  route-target import 65001:400
 exit-address-family
 !
 address-family ipv6
  mdt default 239.192.66.1
 exit-address-family
!
ip vrf VRF-BLUE
 rd 65001:502
 mdt default 239.192.5.1
 bgp next-hop Loopback5
 route-target export 65001:500
 route-target import 65001:500
 route-target import 65001:400
!
ip multicast-routing distributed
ip multicast-routing vrf VRF-BLUE distributed
ip multicast-routing vrf VRF-GREEN distributed
ip multicast multipath s-g-hash next-hop-based
ip multicast vrf VRF-BLUE multipath
!
interface Loopback0
 ip address 10.254.4.2 255.255.255.255
 ip pim sparse-mode
!
interface Loopback5
 ip address 10.254.5.2 255.255.255.255
 shutdown
!
interface GigabitEthernet0/0
 ip address 10.0.4.2 255.255.255.252
 ip pim sparse-mode
 mpls ip
!
interface Vlan123
 vrf forwarding VRF-GREEN
 ip address 10.62.1.1 255.255.255.0
 ip pim sparse-dense-mode
!
interface Vlan124
 ip vrf forwarding VRF-BLUE
 ip address 10.72.1.1 255.255.255.0
 ip pim dense-mode
!
router bgp 65001
 bgp log-neighbor-changes
 neighbor RR peer-group
 neighbor RR remote-as 65001
 neighbor RR update-source Loopback0
 neighbor 10.254.4.9 peer-group RR
 neighbor 10.0.9.9 remote-as 65009
 !
 address-family ipv4
  neighbor 10.0.9.9 activate
 exit-address-family
 !
 address-family ipv4 mdt
  neighbor 10.254.4.9 activate
  neighbor 10.254.4.9 send-community extended
 exit-address-family
 !
 address-family vpnv4
  neighbor RR send-community extended
  neighbor 10.254.4.9 activate
 exit-address-family
 !
 address-family ipv4 vrf VRF-GREEN
  neighbor 10.62.9.9 remote-as 65020
  neighbor 10.62.9.9 activate
  redistribute connected
 exit-address-family
!
ip pim rp-address 10.254.4.11
ip pim ssm default
ip pim vrf VRF-GREEN rp-address 10.60.1.254
ip pim vrf VRF-BLUE rp-address 10.60.1.254 VIDEO override
ip pim vrf VRF-BLUE rp-address 10.60.1.253 bidir
ip pim vrf VRF-BLUE ssm range SSM
ip multicast vrf VRF-BLUE rpf select vrf VRF-GREEN group-list 7
ip mroute vrf VRF-BLUE 10.60.1.0 255.255.255.0 fallback-lookup vrf VRF-GREEN
!
end
"""


def vrf(text: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(v for v in read("mvpn_config", text)["vrfs"] if v["name"] == name)
    return found


def test_the_multicast_of_a_vrf() -> None:
    found = vrf(CONFIG, "VRF-GREEN")
    assert {key: value for key, value in found.items() if key not in ("at", "rps")} == {
        "name": "VRF-GREEN",
        "style": "definition",
        "rd": "65001:402",
        "imports": ["65001:400"],
        "exports": ["65001:400"],
        "export_map": None,
        "multicast_routing": True,
        "mdt_default": "239.192.4.1",
        "mdt_data": ["239.192.44.0 0.0.0.255"],
        "mdt_other": None,
        "mdt_interface": "Loopback0",
        "mdt_source": "10.254.4.2",
        "mdt_pim": True,
        "mdt_up": True,
        "ssm": False,
        "dense": [],
        "multipath": None,
        "fallback": [],
        "select": [],
    }
    assert [(rp["rp"], rp["acl"], rp["bidir"]) for rp in found["rps"]] == [("10.60.1.254", None, False)]


def test_a_vrf_of_the_older_form_with_everything() -> None:
    found = vrf(CONFIG, "VRF-BLUE")
    assert (found["mdt_default"], found["imports"]) == ("239.192.5.1", ["65001:500", "65001:400"])
    assert (found["mdt_interface"], found["mdt_source"]) == ("Loopback5", "10.254.5.2")
    assert (found["mdt_pim"], found["mdt_up"]) == (False, False)
    assert [(rp["rp"], rp["acl"], rp["override"], rp["bidir"]) for rp in found["rps"]] == [
        ("10.60.1.254", "VIDEO", True, False),
        ("10.60.1.253", None, False, True),
    ]
    assert (found["ssm"], found["dense"], found["multipath"]) == (
        True,
        ["Vlan124"],
        "ip multicast vrf VRF-BLUE multipath",
    )
    assert (found["fallback"], found["select"]) == (["VRF-GREEN"], ["VRF-GREEN"])


def test_what_holds_for_the_whole_router() -> None:
    record = read("mvpn_config", CONFIG)
    assert (record["multicast_routing"], record["distributed"], record["ssm"], record["asn"]) == (
        True,
        True,
        True,
        "65001",
    )
    assert record["multipath"] == "ip multicast multipath s-g-hash next-hop-based"
    assert [(n["address"], n["update_source"], n["vpn"], n["mdt"]) for n in record["neighbors"]] == [
        ("10.254.4.9", "Loopback0", True, True)
    ]
    assert [(i["interface"], i["vrf"], i["pim"]) for i in record["interfaces"]] == [
        ("Loopback0", None, "sparse-mode"),
        ("Loopback5", None, None),
        ("GigabitEthernet0/0", None, "sparse-mode"),
        ("Vlan123", "VRF-GREEN", "sparse-dense-mode"),
        ("Vlan124", "VRF-BLUE", "dense-mode"),
    ]


def test_the_cited_lines_are_those_that_speak_of_the_vrf() -> None:
    lines = CONFIG.splitlines()
    cited = [line for _, first, last in vrf(CONFIG, "VRF-BLUE")["at"] for line in lines[first - 1 : last]]
    assert cited[0] == "ip vrf VRF-BLUE"
    assert "ip multicast-routing vrf VRF-BLUE distributed" in cited
    assert all("VRF-GREEN" not in line or "VRF-BLUE" in line for line in cited)


@pytest.mark.parametrize(
    ("gone", "key", "value"),
    [
        ("ip multicast-routing vrf VRF-GREEN distributed\n", "multicast_routing", False),
        ("  mdt default 239.192.4.1\n", "mdt_default", None),
        (" ip pim sparse-mode\n!\ninterface Loopback5", "mdt_pim", False),
        (" neighbor RR update-source Loopback0\n", "mdt_interface", None),
        ("ip pim vrf VRF-GREEN rp-address 10.60.1.254\n", "rps", []),
    ],
)
def test_what_is_not_there(gone: str, key: str, value: object) -> None:
    kept = "\n!\ninterface Loopback5" if "Loopback5" in gone else ""
    assert vrf(CONFIG.replace(gone, kept, 1), "VRF-GREEN")[key] == value


def test_tunnels_of_another_kind_are_noted() -> None:
    text = CONFIG.replace("  mdt default 239.192.4.1\n", "  mdt default mpls mldp 10.254.4.1\n", 1)
    assert (vrf(text, "VRF-GREEN")["mdt_default"], vrf(text, "VRF-GREEN")["mdt_other"]) == (
        None,
        "mdt default mpls mldp 10.254.4.1",
    )


def test_a_router_without_vrfs_is_an_answer() -> None:
    record = read("mvpn_config", "hostname ce1\n!\ninterface Vlan7\n ip address 10.1.1.1 255.255.255.0\n!\nend\n")
    assert (record["vrfs"], record["multicast_routing"]) == ([], False)


@pytest.mark.parametrize(
    "text", [CONFIG.replace("\nend\n", "\n"), CONFIG[:700], "", "end", "% Invalid input detected at '^' marker."]
)
def test_a_configuration_that_is_not_whole_tells_nothing(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("mvpn_config", text)
