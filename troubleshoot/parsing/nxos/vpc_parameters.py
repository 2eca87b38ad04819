"""``show vpc consistency-parameters`` of NX-OS: what a pair compares, value by value.

Values hold blanks and go on in the next line, so that only the column says to whom a value belongs.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.vpc import VpcParameter, VpcParameters
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.columns import cells, column_starts, is_ruler, joined
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page

_HEADING = re.compile(r"Name\s+Type\s+Local Value\s+Peer Value$")
_KNOWN = re.compile(r"(?:Legend:|Type 1 : vPC will be suspended)")
_TYPE = re.compile(r"[12\-]$")
_LAST = "allowed vlans"  # every release ends its table with this row (and the suspended VLANs)
_NOTHING = ("", "-")


def parse(pages: Sequence[Clean]) -> VpcParameters:
    """Read ``show vpc consistency-parameters {global | vpc N | interface port-channel N}``.

    Raises:
        ParseFailure: the heading or the end of the table is missing, or the columns are not where the heading says.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = _rows(page, reading)
    unread = reading.unread()
    if not any(row["name"].lower() == _LAST for row in rows):
        raise ParseFailure("the table ends before the allowed VLANs", page.part, page.last)
    for row in rows:
        row["differs"] = row["local"] != row["peer"] and row["local"] not in _NOTHING and row["peer"] not in _NOTHING
    return VpcParameters(rows=rows, at=page.all(), unread=unread)


def _rows(page: Clean, reading: Reading) -> list[VpcParameter]:
    rows: list[VpcParameter] = []
    starts: tuple[int, ...] = ()
    for number, text in page.lines:
        if _HEADING.match(text.strip()):
            reading.seen = True
        elif reading.seen and is_ruler(text):
            starts = _starts(page, number, text)
        elif starts:
            _take(page, reading, rows, number, cells(text, starts))
        elif not _KNOWN.match(text.strip()):
            reading.skip(number)
    return rows


def _starts(page: Clean, number: int, text: str) -> tuple[int, ...]:
    starts = column_starts(text)
    if len(starts) != 4:
        raise ParseFailure("the columns of the table have lost their blanks", page.part, number)
    return starts


def _take(page: Clean, reading: Reading, rows: list[VpcParameter], number: int, found: list[str] | None) -> None:
    """A new row, or more of the one above."""
    if found is None or (found[1] and not _TYPE.match(found[1])) or (not found[1] and not rows):
        raise ParseFailure("a value is not in its column", page.part, number)
    name, kind, local, peer = found
    if kind:
        reading.row()
        rows.append(
            VpcParameter(
                name=name,
                type=int(kind) if kind.isdigit() else None,
                local=local,
                peer=peer,
                differs=False,
                at=page.at(number),
            )
        )
        return
    row = rows[-1]
    row["name"], row["local"], row["peer"] = (
        joined(row["name"], name),
        joined(row["local"], local),
        joined(row["peer"], peer),
    )
    row["at"][0][2] = number
