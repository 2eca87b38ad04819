"""``show ip multicast`` and ``show ip interface brief`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Interface, Interfaces, MulticastGlobal
from troubleshoot.parsing.table import Reading, fail_unknown, one_page, read_table
from troubleshoot.parsing.values import IPV4

_ROUTING = re.compile(r"Multicast Routing: (enabled|disabled)", re.I)
_OFF = re.compile(r"%? ?IP Multicast (?:Forwarding|Routing) is (?:not enabled|disabled)", re.I)
_MULTIPATH = re.compile(r"Multicast Multipath: (enabled|disabled)(?: \(algorithm: ([\w\-() ]{1,40})\))?", re.I)
_ALGORITHMS = {"next-hop-based": "s-g-next-hop", "basic": "s-g-basic", "s-g-hash basic": "s-g-basic"}


def parse_multicast(pages: Sequence[Clean]) -> MulticastGlobal:
    """Read ``show ip multicast [vrf V]``.

    Raises:
        ParseFailure: the text does not say whether multicast routing is on.
    """
    page = one_page(pages)
    record = MulticastGlobal(enabled=False, multipath=None, at=page.all(), unread=[])
    said, skipped = False, []
    for number, text in page.lines:
        body = text.strip()
        if match := _ROUTING.match(body) or _OFF.match(body):
            said, record["enabled"] = True, match.re is _ROUTING and match[1].lower() == "enabled"
        elif match := _MULTIPATH.match(body):
            record["multipath"] = _multipath(match)
        elif ":" not in body:
            skipped.append(number)
    if not said:
        fail_unknown(page)
    record["unread"] = page.spans(skipped)
    return record


def _multipath(match: re.Match[str]) -> str:
    if match[1].lower() == "disabled":
        return "disabled"
    algorithm = (match[2] or "").strip().lower()
    return _ALGORITHMS.get(algorithm, algorithm or "source")


_HEADING = re.compile(r"Interface\s+IP-Address\s+OK\?")
_ROW = re.compile(
    rf"(\S{{1,60}})\s+(?:({IPV4})|unassigned|unnumbered)\s+(?:YES|NO)\s+.{{1,20}}?\s+"
    r"(administratively down|up|down|deleted|reset)\s+(up|down)(?:\s*\(.*\))?$"
)


def parse_interfaces(pages: Sequence[Clean]) -> Interfaces:
    """Read ``show ip interface brief``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    interfaces = [
        Interface(
            interface=canonical(Platform.IOS, match[1]),
            address=match[2],
            up=match[3] == "up" and match[4] == "up",
            at=page.at(number),
        )
        for number, match in read_table(reading, (_HEADING,), _ROW)
    ]
    return Interfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())
