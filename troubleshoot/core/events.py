"""What happened, in the past tense. The journal stores these; the state of an incident is a fold over them.

Times are seconds since the epoch, put in by the session: the core has no clock. Every event survives a round trip
through plain JSON (:func:`to_plain`, :func:`from_plain`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.values import Value


@dataclass(frozen=True, slots=True)
class Part:
    """One command and what came back, as received."""

    command: str
    text: str
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class Event:
    at: float


@dataclass(frozen=True, slots=True)
class Started(Event):
    incident: str
    tree: str
    tree_sha256: str
    parameters: Mapping[str, Value]
    mode: str  # live, captures, lab
    version: str = ""
    origin: str = ""  # where the mode takes its hosts from: inventory or captures path, or the fault of the lab


@dataclass(frozen=True, slots=True)
class HostResolved(Event):
    """The inventory knows the host that was asked for by name or address."""

    query: str
    name: str
    platform: Platform
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostUnknown(Event):
    query: str


@dataclass(frozen=True, slots=True)
class Observed(Event):
    """One collect item was answered, or could not be. ``record`` is what the parser read from ``parts``."""

    round: int
    name: str
    host: str
    parts: tuple[Part, ...] = ()
    record: Mapping[str, Any] | None = None
    trouble: Trouble | None = None
    message: str = ""
    hint: str = ""
    doubt: str = ""
    via: str = "live"  # live, captured, pasted
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Waited(Event):
    round: int


@dataclass(frozen=True, slots=True)
class Answered(Event):
    step: str
    value: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class NobodyAnswered(Event):
    step: str


@dataclass(frozen=True, slots=True)
class NoteAdded(Event):
    text: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class SteppedBack(Event):
    """Go back to the path entry with this index and judge it anew on fresh observations."""

    to: int


@dataclass(frozen=True, slots=True)
class Overridden(Event):
    """A person took another branch at the path entry with this index."""

    to: int
    go: str
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class WaySeen(Event):
    """How we reach a host that is to be changed; ``apart``: not over the network that the device serves."""

    host: str
    address: str = ""
    station: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class RevertChosen(Event):
    """A person wants a scheduled restart as the way back, should the change cut us off."""

    fix: str


@dataclass(frozen=True, slots=True)
class TestEnded(Event):
    """A test on a device is over before its time: it is taken back now."""

    fix: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FixChosen(Event):
    fix: str


@dataclass(frozen=True, slots=True)
class FixesClosed(Event):
    """No (further) offered fix is wanted."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approved(Event):
    """Consent to exactly what ``digest`` stands for; ``action`` is apply or rollback."""

    fix: str
    digest: str
    action: str = "apply"
    by: str = ""


@dataclass(frozen=True, slots=True)
class Declined(Event):
    fix: str
    action: str = "apply"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendIntended(Event):
    """Durable before the first byte of a fix or rollback is sent."""

    fix: str
    action: str
    digest: str
    commands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SendAnswered(Event):
    """The device answered all of it; ``refusal`` is its own error line if it did not accept everything."""

    fix: str
    action: str
    parts: tuple[Part, ...] = ()
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class SendFailed(Event):
    """No whole answer came. ``sent`` False: certainly nothing left; True: the outcome is unknown."""

    fix: str
    action: str
    sent: bool
    kind: Trouble
    message: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeStated(Event):
    """A person says how a fix in doubt stands: applied or not_applied; or asks for its verify or rollback."""

    fix: str
    statement: str  # applied, not_applied, verify, rollback, await_revert
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resumed(Event):
    version: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled(Event):
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Concluded(Event):
    """Written last, for lists and search; the fold derives it anew and does not depend on it."""

    outcome: str
    summary: Mapping[str, Any] = field(default_factory=dict)


EVENTS: Mapping[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}


def to_plain(event: Event) -> dict[str, Any]:
    """The event as plain JSON values, with its name under ``event``."""
    return {"event": type(event).__name__, **asdict(event)}


def from_plain(plain: Mapping[str, Any]) -> Event:
    """The inverse of :func:`to_plain`. Raises KeyError for an event this version does not know."""
    cls = EVENTS[plain["event"]]
    known = {item.name for item in fields(cls)}
    return cls(**{key: _typed(key, value) for key, value in plain.items() if key in known})


def _typed(key: str, value: Any) -> Any:
    if key == "parts":
        return tuple(Part(**part) for part in value)
    if key == "platform":
        return Platform(value)
    if key in ("trouble", "kind"):
        return None if value is None else Trouble(value)
    if key in ("commands", "addresses"):
        return tuple(value)
    if key == "parameters":
        return {name: tuple(item) if isinstance(item, list) else item for name, item in value.items()}
    return value
