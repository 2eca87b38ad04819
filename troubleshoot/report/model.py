"""A report: everything that people want to know of an incident, as frozen values that any format can render."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troubleshoot.core.state import Conclusion, Evidence, Note, Observation


@dataclass(frozen=True, slots=True)
class TreeRef:
    id: str
    title: str
    version: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Rival:
    """Another branch of the same step: ``verdict`` False (did not hold) or None (cannot tell)."""

    when: str
    because: str
    go: str
    verdict: bool | None
    reason: str


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One decision, in words."""

    tree: str
    step: str
    title: str
    why: str
    host: str | None
    decision: str  # the step it went to
    because: str
    kind: str
    at: float
    rivals: tuple[Rival, ...]
    cites: tuple[Evidence, ...]
    observations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ObservationView:
    """One observation; ``cited`` gives, for each of its commands, the 1-based lines that a verdict rests on."""

    seen: Observation
    cited: tuple[tuple[int, ...], ...]
    facts: str  # the parsed record as indented JSON, empty where there is none


@dataclass(frozen=True, slots=True)
class Hop:
    """One host of the walk. ``state``: ok, broken (the fault is here) or unknown (it could not be told)."""

    host: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class FixView:
    id: str
    title: str
    host: str
    risk: str
    blast_radius: str
    mode: str
    commands: tuple[str, ...]
    rollback: tuple[str, ...]
    remarks: tuple[str, ...]  # what consent had to know besides: our own session, a restart, a test
    no_rollback: str
    verify: str
    status: str  # offered, applied, verified, failed, rolled_back, unknown
    message: str
    declined: bool
    refused: str  # why it could not be offered here
    before: tuple[int, ...]  # observations
    checks: tuple[int, ...]  # observations
    answers: tuple[tuple[str, str], ...]  # command, output


@dataclass(frozen=True, slots=True)
class Need:
    """A command whose output was not to be had and would have been needed."""

    host: str
    command: str


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something could not be observed; ``kind`` is one of the public error kinds."""

    host: str
    kind: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Times are seconds since the epoch. ``timeline`` holds every event as plain JSON where events were given."""

    incident: str
    tree: TreeRef
    parameters: tuple[tuple[str, str], ...]
    mode: str
    outcome: str
    started: float
    ended: float
    conclusion: Conclusion | None
    diagnosis: Conclusion | None
    path: tuple[PathEntry, ...]
    observations: tuple[ObservationView, ...]
    hops: tuple[Hop, ...]
    fixes: tuple[FixView, ...]
    notes: tuple[Note, ...]
    needs: tuple[Need, ...]
    errors: tuple[Fault, ...]
    timeline: tuple[Mapping[str, Any], ...] = ()
