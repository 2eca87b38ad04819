"""What every journal can do, whether it lasts or not, and what lists show of an incident."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from troubleshoot.core.events import Concluded, Event, FixChosen, Overridden, SendIntended, Started, SteppedBack
from troubleshoot.core.redact import Redactor

UNFINISHED: Final = "unfinished"
_REOPENING: Final = (SteppedBack, Overridden, FixChosen, SendIntended)


@dataclass(frozen=True, slots=True)
class IncidentSummary:
    """One line of the list of incidents. Times are seconds since the epoch."""

    id: str
    tree: str
    mode: str
    parameters: Mapping[str, Any]
    started: float
    last: float
    outcome: str = UNFINISHED
    title: str = ""
    events: int = field(default=1, kw_only=True)


class JournalLike(Protocol):
    """The interface that a session uses. ``durable`` is False where nothing survives the process: no fix is allowed."""

    durable: bool
    redactor: Redactor

    def prepare(self, event: Event) -> Event:
        """The event as :meth:`events` will give it back: redacted, plain. A session folds this one, not its own."""
        ...

    def create(self, incident: str, tree_source: Mapping[str, str], started: Started) -> int: ...
    def append(self, incident: str, event: Event) -> int: ...
    def events(self, incident: str) -> Iterator[Event]: ...
    def verify(self, incident: str) -> int: ...
    def incidents(self, limit: int = 100, query: str = "") -> list[IncidentSummary]: ...
    def tree_sources(self, incident: str) -> dict[str, str]: ...
    def lock(self, incident: str) -> AbstractContextManager[None]: ...
    def close(self) -> None: ...


def incident_id(at: float, random_hex: Callable[[int], str] = secrets.token_hex) -> str:
    """A short id that sorts by time: ``20261122-1803-7f3a``. ``random_hex(2)`` gives the four digits at its end."""
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%d-%H%M}-{random_hex(2)}"


def listed(event: Event, outcome: str, title: str) -> tuple[str, str]:
    """Outcome and title that lists show after ``event``."""
    if isinstance(event, Concluded):
        return event.outcome, str(event.summary.get("title") or title)
    return (UNFINISHED, title) if isinstance(event, _REOPENING) else (outcome, title)
