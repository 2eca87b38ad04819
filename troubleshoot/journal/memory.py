"""A journal that lasts as long as the process: for read-only homes and full disks. Fixes are refused on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from troubleshoot.core.events import Event, Started
from troubleshoot.core.redact import Redactor
from troubleshoot.errors import JournalError, UnknownIncident
from troubleshoot.journal import codec
from troubleshoot.journal.base import IncidentSummary, listed


@dataclass(slots=True)
class _Incident:
    summary: IncidentSummary
    trees: dict[str, str]
    events: list[Event]


class MemoryJournal:
    """The interface of :class:`troubleshoot.journal.store.Journal` without its promises."""

    durable = False

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.redactor = redactor or Redactor()
        self._incidents: dict[str, _Incident] = {}
        self._locked: set[str] = set()

    def prepare(self, event: Event) -> Event:
        return codec.prepare(event, self.redactor)

    def create(self, incident: str, tree_source: Mapping[str, str], started: Started) -> int:
        if incident in self._incidents:
            raise JournalError(f"incident {incident} exists already")
        first = self.prepare(started)
        assert isinstance(first, Started)
        summary = IncidentSummary(incident, first.tree, first.mode, first.parameters, first.at, first.at)
        self._incidents[incident] = _Incident(summary, dict(tree_source), [first])
        return 1

    def append(self, incident: str, event: Event) -> int:
        found = self._find(incident)
        prepared = self.prepare(event)
        found.events.append(prepared)
        count = len(found.events)
        outcome, title = listed(prepared, found.summary.outcome, found.summary.title)
        found.summary = replace(found.summary, last=prepared.at, outcome=outcome, title=title, events=count)
        return count

    def events(self, incident: str) -> Iterator[Event]:
        yield from tuple(self._find(incident).events)

    def verify(self, incident: str) -> int:
        return len(self._find(incident).events)

    def tree_sources(self, incident: str) -> dict[str, str]:
        return dict(self._find(incident).trees)

    def incidents(self, limit: int = 100, query: str = "") -> list[IncidentSummary]:
        summaries = [item.summary for item in self._incidents.values() if query.lower() in _searched(item.summary)]
        return sorted(summaries, key=lambda item: (item.started, item.id), reverse=True)[:limit]

    @contextmanager
    def lock(self, incident: str) -> Iterator[None]:
        if incident in self._locked:
            raise JournalError(f"incident {incident} is open in another session", hint="End that session first.")
        self._locked.add(incident)
        try:
            yield
        finally:
            self._locked.discard(incident)

    def close(self) -> None:
        """Nothing to close."""

    def _find(self, incident: str) -> _Incident:
        try:
            return self._incidents[incident]
        except KeyError:
            raise UnknownIncident(f"there is no incident {incident}") from None


def _searched(summary: IncidentSummary) -> str:
    parameters = codec.canonical(summary.parameters)
    return " ".join((summary.id, summary.tree, summary.title, parameters, summary.outcome)).lower()
