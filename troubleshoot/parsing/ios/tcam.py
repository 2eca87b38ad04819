"""How full the hardware tables are: ``show platform tcam utilization`` and ``show mac address-table count`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import MacCount, TcamRow, TcamUse
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page

_ASIC = re.compile(r"CAM Utilization for ASIC#?\s*\[?(\d{1,2})\]?\s+Max\s+Used$", re.I)
_ROW = re.compile(r"([A-Z][\w +\-/]{2,60}?):\s+\d{1,7}/(\d{1,7})\s+\d{1,7}/(\d{1,7})$", re.I)
_KNOWN = re.compile(r"Masks/Values|Note: Allocation|a complex algorithm|to provide an abstract", re.I)
_NAMES = {
    "unicast mac addresses": "mac",
    "ipv4 igmp groups + multicast routes": "multicast",
    "ipv4 igmp groups": "multicast",
    "ipv4 unicast directly-connected routes": "direct_routes",
    "ipv4 unicast indirectly-connected routes": "indirect_routes",
    "ipv4 policy based routing aces": "pbr",
    "ipv4 qos aces": "qos",
    "ipv4 security aces": "acl",
}


def parse(pages: Sequence[Clean]) -> TcamUse:
    """Read the utilization of all ASICs; of ``masks/values`` the values count, they are the entries.

    Raises:
        ParseFailure: no ASIC, or one whose list stops before its access lists.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows: list[TcamRow] = []
    asic: int | None = None
    asics: set[int] = set()
    for number, text in page.lines:
        body = text.strip()
        if match := _ASIC.match(body):
            asic = int(match[1])
            asics.add(asic)
        elif asic is not None and (match := _ROW.match(body)):
            reading.row()
            rows.append(_row(match, asic, page.at(number)))
        elif not _KNOWN.match(body):
            reading.skip(number)
    unread = reading.unread()
    if not asics or asics != {row["asic"] for row in rows if row["resource"] == "acl"}:
        raise ParseFailure("the utilization is not whole", page.part, page.lines[-1][0])
    return TcamUse(rows=rows, at=page.all(), unread=unread)


def _row(match: re.Match[str], asic: int, at: list[list[int]]) -> TcamRow:
    name = " ".join(match[1].lower().split())
    return TcamRow(asic=asic, resource=_NAMES.get(name, match[1]), maximum=int(match[2]), used=int(match[3]), at=at)


_VLAN = re.compile(r"Mac Entries for Vlan ?\d{1,4}\s*:$", re.I)
_VLAN_TOTAL = re.compile(r"Total Mac Addresses\s*:\s*(\d{1,7})$", re.I)
_IN_USE = re.compile(r"Total Mac Address(?:es)? In Use\s*:\s*(\d{1,7})$", re.I)
_SPACE = re.compile(r"Total Mac Address Space Available\s*:\s*(\d{1,9})$", re.I)
_COUNTED = re.compile(r"(?:Total )?(?:Dynamic|Static)\s+Address Count\s*:\s*\d{1,7}$|-{5,}$", re.I)


def parse_mac_count(pages: Sequence[Clean]) -> MacCount:
    """Read the number of MAC addresses in use: the switch's own total, else the sum over its VLANs.

    Raises:
        ParseFailure: the closing line about the space that is left was not seen, or no total.
    """
    page = one_page(pages)
    reading = Reading(page)
    total: int | None = None
    available: int | None = None
    summed = 0
    for number, text in page.lines:
        body = text.strip()
        if match := _SPACE.match(body):
            available = int(match[1])
        elif match := _IN_USE.match(body):
            total = int(match[1])
        elif match := _VLAN_TOTAL.match(body):
            summed += int(match[1])
        elif not (_VLAN.match(body) or _COUNTED.match(body)):
            reading.skip(number)
            continue
        reading.row()
    unread = reading.unread()
    if available is None:
        raise ParseFailure("the closing line of the count is missing", page.part, page.lines[-1][0])
    return MacCount(total=summed if total is None else total, available=available, at=page.all(), unread=unread)
