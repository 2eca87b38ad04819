"""After a fix was sent: verify it, watch a test, end the device's own revert, take it back, prove that it is gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from troubleshoot.core import before_state, conditions, observing
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Propose, Send, Settle
from troubleshoot.core.judging import lookup_in
from troubleshoot.core.model import Collect
from troubleshoot.core.planning import plan_collect
from troubleshoot.core.state import Phase, State

LOOK_AGAIN: Final = 15.0  # seconds between two looks at a device that restarts
REVERT_SLACK: Final = 30.0  # seconds that a device may need to take a change back after its timer


# --- verify -------------------------------------------------------------------------------------------------------


def start_verify(state: State) -> State:
    return _verify_round(state.with_fix(verify_started=state.now))


def _verify_round(state: State) -> State:
    state = _look(state, state.fix.fix.verify.collect, Phase.VERIFY)
    return state if state.items else trouble(state, "the verify has nothing to look at")


def _look(state: State, collect: tuple[Collect, ...], phase: Phase) -> State:
    record = state.fix
    state = observing.expect(state, plan_collect(state, record.frame, collect))
    return replace(state, phase=phase, frames=(record.frame,))


def verify_again(state: State, event: ev.Waited) -> State:
    return _verify_round(state)


def verify_seen(state: State, event: ev.Observed) -> State:
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    state = _bind(state, state.fix.fix.verify.collect)
    record = state.fix
    outcome = conditions.evaluate(record.fix.verify.when, lookup_in(state, record.frame))
    if outcome.verdict:
        return _verified(state)
    started = record.verify_started if record.verify_started is not None else state.now
    if state.now < started + record.fix.verify.within:
        return replace(state, phase=Phase.VERIFY_WAIT)
    why = "did not hold" if outcome.verdict is False else f"could not be told ({outcome.error})"
    return trouble(state, f"after {record.fix.verify.within:.0f} s the verify {why}: {record.fix.verify.when}")


def _bind(state: State, collect: tuple[Collect, ...]) -> State:
    """Bind this round for the verify; the first round stays available as `<name>_first`: counters can be compared."""
    record = state.fix
    lists = record.frame.tree.lists
    many = frozenset(item.name for item in collect if item.host in lists)
    frame = record.frame if record.checks else observing.bind(state, record.frame, many, "_first")
    frame = observing.bind(state, frame, many)
    return state.with_fix(frame=frame, checks=(*record.checks, *state.seen.values()))


def _verified(state: State) -> State:
    record = state.fix
    if record.fix.temporary:
        state = state.with_fix(status="verified")
        return _start_watch(state) if record.fix.watch else take_back(state, "the test is over")
    if record.plan.revert is not None and not record.settled:
        return replace(state, phase=Phase.CONFIRM)
    return replace(state.with_fix(status="verified", message=""), phase=Phase.ENDED)


def trouble(state: State, message: str) -> State:
    """The fix did not do what it should: a test is taken back, for anything else the way back is offered."""
    state = state.with_fix(status="failed", message=message)
    if state.fix.fix.temporary:
        return take_back(state, message)
    return replace(state, phase=Phase.ROLLBACK_CONSENT if state.fix.plan.rollback else Phase.ENDED)


# --- a test: watch, then take back ---------------------------------------------------------------------------------


def _start_watch(state: State) -> State:
    return _watch_round(state.with_fix(watch_started=state.now))


def _watch_round(state: State) -> State:
    watch = state.fix.fix.watch
    assert watch is not None
    state = _look(state, watch.collect, Phase.WATCH)
    return state if state.items else take_back(state, "there is nothing to watch")


def watch_seen(state: State, event: ev.Observed) -> State:
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    watch, record = state.fix.fix.watch, state.fix
    assert watch is not None
    state = _bind(state, watch.collect)
    started = record.watch_started if record.watch_started is not None else state.now
    if state.now < started + watch.within:
        return replace(state, phase=Phase.WATCH_WAIT)
    return take_back(state, f"watched for {watch.within:.0f} s")


def watch_again(state: State, event: ev.Waited) -> State:
    return _watch_round(state)


def must_take_back(state: State) -> bool:
    """Is a test on the device that has to be removed before anything else?"""
    if state.active is None or not state.fix.fix.temporary or not state.fix.plan.rollback:
        return False
    return state.phase in (Phase.VERIFY, Phase.VERIFY_WAIT, Phase.WATCH, Phase.WATCH_WAIT)


def test_ended(state: State, event: ev.TestEnded) -> State:
    return take_back(state, event.reason) if must_take_back(state) else state


def take_back(state: State, reason: str) -> State:
    """Remove a test. The consent to it covered its removal, so nobody is asked again."""
    message = reason if state.fix.status == "failed" else state.fix.message
    state = state.with_fix(digest=before_state.digest(state, "rollback"), message=message)
    return replace(state, phase=Phase.ROLLBACK_APPROVED)


# --- the device's own revert --------------------------------------------------------------------------------------


def send_confirm(state: State) -> Send:
    return Send(state.fix.plan, "confirm", state.fix.digest)


def confirm_intended(state: State, event: ev.SendIntended) -> State:
    return replace(state.with_fix(status="unknown"), phase=Phase.CONFIRMING)


def settle_confirm(state: State) -> Settle:
    return Settle(state.fix.plan, "confirm", revert_left(state))


def confirm_answered(state: State, event: ev.SendAnswered) -> State:
    if not event.refusal:
        return replace(state.with_fix(status="verified", message="", settled=True), phase=Phase.ENDED)
    state = state.with_fix(message=f"the device did not take what ends its revert: {event.refusal}")
    if revert_left(state) is None:
        return replace(state.with_fix(status="verified"), phase=Phase.ENDED)
    return await_revert(state.with_fix(confirming=True))


def await_revert(state: State) -> State:
    """Wait until the device must have taken the change back, if it does."""
    return replace(state, phase=Phase.REVERT_WAIT, round=state.round + 1)


def confirm_failed(state: State, event: ev.SendFailed) -> State:
    """Certainly not sent: it is sent again. Otherwise only what the device does at the end of its time can tell."""
    if event.sent:
        return state.with_fix(message=event.message)
    return replace(state.with_fix(status="applied", message=event.message), phase=Phase.CONFIRM)


def revert_left(state: State) -> float | None:
    """Seconds until the device must have taken the change back by itself; None where it does not do that."""
    record = state.fix
    if record.plan.revert is None or not record.plan.revert.minutes or record.sent_at is None or record.settled:
        return None
    return max(0.0, record.sent_at + record.plan.revert.minutes * 60 + REVERT_SLACK - state.now)


def _may_still_start(state: State) -> bool:
    """Is the device perhaps away because its own revert is a restart?"""
    record, revert = state.fix, state.fix.plan.revert
    if revert is None or not revert.reboot or record.sent_at is None:
        return False
    return state.now < record.sent_at + revert.minutes * 60 + REVERT_SLACK + revert.reboot


def revert_over(state: State, event: ev.Waited) -> State:
    """The device's time is over. After a lost confirmation a verify tells; after a lost fix the old state does."""
    confirming = state.fix.confirming
    state = state.with_fix(settled=True)
    return start_verify(state) if confirming else check_rollback(state)


