"""The engine: walking, judging, unknown routes, hops, questions, sub-trees, going back."""

from __future__ import annotations

import pytest

from tests.unit.core.trees import World, diagnosis, healthy, item, judge, otherwise, tree, walk_tree, when
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Ask, Collect, Resolve
from troubleshoot.core.engine import Engine, IllegalEvent, pending
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import CALLED, INCONCLUSIVE, CallStep, ConclusionStep, HopStep, Parameter, Tree, Variable
from troubleshoot.core.state import Phase, State


def engine(*trees: Tree) -> Engine:
    return Engine({item.id: item for item in trees})


def test_a_healthy_walk_concludes_healthy() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": "r2"}, "r2": {"on": True, "next": ""}}).start()
    state = world.run()
    assert outcome(state) == "healthy"
    assert [(entry.step, entry.host) for entry in state.path] == [
        ("look", "r1"),
        ("go_on", "r1"),
        ("look", "r2"),
        ("ok", "r2"),
    ]


def test_a_fault_is_diagnosed_on_the_host_that_has_it_with_its_lines() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": "r2"}, "r2": {"on": False, "next": ""}}).start()
    state = world.run()
    assert outcome(state) == "diagnosed"
    assert state.conclusion is not None
    assert (state.conclusion.id, state.conclusion.host, state.conclusion.title) == ("broken", "r2", "broken on r2")
    assert [(proof.host, proof.command, proof.lines) for proof in state.conclusion.evidence] == [
        ("r2", "show state", (1,))
    ]


@pytest.mark.parametrize("trouble", ["unreachable", "auth", "parse", "refused", "timeout", "not_seen", "not_supported"])
def test_trouble_is_never_healthy_and_never_a_fault(trouble: str) -> None:
    world = World(engine(walk_tree()), {"r1": {"trouble": trouble}}).start()
    state = world.run()
    assert outcome(state) == "inconclusive"
    assert state.conclusion is not None and state.conclusion.explanation == "r1: no"
    assert not state.fixes


def test_a_missing_key_is_cannot_tell_not_false() -> None:
    world = World(engine(walk_tree()), {"r1": {"next": ""}}).start()
    assert outcome(world.run()) == "inconclusive"


def test_an_undecidable_branch_stops_the_search_for_a_later_one() -> None:
    steps = (
        judge("look", item("state", "show state"), when("state.missing", "broken"), otherwise("ok")),
        diagnosis("broken"),
        healthy(),
    )
    world = World(engine(tree(*steps)), {"r1": {"on": True}}).start()
    assert outcome(world.run()) == "inconclusive"


def test_a_host_outside_the_inventory_is_cannot_tell() -> None:
    world = World(engine(walk_tree()), {}).start()
    state = world.run()
    assert outcome(state) == "inconclusive"
    assert "not in the inventory" in state.path[-1].title or "not in the inventory" in state.path[0].because


def test_an_unknown_next_hop_is_asked_for_and_the_answer_is_used() -> None:
    records = {"r1": {"on": True, "next": "10.0.0.2"}, "r2": {"on": True, "next": ""}}
    world = World(engine(walk_tree()), records, answers={"go_on": "r2"}).start()
    assert outcome(world.run()) == "healthy"
    assert world.state.aliases["10.0.0.2"] == "r2"


def test_an_unknown_next_hop_that_nobody_knows_is_inconclusive() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": "10.0.0.2"}}).start()
    assert outcome(world.run()) == "inconclusive"


def test_a_value_from_a_device_that_does_not_fit_its_type_is_refused() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": "r2 | redirect flash:x"}}).start()
    state = world.run()
    assert outcome(state) == "inconclusive"
    assert "(from state.next of `show state` on host r1)" in state.path[0].because


def test_a_circle_takes_the_visited_route_and_ends() -> None:
    records = {"r1": {"on": True, "next": "r2"}, "r2": {"on": True, "next": "r1"}}
    world = World(engine(walk_tree()), records, answers={"circle": "yes"}).start()
    assert outcome(world.run()) == "healthy"
    assert [entry.step for entry in world.state.path][-2] == "circle"


def test_a_loop_without_a_bound_is_ended_by_the_engine() -> None:
    steps = (judge("a", None, otherwise("b")), judge("b", None, otherwise("a")))
    world = World(engine(tree(*steps)), {}).start()
    state = world.run()
    assert outcome(state) == "error"
    assert state.conclusion is not None and "too often" in state.conclusion.explanation


