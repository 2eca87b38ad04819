"""The life of a fix: offered, before-state read, consented, intent durable, sent once, verified, rolled back.

The only way from *sent* to anything else is an answer, a verify, a rollback or a person's statement. Nothing here can
send: the state only ever says what should be done next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from troubleshoot.core import conditions, observing
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Offer, Propose, Send, Settle
from troubleshoot.core.judging import lookup_in
from troubleshoot.core.model import ConclusionStep
from troubleshoot.core.planning import consent_digest, plan_collect, plan_fix
from troubleshoot.core.state import Conclusion, FixPlan, FixRecord, Frame, Item, Phase, Recheck, State

BEFORE: Final = "before"
_OPEN: Final = ("offered", "declined")
_VOLATILE: Final = (
    "building configuration",
    "current configuration",
    "!",
    "## last changed",
    "last configuration change",
)


# --- a conclusion was reached -------------------------------------------------------------------------------------


def concluded(state: State, conclusion: Conclusion, frame: Frame) -> State:
    """End the walk; a diagnosis first offers its fixes, a recheck goes on until it is healthy or out of time."""
    state = replace(state, conclusion=conclusion, concluded_frame=frame)
    if state.recheck is not None and conclusion.verdict != "healthy" and state.now < state.recheck.until:
        return replace(state, phase=Phase.RECHECK_WAIT)
    if conclusion.verdict != "diagnosis":
        return replace(state, phase=Phase.ENDED)
    state = replace(state, diagnoses=(*state.diagnoses, conclusion))
    kept = tuple(record for record in state.fixes if record.status not in _OPEN)
    state = replace(state, fixes=(*kept, *_new_records(state, conclusion, frame)))
    return replace(state, phase=_offer_or_end(state))


def _new_records(state: State, conclusion: Conclusion, frame: Frame) -> list[FixRecord]:
    """The fixes of this diagnosis, filled with what is known now, without what was already tried.

    What an earlier diagnosis offered and nobody took is gone: it was for a state that is no more.
    """
    step = frame.tree.steps.get(conclusion.id)
    names = step.fixes if isinstance(step, ConclusionStep) else ()
    tried = {_what(record) for record in state.fixes if record.status not in _OPEN}
    records = [
        FixRecord(plan_fix(state, frame, frame.tree.fixes[name]), frame.tree.fixes[name], frame) for name in names
    ]
    return [record for record in records if _what(record) not in tried]


def _what(record: FixRecord) -> tuple[str, str, tuple[str, ...]]:
    """The same fix with other values (the next virtual machine of a host) is another one."""
    return record.plan.id, record.plan.host, record.plan.commands


def _offer_or_end(state: State) -> Phase:
    return Phase.OFFER if _open_plans(state) else Phase.ENDED


def _open_plans(state: State) -> tuple[FixPlan, ...]:
    """Declining is no farewell: a person may look at a fix, go back, and take it after all."""
    return tuple(record.plan for record in state.fixes if record.status in _OPEN and not record.plan.refused)


def offer(state: State) -> Offer:
    assert state.conclusion is not None
    return Offer(state.conclusion, _open_plans(state))


def closed(state: State, event: ev.FixesClosed) -> State:
    return replace(state, phase=Phase.ENDED, active=None)


# --- before-state and consent -------------------------------------------------------------------------------------


def chosen(state: State, event: ev.FixChosen) -> State:
    index = next(n for n, record in enumerate(state.fixes) if record.plan.id == event.fix and record.status in _OPEN)
    state = replace(state, active=index, phase=Phase.BEFORE)
    state = replace(state, frames=(state.fix.frame,))
    return _read_before(state) if state.fix.plan.before else replace(state, phase=Phase.CONSENT)


def _read_before(state: State) -> State:
    plan = state.fix.plan
    item = Item(BEFORE, plan.host, plan.platform, plan.before, "", 30.0)
    return observing.expect(state, [item])


def before_seen(state: State, event: ev.Observed) -> State:
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = tuple(state.seen.values())
    blocked = observing.blocking(state, numbers)
    if blocked:
        message = f"not offered: what it would change could not be read: {blocked[0].message or blocked[0].doubt}"
        state = state.with_fix(status="declined", message=message)
        return replace(state, phase=_offer_or_end(state), active=None)
    state = state.with_fix(before=numbers)
    return replace(state, phase=Phase.CONSENT)


def before_text(state: State, numbers: tuple[int, ...]) -> str:
    """What the device said before the change, as shown and as covered by the consent."""
    parts = (part for number in numbers for part in state.observations[number].parts)
    return "\n".join(f"{part.command}\n{part.text.rstrip()}" for part in parts)


def _digest(state: State, action: str) -> str:
    return consent_digest(state.fix.plan, action, before_text(state, state.fix.before))


def propose_apply(state: State) -> Propose:
    record = state.fix
    return Propose(record.plan, "apply", _digest(state, "apply"), before_text(state, record.before), record.message)


def approved(state: State, event: ev.Approved) -> State:
    """Consent counts only for exactly what was shown; anything else is shown again."""
    if event.digest != _digest(state, "apply") or event.fix != state.fix.plan.id or event.action != "apply":
        return state
    state = state.with_fix(digest=event.digest, message="")
    if not state.fix.plan.before:
        return replace(state, phase=Phase.APPROVED)
    return replace(_read_before(state), phase=Phase.UNCHANGED)


def unchanged_seen(state: State, event: ev.Observed) -> State:
    """Consent holds for what was shown: if somebody else changed it meanwhile, it is shown again."""
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = tuple(state.seen.values())
    blocked = observing.blocking(state, numbers)
    if blocked:
        message = f"not sent: what it would change could not be read again: {blocked[0].message or blocked[0].doubt}"
        state = state.with_fix(status="declined", message=message, digest="")
        return replace(state, phase=_offer_or_end(state), active=None)
    if _settled(before_text(state, numbers)) == _settled(before_text(state, state.fix.before)):
        return replace(state, phase=Phase.APPROVED)
    message = "it was changed by somebody else after it was shown; the consent to what it said before does not count"
    return replace(state.with_fix(before=numbers, digest="", message=message), phase=Phase.CONSENT)


def declined(state: State, event: ev.Declined) -> State:
    state = state.with_fix(status="declined", message=event.reason)
    return replace(state, phase=_offer_or_end(state), active=None)


# --- sending ------------------------------------------------------------------------------------------------------


def send_apply(state: State) -> Send:
    return Send(state.fix.plan, "apply", state.fix.digest)


def intended(state: State, event: ev.SendIntended) -> State:
    return replace(state.with_fix(status="unknown"), phase=Phase.APPLYING)


def settle_apply(state: State) -> Settle:
    return Settle(state.fix.plan, "apply")


def apply_answered(state: State, event: ev.SendAnswered) -> State:
    state = state.with_fix(answers=event.parts)
    if event.refusal:
        return _trouble(state, f"the device refused a line: {event.refusal}")
    return _start_verify(state.with_fix(status="applied"))


def apply_failed(state: State, event: ev.SendFailed) -> State:
    if event.sent:
        return state.with_fix(message=event.message)
    state = state.with_fix(status="offered", message=event.message, digest="")
    return replace(state, phase=Phase.OFFER, active=None)


def stated(state: State, event: ev.OutcomeStated) -> State:
    """A person ends the doubt about a fix that may or may not have reached the device."""
    rolling = state.phase is Phase.ROLLING_BACK
    match event.statement:
        case "verify" | "applied":
            return _check_rollback(state) if rolling else _start_verify(state)
        case "rollback" if state.fix.plan.rollback:
            return replace(state, phase=Phase.ROLLBACK_CONSENT)
        case "not_applied":
            state = state.with_fix(status="failed" if rolling else "declined", message=event.reason)
            return replace(state, phase=_offer_or_end(state), active=None)
        case _:
            return state


def _trouble(state: State, message: str) -> State:
    """The fix did not do what it should: offer the way back, if there is one."""
    state = state.with_fix(status="failed", message=message)
    return replace(state, phase=Phase.ROLLBACK_CONSENT if state.fix.plan.rollback else Phase.ENDED)


# --- verify -------------------------------------------------------------------------------------------------------


def _start_verify(state: State) -> State:
    return _verify_round(state.with_fix(verify_started=state.now))


def _verify_round(state: State) -> State:
    record = state.fix
    state = observing.expect(state, plan_collect(state, record.frame, record.fix.verify.collect))
    state = replace(state, phase=Phase.VERIFY, frames=(record.frame,))
    return state if state.items else _trouble(state, "the verify has nothing to look at")


def verify_again(state: State, event: ev.Waited) -> State:
    return _verify_round(state)


def verify_seen(state: State, event: ev.Observed) -> State:
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    state = _bind_check(state)
    record = state.fix
    outcome = conditions.evaluate(record.fix.verify.when, lookup_in(state, record.frame))
    if outcome.verdict:
        return _verified(state)
    started = record.verify_started if record.verify_started is not None else state.now
    if state.now < started + record.fix.verify.within:
        return replace(state, phase=Phase.VERIFY_WAIT)
    why = "did not hold" if outcome.verdict is False else f"could not be told ({outcome.error})"
    return _trouble(state, f"after {record.fix.verify.within:.0f} s the verify {why}: {record.fix.verify.when}")


def _verified(state: State) -> State:
    if state.fix.fix.temporary:
        state = state.with_fix(status="verified", message="the test worked; it has to be taken back")
        return replace(state, phase=Phase.ROLLBACK_CONSENT)
    return replace(state.with_fix(status="verified", message=""), phase=Phase.ENDED)


def _bind_check(state: State) -> State:
    """Bind this round for the verify; the first round stays available as `<name>_first`: counters can be compared."""
    record = state.fix
    lists = record.frame.tree.lists
    many = frozenset(item.name for item in record.fix.verify.collect if item.host in lists)
    frame = record.frame if record.checks else observing.bind(state, record.frame, many, "_first")
    frame = observing.bind(state, frame, many)
    return state.with_fix(frame=frame, checks=(*record.checks, *state.seen.values()))


def begin_recheck(state: State) -> State:
    fix = state.fix.fix
    return replace(state, recheck=Recheck(state.now + fix.recheck, fix.recheck_every), active=None)


# --- rollback -----------------------------------------------------------------------------------------------------


def propose_rollback(state: State) -> Propose:
    record = state.fix
    before = before_text(state, record.before)
    return Propose(record.plan, "rollback", _digest(state, "rollback"), before, record.message)


def rollback_approved(state: State, event: ev.Approved) -> State:
    if event.digest != _digest(state, "rollback") or event.fix != state.fix.plan.id or event.action != "rollback":
        return state
    return replace(state.with_fix(digest=event.digest), phase=Phase.ROLLBACK_APPROVED)


def rollback_declined(state: State, event: ev.Declined) -> State:
    return replace(state, phase=Phase.ENDED)


def send_rollback(state: State) -> Send:
    return Send(state.fix.plan, "rollback", state.fix.digest)


def rollback_intended(state: State, event: ev.SendIntended) -> State:
    return replace(state.with_fix(status="unknown"), phase=Phase.ROLLING_BACK)


def settle_rollback(state: State) -> Settle:
    return Settle(state.fix.plan, "rollback")


def rollback_answered(state: State, event: ev.SendAnswered) -> State:
    if event.refusal:
        message = f"the rollback was refused: {event.refusal}"
        return replace(state.with_fix(status="failed", message=message), phase=Phase.ENDED)
    return _check_rollback(state)


def rollback_failed(state: State, event: ev.SendFailed) -> State:
    if event.sent:
        return state.with_fix(message=event.message)
    return replace(state.with_fix(status="failed", message=event.message), phase=Phase.ROLLBACK_CONSENT)


def _check_rollback(state: State) -> State:
    if state.fix.plan.before:
        return replace(_read_before(state), phase=Phase.ROLLBACK_CHECK)
    return replace(
        state.with_fix(status="rolled_back", message="sent; there was no before-state to compare"), phase=Phase.ENDED
    )


def rollback_seen(state: State, event: ev.Observed) -> State:
    """A rollback is proven by the before-state being there again."""
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = tuple(state.seen.values())
    if observing.blocking(state, numbers):
        status, message = "unknown", "the state after the rollback could not be read"
    elif _settled(before_text(state, numbers)) == _settled(before_text(state, state.fix.before)):
        status, message = "rolled_back", "the state from before is there again"
    else:
        status, message = "failed", "after the rollback the state is not the one from before"
    return replace(state.with_fix(status=status, message=message), phase=Phase.ENDED)


def _settled(text: str) -> list[str]:
    """The lines that a rollback must restore: no timestamps, sizes or blank lines."""
    lines = (line.rstrip() for line in text.splitlines())
    return [line for line in lines if line and not line.lower().lstrip().startswith(_VOLATILE)]


# --- outcome ------------------------------------------------------------------------------------------------------


def abandon(state: State) -> State:
    return replace(state, phase=Phase.ENDED)


def outcome(state: State) -> str:
    """The outcome of the public result for this state."""
    statuses = {record.status for record in state.fixes if not _test_taken_back(record)}
    if "unknown" in statuses:
        return "unknown"
    if state.aborted or state.phase is not Phase.ENDED or state.conclusion is None:
        return "aborted"
    if "verified" not in statuses:
        for status, named in (("failed", "fix_failed"), ("rolled_back", "rolled_back")):
            if status in statuses:
                return named
        return _verdict_outcome(state.conclusion.verdict)
    return "fixed" if state.recheck is None else _rechecked(state.conclusion.verdict)


def _test_taken_back(record: FixRecord) -> bool:
    """A temporary change that is gone again neither mended nor broke anything."""
    return record.fix.temporary and record.status == "rolled_back"


def _rechecked(verdict: str) -> str:
    return "fixed" if verdict == "healthy" else _verdict_outcome(verdict)


def _verdict_outcome(verdict: str) -> str:
    return {"diagnosis": "diagnosed"}.get(verdict, verdict)
