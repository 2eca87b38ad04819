"""Tables whose columns stand below a line of dashes, with cells that hold blanks and go on in the next line."""

from __future__ import annotations

import re
from collections.abc import Sequence

_RULER = re.compile(r"-{2,}(?: +-{2,})+$")
_WIDE = re.compile(r"-  +-")
_LIST = re.compile(r"[\d,\-]+$")


def is_ruler(text: str) -> bool:
    """True for a line that underlines several columns."""
    return _RULER.match(text.strip()) is not None


def column_starts(ruler: str) -> tuple[int, ...]:
    """Where the columns begin; nothing where the ruler lost its blanks, so that positions mean nothing.

    >>> column_starts("--    ----   ------"), column_starts("-- ---- ------")
    ((0, 6, 13), ())
    """
    if not _WIDE.search(ruler):
        return ()
    return tuple(match.start() for match in re.finditer(r"-+", ruler))


def cells(text: str, starts: Sequence[int]) -> list[str] | None:
    """The cells of a line, trimmed; None where a word crosses into the next column.

    >>> cells("10    Po10   up", (0, 6, 13)), cells("10 port-channel10 up", (0, 6, 13))
    (['10', 'Po10', 'up'], None)
    """
    if any(len(text) > start and text[start - 1] != " " and text[start] != " " for start in starts[1:]):
        return None
    ends = (*starts[1:], len(text))
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def joined(first: str, second: str) -> str:
    """A cell and its continuation: words are parted by a blank, the pieces of a list of numbers are not.

    >>> joined("STP interface", "port type"), joined("1,310-", "315"), joined("", "x")
    ('STP interface port type', '1,310-315', 'x')
    """
    if not first or not second:
        return first or second
    glued = _LIST.match(first) and _LIST.match(second)
    return f"{first}{second}" if glued else f"{first} {second}"
