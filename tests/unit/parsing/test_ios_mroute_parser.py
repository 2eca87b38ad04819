"""`show ip mroute` of IOS: every line shape that public recordings show, and the ones ready-made templates lose."""

from __future__ import annotations

import time
from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

LEGEND = """IP Multicast Routing Table
Flags: D - Dense, S - Sparse, B - Bidir Group, s - SSM Group, C - Connected,
       L - Local, P - Pruned, R - RP-bit set, F - Register flag,
       T - SPT-bit set, J - Join SPT, M - MSDP created entry, E - Extr
anet,
       U - URD, I - Received Source Specific Host Report,\x20
Outgoing interface flags: H - Hardware switched, A - Assert winner
Timers: Uptime/Expires
 Interface state: Interface, Next-Hop or VCD, State/Mode

"""


def read(text: str) -> dict[str, Any]:
    return parse("mroute", Platform.IOS, [text])


def entry(incoming: str = "Incoming interface: Vlan7, RPF nbr 10.7.0.1", *oil: str) -> dict[str, Any]:
    lines = oil or ("Vlan8, Forward/Sparse, 00:01:00/00:02:10",)
    body = "".join(f"    {line}\n" for line in lines)
    record = read(
        f"(10.70.1.9, 239.7.7.7), 00:01:00/00:02:10, flags: T\n  {incoming}\n  Outgoing interface list:\n{body}"
    )
    assert record["unread"] == [], record
    assert len(record["entries"]) == 1
    found: dict[str, Any] = record["entries"][0]
    return found


def test_bare_paste_without_indentation_or_legend_is_read_in_full() -> None:
    record = read(
        "(10.1.12.4, 239.1.1.1), 00:00:01/00:02:58, flags:\n"
        "Incoming interface: Null, RPF nbr 0.0.0.0\n"
        "Outgoing interface list:\n"
        "Ethernet0/0, Forward/Dense, 00:00:02/00:00:00\n"
        "Vlan111, Forward/Dense, 00:00:02/00:00:00\n"
    )
    found = record["entries"][0]
    assert (found["source"], found["group"], found["flags"]) == ("10.1.12.4", "239.1.1.1", [])
    assert (found["incoming_interface"], found["rpf_neighbor"], found["rp"]) == ("Null", "0.0.0.0", None)
    assert (found["uptime"], found["expires"]) == (1, 178)
    assert [(o["interface"], o["state"], o["mode"], o["at"]) for o in found["oil"]] == [
        ("Ethernet0/0", "Forward", "Dense", [[0, 4, 4]]),
        ("Vlan111", "Forward", "Dense", [[0, 5, 5]]),
    ]
    assert found["at"] == [[0, 1, 5]]
    assert record["unread"] == []


