"""What may follow a command behind a bar: ``match``, ``except``, ``find``, ``last``, ``count``, ``trim``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from troubleshoot.lab.junos.config import Refused

Lines = list[str]
Pipe = Callable[[Lines], Lines]


def split(line: str) -> tuple[str, list[tuple[int, str]]]:
    """The command, and the pipes with their columns. A bar in quotes belongs to its text."""
    parts: list[tuple[int, str]] = []
    start, quoted = 0, False
    for column, sign in enumerate(line):
        quoted ^= sign == '"'
        if sign == "|" and not quoted:
            parts.append((start, line[start:column]))
            start = column + 1
    parts.append((start, line[start:]))
    return parts[0][1], [(column, text.strip()) for column, text in parts[1:]]


def word_of(text: str, words: Sequence[str]) -> str:
    """Which of ``words`` the first word of a pipe means; empty where it is none, or not clear."""
    first = text.split()[0] if text.split() else ""
    found = [word for word in words if first and word.startswith(first)]
    return first if first in words else found[0] if len(found) == 1 else ""


def pipe(column: int, text: str) -> Pipe:
    """The filter that a pipe stands for. Raises Refused."""
    word = word_of(text, tuple(_PIPES))
    _, _, rest = text.partition(" ")
    if not word:
        raise Refused("syntax error, expecting <pipe>.", column + 1)
    return _PIPES[word](rest.strip().strip('"'))


def _pattern(expression: str) -> re.Pattern[str]:
    if not expression:
        raise Refused("syntax error, expecting <regular-expression>.")
    try:
        return re.compile(expression, re.IGNORECASE)  # Junos ignores the case
    except re.error:
        raise Refused("error: invalid regular expression") from None


def _match(expression: str) -> Pipe:
    pattern = _pattern(expression)
    return lambda lines: [line for line in lines if pattern.search(line)]


def _except(expression: str) -> Pipe:
    pattern = _pattern(expression)
    return lambda lines: [line for line in lines if not pattern.search(line)]


def _find(expression: str) -> Pipe:
    pattern = _pattern(expression)

    def found(lines: Lines) -> Lines:
        first = next((number for number, line in enumerate(lines) if pattern.search(line)), None)
        return ["", "Pattern not found"] if first is None else lines[first:]

    return found


def _number(text: str, usual: int) -> int:
    if text and not text.isdigit():
        raise Refused(f"invalid value '{text}'.")
    return int(text) if text else usual


def _last(text: str) -> Pipe:
    count = _number(text, 10)
    return lambda lines: lines[-count:] if count else []


def _trim(text: str) -> Pipe:
    count = _number(text, 0)
    return lambda lines: [line[count:] for line in lines]


def _count(_: str) -> Pipe:
    return lambda lines: [f"Count: {len(lines)} lines"]


def _all(_: str) -> Pipe:
    return lambda lines: lines


_PIPES: dict[str, Callable[[str], Pipe]] = {
    "count": _count,
    "except": _except,
    "find": _find,
    "last": _last,
    "match": _match,
    "no-more": _all,
    "trim": _trim,
}
