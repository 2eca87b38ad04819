"""What to do next, in the imperative. The session performs effects and reports back with events."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshoot.core.model import Answer
from troubleshoot.core.state import Conclusion, FixPlan, Item


@dataclass(frozen=True, slots=True)
class Effect:
    pass


@dataclass(frozen=True, slots=True)
class Resolve(Effect):
    """Look up hosts by name or address in the inventory."""

    queries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Collect(Effect):
    """Make these observations; different hosts in parallel, one host in order."""

    round: int
    items: tuple[Item, ...]
    purpose: str  # diagnose, before, unchanged, verify, rollback
    step: str
    title: str
    why: str
    sample: int = 1  # from the second one on, an old recording cannot answer


@dataclass(frozen=True, slots=True)
class Wait(Effect):
    round: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Ask(Effect):
    """Ask a person. ``type`` is the value type of a free answer; ``answers`` are the choices otherwise."""

    step: str
    question: str
    why: str
    answers: tuple[Answer, ...] = ()
    type: str = ""


@dataclass(frozen=True, slots=True)
class Offer(Effect):
    """A diagnosis stands and these fixes can be chosen."""

    conclusion: Conclusion
    plans: tuple[FixPlan, ...]


@dataclass(frozen=True, slots=True)
class Propose(Effect):
    """Show everything about a fix (or a rollback) and ask for consent to ``digest``."""

    plan: FixPlan
    action: str  # apply or rollback
    digest: str
    before: str
    reason: str = ""
    last_resort: bool = False  # a scheduled restart could guard it, if the person wants that


@dataclass(frozen=True, slots=True)
class Send(Effect):
    """Make the intent durable, then send. At most once."""

    plan: FixPlan
    action: str
    digest: str


@dataclass(frozen=True, slots=True)
class Settle(Effect):
    """It is unknown whether a fix reached the device: verify, roll back, or take a person's statement."""

    plan: FixPlan
    action: str
    revert_left: float | None = None  # seconds until the device takes it back by itself


@dataclass(frozen=True, slots=True)
class Conclude(Effect):
    outcome: str
