"""``show bgp summary`` of Junos; the router's own ID is in its configuration (second command), not in this output."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpNeighbor, BgpSessions
from troubleshoot.parsing.bgp_entry import ADDRESS
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading
from troubleshoot.parsing.values import IPV4

_HEADING = re.compile(r"Peer\s+AS\s+InPkt\s+OutPkt\s+OutQ\s+Flaps\s+Last Up/Dwn\s+State\|")
_ROW = re.compile(
    rf"(?P<address>{ADDRESS})(?:\+\d{{1,5}})?\s+(?P<asn>[\d.]{{1,12}})(?:\s+\d{{1,12}}){{4}}\s+"
    r"(?P<since>\S{1,12}(?: \d\d?:\d\d:\d\d)?)\s+(?P<state>Establ|[A-Z][a-z]{3,12}|\d+/\d+/\d+/\d+)(?:\s.{0,80})?$"
)
_TABLE = re.compile(r"\s*([\w.\-]{1,64}): (\d{1,10})/(\d{1,10})/\d{1,10}(?:/\d{1,10})?$")
_KNOWN = re.compile(
    r"(?:Groups: |Threading|Default eBGP|Table\s+Tot|Restart|Unconfigured|[\w.\-]{1,64}\s*$|(?:\s*\d{1,10}){5,8}$)"
)
_ROUTER_ID = re.compile(rf"set (?:routing-instances \S{{1,64}} )?routing-options router-id ({IPV4})$")
_ASN = re.compile(r"set routing-options autonomous-system ([\d.]{1,12})\b")


def parse(pages: Sequence[Clean]) -> BgpSessions:
    """Read the neighbors and, from ``show configuration routing-options | display set``, router ID and AS.

    Raises:
        ParseFailure: no heading, or not one or two outputs.
    """
    if len(pages) not in (1, 2):
        raise ParseFailure(f"expected one or two outputs, got {len(pages)}")
    record = _sessions(pages[0])
    for page in pages[1:]:
        for number, text in page.lines:
            _own(record, text.strip(), page.at(number))
    return record


def _own(record: BgpSessions, body: str, at: list[list[int]]) -> None:
    if match := _ROUTER_ID.match(body):
        record["router_id"] = match[1]
        record["at"] += at
    elif match := _ASN.match(body):
        record["asn"] = match[1]


def _sessions(page: Clean) -> BgpSessions:
    reading = Reading(page)
    record = BgpSessions(router_id=None, asn=None, neighbors=[], at=page.all(), unread=[])
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            record["neighbors"].append(_neighbor(match, page.at(number)))
        elif match := _TABLE.match(body):
            _count(record, match, number)
        elif _HEADING.match(body):
            reading.seen = True
        elif not _KNOWN.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    return record


def _neighbor(match: re.Match[str], at: list[list[int]]) -> BgpNeighbor:
    state = match["state"]
    up = state == "Establ" or "/" in state
    return BgpNeighbor(
        address=match["address"],
        asn=match["asn"],
        up=up,
        state="established" if up else state,
        shut=False,
        prefixes=int(state.split("/")[1]) if "/" in state else None,
        at=at,
    )


def _count(record: BgpSessions, match: re.Match[str], number: int) -> None:
    if record["neighbors"]:
        neighbor = record["neighbors"][-1]
        neighbor["prefixes"] = (neighbor["prefixes"] or 0) + int(match[3])
        neighbor["at"][0][2] = number
