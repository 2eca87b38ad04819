"""The event logs of a simulated host; other topics write to them as the real components would."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.windows.machine import Machine

_LIMIT: Final = 4096
INFORMATION, WARNING, ERROR = 4, 3, 2
STANDARD_LOGS: Final = ("Application", "System", "Security", "Setup")


@dataclass(frozen=True, slots=True)
class Event:
    """One record. ``time`` in epoch seconds; ``data`` keeps names where the provider gives them (``param1``)."""

    log: str
    record: int
    time: float
    provider: str
    id: int
    level: int
    data: tuple[tuple[str, str], ...]
    computer: str
    message: str = ""
    symbol: str = ""  # the name of the event's data, where the provider gives it one


@dataclass(slots=True)
class EventLog:
    """All logs of a host by lower-case name, each oldest first."""

    computer: str
    names: dict[str, str] = field(default_factory=dict)  # lower-case name -> name
    events: dict[str, deque[Event]] = field(default_factory=dict)
    numbers: dict[str, itertools.count[int]] = field(default_factory=dict)

    def register(self, log: str) -> None:
        """Make sure that a log exists."""
        key = log.casefold()
        if key not in self.names:
            self.names[key] = log
            self.events[key] = deque(maxlen=_LIMIT)
            self.numbers[key] = itertools.count(1001)

    def write(
        self,
        log: str,
        provider: str,
        event_id: int,
        level: int = INFORMATION,
        data: Mapping[str, str] | Sequence[str] | None = None,
        *,
        time: float,
        message: str = "",
        symbol: str = "",
    ) -> Event:
        """Append an event; times may lie in the past while a host is built."""
        self.register(log)
        key = log.casefold()
        fields = tuple(data.items() if isinstance(data, Mapping) else (("", text) for text in data or ()))
        event = Event(
            self.names[key],
            next(self.numbers[key]),
            time,
            provider,
            event_id,
            level,
            fields,
            self.computer,
            message,
            symbol,
        )
        self.events[key].append(event)
        return event

    def read(self, log: str) -> list[Event] | None:
        """A log's events in order of time, or None where there is no such log."""
        found = self.events.get(log.casefold())
        return None if found is None else sorted(found, key=lambda event: (event.time, event.record))


def event_log(machine: Machine) -> EventLog:
    """The logs of a host."""
    return machine.state("eventlog", EventLog)


def write_event(
    machine: Machine,
    log: str,
    provider: str,
    event_id: int,
    level: int = INFORMATION,
    data: Mapping[str, str] | Sequence[str] | None = None,
    *,
    age: float = 0.0,
    message: str = "",
    symbol: str = "",
) -> None:
    """Append an event that happened ``age`` seconds ago."""
    event_log(machine).write(
        log, provider, event_id, level, data, time=machine.now - age, message=message, symbol=symbol
    )
