"""LDAP search filters (RFC 4515) over the simulated directory's objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from troubleshoot.lab.windows.directory import Attributes

Filter = Callable[[Attributes], bool]

# Classes that an object of a class also has; searching for a class finds its subclasses.
PARENTS: Final = {
    "ntdsdsaro": ("ntdsdsa",),
    "computer": ("user", "organizationalperson", "person"),
    "user": ("organizationalperson", "person"),
}
# What objectCategory may be named by, other than by the class itself.
CATEGORIES: Final = {"ntdsdsa": "NTDS-DSA", "ntdsdsaro": "NTDS-DSA-RO", "user": "Person"}
_ITEM: Final = re.compile(r"(?P<name>[A-Za-z][\w-]*)(?::(?P<rule>[\d.]+):)?(?P<sign>=|>=|<=)(?P<value>[^()]*)")
_BIT_AND, _BIT_OR = "1.2.840.113556.1.4.803", "1.2.840.113556.1.4.804"


class BadFilter(Exception):
    """A filter that a directory refuses."""


def compile_filter(text: str) -> Filter:
    """The test that a filter stands for. Raises BadFilter."""
    found, rest = _parse(text.strip())
    if rest.strip():
        raise BadFilter(text)
    return found


def _parse(text: str) -> tuple[Filter, str]:
    if not text.startswith("("):
        text = f"({text})"
    inner = text[1:].lstrip()
    if inner[:1] in ("&", "|"):
        parts, rest = _list(inner[1:])
        return (_all(parts) if inner[0] == "&" else _any(parts)), rest
    if inner[:1] == "!":
        part, rest = _parse(inner[1:].lstrip())
        return (lambda item: not part(item)), _closed(rest)
    match = _ITEM.match(inner)
    if match is None:
        raise BadFilter(text)
    return _item(match), _closed(inner[match.end() :])


def _list(text: str) -> tuple[list[Filter], str]:
    parts: list[Filter] = []
    text = text.lstrip()
    while text.startswith("("):
        part, text = _parse(text)
        parts.append(part)
        text = text.lstrip()
    return parts, _closed(text)


def _closed(text: str) -> str:
    if not text.startswith(")"):
        raise BadFilter(text)
    return text[1:]


def _all(parts: list[Filter]) -> Filter:
    return lambda item: all(part(item) for part in parts)


def _any(parts: list[Filter]) -> Filter:
    return lambda item: any(part(item) for part in parts)


def _item(match: re.Match[str]) -> Filter:
    name, rule, sign, value = match["name"], match["rule"], match["sign"], match["value"]
    if rule in (_BIT_AND, _BIT_OR):
        return _bits(name, int(value), every=rule == _BIT_AND)
    if rule or sign != "=":
        raise BadFilter(match[0])
    if value == "*":
        return lambda item: bool(values_of(item, name))
    pattern = re.compile(".*".join(re.escape(_unescaped(part)) for part in value.split("*")), re.I | re.S)
    return lambda item: any(pattern.fullmatch(_text(found)) for found in values_of(item, name))


def _bits(name: str, wanted: int, *, every: bool) -> Filter:
    def test(item: Attributes) -> bool:
        found = [value for value in values_of(item, name) if isinstance(value, int)]
        return any((value & wanted) == wanted if every else value & wanted for value in found)

    return test


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-9A-Fa-f]{2})", lambda match: chr(int(match[1], 16)), text)


def _text(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else str(value)


def values_of(item: Attributes, name: str) -> list[Any]:
    """The values of an attribute in any letter case; classes with those above them, the category by all its names."""
    folded = name.casefold()
    found = next((value for key, value in item.items() if key.casefold() == folded), None)
    if folded == "objectclass":
        return ["top", *_classes(_listed(found))]
    if folded == "objectcategory" and found is None:
        names = [str(value).casefold() for value in _listed(item.get("objectClass"))]
        return [name for own in names for name in (own, CATEGORIES.get(own, own))]
    return _listed(found)


def _classes(own: Iterable[Any]) -> list[str]:
    return [name for value in own for name in (str(value), *PARENTS.get(str(value).casefold(), ()))]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
