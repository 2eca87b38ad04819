"""The padded text tables of ``show ip mroute``, ``show ip pim upstream`` and ``show ip pim rpf``."""

from __future__ import annotations

import re

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.frr.mroute_rows import KernelRow, Kind, Rows, RpfRow, UpstreamRow, outgoing
from troubleshoot.parsing.table import fail_unknown
from troubleshoot.parsing.values import IPV4, TIMER, seconds

_SG = rf"(?P<source>\*|{IPV4})\s+(?P<group>{IPV4})\s+"
_PROTO = r"(?P<proto>[A-Za-z]{3,12})"
_HEADINGS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("kernel", re.compile(r"Source\s+Group\s+(?:Flags\s+)?Proto\s+Input\s+Output")),
    ("upstream", re.compile(r"Iif\s+Source\s+Group\s+State\s+Uptime")),
    ("rpf", re.compile(r"Source\s+Group\s+RpfIface\s+RpfAddress\s+RibNextHop")),
)
_KERNEL = re.compile(
    rf"{_SG}(?:(?P<flags>[A-Z]{{1,8}})\s+)?{_PROTO}\s+(?P<iif>\S+)\s+(?P<oif>\S+)\s+\d+\s+(?P<up>{TIMER})$"
)
_MORE = re.compile(rf"{_PROTO}\s+(?P<oif>\S+)\s+\d+$")
_UPSTREAM = re.compile(rf"(?P<iif>\S+)\s+{_SG}(?P<state>[\w,]+)\s+(?P<up>{TIMER})\s+\S+\s+\S+\s+\S+\s+\d+$")
_RPF = re.compile(rf"{_SG}(?P<iif>\S+)\s+(?P<rpf>{IPV4})\s+(?P<rib>\*|{IPV4})\s+-?\d+\s+-?\d+$")
_LEGEND = re.compile(r"(?:IP Multicast Routing Table|Flags: |[A-Z] - |RPF Cache Refresh|Nexthop Lookups)")


def text_rows(page: Clean) -> Rows:
    """Read one of the three tables; the heading must be there, it tells which.

    Raises:
        ParseFailure: no known heading, or a heading with nothing but damaged rows.
    """
    rows: Rows | None = None
    skipped: list[int] = []
    for number, text in page.lines:
        body = text.strip()
        kind = next((kind for kind, heading in _HEADINGS if heading.match(body)), None)
        if kind:
            rows = rows or Rows(kind)
        elif not (rows and _add(rows, page, number, body)) and not _LEGEND.match(body):
            skipped.append(number)
    if rows is None:
        fail_unknown(page)
        raise AssertionError
    rows.unread = page.spans(skipped)
    if skipped and not (rows.kernel or rows.upstream or rows.rpf):
        raise ParseFailure("no row could be read", page.part, skipped[0])
    return rows


def _add(rows: Rows, page: Clean, number: int, body: str) -> bool:
    if rows.kind == "kernel":
        return _add_kernel(rows, page, number, body)
    if rows.kind == "upstream" and (match := _UPSTREAM.match(body)):
        registering = "RegJ" in match["state"].split(",")
        rows.upstream.append(
            UpstreamRow(match["group"], match["source"], match["iif"], None, registering, match["up"], page.at(number))
        )
        return True
    if rows.kind == "rpf" and (match := _RPF.match(body)):
        at = page.at(number)
        rows.rpf.append(RpfRow(match["group"], match["source"], match["iif"], match["rpf"], match["rib"], at))
        return True
    return False


def _add_kernel(rows: Rows, page: Clean, number: int, body: str) -> bool:
    if match := _KERNEL.match(body):
        uptime, at = match["up"], page.at(number)
        row = KernelRow(
            group=match["group"],
            source=match["source"],
            iif=match["iif"],
            flags=match["flags"] or "",
            installed=True,
            uptime=uptime,
            oil=[],
            at=at,
        )
        rows.kernel.append(row)
    elif rows.kernel and (match := _MORE.match(body)):
        # Further outgoing interfaces leave source, group, flags, input and uptime blank.
        row, uptime = rows.kernel[-1], ""
        row.at[0][2] = number
    else:
        return False
    if match["oif"] != "none":
        row.oil.append(outgoing(match["oif"], seconds(uptime), [match["proto"].lower()], page.at(number)))
    return True
