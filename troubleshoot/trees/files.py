"""Small things that need neither the schema nor its library: searching for a tree has to start at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from troubleshoot.errors import OperatorError

# A larger tree is unreadable for people too, and the YAML reader takes over a second for it.
MAX_TREE_BYTES: Final = 1 << 18


def read_tree(path: Path) -> bytes:
    """The bytes of a tree file, one more than allowed at most. Raises OperatorError where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_TREE_BYTES + 1)
    except OSError as error:
        raise OperatorError(f"{path}: cannot be read: {error.strerror or error}") from error


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'x'?``, or nothing where no known name is close."""
    close = difflib.get_close_matches(name[:80], sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
