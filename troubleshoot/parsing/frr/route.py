"""``show ip route ADDRESS`` of FRRouting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.records import NextHop, Route
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, address, prefix

_CONNECTED = ("connected", "local", "kernel-connected")


def parse(pages: Sequence[Clean]) -> Route:
    """Read ``show ip route ADDRESS [json]``; only the selected route counts.

    Without a match FRR 8.4 prints ``{"0.0.0.0/0": []}`` as JSON (``found`` false) and nothing at all as text.

    Raises:
        ParseFailure: neither JSON nor a routing entry; the empty text included.
    """
    return read(one_page(pages))


def read(page: Clean) -> Route:
    """Read one output; see :func:`parse`."""
    return _from_json(page) if is_json(page) else _from_text(page)


def _empty(page: Clean) -> Route:
    return Route(found=False, prefix=None, protocol=None, connected=False, next_hops=[], at=page.all(), unread=[])


def _from_json(page: Clean) -> Route:
    record = _empty(page)
    for _, node in read_object(page).members.items():
        for entry in node.items:
            if entry.truth("selected"):
                _fill(record, page, entry)
    return record


def _fill(record: Route, page: Clean, entry: Node) -> None:
    protocol, network = entry.text("protocol"), entry.text("prefix")
    if protocol is None or network is None:
        raise ParseFailure("the JSON route has no protocol or prefix", page.part, entry.first)
    record["found"], record["prefix"], record["protocol"] = True, prefix(network), protocol
    record["connected"] = protocol in _CONNECTED
    hops = entry.members.get("nexthops")
    record["next_hops"] = [_hop(page, hop) for hop in (hops.items if hops else []) if not hop.truth("unreachable")]


def _hop(page: Clean, node: Node) -> NextHop:
    own = node.text("ip")
    return NextHop(
        address=address(own) if own else None,
        interface=node.text("interfaceName"),
        active=bool(node.truth("active")),
        at=page.at(node.first, node.last),
    )


_ENTRY = re.compile(rf"Routing entry for ({IPV4}/\d{{1,2}})(?: using \w+ RIB)?$")
_VIA = re.compile(r'Known via "([\w\-]{2,20})", distance \d+, metric \d+(?P<rest>(?:, .{0,120})?)$')
_HOP = re.compile(
    rf"(?P<used>[*rq])? *(?:(?P<address>{IPV4})(?:\(vrf [^)]{{1,64}}\))?(?:, via (?P<interface>[^,\s(]{{1,40}}))?"
    rf"|directly connected, (?P<own>[^,\s(]{{1,40}}))(?:\(vrf [^)]{{1,64}}\))?"
    r"(?P<inactive>(?: \(recursive\))? inactive)?(?P<rest>(?:,| \().{0,80})?$"
)
_SINK = re.compile(r"\*? ?unreachable \(")
_KNOWN = re.compile(r"(?:Last update |Opaque|Tag |Memory|Nexthop Group|Installed |Status|Flags)", re.I)
_NONE = re.compile(r"% ?(?:Network|Subnet) not in table|% ?No match for RPF lookup", re.I)


def _from_text(page: Clean) -> Route:
    record = _empty(page)
    reading = Reading(page)
    current: str | None = None
    chosen = sink = False
    for number, text in page.lines:
        body = text.strip()
        if match := _ENTRY.match(body):
            current, chosen = match[1], False
            reading.row()
        elif current and (match := _VIA.match(body)):
            chosen = ", best" in match["rest"] and not record["found"]
            if chosen:
                record["found"], record["prefix"], record["protocol"] = True, current, match[1]
                record["connected"] = match[1] in _CONNECTED
        elif current and _SINK.match(body):
            sink = True
        elif current and (match := _HOP.match(body)):
            if chosen:
                record["next_hops"].append(_text_hop(match, page.at(number)))
        elif _NONE.match(body):
            reading.seen = True
        elif not current or not _KNOWN.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    if record["found"] and not (record["next_hops"] or sink):
        raise ParseFailure("the route entry has no readable next hop", page.part, page.lines[-1][0])
    return record


def _text_hop(match: re.Match[str], at: list[list[int]]) -> NextHop:
    inactive = match["inactive"] or "inactive" in (match["rest"] or "")
    return NextHop(address=match["address"], interface=match["interface"] or match["own"], active=not inactive, at=at)
