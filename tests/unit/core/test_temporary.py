"""A test on a device is always taken back: at its end, when it fails, when a person leaves, after a crash."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.core.trees import World, diagnosis, healthy, item, judge, otherwise, pim_fix, tree, when
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Collect, Send, Wait
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import Watch
from troubleshoot.core.state import Phase

WATCH = Watch((item("log", "show log trace"),), within=10.0, every=2.0)


def world(watch: Watch | None = WATCH, recheck: float = 0.0, **decisions: Any) -> World:
    look = judge("look", item("state", "show state"), when("!state.on", "broken"), otherwise("ok"))
    fix = pim_fix(temporary=True, watch=watch, recheck=recheck, recheck_every=1.0)
    trees = {"t": tree(look, diagnosis("broken", "enable", cites=("state",)), healthy(), fixes=(fix,))}
    given = {"after_apply": {"on": True}, "after_rollback": {"on": False}, **decisions}
    return World(Engine(trees), {"r1": {"on": False}}, fix="enable", **given).start()


def until(subject: World, phase: Phase) -> None:
    for _ in range(200):
        if subject.state.phase is phase:
            return
        subject.perform()
    raise AssertionError(f"never reached {phase}; is in {subject.state.phase}")


def actions(subject: World) -> list[str]:
    return [action for _, action in subject.sent]


def test_it_is_watched_and_taken_back_without_asking_again() -> None:
    subject = world()
    until(subject, Phase.WATCH)
    effect = pending(subject.state)
    assert isinstance(effect, Collect) and effect.purpose == "watch"
    until(subject, Phase.WATCH_WAIT)
    wait = pending(subject.state)
    assert isinstance(wait, Wait) and wait.seconds == 2.0
    state = subject.run()
    assert actions(subject) == ["apply", "rollback"]
    assert not [event for event in subject.events if isinstance(event, ev.Approved) and event.action == "rollback"]
    assert (state.fixes[0].status, outcome(state)) == ("rolled_back", "diagnosed")
    looks = [seen for seen in state.observations if seen.name == "log"]
    assert 3 <= len(looks) <= 6


@pytest.mark.parametrize("phase", [Phase.VERIFY, Phase.WATCH, Phase.WATCH_WAIT])
def test_leaving_takes_it_back(phase: Phase) -> None:
    subject = world()
    until(subject, phase)
    subject.do(ev.TestEnded(subject.tick(), "enable", "interrupted"))
    assert isinstance(pending(subject.state), Send)
    state = subject.run()
    assert (actions(subject), state.fixes[0].status) == (["apply", "rollback"], "rolled_back")


@pytest.mark.parametrize("phase", [Phase.VERIFY, Phase.WATCH_WAIT])
def test_aborting_takes_it_back(phase: Phase) -> None:
    subject = world()
    until(subject, phase)
    subject.do(ev.Cancelled(subject.tick(), "enough"))
    state = subject.run()
    assert (actions(subject), state.fixes[0].status) == (["apply", "rollback"], "rolled_back")
    assert outcome(state) == "aborted"


def test_a_test_that_does_not_work_is_taken_back_too() -> None:
    subject = world(after_apply={})
    state = subject.run()
    assert (actions(subject), state.fixes[0].status) == (["apply", "rollback"], "rolled_back")


def test_a_refused_line_takes_back_what_was_accepted() -> None:
    def answer(at: float, fix: str, action: str) -> ev.Event:
        return ev.SendAnswered(at, fix, action, refusal="% bad" if action == "apply" else "")

    subject = world(answer_to_send=answer, after_apply={})
    assert actions(subject) == [] and subject.run().fixes[0].status == "rolled_back"
    assert actions(subject) == ["apply", "rollback"]


@pytest.mark.parametrize("phase", [Phase.VERIFY, Phase.WATCH, Phase.ROLLBACK_APPROVED])
def test_after_a_crash_the_removal_comes_first(phase: Phase) -> None:
    subject = world()
    until(subject, phase)
    subject.do(ev.Resumed(subject.tick()))
    effect = pending(subject.state)
    assert isinstance(effect, Send) and effect.action == "rollback"
    removed = subject.run()
    assert removed.fixes[0].status == "rolled_back"
    assert actions(subject) == ["apply", "rollback"]


def test_after_the_removal_the_tree_is_walked_again() -> None:
    subject = world(recheck=5.0)
    state = subject.run()
    assert state.recheck is not None and len(state.diagnoses) >= 2
    assert actions(subject) == ["apply", "rollback"]
