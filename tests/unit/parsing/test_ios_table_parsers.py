"""IOS outputs other than the multicast routing table."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

RPF = """RPF information for ? (10.70.1.9)
  RPF interface: Gi0/2
  RPF neighbor: ? (10.0.24.7)
  RPF route/mask: 10.70.0.0/255.255.0.0
  RPF type: unicast (ospf 1)
  RPF recursion count: 0
  Doing distance-preferred lookups across tables
  RPF topology: ipv4 multicast base, originated from ipv4 unicast base
"""


def read(name: str, text: str) -> dict[str, Any]:
    return parse(name, Platform.IOS, [text])


def test_rpf() -> None:
    record = read("rpf", RPF)
    assert record["unread"] == []
    assert {key: record[key] for key in record if key not in ("at", "unread")} == {
        "target": "10.70.1.9",
        "found": True,
        "interface": "GigabitEthernet0/2",
        "neighbor": "10.0.24.7",
        "connected": False,
        "route": "10.70.0.0/16",
        "kind": "unicast",
        "protocol": "ospf",
        "vrf": None,
    }
    assert record["at"] == [[0, 1, 8]]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("? (10.0.24.7)", "? (10.70.1.9) - directly connected", {"connected": True, "neighbor": "0.0.0.0"}),
        ("? (10.0.24.7)", "? (0.0.0.0)", {"connected": False, "neighbor": "0.0.0.0"}),
        ("for ? (10.70.1.9)", "for encoder.example.net (10.70.1.9) MoFRR Enabled", {"target": "10.70.1.9"}),
        ("unicast (ospf 1)", "static mroute", {"kind": "static mroute", "protocol": None}),
        ("unicast (ospf 1)", "multicast (bgp 65001)", {"kind": "multicast", "protocol": "bgp"}),
        ("unicast (ospf 1)", "unicast ()", {"kind": "unicast", "protocol": None}),
        ("unicast (ospf 1)", "mbgp", {"kind": "mbgp"}),
        ("  RPF recursion count: 0", "  Multicast Multipath enabled.", {}),
        ("  RPF recursion count: 0", "  Using Group Based VRF Select, RPF VRF: GREEN", {"vrf": "GREEN"}),
        (
            "  RPF recursion count: 0",
            "  Using Extranet RPF Rule: BGP Imported Route, RPF VRF: GREEN",
            {"vrf": "GREEN", "neighbor": "10.0.24.7"},
        ),
        (
            "  RPF recursion count: 0",
            "  Using Extranet RPF Rule: Static Fallback Lookup, RPF VRF: GREEN",
            {"vrf": "GREEN"},
        ),
        ("  RPF recursion count: 0", "  BGP originator: 10.254.0.2", {}),
    ],
)
def test_rpf_variants(old: str, new: str, expected: dict[str, object]) -> None:
    record = read("rpf", RPF.replace(old, new))
    assert record["unread"] == []
    assert {key: record[key] for key in expected} == expected


def test_rpf_failed_is_an_answer() -> None:
    record = read("rpf", "R1#sh ip rpf 10.70.1.9\nRPF information for ? (10.70.1.9) failed, no route exists\nR1#")
    assert (record["found"], record["interface"], record["neighbor"], record["at"]) == (False, None, None, [[0, 2, 2]])


@pytest.mark.parametrize("lines", [1, 2])
def test_rpf_cut_short(lines: int) -> None:
    with pytest.raises(ParseFailure):
        read("rpf", "\n".join(RPF.split("\n")[:lines]))


def test_route() -> None:
    record = read(
        "route",
        """Routing entry for 10.70.1.0/24
  Known via "ospf 1", distance 110, metric 3, type intra area
  Last update from 10.0.24.7 on GigabitEthernet0/2, 00:54:29 ago
  Routing Descriptor Blocks:
    10.0.23.7, from 10.255.0.7, 00:54:29 ago, via GigabitEthernet0/1
      Route metric is 3, traffic share count is 1
  * 10.0.24.7, from 10.255.0.7, 00:54:29 ago, via GigabitEthernet0/2
      Route metric is 3, traffic share count is 1
