"""``show interfaces terse`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import Interface, Interfaces
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_HEADING = re.compile(r"Interface\s+Admin\s+Link\s+Proto")
_ROW = re.compile(
    rf"(\S{{1,40}})\s+(up|down)\s+(up|down)(?:\s+([a-z]\S{{0,20}}))?(?:\s+({IPV4})?(?:/\d{{1,2}})?(?:\s.*"
    rf"|[0-9a-f:/]+.*)?)?$"
)
_MORE_ADDRESS = re.compile(rf"(?:inet\s+)?({IPV4})(?:/\d{{1,2}})?(?:\s+-->.*)?$")
_MORE = re.compile(
    r"(?:inet6?|multiservice|mpls|iso|ccc|tnp|vpls|eth-switch|aenet|[0-9a-f]{0,4}:[0-9a-f:]+\S*|\S+/\d+)(?:\s.*)?$"
)


def parse_interfaces(pages: Sequence[Clean]) -> Interfaces:
    """Read ``show interfaces terse``: one record per IPv4 address, one without address where there is none.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[Interface] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            name, admin, link, _, own = match.groups()
            found.append(Interface(interface=name, address=own, up=admin == link == "up", at=page.at(number)))
        elif found and (match := _MORE_ADDRESS.match(body)):
            found.append(_again(found[-1], match[1], page.at(number)))
        elif _HEADING.match(body):
            reading.seen = True
        elif not found or not _MORE.match(body):
            reading.skip(number)
    return Interfaces(interfaces=found, at=page.all(), unread=reading.unread())


def _again(previous: Interface, own: str, at: list[list[int]]) -> Interface:
    return Interface(interface=previous["interface"], address=own, up=previous["up"], at=at)
