"""``show ip route ADDRESS`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import NextHop, Route
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, address, prefix

_ENTRY = re.compile(rf"Routing entry for ({IPV4})(?:[/ ](\d{{1,2}}|{IPV4}))?(?:, .{{1,40}})?$")
_VIA = re.compile(r'Known via "([\w\-]{2,20})[^"]{0,40}"(?:, .{0,120})?$')
_HOP = re.compile(
    rf"(?:\* ?)?(?:(?P<address>{IPV4})(?: \([\w\-]{{1,64}}\))?"
    rf"|(?P<connected>directly connected))(?:, from [^,]{{1,60}})?(?:, (?:\d\S{{0,20}}) ago)?"
    r"(?:, via (?P<interface>[A-Z][\w./:\-]{1,60}))?(?:, .{0,80})?$"
)
_NONE = re.compile(r"%? ?(?:Network|Subnet) not in table", re.I)
_KNOWN = re.compile(
    r"(?:Routing Table: |Last update |Routing Descriptor Blocks:|Route metric |Total delay |Reliability |Loading "
    r"|Hops |AS Hops|Route tag"
    r"|MPLS |Tag |Advertised by|Redistributing via|Opaque|opaque|Repair|SR |Minimum MTU|Backup|recursive"
    r"|Routing entry|\S{0,20} ?label)"
)


def parse(pages: Sequence[Clean]) -> Route:
    """Read the detailed entry of one address.

    Raises:
        ParseFailure: neither an entry nor ``not in table``; or an entry without a readable next hop.
    """
    page = one_page(pages)
    reading = Reading(page)
    record = Route(found=False, prefix=None, protocol=None, connected=False, next_hops=[], at=[], unread=[])
    for number, text in page.lines:
        _line(record, reading, number, text.strip())
    record["at"], record["unread"] = page.all(), reading.unread()
    if record["found"] and (not record["next_hops"] or record["protocol"] is None):
        raise ParseFailure("the route entry has no readable next hop", page.part, page.lines[-1][0])
    return record


def _line(record: Route, reading: Reading, number: int, body: str) -> None:
    if match := _ENTRY.match(body):
        record["found"], record["prefix"] = True, prefix(match[1], match[2] or "")
        reading.row()
    elif _NONE.match(body):
        reading.seen = True
    elif record["found"] and (match := _VIA.match(body)):
        record["protocol"] = match[1].lower()
        record["connected"] = record["protocol"] in ("connected", "local")
    elif record["found"] and not _KNOWN.match(body) and (match := _HOP.match(body)):
        record["next_hops"].append(_hop(match, reading.page.at(number)))
    elif not (record["found"] or body.startswith("Routing Table")) or not _KNOWN.match(body):
        reading.skip(number)


def _hop(match: re.Match[str], at: list[list[int]]) -> NextHop:
    interface = match["interface"]
    return NextHop(
        address=address(match["address"]) if match["address"] else None,
        interface=canonical(Platform.IOS, interface) if interface else None,
        active=True,
        at=at,
    )
