"""``show igmp group`` and ``show igmp interface`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import IgmpGroup, IgmpGroups, IgmpInterface, IgmpInterfaces
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, address

_INTERFACE = re.compile(r"Interface: (\S{1,40}?),?(?: Groups: \d+)?$")
_GROUP = re.compile(rf"Group: ({IPV4})$")
_REPORTER = re.compile(r"Last reported by: (\S{1,45})$")
_TIMEOUT = re.compile(r"Timeout: +(\d{1,9})\b")
_KNOWN = re.compile(r"(?:Group mode:|Source:|Source timeout:|Timeout:|Type:|Group timeout)")


def parse_groups(pages: Sequence[Clean]) -> IgmpGroups:
    """Read ``show igmp group [G]``.

    Raises:
        ParseFailure: no interface heading was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    groups: list[IgmpGroup] = []
    interface = ""
    for number, text in page.lines:
        body = text.strip()
        if match := _INTERFACE.match(body):
            interface, reading.seen = match[1], True
        elif interface and (match := _GROUP.match(body)):
            reading.row()
            at = page.at(number)
            groups.append(
                IgmpGroup(group=match[1], interface=interface, reporter=None, uptime=None, expires=None, at=at)
            )
        elif not groups or not _detail(groups[-1], number, body):
            reading.skip(number)
    return IgmpGroups(groups=groups, at=page.all(), unread=reading.unread())


def _detail(group: IgmpGroup, number: int, body: str) -> bool:
    if match := _REPORTER.match(body):
        group["reporter"] = address(match[1])
    elif match := _TIMEOUT.match(body):
        group["expires"] = int(match[1])
    elif not _KNOWN.match(body):
        return False
    group["at"][0][2] = number
    return True


_QUERIER = re.compile(rf"Querier: ({IPV4})")
_STATE = re.compile(r"State: +(Up|Down)\b")
_PARAMETERS = re.compile(r"(?:Configured|Derived) Parameters")


def parse_interfaces(pages: Sequence[Clean]) -> IgmpInterfaces:
    """Read ``show igmp interface``; Junos lists only interfaces on which IGMP is configured.

    Raises:
        ParseFailure: no interface was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[IgmpInterface] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _INTERFACE.match(body):
            reading.row()
            found.append(IgmpInterface(interface=match[1], enabled=False, querier=None, at=page.at(number)))
        elif _PARAMETERS.match(body):
            break
        elif not found or ":" not in body:
            reading.skip(number)
        else:
            _interface_detail(found[-1], number, body)
    return IgmpInterfaces(interfaces=found, at=page.all(), unread=reading.unread())


def _interface_detail(record: IgmpInterface, number: int, body: str) -> None:
    record["at"][0][2] = number
    if match := _QUERIER.match(body):
        record["querier"] = match[1]
    elif match := _STATE.match(body):
        record["enabled"] = match[1] == "Up"