""",
    )
    assert (record["found"], record["prefix"], record["protocol"], record["connected"]) == (
        True,
        "10.70.1.0/24",
        "ospf",
        False,
    )
    assert [(h["address"], h["interface"]) for h in record["next_hops"]] == [
        ("10.0.23.7", "GigabitEthernet0/1"),
        ("10.0.24.7", "GigabitEthernet0/2"),
    ]
    assert record["unread"] == []


@pytest.mark.parametrize(
    ("known", "hop", "connected", "expected"),
    [
        (
            '"connected", distance 0, metric 0 (connected, via interface)',
            "* directly connected, via Vlan50",
            True,
            None,
        ),
        ('"static", distance 1, metric 0 (connected)', "* directly connected, via Vlan50", False, None),
        ('"static", distance 1, metric 0', "* 10.0.12.1", False, "10.0.12.1"),
        ('"rip", distance 120, metric 1', "* 10.0.12.1, from 10.0.12.1, 00:00:05 ago, via Vlan50", False, "10.0.12.1"),
    ],
)
def test_connected_is_decided_by_known_via(known: str, hop: str, connected: bool, expected: str | None) -> None:
    text = f"Routing entry for 10.50.1.0/24\n  Known via {known}\n  Routing Descriptor Blocks:\n  {hop}\n"
    record = read("route", text)
    assert record["connected"] is connected
    assert [h["address"] for h in record["next_hops"]] == [expected]


@pytest.mark.parametrize(
    "text", ["% Network not in table\n", "% Subnet not in table\n", "Routing Table: RED\n% Network not in table"]
)
def test_no_route(text: str) -> None:
    assert read("route", text)["found"] is False


def test_route_cut_short() -> None:
    with pytest.raises(ParseFailure):
        read("route", 'Routing entry for 10.50.1.0/24\n  Known via "ospf 1", distance 110, metric 3\n')


PIM_NEIGHBORS = """PIM Neighbor Table
Mode: B - Bidir Capable, DR - Designated Router, N - Default DR Priority,
      P - Proxy Capable, S - State Refresh Capable, G - GenID Capable
Neighbor          Interface                Uptime/Expires    Ver   DR
Address                                                            Prio/Mode
"""


def test_pim_neighbors() -> None:
    rows = """10.0.23.7         GigabitEthernet0/1       3w6d/00:01:33     v2    1 / S P G
10.0.24.7         Gi0/2                    00:12:19/00:01:24 v2    1 / DR S P G
10.0.25.7         Vlan9                    00:12:19/00:01:24 v2    0 /
"""
    record = read("pim_neighbors", PIM_NEIGHBORS + rows)
    assert [(n["address"], n["interface"], n["dr"]) for n in record["neighbors"]] == [
        ("10.0.23.7", "GigabitEthernet0/1", False),
        ("10.0.24.7", "GigabitEthernet0/2", True),
        ("10.0.25.7", "Vlan9", False),
    ]
    assert record["neighbors"][0]["uptime"] == 3 * 604800 + 6 * 86400
    assert record["unread"] == []


def test_heading_without_rows_is_empty_but_damaged_rows_are_not() -> None:
    assert read("pim_neighbors", PIM_NEIGHBORS)["neighbors"] == []
    with pytest.raises(ParseFailure):
        read("pim_neighbors", PIM_NEIGHBORS + "10.0.23.7         GigabitEth")


def test_pim_interfaces() -> None:
    record = read(
        "pim_interfaces",
        """Address          Interface                Ver/   Nbr    Query  DR         DR
                                          Mode   Count  Intvl  Prior
10.0.23.3        GigabitEthernet0/1       v2/S   1      30     1          10.0.23.3
10.0.9.3         Serial0/0                v2/SD  1      30     1          0.0.0.0
10.9.8.3         Vlan7                    v2/S   0      30     1          10.9.8.9
""",
    )
    assert [(i["interface"], i["mode"], i["neighbors"], i["is_dr"]) for i in record["interfaces"]] == [
        ("GigabitEthernet0/1", "sparse", 1, True),
        ("Serial0/0", "sparse-dense", 1, None),
        ("Vlan7", "sparse", 0, False),
    ]
    assert record["unread"] == []


def test_rp_mapping_in_both_styles() -> None:
    record = read(
        "rp_mapping",
        """PIM Group-to-RP Mappings
This system is an RP-mapping agent (Loopback0)

Group(s) 224.0.0.0/4
  RP 10.255.7.1 (?), v2v1
    Info source: 10.255.0.2 (?), elected via Auto-RP
         Uptime: 3d14h, expires: 00:02:30
Group(s) 239.8.0.0/16
  RP 10.255.7.2 (?), v2
    Info source: 10.255.0.2 (?), via bootstrap, priority 0, holdtime 150
         Uptime: 3d14h, expires: 00:02:30
Group(s): 239.9.0.0/16, Static
    RP: 10.255.7.3 (rp.example.net)
Acl: VIDEO, Static-Override
    RP: 10.255.7.4 (?)
""",
    )
    assert [(m["group_range"], m["rp"], m["source"], m["acl"]) for m in record["mappings"]] == [
        ("224.0.0.0/4", "10.255.7.1", "auto-rp", None),
        ("239.8.0.0/16", "10.255.7.2", "bsr", None),
        ("239.9.0.0/16", "10.255.7.3", "static", None),
        (None, "10.255.7.4", "static", "VIDEO"),
    ]
    assert record["unread"] == []
    assert read("rp_mapping", "PIM Group-to-RP Mappings\n\n")["mappings"] == []


def test_igmp() -> None:
    record = read(
        "igmp_groups",
        """IGMP Connected Group Membership
