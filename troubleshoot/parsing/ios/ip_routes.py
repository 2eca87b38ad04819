"""``show ip route`` as a whole table, and its summary.

A switch without IP routing answers with the few lines of a host (``Default gateway is ...``). That is no route table,
and above all no empty one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.switching import IpRoutes, RouteSource, RouteSummary, TableRoute
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, prefix

_HOST = re.compile(rf"Default gateway is ({IPV4}|not set)", re.I)
_HOST_KNOWN = re.compile(
    rf"Host\s+Gateway\s+Last Use\s+Total Uses\s+Interface$|ICMP redirect cache is empty|{IPV4}\s+{IPV4}\s+\d", re.I
)
_LEGEND = re.compile(r"Codes: |\s{3,}[A-Za-z+*%~][\w ]{0,3} - ")
_LAST_RESORT = re.compile(rf"Gateway of last resort is (?:({IPV4}) to network |(not set))", re.I)
_SUBNETTED = re.compile(
    rf"({IPV4})(?:/(\d{{1,2}}))? is (variably )?subnetted, \d{{1,7}} subnets?(?:, \d{{1,3}} masks?)?$", re.I
)
_ROUTE = re.compile(
    rf"(?P<code>[A-Z]|i|o|l)(?P<more>[ *+%&A-Za-z0-9]{{0,8}}?)\s+(?P<network>{IPV4})(?:/(?P<length>\d{{1,2}}))?"
    r"(?: (?P<rest>is .{5,160}|\[\d.{5,160}))?$"
)
_VIA = re.compile(
    rf"(?:is a summary, .{{1,30}}|\[(?P<distance>\d{{1,3}})/\d{{1,10}}\]) via (?P<hop>{IPV4})"
    r"(?:, (?!\d)(?P<first>[A-Z][\w/.\-]{1,40})|, (?P<age>[\w:.]{2,12})(?:, (?P<second>[A-Z][\w/.\-]{1,40}))?)?$"
)
_CONNECTED = re.compile(
    r"is (?P<how>directly connected|a summary)(?:, (?P<age>\d[\w:.]{1,12}))?(?:, (?P<interface>[A-Z][\w/.\-]{1,40}))?$"
)
_PROTOCOLS = {
    "C": "connected", "L": "local", "S": "static", "R": "rip", "M": "mobile", "B": "bgp", "D": "eigrp", "O": "ospf",
    "i": "isis", "U": "static", "o": "odr", "P": "static", "H": "nhrp", "l": "lisp", "a": "application",
}  # fmt: skip


def parse(pages: Sequence[Clean]) -> IpRoutes:
    """Read the global route table, or the host's answer.

    Raises:
        ParseFailure: neither was recognised; the line about the gateway of last resort must be there.
    """
    page = one_page(pages)
    record = IpRoutes(routing=True, default_gateway=None, last_resort=None, routes=[], at=page.all(), unread=[])
    if (gateway := _host_gateway(page)) is not None:
        record["routing"], record["unread"] = False, _host_rest(page)
        record["default_gateway"] = gateway if gateway[0].isdigit() else None
        return record
    table = _Table(record, Reading(page))
    for number, text in page.lines:
        table.line(number, text)
    record["unread"] = table.reading.unread()
    if not table.headed:
        raise ParseFailure("the head of the route table is missing", page.part, page.lines[0][0])
    return record


def _host_gateway(page: Clean) -> str | None:
    """The gateway (or ``not set``) that the device names where it answers as a host."""
    return next((match[1] for _, text in page.lines if (match := _HOST.match(text.strip()))), None)


def _host_rest(page: Clean) -> Cites:
    known = (_HOST, _HOST_KNOWN)
    return page.spans(n for n, text in page.lines if not any(p.match(text.strip()) for p in known))


class _Table:
    """Reads the lines of one table; a route may go on in the next lines."""

    def __init__(self, record: IpRoutes, reading: Reading) -> None:
        self.record, self.reading = record, reading
        self.headed = False
        self._length: str | None = None  # of the classful network above, where the routes leave it out
        self._open: tuple[str, str] | None = None  # prefix and protocol of the route that may go on

    def line(self, number: int, text: str) -> None:
        body = text.strip()
        if match := _LAST_RESORT.match(body):
            self.headed = self.reading.seen = True
            self.record["last_resort"] = match[1]
        elif match := _SUBNETTED.match(body):
            self._length, self._open = None if match[3] else match[2], None
        elif self.headed and (match := _ROUTE.match(body)):
            self._route(match, number)
        elif self._open and (match := _VIA.match(body) or _CONNECTED.match(body)):
            self._hop(match, number)
        elif self.headed or not _LEGEND.match(text):
            self.reading.skip(number)

    def _route(self, match: re.Match[str], number: int) -> None:
        network = prefix(match["network"], match["length"] or self._length or _classful(match["network"]))
        if network is None:
            self.reading.skip(number)
            return
        self._open = network, _PROTOCOLS.get(match["code"], match["code"])
        rest = (match["rest"] or "").strip()
        if not rest:
            return
        hop = _VIA.match(rest) or _CONNECTED.match(rest)
        if hop is None:
            self.reading.skip(number)
        else:
            self._hop(hop, number)

    def _hop(self, match: re.Match[str], number: int) -> None:
        assert self._open is not None
        found = match.groupdict()
        interface = found.get("interface") or found.get("first") or found.get("second")
        self.reading.row()
        self.record["routes"].append(
            TableRoute(
                prefix=self._open[0],
                protocol=self._open[1],
                distance=int(found["distance"]) if found.get("distance") else None,
                next_hop=found.get("hop"),
                interface=canonical(Platform.IOS, interface) if interface else None,
                at=self.reading.page.at(number),
            )
        )


def _classful(network: str) -> str:
    first = int(network.partition(".")[0])
    return "0" if network == "0.0.0.0" else "8" if first < 128 else "16" if first < 192 else "24"  # noqa: S104


_SUMMARY_HEAD = re.compile(r"Route Source\s+Networks\s+Subnets\b", re.I)
_SUMMARY_ROW = re.compile(r"([a-z]+(?: [\w.\-]{1,30})?)\s+(\d{1,8})(?:\s+(\d{1,8}))?(?:\s+\d{1,10}){0,3}$", re.I)
_SUMMARY_KNOWN = re.compile(
    r"IP routing table |(?:Intra-area|NSSA External|External|Level 1|Removing Queue|Internal):?", re.I
)


def parse_summary(pages: Sequence[Clean]) -> RouteSummary:
    """Read the number of routes.

    Raises:
        ParseFailure: heading or total is missing.
    """
    page = one_page(pages)
    record = RouteSummary(routing=True, total=0, sources=[], at=page.all(), unread=[])
    if _host_gateway(page) is not None:
        record["routing"], record["unread"] = False, _host_rest(page)
        return record
    reading = Reading(page)
    headed = totalled = False
    for number, text in page.lines:
        body = text.strip()
        if _SUMMARY_HEAD.match(body):
            headed = reading.seen = True
        elif headed and (match := _SUMMARY_ROW.match(body)) and not _SUMMARY_KNOWN.match(body):
            reading.row()
            totalled |= match[1].lower() == "total"
            _count(record, match, page.at(number))
        elif not _SUMMARY_KNOWN.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    if not totalled:
        raise ParseFailure("the summary is not whole", page.part, page.lines[-1][0])
    return record


def _count(record: RouteSummary, match: re.Match[str], at: list[list[int]]) -> None:
    name = match[1].lower()
    if name == "internal":  # majors of subnetted networks: no routes, and only one number
        return
    count = int(match[2]) + int(match[3] or 0)
    if name != "total":
        record["sources"].append(RouteSource(source=match[1], count=count, at=at))
        record["total"] += count