# --- rollback -----------------------------------------------------------------------------------------------------


def propose_rollback(state: State) -> Propose:
    record = state.fix
    before = before_state.text(state, record.before)
    return Propose(record.plan, "rollback", before_state.digest(state, "rollback"), before, record.message)


def rollback_approved(state: State, event: ev.Approved) -> State:
    digest = before_state.digest(state, "rollback")
    if event.digest != digest or event.fix != state.fix.plan.id or event.action != "rollback":
        return state
    return replace(state.with_fix(digest=event.digest), phase=Phase.ROLLBACK_APPROVED)


def rollback_declined(state: State, event: ev.Declined) -> State:
    left = revert_left(state)
    if left is not None:
        message = f"{state.fix.message}; the device takes it back by itself in about {left / 60:.0f} minutes"
        state = state.with_fix(message=message)
    return replace(state, phase=Phase.ENDED)


def send_rollback(state: State) -> Send:
    return Send(state.fix.plan, "rollback", state.fix.digest)


def rollback_intended(state: State, event: ev.SendIntended) -> State:
    return replace(state.with_fix(status="unknown"), phase=Phase.ROLLING_BACK)


def settle_rollback(state: State) -> Settle:
    return Settle(state.fix.plan, "rollback", revert_left(state))


def rollback_answered(state: State, event: ev.SendAnswered) -> State:
    if event.refusal:
        message = f"the rollback was refused: {event.refusal}"
        return replace(state.with_fix(status="failed", message=message), phase=Phase.ENDED)
    return check_rollback(state)


def rollback_failed(state: State, event: ev.SendFailed) -> State:
    if event.sent:
        return state.with_fix(message=event.message)
    return replace(state.with_fix(status="failed", message=event.message), phase=Phase.ROLLBACK_CONSENT)


def check_rollback(state: State) -> State:
    if state.fix.plan.before:
        return replace(before_state.read(state), phase=Phase.ROLLBACK_CHECK)
    return replace(
        state.with_fix(status="rolled_back", message="sent; there was no before-state to compare"), phase=Phase.ENDED
    )


def rollback_seen(state: State, event: ev.Observed) -> State:
    """A rollback is proven by the before-state being there again."""
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = before_state.seen_now(state)
    if observing.blocking(state, numbers) and _may_still_start(state):
        return await_revert(state)
    if observing.blocking(state, numbers):
        status, message = "unknown", "the state after the rollback could not be read"
    elif before_state.same(state, numbers):
        status, message = "rolled_back", "the state from before is there again"
    else:
        status, message = "failed", "after the rollback the state is not the one from before"
    return replace(state.with_fix(status=status, message=message), phase=Phase.ENDED)
