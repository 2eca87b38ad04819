"""How much work an expression can be: quantifiers inside of quantifiers multiply, and nothing stops one that runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

MAX_STEPS: Final = 1_000_000  # bodies of quantifiers: about a second and a half
# Raw strings end at the first quote, whatever stands before it.
STRING: Final = re.compile(
    r"//[^\n]*|(?<![A-Za-z0-9_])(?:[bB]?[rR]|[rR][bB])(?:'[^']*'|\"[^\"]*\")|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
)
_QUANTIFIER: Final = re.compile(r"\.\s*(?:exists_one|exists|filter|all|map)\s*\(")
_TARGET: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*|\[[0-9]+\])*\Z")

Size = Callable[[str], int]


def blank(source: str) -> str:
    """The same length without what stands in strings and comments."""
    return STRING.sub(lambda match: "_" * len(match.group()), source)


def is_opaque(source: str) -> bool:
    """Does it hold a string in three quotes, in which single ones would be read as its end?"""
    return "'''" in source or '"""' in source


def closing(text: str, start: int) -> int:
    """Where the bracket at ``start`` is closed; the end of the text where it is not."""
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] == "(") - (text[index] == ")")
        if depth == 0:
            return index
    return len(text)


def steps(source: str, size: Size) -> int:
    """At most so many bodies are evaluated. ``size`` gives the length of the list that a path names."""
    return _steps(blank(source), size)


def _steps(text: str, size: Size) -> int:
    total, position = 0, 0
    while match := _QUANTIFIER.search(text, position):
        end = closing(text, match.end() - 1)
        named = _TARGET.search(text[: match.start()].rstrip())
        # What is computed is no longer than what it is made of.
        items = size(named.group()) if named else max(size(""), text[: match.start()].count(",") + 1)
        total += items * (1 + _steps(text[match.end() : end], size))
        position = end
    return total


def sizes(context: Mapping[str, Any]) -> Size:
    """Lengths of lists in a context. A path that begins elsewhere is inside of a record: the longest list there."""
    longest = max((_longest(value, 0) for value in context.values()), default=0)

    def size(path: str) -> int:
        value = _at(path, context)
        return len(value) if isinstance(value, list | tuple) else longest

    return size


def _at(path: str, context: Mapping[str, Any]) -> Any:
    value: Any = context
    for part in re.findall(r"[A-Za-z_0-9]+", path):
        try:
            value = value[int(part) if part.isdigit() else part]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _longest(value: Any, depth: int) -> int:
    """The longest list in a value; of many records the first thousand speak for all."""
    if depth > 6:
        return 0
    if isinstance(value, Mapping):
        return max((_longest(item, depth + 1) for item in value.values()), default=0)
    if not isinstance(value, list | tuple):
        return 0
    return max(len(value), max((_longest(item, depth + 1) for item in value[:1000]), default=0))
