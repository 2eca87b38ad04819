"""``show route forwarding-table destination PREFIX table V`` of Junos.

A route with several ways is a list (``ulst``) whose members follow below it, each with its labels.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import Forwarding, Way
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.forwarding import complete, new_forwarding
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_TABLE = re.compile(r"Routing table: (\S{1,64})")
_HEADING = re.compile(r"Destination\s+Type\s+RtRef\s+Next hop\s+Type\s+Index\b")
_ENTRY = re.compile(rf"({IPV4}/\d{{1,2}})\s+(?P<type>user|perm|intf|dest|iddn|rtbl)\s+\d+\s*(?P<rest>\S.{{0,120}})?$")
_LABELS = r"(?:Push|Swap) \d{1,8}(?:\(top\))?(?:, Push \d{1,8}(?:\(top\))?){0,4}|Pop"
_MEMBER = re.compile(
    rf"(?:(?P<hop>{IPV4}|[0-9a-f:]{{11,17}})\s+)?(?P<what>ucst|indr|ulst|rjct|dscd|comp|hold|unil|{_LABELS})"
    r"(?:\s+(?P<index>\d+)(?:\s+\d+)?)?(?:\s+(?P<interface>[a-z]{2,4}-?[\d/.:]{1,20}))?$"
)
_PUSH = re.compile(r"(?:Push|Swap) (\d{1,8})")
_KNOWN = re.compile(r"(?:Internet:|Logical system|Enabled protocols)")


def parse(pages: Sequence[Clean]) -> Forwarding:
    """Read one prefix.

    Raises:
        ParseFailure: no heading; or an entry without a readable way out.
    """
    page = one_page(pages)
    record, reading = new_forwarding(page), Reading(page)
    for number, text in page.lines:
        body = text.strip()
        if (match := _ENTRY.match(body)) and not record["found"]:
            reading.row()
            record["found"], record["prefix"] = True, match[1]
            _member(record, match["rest"] or "", page.at(number))
        elif record["found"] and _member(record, body, page.at(number)):
            continue
        elif _HEADING.match(body):
            reading.seen = True
        elif not _TABLE.match(body) and not _KNOWN.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    if record["found"] and not record["ways"] and not record["drop"]:
        raise ParseFailure("the entry has no readable way out", page.part, page.lines[-1][0])
    return complete(record)


def _member(record: Forwarding, body: str, at: list[list[int]]) -> bool:
    match = _MEMBER.match(body)
    if match is None:
        return False
    if match["what"] in ("rjct", "dscd"):
        record["drop"] = True
    elif match["interface"]:
        # Junos prints the innermost label first and marks the outermost with (top)
        labels = _PUSH.findall(match["what"])
        way = Way(exit=None, next_hop=match["hop"], interface=match["interface"], labels=list(reversed(labels)), at=at)
        record["ways"].append(way)
    return True
