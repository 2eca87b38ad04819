"""Conversions ``[type]value`` and tests ``-is [type]`` for the types of the language itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from troubleshoot.lab.windows.powershell.values import (
    CUSTOM,
    HASHTABLE,
    PsType,
    as_date,
    as_integer,
    as_number,
    as_text,
    custom,
    items,
    truth,
    type_name,
)
from troubleshoot.lab.windows.topic import PsError, PsObject


def _version(value: Any) -> PsObject:
    parts = re.fullmatch(r"(\d+)\.(\d+)(?:\.(\d+))?(?:\.(\d+))?", as_text(value))
    if not parts:
        raise PsError(f'Cannot convert value "{as_text(value)}" to type "System.Version".', terminating=True)
    numbers = [int(part) if part else -1 for part in parts.groups()]
    names = ("Major", "Minor", "Build", "Revision")
    return PsObject("System.Version", {**dict(zip(names, numbers, strict=True)), "__tostring": as_text(value)})


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else bytes(as_integer(item, 8, signed=False) for item in items(value))


def _char(value: Any) -> str:
    return chr(value) if isinstance(value, int) else as_text(value)[:1]


def _span(value: Any) -> timedelta:
    if isinstance(value, timedelta):
        return value
    if isinstance(value, int | float):
        return timedelta(microseconds=value / 10)
    found = re.fullmatch(r"(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.(\d{1,7}))?", as_text(value))
    if not found:
        raise PsError(f'Cannot convert value "{as_text(value)}" to type "System.TimeSpan".', terminating=True)
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[:4])
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


_CASTS: Final[dict[str, Callable[[Any], Any]]] = {
    "string": as_text,
    "int": as_integer,
    "int32": as_integer,
    "int16": lambda value: as_integer(value, 16),
    "long": lambda value: as_integer(value, 64),
    "int64": lambda value: as_integer(value, 64),
    "uint16": lambda value: as_integer(value, 16, signed=False),
    "uint32": lambda value: as_integer(value, 32, signed=False),
    "uint64": lambda value: as_integer(value, 64, signed=False),
    "byte": lambda value: as_integer(value, 8, signed=False),
    "double": lambda value: float(as_number(value)),
    "decimal": lambda value: float(as_number(value)),
    "float": lambda value: float(as_number(value)),
    "single": lambda value: float(as_number(value)),
    "bool": truth,
    "boolean": truth,
    "char": _char,
    "datetime": as_date,
    "timespan": _span,
    "version": _version,
    "regex": as_text,
    "guid": lambda value: as_text(value).strip("{}").lower(),
    "void": lambda value: None,
    "object": lambda value: value,
    "array": lambda value: value if isinstance(value, list) else [value],
    "byte[]": _bytes,
    "hashtable": lambda value: value,
    "pscustomobject": lambda value: custom(value.items()) if isinstance(value, PsObject) else value,
    "psobject": lambda value: custom(value.items()) if isinstance(value, PsObject) else value,
}


def cast(name: str, value: Any) -> Any:
    """``[name]value`` for the language's own types. Raises PsError: unknown type, or the value does not convert."""
    plain = _CASTS.get(name)
    if plain is not None:
        return plain(value)
    element = _CASTS.get(name.removesuffix("[]")) if name.endswith("[]") else None
    if element is None:
        raise unknown_type(name)
    return [element(item) for item in items(value)]


def unknown_type(name: str) -> PsError:
    return PsError(
        f"Unable to find type [{name}].",
        "TypeNotFound",
        category=f"InvalidOperation: ({name}:TypeName) [], RuntimeException",
        terminating=True,
    )


_NAMES: Final = {
    "int": "System.Int32",
    "long": "System.Int64",
    "bool": "System.Boolean",
    "array": "System.Object[]",
    "hashtable": HASHTABLE,
    "pscustomobject": CUSTOM,
    "byte[]": "System.Byte[]",
}


def is_type(value: Any, kind: Any) -> bool:
    """``value -is [kind]``."""
    name = kind.name if isinstance(kind, PsType) else as_text(kind).lower().removeprefix("system.")
    actual = type_name(value).lower()
    return actual in (_NAMES.get(name, f"system.{name}").lower(), name) or name == "object"
