"""A command line as cmd.exe reads it, for the part of its language that a diagnosis may use.

cmd.exe knows quotes as a plain toggle: no backslash protects one. Operators, the escape character and variables are
refused here rather than interpreted: with them the text would not say what runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MAX_LINE: Final = 8191  # characters that cmd.exe takes

_OPERATORS: Final = frozenset("&|<>^()")
_VARIABLE: Final = re.compile(r"%(?:date|time|computername|userdomain|username|systemroot)%", re.IGNORECASE)
_EXTENSIONS: Final = (".exe", ".com", ".cmd", ".bat")


@dataclass(frozen=True, slots=True)
class CmdLine:
    """A program's lower-case name and its words, quotes removed. ``quoted`` tells which words carried quotes."""

    program: str
    words: tuple[str, ...]
    quoted: tuple[bool, ...]


def read_cmd_line(text: str) -> CmdLine | str:
    """The command line, or why it cannot be told what it does."""
    if len(text) > MAX_LINE or not text.isprintable():
        return "too long, or holds control characters"
    bare = _VARIABLE.sub("", text)
    if "%" in bare or "!" in bare:
        return "holds a variable"
    pieces = text.split('"')
    if len(pieces) % 2 == 0:
        return "holds an open quote"
    if any(_OPERATORS & set(piece) for piece in pieces[::2]):
        return "holds an operator of cmd.exe"
    words, quoted = _words(pieces)
    if not words or quoted[0]:
        return "does not start with a program"
    return CmdLine(_program(words[0]), tuple(words[1:]), tuple(quoted[1:]))


def _words(pieces: list[str]) -> tuple[list[str], list[bool]]:
    words: list[str] = []
    quoted: list[bool] = []
    glued = False  # the next piece continues the last word
    for number, piece in enumerate(pieces):
        inside = number % 2 == 1
        parts = [piece] if inside else piece.split()
        starts_new = not glued or (not inside and piece[:1].isspace())
        for index, part in enumerate(parts):
            if index == 0 and not starts_new:
                words[-1] += part
                quoted[-1] |= inside
            else:
                words.append(part)
                quoted.append(inside)
        glued = bool(words) and (inside or (piece != "" and not piece[-1].isspace()) or (piece == "" and glued))
    return words, quoted


def _program(word: str) -> str:
    name = word.lower()
    return next((name.removesuffix(end) for end in _EXTENSIONS if name.endswith(end)), name)
