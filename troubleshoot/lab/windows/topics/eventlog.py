"""Event logs: wevtutil and Get-WinEvent."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from troubleshoot.lab.windows.eventlog.cmdlets import get_win_event
from troubleshoot.lab.windows.eventlog.wevtutil import wevtutil
from troubleshoot.lab.windows.events import STANDARD_LOGS, EventLog
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Part, Topic

_LEVELS = {"critical": 1, "error": 2, "warning": 3, "information": 4}


class EventPart(Part):
    """One event; ``age`` in seconds. ``data`` is a map for named fields, a list for fields without names."""

    log: str = "Application"
    provider: str
    id: Annotated[int, Field(ge=0, le=65535)]
    level: Literal["critical", "error", "warning", "information"] = "information"
    age: float = Field(default=3600.0, ge=0)
    data: dict[str, str] | tuple[str, ...] = ()
    message: str = ""
    symbol: str = ""


class EventsPart(RootModel[dict[str, EventPart]]):
    """Events under labels of the author's choice, so that a fault can take one away or add one."""

    root: dict[str, EventPart] = {}


def _build(machine: Machine, part: EventsPart) -> EventLog:
    log = EventLog(machine.fqdn)
    for name in STANDARD_LOGS:
        log.register(name)
    log.write("System", "EventLog", 6005, time=machine.booted, message="The Event log service was started.")
    for event in sorted(part.root.values(), key=lambda item: -item.age):
        log.write(
            event.log,
            event.provider,
            event.id,
            _LEVELS[event.level],
            event.data,
            time=machine.now - event.age,
            message=event.message,
            symbol=event.symbol,
        )
    return log


TOPIC = Topic(
    section="eventlog",
    schema=EventsPart,
    build=_build,
    tools={"wevtutil": wevtutil},
    cmdlets={"get-winevent": get_win_event},
    standard=True,
)
