"""``show ip multicast`` and ``show interface brief`` of FRRouting."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.records import Cites, Interface, Interfaces, MulticastGlobal
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, address

_SOCKET = re.compile(r"Mroute socket descriptor: ?-?\d+")
_ECMP = re.compile(r"PIM ECMP: (Enable|Disable)")


def parse_multicast(pages: Sequence[Clean]) -> MulticastGlobal:
    """Read ``show ip multicast``: it has an mroute socket exactly where the kernel routes multicast for pimd.

    Raises:
        ParseFailure: the socket line is missing.
    """
    page = one_page(pages)
    record = MulticastGlobal(enabled=False, multipath=None, at=page.all(), unread=[])
    said = False
    for _, text in page.lines:
        if _SOCKET.match(text):
            said, record["enabled"] = True, "-1" not in text
        elif match := _ECMP.match(text):
            record["multipath"] = "s-g-basic" if match[1] == "Enable" else "disabled"
    if not said:
        fail_unknown(page)
    return record


_HEADING = re.compile(r"Interface\s+Status\s+VRF\s+Addresses")
_RULE = re.compile(r"-{3,}[ -]*$")
_ROW = re.compile(
    rf"(\S{{1,40}})\s+(up|down)\s+(\S{{1,40}})(?:\s+(?:\+ )?({IPV4})/\d{{1,2}}|\s+\+? ?[0-9a-f:]+/\d{{1,3}})?$"
)
_MORE = re.compile(rf"\+? ?(?:({IPV4})/\d{{1,2}}|[0-9a-f:]{{2,45}}/\d{{1,3}})$")


def parse_interfaces(pages: Sequence[Clean]) -> Interfaces:
    """Read ``show interface brief [json]``: one record per IPv4 address, one without address where there is none.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        found = [record for name, node in read_object(page).objects() for record in _json_interface(page, name, node)]
        return Interfaces(interfaces=found, at=page.all(), unread=[])
    reading = Reading(page)
    found = []
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            found.append(_interface(match[1], match[4], match[2] == "up", page.at(number)))
        elif found and (match := _MORE.match(body)):
            if match[1]:
                found.append(_interface(found[-1]["interface"], match[1], found[-1]["up"], page.at(number)))
        elif _HEADING.match(body):
            reading.seen = True
        elif not _RULE.match(body):
            reading.skip(number)
    return Interfaces(interfaces=found, at=page.all(), unread=reading.unread())


def _json_interface(page: Clean, name: str, node: Node) -> list[Interface]:
    status = node.text("status")
    if status is None:
        raise ParseFailure("the JSON interface has no status", page.part, node.first)
    items = node.members["addresses"].items if "addresses" in node.members else []
    texts = [item.value.partition("/")[0] for item in items if isinstance(item.value, str)]
    own: list[str | None] = [text for text in texts if address(text) and "." in text]
    at = page.at(node.first, node.last)
    return [_interface(name, text, status == "up", at) for text in own or [None]]


def _interface(name: str, own: str | None, up: bool, at: Cites) -> Interface:
    return Interface(interface=name, address=own, up=up, at=at)
