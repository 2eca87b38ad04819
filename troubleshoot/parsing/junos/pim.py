"""``show pim interfaces``, ``neighbors`` and ``rps`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import (
    PimInterface,
    PimInterfaces,
    PimNeighbor,
    PimNeighbors,
    RpMapping,
    RpMappings,
)
from troubleshoot.parsing.table import Reading, fail_half_mapping, one_page, read_table
from troubleshoot.parsing.values import IPV4, TIMER, prefix, seconds

_KNOWN = re.compile(
    r"(?:Instance: |Stat = |[A-Z][A-Za-z0-9]{0,7} = |address-family |Address family|P2P|Active = )", re.I
)
_INTERFACE_HEADING = re.compile(r"(?:Name|Interface)\s+Stat\s+Mode\s+IP\s+V")
_INTERFACE = re.compile(
    rf"(\S{{1,40}})\s+(Up|Down)\s+([A-Z]{{1,3}})\s+4\s+\d\s+(\S{{1,40}})\s+(\d+)\s+\S+(?:\s+({IPV4}))?$"
)
_NEIGHBOR_HEADING = re.compile(r"Interface\s+IP\s+V\s+Mode\s+Option\s+Uptime")
_NEIGHBOR = re.compile(rf"(\S{{1,40}})\s+4\s+\d\s+(?:[A-Z]\w{{0,10}}\s+)?([A-Z]{{1,10}})\s+({TIMER})\s+({IPV4})$")
_MODES = {"S": "sparse", "D": "dense", "SD": "sparse-dense", "B": "bidir", "SB": "sparse"}


def parse_interfaces(pages: Sequence[Clean]) -> PimInterfaces:
    """Read ``show pim interfaces`` (IPv4 rows); Junos does not print the interface's own address.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = read_table(reading, (_INTERFACE_HEADING,), _INTERFACE, _KNOWN)
    interfaces = [_interface(match, page.at(number)) for number, match in rows]
    return PimInterfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())


def _interface(match: re.Match[str], at: list[list[int]]) -> PimInterface:
    name, status, mode, state, count, dr = match.groups()
    first = state.split(",")[0]
    return PimInterface(
        interface=name,
        address=None,
        mode=_MODES.get(mode),
        up=status == "Up",
        neighbors=int(count),
        dr=dr,
        is_dr={"DR": True, "NotDR": False}.get(first),
        at=at,
    )


def parse_neighbors(pages: Sequence[Clean]) -> PimNeighbors:
    """Read ``show pim neighbors`` (IPv4 rows); the table does not mark the DR, ``dr`` is always ``None``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    neighbors = [
        PimNeighbor(
            address=match[4], interface=match[1], uptime=seconds(match[3]), expires=None, dr=None, at=page.at(number)
        )
        for number, match in read_table(reading, (_NEIGHBOR_HEADING,), _NEIGHBOR, _KNOWN)
    ]
    return PimNeighbors(neighbors=neighbors, at=page.all(), unread=reading.unread())


_RP_HEADING = re.compile(r"RP address\s+Type\s+(?:Mode\s+)?Holdtime")
_RP = re.compile(
    rf"({IPV4})\s+(static|auto-rp|bootstrap|embedded)\s+(?:\w{{3,15}}\s+)?\d+\s+\S+\s+\d+\s+({IPV4}/\d{{1,2}})$"
)
_RP_ALONE = re.compile(rf"{IPV4}\s+(?:static|auto-rp|bootstrap|embedded)\b")
_MORE = re.compile(rf"({IPV4}/\d{{1,2}})$")
_SOURCES = {"bootstrap": "bsr"}


def parse_rps(pages: Sequence[Clean]) -> RpMappings:
    """Read ``show pim rps``; further group ranges of an RP stand alone on the lines below it.

    Raises:
        ParseFailure: neither heading nor RP was recognised; or an RP stands without its groups.
    """
    page = one_page(pages)
    reading = Reading(page)
    mappings: list[RpMapping] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _RP.match(body):
            mappings.append(_mapping(match[1], _SOURCES.get(match[2], match[2]), match[3], page.at(number)))
            reading.row()
        elif _RP_ALONE.match(body):  # ranges below it would be taken for those of the RP before it
            fail_half_mapping(page, number)
        elif mappings and (match := _MORE.match(body)):
            mappings.append(_mapping(mappings[-1]["rp"], mappings[-1]["source"], match[1], page.at(number)))
        elif _RP_HEADING.match(body):
            reading.seen = True
        elif body.lower().startswith("address-family inet6") and reading.seen:
            break
        elif not _KNOWN.match(body):
            reading.skip(number)
    return RpMappings(mappings=mappings, at=page.all(), unread=reading.unread())


def _mapping(rp: str, source: str, group_range: str, at: list[list[int]]) -> RpMapping:
    return RpMapping(group_range=prefix(group_range), rp=rp, source=source, local=None, acl=None, at=at)