Group Address    Interface                Uptime    Expires   Last Reporter   Group Accounted
239.7.7.7        Vlan110                  01:12:44  00:02:31  10.1.110.20
239.7.7.8        Vlan110                  01:12:44  never     0.0.0.0
232.7.7.8        Vlan110                  1w2d      stopped   10.1.110.21
""",
    )
    assert [(g["group"], g["expires"], g["reporter"]) for g in record["groups"]] == [
        ("239.7.7.7", 151, "10.1.110.20"),
        ("239.7.7.8", None, "0.0.0.0"),
        ("232.7.7.8", None, "10.1.110.21"),
    ]
    interfaces = read(
        "igmp_interfaces",
        """Vlan110 is up, line protocol is up
  Internet address is 10.1.110.3/24
  IGMP is enabled on interface
  Current IGMP host version is 2
  IGMP querying router is 10.1.110.3 (this system)
Vlan111 is up, line protocol is up
  IGMP is disabled on interface
  Multicast routing is disabled on interface
""",
    )["interfaces"]
    assert [(i["interface"], i["enabled"], i["querier"]) for i in interfaces] == [
        ("Vlan110", True, "10.1.110.3"),
        ("Vlan111", False, None),
    ]


def test_counters() -> None:
    record = read(
        "mroute_count",
        """IP Multicast Statistics
2 routes using 1234 bytes of memory
1 groups, 1.00 average sources per group
Forwarding Counts: Pkt Count/Pkts per second/Avg Pkt Size/Kilobits per second
Other counts: Total/RPF failed/Other drops(OIF-null, rate-limit etc)

Group: 239.7.7.7, Source count: 1, Packets forwarded: 0, Packets received: 1284
  RP-tree: Forwarding: 0/0/0/0, Other: 0/0/0
  Source: 10.70.1.9/32, Forwarding: 5/1/1300/12, Other: 1284/1280/4
""",
    )
    assert [(c["source"], c["packets"], c["rate"], c["rpf_failed"], c["other_drops"]) for c in record["sources"]] == [
        ("*", 0, 0, 0, 0),
        ("10.70.1.9", 5, 1, 1280, 4),
    ]
    assert record["unread"] == []


@pytest.mark.parametrize(
    ("multipath", "expected"),
    [
        ("disabled", "disabled"),
        ("enabled", "source"),
        ("enabled (algorithm: next-hop-based)", "s-g-next-hop"),
    ],
)
def test_multicast_global(multipath: str, expected: str) -> None:
    text = f"  Multicast Routing: enabled\n  Multicast Multipath: {multipath}\n  Multicast Route limit: No limit\n"
    record = read("multicast_global", text)
    assert (record["enabled"], record["multipath"], record["unread"]) == (True, expected, [])
    assert read("multicast_global", text.replace("Routing: enabled", "Routing: disabled"))["enabled"] is False
    with pytest.raises(ParseFailure):
        read("multicast_global", "  Multicast Multipath: disabled\n")


def test_interfaces() -> None:
    record = read(
        "interfaces",
        """Interface              IP-Address      OK? Method Status                Protocol
GigabitEthernet0/1     10.0.23.3       YES NVRAM  up                    up
GigabitEthernet0/2     unassigned      YES unset  administratively down down
Loopback0              10.255.7.3      YES manual up                    up
""",
    )
    assert [(i["interface"], i["address"], i["up"]) for i in record["interfaces"]] == [
        ("GigabitEthernet0/1", "10.0.23.3", True),
        ("GigabitEthernet0/2", None, False),
        ("Loopback0", "10.255.7.3", True),
    ]


def test_configuration_sections() -> None:
    record = read(
        "config_lines",
        """Building configuration...

Current configuration : 123 bytes
!
interface Vlan110
 ip address 10.1.110.3 255.255.255.0
 ip pim sparse-mode
!
ip multicast-routing
end
""",
    )
    assert [(line["text"], line["section"], line["at"]) for line in record["lines"]] == [
        ("interface Vlan110", "interface Vlan110", [[0, 5, 5]]),
        ("ip address 10.1.110.3 255.255.255.0", "interface Vlan110", [[0, 6, 6]]),
        ("ip pim sparse-mode", "interface Vlan110", [[0, 7, 7]]),
        ("ip multicast-routing", "ip multicast-routing", [[0, 9, 9]]),
    ]
    only = read("config_lines", "R1#show run | i pim\n ip pim sparse-mode\n ip pim sparse-mode\nR1#")["lines"]
    assert [line["section"] for line in only] == ["", ""]