def test_effects_are_derived_from_the_state_alone() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": ""}}).start()
    assert pending(world.state) == Resolve(("r1",))
    world.perform()
    effect = pending(world.state)
    assert isinstance(effect, Collect)
    assert [(wanted.host, wanted.commands) for wanted in effect.items] == [("r1", ("show state",))]


def test_an_event_out_of_place_is_refused() -> None:
    with pytest.raises(IllegalEvent):
        engine(walk_tree()).apply(State(), ev.Waited(1.0, 1))


def test_two_samples_are_both_available() -> None:
    steps = (
        judge(
            "count",
            item("state", "show state"),
            when("state.n > state_first.n", "ok"),
            otherwise("broken"),
            samples=2,
            every=3.0,
        ),
        diagnosis("broken"),
        healthy(),
    )
    world = World(engine(tree(*steps)), {"r1": {"n": 1}}).start()
    for _ in range(2):
        world.perform()
    assert world.state.phase is Phase.WAIT
    world.records["r1"]["n"] = 2
    assert outcome(world.run()) == "healthy"


def test_many_hosts_give_a_list_and_one_in_trouble_leaves_it_unknown() -> None:
    steps = (
        judge("all", item("state", "show state", "pe"), when("state.all(s, s.on)", "ok"), otherwise("ok2")),
        healthy(),
        healthy("ok2"),
    )
    many = tree(*steps, parameters={"pe": Parameter("pe", "host", many=True)})
    good = World(engine(many), {"r1": {"on": True}, "r2": {"on": True}}).start(pe=("r1", "r2"))
    assert good.run().conclusion is not None and outcome(good.state) == "healthy"
    bad = World(engine(many), {"r1": {"on": True}, "r2": {"trouble": "timeout"}}).start(pe=("r1", "r2"))
    assert outcome(bad.run()) == "inconclusive"


def caller(go: str) -> Tree:
    call = CallStep(
        "call",
        "ask another tree",
        "t",
        {"router": "router"},
        "sub",
        (when("sub.outcome == 'healthy'", "ok"), otherwise(go)),
        INCONCLUSIVE,
    )
    return tree(call, healthy(), diagnosis("other"), tree_id="outer")


def test_a_sub_tree_returns_its_result() -> None:
    world = World(engine(walk_tree(), caller("other")), {"r1": {"on": False, "next": ""}}).start("outer", router="r1")
    assert world.run().conclusion is not None
    assert world.state.conclusion is not None and world.state.conclusion.id == "other"
    assert len(world.state.frames) == 1


def test_the_conclusion_of_a_sub_tree_can_be_adopted_with_its_fixes() -> None:
    world = World(engine(walk_tree(), caller(CALLED)), {"r1": {"on": False, "next": ""}}).start("outer", router="r1")
    state = world.run()
    assert state.conclusion is not None and state.conclusion.id == "broken"
    assert [record.plan.id for record in state.fixes] == ["enable"]


def test_stepping_back_judges_anew_on_fresh_observations() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": False, "next": ""}}).start()
    world.run()
    assert outcome(world.state) == "diagnosed"
    world.records["r1"]["on"] = True
    world.do(ev.SteppedBack(world.tick(), 0))
    assert world.state.phase is Phase.COLLECT and not world.state.path
    assert outcome(world.run()) == "healthy"


def test_a_person_can_take_another_branch_with_a_reason() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": ""}}).start()
    world.run()
    world.do(ev.Overridden(world.tick(), 0, "broken", "I know better"))
    state = world.run()
    assert state.conclusion is not None and state.conclusion.id == "broken"
    assert (state.path[0].kind, state.path[0].because) == ("overridden", "I know better")


def test_a_note_is_kept_with_its_place() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": ""}}).start()
    world.run()
    world.do(ev.NoteAdded(world.tick(), "called the carrier", "me"))
    assert [(note.text, note.after) for note in world.state.notes] == [("called the carrier", 2)]


def test_why_the_rivals_were_not_taken_is_told() -> None:
    world = World(engine(walk_tree()), {"r1": {"on": True, "next": ""}}).start()
    judged = world.run().path[0].judged
    assert [(rival.go, rival.verdict) for rival in judged] == [("broken", False), ("go_on", False), ("ok", True)]


