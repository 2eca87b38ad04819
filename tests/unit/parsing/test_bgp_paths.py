"""One prefix with its paths, as IOS, NX-OS and Junos show it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.parsing import bgp_texts as texts
from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

IOS, NXOS, JUNOS = Platform.IOS, Platform.NXOS, Platform.JUNOS


def paths(platform: Platform, text: str) -> dict[str, Any]:
    return parse("bgp_paths", platform, [text])


def only(record: dict[str, Any]) -> dict[str, Any]:
    (entry,) = record["entries"]
    return dict(entry)


def some(path: dict[str, Any], *keys: str) -> tuple[Any, ...]:
    return tuple(path[key] for key in keys)


def test_ios_head_of_an_entry() -> None:
    entry = only(paths(IOS, texts.IOS_PATHS))
    assert some(entry, "rd", "rd_number", "prefix", "table") == ("65001:103", 103, "10.20.0.0/16", "VRF_A")
    assert entry["multipath"] == ["ebgp", "ibgp"]
    assert entry["at"] == [[0, 1, 28]]


def test_ios_path_of_another_pe() -> None:
    path = only(paths(IOS, texts.IOS_PATHS))["paths"][0]
    assert some(path, "next_hop", "reachable", "metric", "peer") == ("10.254.0.5", False, None, "10.254.0.9")
    assert some(path, "as_path", "as_length", "origin", "med") == ("65010 65020 {65030}", 3, "incomplete", 7)
    assert some(path, "imported", "imported_from", "own", "kind") == (True, "65001:105", False, "internal")
    assert some(path, "advertiser", "clusters") == ("10.254.0.5", ["10.254.0.8", "10.254.0.9"])
    assert path["route_targets"] == ["65001:100", "65001:200"]  # the list goes on in the next line
    assert some(path, "label_in", "label_out", "aggregate") == (None, "45", False)
    assert path["at"] == [[0, 7, 13]]


def test_ios_what_keeps_a_path_from_sharing_stands_in_the_order_of_the_decision() -> None:
    first, second, _ = only(paths(IOS, texts.IOS_PATHS))["paths"]
    assert first["differs"][:5] == ["weight", "local_preference", "as_length", "origin", "med"]
    assert second["differs"] == ["weight", "kind", "metric"]


def test_ios_used_paths_and_own_path() -> None:
    record = paths(IOS, texts.IOS_PATHS)
    entry = only(record)
    _, second, own = entry["paths"]
    assert some(second, "multipath", "best", "aggregate", "label_in") == (True, False, True, "33")
    assert some(own, "own", "best", "advertiser", "weight", "router_id") == (True, True, None, 50, "192.0.2.7")
    assert entry["used"] == 2
    assert record["advertisers"] == []  # both foreign paths were imported: they are counted where they came from
    assert record["unread"] == []


def test_ios_old_release_on_a_reflector() -> None:
    record = paths(IOS, texts.IOS_PATHS_OLD)
    (path,) = only(record)["paths"]
    assert some(path, "as_path", "as_length", "advertiser", "imported") == ("", 0, "10.254.0.1", False)
    assert record["advertisers"] == ["10.254.0.1"]
    assert only(record)["table"] is None


def test_a_row_of_update_groups_is_no_as_path() -> None:
    text = texts.IOS_PATHS_OLD.replace("     1\n", "     1          2          3\n     65020\n")
    record = paths(IOS, text)
    assert [p["as_path"] for p in only(record)["paths"]] == [""]
    assert record["unread"] == []


@pytest.mark.parametrize("text", [texts.IOS_PATHS, texts.IOS_PATHS_OLD])
def test_ios_indentation_is_not_needed(text: str) -> None:
    flat = "\n".join(line.strip() for line in text.splitlines())
    assert paths(IOS, flat)["entries"] == paths(IOS, text)["entries"]


def test_ios_prompt_log_line_and_pager_in_the_middle_change_nothing() -> None:
    lines = texts.IOS_PATHS.splitlines()
    noise = ["pe3#show bgp vpnv4 unicast vrf VRF_A 10.20.0.0/16", *lines[:9], " --More-- "]
    noise += ["*Dec  1 04:12:07.123: %BGP-5-ADJCHANGE: neighbor 10.9.9.9 Down", *lines[9:], "pe3#"]
    found = paths(IOS, "\r\n".join(noise))
    assert found["unread"] == []
    assert [p["advertiser"] for p in only(found)["paths"]] == ["10.254.0.5", "10.254.0.2", None]


def test_two_paths_to_one_pe_by_two_reflectors_are_duplicates() -> None:
    block = texts.IOS_PATHS_OLD.split("\n", 4)[4]
    other = block.replace(", best", "")
    text = texts.IOS_PATHS_OLD.replace("(1 available", "(2 available") + other
    first, second = only(paths(IOS, text))["paths"]
    assert (first["duplicate"], second["duplicate"], second["differs"]) == (False, True, [])


def test_not_in_table_is_an_answer() -> None:
    record = paths(IOS, "% Network not in table\n")
    assert (record["found"], record["entries"]) == (False, [])


@pytest.mark.parametrize("cut", range(1, 28))
def test_ios_a_text_that_was_cut_is_a_failure(cut: int) -> None:
    """What follows the attributes of the last path can be missing without anybody seeing it; all else is counted."""
    lines = texts.IOS_PATHS.splitlines()
    whole = paths(IOS, texts.IOS_PATHS)
    try:
        found = paths(IOS, "\n".join(lines[:cut]))
    except ParseFailure:
        return
    assert cut >= 25
    assert len(only(found)["paths"]) == len(only(whole)["paths"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "     Network          Next Hop            Metric LocPrf Weight Path\nRoute Distinguisher: 65001:100\n",
        "R1>\n",
        "BGP routing table entry for 65001:100:10.20.0.0/16, version 1\n",
        "Paths: (1 available, best #1, table VRF_A)\n",
        "BGP routing table entry for 65001:100:10.20.0.300/16, version 1\nPaths: (0 available, no best path)\n",
        "IP Routing Table for VRF RED\nGroup: 239.1.1.1\n",
    ],
)
def test_foreign_text_is_a_failure(text: str) -> None:
    for platform in (IOS, NXOS, JUNOS, Platform.FRR):
        with pytest.raises(ParseFailure):
            paths(platform, text)


@pytest.mark.parametrize(
    ("platform", "text"),
    [
        (IOS, "% Invalid input detected at '^' marker."),
        (IOS, "% Authorization failed."),
        (NXOS, "% Permission denied for the role"),
        (JUNOS, "error: permission denied: route"),
        (Platform.FRR, "bgpd is not running"),
    ],
)
def test_a_refusal_is_told_apart(platform: Platform, text: str) -> None:
    with pytest.raises(Refused):
        paths(platform, text)


# --- NX-OS -------------------------------------------------------------------------------------------------------


def test_nxos_lines_broken_in_a_word_are_joined() -> None:
    record = paths(NXOS, texts.NXOS_PATHS)
    assert record["unread"] == []
    entry = only(record)
    assert some(entry, "rd", "table", "multipath", "used") == ("10.254.0.3:3", "VRF_A", ["ibgp"], 2)
    first, own = entry["paths"]
    assert some(first, "multipath", "best", "imported_from", "label_out") == (True, False, "10.254.0.2:3", "31")
    assert some(first, "advertiser", "metric", "med") == ("10.254.0.2", 30, None)
    assert some(own, "own", "kind", "as_path", "weight", "best") == (True, "local", "", 32768, True)
    assert first["at"] == [[0, 9, 17]]


def test_nxos_next_hop_out_of_reach() -> None:
    text = texts.NXOS_PATHS.replace("(metric 30)", "(inaccessible, metric 4294967295)").replace(
        "internal, path is valid", "internal, path is invalid"
    )
    path = only(paths(NXOS, text))["paths"][0]
    assert some(path, "reachable", "metric", "valid") == (False, None, False)


@pytest.mark.parametrize("cut", range(3, 20))
def test_nxos_a_text_that_was_cut_is_a_failure(cut: int) -> None:
    with pytest.raises(ParseFailure):
        paths(NXOS, "\n".join(texts.NXOS_PATHS.splitlines()[:cut]))


# --- Junos -------------------------------------------------------------------------------------------------------


def test_junos_paths_and_the_multipath_block() -> None:
    record = paths(JUNOS, texts.JUNOS_PATHS)
    assert record["unread"] == []
    entry = only(record)
    assert some(entry, "rd", "table", "used") == (None, "VRF_A", 2)
    first, second, hidden = entry["paths"]
    assert some(first, "best", "multipath", "advertiser", "imported_from") == (True, True, "10.254.0.1", "65001:101")
    assert some(first, "as_path", "origin", "med", "metric", "label_out") == ("65010", "igp", 0, 20, "24")
    assert first["route_targets"] == ["65001:100"]
    assert some(second, "best", "multipath", "differs") == (False, True, [])
    assert some(hidden, "valid", "reachable", "origin", "as_length") == (False, False, "incomplete", 2)


def test_junos_vpn_table_is_keyed_by_the_distinguisher() -> None:
    text = texts.JUNOS_PATHS.replace("VRF_A.inet.0:", "bgp.l3vpn.0:").replace("Secondary ", "")
    record = paths(JUNOS, text.replace("10.20.0.0/16 (", "65001:101:10.20.0.0/16 ("))
    entry = only(record)
    assert some(entry, "rd", "rd_number", "table") == ("65001:101", 101, None)
    assert record["advertisers"][:2] == ["10.254.0.1", "10.254.0.2"]
    assert [p["imported_from"] for p in entry["paths"]] == [None, None, None]


def test_junos_a_static_route_of_the_instance_is_an_own_path() -> None:
    block = "        *Static Preference: 5\n                Next hop: 10.1.3.2 via ge-0/0/5.0, selected\n"
    block += "                State: <Active Int Ext>\n                Age: 1:10\n                AS path: I\n"
    text = "\nVRF_A.inet.0: 1 destinations, 1 routes (1 active, 0 holddown, 0 hidden)\n"
    path = only(paths(JUNOS, f"{text}10.20.0.0/16 (1 entry, 1 announced)\n{block}"))["paths"][0]
    assert some(path, "own", "best", "kind", "next_hop") == (True, True, "local", "10.1.3.2")


def test_junos_heading_without_an_entry_says_that_there_is_none() -> None:
    heading = "\nVRF_A.inet.0: 5 destinations, 7 routes (5 active, 0 holddown, 0 hidden)\n"
    assert paths(JUNOS, heading)["found"] is False


@pytest.mark.parametrize("cut", [3, 4, 10, 25, 30, 40, 44])
def test_junos_a_text_that_was_cut_is_a_failure(cut: int) -> None:
    with pytest.raises(ParseFailure):
        paths(JUNOS, "\n".join(texts.JUNOS_PATHS.splitlines()[:cut]))
