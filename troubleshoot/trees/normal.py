"""Text as symptom search compares it: small letters, no punctuation, codes in one spelling."""

from __future__ import annotations

import re
from typing import Final

MAX_QUERY: Final = 200_000

_CODE: Final = re.compile(r"(?<![\w.-])(?:0x([0-9a-f]{5,8})|(-[0-9]{8,10})|([0-9]{8,10}))(?![\w]|\.[0-9])")
_WORD: Final = re.compile(r"0x[0-9a-f]{8}|[^\W_]+(?:[./:-][^\W_]+)*")


def tokens(text: str) -> list[str]:
    """The words of a text. ``0x80338029``, ``2150858793`` and ``-2144108503`` are one and the same word.

    Addresses, prefixes and names such as ``0.0.0.0`` or ``GigabitEthernet0/1`` stay whole.
    """
    return _WORD.findall(_CODE.sub(_code, text[:MAX_QUERY].lower()))


def normal_text(text: str) -> str:
    """The words of a text, joined by single blanks."""
    return " ".join(tokens(text))


def _code(match: re.Match[str]) -> str:
    hexadecimal, signed, unsigned = match.groups()
    number = int(hexadecimal, 16) if hexadecimal else int(signed or unsigned)
    return f"0x{number & 0xFFFFFFFF:08x}" if -(1 << 31) <= number < 1 << 32 else match.group()
