"""The life of a fix until it is sent: offered, before-state read, consented, intent durable, sent once.

What comes afterwards is in :mod:`.proving`. The only way from *sent* to anything else is an answer, a verify, a
rollback or a person's statement. Nothing here can send: the state only ever says what should be done next.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from troubleshoot.core import before_state, lockout, observing, proving
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Offer, Propose, Send, Settle
from troubleshoot.core.kinds import Risk
from troubleshoot.core.model import ConclusionStep
from troubleshoot.core.planning import plan_fix
from troubleshoot.core.state import (
    Conclusion,
    FixPlan,
    FixRecord,
    Frame,
    Observation,
    Phase,
    Recheck,
    State,
    WayIn,
)

_OPEN: Final = ("offered", "declined")


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


def way_seen(state: State, event: ev.WaySeen) -> State:
    """How we reach a host: what the lock-out guard goes by."""
    way = WayIn(event.address, event.station, event.apart)
    return replace(state, ways={**state.ways, event.host: way})


def chosen(state: State, event: ev.FixChosen) -> State:
    index = next(n for n, record in enumerate(state.fixes) if record.plan.id == event.fix and record.status in _OPEN)
    state = replace(state, active=index, phase=Phase.BEFORE)
    state = replace(state, frames=(state.fix.frame,))
    state = before_state.read(state, way=True)
    return state if state.items else replace(before_state.guarded(state), phase=Phase.CONSENT)


def before_seen(state: State, event: ev.Observed) -> State:
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = before_state.seen_now(state)
    blocked = observing.blocking(state, numbers)
    if blocked:
        return _withdrawn(state, f"not offered: what it would change could not be read: {_reason(blocked)}")
    state = before_state.guarded(state.with_fix(before=numbers))
    return replace(state, phase=Phase.CONSENT)


def _reason(blocked: tuple[Observation, ...]) -> str:
    return blocked[0].message or blocked[0].doubt


def _withdrawn(state: State, message: str) -> State:
    state = state.with_fix(status="declined", message=message, digest="")
    return replace(state, phase=_offer_or_end(state), active=None)


def propose_apply(state: State) -> Propose:
    record = state.fix
    before = before_state.text(state, record.before)
    return Propose(
        record.plan, "apply", before_state.digest(state, "apply"), before, record.message, last_resort(state)
    )


def last_resort(state: State) -> bool:
    """Could a scheduled restart guard this fix, where nothing better does?"""
    plan = state.fix.plan
    unguarded = plan.lockout.touch is not lockout.Touch.NO and plan.revert is None
    return unguarded and plan.platform in lockout.LAST_RESORT


def revert_chosen(state: State, event: ev.RevertChosen) -> State:
    """A person wants the device to restart by itself unless we cancel it; the consent then covers that too."""
    if event.fix != state.fix.plan.id or not last_resort(state):
        return state
    plan = state.fix.plan
    revert = lockout.LAST_RESORT[plan.platform](plan.within)
    return state.with_fix(plan=replace(plan, revert=revert, risk=max(plan.risk, Risk.OUTAGE, key=lambda r: r.rank)))


def approved(state: State, event: ev.Approved) -> State:
    """Consent counts only for exactly what was shown; anything else is shown again."""
    digest = before_state.digest(state, "apply")
    if event.digest != digest or event.fix != state.fix.plan.id or event.action != "apply":
        return state
    state = state.with_fix(digest=event.digest, message="")
    if not state.fix.plan.before:
        return replace(state, phase=Phase.APPROVED)
    return replace(before_state.read(state), phase=Phase.UNCHANGED)


def unchanged_seen(state: State, event: ev.Observed) -> State:
    """Consent holds for what was shown: if somebody else changed it meanwhile, it is shown again."""
    state = observing.take(state, event)
    if not observing.complete(state):
        return state
    numbers = before_state.seen_now(state)
    blocked = observing.blocking(state, numbers)
    if blocked:
        return _withdrawn(state, f"not sent: what it would change could not be read again: {_reason(blocked)}")
    if before_state.same(state, numbers):
        return replace(state, phase=Phase.APPROVED)
    message = "it was changed by somebody else after it was shown; the consent to what it said before does not count"
    return replace(state.with_fix(before=numbers, digest="", message=message), phase=Phase.CONSENT)


def declined(state: State, event: ev.Declined) -> State:
    return _withdrawn(state, event.reason)


# --- sending ------------------------------------------------------------------------------------------------------


def send_apply(state: State) -> Send:
    return Send(state.fix.plan, "apply", state.fix.digest)


def intended(state: State, event: ev.SendIntended) -> State:
    return replace(state.with_fix(status="unknown", sent_at=event.at), phase=Phase.APPLYING)


def settle_apply(state: State) -> Settle:
    return Settle(state.fix.plan, "apply", proving.revert_left(state))


def apply_answered(state: State, event: ev.SendAnswered) -> State:
    state = state.with_fix(answers=event.parts)
    if event.refusal:
        return proving.trouble(state, f"the device refused a line: {event.refusal}")
    return proving.start_verify(state.with_fix(status="applied", sent_at=event.at))


def apply_failed(state: State, event: ev.SendFailed) -> State:
    if event.sent:
        return state.with_fix(message=event.message)
    state = state.with_fix(status="offered", message=event.message, digest="")
    return replace(state, phase=Phase.OFFER, active=None)


def stated(state: State, event: ev.OutcomeStated) -> State:
    """A person ends the doubt about a fix that may or may not have reached the device."""
    rolling = state.phase is Phase.ROLLING_BACK
    match event.statement:
        case "await_revert" if proving.revert_left(state) is not None:
            return proving.await_revert(state.with_fix(confirming=state.phase is Phase.CONFIRMING))
        case "verify" | "applied":
            return proving.check_rollback(state) if rolling else proving.start_verify(state)
        case "rollback" if state.fix.plan.rollback:
            return replace(state, phase=Phase.ROLLBACK_CONSENT)
        case "not_applied" if state.phase is not Phase.CONFIRMING:
            state = state.with_fix(status="failed" if rolling else "declined", message=event.reason)
            return replace(state, phase=_offer_or_end(state), active=None)
        case _:
            return state


def begin_recheck(state: State) -> State:
    fix = state.fix.fix
    return replace(state, recheck=Recheck(state.now + fix.recheck, fix.recheck_every), active=None)


def wants_recheck(state: State) -> bool:
    """Has the fix just proven itself, or a test just been taken back, and should the whole tree be walked again?"""
    if state.phase is not Phase.ENDED or state.aborted or state.active is None or not state.fix.fix.recheck:
        return False
    return state.fix.status == ("rolled_back" if state.fix.fix.temporary else "verified")


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
