"""What the screens show, worked out from the state alone: plain values, no widgets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from troubleshoot.core import fixing
from troubleshoot.core.effects import Collect, Effect, Offer, Propose, Send, Settle
from troubleshoot.core.engine import pending
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import Cite, Observation, PathStep, Phase, State

SENDING: Final = frozenset(
    {
        Phase.APPROVED,
        Phase.APPLYING,
        Phase.CONFIRM,
        Phase.CONFIRMING,
        Phase.ROLLBACK_APPROVED,
        Phase.ROLLING_BACK,
    }
)
TESTING: Final = frozenset({Phase.VERIFY, Phase.VERIFY_WAIT, Phase.WATCH, Phase.WATCH_WAIT})
FIXING: Final = TESTING | {Phase.REVERT_WAIT, Phase.ROLLBACK_CHECK, Phase.RECHECK_WAIT}
_HIDDEN: Final = frozenset({"at", "unread", "observation"})
_MAX_FACTS: Final = 2000
_RETURNABLE: Final = frozenset({"judged", "otherwise", "unknown", "answered", "overridden"})

PHASE_WORDS: Final[Mapping[Phase, str]] = {
    Phase.NEW: "starting",
    Phase.RESOLVE: "looking up hosts",
    Phase.COLLECT: "observing",
    Phase.WAIT: "waiting for a second sample",
    Phase.ASK: "question",
    Phase.OFFER: "diagnosis",
    Phase.BEFORE: "reading the state before the fix",
    Phase.CONSENT: "your consent",
    Phase.UNCHANGED: "reading once more that nothing changed",
    Phase.APPROVED: "sending the fix",
    Phase.APPLYING: "sending the fix",
    Phase.VERIFY: "verifying the fix",
    Phase.VERIFY_WAIT: "verifying the fix",
    Phase.WATCH: "watching the test",
    Phase.WATCH_WAIT: "watching the test",
    Phase.CONFIRM: "telling the device to keep it",
    Phase.CONFIRMING: "telling the device to keep it",
    Phase.REVERT_WAIT: "waiting until the device has taken it back",
    Phase.ROLLBACK_CONSENT: "your consent to roll back",
    Phase.ROLLBACK_APPROVED: "rolling back",
    Phase.ROLLING_BACK: "rolling back",
    Phase.ROLLBACK_CHECK: "checking the rollback",
    Phase.RECHECK_WAIT: "checking the whole tree again",
    Phase.ENDED: "ended",
}


@dataclass(frozen=True, slots=True)
class Hop:
    name: str
    mark: str  # seen, now, broken, mended


@dataclass(frozen=True, slots=True)
class Fact:
    observation: int
    path: str
    value: str


def current_host(state: State, effect: Effect | None = None) -> str:
    """The host that is worked on now."""
    effect = effect or pending(state)
    if isinstance(effect, Collect) and effect.items:
        return ", ".join(dict.fromkeys(item.host for item in effect.items))
    if isinstance(effect, Propose | Send | Settle):
        return effect.plan.host
    if state.conclusion is not None and state.conclusion.host:
        return state.conclusion.host
    return state.frame.visited[-1] if state.frames and state.frame.visited else ""


def next_risk(effect: Effect | None) -> Risk:
    """The risk of what runs next: everything but the sending of a fix only reads."""
    return effect.plan.risk if isinstance(effect, Propose | Send | Settle) else Risk.READ


def commands(effect: Effect | None) -> tuple[tuple[str, str], ...]:
    """(host, command) pairs that would run next, exactly as they are sent."""
    if not isinstance(effect, Collect):
        return ()
    return tuple((item.host, command) for item in effect.items for command in item.commands)


def hops(state: State) -> tuple[Hop, ...]:
    """The hosts of the walk in the order they were reached, the broken one marked."""
    names: list[str] = []
    for entry in _latest_walk(state):
        if entry.kind != "concluded" and entry.host and entry.host not in names:
            names.append(entry.host)
    if state.frames and state.frame.visited and state.frame.visited[-1] not in names:
        names.append(state.frame.visited[-1])
    found = state.diagnoses[-1] if state.diagnoses and state.conclusion else None
    broken = found.host if found else None
    if broken and broken not in names:
        names.append(broken)
    last = len(names) - 1
    return tuple(Hop(name, _mark(name, index == last, broken, state)) for index, name in enumerate(names))


def _latest_walk(state: State) -> tuple[PathStep, ...]:
    """After a fix the tree is walked again from its start: the map shows that walk as soon as it has hosts."""
    ends = [place for place, entry in enumerate(state.path[:-1]) if entry.kind == "concluded" and len(entry.after) == 1]
    return state.path[ends[-1] + 1 :] if ends else state.path


def _mark(name: str, last: bool, broken: str | None, state: State) -> str:
    if name == broken:
        return "mended" if state.phase is Phase.ENDED and fixing.outcome(state) == "fixed" else "broken"
    return "now" if last and state.conclusion is None else "seen"


def back_target(state: State, selected: int | None) -> int | None:
    """The path entry that stepping back goes to: the selected one, or the last that was observed or answered."""
    if selected is not None and selected < len(state.path) and _returnable(state.path[selected]):
        return selected
    return next((index for index in reversed(range(len(state.path))) if _returnable(state.path[index])), None)


def _returnable(entry: PathStep) -> bool:
    return bool(entry.before) and entry.kind in _RETURNABLE


def shown_observations(state: State, entry: PathStep) -> tuple[Observation, ...]:
    """What a decision was made on: its own observations and every other one it cites."""
    wanted = dict.fromkeys([*entry.observations, *(cite.observation for cite in entry.cites)])
    return tuple(state.observations[number] for number in sorted(wanted) if number < len(state.observations))


def running_observations(state: State) -> tuple[Observation, ...]:
    """What was already answered in the present round."""
    return tuple(state.observations[number] for number in sorted(state.seen.values()))


def marked(cites: tuple[Cite, ...]) -> dict[tuple[int, int], set[int]]:
    """The deciding lines, by (observation, part)."""
    found: dict[tuple[int, int], set[int]] = {}
    for cite in cites:
        found.setdefault((cite.observation, cite.part), set()).update(range(cite.first, cite.last + 1))
    return found


def facts(seen: Observation) -> Iterator[Fact]:
    """What the parser read, as ``path = value`` rows; where the proof is does not belong here."""
    for index, (path, value) in enumerate(_flat("", seen.record or {})):
        if index >= _MAX_FACTS:
            yield Fact(seen.number, "...", "more facts are in the export")
            return
        yield Fact(seen.number, path, value)


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _HIDDEN:
                yield from _flat(f"{path}.{key}" if path else str(key), item)
    elif isinstance(value, list | tuple) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            yield from _flat(f"{path}[{index}]", item)
    else:
        yield path, _word(value)


def _word(value: Any) -> str:
    if value is None:
        return "(not said)"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "(none)"
    return str(value)


def unread(seen: Observation) -> int:
    """How many places of the output were not understood."""
    found = (seen.record or {}).get("unread")
    return len(found) if isinstance(found, list) else 0


def first_sentence(text: str) -> str:
    """As much of an explanation as fits beside the commands; all of it stands on the card while the step runs."""
    head, dot, _ = text.strip().partition(". ")
    return head + "." if dot else head


def elapsed(seconds: float) -> str:
    """A duration as mm:ss or h:mm:ss."""
    whole = max(0, int(seconds))
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02d}:{whole % 60:02d}" if hours else f"{minutes:02d}:{whole % 60:02d}"


def waiting_word(effect: Effect | None) -> str:
    """The name of what a person is asked for, as the keys know it."""
    names: Mapping[str, str] = {"Collect": "collect", "Ask": "ask", "Propose": "consent", "Settle": "settle"}
    return "offer" if isinstance(effect, Offer) else names.get(type(effect).__name__, "")
