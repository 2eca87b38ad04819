"""Replaying the events of any incident gives the identical state and effects, on generated trees and events."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.core.trees import World, diagnosis, healthy, item, judge, otherwise, pim_fix, tree, when
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import AskStep, HopStep, Step, Tree, Variable
from troubleshoot.core.state import Phase

HOSTS = ("r1", "r2", "r3")
ENDS = ("ok", "broken", "inconclusive")


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Trees of judging, asking and hopping steps with arbitrary targets, loops included."""
    count = draw(st.integers(1, 5))
    names = [f"s{number}" for number in range(count)]
    target = st.sampled_from([*names, *ENDS])
    steps: list[Step] = [_step(draw, name, target) for name in names]
    variables = {"next_hop": Variable("next_hop", "host"), "word": Variable("word", "word")}
    return tree(*steps, diagnosis("broken", "enable"), healthy(), fixes=(pim_fix(),), variables=variables)


def _step(draw: st.DrawFn, name: str, target: st.SearchStrategy[str]) -> Step:
    kind = draw(st.sampled_from(["judge", "judge", "hop", "ask"]))
    if kind == "hop":
        return HopStep(name, "w", "router", "state.next", draw(target), draw(target), draw(target))
    if kind == "ask":
        return AskStep(name, "w", "what?", draw(target), variable="word", go=draw(target))
    branches = [
        when(draw(st.sampled_from(["state.on", "state.n > 1", "state.missing", "!state.on"])), draw(target))
        for _ in range(draw(st.integers(0, 3)))
    ]
    samples = draw(st.integers(1, 2))
    return judge(name, item("state", "show state"), *branches, otherwise(draw(target)), samples=samples, every=1.0)


records = st.fixed_dictionaries(
    {
        host: st.fixed_dictionaries(
            {"on": st.booleans(), "n": st.integers(0, 3), "next": st.sampled_from([*HOSTS, "10.9.9.9", "x y", ""])},
            optional={"trouble": st.sampled_from(["timeout", "parse", "auth"])},
        )
        for host in HOSTS
    }
)
decisions = st.fixed_dictionaries(
    {
        "fix": st.sampled_from(["enable", "none"]),
        "apply": st.booleans(),
        "rollback": st.booleans(),
        "after_apply": st.fixed_dictionaries({"on": st.booleans()}),
    }
)


@settings(max_examples=150, deadline=None)
@given(trees(), records, decisions, st.data())
def test_a_replayed_journal_gives_the_identical_state_and_effects(
    generated: Tree, world_records: dict[str, Any], decided: dict[str, Any], data: st.DataObject
) -> None:
    subject = World(Engine({"t": generated}), world_records, **decided).start()
    for _ in range(60):
        if subject.state.phase is Phase.ENDED:
            break
        subject.perform()
    if subject.state.path and subject.engine.legal(subject.state, ev.SteppedBack):
        subject.do(ev.SteppedBack(subject.tick(), data.draw(st.integers(0, len(subject.state.path) - 1))))
        subject.run(30)
    stored = [json.loads(json.dumps(ev.to_plain(event))) for event in subject.events]
    cut = data.draw(st.integers(1, len(stored)))
    half = subject.engine.fold(ev.from_plain(plain) for plain in stored[:cut])
    replayed = subject.engine.fold((ev.from_plain(plain) for plain in stored[cut:]), half)
    assert replayed == subject.state
    assert pending(replayed) == pending(subject.state)


@settings(max_examples=150, deadline=None)
@given(trees(), records, decisions)
def test_any_walk_ends_and_trouble_never_becomes_a_fix(
    generated: Tree, world_records: dict[str, Any], decided: dict[str, Any]
) -> None:
    subject = World(Engine({"t": generated}), world_records, **decided).start()
    state = subject.run(600)
    assert state.phase is Phase.ENDED
    sent_to = {host for host, action in subject.sent}
    assert not any("trouble" in world_records[host] for host in sent_to)
    if outcome(state) in ("fixed", "rolled_back", "fix_failed"):
        assert subject.sent
    assert len([action for _, action in subject.sent if action == "apply"]) <= len(state.fixes)
