"""ConvertTo-Csv, ConvertFrom-Csv, ConvertTo-Json, ConvertFrom-Json and Out-String."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

from troubleshoot.lab.windows.powershell.cmdlets.selecting import visible
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.members import member
from troubleshoot.lab.windows.powershell.values import as_integer, as_text, custom, items, span_text
from troubleshoot.lab.windows.topic import PsEnum, PsError, PsObject


def _columns(value: Any) -> list[str]:
    if isinstance(value, PsObject):
        return visible(value)
    return ["Length"] if isinstance(value, str) else []


def csv_text(value: Any) -> str | None:
    """A cell: None stays empty, a list shows its type, as .NET's ToString() has it."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return f"{value:%m/%d/%Y %H:%M:%S}"
    if isinstance(value, list):
        return "System.Object[]"
    if isinstance(value, bytes):
        return "System.Byte[]"
    return as_text(value)


def _quoted(text: str | None) -> str:
    return "" if text is None else '"' + text.replace('"', '""') + '"'


@builtin(
    "ConvertTo-Csv", parameters="delimiter", switches="notypeinformation useculture", positions="inputobject delimiter"
)
async def convert_to_csv(inv: Invocation) -> None:
    rows, delimiter = inv.objects, inv.text("delimiter", ",")
    if not rows:
        return
    names = _columns(rows[0])
    if not inv.has("notypeinformation"):
        kind = rows[0].type_name if isinstance(rows[0], PsObject) else "System.String"
        inv.out.append(f"#TYPE {kind}")
    inv.out.append(delimiter.join(_quoted(name) for name in names))
    for row in rows:
        inv.out.append(delimiter.join(_quoted(csv_text(member(row, name))) for name in names))


@builtin("ConvertFrom-Csv", parameters="delimiter header", positions="inputobject delimiter")
async def convert_from_csv(inv: Invocation) -> None:
    lines = [line for item in inv.objects for line in as_text(item).splitlines() if not line.startswith("#TYPE")]
    rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=inv.text("delimiter", ",")))
    header = [as_text(name) for name in items(inv.get("header"))] or (rows.pop(0) if rows else [])
    for row in rows:
        cells = [*row, *[None] * len(header)]
        inv.out.append(custom(zip(header, cells, strict=False)))


# --- JSON ----------------------------------------------------------------------------------------------------------


def plain(value: Any, depth: int) -> Any:
    """A value as JSON has it: enumerations are numbers, dates ``\\/Date(ms)\\/``, deeper objects their text."""
    if isinstance(value, PsEnum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return _milliseconds(value)
    if isinstance(value, bytes):
        return list(value)
    if depth < 0:
        return as_text(value)
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, list):
        return [plain(item, depth - 1) for item in value]
    if isinstance(value, PsObject):
        return {name: plain(value[name], depth - 1) for name in visible(value)}
    return as_text(value)


def _milliseconds(value: datetime) -> str:
    milliseconds = (value.replace(tzinfo=None) - datetime(1970, 1, 1)) // timedelta(milliseconds=1)
    return f"/Date({milliseconds})/"


@builtin("ConvertTo-Json", parameters="depth", switches="compress", positions="inputobject", since=(3, 0))
async def convert_to_json(inv: Invocation) -> None:
    given = inv.parameters.get("inputobject")
    rows = inv.given if given is None else [given]
    if not rows:
        return
    depth = as_integer(inv.get("depth", 2))
    value = plain(rows[0] if len(rows) == 1 else rows, depth if len(rows) == 1 else depth + 1)
    compact = inv.has("compress")
    text = json.dumps(
        value, ensure_ascii=False, indent=None if compact else 4, separators=(",", ":") if compact else (",", ":  ")
    )
    text = text.replace("/Date(", "\\/Date(").replace(')/"', ')\\/"')
    for char in "<>&'":
        text = text.replace(char, f"\\u{ord(char):04x}")
    inv.out.append(text.replace("\n", "\r\n"))


def _object(value: Any) -> Any:
    if isinstance(value, dict):
        return custom((name, _object(item)) for name, item in value.items())
    return [_object(item) for item in value] if isinstance(value, list) else value


@builtin("ConvertFrom-Json", positions="inputobject", since=(3, 0))
async def convert_from_json(inv: Invocation) -> None:
    try:
        found = json.loads("\n".join(as_text(item) for item in inv.objects))
    except ValueError as error:
        raise PsError(
            f"Invalid JSON primitive: {error}.",
            "System.ArgumentException,Microsoft.PowerShell.Commands.ConvertFromJsonCommand",
            category="NotSpecified: (:) [], ArgumentException",
            terminating=True,
        ) from None
    inv.out.append(_object(found))


@builtin("Out-String", parameters="width", switches="stream")
async def out_string(inv: Invocation) -> None:
    from troubleshoot.lab.windows.powershell.display import lines_of

    lines = lines_of(inv.given or [])
    if inv.has("stream"):
        inv.out.extend(lines)
    else:
        inv.out.append("".join(f"{line}\r\n" for line in lines))
