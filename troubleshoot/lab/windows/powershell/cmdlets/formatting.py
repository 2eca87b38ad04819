"""Format-List, Format-Table and Format-Wide: they turn objects into lines at once."""

from __future__ import annotations

from typing import Any

from troubleshoot.lab.windows.powershell.cmdlets.selecting import selected
from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.display import Lines, list_lines, table_lines
from troubleshoot.lab.windows.powershell.values import as_text, items
from troubleshoot.lab.windows.topic import PsObject

_PARAMETERS = "property groupby view expand displayerror"


async def _rows(inv: Invocation) -> list[Any]:
    wanted = items(inv.get("property"))
    if not wanted or [as_text(item) for item in wanted] == ["*"]:
        return inv.objects
    return [await selected(inv, item, wanted) for item in inv.objects]


@builtin("Format-List", parameters=_PARAMETERS, switches="force", positions="property")
async def format_list(inv: Invocation) -> None:
    inv.out.append(Lines(list_lines(await _rows(inv))))


@builtin("Format-Table", parameters=_PARAMETERS, switches="force autosize hidetableheaders wrap", positions="property")
async def format_table(inv: Invocation) -> None:
    rows = await _rows(inv)
    inv.out.append(
        Lines(table_lines([row for row in rows if isinstance(row, PsObject)], headers=not inv.has("hidetableheaders")))
    )


@builtin("Format-Wide", parameters=f"{_PARAMETERS} column", switches="force autosize", positions="property")
async def format_wide(inv: Invocation) -> None:
    inv.out.append(
        Lines([as_text(next(iter(row.values()), "")) for row in await _rows(inv) if isinstance(row, PsObject)])
    )
