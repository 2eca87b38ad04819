"""``show ip pim interface``, ``neighbor`` and ``rp-info`` of FRRouting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.records import (
    Cites,
    PimInterface,
    PimInterfaces,
    PimNeighbor,
    PimNeighbors,
    RpMapping,
    RpMappings,
)
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, address, prefix, seconds

_INTERFACE_HEADING = re.compile(r"Interface\s+State\s+Address\s+PIM Nbrs\s+PIM DR")
_INTERFACE = re.compile(rf"(\S{{1,40}})\s+(up|down)\s+({IPV4})\s+(\d+)\s+(local|\*|{IPV4})\s+\d+\s+\d+$")


def parse_interfaces(pages: Sequence[Clean]) -> PimInterfaces:
    """Read ``show ip pim interface [json]``; the register interface ``pimreg`` is listed like any other.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        interfaces = [_json_interface(page, name, node) for name, node in read_object(page).objects()]
        return PimInterfaces(interfaces=interfaces, at=page.all(), unread=[])
    reading = Reading(page)
    interfaces = [
        _interface(match[1], match[3], match[2] == "up", int(match[4]), match[5], page.at(number))
        for number, match in read_table(reading, (_INTERFACE_HEADING,), _INTERFACE)
    ]
    return PimInterfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())


def _json_interface(page: Clean, name: str, node: Node) -> PimInterface:
    state, dr = node.text("state"), node.text("pimDesignatedRouter") or node.text("drAddress")
    if state is None:
        raise ParseFailure("the JSON interface has no state", page.part, node.first)
    neighbors = node.number("pimNeighbors")
    if neighbors is None and "neighbors" in node.members:
        neighbors = len(node.members["neighbors"].members)
    local = "local" if node.truth("pimDesignatedRouterLocal") else dr
    return _interface(
        name, node.text("address"), state == "up", neighbors, local or "*", page.at(node.first, node.last)
    )


def _interface(name: str, own: str | None, up: bool, neighbors: int | None, dr: str, at: Cites) -> PimInterface:
    local = dr == "local"
    router = own if local else address(dr)
    return PimInterface(
        interface=name,
        address=own,
        mode="sparse",  # pimd speaks no other mode
        up=up,
        neighbors=neighbors,
        dr=None if router == NO_ADDRESS else router,
        is_dr=None if router in (None, NO_ADDRESS) else local or router == own,
        at=at,
    )


_NEIGHBOR_HEADING = re.compile(r"Interface\s+Neighbor\s+Uptime\s+Holdtime")
_NEIGHBOR = re.compile(rf"(\S{{1,40}})\s+({IPV4})\s+({TIMER})\s+({TIMER})\s+\d+$")


def parse_neighbors(pages: Sequence[Clean]) -> PimNeighbors:
    """Read ``show ip pim neighbor [json]``; who is DR stands in ``show ip pim interface``, ``dr`` is always ``None``.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        found = [
            _neighbor(name, own, node.text("upTime"), node.text("holdTime"), page.at(node.first, node.last))
            for name, interface in read_object(page).objects()
            for own, node in interface.objects()
        ]
        return PimNeighbors(neighbors=found, at=page.all(), unread=[])
    reading = Reading(page)
    found = [
        _neighbor(match[1], match[2], match[3], match[4], page.at(number))
        for number, match in read_table(reading, (_NEIGHBOR_HEADING,), _NEIGHBOR)
    ]
    return PimNeighbors(neighbors=found, at=page.all(), unread=reading.unread())


def _neighbor(interface: str, own: str, up: str | None, hold: str | None, at: Cites) -> PimNeighbor:
    return PimNeighbor(
        address=own, interface=interface, uptime=seconds(up or ""), expires=seconds(hold or ""), dr=None, at=at
    )


_RP_HEADING = re.compile(r"RP address\s+group/prefix-list\s+OIF\s+I am RP")
_RP = re.compile(rf"({IPV4})\s+(\S{{1,64}})\s+\S{{1,40}}\s+(yes|no)\s+(\w{{1,20}})(?:\s+\w+)?$")
_SOURCES = {"static": "static", "bsr": "bsr", "autorp": "auto-rp"}


def parse_rp_info(pages: Sequence[Clean]) -> RpMappings:
    """Read ``show ip pim rp-info [json]``.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        mappings = [
            _json_mapping(page, rp, node) for rp, items in read_object(page).members.items() for node in items.items
        ]
        return RpMappings(mappings=mappings, at=page.all(), unread=[])
    reading = Reading(page)
    mappings = [
        _mapping(match[1], match[2], match[3] == "yes", match[4], page.at(number))
        for number, match in read_table(reading, (_RP_HEADING,), _RP)
    ]
    return RpMappings(mappings=mappings, at=page.all(), unread=reading.unread())


def _json_mapping(page: Clean, rp: str, node: Node) -> RpMapping:
    groups = node.text("group") or node.text("prefixList") or ""
    return _mapping(rp, groups, node.truth("iAmRP"), node.text("source") or "", page.at(node.first, node.last))


def _mapping(rp: str, groups: str, local: bool | None, source: str, at: Cites) -> RpMapping:
    group_range = prefix(groups) if groups else None
    return RpMapping(
        group_range=group_range,
        rp=rp,
        source=_SOURCES.get(source.lower(), "unknown"),
        local=local,
        acl=groups if groups and group_range is None else None,  # a prefix list by name
        at=at,
    )
