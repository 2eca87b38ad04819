"""The table of known codes, and the offline `winrm helpmsg`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from troubleshoot.codes import neighbours, wsman
from troubleshoot.codes.messages import MESSAGES

WORD: Final = 0x1_0000
_WIN32_HRESULT: Final = 0x80070000


@dataclass(frozen=True, slots=True)
class Code:
    """One known code. ``number`` is unsigned; a Win32 code stands as its short number (1722, not 0x800706BA).

    ``family`` says what kind of trouble it is: reach, authentication, time, size, quota, configuration, object, rights
    (all WS-Management), security, wmi, win32. ``message`` is the text of Windows, empty where we do not know it.
    """

    number: int
    name: str
    gist: str
    next_step: str
    family: str
    message: str = ""

    @property
    def hresult(self) -> int:
        """The code as an HRESULT: 0x800706BA for 1722."""
        return self.number | _WIN32_HRESULT if self.number < WORD else self.number


def find(number: int) -> Code | None:
    """The code of a number in any form: negative, unsigned, Win32 or its HRESULT; None where it is not known."""
    return _table().get(_short(number))


def helpmsg(number: int) -> str:
    """What `winrm helpmsg` says: the text of Windows where it is known, else name and gist. Empty for other codes."""
    code = find(number)
    if code is None:
        return ""
    return code.message or f"{code.name}: {code.gist}"


def codes() -> tuple[Code, ...]:
    """All known codes, by number."""
    return tuple(code for _, code in sorted(_table().items()))


def _short(number: int) -> int:
    """Unsigned 32 bit, and a Win32 code without the HRESULT around it."""
    unsigned = number & 0xFFFFFFFF
    return unsigned & 0xFFFF if unsigned & 0xFFFF0000 == _WIN32_HRESULT else unsigned


@cache
def _table() -> dict[int, Code]:
    return {code.number: code for code in _rows()}


def _rows() -> Iterator[Code]:
    for families, prefix in ((wsman.FAMILIES, "ERROR_WSMAN_"), (neighbours.FAMILIES, "")):
        for family, rows in families.items():
            for number, name, gist, next_step in rows:
                whole = name if name.startswith("ERROR_") else prefix + name
                yield Code(number, whole, gist, next_step, family, MESSAGES.get(number, ""))
