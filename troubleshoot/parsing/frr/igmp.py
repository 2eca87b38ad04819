"""``show ip igmp groups`` and ``show ip igmp interface`` of FRRouting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.records import Cites, IgmpGroup, IgmpGroups, IgmpInterface, IgmpInterfaces
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, address, seconds

_GROUP_HEADING = re.compile(r"Interface\s+(?:Address\s+)?Group\s+Mode\s+Timer")
_GROUP_KNOWN = re.compile(r"(?:Total IGMP groups|Watermark)")
_GROUP = re.compile(rf"(\S{{1,40}})\s+(?:{IPV4}\s+)?({IPV4})\s+[A-Z]{{2,8}}\s+({TIMER})\s+\d+\s+\d\s+({TIMER})$")


def parse_groups(pages: Sequence[Clean]) -> IgmpGroups:
    """Read ``show ip igmp groups [json]``; FRRouting does not name the last reporter.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        return IgmpGroups(groups=_json_groups(page), at=page.all(), unread=[])
    reading = Reading(page)
    groups = [
        _group(match[2], match[1], match[4], match[3], page.at(number))
        for number, match in read_table(reading, (_GROUP_HEADING,), _GROUP, _GROUP_KNOWN)
    ]
    return IgmpGroups(groups=groups, at=page.all(), unread=reading.unread())


def _json_groups(page: Clean) -> list[IgmpGroup]:
    return [
        _json_group(page, name, node)
        for name, interface in read_object(page).objects()
        for node in (interface.members["groups"].items if "groups" in interface.members else [])
    ]


def _json_group(page: Clean, interface: str, node: Node) -> IgmpGroup:
    group = node.text("group")
    if group is None or address(group) is None:
        raise ParseFailure("the JSON group has no address", page.part, node.first)
    return _group(group, interface, node.text("uptime"), node.text("timer"), page.at(node.first, node.last))


def _group(group: str, interface: str, up: str | None, timer: str | None, at: Cites) -> IgmpGroup:
    return IgmpGroup(
        group=group, interface=interface, reporter=None, uptime=seconds(up or ""), expires=seconds(timer or ""), at=at
    )


_INTERFACE_HEADING = re.compile(r"Interface\s+State\s+Address\s+V\s+Querier\s+QuerierIp")
_INTERFACE = re.compile(rf"(\S{{1,40}})\s+(\w{{2,10}})\s+{IPV4}\s+\d\s+\w+\s+({IPV4})\s+\S+\s+\S+$")


def parse_interfaces(pages: Sequence[Clean]) -> IgmpInterfaces:
    """Read ``show ip igmp interface [json]``.

    Interfaces that only answer multicast traceroute (``mtrc``, ``mtraceOnly``: PIM without ``ip igmp``) are listed
    too; they are not enabled and their querier is meaningless.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        interfaces = [_json_interface(page, name, node) for name, node in read_object(page).objects()]
        return IgmpInterfaces(interfaces=interfaces, at=page.all(), unread=[])
    reading = Reading(page)
    interfaces = [
        _interface(match[1], match[2] == "up", match[3], page.at(number))
        for number, match in read_table(reading, (_INTERFACE_HEADING,), _INTERFACE)
    ]
    return IgmpInterfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())


def _json_interface(page: Clean, name: str, node: Node) -> IgmpInterface:
    state = node.text("state")
    if state is None:
        raise ParseFailure("the JSON interface has no state", page.part, node.first)
    enabled = state == "up" and not node.truth("mtraceOnly")
    return _interface(name, enabled, node.text("querierIp"), page.at(node.first, node.last))


def _interface(name: str, enabled: bool, querier: str | None, at: Cites) -> IgmpInterface:
    known = querier if enabled and querier != NO_ADDRESS else None
    return IgmpInterface(interface=name, enabled=enabled, querier=known, at=at)
