"""Commands as vendor manuals write them: ``show ip mroute [vrf <vrf>] <group> <source>``.

``<name>`` is replaced by a typed value, once; ``[...]`` around a placeholder disappears when the value is absent. There
is no template engine: the result is never read again, and a value that does not fit its type is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from troubleshoot.core.values import COMMAND_TYPES, Value, check_value
from troubleshoot.errors import AuthorError, ValueRefused

MAX_COMMAND: Final = 2000
MAX_POWERSHELL: Final = 12_000  # script and data together; the script alone is bounded by the transport

# `PS name="<value>"> script`: only the values in front are filled in, the script is constant text.
_POWERSHELL = re.compile(r'(PS(?: \[?[a-z][a-z0-9_]*="[^"]*"\]?)*> )(.*)')

_PLACEHOLDER = re.compile(r"<([a-z_][a-z0-9_]*)>")
_OPTIONAL = re.compile(r" ?\[([^\[\]]*<[a-z_][a-z0-9_]*>[^\[\]]*)\]")
_SHOWN = re.compile(r"<([a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*|\[[0-9]{1,3}\])*)>")


@lru_cache(maxsize=2048)
def placeholders(template: str) -> tuple[str, ...]:
    """The names that a command needs or can use, in order of appearance."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(fillable(template)[0])))


def required(template: str) -> tuple[str, ...]:
    """The names without which the command cannot be built."""
    return placeholders(_OPTIONAL.sub("", fillable(template)[0]))


def fillable(template: str) -> tuple[str, str]:
    """The part of a command that values go into, and the rest."""
    found = _POWERSHELL.fullmatch(template)
    return (found.group(1), found.group(2)) if found else (template, "")


def render(template: str, values: Mapping[str, Value], types: Mapping[str, str]) -> str:
    """Fill a command. ``types`` gives the type of each name; every value is checked against it again.

    Raises:
        AuthorError: a required value is absent, or its type may not stand in a command.
        ValueRefused: a value does not fit its type.
    """
    head, tail = fillable(template)
    text = _OPTIONAL.sub(lambda match: _optional(match.group(), match.group(1), values), head)
    filled = _PLACEHOLDER.sub(lambda match: _fill(match.group(1), values, types), text)
    command = (filled + tail).strip()
    if len(command) > (MAX_POWERSHELL if tail else MAX_COMMAND) or not command.isprintable():
        raise ValueRefused("the command is too long or holds control characters", origin=template)
    return command


def render_lines(template: str, values: Mapping[str, Value], types: Mapping[str, str]) -> tuple[str, ...]:
    """Fill one line of a fix; a line that is nothing but ``<name>`` of a list becomes one line for each item.

    Raises:
        AuthorError, ValueRefused: as :func:`render`.
    """
    name = listed(template)
    value = values.get(name) if name else None
    if not isinstance(value, tuple):
        return (render(template, values, types),)
    return tuple(render(template, {**values, name: item}, types) for item in value)


def listed(template: str) -> str:
    """The name in a line that is nothing but one placeholder; else an empty text."""
    found = _PLACEHOLDER.fullmatch(template.strip())
    return found.group(1) if found else ""


def _optional(whole: str, part: str, values: Mapping[str, Value]) -> str:
    if any(values.get(name) in (None, "") for name in _PLACEHOLDER.findall(part)):
        return ""
    return f" {part}" if whole.startswith(" ") else part


def _fill(name: str, values: Mapping[str, Value], types: Mapping[str, str]) -> str:
    value = values.get(name)
    if value is None:
        raise AuthorError(f"the command needs <{name}>, which has no value here")
    kind = types.get(name, "")
    if kind not in COMMAND_TYPES:
        raise AuthorError(f"<{name}> of type {kind or 'unknown'} may not stand in a command")
    if isinstance(value, tuple):
        raise AuthorError(f"<{name}> is a list and may not stand in a command")
    return str(check_value(kind, value, origin=name))


def fill_text(template: str, show: Callable[[str], object]) -> str:
    """Fill a sentence for people. ``show`` gives the value of a dotted path; what it cannot give reads ``?``.

    The result is untrusted text: it may carry anything a device printed and must pass the safe door of its sink.
    """
    return _SHOWN.sub(lambda match: _shown(show(match.group(1))), template)


def _shown(value: object) -> str:
    if value is None:
        return "?"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
