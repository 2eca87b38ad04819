"""``show ip pim interface brief``, ``neighbor`` and ``rp`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import (
    PimInterface,
    PimInterfaces,
    PimNeighbor,
    PimNeighbors,
    RpMapping,
    RpMappings,
)
from troubleshoot.parsing.table import Reading, fail_half_mapping, one_page, read_table
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, prefix, seconds

_INTERFACE_HEADING = re.compile(r"Interface\s+IP Address\s+PIM DR Address"), re.compile(r"Count\s+Interface")
_INTERFACE_KNOWN = re.compile(r"PIM Interface Status for VRF")
_INTERFACE = re.compile(rf"([A-Za-z]\S{{1,60}})\s+({IPV4})\s+({IPV4})\s+(\d+)\s+(?:yes|no)(?:\s.*)?$")
_NEIGHBOR_HEADING = re.compile(r"Neighbor\s+Interface\s+Uptime"), re.compile(r"Priority\s+Capable")
_NEIGHBOR_KNOWN = re.compile(r"PIM Neighbor Status for VRF")
_NEIGHBOR = re.compile(rf"({IPV4})\s+([A-Za-z]\S{{1,60}})\s+({TIMER})\s+({TIMER})\s+\d+\s+(?:yes|no)(?:\s.*)?$")


def parse_interfaces(pages: Sequence[Clean]) -> PimInterfaces:
    """Read ``show ip pim interface brief [vrf V]``; NX-OS runs sparse mode only.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = read_table(reading, _INTERFACE_HEADING, _INTERFACE, _INTERFACE_KNOWN)
    interfaces = [_interface(match, page.at(number)) for number, match in rows]
    return PimInterfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())


def _interface(match: re.Match[str], at: list[list[int]]) -> PimInterface:
    name, own, dr, count = match.groups()[:4]
    return PimInterface(
        interface=canonical(Platform.NXOS, name),
        address=own,
        mode="sparse",
        up=True,
        neighbors=int(count),
        dr=dr,
        is_dr=None if dr == NO_ADDRESS else dr == own,
        at=at,
    )


def parse_neighbors(pages: Sequence[Clean]) -> PimNeighbors:
    """Read ``show ip pim neighbor [vrf V]``; the table does not mark the DR, ``dr`` is always ``None``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    neighbors = [
        PimNeighbor(
            address=match[1],
            interface=canonical(Platform.NXOS, match[2]),
            uptime=seconds(match[3]),
            expires=seconds(match[4]),
            dr=None,
            at=page.at(number),
        )
        for number, match in read_table(reading, _NEIGHBOR_HEADING, _NEIGHBOR, _NEIGHBOR_KNOWN)
    ]
    return PimNeighbors(neighbors=neighbors, at=page.all(), unread=reading.unread())


_RP_HEADING = re.compile(r"PIM RP Status Information for VRF")
_RP = re.compile(rf"RP: ({IPV4})(\*?), ?\(\d+\)")
_SOURCE = re.compile(r"RP-source: (?:\((local)\)|[\d.]+ ?\(?([AB])?\)?)")
_GROUPS = re.compile(r"group ranges:\s*(.{0,400})$")
_RANGE = re.compile(rf"({IPV4}/\d{{1,2}})\b")
_RP_KNOWN = re.compile(
    r"(?:BSR |Auto-RP |uptime:|priority:|RP-source:|group ranges|Anycast-RP|\d+\.\S+\*?$|expires|Next |RP-hold|Learnt)",
    re.I,
)


def parse_rp(pages: Sequence[Clean]) -> RpMappings:
    """Read ``show ip pim rp [vrf V]``, in one line or several per RP; ``*`` marks the device's own address.

    Raises:
        ParseFailure: neither heading nor RP was recognised; or an RP stands without its groups.
    """
    page = one_page(pages)
    reading = Reading(page)
    mappings: list[RpMapping] = []
    current: RpMapping | None = None
    alone: int | None = None  # the line of an RP that waits for its group ranges
    ranges = False
    for number, text in page.lines:
        body = text.strip()
        if match := _RP.match(body):
            fail_half_mapping(page, alone)
            current, ranges, alone = _new(match, page.at(number)), False, number
        elif _RP_HEADING.match(body):
            fail_half_mapping(page, alone)
            reading.seen, current = True, None
            continue
        elif current is None or not (ranges or _RP_KNOWN.match(body)):
            if not _RP_KNOWN.match(body):
                reading.skip(number)
            continue
        before = len(mappings)
        ranges = _detail(reading, mappings, current, ranges, number, body)
        alone = alone if len(mappings) == before else None
    fail_half_mapping(page, alone)
    return RpMappings(mappings=mappings, at=page.all(), unread=reading.unread())


def _new(match: re.Match[str], at: list[list[int]]) -> RpMapping:
    return RpMapping(group_range=None, rp=match[1], source="unknown", local=bool(match[2]), acl=None, at=at)


def _detail(
    reading: Reading, mappings: list[RpMapping], current: RpMapping, ranges: bool, number: int, body: str
) -> bool:
    """Fill the RP from one line; return whether the group ranges have begun."""
    current["at"][0][2] = max(number, current["at"][0][2])
    if match := _SOURCE.search(body):
        current["source"] = "static" if match[1] else {"A": "auto-rp", "B": "bsr"}.get(match[2] or "", "unknown")
    start = _GROUPS.search(body)
    if start is None and not ranges:
        return False
    text = start[1] if start else body
    for found in _RANGE.findall(text):
        reading.row()
        mapping = current.copy()
        mapping["group_range"], mapping["at"] = prefix(found), [current["at"][0][:]]
        mappings.append(mapping)
    return True
