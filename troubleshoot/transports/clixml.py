"""PowerShell's serialised error stream (CLIXML), read for what a person would have seen as errors.

``#< CLIXML`` and one or more ``<Objs ...>...</Objs>`` blocks stand anywhere in standard error, text of native programs
between them. Progress, verbose, debug and warning records are no errors ([MS-PSRP] 2.2.5 is the format). It is read by
patterns, not by an XML parser: the text is a stranger's.
"""

from __future__ import annotations

import html
import re
from typing import Final

MARK: Final = "#< CLIXML"
_BLOCK: Final = re.compile(r"(?:#< CLIXML[ \t]*\r?\n?)?<Objs\b[^<>]*>(.*?)(?:</Objs>\r?\n?|\Z)", re.DOTALL)
_TEXT: Final = re.compile(r'<S S="([A-Za-z]{1,20})"[^<>]*>([^<]*)</S>')
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WIDTHS: Final = (79, 80)  # the console that wraps the lines


def holds_clixml(text: str) -> bool:
    """Is there anything to decode?"""
    return "<Objs" in text or MARK in text


def plain_errors(text: str) -> str:
    """The error lines of all blocks and the text around them, in order. Text without blocks comes back unchanged."""
    return _BLOCK.sub(lambda block: _errors(block.group(1)), text).replace(MARK, "").lstrip("\r\n")


def _errors(block: str) -> str:
    pieces = [_unescaped(body) for kind, body in _TEXT.findall(block) if kind.lower() == "error"]
    return _unwrapped("".join(pieces))


def _unescaped(body: str) -> str:
    """Undo ``_xHHHH_`` (UTF-16 code units) and the entities of XML."""
    units = _ESCAPE.sub(lambda found: chr(int(found.group(1), 16)), html.unescape(body))
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _unwrapped(text: str) -> str:
    """The console breaks lines at its width, in the middle of words."""
    joined: list[str] = []
    full = False
    for line in text.replace("\r\n", "\n").split("\n"):
        if full and line:
            joined[-1] += line
        else:
            joined.append(line)
        full = len(line) in _WIDTHS
    return "\r\n".join(joined)
