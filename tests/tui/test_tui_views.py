"""What the screens show, from the state alone; and the services over the real rooms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.tui.support import (
    GIVEN,
    RPF_R3,
    RPF_R5,
    SMALL,
    Bench,
    ended,
    press,
    running_app,
    screen_text,
    shown,
    state_of,
    tree,
    until,
    waiting,
)
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Send
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.state import Observation, Phase, State
from troubleshoot.errors import OperatorError
from troubleshoot.session.wiring import Setup
from troubleshoot.tui import actions, views
from troubleshoot.tui.app import TroubleshootApp, finish, run_app
from troubleshoot.tui.screens.run import RunScreen, leaving_question
from troubleshoot.tui.wired import WiredServices


def walked(*texts: str) -> State:
    """The walk after these RPF answers."""
    engine = Engine({"small-trace": tree()})
    state = engine.apply(State(), ev.Started(1.0, "i", "small-trace", "", GIVEN, "lab"))
    records = {RPF_R5: {"found": True, "connected": False, "neighbor": "10.7.35.3", "at": [[0, 1, 1]]}}
    for text in texts:
        while state.phase is Phase.RESOLVE:
            name = {"10.7.35.3": "r3"}.get(state.queries[0], state.queries[0])
            state = engine.apply(state, ev.HostResolved(2.0, state.queries[0], name, Platform.IOS))
        item = state.items[0]
        record = records.get(text, {"found": False, "connected": False, "neighbor": None, "at": [[0, 1, 1]]})
        part = ev.Part(item.commands[0], text)
        state = engine.apply(state, ev.Observed(3.0, state.round, item.name, item.host, (part,), record))
    return state


def test_commands_and_host_of_what_runs_next() -> None:
    state = walked(RPF_R5, RPF_R3)
    effect = pending(state)
    assert views.commands(effect) == (("r3", "show ip pim interface"),)
    assert views.current_host(state, effect) == "r3"
    assert views.next_risk(effect) is Risk.READ
    assert [hop.name for hop in views.hops(state)] == ["r5", "r3"]
    assert [hop.mark for hop in views.hops(state)] == ["seen", "now"]


def test_the_risk_of_a_send_is_that_of_its_fix() -> None:
    state = walked(RPF_R5, RPF_R3)
    fix = replace(tree(risk=Risk.OUTAGE).fixes["enable_pim"])
    from troubleshoot.core.planning import plan_fix

    plan = plan_fix(state, state.frame, fix)
    assert views.next_risk(Send(plan, "apply", "")) is Risk.OUTAGE


def test_going_back_skips_what_was_only_computed() -> None:
    state = walked(RPF_R5)
    assert [entry.kind for entry in state.path] == ["otherwise"]
    state = walked(RPF_R5, RPF_R3)
    assert [entry.kind for entry in state.path] == ["otherwise", "hop", "judged"]
    assert views.back_target(state, None) == 2
    assert views.back_target(state, 0) == 0
    assert views.back_target(state, 1) == 2  # a hop has nothing to look at again
    assert views.back_target(State(), None) is None


def test_facts_are_flat_and_say_what_was_not_said() -> None:
    record = {"found": True, "kind": None, "list": [], "hops": [{"address": "10.0.0.1", "at": [[0, 1, 1]]}], "at": []}
    seen = Observation(4, 0.0, 1, "route", "r1", record=record)
    assert [(fact.path, fact.value) for fact in views.facts(seen)] == [
        ("found", "yes"),
        ("kind", "(not said)"),
        ("list", "(none)"),
        ("hops[0].address", "10.0.0.1"),
    ]


@pytest.mark.parametrize(("seconds", "text"), [(-1, "00:00"), (59.9, "00:59"), (61, "01:01"), (3661, "1:01:01")])
def test_elapsed(seconds: float, text: str) -> None:
    assert views.elapsed(seconds) == text


def test_every_action_has_its_method_and_no_key_is_used_twice() -> None:
    for action in actions.of(actions.RUN):
        assert hasattr(RunScreen, f"action_{action.id}"), action.id
    for screen in (actions.RUN, actions.HOME, actions.PARAMETERS, actions.FIX):
        keys = [key for action in actions.of(screen) for key in action.keys.split(",")]
        assert len(keys) == len(set(keys))
        assert not {"ctrl+a", "ctrl+b"} & set(keys)  # screen's and tmux's own


def test_the_keys_of_the_footer_fit_80_columns_in_every_situation() -> None:
    now = actions.Situation
    for situation in (
        now(waiting="collect", command=True, back=True, rivals=True, facts=True, state=True),
        now(busy=True, command=True, back=True, rivals=True, facts=True, state=True),
        now(waiting="offer", back=True, rivals=True, facts=True, state=True),
        now(ended=True, back=True, rivals=True, state=True, below=True),
    ):
        shown = [item for item in actions.of(actions.RUN) if item.footer and item.enabled(situation)]
        width = sum(len(actions.key_name(item)) + 1 + len(item.label) for item in shown) + 2 * (len(shown) - 1)
        assert width <= 78, [item.label for item in shown]


def test_leaving_says_what_is_left_behind() -> None:
    assert leaving_question(actions.Situation()) == ""
    assert "stopped" in leaving_question(actions.Situation(busy=True))
    assert "being sent" in leaving_question(actions.Situation(busy=True, sending=True))
    assert "verified" in leaving_question(actions.Situation(busy=True, fixing=True))


# --- over the real rooms ------------------------------------------------------------------------------------------

TREE = """
id: rpf-check
title: Is there an RPF route
summary: A tree for tests. It has one step.
version: 1
signatures: [no RPF here]
parameters:
  source: {type: ipv4, ask: "Which server sends it?", example: 10.7.12.4}
  router: {type: host, ask: "Which router?"}
