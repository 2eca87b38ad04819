"""Codes in a paste: `0x80338029`, `2150858793` or `-2144108503`, with text around them, several at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from troubleshoot.codes.table import WORD, Code, find

_HEX = r"0[xX][0-9A-Fa-f]{1,8}(?![0-9A-Fa-f])"
_BARE_HRESULT = r"[89A-Fa-f][0-9A-Fa-f]{7}(?![0-9A-Za-z])"  # `(80338029)`
_DECIMAL = r"-?[0-9]{1,10}"
_TOKEN: Final = re.compile(rf"(?<![\w.:-])(?:{_HEX}|{_BARE_HRESULT}|{_DECIMAL})(?![\w-]|[.:][0-9])")
_SPELLING: Final = re.compile(rf"(?:{_HEX}|{_DECIMAL}|{_BARE_HRESULT})")
# A short number in a text is a code only behind a word that says so: `status 5`, `Fehler 1722`, `WIN32: 8224`.
_CONTEXT: Final = re.compile(
    r"(?:error|err|status|code|errno|rc|win32|hresult|result|reason|fehler|fehlercode|systemfehler|failed with|erreur)"
    r"(?:\s+(?:code|number|nr\.?|is|was|of))?\s*[:=#(]?\s*$",
    re.I,
)
_LARGE: Final = 0x8000_0000
_MAX_TEXT: Final = 100_000
_FACILITIES: Final = {
    0x001: "RPC",
    0x004: "an interface of its own (WMI uses it)",
    0x007: "Win32",
    0x009: "security",
    0x00B: "certificates",
    0x033: "WS-Management",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code of a text: how it was written, its number (unsigned 32 bit), and what is known about it.

    ``ambiguous`` marks a short number: it is read as a Win32 code, but a program may count its own way.
    """

    spelling: str
    number: int
    code: Code | None
    ambiguous: bool

    @property
    def hex(self) -> str:
        return f"0x{self.number:08X}"

    @property
    def signed(self) -> int:
        """The signed spelling that many logs use."""
        return self.number - (1 << 32) if self.number >= _LARGE else self.number


def lookup(text: str) -> list[Meaning]:
    """Find the codes of a text, in order, each number once; known and unknown ones.

    Small numbers count only where the text is nothing else, or behind a word such as *error* or *status*: a paste is
    full of numbers that are no codes.
    """
    found: dict[int, Meaning] = {}
    alone = re.fullmatch(rf"\s*(?:{_TOKEN.pattern}[\s,;]*)+", text[:_MAX_TEXT]) is not None
    for match in _TOKEN.finditer(text[:_MAX_TEXT]):
        number = number_of(match.group())
        if number is not None and (alone or _is_code(text, match, number)):
            meaning = _meaning(match.group(), number)
            found.setdefault(meaning.code.number if meaning.code else number, meaning)
    return list(found.values())


def number_of(spelling: str) -> int | None:
    """The unsigned 32 bit number of one spelling, or None where the text is not a code.

    >>> f"{number_of('-2144108503'):#x}"
    '0x80338029'
    """
    text = spelling.strip()
    if not _SPELLING.fullmatch(text):
        return None
    if re.fullmatch(_DECIMAL, text) and not _known_bare(text):
        number = int(text)
        return number & 0xFFFFFFFF if -_LARGE <= number < 1 << 32 else None
    return int(text, 16)


def _known_bare(text: str) -> bool:
    """`80338029` is a code that lost its `0x`, not the number eighty million."""
    return re.fullmatch(_BARE_HRESULT, text) is not None and find(int(text, 16)) is not None


def facility(number: int) -> str:
    """Which part of Windows an HRESULT comes from; empty where we cannot say."""
    if number & 0xC0000000 != _LARGE:
        return ""
    return _FACILITIES.get(number >> 16 & 0x7FF, "")


def _meaning(spelling: str, number: int) -> Meaning:
    return Meaning(spelling, number, find(number), ambiguous=number < WORD)


def _is_code(text: str, match: re.Match[str], number: int) -> bool:
    if number >= _LARGE and find(number) is not None:
        return True
    if match.group()[:2].lower() == "0x":
        return True
    return _CONTEXT.search(text[max(0, match.start() - 40) : match.start()]) is not None
