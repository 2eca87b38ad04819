"""What our own scripts print: CSV (`ConvertTo-Csv -NoTypeInformation`) or `key=value` lines, then `end`.

The last line is the proof that the script ran to its end: without it an answer was cut, and a shorter list would be a
wrong one. A table without rows is only `end`, because `ConvertTo-Csv` prints no heading for nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites

END = "end"
PROMPT = re.compile(r"(?:PS )?[A-Za-z]:\\[^>]{0,200}>|>> |#TYPE ")  # of a paste; the last one of old ConvertTo-Csv
_TRUTH = {"true": True, "wahr": True, "1": True, "false": False, "falsch": False, "0": False}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: text by column name, and the lines it came from."""

    cells: Mapping[str, str]
    at: Cites

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def optional(self, column: str) -> str | None:
        """The text of a cell, or None where the cell is empty: the host did not say."""
        return self.cells[column] or None

    def integer(self, column: str) -> int | None:
        """A whole number, or None where the cell is empty.

        Raises:
            ParseFailure: the cell holds anything else.
        """
        text = self.cells[column].strip()
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,20}", text):
            raise self._unfit(column, "a whole number")
        return int(text)

    def flag(self, column: str) -> bool | None:
        """True or False, or None where the cell is empty.

        Raises:
            ParseFailure: the cell holds anything else.
        """
        text = self.cells[column].strip().casefold()
        if text and text not in _TRUTH:
            raise self._unfit(column, "true or false")
        return _TRUTH.get(text)

    def _unfit(self, column: str, wanted: str) -> ParseFailure:
        part, line, _ = self.at[0]
        return ParseFailure(f"{column} is {excerpt(self.cells[column])!r}, not {wanted}", part, line)


def read_rows(page: Clean, columns: Sequence[str]) -> list[Row]:
    """Read one CSV table with a heading and the final `end`.

    Column names are compared without regard to letter case; more columns than asked for are allowed. A cell may hold
    line ends (blank lines inside a cell are lost).

    Raises:
        ParseFailure: the final `end` is missing or not last, the heading lacks a column, a row has another number of
            cells than the heading, or a quote is never closed.
    """
    table = list(_records(page, until_end(page)))
    if not table:
        return []
    first, _, heading = table[0]
    places = _places(page, first, heading, columns)
    return [_row(page, record, places, len(heading)) for record in table[1:]]


def read_values(page: Clean, keys: Sequence[str] = ()) -> dict[str, Row]:
    """Read `key=value` lines and the final `end`; each key (lower case) gives a row with the one column ``value``.

    Raises:
        ParseFailure: the final `end` is missing, a line is not `key=value`, a key stands twice, or one of ``keys`` is
            not there.
    """
    found: dict[str, Row] = {}
    for number, text in until_end(page):
        key, sign, value = text.partition("=")
        name = key.strip().casefold()
        if not sign or not name or name in found:
            raise ParseFailure(f"not a new key=value line: {excerpt(text)!r}", page.part, number)
        found[name] = Row({"value": value.strip()}, page.at(number))
    if missing := [key for key in keys if key.casefold() not in found]:
        raise ParseFailure(f"the output lacks {missing[0]!r}", page.part)
    return found


def until_end(page: Clean) -> list[Line]:
    """Return the lines before the final `end`, without the prompts of a paste.

    Raises:
        ParseFailure: the output is empty, or its last line is not `end`.
    """
    lines = [(number, text) for number, text in page.lines if not PROMPT.match(text.lstrip())]
    if not lines:
        raise ParseFailure("the output is empty", page.part)
    number, last = lines[-1]
    if last.strip() != END:
        raise ParseFailure(f"the output does not end with 'end' but with {excerpt(last)!r}", page.part, number)
    return lines[:-1]


_Record = tuple[int, int, list[str]]  # first line, last line, cells


def _records(page: Clean, lines: Sequence[Line]) -> Iterator[_Record]:
    """Join the lines of a quoted cell and split each record into cells."""
    pending: list[str] = []
    first = 0
    for number, text in lines:
        first = first if pending else number
        pending.append(text)
        whole = "\n".join(pending)
        if whole.count('"') % 2 == 0:
            yield first, number, _cells(page, first, whole)
            pending = []
    if pending:
        raise ParseFailure("a quoted cell is never closed", page.part, first)


def _cells(page: Clean, first: int, text: str) -> list[str]:
    try:
        return next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        raise ParseFailure(f"not a row of CSV: {excerpt(text)!r}", page.part, first) from None


def _places(page: Clean, line: int, heading: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    folded = [name.strip().casefold() for name in heading]
    missing = [column for column in columns if column.casefold() not in folded]
    if missing:
        raise ParseFailure(
            f"the heading lacks the column {missing[0]!r}: {excerpt(','.join(heading))!r}", page.part, line
        )
    return {column: folded.index(column.casefold()) for column in columns}


def _row(page: Clean, record: _Record, places: Mapping[str, int], width: int) -> Row:
    first, last, cells = record
    if len(cells) != width:
        raise ParseFailure(f"a row has {len(cells)} cells, the heading {width}", page.part, first)
    return Row({column: cells[place] for column, place in places.items()}, page.at(first, last))
