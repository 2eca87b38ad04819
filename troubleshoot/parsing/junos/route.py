"""``show route`` and ``show multicast rpf`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import NextHop, Route, Rpf
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, address

_TABLE = re.compile(r"[\w.\-]{1,64}: \d+ destinations?, \d+ routes?")
_LEGEND = re.compile(r"(?:\+ = |Restart |@ = |Flags:)")
_PREFIX = re.compile(rf"({IPV4}/\d{{1,2}})(?:\s+(\S.*))?$")
_ENTRY = re.compile(r"(?P<mark>[*+\-#@]?)\[(?P<protocol>[\w\-]{2,20})/\d+[^\]]{0,20}\] ?(?:.{0,120})$")
_HOP = re.compile(
    rf"(?P<used>>)? ?(?:to (?P<address>{IPV4}) )?via (?P<interface>[A-Za-z][\w.\-/]{{1,40}})(?:,? .{{0,80}})?$"
)
_SINK = re.compile(
    r"(?:Reject|Discard|Receive|MultiRecv|Local via .{1,60}|AS path: .{0,200}|validation-state.{0,60}"
    r"|> ?to table .{0,60})$"
)
_PROTOCOLS = {"direct": "connected"}


class _Reader:
    """Keeps the active entry (marked ``*``) of the first prefix only, with the next hops of its multipath (``#``)."""

    def __init__(self, page: Clean) -> None:
        self.reading = Reading(page)
        self.record = Route(found=False, prefix=None, protocol=None, connected=False, next_hops=[], at=[], unread=[])
        self.pending: str | None = None
        self.active = False
        self.alternatives = False
        self.legend = False  # it explains the marks of entries: a table without any has none

    def read(self) -> Route:
        page = self.reading.page
        for number, text in page.lines:
            self._line(number, text.strip())
        self.record["at"], self.record["unread"] = page.all(), self.reading.unread()
        if self.legend and self.pending is None:
            raise ParseFailure("the table ends after its legend", page.part, page.lines[-1][0])
        if self.pending and not self.record["found"]:
            if not self.alternatives:
                raise ParseFailure("the route entry is incomplete", page.part, page.lines[-1][0])
        elif self.record["found"] and not self.record["next_hops"] and not self.alternatives:
            raise ParseFailure("the route entry has no readable next hop", page.part, page.lines[-1][0])
        return self.record

    def _line(self, number: int, body: str) -> None:
        if (match := _PREFIX.match(body)) and (match[2] is None or _ENTRY.match(match[2])):
            self.pending = match[1]
            self.reading.row()
            body = match[2] or ""
        if not body:
            return
        if match := _ENTRY.match(body):
            self._entry(match)
        elif self.pending and (match := _HOP.match(body)):
            self._hop(match, number)
        elif self.pending and _SINK.match(body):
            self.alternatives = True
        elif _TABLE.match(body):
            self.reading.seen = True
        elif _LEGEND.match(body):
            self.legend = self.legend or body.startswith("+ = ")
        else:
            self.reading.skip(number)

    def _entry(self, match: re.Match[str]) -> None:
        if match["mark"] == "#" and self.record["found"]:  # Multipath: the next hops that forward together
            self.active, self.record["next_hops"] = True, []
            return
        self.active = match["mark"] in ("*", "+") and self.pending is not None and not self.record["found"]
        if self.active:
            protocol = match["protocol"].lower()
            self.record["found"], self.record["prefix"] = True, self.pending
            self.record["protocol"] = _PROTOCOLS.get(protocol, protocol)
            self.record["connected"] = self.record["protocol"] in ("connected", "local")
        elif not self.record["found"]:
            self.alternatives = True

    def _hop(self, match: re.Match[str], number: int) -> None:
        if not self.active:
            return
        at = self.reading.page.at(number)
        hop = NextHop(
            address=address(match["address"]) if match["address"] else None,
            interface=match["interface"],
            active=True,  # without a forwarding policy Junos uses the one marked ">"; all belong to the active route
            at=at,
        )
        self.record["next_hops"].append(hop)


def parse(pages: Sequence[Clean]) -> Route:
    """Read ``show route ADDRESS [table T]``; only the active entry of the longest prefix counts.

    Raises:
        ParseFailure: neither table heading nor entry (no match at all prints nothing on some releases).
    """
    return _Reader(one_page(pages)).read()


_RPF_HEADING = re.compile(r"Multicast RPF table: ?(\S{1,64}) ?,")
_INSTANCE = re.compile(r"Instance: ")
_FIELD = re.compile(r"(Protocol|Interface|Neighbor|Upstream interface): ?(.{0,80})$")


def parse_rpf(pages: Sequence[Clean]) -> Rpf:
    """Read ``show multicast rpf S``; an entry without an interface is unresolved (``found`` false).

    ``target`` is ``None``: the output does not repeat the address asked for.

    Raises:
        ParseFailure: no heading, or the entry stops before its interface.
    """
    page = one_page(pages)
    reading = Reading(page)
    record = Rpf(
        target=None, found=False, interface=None, neighbor=None, connected=False, route=None, kind=None, protocol=None,
        vrf=None, at=page.all(), unread=[],
    )  # fmt: skip
    for number, text in page.lines:
        body = text.strip()
        if match := _RPF_HEADING.match(body):
            reading.seen, record["kind"] = True, "multicast" if ".2" in match[1] or match[1] == "inet.2" else "unicast"
        elif (match := _PREFIX.match(body)) and not match[2] and record["route"] is None:
            record["route"] = match[1]
            reading.row()
        elif record["route"] and (match := _FIELD.match(body)):
            _set(record, match[1], match[2].strip())
        elif not _INSTANCE.match(body):
            reading.skip(number)
    return _finish(record, reading)


def _set(record: Rpf, name: str, value: str) -> None:
    if name == "Protocol":
        record["protocol"] = _PROTOCOLS.get(value.lower(), value.lower())
        record["connected"] = record["protocol"] in ("connected", "local")
    elif name == "Neighbor":
        record["neighbor"] = address(value) or (NO_ADDRESS if value.lower() in ("direct", "local", "(null)") else None)
    else:
        record["interface"] = value


def _finish(record: Rpf, reading: Reading) -> Rpf:
    page = reading.page
    record["unread"] = reading.unread()
    if record["route"] is None and not reading.seen:
        fail_unknown(page)
    if record["route"] and record["protocol"] is None:
        raise ParseFailure("the RPF entry is incomplete", page.part, page.lines[-1][0])
    record["found"] = record["interface"] is not None
    if record["neighbor"] is None and record["found"] and record["connected"]:
        record["neighbor"] = NO_ADDRESS
    return record
