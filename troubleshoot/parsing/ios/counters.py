"""``show ip mroute [G] count`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import MrouteCount, MrouteCounts
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_GROUP = re.compile(rf"Group: ({IPV4})(?:/\d+)?,")
_COUNTS = re.compile(
    rf"(?:Source: (?P<source>{IPV4})(?:/\d+)?"
    rf"|(?P<tree>RP-tree)), ?:?.{{0,40}}?Forwarding: (?P<packets>\d+)/(?P<rate>-?\d+)/-?\d+/-?\d+,"
    r" Other: (?P<total>\d+)/(?P<rpf>\d+)/(?P<drops>\d+)$"
)
_HEADING = re.compile(r"(?:Other counts:|No mroute count|Group \S+ not found)", re.I)
_KNOWN = re.compile(
    r"(?:(?:Use \"show|Forwarding Counts:|IP Multicast Statistics"
    r"|\d+ routes using|\d+ groups?, |Tunnel \S+ )|Totals? )",
    re.I,
)


def parse(pages: Sequence[Clean]) -> MrouteCounts:
    """Read the per-source counters; the shared tree is source ``*``.

    Raises:
        ParseFailure: neither heading nor counters were recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    sources: list[MrouteCount] = []
    group = ""
    for number, text in page.lines:
        body = text.strip()
        if match := _GROUP.match(body):
            group, reading.seen = match[1], True
        elif group and (match := _COUNTS.match(body.replace("RP-tree:", "RP-tree,"))):
            reading.row()
            sources.append(_count(match, group, page.at(number)))
        elif _HEADING.match(body):
            reading.seen = True
        elif not _KNOWN.match(body):
            reading.skip(number)
    return MrouteCounts(sources=sources, at=page.all(), unread=reading.unread())


def _count(match: re.Match[str], group: str, at: list[list[int]]) -> MrouteCount:
    return MrouteCount(
        source=match["source"] or "*",
        group=group,
        packets=int(match["packets"]),
        rate=int(match["rate"]),
        rpf_failed=int(match["rpf"]),
        last_used=None,
        other_drops=int(match["drops"]),
        at=at,
    )
