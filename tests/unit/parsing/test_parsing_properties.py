"""Laws that hold for every parser and every text."""

from __future__ import annotations

import re
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse, parser_names, platforms, record_type

ALL = [(name, platform) for name in parser_names() for platform in platforms(name)]
WORDS = [
    "(10.1.1.1, 239.1.1.1)",
    "(*, 239.1.1.1), 00:00:01/00:00:02, RP 10.1.1.1, flags: S",
    "  Incoming interface: Vlan1, RPF nbr 10.1.1.2",
    "  Outgoing interface list:",
    "    Vlan2, Forward/Sparse, 00:00:01/00:00:02",
    'IP Multicast Routing Table for VRF "default"',
    "Group: 239.1.1.1",
    "    Source: *",
    "Instance: PIM.master Family: INET",
    "Routing entry for 10.0.0.0/8",
    '  Known via "ospf 1", distance 110',
    "10.1.1.1",
    "{",
    "}",
    '"239.1.1.1":{',
    '"*":',
    "[",
    "]",
    ",",
    "1",
    "-",
    "interface Vlan1",
    " ip pim sparse-mode",
    "RPF information for ? (10.1.1.1)",
    "999.999.999.999/99",
    "\x1b[31m",
    "RP: 10.1.1.1*, (0),",
    "group ranges: 224.0.0.0/99",
    "vPC domain id : 1",
    "Peer status : peer adjacency formed ok",
    "Number of vPCs configured : 1",
    "vPC status",
    "--    ------------  ------ ----------- ------                ---------------",
    "10    Po10          up     success     success               101",
    "Group Port-       Type     Protocol  Member Ports",
    "      Channel",
    "10    Po10(SU)    Eth      LACP      Eth1/1(P)",
    "Name                        Type  Local Value            Peer Value",
    "-------------               ----  ---------------------- -----------------------",
    "mode                        1     active                 on",
    "Allowed VLANs               -     1                      1",
    "port-channel10 neighbors",
    "vPC keep-alive status : peer is alive",
    "Count: 0 lines",
    "Count: 2 lines",
    "set protocols ospf traceoptions file f size 1m files 3",
    "deactivate protocols ospf traceoptions",
    "0   2026-09-21 14:01:31 CEST by netops via cli commit confirmed, rollback in 10mins",
    "    rollback pending",
    "Current time: 2026-02-31 14:05:00 CEST",
    "Sep 21 14:02:06.649759 OSPF packet ignored: MTU mismatch from 10.0.12.2 on intf ge-0/0/1.0 area 0.0.0.0",
    "Feb 30 14:02:06 OSPF rcvd Hello 10.0.12.2 -> 224.0.0.5 (ge-0/0/1.0 IFL 78 area 0.0.0.0)",
    "Sep 21 11:21:09  mx1 mgd[4711]: UI_DBASE_LOGIN_EVENT: User 'jdoe' entering configuration mode",
    "USER     TTY      FROM                              LOGIN@  IDLE WHAT",
    "-rw-r-----  1 root  wheel  512 Sep 21 14:04 messages",
    "/dev/gpt/var   7.0G  117M  -6.3G  999%  /.mount/var",
    "Routing Engine status:",
    "      Idle                     100 percent",
]
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=12).map("\n".join),
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
)


def conforms(value: object, kind: Any) -> bool:
    if isinstance(kind, type) and issubclass(kind, dict):
        hints = get_type_hints(kind)
        return isinstance(value, dict) and set(value) == set(hints) and all(conforms(value[k], hints[k]) for k in hints)
    if get_origin(kind) is list:
        return isinstance(value, list) and all(conforms(item, get_args(kind)[0]) for item in value)
    if get_args(kind):
        return any(conforms(value, option) for option in get_args(kind))
    if kind is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, kind)


@pytest.mark.parametrize(("name", "platform"), ALL, ids=lambda value: str(value))
@settings(max_examples=40, deadline=None)
@given(outputs=st.lists(TEXTS, min_size=1, max_size=3))
def test_arbitrary_text_gives_a_record_or_a_parse_failure(name: str, platform: Platform, outputs: list[str]) -> None:
    try:
        record = parse(name, platform, outputs)
    except ParseFailure as failure:
        assert 0 <= failure.part < len(outputs)
        assert failure.line is None or 1 <= failure.line <= outputs[failure.part].count("\n") + 1
        assert failure.message.isprintable()
        return
    assert conforms(record, record_type(name)), record
    assert any(output.strip() for output in outputs)
    for part, first, last in record["at"] + record["unread"]:
        assert 1 <= first <= last <= outputs[part].count("\n") + 1


