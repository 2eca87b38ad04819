"""``show switch [detail]`` of Catalyst stacks.

The state of a member is the rest of its line: it may hold blanks and hyphens, just when there is a fault.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import Stack, StackMember, StackPort
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page

_MAC = r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}\.[0-9a-fA-F]{4}"
_HEADING = re.compile(r"Switch#\s+Role\s+Mac Address\s+Priority\b.{0,40}\bState$", re.I)
_ROW = re.compile(
    rf"(?P<local>\*?)\s{{0,4}}(?P<number>\d{{1,2}})\s+(?P<role>Master|Active|Standby|Member|Slave)\s+(?P<mac>{_MAC})"
    r"\s+(?P<priority>\d{1,2})(?:\s+(?P<hardware>[A-Z]{0,3}\d{1,3}[A-Z]?))?\s+(?P<state>[A-Za-z][A-Za-z \-]{1,30})$",
    re.I,
)
_OWNER = re.compile(rf"(?:Switch|Chassis)/Stack Mac Address\s*:\s*({_MAC})", re.I)
_KNOWN = re.compile(
    r"Mac persistency wait time|(?:H/W\s+)?Current(?:\s+State)?$|-{10,}$|Stack Port Status\s+Neighbors", re.I
)
_PORTS = re.compile(r"Switch#\s+Port 1\s+Port 2\s+Port 1\s+Port 2$", re.I)
_END = r"(Ok|Down|Absent|No Cable)"
_PORT_ROW = re.compile(rf"(\d{{1,2}})\s+{_END}\s+{_END}\s+(None|\d{{1,2}})\s+(None|\d{{1,2}})$", re.I)

_CONDITIONS = (
    ("sdm_mismatch", re.compile(r"sdm[ -]?mismatch", re.I)),
    ("version_mismatch", re.compile(r"(?:v|ver|version)[ -]?mismatch", re.I)),
    ("feature_mismatch", re.compile(r"(?:feature|license|lic|hw|hardware)[ -]?mismatch", re.I)),
    ("ready", re.compile(r"ready$", re.I)),
    (
        "starting",
        re.compile(r"progressing|initiali[sz]ing|waiting|syncing|ha sync|added|(?:new )?master (?:re-?)?init", re.I),
    ),
    ("absent", re.compile(r"(?:provisioned|unprovisioned|removed|invalid|not present)", re.I)),
)


def parse(pages: Sequence[Clean]) -> Stack:
    """Read the members of a stack.

    Raises:
        ParseFailure: no heading, no master (every stack has one), or two lines for one member.
    """
    page = one_page(pages)
    reading = Reading(page)
    record = Stack(mac=None, members=[], ports=[], at=page.all(), unread=[])
    headed = False
    for number, text in page.lines:
        headed |= bool(_HEADING.match(text.strip()))
        _line(record, reading, number, text.strip())
    record["unread"] = reading.unread()
    numbers = [member["number"] for member in record["members"]]
    mastered = any(member["role"] in ("master", "active") for member in record["members"])
    if not headed or not mastered or len(set(numbers)) != len(numbers):
        raise ParseFailure("the table of the stack is not whole", page.part, page.lines[0][0])
    return record


def _line(record: Stack, reading: Reading, number: int, body: str) -> None:
    at = reading.page.at(number)
    if match := _ROW.match(body):
        reading.row()
        record["members"].append(_member(match, at))
    elif match := _PORT_ROW.match(body):
        reading.row()
        record["ports"] += [_port(match, port, at) for port in (1, 2)]
    elif match := _OWNER.match(body):
        record["mac"] = match[1].lower()
    elif _HEADING.match(body) or _PORTS.match(body):
        reading.seen = True
    elif not _KNOWN.match(body):
        reading.skip(number)


def _member(match: re.Match[str], at: list[list[int]]) -> StackMember:
    state = match["state"].strip()
    return StackMember(
        number=int(match["number"]),
        local=bool(match["local"]),
        role=match["role"].lower(),
        mac=match["mac"].lower(),
        priority=int(match["priority"]),
        hardware=match["hardware"],
        state=state,
        condition=next((name for name, pattern in _CONDITIONS if pattern.match(state)), "other"),
        at=at,
    )


def _port(match: re.Match[str], port: int, at: list[list[int]]) -> StackPort:
    neighbor = match[3 + port]
    return StackPort(
        number=int(match[1]),
        port=port,
        up=match[1 + port].lower() == "ok",
        neighbor=int(neighbor) if neighbor.isdigit() else None,
        at=at,
    )
