"""Junos: joins, RPF, routes, and the normal forms of Direct, Local and unknown."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

JOIN = """user@r7> show pim join extensive 239.7.7.7
Instance: PIM.master Family: INET
R = Rendezvous Point Tree, S = Sparse, W = Wildcard

Group: 239.7.7.7
    Source: *
    RP: 10.255.7.1
    Flags: sparse,rptree,wildcard
    Upstream interface: ge-0/0/1.0
    Upstream neighbor: 10.0.12.7
    Upstream state: Join to RP
    Uptime: 03:41:09
    Downstream neighbors:
        Interface: ge-0/0/3.0
            10.0.34.4 State: Join Flags: SRW Timeout: 173
            Uptime: 00:21:52 Time since last Join: 00:00:37
    Number of downstream interfaces: 1

Group: 239.7.7.7
    Source: 10.70.1.9
    Flags: sparse
    Upstream interface: {interface}
    Upstream neighbor: {neighbor}
    Upstream state: {state}
    Keepalive timeout: 331
    Uptime: 00:10:00
    Downstream neighbors:
    Number of downstream interfaces: 0

Instance: PIM.master Family: INET6
R = Rendezvous Point Tree, S = Sparse, W = Wildcard
"""


def read(name: str, text: str) -> dict[str, Any]:
    return parse(name, Platform.JUNOS, [text])


def join(interface: str, neighbor: str, state: str) -> dict[str, Any]:
    return read("mroute", JOIN.format(interface=interface, neighbor=neighbor, state=state))


def test_shared_tree_entry() -> None:
    record = join("ge-0/0/2.0", "10.0.13.7", "Join to Source")
    star, source = record["entries"]
    assert record["unread"] == []
    assert (star["source"], star["rp"], star["flags"]) == ("*", "10.255.7.1", ["sparse", "rptree", "wildcard"])
    assert (star["incoming_interface"], star["rpf_neighbor"], star["uptime"]) == ("ge-0/0/1.0", "10.0.12.7", 13269)
    oif = star["oil"][0]
    assert (oif["interface"], oif["next_hop"], oif["state"], oif["uptime"]) == ("ge-0/0/3.0", "10.0.34.4", "Join", 1312)
    assert (source["rpf_neighbor"], source["oil"], source["oil_null"]) == ("10.0.13.7", [], True)
    assert star["at"][0][:2] == [0, 6]


@pytest.mark.parametrize(
    ("interface", "neighbor", "state", "expected"),
    [
        ("ge-0/0/5.0", "Direct", "Local Source", ("ge-0/0/5.0", "0.0.0.0")),
        ("Local", "Local", "Local RP", ("Null", "0.0.0.0")),
        ("unknown (no nexthop)", "unknown", "Join to Source", ("Null", "0.0.0.0")),
        ("unknown (no neighbor)", "unknown", "Join to Source", ("Null", "0.0.0.0")),
    ],
)
def test_normal_forms(interface: str, neighbor: str, state: str, expected: tuple[str, str]) -> None:
    found = join(interface, neighbor, state)["entries"][1]
    assert (found["incoming_interface"], found["rpf_neighbor"]) == expected


def test_no_group_and_cut_text() -> None:
    assert read("mroute", "Instance: PIM.master Family: INET\nR = Rendezvous Point Tree\n")["entries"] == []
    with pytest.raises(ParseFailure):
        read("mroute", "\n".join(JOIN.split("\n")[:8]))
    with pytest.raises(ParseFailure):
        read("mroute", "")


def test_multicast_rpf() -> None:
    text = """Multicast RPF table: inet.0 , 14 entries

10.70.1.0/24
    Protocol: OSPF
    Interface: ge-0/0/1.0
    Neighbor: 10.0.12.7
"""
    record = read("rpf", text)
    assert (record["found"], record["interface"], record["neighbor"], record["protocol"], record["route"]) == (
        True,
        "ge-0/0/1.0",
        "10.0.12.7",
        "ospf",
        "10.70.1.0/24",
    )
    direct = read("rpf", text.replace("OSPF", "Direct").replace("    Neighbor: 10.0.12.7\n", ""))
    assert (direct["connected"], direct["neighbor"], direct["found"]) == (True, "0.0.0.0", True)
    unresolved = read("rpf", "\n".join(text.split("\n")[:4]))
    assert (unresolved["found"], unresolved["interface"]) == (False, None)
    assert read("rpf", "Multicast RPF table: inet.2 , 3 entries\n")["found"] is False


ROUTE = """inet.0: 14 destinations, 15 routes (14 active, 0 holddown, 0 hidden)
+ = Active Route, - = Last Active, * = Both

10.70.1.0/24       *[OSPF/10] 00:54:29, metric 2
                    > to 10.0.12.7 via ge-0/0/1.0
                      to 10.0.13.7 via ge-0/0/2.0
                    [Static/200] 2d 03:04:05
                    > to 10.9.9.9 via ge-0/0/9.0
"""


def test_route() -> None:
    record = read("route", ROUTE)
    assert (record["protocol"], record["prefix"], record["unread"]) == ("ospf", "10.70.1.0/24", [])
    assert [(h["address"], h["interface"]) for h in record["next_hops"]] == [
        ("10.0.12.7", "ge-0/0/1.0"),
        ("10.0.13.7", "ge-0/0/2.0"),
    ]
    heading = ROUTE.split("\n")[0]
    direct = read(
        "route", f"{heading}\n\n10.70.1.0/24       *[Direct/0] 1w2d 03:04:05\n                    > via ge-0/0/5.0\n"
    )
    assert (direct["connected"], direct["next_hops"][0]["address"]) == (True, None)
    assert read("route", heading)["found"] is False
    with pytest.raises(ParseFailure):
        read("route", "\n".join(ROUTE.split("\n")[:4]))


def test_pim() -> None:
    interfaces = read(
        "pim_interfaces",
        """Stat = Status, V = Version, NbrCnt = Neighbor Count,
