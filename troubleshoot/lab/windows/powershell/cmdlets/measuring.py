"""Measure-Object, Measure-Command, Get-Date, New-TimeSpan and Start-Sleep."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from troubleshoot.lab.windows.powershell.commands import Invocation, builtin
from troubleshoot.lab.windows.powershell.dotnet_format import format_date
from troubleshoot.lab.windows.powershell.members import member
from troubleshoot.lab.windows.powershell.values import (
    Closure,
    as_date,
    as_integer,
    as_number,
    as_text,
    items,
    local_time,
)
from troubleshoot.lab.windows.topic import PsObject


@builtin(
    "Measure-Object",
    parameters="property",
    switches="sum average maximum minimum line word character ignorewhitespace",
    positions="property",
)
async def measure_object(inv: Invocation) -> None:
    wanted = items(inv.get("property")) or [None]
    for name in wanted:
        values = [item if name is None else member(item, as_text(name)) for item in inv.objects]
        inv.out.append(_measured(inv, [value for value in values if value is not None], name))


def _measured(inv: Invocation, values: list[Any], name: Any) -> PsObject:
    found: dict[str, Any] = {"Count": len(values)}
    numbers = [as_number(value) for value in values] if any(map(inv.has, ("sum", "average"))) else []
    found["Average"] = sum(numbers) / len(numbers) if inv.has("average") and numbers else None
    found["Sum"] = float(sum(numbers)) if inv.has("sum") else None
    found["Maximum"] = max(values, key=_rank) if inv.has("maximum") and values else None
    found["Minimum"] = min(values, key=_rank) if inv.has("minimum") and values else None
    found["Property"] = None if name is None else as_text(name)
    return PsObject("Microsoft.PowerShell.Commands.GenericMeasureInfo", found)


def _rank(value: Any) -> Any:
    return (
        value.replace(tzinfo=None)
        if isinstance(value, datetime)
        else value
        if isinstance(value, timedelta)
        else as_number(value)
    )


@builtin("Measure-Command", parameters="expression", positions="expression")
async def measure_command(inv: Invocation) -> None:
    """Simulated seconds slept inside, and the real ones that the simulation itself took."""
    block, session = inv.get("expression"), inv.run.session
    began, slept = time.monotonic(), session.slept
    if isinstance(block, Closure):
        await inv.run.call_block(block, None)
    simulated = session.slept - slept
    real = time.monotonic() - began - simulated * session.call.machine.estate.pace
    inv.out.append(timedelta(seconds=simulated + max(0.0, real)))


@builtin(
    "Get-Date",
    parameters="date format uformat year month day hour minute second displayhint",
    positions="date",
)
async def get_date(inv: Invocation) -> None:
    given = inv.get("date")
    now = local_time(inv.run.session.call.machine.now)
    found = now if given is None else as_date(given)
    parts = {
        name: as_integer(inv.get(name))
        for name in ("year", "month", "day", "hour", "minute", "second")
        if inv.get(name) is not None
    }
    found = found.replace(**parts)  # type: ignore[arg-type]
    form = inv.get("format")
    inv.out.append(found if form is None else format_date(found, as_text(form)))


@builtin("New-TimeSpan", parameters="start end days hours minutes seconds", positions="start end")
async def new_timespan(inv: Invocation) -> None:
    if inv.get("start") is not None or inv.get("end") is not None:
        now = local_time(inv.run.session.call.machine.now)
        start, end = (as_date(inv.get(name, now)).replace(tzinfo=None) for name in ("start", "end"))
        inv.out.append(end - start)
        return
    parts = {name: as_number(inv.get(name, 0)) for name in ("days", "hours", "minutes", "seconds")}
    inv.out.append(timedelta(**parts))


@builtin(
    "Start-Sleep", parameters="seconds milliseconds", positions="seconds", aliases={"s": "seconds", "m": "milliseconds"}
)
async def start_sleep(inv: Invocation) -> None:
    await inv.run.session.call.sleep(as_number(inv.get("seconds", 0)) + as_number(inv.get("milliseconds", 0)) / 1000)
