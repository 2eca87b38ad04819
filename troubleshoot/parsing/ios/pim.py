"""``show ip pim interface``, ``neighbor`` and ``rp mapping`` of IOS."""

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

_MODES = {"S": "sparse", "D": "dense", "SD": "sparse-dense", "DS": "sparse-dense", "B": "bidir", "P": "passive"}
_INTERFACE_HEADING = re.compile(r"Address\s+Interface\s+Ver/"), re.compile(r"Mode\s+Count\s+Intvl")
_INTERFACE = re.compile(rf"({IPV4})\s+(\S{{1,60}})\s+v\d/(\w{{1,3}})\s+(\d+)\s+(\d+)\s+(\S+)\s+({IPV4})(?:\s.*)?$")
_NEIGHBOR_HEADING = re.compile(r"Neighbor\s+Interface\s+Uptime/Expires"), re.compile(r"Address\s+Prio")
_NEIGHBOR_LEGEND = re.compile(r"(?:PIM Neighbor Table|Mode: |[A-Z] - |DR Priority|[A-Z]\w+ Capable)")
_NEIGHBOR = re.compile(rf"({IPV4})\s+(\S{{1,60}})\s+({TIMER})/({TIMER})\s+v\d\s+(\S+)\s*/?\s*([A-Z ]{{0,30}})$")


def parse_interfaces(pages: Sequence[Clean]) -> PimInterfaces:
    """Read ``show ip pim [vrf V] interface``; IOS lists only interfaces on which PIM is configured.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = read_table(reading, _INTERFACE_HEADING, _INTERFACE)
    interfaces = [_interface(match, page.at(number)) for number, match in rows]
    return PimInterfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())


def _interface(match: re.Match[str], at: list[list[int]]) -> PimInterface:
    own, name, mode, count, _, _, dr = match.groups()
    return PimInterface(
        interface=canonical(Platform.IOS, name),
        address=own,
        mode=_MODES.get(mode),
        up=True,  # IOS lists an interface that is down too; it says nothing about it here
        neighbors=int(count),
        dr=dr,
        is_dr=None if dr == NO_ADDRESS else dr == own,
        at=at,
    )


def parse_neighbors(pages: Sequence[Clean]) -> PimNeighbors:
    """Read ``show ip pim [vrf V] neighbor``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = read_table(reading, _NEIGHBOR_HEADING, _NEIGHBOR, _NEIGHBOR_LEGEND)
    neighbors = [_neighbor(match, page.at(number)) for number, match in rows]
    return PimNeighbors(neighbors=neighbors, at=page.all(), unread=reading.unread())


def _neighbor(match: re.Match[str], at: list[list[int]]) -> PimNeighbor:
    return PimNeighbor(
        address=match[1],
        interface=canonical(Platform.IOS, match[2]),
        uptime=seconds(match[3]),
        expires=seconds(match[4]),
        dr="DR" in match[6].split(),
        at=at,
    )


_Groups = tuple[str | None, str | None, str]
_GROUPS = re.compile(r"(?:Group\(s\)|Acl:)")
_RANGE = re.compile(rf"Group\(s\):? ({IPV4}/\d{{1,2}})(?P<static>, Static(?:-Override)?)?(?:, .{{0,40}})?$")
_ACL = re.compile(r"Acl: ([^,\s]{1,64}), Static(?:-Override)?(?:, .{0,40})?$")
_RP = re.compile(rf"RP:? ({IPV4})(?: \(\S{{1,255}}\))?(?:, .{{0,60}})?$")
_INFO = re.compile(r"Info source: \S+.{0,270}?(?:via|elected via) (?P<how>Auto-RP|bootstrap|BSR)", re.I)
_RP_HEADING = re.compile(r"PIM(?: Group)?-(?:to-)?RP Mappings|PIM Group-to-RP Mappings", re.I)
_RP_KNOWN = re.compile(r"(?:This system is|Uptime: |Info source: |Priority|Hash|via )")


def parse_rp_mapping(pages: Sequence[Clean]) -> RpMappings:
    """Read ``show ip pim [vrf V] rp mapping [G]``, dynamic and static style in one output.

    ``local`` stays ``None``: ``This system is an RP`` names no group and is never printed for a static RP.

    Raises:
        ParseFailure: neither heading nor mapping was recognised; or a range stands without its RP.
    """
    page = one_page(pages)
    reading = Reading(page)
    mappings: list[RpMapping] = []
    pending: _Groups | None = None
    alone: int | None = None  # the line of a range that waits for its RP
    for number, text in page.lines:
        body = text.strip()
        if _GROUPS.match(body):
            fail_half_mapping(page, alone)
            pending = _groups(body)
            if pending is None:
                reading.skip(number)
            else:
                alone = number
        elif pending and (match := _RP.match(body)):
            reading.row()
            alone = None
            mappings.append(_mapping(pending, match[1], page.at(number)))
        elif mappings and (match := _INFO.match(body)):
            mappings[-1]["source"] = "auto-rp" if match["how"].lower() == "auto-rp" else "bsr"
            mappings[-1]["at"][0][2] = number
        elif _RP_HEADING.match(body):
            reading.seen = True
        elif not _RP_KNOWN.match(body):
            reading.skip(number)
    fail_half_mapping(page, alone)
    return RpMappings(mappings=mappings, at=page.all(), unread=reading.unread())


def _groups(body: str) -> _Groups | None:
    """Read the line that announces an RP: ``(range, access list, source)``."""
    if match := _RANGE.match(body):
        return prefix(match[1]), None, "static" if match["static"] else ""
    match = _ACL.match(body)
    return (None, match[1], "static") if match else None


def _mapping(pending: _Groups, rp: str, at: list[list[int]]) -> RpMapping:
    group_range, acl, source = pending
    return RpMapping(group_range=group_range, rp=rp, source=source or "unknown", local=None, acl=acl, at=at)
