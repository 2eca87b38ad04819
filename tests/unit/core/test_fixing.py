"""The life of a fix: consent bound to its digest, intent before sending, at most once, verify, rollback, unknown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.core.trees import World, pim_fix, walk_tree
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Propose, Send, Settle
from troubleshoot.core.engine import Engine, IllegalEvent, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.state import Phase, State

BROKEN = {"r1": {"on": False, "next": ""}}


def world(**decisions: Any) -> World:
    return World(Engine({"t": walk_tree()}), BROKEN, fix="enable", **decisions).start()


def until(subject: World, phase: Phase) -> State:
    for _ in range(100):
        if subject.state.phase is phase:
            return subject.state
        subject.perform()
    raise AssertionError(f"never reached {phase}")


def test_a_fix_that_heals_is_verified_and_the_walk_is_made_again() -> None:
    subject = world(after_apply={"on": True})
    state = subject.run()
    assert outcome(state) == "fixed"
    assert subject.sent == [("r1", "apply")]
    assert state.fixes[0].status == "verified"
    assert state.conclusion is not None and state.conclusion.verdict == "healthy"
    assert [found.id for found in state.diagnoses] == ["broken"]


def test_everything_is_shown_before_consent() -> None:
    subject = world()
    until(subject, Phase.CONSENT)
    effect = pending(subject.state)
    assert isinstance(effect, Propose)
    assert effect.plan.commands == ("feature on",)
    assert effect.plan.rollback == ("no feature",)
    assert effect.plan.verify_commands == ("r1: show state",)
    assert effect.before.startswith("show running-config\n")
    assert len(effect.digest) == 64


def test_consent_to_something_else_is_no_consent() -> None:
    subject = world()
    until(subject, Phase.CONSENT)
    subject.do(ev.Approved(subject.tick(), "enable", "0" * 64))
    assert subject.state.phase is Phase.CONSENT
    subject.do(ev.Approved(subject.tick(), "enable", _digest(subject), "rollback"))
    assert subject.state.phase is Phase.CONSENT


def _digest(subject: World) -> str:
    effect = pending(subject.state)
    assert isinstance(effect, Propose)
    return effect.digest


def test_a_change_by_somebody_else_voids_the_consent() -> None:
    subject = world(after_apply={"on": True})
    until(subject, Phase.UNCHANGED)
    subject.records["r1"]["owner"] = "somebody"
    until(subject, Phase.CONSENT)
    effect = pending(subject.state)
    assert isinstance(effect, Propose)
    assert "somebody else" in effect.reason and "'somebody'" in effect.before
    assert subject.sent == []
    assert outcome(subject.run()) == "fixed", "consent to what is there now counts again"


def test_a_consent_to_what_was_shown_first_cannot_be_used_later() -> None:
    subject = world()
    until(subject, Phase.CONSENT)
    old = _digest(subject)
    subject.perform()
    subject.records["r1"]["owner"] = "somebody"
    until(subject, Phase.CONSENT)
    subject.do(ev.Approved(subject.tick(), "enable", old))
    assert subject.state.phase is Phase.CONSENT


def test_nothing_is_sent_when_the_state_cannot_be_read_again() -> None:
    subject = world()
    until(subject, Phase.UNCHANGED)
    subject.records["r1"]["trouble"] = "timeout"
    assert outcome(subject.run()) == "diagnosed"
    assert subject.sent == []
    assert "could not be read again" in subject.state.fixes[0].message


def test_declining_sends_nothing_and_leaves_the_diagnosis() -> None:
    subject = world(apply=False)
    assert outcome(subject.run()) == "diagnosed"
    assert subject.sent == []


def test_a_fix_whose_before_state_cannot_be_read_is_not_offered() -> None:
    subject = world()
    until(subject, Phase.BEFORE)
    subject.records["r1"]["trouble"] = "timeout"
    assert outcome(subject.run()) == "diagnosed"
    assert subject.sent == []
    assert "could not be read" in subject.state.fixes[0].message


def test_a_fix_that_does_not_help_is_rolled_back_with_consent() -> None:
    subject = world()
    state = subject.run()
    assert outcome(state) == "rolled_back"
    assert subject.sent == [("r1", "apply"), ("r1", "rollback")]


def test_a_rollback_that_does_not_restore_is_a_failed_fix() -> None:
    subject = world(after_rollback={"extra": "line"})
    assert outcome(subject.run()) == "fix_failed"
    assert "not the one from before" in subject.state.fixes[0].message


def test_declining_the_rollback_leaves_a_failed_fix() -> None:
    subject = world(rollback=False)
    assert outcome(subject.run()) == "fix_failed"


def test_verify_waits_and_looks_again_until_its_time_is_over() -> None:
    subject = world()
    until(subject, Phase.VERIFY_WAIT)
    subject.perform()
    subject.records["r1"]["on"] = True
    assert outcome(subject.run()) == "fixed"
    assert len(subject.state.fixes[0].checks) == 2


def test_a_refused_line_offers_the_rollback() -> None:
    def refused(at: float, fix: str, action: str) -> ev.Event:
        return ev.SendAnswered(at, fix, action, refusal="" if action == "rollback" else "% Invalid input")

    subject = world(answer_to_send=refused)
    assert outcome(subject.run()) == "rolled_back"


def test_nothing_sent_means_the_fix_is_offered_again() -> None:
    def failed(at: float, fix: str, action: str) -> ev.Event:
        return ev.SendFailed(at, fix, action, False, Trouble.UNREACHABLE, "no route to host")

    subject = world(answer_to_send=failed)
    until(subject, Phase.APPROVED)
    subject.perform()
    assert subject.state.phase is Phase.OFFER
    assert subject.state.fixes[0].status == "offered"


def lost(at: float, fix: str, action: str) -> ev.Event:
    return ev.SendFailed(at, fix, action, True, Trouble.TIMEOUT, "no answer")


def test_no_answer_means_unknown_and_nothing_is_sent_again() -> None:
    subject = world(answer_to_send=lost, settle="not_applied")
    until(subject, Phase.APPLYING)
    assert outcome(subject.state) == "unknown"
    assert isinstance(pending(subject.state), Settle)
    subject.run()
    assert subject.sent == [("r1", "apply")]


@pytest.mark.parametrize(
    ("statement", "healed", "expected"), [("verify", True, "fixed"), ("verify", False, "fix_failed")]
)
def test_unknown_is_ended_by_a_verify(statement: str, healed: bool, expected: str) -> None:
    subject = world(answer_to_send=lost, settle=statement, rollback=False, after_apply={"on": healed})
    assert outcome(subject.run()) == expected


def test_a_crash_between_intent_and_answer_is_unknown_after_replay() -> None:
    subject = world()
    until(subject, Phase.APPROVED)
    effect = pending(subject.state)
    assert isinstance(effect, Send)
    subject.do(ev.SendIntended(subject.tick(), effect.plan.id, "apply", effect.digest, effect.plan.commands))
    replayed = subject.engine.fold(subject.events)
    assert outcome(replayed) == "unknown"
    assert isinstance(pending(replayed), Settle)


def test_no_change_can_be_intended_without_consent() -> None:
    subject = world()
    until(subject, Phase.CONSENT)
    with pytest.raises(IllegalEvent):
        subject.do(ev.SendIntended(subject.tick(), "enable", "apply", "x", ()))


def test_a_change_in_flight_cannot_be_stepped_away_from() -> None:
    subject = world(answer_to_send=lost)
    until(subject, Phase.APPLYING)
    for event in (ev.SteppedBack(subject.tick(), 0), ev.Cancelled(subject.tick())):
        with pytest.raises(IllegalEvent):
            subject.do(event)


def test_another_fault_after_the_fix_is_a_diagnosis_not_a_success() -> None:
    subject = world(after_apply={"on": True, "next": "r2"})
    subject.records["r2"] = {"on": False, "next": ""}
    subject.decisions["fix"] = "enable"
    until(subject, Phase.VERIFY)
    subject.decisions["fix"] = "none"
    state = subject.run()
    assert outcome(state) == "diagnosed"
    assert state.conclusion is not None and state.conclusion.host == "r2"
    assert [record.status for record in state.fixes] == ["verified", "offered"]


def test_a_plan_whose_values_do_not_fit_is_refused_not_partial() -> None:
    from dataclasses import replace

    from troubleshoot.core.kinds import Platform
    from troubleshoot.core.model import Action

    tree = walk_tree()
    fix = pim_fix(apply={Platform.IOS: Action(configure=("interface <next_hop>",))})
    subject = World(Engine({"t": replace(tree, fixes={"enable": fix})}), BROKEN, fix="enable").start()
    state = subject.run()
    assert outcome(state) == "diagnosed"
    assert "has no value" in state.fixes[0].plan.refused


def test_a_temporary_fix_is_taken_back_and_leaves_the_diagnosis() -> None:
    from dataclasses import replace

    tree = walk_tree()
    tree = replace(tree, fixes={"enable": pim_fix(temporary=True)})
    decisions = {"after_apply": {"on": True}, "after_rollback": {"on": False}}
    subject = World(Engine({"t": tree}), BROKEN, fix="enable", **decisions).start()
    state = subject.run()
    assert subject.sent == [("r1", "apply"), ("r1", "rollback")]
    assert (outcome(state), state.fixes[0].status) == ("diagnosed", "rolled_back")


def test_a_declined_fix_can_be_taken_after_all() -> None:
    subject = world(apply=False, after_apply={"on": True})
    until(subject, Phase.CONSENT)
    subject.perform()
    assert (subject.state.phase, subject.state.fixes[0].status) == (Phase.OFFER, "declined")
    subject.decisions["apply"] = True
    subject.chosen.clear()
    assert outcome(subject.run()) == "fixed"
