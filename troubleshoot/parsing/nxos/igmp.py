"""``show ip igmp groups`` and ``show ip igmp interface`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import IgmpGroup, IgmpGroups, IgmpInterface, IgmpInterfaces
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, TIMER, address, seconds

_HEADING = re.compile(r"Group Address\s+Type\s+Interface")
_LEGEND = re.compile(r"(?:IGMP Connected Group Membership|Type: |\* - |[A-Z] - |Displaying |Total )")
_GROUP = re.compile(rf"({IPV4})\s+[A-Z*]{{1,4}}\s+([A-Za-z]\S{{1,60}})\s+({TIMER})\s+({TIMER})\s+({IPV4})(?:\s.*)?$")
_ALONE = re.compile(rf"({IPV4})$")


def parse_groups(pages: Sequence[Clean]) -> IgmpGroups:
    """Read ``show ip igmp groups [G]``; a group of SSM sources stands alone on the line before its sources.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    groups: list[IgmpGroup] = []
    wrapped: str | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _GROUP.match(body):
            reading.row()
            groups.append(_group(match, wrapped if text != body else None, page.at(number)))
        elif match := _ALONE.match(body):
            wrapped, reading.seen = address(match[1]), True
        elif _HEADING.match(body):
            reading.seen = True
        elif not _LEGEND.match(body):
            reading.skip(number)
    return IgmpGroups(groups=groups, at=page.all(), unread=reading.unread())


def _group(match: re.Match[str], wrapped: str | None, at: list[list[int]]) -> IgmpGroup:
    return IgmpGroup(
        group=wrapped or match[1],
        interface=canonical(Platform.NXOS, match[2]),
        reporter=match[5],
        uptime=seconds(match[3]),
        expires=seconds(match[4]),
        at=at,
    )


_INTERFACES = re.compile(r"IGMP Interfaces for VRF")
_INTERFACE = re.compile(r"([A-Z][\w./:\-]{1,60}), Interface status: \S+")
_QUERIER = re.compile(rf"Active querier: ({IPV4})")


def parse_interfaces(pages: Sequence[Clean]) -> IgmpInterfaces:
    """Read ``show ip igmp interface``; NX-OS lists only interfaces on which IGMP runs.

    Raises:
        ParseFailure: neither heading nor interface was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[IgmpInterface] = []
    for number, text in page.lines:
        if match := _INTERFACE.match(text):
            reading.row()
            name = canonical(Platform.NXOS, match[1])
            found.append(IgmpInterface(interface=name, enabled=True, querier=None, at=page.at(number)))
        elif _INTERFACES.match(text):
            reading.seen = True
        elif not found or not text.startswith(" "):
            reading.skip(number)
        else:
            found[-1]["at"][0][2] = number
            if match := _QUERIER.match(text.strip()):
                found[-1]["querier"] = match[1]
    return IgmpInterfaces(interfaces=found, at=page.all(), unread=reading.unread())
