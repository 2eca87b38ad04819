"""Trace files of Junos: what `traceoptions` made a daemon write.

Every daemon writes in its own words. A line is told apart by what it says about a packet: sent, received, rejected.
Sources: Juniper, "Track Error Conditions" (network operations guide), "Tracing SNMP Activity"; System Log Explorer,
SNMPD_AUTH_FAILURE, SNMPD_AUTH_RESTRICTED_ADDRESS, RPD_RIP_AUTH_UPDATE; recordings of adjacencies that fail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from troubleshoot.parsing.areas.tracing import TraceLine, TraceLog
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.junos.commits import Clock
from troubleshoot.parsing.junos.statements import counted
from troubleshoot.parsing.table import fail_unknown
from troubleshoot.parsing.values import IPV4

_MISSING = re.compile(r"error: could not resolve file\b")
_LINE = re.compile(r"([A-Z][a-z]{2}\s{1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,6})?) (.*)$")
_STARTED = re.compile(r'trace_on: Tracing to "?[^"]{1,120}"? started')

_PEER = rf"(?P<peer>{IPV4})"
_ON = r"(?P<interface>[a-z][\w\-/:.]{1,40})"
_SNMP = r"snmpd\[\w{1,8}\] {1,2}"
_KINDS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("rejected", rf"OSPF packet ignored: (?P<reason>.{{1,120}}?)(?: from {_PEER})?(?: on intf {_ON}.*)?[.]?$"),
        ("rejected", rf".{{0,80}}?(?P<reason>unauthorized SNMP community) from {_PEER}"),
        ("rejected", rf".{{0,80}}?(?P<reason>request from address) {_PEER} not allowed"),
        ("rejected", rf".{{0,80}}?: {_PEER}: (?P<reason>request exceeded community privileges)"),
        ("rejected", rf".{{0,80}}?: {_PEER}: (?P<reason>unauthorized SNMP PDU type)"),
        ("rejected", rf".{{0,80}}?(?P<reason>[Uu]pdate with invalid authentication) from {_PEER}(?: \({_ON}\))?"),
        (
            "rejected",
            rf".{{0,80}}?NOTIFICATION (?:sent to|received from) {_PEER}[^:]{{0,60}}: "
            r"(?P<reason>code .{1,120}?)(?:, Reason: .*)?$",
        ),
        ("received", rf"OSPF rcvd \w{{2,12}} {_PEER} -> \S{{7,15}} \({_ON}"),
        ("sent", rf"OSPF sent \w{{2,12}} {_PEER} -> \S{{7,15}} \({_ON}"),
        ("sent", rf"OSPF periodic xmit from {_PEER} to "),
        ("received", rf"PIM {_ON} RECV {_PEER} -> "),
        ("sent", rf"PIM {_ON} SENT {_PEER} -> "),
        ("received", rf"BGP RECV {_PEER}\+\d{{1,5}} -> "),
        ("sent", rf"BGP SEND {_PEER}\+\d{{1,5}} -> "),
        ("received", rf"received response: sender {_PEER}"),
        ("sent", rf"Preparing to send RIPv2 updates on nbr {_ON}"),
        ("sent", rf"Update job: sending \d{{1,6}} msgs; nbr: {_ON}"),
        ("received", rf"{_SNMP}>>> (?:Get|Set|Get-Next|Get-Bulk)-?Request"),
        ("sent", rf"{_SNMP}<<< (?:Get-)?Response"),
    )
)
_SOURCE = re.compile(rf"{_SNMP}>>> {{1,3}}Source: +({IPV4})")
_HELLO = re.compile(r"(?:.{0,60}\b)?hello_ivl (\d{1,5})\b")
_DEAD = re.compile(r"(?:.{0,60}\b)?dead_ivl (\d{1,6})\b")


def parse(pages: Sequence[Clean]) -> TraceLog:
    """Read ``show log FILE | last N``, ``show log FILE | count`` and, where given, ``show system uptime``.

    Raises:
        ParseFailure: no line has a time stamp, or the count is not there.
    """
    if not 2 <= len(pages) <= 3:
        raise ParseFailure(f"expected two or three outputs, got {len(pages)}")
    page, count = pages[0], pages[1]
    at = [cite for each in pages for cite in each.all()]
    if _missing(page):
        return TraceLog(exists=False, total=0, lines=[], idle=None, at=at, unread=[])
    total = counted(count)
    lines = _lines(page)
    if not lines and total:
        fail_unknown(page)
    clock = Clock(pages[2] if len(pages) == 3 else None)
    return TraceLog(exists=True, total=total, lines=lines, idle=_idle(lines, clock), at=at, unread=_unread(page, lines))


def _missing(page: Clean) -> bool:
    return any(_MISSING.match(text.strip()) for _, text in page.lines)


def _lines(page: Clean) -> list[TraceLine]:
    lines: list[TraceLine] = []
    for number, text in page.lines:
        if match := _LINE.match(text):
            lines.append(_line(match[1], match[2], page.at(number)))
            _detail(lines)
    return lines


def _unread(page: Clean, lines: Sequence[TraceLine]) -> list[list[int]]:
    read = {line["at"][0][1] for line in lines}
    return page.spans(number for number, _ in page.lines if number not in read)


def _line(stamp: str, text: str, at: list[list[int]]) -> TraceLine:
    body = text.strip()
    line = TraceLine(
        time=" ".join(stamp.split()), text=body, kind="other", peer=None, interface=None, reason=None, hello=None,
        dead=None, at=at,
    )  # fmt: skip
    if _STARTED.match(body):
        line["kind"] = "started"
        return line
    for kind, pattern in _KINDS:
        if match := pattern.match(body):
            said = match.groupdict()
            line["kind"] = kind
            line["peer"], line["reason"] = said.get("peer"), said.get("reason")
            line["interface"] = _unit(said.get("interface"))
            break
    return line


def _unit(interface: str | None) -> str | None:
    return interface.rstrip(".,;:") if interface else None


def _detail(lines: list[TraceLine]) -> None:
    """The lines below a packet say more about it: the timers of a hello, the source of an SNMP request."""
    last = lines[-1]
    packet = next((line for line in reversed(lines[-8:]) if line["kind"] in ("received", "sent")), None)
    if packet is None or last["kind"] != "other":
        return
    if match := _SOURCE.match(last["text"]):
        packet["peer"] = match[1]
    if match := _HELLO.match(last["text"]):
        packet["hello"] = int(match[1])
    if match := _DEAD.match(last["text"]):
        packet["dead"] = int(match[1])


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_AHEAD = -60  # seconds: the two outputs are not of the same moment


def _idle(lines: Sequence[TraceLine], clock: Clock) -> int | None:
    """Seconds since the last line. The stamps have no year: the one of the device's clock, or the one before."""
    if clock.now is None or not lines or lines[-1]["time"] is None:
        return None
    month, day, hours = lines[-1]["time"].partition(".")[0].split()
    for year in (clock.now.year, clock.now.year - 1):
        then = _moment(year, month, day, hours)
        if then is not None and (seconds := (clock.now - then).total_seconds()) > _AHEAD:
            return max(0, int(seconds))
    return None


def _moment(year: int, month: str, day: str, hours: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{year}-{_MONTHS.index(month) + 1:02d}-{int(day):02d} {hours}")
    except ValueError:
        return None