ADDRESS = st.tuples(*[st.integers(1, 223)] * 4).map(lambda octets: ".".join(map(str, octets)))
NAME = st.sampled_from(["Vlan7", "GigabitEthernet1/0/3", "Tunnel0", "MVRF RED", "Port-channel7"])
TAIL = st.sampled_from(["", ", A", ", H", ", flags: ", ", flags: p", ", Pkts:3, flags:"])
OIL_LINE = st.builds(
    "    {}, {}/{}, 00:01:02/{}{}".format,
    NAME,
    st.sampled_from(["Forward", "Prune"]),
    st.sampled_from(["Sparse", "Dense", "Sparse-Dense"]),
    st.sampled_from(["00:02:03", "stopped"]),
    TAIL,
)


@st.composite
def ios_entries(draw: st.DrawFn) -> str:
    blocks = []
    for _ in range(draw(st.integers(1, 5))):
        source = draw(st.one_of(st.just("*"), ADDRESS))
        oil = draw(st.lists(OIL_LINE, max_size=4))
        listed = "\n" + "\n".join(oil) if oil else " Null"
        blocks.append(
            f"({source}, 239.{draw(st.integers(0, 255))}.1.1), 00:01:02/stopped, flags: {draw(st.text('SDJTCLP', max_size=4))}\n"
            f"  Incoming interface: {draw(NAME)}, RPF nbr {draw(ADDRESS)}\n  Outgoing interface list:{listed}\n"
        )
    return "\n".join(blocks)


def core(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in entry.items() if key not in ("oil", "at")}


@settings(max_examples=120, deadline=None)
@given(ios_entries())
def test_every_entry_line_and_every_oil_line_is_one_record(text: str) -> None:
    record = parse("mroute", Platform.IOS, [text])
    assert len(record["entries"]) == len(re.findall(r"^\(", text, re.M))
    assert sum(len(e["oil"]) for e in record["entries"]) == len(re.findall(r"^    \S", text, re.M))
    assert record["unread"] == []
    lines = text.split("\n")
    for entry in record["entries"]:
        assert lines[entry["at"][0][1] - 1].startswith(f"({entry['source']}, {entry['group']})")
        assert all(lines[o["at"][0][1] - 1].split(", ")[0].strip() == o["interface"] for o in entry["oil"])


@settings(max_examples=120, deadline=None)
@given(ios_entries(), st.data())
def test_text_cut_at_a_line_end_gives_a_subset_or_a_failure(text: str, data: st.DataObject) -> None:
    whole = parse("mroute", Platform.IOS, [text])["entries"]
    lines = text.split("\n")
    cut = data.draw(st.integers(0, len(lines)))
    try:
        part = parse("mroute", Platform.IOS, ["\n".join(lines[:cut])])["entries"]
    except ParseFailure:
        return
    assert [core(e) for e in part] == [core(e) for e in whole[: len(part)]]
    assert all(e["oil"] == w["oil"] for e, w in zip(part[:-1], whole, strict=False))
    assert part[-1]["oil"] == whole[len(part) - 1]["oil"][: len(part[-1]["oil"])]


@settings(max_examples=120, deadline=None)
@given(ios_entries(), st.data())
def test_text_cut_anywhere_never_changes_a_finished_entry(text: str, data: st.DataObject) -> None:
    whole = parse("mroute", Platform.IOS, [text])["entries"]
    try:
        part = parse("mroute", Platform.IOS, [text[: data.draw(st.integers(0, len(text)))]])
    except ParseFailure:
        return
    entries = part["entries"]
    assert entries[:-1] == whole[: len(entries) - 1]
    assert core(entries[-1]) == core(whole[len(entries) - 1]) or part["unread"]


@settings(max_examples=80, deadline=None)
@given(ios_entries(), st.text(alphabet="abcdefXYZ :/.", min_size=3, max_size=30).map(lambda text: "zz" + text + "?"))
def test_unknown_lines_are_collected(text: str, strange: str) -> None:
    lines = text.split("\n")
    record = parse("mroute", Platform.IOS, ["\n".join([*lines[:2], strange, *lines[2:]])])
    assert record["unread"] == [[0, 3, 3]]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 400))
def test_noise_around_and_between_changes_no_value(seed: int) -> None:
    text = (
        "(10.1.1.1, 239.1.1.1), 00:01:02/stopped, flags: T\n  Incoming interface: Vlan1, RPF nbr 10.1.0.1\n"
        "  Outgoing interface list:\n    Vlan2, Forward/Sparse, 00:01:02/stopped\n"
    )
    noise = ["R1#", "--More--", "*Mar  1 00:00:01.003: %SYS-5-CONFIG_I: done", "", "\x1b[K"]
    lines = text.split("\n")
    lines.insert(seed % len(lines), noise[seed % len(noise)])
    dressed = "R1#show ip mroute\r\n" + "\r\n".join("  " + line for line in lines)
    plain, found = (parse("mroute", Platform.IOS, [each])["entries"][0] for each in (text, dressed))
    assert core(plain) == core(found)
    assert [o["interface"] for o in found["oil"]] == ["Vlan2"]
