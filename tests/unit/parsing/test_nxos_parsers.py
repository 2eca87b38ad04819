"""NX-OS: the differences from IOS that break shared code, and the rest of the commands."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

TABLE = """IP Multicast Routing Table for VRF "default"

(*, 232.0.0.0/8), uptime: 11w1d, pim ip\x20
  Incoming interface: Null, RPF nbr: 0.0.0.0
  Outgoing interface list: (count: 0)

(*, 239.7.7.7/32), uptime: 4d19h, igmp pim ip\x20
  Incoming interface: Ethernet1/49, RPF nbr: 10.0.23.7
  Outgoing interface list: (count: 1)
    Vlan110, uptime: 4d19h, igmp

(10.70.1.9/32, 239.7.7.7/32), uptime: 00:37:42, ip mrib pim\x20
  Incoming interface: Vlan50, RPF nbr: 10.70.1.9, internal
  Outgoing interface list: (count: 2)
    Po12, uptime: 00:15:08, pim
    Vlan200, uptime: 02:44:10, mrib, (bridge-only)

IP Multicast Routing Table for VRF "RED"

(*, 228.0.0.0/8), bidir, uptime: 3d04h, pim ip
  Incoming interface: Ethernet1/3, RPF nbr: 10.0.9.7,internal (Router-Id: 10.255.0.2)
  Outgoing interface list: (count: 1)
    Ethernet1/3, uptime: 3d04h, mrib, pim. (RPF)

IP Multicast Routing Table for VRF "EMPTY"

"""


def read(name: str, text: str) -> dict[str, Any]:
    return parse(name, Platform.NXOS, [text])


@pytest.mark.parametrize("indent", ["", "    "])
def test_mroute(indent: str) -> None:
    record = read("mroute", "\n".join(indent + line for line in TABLE.split("\n")))
    ssm, star, source, bidir = record["entries"]
    assert record["unread"] == []
    assert (ssm["group"], ssm["group_length"], ssm["incoming_interface"], ssm["oil_null"]) == (
        "232.0.0.0",
        8,
        "Null",
        True,
    )
    assert (star["vrf"], star["rpf_neighbor"], star["rp"]) == ("default", "10.0.23.7", None)
    assert (source["rpf_neighbor"], source["incoming_interface"], source["uptime"]) == ("0.0.0.0", "Vlan50", 2262)
    assert [(o["interface"], o["flags"]) for o in source["oil"]] == [
        ("port-channel12", ["pim"]),
        ("Vlan200", ["mrib", "bridge-only"]),
    ]
    assert (bidir["vrf"], bidir["bidir"], bidir["rpf_neighbor"]) == ("RED", True, "10.0.9.7")
    assert bidir["at"] == [[0, 20, 23]]


def test_unindented_text() -> None:
    record = read("mroute", "\n".join(line.strip() for line in TABLE.split("\n")))
    assert [len(e["oil"]) for e in record["entries"]] == [0, 1, 2, 1]


def test_empty_vrf_is_empty() -> None:
    assert read("mroute", 'IP Multicast Routing Table for VRF "RED"\n\n')["entries"] == []


def test_announced_count_must_be_there() -> None:
    lines = TABLE.split("\n")
    with pytest.raises(ParseFailure):
        read("mroute", "\n".join(lines[:15]))
    damaged = read("mroute", "\n".join(lines[:9] + lines[10:]))
    assert damaged["unread"] == [[0, 9, 9]]


ROUTE_HEAD = """IP Route Table for VRF "default"
'*' denotes best ucast next-hop
'**' denotes best mcast next-hop
'[x/y]' denotes [preference/metric]
'%<string>' in via output denotes VRF <string>

"""


def test_route_and_rpf() -> None:
    text = ROUTE_HEAD + "10.70.1.0/24, ubest/mbest: 1/0\n    *via 10.0.23.7, Eth1/49, [110/41], 4d19h, ospf-1, intra\n"
    route = read("route", text)
    assert (route["found"], route["protocol"], route["connected"], route["unread"]) == (True, "ospf", False, [])
    assert [(h["address"], h["interface"]) for h in route["next_hops"]] == [("10.0.23.7", "Ethernet1/49")]
    rpf = read("rpf", text)
    assert (rpf["found"], rpf["interface"], rpf["neighbor"], rpf["route"]) == (
        True,
        "Ethernet1/49",
        "10.0.23.7",
        "10.70.1.0/24",
    )


def test_attached_route_has_no_neighbor() -> None:
    text = ROUTE_HEAD + ("10.70.1.0/24, ubest/mbest: 1/0, attached\n    *via 10.70.1.1, Vlan50, [0/0], 5w6d, direct\n")
    route, rpf = read("route", text), read("rpf", text)
    assert (route["connected"], route["protocol"], route["next_hops"][0]["address"]) == (True, "connected", None)
    assert (rpf["connected"], rpf["neighbor"], rpf["interface"]) == (True, "0.0.0.0", "Vlan50")


def test_static_route_to_an_interface_is_not_connected() -> None:
    text = ROUTE_HEAD + "10.70.0.0/16, ubest/mbest: 1/0\n    *via Eth1/7, [1/0], 5w6d, static\n"
    route, rpf = read("route", text), read("rpf", text)
    assert (route["connected"], route["protocol"]) == (False, "static")
    assert (rpf["connected"], rpf["neighbor"], rpf["interface"]) == (False, "0.0.0.0", "Ethernet1/7")


def test_equal_paths_do_not_say_which_is_used_but_multicast_best_does() -> None:
    text = ROUTE_HEAD + (
        "10.70.1.0/24, ubest/mbest: 2/0\n    *via 10.0.23.7, Eth1/49, [110/41], 4d19h, ospf-1, intra\n"
        "    *via 10.0.24.7, Eth1/50, [110/41], 4d19h, ospf-1, intra\n"
    )
    rpf = read("rpf", text)
    assert (rpf["found"], rpf["neighbor"], rpf["interface"]) == (True, None, None)
    best = read("rpf", text.replace("    *via 10.0.24.7", "   **via 10.0.24.7"))
    assert best["neighbor"] == "10.0.24.7"


def test_no_route() -> None:
    assert read("route", "Route not found\n")["found"] is False
    assert read("rpf", ROUTE_HEAD)["found"] is False
    with pytest.raises(ParseFailure):
        read("route", "\n".join(ROUTE_HEAD.split("\n")[:3]))


def test_pim() -> None:
    interfaces = read(
        "pim_interfaces",
        """PIM Interface Status for VRF "default"
