"""Lines that NX-OS broke at the width of the terminal, in the middle of a word too: the rest stands in column 0."""

from __future__ import annotations

import re
from collections.abc import Iterator

from troubleshoot.parsing.clean import Clean


def logical(page: Clean, start: re.Pattern[str]) -> Iterator[tuple[int, int, str]]:
    """First raw line, last raw line and text of what the device printed as one line.

    ``start`` matches what may stand in column 0 as the beginning of a line.
    """
    held: tuple[int, int, str] | None = None
    for number, text in page.lines:
        # The break may stand in front of a blank; what the device itself indents has two at least.
        if held is not None and not text.startswith("  ") and not start.match(text):
            held = (held[0], number, held[2] + text)
            continue
        if held is not None:
            yield held
        held = (number, number, text)
    if held is not None:
        yield held
