"""The state of one incident: frozen values that the engine makes anew at every event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from troubleshoot.core.events import Part
from troubleshoot.core.kinds import Platform, Risk, Trouble
from troubleshoot.core.lockout import NOT_ASKED, Lockout, Revert
from troubleshoot.core.model import Fix, Step, Tree
from troubleshoot.core.values import Value


class Phase(StrEnum):
    NEW = "new"
    RESOLVE = "resolve"  # looking up a host
    COLLECT = "collect"
    WAIT = "wait"  # between two samples
    ASK = "ask"
    OFFER = "offer"  # a diagnosis stands, fixes are on offer
    BEFORE = "before"  # reading what a fix would change
    CONSENT = "consent"
    UNCHANGED = "unchanged"  # is it still what the consent was given for?
    APPROVED = "approved"
    APPLYING = "applying"  # the intent is durable, the answer is not: unknown after a crash
    VERIFY = "verify"
    VERIFY_WAIT = "verify_wait"
    WATCH = "watch"  # a test is on
    WATCH_WAIT = "watch_wait"
    CONFIRM = "confirm"  # verified: the device must not take it back by itself
    CONFIRMING = "confirming"
    REVERT_WAIT = "revert_wait"  # the device takes it back by itself, and we wait for that
    ROLLBACK_CONSENT = "rollback_consent"
    ROLLBACK_APPROVED = "rollback_approved"
    ROLLING_BACK = "rolling_back"
    ROLLBACK_CHECK = "rollback_check"
    RECHECK_WAIT = "recheck_wait"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class HostInfo:
    name: str
    platform: Platform
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WayIn:
    """How we reach a host: the address we talk to and ours as the host sees it, where known.

    ``apart``: over a console or a management network of its own.
    """

    address: str = ""
    station: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One observation that is wanted now."""

    name: str
    host: str
    platform: Platform
    commands: tuple[str, ...]
    parse: str  # empty: the text is kept as it is
    timeout: float
    second_hop: bool = False


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen, or why not. ``number`` is its place in the incident, cited by every claim."""

    number: int
    at: float
    round: int
    name: str
    host: str
    parts: tuple[Part, ...] = ()
    record: Mapping[str, Any] | None = None
    trouble: Trouble | None = None
    message: str = ""
    hint: str = ""
    doubt: str = ""
    via: str = "live"
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Cite:
    """Lines of a stored observation: ``part`` is the command, ``first`` and ``last`` are 1-based line numbers."""

    observation: int
    part: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Binding:
    """A name that conditions can use, and the observations behind it."""

    value: Any
    observations: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """How one branch was judged: True, False, or None for *cannot tell* with the reason."""

    when: str
    because: str
    go: str
    verdict: bool | None
    reason: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One tree being walked; sub-tree calls stack frames."""

    tree: Tree
    step: str
    values: Mapping[str, Value]
    bindings: Mapping[str, Binding] = field(default_factory=dict)
    visited: tuple[str, ...] = ()
    entered: Mapping[str, int] = field(default_factory=dict)

    @property
    def current(self) -> Step:
        return self.tree.steps[self.step]


@dataclass(frozen=True, slots=True)
class PathStep:
    """One decision that was made, with everything needed to explain it or to go back to it."""

    tree: str
    step: str
    title: str
    why: str
    host: str | None
    go: str
    because: str
    kind: str  # judged, otherwise, unknown, answered, hop, called, overridden, concluded
    at: float
    judged: tuple[Judged, ...] = ()
    cites: tuple[Cite, ...] = ()
    observations: tuple[int, ...] = ()
    before: tuple[Frame, ...] = ()  # the frames as they were on entering the step
    after: tuple[Frame, ...] = ()  # the frames when it was judged


@dataclass(frozen=True, slots=True)
class Evidence:
    host: str
    command: str
    observation: int
    part: int
    lines: tuple[int, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    verdict: str  # diagnosis, healthy, inconclusive, error
    id: str
    tree: str
    title: str
    explanation: str = ""
    host: str | None = None
    evidence: tuple[Evidence, ...] = ()
    fixes: tuple[str, ...] = ()
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FixPlan:
    """A fix filled in for one host: exactly what would be sent."""

    id: str
    title: str
    host: str
    platform: Platform
    risk: Risk
    blast_radius: str
    mode: str  # configure, execute or detached
    commands: tuple[str, ...]
    rollback_mode: str
    rollback: tuple[str, ...]
    no_rollback: str
    before: tuple[str, ...]
    verify: str
    verify_commands: tuple[str, ...]
    within: float
    service: str = ""  # what a detached plan restarts
    temporary: bool = False  # a test: its removal is part of the consent
    lockout: Lockout = NOT_ASKED  # does it touch our own session there?
    revert: Revert | None = None  # how the device takes it back by itself, unless we end that after the verify
    refused: str = ""  # why it cannot be offered here (no form for the platform, a value that does not fit)


@dataclass(frozen=True, slots=True)
class FixRecord:
    """One fix and how far it came."""

    plan: FixPlan
    fix: Fix
    frame: Frame
    status: str = "offered"  # offered, declined, applied, verified, failed, rolled_back, unknown
    digest: str = ""
    before: tuple[int, ...] = ()
    verify_started: float | None = None
    checks: tuple[int, ...] = ()
    message: str = ""
    answers: tuple[Part, ...] = ()
    watch_started: float | None = None
    sent_at: float | None = None  # from here the device's own time to take it back runs
    settled: bool = False  # the device's own revert is over or ended
    confirming: bool = False  # what is in doubt is the end of the revert, not the fix


@dataclass(frozen=True, slots=True)
class Recheck:
    """After a verified fix the tree is walked again until it is healthy or the time is over."""

    until: float
    every: float


@dataclass(frozen=True, slots=True)
class Note:
    at: float
    text: str
    by: str
    after: int  # number of path entries when it was written


@dataclass(frozen=True, slots=True)
class State:
    phase: Phase = Phase.NEW
    incident: str = ""
    mode: str = ""
    tree: str = ""  # the tree the incident was started with
    now: float = 0.0
    started: float = 0.0
    parameters: Mapping[str, Value] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()
    path: tuple[PathStep, ...] = ()
    observations: tuple[Observation, ...] = ()
    hosts: Mapping[str, HostInfo] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)  # query -> host name
    unknown_hosts: frozenset[str] = frozenset()
    ways: Mapping[str, WayIn] = field(default_factory=dict)  # by host name
    queries: tuple[str, ...] = ()
    round: int = 0
    sample: int = 1
    items: tuple[Item, ...] = ()
    seen: Mapping[tuple[str, str], int] = field(default_factory=dict)
    before_step: tuple[Frame, ...] = ()
    conclusion: Conclusion | None = None
    diagnoses: tuple[Conclusion, ...] = ()
    called: tuple[Conclusion, Frame] | None = None
    concluded_frame: Frame | None = None
    fixes: tuple[FixRecord, ...] = ()
    active: int | None = None  # index of the fix being worked on
    recheck: Recheck | None = None
    notes: tuple[Note, ...] = ()
    aborted: bool = False

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    @property
    def fix(self) -> FixRecord:
        if self.active is None:
            raise LookupError("no fix is being worked on")
        return self.fixes[self.active]

    def with_frame(self, frame: Frame) -> State:
        return replace(self, frames=(*self.frames[:-1], frame))

    def with_fix(self, **changes: Any) -> State:
        """The state with the active fix changed."""
        index = self.active if self.active is not None else 0
        changed = replace(self.fixes[index], **changes)
        return replace(self, fixes=(*self.fixes[:index], changed, *self.fixes[index + 1 :]))