def test_whole_table_with_odd_legend() -> None:
    record = read(
        LEGEND
        + """(*, 239.7.7.7), 01:12:44/stopped, RP 10.255.7.1, flags: SJC
  Incoming interface: Null, RPF nbr 0.0.0.0
  Outgoing interface list:
    Vlan110, Forward/Sparse, 01:12:44/00:02:31

(10.70.1.9, 239.7.7.7), 5d02h/00:02:12, flags: PFT
  Incoming interface: Vlan50, RPF nbr 0.0.0.0, Registering
  Outgoing interface list: Null

"""
    )
    star, source = record["entries"]
    assert record["unread"] == []
    assert (star["source"], star["rp"], star["expires"], star["flags"]) == ("*", "10.255.7.1", None, ["S", "J", "C"])
    assert star["oil_null"] is False
    assert source["uptime"] == 5 * 86400 + 2 * 3600
    assert source["registering"] is True
    assert (source["oil"], source["oil_null"]) == ([], True)


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Incoming interface: Gi0/1, RPF nbr 10.7.0.1, Mbgp", "rpf_route", "mbgp"),
        ("Incoming interface: Gi0/1, RPF nbr 10.7.0.1, Mroute", "rpf_route", "mroute"),
        ("Incoming interface: Gi0/1, RPF nbr 10.7.0.1*", "assert_winner", True),
        ("Incoming interface: Gi0/1, RPF nbr 10.7.0.1", "incoming_interface", "GigabitEthernet0/1"),
        ("Incoming interface: Vlan500, RPF nbr 2001:DB8::7:2", "rpf_neighbor", "2001:db8::7:2"),
        ("Incoming interface: Tunnel0, RPF nbr 10.254.7.2, MDT:239.192.7.9/00:02:41", "mdt", "239.192.7.9"),
        ("Incoming interface: Vlan105, RPF nbr 0.0.0.0, Registering", "registering", True),
        ("Incoming interface: Gi0/5, RPF nbr 10.7.5.5, using vrf VRF-GREEN", "using_vrf", "VRF-GREEN"),
        (
            "Incoming interface: LISP0.4100, RPF nbr 10.254.7.11, LISP: [10.254.7.11, 232.77.5.6]",
            "incoming_interface",
            "LISP0.4100",
        ),
        ("Bidir-Upstream: GigabitEthernet0/1, RPF nbr: 10.7.12.1", "bidir", True),
    ],
)
def test_incoming_variants(line: str, field: str, value: object) -> None:
    assert entry(line)[field] == value


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Vlan20, Forward/Sparse, 00:03:55/00:02:54, A", {"flags": ["A"]}),
        ("Vlan20, Forward/Sparse, 00:03:55/00:02:54, H", {"flags": ["H"], "interface": "Vlan20"}),
        ("Vlan30, Prune/Dense, 00:03:55/00:02:54", {"state": "Prune", "mode": "Dense"}),
        ("Vlan40, Forward/Sparse, 00:03:55/00:02:54, flags: ", {"interface": "Vlan40", "flags": []}),
        ("Vlan41, Forward/Sparse-Dense, 00:03:55/stopped, flags:", {"mode": "Sparse-Dense", "expires": None}),
        ("Tunnel5, Forward/Sparse, 00:03:55/00:02:54, Pkts:2, flags: p", {"flags": ["p"], "interface": "Tunnel5"}),
        ("ATM1/0, VCD 22, Forward/Sparse, 00:08:31/00:02:47", {"interface": "ATM1/0", "next_hop": None}),
        ("Serial0, 10.7.1.5, Forward/Sparse, 00:08:31/00:02:47", {"next_hop": "10.7.1.5", "uptime": 511}),
        ("LISP0.1, (10.7.2.2, 232.1.1.7), Forward/Sparse, 00:08:31/stopped", {"next_hop": "10.7.2.2"}),
        ("Ethernet0, Forward/Dense, 0:20:00/0:02:52 (ttl-threshold 32)", {"interface": "Ethernet0", "uptime": 1200}),
        ("Vlan500, VXLAN v4 Encap: (60110, 239.77.1.0), Forward/Sparse, 2d03h/stopped, flags:", {"next_hop": None}),
        ("MVRF VRF-GREEN, Forward/Sparse, 4d21h/stopped", {"interface": "MVRF VRF-GREEN"}),
    ],
)
def test_outgoing_variants(line: str, expected: dict[str, object]) -> None:
    found = entry("Incoming interface: Vlan7, RPF nbr 10.7.0.1", line)["oil"]
    assert len(found) == 1
    assert {key: found[0][key] for key in expected} == expected


def test_second_level_line_is_a_member_of_the_interface_above() -> None:
    oil = entry(
        "Incoming interface: Vlan7, RPF nbr 10.7.0.1",
        "Vlan500, VXLAN v4 Encap: (60110, 239.77.1.0), Forward/Sparse, 2d03h/stopped, flags:",
        "  10.254.7.120, 6d01h/00:03:11",
    )["oil"]
    assert [(o["interface"], o["next_hop"]) for o in oil] == [("Vlan500", None), ("Vlan500", "10.254.7.120")]


def test_extranet_receivers_are_not_table_entries() -> None:
    record = read(
        """(10.60.7.5, 239.20.7.1), 00:02:11/00:00:48, flags: TE
  Incoming interface: Vlan7, RPF nbr 10.7.0.1
  Outgoing interface list: Null
  Extranet receivers in vrf VRF-BLUE:
  (10.60.7.5, 239.20.7.1), 00:02:11/00:00:48, OIF count: 1, flags: T
(10.60.7.6, 239.20.7.1), 00:02:11/00:00:48, flags: T
  Incoming interface: Vlan7, RPF nbr 10.7.0.1
  Outgoing interface list: Null
"""
    )
    assert [e["source"] for e in record["entries"]] == ["10.60.7.5", "10.60.7.6"]
    assert record["entries"][0]["extranet"] == [{"vrf": "VRF-BLUE", "outgoing": 1, "flags": ["T"], "at": [[0, 4, 5]]}]
    assert record["entries"][1]["extranet"] == []
    assert record["entries"][0]["at"] == [[0, 1, 5]]
    assert record["unread"] == []


