"""Texts that show by themselves that they are not whole; and the fast reading of entries of the usual shape."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.ios import mroute
from troubleshoot.parsing.registry import parse, parser_names, platforms

PAGERS = [" --More-- ", "---(more)---", "---(more 45%)---", "<--- More --->", " --More-- \nR1#"]
ALL = [(name, platform) for name in parser_names() for platform in platforms(name)]
GROUP = "Group(s): 224.0.0.0/4, Static\n"
INTERFACES = "Address   Interface   Ver/   Nbr    Query  DR   DR\n          Mode   Count  Intvl  Prior\n"
NEIGHBORS = "PIM Neighbor Table\nNeighbor  Interface   Uptime/Expires   Ver   DR\nAddress     Prio/Mode\n"


@pytest.mark.parametrize("pager", PAGERS)
@pytest.mark.parametrize(("name", "platform"), ALL, ids=str)
def test_a_text_that_stops_at_a_pager_is_refused_by_every_parser(name: str, platform: Platform, pager: str) -> None:
    with pytest.raises(ParseFailure, match="stops at a pager") as failure:
        parse(name, platform, [f"first\nsecond\n{pager}"])
    assert failure.value.line == 3


@pytest.mark.parametrize("pager", [*PAGERS[:4], "---(more 100%)---"])
def test_a_pager_in_the_middle_or_at_the_full_length_is_no_stop(pager: str) -> None:
    end = "" if "100" in pager else "data\n"
    assert clean(f"data\n{pager}\n{end}").pager is None


@pytest.mark.parametrize(
    ("name", "platform", "text"),
    [
        ("rp_mapping", Platform.IOS, "PIM Group-to-RP Mappings\n" + GROUP),
        ("rp_mapping", Platform.IOS, GROUP + GROUP + "    RP: 10.255.7.3 (?)\n"),
        ("rp_mapping", Platform.NXOS, 'PIM RP Status Information for VRF "default"\nRP: 10.2.0.1*, (0),\n'),
        (
            "rp_mapping",
            Platform.JUNOS,
            "RP address  Type  Holdtime Timeout Groups Group prefixes\n10.2.0.1  static  0\n",
        ),
        ("pim_interfaces", Platform.IOS, INTERFACES.split("\n")[0]),
        ("pim_neighbors", Platform.IOS, "\n".join(NEIGHBORS.split("\n")[:2])),
        ("pim_neighbors", Platform.NXOS, "Neighbor   Interface   Uptime    Expires   DR\n"),
        (
            "rpf",
            Platform.IOS,
            "RPF information for ? (10.7.1.9)\n  RPF interface: Vlan2\n  RPF neighbor: ? (10.0.2.7)\n"
            "  RPF route/mask: 10.7.0.0/16\n",
        ),
    ],
)
def test_half_of_what_belongs_together_is_a_failure(name: str, platform: Platform, text: str) -> None:
    with pytest.raises(ParseFailure):
        parse(name, platform, [text])


def test_a_whole_heading_without_rows_is_an_empty_table() -> None:
    assert parse("pim_interfaces", Platform.IOS, [INTERFACES])["interfaces"] == []
    assert parse("pim_neighbors", Platform.IOS, [NEIGHBORS])["neighbors"] == []


HEADS = [
    "(10.1.1.1, 239.1.1.1)",
    "(*, 239.1.1.2)",
    "(10.1.1.300, 239.1.1.1)",
    "(10.1.1.1, 239.1.1.999)",
    "(*,239.1.0.0/16)",
]
INCOMING = [
    "Vlan1, RPF nbr 10.1.1.2",
    "Null, RPF nbr 0.0.0.0, Registering",
    "Vl1, RPF nbr 10.1.1.2*",
    "Vl1, RPF nbr 999.1.1.1",
]
OIFS = [
    "    Vlan2, Forward/Sparse, 00:01:02/00:02:03",
    "    Gi1/0/3, Prune/Dense, 3d04h/stopped  ",
    "    Vlan3, Forward/Sparse, 00:01:02/00:02:03, A",
    "    Vlan4, Forward/Sparse, 00:01:02/bad",
    "    Vlan5, Accepting/Sparse",
    "    Vlan5, Accepting/Sparse, 00:01:02/never",
    "    9lan, Forward/Sparse, 00:01:02/never",
    "  Extranet receivers in vrf BLUE:",
    "    Vlan6, Forw",
    "zz strange",
    "R1#",
    "",
]


@st.composite
def tables(draw: st.DrawFn) -> str:
    lines: list[str] = draw(st.lists(st.sampled_from(["R1#show ip mroute", "Flags: D - Dense", "zz"]), max_size=2))
    for _ in range(draw(st.integers(1, 5))):
        times = draw(st.sampled_from(["00:01:02/stopped", "3d04h/00:02:10", "00:01:0/x"]))
        tail = draw(
            st.sampled_from(
                [", flags: sT", ", RP 10.9.9.9, flags: S", ", flags:", ", flags: S*C", ", OIF count: 1, flags:"]
            )
        )
        lines.append(draw(st.sampled_from(["", " "])) + f"{draw(st.sampled_from(HEADS))}, {times}{tail}")
        lines.append(f"  Incoming interface: {draw(st.sampled_from(INCOMING))}")
        lines.append("  Outgoing interface list:" + draw(st.sampled_from(["", " Null", " odd"])))
        lines += draw(st.lists(st.sampled_from(OIFS), max_size=4))
    cut = draw(st.integers(0, 20))
    return "\n".join(lines)[: -cut or None]


def outcome(text: str) -> dict[str, Any] | tuple[str, int | None]:
    try:
        return parse("mroute", Platform.IOS, [text])
    except ParseFailure as failure:
        return failure.message, failure.line


@settings(max_examples=400, deadline=None)
@given(tables())
def test_usual_entries_read_at_once_are_those_read_line_by_line(text: str) -> None:
    fast = outcome(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mroute, "STANDARD", re.compile(r"(?!)"))
        assert outcome(text) == fast
