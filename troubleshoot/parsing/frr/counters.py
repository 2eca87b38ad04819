"""``show ip mroute count`` of FRRouting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.records import Cites, MrouteCount, MrouteCounts
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, address

_HEADING = re.compile(r"Source\s+Group\s+LastUsed\s+Packets")
_ROW = re.compile(rf"(\*|{IPV4})\s+({IPV4})\s+(\d+)\s+(\d+)\s+\d+\s+(\d+)$")


def parse(pages: Sequence[Clean]) -> MrouteCounts:
    """Read ``show ip mroute count [json]``; "wrong interface" is what others call RPF failed. No rate is printed.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        return _from_json(page)
    reading = Reading(page)
    sources = [
        _count(match[1], match[2], int(match[4]), int(match[5]), int(match[3]), page.at(number))
        for number, match in read_table(reading, (_HEADING,), _ROW)
    ]
    return MrouteCounts(sources=sources, at=page.all(), unread=reading.unread())


def _from_json(page: Clean) -> MrouteCounts:
    sources = [
        _from_node(page, source, group, node)
        for group, members in read_object(page).objects()
        if address(group)
        for source, node in members.objects()
    ]
    return MrouteCounts(sources=sources, at=page.all(), unread=[])


def _from_node(page: Clean, source: str, group: str, node: Node) -> MrouteCount:
    packets = node.number("packets")
    if packets is None:
        raise ParseFailure("the JSON entry has no packets", page.part, node.first)
    return _count(
        source, group, packets, node.number("wrongIf"), node.number("lastUsed"), page.at(node.first, node.last)
    )


def _count(source: str, group: str, packets: int, wrong: int | None, used: int | None, at: Cites) -> MrouteCount:
    # FRR counts packets that came in on the wrong interface among all packets.
    return MrouteCount(
        source=source,
        group=group,
        packets=packets - (wrong or 0),
        rate=None,
        rpf_failed=wrong,
        other_drops=None,
        last_used=used,
        at=at,
    )
