"""Judging a recorded incident again: what would today's tree say of the same observations?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine, IllegalEvent
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.journal import Journal
from troubleshoot.session.wiring import library, recorded


@dataclass(frozen=True, slots=True)
class Difference:
    differs: bool
    text: str


def compare(incident: str, journal: Path | None, trees: tuple[Path, ...] = ()) -> Difference:
    """Fold the events of an incident with the stored trees and with today's, and say where they part."""
    with Journal.open(journal, create=False) as opened:
        then, stored = recorded(opened, incident)
        events = list(opened.events(incident))
    known = library(trees)
    if all(known.get(name).sha256 == tree.sha256 for name, tree in stored.items()):
        return Difference(False, f"{incident}: the trees have not changed; {_verdict(then)}")
    now, stopped = _fold(known.closure(then.tree), events)
    return _difference(incident, then, now, stopped)


def _fold(trees: Mapping[str, Tree], events: Iterable[ev.Event]) -> tuple[State, str]:
    """As far as the recorded events fit the tree; the text says where they no longer do."""
    engine = Engine(trees)
    state = State()
    for event in events:
        try:
            state = engine.apply(state, event)
        except IllegalEvent as error:
            return state, error.message
    return state, ""


def _difference(incident: str, then: State, now: State, stopped: str) -> Difference:
    pairs = zip(then.path, now.path, strict=False)
    parted = next(
        (index for index, (a, b) in enumerate(pairs) if (a.step, a.go, a.host) != (b.step, b.go, b.host)), None
    )
    if parted is None and not stopped and _verdict(then) == _verdict(now):
        return Difference(False, f"{incident}: the same verdict with today's tree; {_verdict(then)}")
    lines = [f"{incident}: then {_verdict(then)}, now {_verdict(now)}"]
    if parted is not None:
        a, b = then.path[parted], now.path[parted]
        lines.append(f"  they part at step {parted + 1}, {a.step} on {a.host}: then -> {a.go}, now -> {b.go}")
    if stopped:
        lines.append(f"  today's tree asks for something that was not recorded: {stopped}")
    return Difference(True, "\n".join(lines))


def _verdict(state: State) -> str:
    found = state.conclusion
    return f"{outcome(state)} ({found.id} on {found.host})" if found else outcome(state)
