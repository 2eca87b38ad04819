"""``show ip igmp groups`` and ``show ip igmp interface`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import IgmpGroup, IgmpGroups, IgmpInterface, IgmpInterfaces
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, TIMER, seconds

_HEADING = re.compile(r"Group Address\s+Interface\s+Uptime")
_GROUP = re.compile(rf"({IPV4})\s+(\S{{1,60}})\s+({TIMER})\s+({TIMER})\s+({IPV4})(?:\s.{{0,20}})?$")
_LEGEND = re.compile(r"IGMP Connected Group Membership")


def parse_groups(pages: Sequence[Clean]) -> IgmpGroups:
    """Read ``show ip igmp [vrf V] groups [G]``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    groups = [
        IgmpGroup(
            group=match[1],
            interface=canonical(Platform.IOS, match[2]),
            reporter=match[5],
            uptime=seconds(match[3]),
            expires=seconds(match[4]),
            at=page.at(number),
        )
        for number, match in read_table(reading, (_HEADING,), _GROUP, _LEGEND)
    ]
    return IgmpGroups(groups=groups, at=page.all(), unread=reading.unread())


_INTERFACE = re.compile(r"([A-Z][\w./:\-]{1,60}) is [\w ]{2,30}, line protocol is \w+")
_STATE = re.compile(r"IGMP is (enabled|disabled) (?:on|in) interface|Multicast routing is (disabled) on interface")
_QUERIER = re.compile(rf"IGMP querying router is ({IPV4})")


def parse_interfaces(pages: Sequence[Clean]) -> IgmpInterfaces:
    """Read ``show ip igmp interface``; an interface for which IOS does not say ``enabled`` counts as not enabled.

    Raises:
        ParseFailure: no interface was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[IgmpInterface] = []
    for number, text in page.lines:
        if match := _INTERFACE.match(text):
            reading.row()
            found.append(_new(match[1], page.at(number)))
        elif not found or not text.startswith(" "):
            reading.skip(number)
        else:
            _detail(found[-1], text.strip())
            found[-1]["at"][0][2] = number
    return IgmpInterfaces(interfaces=found, at=page.all(), unread=reading.unread())


def _new(name: str, at: list[list[int]]) -> IgmpInterface:
    return IgmpInterface(interface=canonical(Platform.IOS, name), enabled=False, querier=None, at=at)


def _detail(record: IgmpInterface, body: str) -> None:
    if match := _STATE.match(body):
        record["enabled"] = match[1] == "enabled"
    elif match := _QUERIER.match(body):
        record["querier"] = match[1]
