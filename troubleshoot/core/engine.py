"""The engine: state x event -> state, and state -> what to do next. Pure: no socket, no clock, no file.

:func:`Engine.apply` folds one event into the state; one table says which event is legal in which phase.
:func:`pending` derives the effects from the state alone, so a resumed incident asks for exactly what the
interrupted one would have asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core import fixing, proving, walking
from troubleshoot.core.effects import Ask, Collect, Conclude, Effect, Resolve, Wait
from troubleshoot.core.model import AskStep, CollectStep, HopStep, Tree
from troubleshoot.core.state import Note, Phase, State
from troubleshoot.errors import TroubleshootError


class IllegalEvent(TroubleshootError):
    """An event that cannot happen in this phase: a bug in the session, or a damaged journal."""


Handler = Callable[[State, Any], State]

# Phases in which a person may go back, override or stop without leaving a change half done.
_CALM = (Phase.RESOLVE, Phase.COLLECT, Phase.WAIT, Phase.ASK, Phase.OFFER, Phase.BEFORE, Phase.CONSENT, Phase.ENDED)
_IN_FLIGHT = (Phase.APPLYING, Phase.CONFIRMING, Phase.ROLLING_BACK)


def _note(state: State, event: ev.NoteAdded) -> State:
    note = Note(event.at, event.text, event.by, len(state.path))
    return replace(state, notes=(*state.notes, note))


def _cancel(state: State, event: ev.Cancelled) -> State:
    state = replace(state, aborted=True)
    return proving.take_back(state, event.reason) if proving.must_take_back(state) else fixing.abandon(state)


def _resumed(state: State, event: ev.Resumed) -> State:
    """A test that was on when its session ended is taken back before anything else."""
    return proving.take_back(state, "its session ended") if proving.must_take_back(state) else state


def _same(state: State, event: ev.Event) -> State:
    return state


def _table(trees: Mapping[str, Tree]) -> dict[tuple[Phase, type[ev.Event]], Handler]:
    """Every legal transition. Notes, resuming and the closing record are legal in every phase."""
    walk = walking.Walker(trees)
    table: dict[tuple[Phase, type[ev.Event]], Handler] = {
        (Phase.NEW, ev.Started): walk.started,
        (Phase.RESOLVE, ev.HostResolved): walk.host_resolved,
        (Phase.RESOLVE, ev.HostUnknown): walk.host_unknown,
        (Phase.COLLECT, ev.Observed): walk.observed,
        (Phase.WAIT, ev.Waited): walk.waited,
        (Phase.ASK, ev.Answered): walk.answered,
        (Phase.ASK, ev.NobodyAnswered): walk.nobody_answered,
        (Phase.RECHECK_WAIT, ev.Waited): walk.recheck,
        (Phase.OFFER, ev.FixChosen): fixing.chosen,
        (Phase.OFFER, ev.FixesClosed): fixing.closed,
        (Phase.OFFER, ev.WaySeen): fixing.way_seen,
        (Phase.CONSENT, ev.RevertChosen): fixing.revert_chosen,
        (Phase.BEFORE, ev.Observed): fixing.before_seen,
        (Phase.CONSENT, ev.Approved): fixing.approved,
        (Phase.CONSENT, ev.Declined): fixing.declined,
        (Phase.UNCHANGED, ev.Observed): fixing.unchanged_seen,
        (Phase.APPROVED, ev.SendIntended): fixing.intended,
        (Phase.APPLYING, ev.SendAnswered): fixing.apply_answered,
        (Phase.APPLYING, ev.SendFailed): fixing.apply_failed,
        (Phase.APPLYING, ev.OutcomeStated): fixing.stated,
        (Phase.VERIFY, ev.Observed): walk.then_recheck(proving.verify_seen),
        (Phase.VERIFY_WAIT, ev.Waited): proving.verify_again,
        (Phase.WATCH, ev.Observed): proving.watch_seen,
        (Phase.WATCH_WAIT, ev.Waited): proving.watch_again,
        (Phase.CONFIRM, ev.SendIntended): proving.confirm_intended,
        (Phase.CONFIRMING, ev.SendAnswered): walk.then_recheck(proving.confirm_answered),
        (Phase.CONFIRMING, ev.SendFailed): proving.confirm_failed,
        (Phase.CONFIRMING, ev.OutcomeStated): fixing.stated,
        (Phase.REVERT_WAIT, ev.Waited): proving.revert_over,
        (Phase.ROLLBACK_CONSENT, ev.Approved): proving.rollback_approved,
        (Phase.ROLLBACK_CONSENT, ev.Declined): proving.rollback_declined,
        (Phase.ROLLBACK_APPROVED, ev.SendIntended): proving.rollback_intended,
        (Phase.ROLLING_BACK, ev.SendAnswered): proving.rollback_answered,
        (Phase.ROLLING_BACK, ev.SendFailed): proving.rollback_failed,
        (Phase.ROLLING_BACK, ev.OutcomeStated): fixing.stated,
        (Phase.ROLLBACK_CHECK, ev.Observed): walk.then_recheck(proving.rollback_seen),
    }
    for phase in (Phase.VERIFY, Phase.VERIFY_WAIT, Phase.WATCH, Phase.WATCH_WAIT):
        table[phase, ev.TestEnded] = proving.test_ended
    for phase in Phase:
        table[phase, ev.NoteAdded] = _note
        table[phase, ev.Resumed] = _resumed
        table[phase, ev.Concluded] = _same
        if phase not in (Phase.NEW, *_IN_FLIGHT):
            table[phase, ev.Cancelled] = _cancel
    for phase in _CALM:
        table[phase, ev.SteppedBack] = walk.stepped_back
        table[phase, ev.Overridden] = walk.overridden
    return table


class Engine:
    """Walks the given trees (by id; sub-trees included). Holds no state of its own."""

    def __init__(self, trees: Mapping[str, Tree]) -> None:
        self.trees = trees
        self._table = _table(trees)

    def apply(self, state: State, event: ev.Event) -> State:
        """Fold one event into the state.

        Raises:
            IllegalEvent: the event cannot happen in this phase.
        """
        handler = self._table.get((state.phase, type(event)))
        if handler is None:
            raise IllegalEvent(f"{type(event).__name__} cannot happen while the incident is in phase '{state.phase}'")
        return handler(replace(state, now=event.at), event)

    def fold(self, events: Iterable[ev.Event], state: State | None = None) -> State:
        """The state after all events."""
        current = state or State()
        for event in events:
            current = self.apply(current, event)
        return current

    def legal(self, state: State, event: type[ev.Event]) -> bool:
        """True when such an event could happen now (front ends enable their keys by it)."""
        return (state.phase, event) in self._table


def pending(state: State) -> Effect | None:
    """What has to happen next; None before the start. A function of the state alone."""
    effect = _PENDING.get(state.phase)
    return effect(state) if effect else None


# Why a fix makes us look: purpose -> (title, why); the title gets the name of the fix.
_LOOKS: Mapping[str, tuple[str, str]] = {
    "before": ("Before {}", "What is there now is shown before consent, and is what a rollback has to restore."),
    "unchanged": ("Still the same: {}", "Consent holds for what was shown; somebody else may have changed it since."),
    "watch": (
        "Watching: {}",
        "A test shows what happens while it is on; it is taken back at the end, whatever happens.",
    ),
    "verify": ("Verify: {}", "A fix counts only when the device itself shows that it worked."),
    "rollback": ("Taken back: {}", "A rollback is proven by the state from before being there again."),
}


def _collect(purpose: str) -> Callable[[State], Effect]:
    def effect(state: State) -> Effect:
        step = state.frame.current
        items = tuple(item for item in state.items if (item.name, item.host) not in state.seen)
        if purpose == "diagnose":
            title, why = walking.filled(state, step.title or step.id), walking.filled(state, getattr(step, "why", ""))
            return Collect(state.round, items, purpose, step.id, title, why, state.sample)
        title, why = _LOOKS[purpose]
        return Collect(state.round, items, purpose, step.id, title.format(state.fix.plan.title), why)

    return effect


def _resolve(state: State) -> Effect:
    return Resolve(state.queries)


def _wait(state: State) -> Effect:
    step = state.frame.current
    seconds = step.every if isinstance(step, CollectStep) else 0.0
    return Wait(state.round, seconds, "a second sample shows what changes")


def _verify_wait(state: State) -> Effect:
    return Wait(state.round, state.fix.fix.verify.every, "the fix may need time to take effect")


def _watch_wait(state: State) -> Effect:
    watch = state.fix.fix.watch
    return Wait(state.round, watch.every if watch else 0.0, "the test is on; look again")


def _revert_wait(state: State) -> Effect:
    left = proving.revert_left(state) or proving.LOOK_AGAIN
    return Wait(state.round, left, "the device takes the change back by itself at the end of its time")


def _recheck_wait(state: State) -> Effect:
    every = state.recheck.every if state.recheck else 0.0
    return Wait(state.round, every, "old state may need time to clear before the next check")


def _ask(state: State) -> Effect:
    step = state.frame.current
    if isinstance(step, HopStep):
        address = state.queries[0] if state.queries else "?"
        return Ask(step.id, f"Which host has the address {address}? The inventory does not say.", step.why, (), "host")
    assert isinstance(step, AskStep)
    kind = walking.type_of(state.frame, step.variable) if step.variable else ""
    answers = tuple(replace(answer, label=walking.filled(state, answer.label)) for answer in step.answers)
    return Ask(step.id, walking.filled(state, step.question), walking.filled(state, step.why), answers, kind)


def _conclude(state: State) -> Effect:
    return Conclude(fixing.outcome(state))


_PENDING: Mapping[Phase, Callable[[State], Effect]] = {
    Phase.RESOLVE: _resolve,
    Phase.COLLECT: _collect("diagnose"),
    Phase.WAIT: _wait,
    Phase.ASK: _ask,
    Phase.OFFER: fixing.offer,
    Phase.BEFORE: _collect("before"),
    Phase.CONSENT: fixing.propose_apply,
    Phase.UNCHANGED: _collect("unchanged"),
    Phase.APPROVED: fixing.send_apply,
    Phase.APPLYING: fixing.settle_apply,
    Phase.VERIFY: _collect("verify"),
    Phase.VERIFY_WAIT: _verify_wait,
    Phase.WATCH: _collect("watch"),
    Phase.WATCH_WAIT: _watch_wait,
    Phase.CONFIRM: proving.send_confirm,
    Phase.CONFIRMING: proving.settle_confirm,
    Phase.REVERT_WAIT: _revert_wait,
    Phase.ROLLBACK_CONSENT: proving.propose_rollback,
    Phase.ROLLBACK_APPROVED: proving.send_rollback,
    Phase.ROLLING_BACK: proving.settle_rollback,
    Phase.ROLLBACK_CHECK: _collect("rollback"),
    Phase.RECHECK_WAIT: _recheck_wait,
    Phase.ENDED: _conclude,
}