def test_bidir_range_with_mask_and_without_blank() -> None:
    record = read(
        """(*,229.40.0.0/16), 00:17:21/-, RP 10.255.7.1, flags: B
  Bidir-Upstream: GigabitEthernet0/1, RPF nbr: 10.0.12.1
  Incoming interface list:
    Vlan31, Accepting/Sparse
    GigabitEthernet0/1, Accepting/Sparse
"""
    )
    found = record["entries"][0]
    assert (found["group"], found["group_length"], found["bidir"]) == ("229.40.0.0", 16, True)
    assert (found["incoming_interface"], found["rpf_neighbor"]) == ("GigabitEthernet0/1", "10.0.12.1")
    assert (found["oil"], record["unread"]) == ([], [])


@pytest.mark.parametrize(("flags", "expected"), [("S*C", list("S*C")), ("sTuN#", list("sTuN#")), ("", [])])
def test_flags_are_single_characters(flags: str, expected: list[str]) -> None:
    record = read(
        f"(*, 239.7.1.1), 00:00:10/00:02:50, RP 0.0.0.0, flags: {flags}\n"
        "  Incoming interface: Null, RPF nbr 0.0.0.0\n  Outgoing interface list: Null\n"
    )
    assert record["entries"][0]["flags"] == expected
    assert record["entries"][0]["rp"] == "0.0.0.0"


def test_echo_prompt_and_group_not_found() -> None:
    record = read("R7#show ip mroute 239.9.9.9\nGroup 239.9.9.9 not found\n\nR7#")
    assert (record["entries"], record["enabled"], record["unread"]) == ([], True, [])


def test_multicast_off_is_not_an_empty_table() -> None:
    assert read("IP Multicast Forwarding is not enabled.\n" + LEGEND)["enabled"] is False
    assert read(LEGEND)["enabled"] is True
    assert read(LEGEND)["entries"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "no such text",
        LEGEND[:60],
        "    Vlan110, Forward/Sparse, 01:12:44/00:02:31\n",
        "(10.1.1.1, 239.1.1.1), 00:00:01/00:02:58, flags: T\n",
        "(10.1.1.1, 239.1.1.1), 00:00:01/00:02:58, flags: T\n  Incoming interface: Vlan1, RPF nbr 10.1.0.1\n",
        "(10.1.1.1, 239.1.1.1), 00:00:01/00:02:58, flags: T\n  Incoming interface: Vlan1, RPF nbr 10.1.0.1\n"
        "  Outgoing interface list:\n",
        "(10.1.1.1, 239.1.1.1), 00:00:01/00:02:58, flags: T\n  Incoming interface: Vlan1, RPF nbr 10.1.0.1\n"
        "  Outgoing interface list:\n    Vlan2, Forward/Spar",
    ],
)
def test_what_cannot_be_understood_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        read(text)


def test_damaged_line_inside_an_entry_is_unread_and_changes_nothing_else() -> None:
    record = read(
        """(10.1.1.1, 239.1.1.1), 00:00:01/00:02:58, flags: T
  Incoming interface: Vl*Mar  1 00:01:02.003: %LINK-3-UPDOWN: Interface Vlan3, changed state to up
  Outgoing interface list: Null
(10.1.1.2, 239.1.1.1), 00:00:01/00:02:58, flags: T
  Incoming interface: Vlan1, RPF nbr 10.1.0.1, FutureWord
*Mar  1 00:01:02.003: %LINK-3-UPDOWN: Interface Vlan3, changed state to up
  Outgoing interface list: Null
"""
    )
    first, second = record["entries"]
    assert first["incoming_interface"] is None
    assert second["incoming_interface"] == "Vlan1"
    assert record["unread"] == [[0, 2, 2], [0, 5, 5]]


def test_ten_thousand_entries_are_linear() -> None:
    def table(count: int) -> str:
        return LEGEND + "".join(
            f"(10.{n % 200}.1.{n % 250}, 239.{n // 250}.10.{n % 250}), 00:54:29/00:02:12, flags: JT\n"
            "  Incoming interface: GigabitEthernet0/2, RPF nbr 10.0.24.4\n  Outgoing interface list:\n"
            "    Vlan110, Forward/Sparse, 00:54:29/00:02:31\n    Vlan111, Forward/Sparse, 00:54:29/00:02:31\n\n"
            for n in range(count)
        )

    def cost(text: str) -> float:
        start = time.process_time()
        read(text)
        return time.process_time() - start

    small, large = min(cost(table(1000)) for _ in range(3)), min(cost(table(10000)) for _ in range(2))
    assert large < 1.0
    assert large < 30 * max(small, 0.005)
