"""Laying a fault's changes over a healthy description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NULLS: Final = (None, "null", "~")  # the strict YAML reader keeps a written null as text


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """``base`` with ``changes`` laid over it: maps merge, lists and scalars replace, null deletes."""
    merged = dict(base)
    for key, value in changes.items():
        if _deletes(value):
            merged.pop(key, None)
        elif isinstance(value, Mapping):
            below = merged.get(key)
            merged[key] = merge(below if isinstance(below, Mapping) else {}, value)
        else:
            merged[key] = value
    return merged


def _deletes(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value in _NULLS)
