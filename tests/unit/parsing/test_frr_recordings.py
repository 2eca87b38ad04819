"""FRRouting 8.4: outputs recorded from a real four-hop network, JSON and text, healthy and broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse

HERE = Path(__file__).parent / "frr84"
MROUTE = ("show_ip_mroute", "show_ip_pim_upstream", "show_ip_pim_rpf")


def raw(case: str, router: str, command: str, form: str = "json") -> str:
    return (HERE / case / f"{router}.{command}.{form}").read_text(encoding="utf-8")


def read(name: str, command: str, form: str, router: str = "r3") -> dict[str, Any]:
    return parse(name, Platform.FRR, [raw("healthy", router, command, form)])


def entries(case: str, router: str, form: str) -> dict[tuple[str, str], dict[str, Any]]:
    record = parse("mroute", Platform.FRR, [raw(case, router, command, form) for command in MROUTE])
    assert record["unread"] == []
    return {(e["source"], e["group"]): e for e in record["entries"]}


SG = ("10.71.1.10", "239.71.1.1")
STAR = ("*", "239.71.1.1")


@pytest.mark.parametrize("form", ["json", "txt"])
def test_last_hop_router(form: str) -> None:
    found = entries("healthy", "r3", form)
    assert set(found) == {SG, STAR, ("*", "239.71.9.9")}
    assert (found[SG]["incoming_interface"], found[SG]["rpf_neighbor"]) == ("eth0", "10.71.23.2")
    assert [o["interface"] for o in found[STAR]["oil"]] == ["pimreg", "eth1"]
    assert [o["interface"] for o in found[SG]["oil"]] == ["eth1"]
    assert found[SG]["installed"] is True
    assert found[STAR]["flags"] == ["S", "C"]
    assert found[STAR]["rp"] == ("10.255.7.2" if form == "json" else None)


@pytest.mark.parametrize("form", ["json", "txt"])
def test_first_hop_router_and_rp_need_no_neighbor(form: str) -> None:
    first_hop = entries("healthy", "r1", form)[SG]
    assert (first_hop["incoming_interface"], first_hop["rpf_neighbor"]) == ("eth0", "0.0.0.0")
    assert first_hop["registering"] is False
    rp = entries("healthy", "r2", form)
    assert (rp[STAR]["incoming_interface"], rp[STAR]["rpf_neighbor"]) == ("lo", "0.0.0.0")
    assert rp[SG]["rpf_neighbor"] == "10.71.12.1"


@pytest.mark.parametrize("form", ["json", "txt"])
def test_lost_route_becomes_null_although_the_kernel_still_forwards(form: str) -> None:
    found = entries("broken", "r3", form)[SG]
    assert (found["incoming_interface"], found["rpf_neighbor"]) == ("Null", "0.0.0.0")
    assert found["installed"] is True
    assert entries("broken", "r3", form)[STAR]["incoming_interface"] == "eth0"


@pytest.mark.parametrize("form", ["json", "txt"])
def test_state_without_a_kernel_entry(form: str) -> None:
    found = entries("broken", "r2", form)[SG]
    assert (found["installed"], found["oil"], found["oil_null"]) == (False, [], False)
    assert found["incoming_interface"] == "eth0"


def test_cites_name_part_and_lines() -> None:
    found = entries("healthy", "r3", "json")[SG]
    assert [cite[0] for cite in found["at"]] == [0, 1, 2]
    part, first, last = found["at"][0]
    lines = raw("healthy", "r3", MROUTE[part]).split("\n")[first - 1 : last]
    assert '"10.71.1.10":{' in lines[0]
    assert lines[-1].strip().startswith("}")
    oif = found["oil"][0]["at"][0]
    assert '"eth1":{' in raw("healthy", "r3", MROUTE[0]).split("\n")[oif[1] - 1]


def test_empty_kernel_table_alone_cannot_tell() -> None:
    with pytest.raises(ParseFailure):
        parse("mroute", Platform.FRR, ["{\n}\n"])
    record = parse("mroute", Platform.FRR, ["{\n}\n", "{\n}\n", '{\n "nexthopLookups":3\n}\n'])
    assert record["entries"] == []


def test_absent_flags_and_oil() -> None:
    kernel = '{"239.7.7.7":{"10.7.1.1":{"installed":0,"refCount":1,"oilSize":0,"iif":"<iif?>","upTime":"--:--:--"}}}'
    found = parse("mroute", Platform.FRR, [kernel])["entries"][0]
    assert (found["flags"], found["oil"], found["oil_null"], found["installed"]) == ([], [], True, False)
    assert found["incoming_interface"] == "Null"


def test_upstream_without_interface_wins_over_a_stale_rpf_cache() -> None:
    upstream = '{"239.7.7.7":{"10.7.1.1":{"inboundInterface":"Unknown","rpfAddress":"10.7.1.1","state":"NotJ"}}}'
    cache = '{"239.7.7.7":{"10.7.1.1":{"rpfInterface":"eth3","rpfAddress":"10.0.7.9","ribNexthop":"10.0.7.9"}}}'
    found = parse("mroute", Platform.FRR, ["{}", upstream, cache])["entries"][0]
    assert (found["incoming_interface"], found["rpf_neighbor"], found["installed"]) == ("Null", "0.0.0.0", False)
    assert found["at"] == [[1, 1, 1], [2, 1, 1]]


def test_text_row_without_output_interface() -> None:
    table = (
        " Source      Group         Flags  Proto  Input  Output  TTL  Uptime    \n"
        " 10.7.2.20   239.7.10.20   SFP    none   eth3   none    0    --:--:--  \n"
    )
    found = parse("mroute", Platform.FRR, [table])["entries"][0]
    assert (found["oil"], found["oil_null"], found["incoming_interface"]) == ([], True, "eth3")
    assert found["flags"] == ["S", "F", "P"]


SAME = [
    ("pim_interfaces", "show_ip_pim_interface", "interfaces"),
    ("pim_neighbors", "show_ip_pim_neighbor", "neighbors"),
    ("rp_mapping", "show_ip_pim_rp-info", "mappings"),
    ("igmp_groups", "show_ip_igmp_groups", "groups"),
    ("igmp_interfaces", "show_ip_igmp_interface", "interfaces"),
    ("mroute_count", "show_ip_mroute_count", "sources"),
    ("interfaces", "show_interface_brief", "interfaces"),
    ("route", "show_ip_route_10.71.1.10", "next_hops"),
]


@pytest.mark.parametrize(("name", "command", "rows"), SAME)
def test_json_and_text_say_the_same(name: str, command: str, rows: str) -> None:
    def plain(form: str) -> list[dict[str, Any]]:
        record = read(name, command, form)
        assert record["unread"] == []
        return [{k: v for k, v in row.items() if k != "at"} for row in record[rows]]

    assert plain("json") == plain("txt")
    assert plain("json")


def test_values_of_the_recordings() -> None:
    neighbors = read("pim_neighbors", "show_ip_pim_neighbor", "json")["neighbors"]
    assert [(n["address"], n["interface"], n["uptime"], n["expires"]) for n in neighbors] == [
        ("10.71.23.2", "eth0", 210, 104)
    ]
    rp = read("rp_mapping", "show_ip_pim_rp-info", "json")["mappings"][0]
    assert (rp["group_range"], rp["rp"], rp["source"], rp["local"]) == ("224.0.0.0/4", "10.255.7.2", "static", False)
    igmp = {i["interface"]: i for i in read("igmp_interfaces", "show_ip_igmp_interface", "json")["interfaces"]}
    assert {name: i["enabled"] for name, i in igmp.items()} == {"eth0": False, "eth1": True, "lo": False}
    assert igmp["eth1"]["querier"] == "10.71.3.3"
    counts = {(c["source"], c["group"]): c for c in read("mroute_count", "show_ip_mroute_count", "txt")["sources"]}
    assert counts[SG]["packets"] == 153
    multicast = read("multicast_global", "show_ip_multicast", "txt")
    assert (multicast["enabled"], multicast["multipath"]) == (True, "disabled")
    config = read("config_lines", "show_running-config", "txt")["lines"]
    assert [line["section"] for line in config if line["text"] == "ip igmp"] == ["interface eth1"]


@pytest.mark.parametrize("form", ["json", "txt"])
def test_connected_route(form: str) -> None:
    route = read("route", "show_ip_route_10.71.1.10", form, "r1")
    assert (route["protocol"], route["connected"]) == ("connected", True)
    assert [(h["address"], h["interface"]) for h in route["next_hops"]] == [(None, "eth0")]


def test_no_route_in_json_is_found_false_and_empty_text_cannot_tell() -> None:
    assert parse("route", Platform.FRR, ['{\n  "0.0.0.0/0":[\n  ]\n}\n'])["found"] is False
    with pytest.raises(ParseFailure):
        parse("route", Platform.FRR, ["\n"])


def test_unselected_route_is_not_found() -> None:
    text = '{"10.9.0.0/16":[{"prefix":"10.9.0.0/16","protocol":"static","nexthops":[{"ip":"10.0.0.9"}]}]}'
    assert parse("route", Platform.FRR, [text])["found"] is False


LOOKUP = "show_ip_pim_nexthop-lookup_10.71.1.10_239.71.1.1"


def test_rpf_lookup_forms() -> None:
    plain = read("rpf", LOOKUP, "txt")
    assert (plain["found"], plain["interface"], plain["neighbor"], plain["target"]) == (
        True,
        "eth0",
        "10.71.23.2",
        None,
    )
    newer = parse("rpf", Platform.FRR, ["(10.7.1.9, 239.7.1.1) --- Nexthop 10.0.7.1 Interface eth5\n"])
    assert (newer["target"], newer["neighbor"]) == ("10.7.1.9", "10.0.7.1")
    own = parse("rpf", Platform.FRR, ["(10.7.1.9, 239.7.1.1) --- Nexthop 10.7.1.9 Interface eth5\n"])
    assert (own["connected"], own["neighbor"]) == (True, "0.0.0.0")
    rib = read("rpf", "show_ip_rib_10.71.1.10", "txt")
    assert (rib["target"], rib["neighbor"]) == ("10.71.1.10", "10.71.23.2")
    for failed in (
        "Nexthop Lookup failed, no usable routes returned.\n",
        "(10.7.9.9, 239.7.1.1) --- Nexthop Lookup failed, no usable routes returned.\n",
        "(*, 239.7.1.1) --- Nexthop Lookup failed, no RP.\n",
        "% No match for RPF lookup\n",
    ):
        assert parse("rpf", Platform.FRR, [failed])["found"] is False


def test_route_beside_the_lookup_tells_a_connected_source() -> None:
    outputs = [raw("healthy", "r1", LOOKUP, "txt"), raw("healthy", "r1", "show_ip_route_10.71.1.10")]
    record = parse("rpf", Platform.FRR, outputs)
    assert (record["connected"], record["neighbor"], record["route"]) == (True, "0.0.0.0", "10.71.1.0/24")
    assert {cite[0] for cite in record["at"]} == {0, 1}


@pytest.mark.parametrize("cut", [0.2, 0.5, 0.9, 0.99])
def test_cut_json_is_a_failure(cut: float) -> None:
    text = raw("healthy", "r3", "show_ip_mroute").rstrip()
    with pytest.raises(ParseFailure):
        parse("mroute", Platform.FRR, [text[: int(len(text) * cut)]])
