"""The only door through which text from devices, files and people enters a widget.

What a device prints may hold terminal escapes (ESC, C1, OSC 52), bidirectional overrides, or text that looks like
Textual markup. Here it becomes visible, inert characters in a :class:`~textual.content.Content`, which is never read as
markup. Every other module of this package hands foreign text to this one first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from textual.content import Content
from textual.widget import Widget

MAX_LINE: Final = 2000
MAX_MESSAGE: Final = 500
SHORT: Final = 200  # labels up to this length are cut with three dots only
TAB: Final = 8

_SUSPECT: Final = re.compile(r"[^\x20-\x7e]")
_MARKS: Final = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}")
_BLANK: Final = "Zs"


def visible(text: str) -> str:
    """``text`` with every character that a terminal might obey, hide or reorder by shown as what it is.

    C0 controls and DEL read as ``^[``, C1 and all other format characters as ``<U+202E>``, odd blanks as a blank.

    >>> visible("a\\x1b]52;c;x\\x07")
    'a^[]52;c;x^G'
    """
    if text.isascii() and text.isprintable():
        return text
    shown = _SUSPECT.sub(lambda match: _shown(match.group()), text)
    return shown if shown.isascii() else _MARKS.sub("<combining>", shown)


@lru_cache(maxsize=4096)
def _shown(char: str) -> str:
    if char.isprintable():
        return char
    code = ord(char)
    if code < 0x20:
        return f"^{chr(code + 0x40)}"
    if code == 0x7F:
        return "^?"
    return " " if unicodedata.category(char) == _BLANK else f"<U+{code:04X}>"


def same_length(text: str) -> str:
    """Like :func:`visible`, but one character for one: for editors, whose cursor counts characters."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\t" else "?" for char in text)


def line(text: str, limit: int = MAX_LINE) -> str:
    """One line, at most ``limit`` characters long; what was cut off is said."""
    kept = visible(text[:limit].removesuffix("\r") if len(text) <= limit else text[:limit])
    if len(text) <= limit:
        return kept
    return f"{kept} [... {len(text) - limit} more characters]" if limit > SHORT else f"{kept[:-3]}..."


def lines(text: str, limit: int = MAX_LINE) -> list[str]:
    """The lines of an output in the numbering of the stored text (split at LF only), each made safe and capped."""
    return [line(_spread(raw), limit) for raw in text.split("\n")]


def _spread(raw: str) -> str:
    return raw if "\t" not in raw else raw[: MAX_LINE * 2].expandtabs(TAB) + raw[MAX_LINE * 2 :]


def content(text: object, style: str = "", limit: int = MAX_LINE) -> Content:
    """Foreign text as content: several lines stay lines, nothing in it is markup. ``style`` is ours alone."""
    return Content.styled("\n".join(lines(str(text), limit)), style)


def join(parts: Iterable[Content | str]) -> Content:
    """Parts put together on one or more lines; plain strings must be our own constant words."""
    return Content("").join([part if isinstance(part, Content) else Content(part) for part in parts])


def stack(parts: Iterable[Content]) -> Content:
    """Parts below each other; empty ones are left out."""
    return Content("\n").join([part for part in parts if part])


def notify(widget: Widget, message: str, *, warning: bool = False) -> None:
    """Show a passing message. Markup is off and the text is made safe."""
    text = line(message, MAX_MESSAGE)
    if warning:
        widget.app.notify(text, markup=False, severity="warning", timeout=8)
    else:
        widget.app.notify(text, markup=False, timeout=2.5)


def typed(text: str) -> str:
    """Text for a one-line input field: line ends become blanks, what cannot be printed is dropped."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:MAX_LINE]