def test_facts_are_evaluated_when_a_condition_asks() -> None:
    steps = (
        judge("look", item("state", "show state"), when("off", "broken"), otherwise("ok")),
        diagnosis("broken"),
        healthy(),
    )
    world = World(engine(tree(*steps, facts={"off": "!state.on"})), {"r1": {"on": False}}).start()
    assert outcome(world.run()) == "diagnosed"
    assert world.state.conclusion is not None and world.state.conclusion.evidence[0].lines == (1,)


def test_ask_effect_carries_the_type_of_a_free_answer() -> None:
    records = {"r1": {"on": True, "next": "r2"}, "r2": {"on": True, "next": "r1"}}
    world = World(engine(walk_tree()), records).start()
    while not isinstance(pending(world.state), Ask):
        world.perform()
    effect = pending(world.state)
    assert isinstance(effect, Ask) and effect.type == "word"


def test_an_older_observation_never_stands_in_for_one_in_trouble() -> None:
    steps = (
        judge("first", item("state", "show state"), otherwise("again")),
        judge("again", item("state", "show state"), when("state.on", "ok"), otherwise("broken"), samples=2, every=1.0),
        diagnosis("broken"),
        healthy(),
    )
    world = World(engine(tree(*steps)), {"r1": {"on": True}}).start()
    while world.state.frame.step != "again":
        world.perform()
    world.records["r1"]["trouble"] = "unreachable"
    assert outcome(world.run()) == "inconclusive"


def test_because_sees_what_its_branch_sets() -> None:
    steps = (
        judge(
            "look",
            item("state", "show state"),
            when("state.on", "ok", "it is <word>", sets={"word": "'here'"}),
            otherwise("ok"),
        ),
        healthy(),
    )
    world = World(engine(tree(*steps, variables={"word": Variable("word", "word")})), {"r1": {"on": True}}).start()
    assert world.run().path[0].because == "it is here"


def test_the_first_of_three_samples_stays_the_first() -> None:
    steps = (
        judge(
            "count",
            item("state", "show state"),
            when("state.n - state_first.n == 2", "ok"),
            otherwise("broken"),
            samples=3,
            every=1.0,
        ),
        diagnosis("broken"),
        healthy(),
    )
    world = World(engine(tree(*steps)), {"r1": {"n": 0}}).start()
    while not world.state.conclusion:
        if world.state.phase is Phase.WAIT:
            world.records["r1"]["n"] += 1
        world.perform()
    assert outcome(world.state) == "healthy"


def test_a_conclusion_cites_the_deciding_lines_of_earlier_steps_on_other_hosts() -> None:
    wrong = ConclusionStep("wrong", "diagnosis", "wrong", host="router", proven_by=("first",))
    move = HopStep("move", "go on", "router", "state.next", "second", "inconclusive", "inconclusive")
    steps = (
        judge("first", item("state", "show state"), when("state.on", "move"), otherwise("inconclusive")),
        move,
        judge("second", item("state", "show state"), when("!state.on", "wrong"), otherwise("inconclusive")),
        wrong,
    )
    world = World(engine(tree(*steps)), {"r1": {"on": True, "next": "r2"}, "r2": {"on": False, "next": ""}}).start()
    found = world.run().conclusion
    assert found is not None
    assert [proof.host for proof in found.evidence] == ["r1", "r2"]


def test_of_several_hosts_the_lines_that_a_nested_quantifier_matched_are_the_proof() -> None:
    bad = ConclusionStep("bad", "diagnosis", "bad", host="router", cites=("state.filter(s, s.rows.exists(r, !r.up))",))
    look = judge(
        "look",
        item("state", "show state", "routers"),
        when("state.exists(s, s.rows.exists(r, !r.up))", "bad"),
        otherwise("inconclusive"),
    )
    rows = [{"up": True, "at": [[0, 1, 1]]}, {"up": False, "at": [[0, 2, 2]]}]
    records = {"r1": {"rows": rows[:1], "at": [[0, 1, 2]]}, "r2": {"rows": rows, "at": [[0, 1, 2]]}}
    parameters = {"routers": Parameter("routers", "host", many=True)}
    world = World(engine(tree(look, bad, parameters=parameters)), records)
    state = world.start(routers=("r1", "r2")).run()
    assert [(state.observations[cite.observation].host, cite.first) for cite in state.path[0].cites] == [("r2", 2)]
    assert state.conclusion is not None
    assert [proof.host for proof in state.conclusion.evidence] == ["r2"]