S = Sparse, D = Dense, B = Bidirectional,
DR = Designated Router, P2P = Point-to-point link,
Active = Bidirectional is active, NotCap = Not Bidirectional Capable
Instance: PIM.master

Name               Stat Mode IP V State        NbrCnt JoinCnt(sg/*g) DR address
ge-0/0/1.0         Up   S    4  2 NotDR,NotCap      1 1/1            10.0.12.9
lo0.0              Up   S    4  2 DR,NotCap         0 0/0            10.255.7.3
pe-0/0/0.32769     Down S    4  2 P2P,NotCap        0 0/0
""",
    )
    assert [(i["interface"], i["up"], i["neighbors"], i["is_dr"]) for i in interfaces["interfaces"]] == [
        ("ge-0/0/1.0", True, 1, False),
        ("lo0.0", True, 0, True),
        ("pe-0/0/0.32769", False, 0, None),
    ]
    neighbors = read(
        "pim_neighbors",
        """B = Bidirectional Capable, G = Generation Identifier
H = Hello Option Holdtime, L = Hello Option LAN Prune Delay,
P = Hello Option DR Priority, T = Tracking Bit
Instance: PIM.master
Interface           IP V Mode        Option       Uptime Neighbor addr
ge-0/0/1.0           4 2             HPLGT      03:41:09 10.0.12.7
""",
    )
    assert [(n["address"], n["interface"], n["uptime"]) for n in neighbors["neighbors"]] == [
        ("10.0.12.7", "ge-0/0/1.0", 13269)
    ]
    rps = read(
        "rp_mapping",
        """Instance: PIM.master

address-family INET
RP address      Type        Mode   Holdtime Timeout Groups Group prefixes
10.255.7.1      static      sparse        0    None      2 224.0.0.0/4
                                                           239.7.0.0/16
10.255.7.2      bootstrap   sparse      150     112      1 239.8.0.0/16
""",
    )
    assert [(m["rp"], m["source"], m["group_range"]) for m in rps["mappings"]] == [
        ("10.255.7.1", "static", "224.0.0.0/4"),
        ("10.255.7.1", "static", "239.7.0.0/16"),
        ("10.255.7.2", "bsr", "239.8.0.0/16"),
    ]
    assert interfaces["unread"] == neighbors["unread"] == rps["unread"] == []


def test_igmp() -> None:
    record = read(
        "igmp_groups",
        """Interface: ge-0/0/2.0, Groups: 1
    Group: 239.7.7.7
        Source: 0.0.0.0
        Last reported by: 10.1.110.20
        Timeout:     240 Type: Dynamic
Interface: local, Groups: 0
""",
    )
    assert [(g["group"], g["interface"], g["reporter"], g["expires"]) for g in record["groups"]] == [
        ("239.7.7.7", "ge-0/0/2.0", "10.1.110.20", 240)
    ]
    interfaces = read(
        "igmp_interfaces",
        """Interface: ge-0/0/2.0
    Querier: 10.1.110.1
    State:         Up Timeout:     None Version:  2 Groups:     1

Configured Parameters:
IGMP Query Interval: 125.0
""",
    )
    assert [(i["interface"], i["enabled"], i["querier"]) for i in interfaces["interfaces"]] == [
        ("ge-0/0/2.0", True, "10.1.110.1")
    ]


def test_counters_and_interfaces() -> None:
    counts = read(
        "mroute_count",
        """Instance: master Family: INET

Group: 239.7.7.7
    Source: 10.70.1.9/32
    Upstream interface: ge-0/0/1.0
    Downstream interface list:
        ge-0/0/3.0
    Number of outgoing interfaces: 1
    Session description: Administratively Scoped
    Statistics: 10 kBps, 100 pps, 23003 packets
    Next-hop ID: 1048577
    Upstream protocol: PIM
    Route state: Active
    Forwarding state: Forwarding
    Cache lifetime/timeout: 360 seconds
    Wrong incoming interface notifications: 7
    Uptime: 00:10:00
""",
    )
    assert [(c["source"], c["packets"], c["rate"], c["rpf_failed"]) for c in counts["sources"]] == [
        ("10.70.1.9", 23003, 100, 7)
    ]
    assert counts["unread"] == []
    interfaces = read(
        "interfaces",
        """Interface               Admin Link Proto    Local                 Remote
ge-0/0/1                up    up
ge-0/0/1.0              up    up   inet     10.0.12.2/30
                                   multiservice
ge-0/0/2.0              up    down inet     10.0.13.2/30
lo0.0                   up    up   inet     10.255.7.3          --> 0/0
                                            10.255.7.4          --> 0/0
                                   inet6    fe80::1/64
""",
    )
    assert [(i["interface"], i["address"], i["up"]) for i in interfaces["interfaces"]] == [
        ("ge-0/0/1", None, True),
        ("ge-0/0/1.0", "10.0.12.2", True),
        ("ge-0/0/2.0", "10.0.13.2", False),
        ("lo0.0", "10.255.7.3", True),
        ("lo0.0", "10.255.7.4", True),
    ]
    config = read("config_lines", "set protocols pim interface ge-0/0/1.0 mode sparse\n")
    assert config["lines"][0]["section"] == config["lines"][0]["text"]