Interface            IP Address      PIM DR Address  Neighbor  Border
                                                     Count     Interface
Vlan110              10.1.110.2      10.1.110.3      1         no
Ethernet1/49         10.0.23.3       10.0.23.3       1         no
""",
    )
    assert [(i["interface"], i["is_dr"], i["neighbors"]) for i in interfaces["interfaces"]] == [
        ("Vlan110", False, 1),
        ("Ethernet1/49", True, 1),
    ]
    neighbors = read(
        "pim_neighbors",
        """PIM Neighbor Status for VRF "default"
Neighbor        Interface            Uptime    Expires   DR       Bidir-  BFD     ECMP Redirect
                                                         Priority Capable State     Capable
10.0.23.7       Ethernet1/49         4d19h     00:01:33  1        no      n/a     no
""",
    )
    assert [(n["address"], n["expires"]) for n in neighbors["neighbors"]] == [("10.0.23.7", 93)]
    assert interfaces["unread"] == neighbors["unread"] == []


@pytest.mark.parametrize(
    "text",
    [
        """PIM RP Status Information for VRF "default"
BSR disabled
Auto-RP disabled
BSR RP Candidate policy: None
Auto-RP Discovery policy: None

RP: 10.255.7.1*, (0),\x20
 uptime: 4d19h   priority: 255,\x20
 RP-source: (local),\x20\x20
 group ranges:
 239.7.0.0/16
 224.0.0.0/4
""",
        """PIM RP Status Information for VRF "default"
BSR disabled
RP: 10.255.7.1*, (0), uptime: 4d19h, expires: never,
  priority: 255, RP-source: (local), group ranges:
      239.7.0.0/16   224.0.0.0/4
""",
    ],
)
def test_rp(text: str) -> None:
    record = read("rp_mapping", text)
    assert [(m["group_range"], m["rp"], m["source"], m["local"]) for m in record["mappings"]] == [
        ("239.7.0.0/16", "10.255.7.1", "static", True),
        ("224.0.0.0/4", "10.255.7.1", "static", True),
    ]
    assert record["unread"] == []


def test_igmp_groups_with_wrapped_ssm_source() -> None:
    record = read(
        "igmp_groups",
        """IGMP Connected Group Membership for VRF "default" - 2 total entries
Type: S - Static, D - Dynamic, L - Local, T - SSM Translated, H - Host Proxy
      * - Cache Only
Group Address      Type Interface              Uptime    Expires   Last Reporter
239.7.7.7          D    Vlan110                4d19h     00:03:12  10.1.110.20
232.7.1.1
  10.70.1.9        D    Vlan110                4d19h     00:03:12  10.1.110.21
""",
    )
    assert [(g["group"], g["reporter"]) for g in record["groups"]] == [
        ("239.7.7.7", "10.1.110.20"),
        ("232.7.1.1", "10.1.110.21"),
    ]
    assert record["unread"] == []


def test_feature_interfaces_and_counters() -> None:
    text = """Feature Name          Instance  State
--------------------  --------  --------
bgp                   1         disabled
pim                   1         {}
"""
    assert read("multicast_global", text.format("enabled"))["enabled"] is True
    assert read("multicast_global", text.format("enabled(not-running)"))["enabled"] is False
    assert read("multicast_global", text.format("disabled"))["enabled"] is False
    with pytest.raises(ParseFailure):
        read("multicast_global", "\n".join(text.split("\n")[:3]))
    interfaces = read(
        "interfaces",
        """IP Interface Status for VRF "default"(1)
Interface            IP Address      Interface Status
Vlan110              10.1.110.2      protocol-up/link-up/admin-up
Vlan111              10.1.111.2      protocol-down/link-down/admin-up
""",
    )
    assert [(i["address"], i["up"]) for i in interfaces["interfaces"]] == [("10.1.110.2", True), ("10.1.111.2", False)]
    counts = read(
        "mroute_count",
        """IP Multicast Routing Table for VRF "default"

Total number of routes: 3
Total number of (*,G) routes: 1
Group count: 1, rough average sources per group: 1.0

Group: 239.7.7.7/32, Source count: 1
Source          packets      bytes           aps   pps       bit-rate     oifs
(*,G)           3            300             100   0         0.000   bps  1
10.70.1.9       1284         1643520         1280  20        204.800 kbps 2
""",
    )
    assert [(c["source"], c["packets"], c["rate"]) for c in counts["sources"]] == [("*", 3, 0), ("10.70.1.9", 1284, 20)]
    assert counts["unread"] == []
