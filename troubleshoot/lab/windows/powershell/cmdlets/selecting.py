"""Select-Object, with calculated properties."""

from __future__ import annotations

from typing import Any

from troubleshoot.lab.windows.powershell.cmdlets.pipeline import expression_of
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.members import member
from troubleshoot.lab.windows.powershell.operators import like
from troubleshoot.lab.windows.powershell.values import (
    Closure,
    as_integer,
    as_text,
    collected,
    custom,
    items,
)
from troubleshoot.lab.windows.topic import PsError, PsObject


def visible(value: PsObject) -> list[str]:
    """The property names that people and Select-Object see."""
    return [name for name in value if not name.startswith("__")]


async def selected(inv: Invocation, item: Any, wanted: list[Any]) -> PsObject:
    """An object with the wanted properties: names, patterns, or ``@{Name=...; Expression=...}``."""
    found: dict[str, Any] = {}
    for entry in wanted:
        if isinstance(entry, PsObject):
            found[_label(entry)] = await calculated(inv, item, expression_of(entry))
        elif isinstance(entry, Closure):
            found[str(entry)] = await calculated(inv, item, entry)
        else:
            found.update(_plain(item, as_text(entry)))
    return custom(found.items())


def _label(entry: PsObject) -> str:
    name = next((value for key, value in entry.items() if key.lower() in ("n", "name", "l", "label")), None)
    return as_text(name) if name is not None else as_text(expression_of(entry))


async def calculated(inv: Invocation, item: Any, expression: Any) -> Any:
    """The value of a calculated property. An error inside gives null, as in PowerShell."""
    if not isinstance(expression, Closure):
        return member(item, as_text(expression))
    try:
        return collected(await inv.run.call_block(expression, item))
    except PsError as error:
        inv.run.remember(error)
        return None


def _plain(item: Any, name: str) -> dict[str, Any]:
    if any(char in name for char in "*?[") and isinstance(item, PsObject):
        return {key: item[key] for key in visible(item) if like(key, name)}
    if isinstance(item, PsObject):
        name = next((key for key in item if key.casefold() == name.casefold()), name)
    return {name: member(item, name)}


@builtin(
    "Select-Object",
    parameters="property excludeproperty expandproperty first last skip skiplast index",
    switches="unique wait",
    positions="property",
)
async def select_object(inv: Invocation) -> None:
    rows = _cut(inv, inv.objects)
    wanted, expand = items(inv.get("property")), inv.get("expandproperty")
    for item in rows:
        if expand is not None:
            inv.out.extend(_expanded(inv, item, as_text(expand)))
        elif wanted:
            inv.out.append(_without(await selected(inv, item, wanted), inv))
        else:
            inv.out.append(item)
    if inv.has("unique"):
        _make_unique(inv.out)


def _cut(inv: Invocation, rows: list[Any]) -> list[Any]:
    if inv.get("index") is not None:
        return [rows[place] for place in map(as_integer, items(inv.get("index"))) if place < len(rows)]
    first, last, skip = (inv.get(name) for name in ("first", "last", "skip"))
    if skip is not None:
        count = as_integer(skip)
        rows = rows[: max(0, len(rows) - count)] if last is not None and first is None else rows[count:]
    if first is None and last is None:
        return rows
    head = rows[: as_integer(first)] if first is not None else []
    tail = rows[max(len(head), len(rows) - as_integer(last)) :] if last is not None else []
    return head + tail


def _expanded(inv: Invocation, item: Any, name: str) -> list[Any]:
    value = member(item, name)
    if value is None and not _knows(item, name):
        raise PsError(
            f'Property "{name}" cannot be found.',
            "ExpandPropertyNotFound,Microsoft.PowerShell.Commands.SelectObjectCommand",
            category="InvalidArgument: (:) [], PSArgumentException",
        )
    return items(value)


def _knows(item: Any, name: str) -> bool:
    return isinstance(item, PsObject) and any(key.casefold() == name.casefold() for key in item)


def _without(row: PsObject, inv: Invocation) -> PsObject:
    patterns = [as_text(name) for name in items(inv.get("excludeproperty"))]
    kept = {key: value for key, value in row.items() if not any(like(key, pattern) for pattern in patterns)}
    return custom(kept.items())


def _make_unique(rows: list[Any]) -> None:
    seen: set[str] = set()
    kept: list[Any] = []
    for row in rows:
        key = as_text(row)  # Select-Object -Unique minds letter case
        if key not in seen:
            seen.add(key)
            kept.append(row)
    rows[:] = kept
