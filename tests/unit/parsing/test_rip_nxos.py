"""RIP of NX-OS: process, interfaces, neighbors, filters, routes; and the texts that must not be taken for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.parsing.rip_texts import (
    NXOS_ALL,
    NXOS_CONFIG,
    NXOS_INTERFACES,
    NXOS_NEIGHBORS,
    NXOS_PROCESS,
    NXOS_ROUTES,
)
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse


def process(*pages: str) -> dict[str, Any]:
    return parse("rip_process", Platform.NXOS, pages or NXOS_ALL)


def changed(place: int, old: str, new: str) -> tuple[str, ...]:
    """The four texts with one piece replaced."""
    assert old in NXOS_ALL[place]
    return tuple(text.replace(old, new, 1) if n == place else text for n, text in enumerate(NXOS_ALL))


def routes(text: str = NXOS_ROUTES) -> dict[str, dict[str, Any]]:
    record = parse("rip_database", Platform.NXOS, [text])
    assert record["unread"] == []
    return {entry["prefix"]: entry for entry in record["entries"]}


def test_the_process() -> None:
    record = process()
    assert (record["running"], record["version"], record["auto_summary"]) == (True, "2", False)
    assert (record["invalid"], record["maximum_paths"], record["networks"], record["unread"]) == (180, 16, [], [])
    assert [(i["interface"], i["receive"], i["key_chain"], i["passive"]) for i in record["interfaces"]] == [
        ("Vlan10", "2", "none", False),
        ("Vlan20", "2", "SERVERS", False),
        ("Ethernet1/1", "2", "none", True),
    ]
    assert [(f["direction"], f["interface"], f["name"]) for f in record["filters"]] == [
        ("in", "Vlan10", "SERVER-IN"),
        ("out", "Vlan20", "QUIET"),
    ]
    assert [(g["address"], g["last_update"], g["bad_packets"], g["bad_routes"]) for g in record["gateways"]] == [
        ("10.10.0.50", 4, 0, 0),
        ("10.20.0.50", 7, 17, 2),
        ("172.16.1.2", 301, 0, 0),
    ]


def test_cites_name_the_output_they_come_from() -> None:
    record = process()
    texts = [text.split("\n") for text in NXOS_ALL]

    def cited(at: list[list[int]]) -> str:
        part, first, last = at[0]
        return "\n".join(texts[part][first - 1 : last])

    assert cited(record["interfaces"][2]["at"]).startswith("Ethernet1/1, protocol-up")
    assert "passive" in cited(record["interfaces"][2]["at"])
    assert cited(record["gateways"][1]["at"]).startswith("10.20.0.50, Vlan20\n")
    assert cited(record["filters"][0]["at"]).strip().startswith("ip rip route-filter")


def test_what_else_a_process_says() -> None:
    stopped = process(*changed(0, "Process is up and running", "Process is down (shutdown)"))
    assert stopped["running"] is False
    unclear = process(*changed(1, "md5  Keychain: SERVERS", "md5  Keychain: none"))
    assert unclear["interfaces"][1]["key_chain"] is None
    off = process(*changed(1, "md5  Keychain: SERVERS", "none  Keychain: 1"))
    assert off["interfaces"][1]["key_chain"] == "none"
    never = process(*changed(2, "00:00:11/00:00:04", "00:00:11/never"))
    assert never["gateways"][0]["last_update"] is None
    nobody = NXOS_NEIGHBORS[: NXOS_NEIGHBORS.index("10.10.0.50")].replace("= 3", "= 0")
    assert process(NXOS_PROCESS, NXOS_INTERFACES, nobody, NXOS_CONFIG)["gateways"] == []


def test_the_default_vrf_counts_and_another_one_where_it_was_asked_for() -> None:
    other = NXOS_PROCESS.replace('"default"', '"RED"').replace("Max-paths: 16", "Max-paths: 1")
    assert process(NXOS_PROCESS + other, *NXOS_ALL[1:])["maximum_paths"] == 16
    assert process(other, *NXOS_ALL[1:])["maximum_paths"] == 1
    with pytest.raises(ParseFailure, match="several VRFs"):
        process(other + other.replace("RED", "BLUE"), *NXOS_ALL[1:])


@pytest.mark.parametrize(
    "pages",
    [
        NXOS_ALL[:2],
        NXOS_ALL[:3],
        ("", *NXOS_ALL[1:]),
        (NXOS_ROUTES, *NXOS_ALL[1:]),
        (NXOS_PROCESS[: NXOS_PROCESS.index("Process is up")], *NXOS_ALL[1:]),
        changed(2, "= 3", "= 4"),
        changed(2, "    Bad Routes Received: 0\n", ""),
        changed(2, "00:00:11/00:00:04", "00:00:11"),
        (*NXOS_ALL[:2], NXOS_NEIGHBORS[:400], NXOS_CONFIG),
        changed(3, "feature rip", "feature ospf"),
        changed(3, "interface Ethernet1/1\n  ip router rip SITE\n", ""),
        changed(1, ", passive (no outbound updates)", ", pass"),
        changed(1, "Vlan20, protocol-up", "Vlan21, protocol-up"),
        changed(1, "  address/mask 10.20.0.1/24, metric 1, split-horizon\n", ""),
        (*NXOS_ALL[:3], ""),
    ],
)
def test_what_is_not_whole_is_a_failure(pages: tuple[str, ...]) -> None:
    with pytest.raises(ParseFailure):
        process(*pages)


@pytest.mark.parametrize("name", ["rip_process", "rip_database"])
def test_a_switch_without_the_feature_refuses(name: str) -> None:
    with pytest.raises(Refused):
        parse(name, Platform.NXOS, ["        ^\n% Invalid command at '^' marker.\n"] * 4)


def test_the_routes() -> None:
    found = routes()
    assert [(h["address"], h["interface"]) for h in found["10.99.1.5/32"]["hops"]] == [
        ("10.10.0.50", "Vlan10"),
        ("10.20.0.50", "Vlan20"),
    ]
    assert (found["10.99.1.5/32"]["metric"], found["10.99.1.5/32"]["connected"]) == (2, False)
    assert (found["10.10.0.0/24"]["connected"], found["10.10.0.0/24"]["hops"]) == (True, [])
    assert (found["10.20.0.0/24"]["connected"], len(found["10.20.0.0/24"]["hops"])) == (True, 1)
    assert (found["10.60.0.0/16"]["connected"], found["10.60.0.0/16"]["metric"]) == (True, 15)


def test_a_way_that_ran_out_is_no_way_and_no_routes_are_an_answer() -> None:
    gone = NXOS_ROUTES.replace("10.10.0.50 Vlan10, metric 2", "10.10.0.50 Vlan10, metric 16")
    assert [h["address"] for h in routes(gone)["10.99.1.5/32"]["hops"]] == ["10.20.0.50"]
    assert routes('Process Name "rip-SITE" VRF "default"\nRIP routing table\n\n> - indicates best RIP route\n') == {}


@pytest.mark.parametrize(
    "text", ["", NXOS_PROCESS, NXOS_ROUTES[:200], NXOS_ROUTES[: NXOS_ROUTES.index(" via 10.20.0.50")]]
)
def test_what_is_not_the_whole_table_is_a_failure(text: str) -> None:
    with pytest.raises(ParseFailure):
        parse("rip_database", Platform.NXOS, [text])
