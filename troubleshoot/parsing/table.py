"""The common frame of line-oriented outputs: heading, rows, lines known to carry nothing, and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites


@dataclass(slots=True)
class Reading:
    """Walks one output, remembers what was recognised and what was not."""

    page: Clean
    seen: bool = False  # a heading, a "nothing" sentence or a row was recognised
    rows: int = 0
    skipped: list[int] = field(default_factory=list)

    def skip(self, number: int) -> None:
        """Set a line aside as not understood."""
        self.skipped.append(number)

    def row(self) -> None:
        """Count one recognised row."""
        self.rows += 1
        self.seen = True

    def unread(self) -> Cites:
        """Return the lines set aside; raise where nothing (or nothing but a damaged body) was recognised."""
        if not self.seen:
            fail_unknown(self.page)
        if not self.rows and self.skipped:
            number = self.skipped[0]
            raise ParseFailure(
                f"no row could be read; first: {excerpt(dict(self.page.lines)[number])!r}", self.page.part, number
            )
        return self.page.spans(sorted(self.skipped))


def fail_unknown(page: Clean) -> None:
    """Raise for an output in which nothing was recognised.

    Raises:
        ParseFailure: always.
    """
    if not page.lines:
        raise ParseFailure("the output is empty", page.part)
    number, text = page.lines[0]
    raise ParseFailure(f"unknown output, starting with {excerpt(text)!r}", page.part, number)


def fail_half_mapping(page: Clean, number: int | None) -> None:
    """Raise where line ``number`` announces half a mapping (an RP or its groups) and the other half is missing.

    Raises:
        ParseFailure: ``number`` is not ``None``.
    """
    if number is not None:
        raise ParseFailure("the RP mapping is incomplete", page.part, number)


def read_table(
    reading: Reading, heading: Sequence[re.Pattern[str]], row: re.Pattern[str], known: re.Pattern[str] | None = None
) -> Iterator[tuple[int, re.Match[str]]]:
    """Yield ``(line number, match)`` per row; ``known`` lines (legends) carry nothing; all else is set aside.

    ``heading`` holds one pattern per line of the heading: a table without rows is empty only under a whole heading.
    """
    missing = list(heading)
    for number, text in reading.page.lines:
        body = text.strip()
        if match := row.match(body):
            reading.row()
            yield number, match
        elif found := next((line for line in heading if line.match(body)), None):
            missing = [line for line in missing if line is not found]
            reading.seen |= not missing
        elif known is None or not known.match(body):
            reading.skip(number)


def one_page(pages: Iterable[Clean]) -> Clean:
    """Return the only output.

    Raises:
        ParseFailure: there is none or more than one.
    """
    found = list(pages)
    if len(found) != 1:
        raise ParseFailure(f"expected one output, got {len(found)}")
    return found[0]