start: look
steps:
  look:
    title: The RPF route
    why: Without one no stream is accepted.
    collect:
      rpf: {host: <router>, commands: {ios: show ip rpf <source>}}
    branches:
      - {when: rpf.found, because: There is one., go: fine}
      - {otherwise: true, because: There is none., go: none}
    unknown: inconclusive
  fine: {healthy: {title: The route is there, claims: [rpf]}}
  none: {diagnosis: {title: No RPF route on <router>, claims: [rpf], advice: [Look at the routing.]}}
"""

CAPTURES = """
hosts:
  r3:
    platform: ios
    addresses: [10.7.35.3]
    commands:
      - command: show ip rpf 10.7.12.4
        output: |
          RPF information for ? (10.7.12.4) failed, no route exists
"""


@pytest.fixture
def setup(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Setup:
    monkeypatch.setenv("TROUBLESHOOT_CONFIG_DIR", str(tmp_path / "config"))
    folder = tmp_path / "trees" / "rpf-check"
    folder.mkdir(parents=True)
    (folder / "tree.yaml").write_text(TREE)
    captures = tmp_path / "captures.yaml"
    captures.write_text(CAPTURES)
    parameters = {"source": "10.7.12.4", "router": "r3"}
    return Setup(
        "rpf-check", parameters, (tmp_path / "trees",), captures=captures, journal=tmp_path / "data" / "journal.db"
    )


async def test_captured_evidence_is_walked_and_exported(
    setup: Setup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    services = WiredServices(setup)
    assert services.unfinished() == ()
    app = TroubleshootApp(services, start="run", problem="rpf-check")
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        assert "CAPTURES" in screen_text(app)
        [open_one] = services.unfinished()
        assert open_one.id == state_of(app).incident and "r3" in open_one.note
        await press(pilot, "enter")
        await ended(pilot)
        assert "FAULT r3: No RPF route on r3" in shown(app, "#step")
        await press(pilot, "e", "down", "enter")
        await until(pilot, lambda: bool(list(tmp_path.glob("*.html"))))
        await press(pilot, "q")
        await until(pilot, lambda: not app.is_running)
    assert "No RPF route on r3" in next(tmp_path.glob("*.html")).read_text()
    assert finish(app) == 1
    assert services.unfinished() == []


def test_trees_are_found_by_their_symptom(setup: Setup) -> None:
    services = WiredServices(setup)
    assert services.find("oops, no RPF here!")[0].id == "rpf-check"
    assert "no RPF here" in services.find("no RPF here")[0].about
    assert "rpf-check" in [item.id for item in services.find("")]
    assert services.given() == {"source": "10.7.12.4", "router": "r3"}
    assert services.tree("rpf-check").title == "Is there an RPF route"


def test_host_names_come_from_the_inventory(setup: Setup, tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    folder.mkdir()
    (folder / "hosts.yaml").write_text("r9: {hostname: 10.7.0.9, platform: ios}\n")
    live = WiredServices(replace(setup, captures=None, inventory=folder))
    assert live.host_names() == ("r9",) and live.mode == "live" and live.notice() == ""
    (folder / "hosts.yaml").write_text("r9: [")
    assert live.host_names() == ()
    without = WiredServices(replace(setup, captures=None))
    assert without.host_names() == () and "troubleshoot demo" in without.notice()


def test_an_unknown_problem_is_refused_before_the_screens_start(setup: Setup) -> None:
    with pytest.raises(OperatorError, match="no tree 'absent'"):
        run_app(replace(setup, problem="absent"), start="run")


async def test_offline_fixes_are_only_shown() -> None:
    bench = Bench()
    bench.network.mode = "captures"
    bench.mode = "captures"
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "a")
        await ended(pilot)
        assert "captured evidence cannot be changed" in shown(app, "#step")
