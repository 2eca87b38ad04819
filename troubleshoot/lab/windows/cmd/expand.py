"""Variables in a command line, and how the C runtime splits arguments."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_VARIABLE: Final = re.compile(r"%([^%:\s]+?)(?::(~-?\d+(?:,-?\d+)?|[^%=]+=[^%]*))?%")


def expand(line: str, lookup: Callable[[str], str | None]) -> str:
    """Replace `%NAME%`, `%NAME:~start,length%` and `%NAME:old=new%`; what is not defined stays as written."""

    def value(match: re.Match[str]) -> str:
        found = lookup(match[1])
        if found is None:
            return match[0]
        return _changed(found, match[2]) if match[2] else found

    return _VARIABLE.sub(value, line)


def _changed(value: str, how: str) -> str:
    if how.startswith("~"):
        start, _, length = how[1:].partition(",")
        tail = value[int(start) :]
        return tail[: int(length)] if length else tail
    old, _, new = how.partition("=")
    return re.sub(re.escape(old), lambda _: new, value, flags=re.I)


def substitute(text: str, variable: str, value: str) -> str:
    """Put a `for` value in place of `%i` and, without quotes, of `%~i`."""
    text = text.replace(f"%~{variable}", value.strip('"'))
    return text.replace(f"%{variable}", value)


def split_arguments(text: str) -> tuple[str, ...]:
    """Arguments as a C program gets them: blanks separate, quotes group, ``\\\\`` and ``\\"`` before quotes."""
    arguments: list[str] = []
    for match in re.finditer(r'(?:[^\s"]|"(?:\\"|[^"])*(?:"|$))+', text):
        arguments.append(_unquoted(match[0]))
    return tuple(arguments)


def _unquoted(argument: str) -> str:
    result: list[str] = []
    for match in re.finditer(r'(\\*)"|[^"\\]+|\\+', argument):
        if match[1] is None:
            result.append(match[0])
            continue
        result.append("\\" * (len(match[1]) // 2))
        if len(match[1]) % 2:
            result.append('"')
    return "".join(result)
