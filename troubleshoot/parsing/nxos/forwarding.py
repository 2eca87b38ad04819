"""``show forwarding vrf V route PREFIX`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.bgp import Forwarding, Way
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.forwarding import complete, new_forwarding
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_HEADING = re.compile(r"Prefix\s+\|\s*Next-hop\s+\|\s*Interface\b")
_TABLE = re.compile(r"(?:IPv4 routes for table|slot\s+\d+|=+$|-+(?:\+-+)+$|-+$)")
_ROW = re.compile(
    rf"\*?(?:(?P<prefix>{IPV4}/\d{{1,2}})\s+)?(?P<hop>{IPV4}|Drop|Attached|Receive)\s+(?P<interface>[A-Za-z][\w/.\-]{{1,40}})"
    r"(?:\s+(?P<rest>\S.{0,120}))?$"
)
_LABELS = re.compile(r"PUSH((?: \d{1,8}){1,6})|(?:PUSH|SWAP|label)\s*(\d{1,8})", re.I)


def parse(pages: Sequence[Clean]) -> Forwarding:
    """Read one prefix; one row for each way out, the prefix in the first of them.

    Raises:
        ParseFailure: no heading and no row; a row that was broken at the width of the terminal.
    """
    page = one_page(pages)
    record, reading = new_forwarding(page), Reading(page)
    for number, text in page.lines:
        body = text.strip()
        if (match := _ROW.match(body)) and (match["prefix"] or record["found"]):
            reading.row()
            _row(record, match, page.at(number))
        elif _HEADING.match(body):
            reading.seen = True
        elif record["found"]:  # a row that was broken would lose its labels, and with them the difference of two exits
            raise ParseFailure("a line of the entry is not understood", page.part, number)
        elif not _TABLE.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    if reading.rows and not record["ways"] and not record["drop"]:
        raise ParseFailure("the entry has no readable way out", page.part, page.lines[-1][0])
    return complete(record)


def _row(record: Forwarding, match: re.Match[str], at: list[list[int]]) -> None:
    if match["prefix"]:
        record["found"], record["prefix"] = True, match["prefix"]
    if match["hop"] == "Drop" or match["interface"].lower() == "null0":
        record["drop"] = True
        return
    labels = _LABELS.search(match["rest"] or "")
    record["ways"].append(
        Way(
            exit=None,
            next_hop=match["hop"] if match["hop"][0].isdigit() else None,
            interface=canonical(Platform.NXOS, match["interface"]),
            labels=(labels[1] or labels[2] or "").split() if labels else [],
            at=at,
        )
    )
