"""Output modifiers: ``| include``, ``exclude``, ``begin``, ``section``, ``count``."""

from __future__ import annotations

import re

_KINDS = ("include", "exclude", "begin", "section", "count")


def split(line: str) -> tuple[str, str | None]:
    """The command and what follows the bar (None without a bar)."""
    command, bar, modifier = line.partition("|")
    return (command, modifier.strip()) if bar else (line, None)


def apply(modifier: str, text: str) -> str | None:
    """``text`` filtered; None where the modifier is not one."""
    word, _, expression = modifier.partition(" ")
    kinds = [k for k in _KINDS if word and k.startswith(word.lower())]
    if len(kinds) != 1 or not expression.strip():
        return None
    try:
        pattern = re.compile(expression.strip())
    except re.error:
        return "% Failed to compile regular expression."
    return _FILTERS[kinds[0]](pattern, text.splitlines())


def _include(pattern: re.Pattern[str], lines: list[str]) -> str:
    return "\n".join(line for line in lines if pattern.search(line))


def _exclude(pattern: re.Pattern[str], lines: list[str]) -> str:
    return "\n".join(line for line in lines if not pattern.search(line))


def _begin(pattern: re.Pattern[str], lines: list[str]) -> str:
    first = next((i for i, line in enumerate(lines) if pattern.search(line)), len(lines))
    return "\n".join(lines[first:])


def _section(pattern: re.Pattern[str], lines: list[str]) -> str:
    """A matching line with all lines indented deeper below it."""
    chosen: list[str] = []
    depth: int | None = None
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if depth is not None and indent > depth:
            chosen.append(line)
        elif pattern.search(line):
            depth = indent
            chosen.append(line)
        else:
            depth = None
    return "\n".join(chosen)


def _count(pattern: re.Pattern[str], lines: list[str]) -> str:
    return f"Number of lines which match regexp = {sum(bool(pattern.search(line)) for line in lines)}"


_FILTERS = {"include": _include, "exclude": _exclude, "begin": _begin, "section": _section, "count": _count}
