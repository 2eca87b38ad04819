"""How objects look that a script just puts out: strings as they are, objects as a table or a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from troubleshoot.lab.windows.powershell.dotnet_format import format_date
from troubleshoot.lab.windows.powershell.values import as_text
from troubleshoot.lab.windows.topic import PsObject

WIDTH: Final = 79
_VIEWS: Final = {
    "System.ServiceProcess.ServiceController": ("Status", "Name", "DisplayName"),
    "System.IO.FileInfo": ("Length", "Name"),
    "System.IO.DirectoryInfo": ("Name",),
    "Microsoft.PowerShell.Commands.GroupInfo": ("Count", "Name", "Group"),
    "Microsoft.WSMan.Management.WSManConfigLeafElement": ("Type", "Name", "SourceOfValue", "Value"),
}
_AS_TEXT: Final = ("MatchInfo", "ErrorRecord", "Exception", "RuntimeType")
_MOST_COLUMNS: Final = 4  # objects with more properties are shown as a list


@dataclass(frozen=True, slots=True)
class Lines:
    """Text that a Format cmdlet made."""

    lines: list[str]


def _names(value: PsObject) -> list[str]:
    return [name for name in value if not name.startswith("__")]


def cell(value: Any) -> str:
    """A property's value in a table or list."""
    if isinstance(value, list):
        return "{" + ", ".join(cell(item) for item in value) + "}"
    if isinstance(value, datetime):
        return format_date(value, "M/d/yyyy h:mm:ss tt")
    if isinstance(value, PsObject) and value.prop("__tostring") is None:
        return as_text(value)
    return as_text(value)


def list_lines(rows: Sequence[Any]) -> list[str]:
    """``Name : value`` lines, a blank line around each object."""
    lines: list[str] = ["", ""]
    for row in rows:
        if not isinstance(row, PsObject):
            lines.append(as_text(row))
            continue
        names = _names(row)
        width = max((len(name) for name in names), default=0)
        lines += [f"{name.ljust(width)} : {cell(row[name])}" for name in names]
        lines.append("")
    return [*lines, "", ""]


def table_lines(rows: Sequence[PsObject], *, headers: bool = True) -> list[str]:
    """A table; cells that are too long end in dots."""
    if not rows:
        return []
    names = _names(rows[0])
    cells = [[cell(row.prop(name)) for name in names] for row in rows]
    widths = [max(len(name), *(len(row[n]) for row in cells)) for n, name in enumerate(names)]
    most = max(8, (WIDTH - len(names)) // max(1, len(names)))
    if sum(widths) + len(widths) > WIDTH:
        widths = [min(width, most) for width in widths]
    right = [all(isinstance(row.prop(name), int | float) for row in rows) for name in names]
    body = [_table_row(row, widths, right) for row in cells]
    head = [_table_row(names, widths, right), _table_row(["-" * len(name) for name in names], widths, right)]
    return ["", *(head if headers else []), *body, "", ""]


def _table_row(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    shown = []
    for text, width, to_right in zip(cells, widths, right, strict=True):
        short = text if len(text) <= width else f"{text[: width - 3]}..."
        shown.append(short.rjust(width) if to_right else short.ljust(width))
    return " ".join(shown).rstrip()


def lines_of(output: Sequence[Any]) -> list[str]:
    """The lines that a pipeline's output is shown as."""
    lines: list[str] = []
    for kind, group in groupby((item for item in output if item is not None), key=_kind):
        rows = list(group)
        if kind is None:
            lines += [line for row in rows for line in _plain(row)]
        elif kind in _VIEWS:
            lines += table_lines([PsObject(kind, {name: row.prop(name) for name in _VIEWS[kind]}) for row in rows])
        elif len(_names(rows[0])) <= _MOST_COLUMNS:
            lines += table_lines(rows)
        else:
            lines += list_lines(rows)
    return lines


def _kind(value: Any) -> str | None:
    if not isinstance(value, PsObject) or value.type_name.endswith(_AS_TEXT):
        return None
    return value.type_name


def _plain(value: Any) -> list[str]:
    if isinstance(value, Lines):
        return value.lines
    if isinstance(value, datetime):
        return ["", format_date(value, "dddd, MMMM d, yyyy h:mm:ss tt"), "", ""]
    if isinstance(value, timedelta):
        return list_lines([_span(value)])
    if isinstance(value, list):
        return [line for item in value for line in _plain(item)]
    return as_text(value).replace("\r\n", "\n").split("\n")


def _span(value: timedelta) -> PsObject:
    from troubleshoot.lab.windows.powershell.members import member

    names = ("Days", "Hours", "Minutes", "Seconds", "Milliseconds", "Ticks")
    totals = ("TotalDays", "TotalHours", "TotalMinutes", "TotalSeconds", "TotalMilliseconds")
    return PsObject("System.TimeSpan", {name: member(value, name) for name in (*names, *totals)})
