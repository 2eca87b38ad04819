"""Lists that a walk reads and a fix sends again, line by line: saved before, restored after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.unit.core.trees import IOS, World, diagnosis, item, judge, otherwise, pim_fix, walk_tree, when
from troubleshoot.core.command_text import render_lines
from troubleshoot.core.engine import Engine
from troubleshoot.core.model import Action, Parameter, Step, Tree, Variable
from troubleshoot.core.state import FixPlan
from troubleshoot.core.values import check_value
from troubleshoot.errors import AuthorError, ValueRefused

TYPES = {"saved": "config_line", "vrf": "vrf"}
SAVED = ("neighbor 10.0.0.2 remote-as 65010", "neighbor 10.0.0.2 activate")


def test_a_line_that_is_a_list_becomes_one_line_for_each_item() -> None:
    assert render_lines("<saved>", {"saved": SAVED}, TYPES) == SAVED
    assert render_lines("<saved>", {"saved": ()}, TYPES) == ()


def test_a_list_inside_a_line_is_refused() -> None:
    with pytest.raises(AuthorError, match="list"):
        render_lines("no <saved>", {"saved": SAVED}, TYPES)


@pytest.mark.parametrize(
    "line",
    [
        "neighbor 10.0.0.2 password 7 ABC|include x",
        "end\nreload",
        "exit; reload",
        "banner motd ^C hello ^C",
        "description what?",
        'description "quoted"',
        "do reload\r",
        "!comment",
        " indented",
        "",
        "description \x1b]52;c;AAAA\x07",
        "x" * 201,
    ],
)
def test_a_line_that_could_be_more_than_one_setting_is_refused(line: str) -> None:
    with pytest.raises(ValueRefused):
        check_value("config_line", line)


def _tree(kind: str = "config_line") -> Tree:
    steps: dict[str, Step] = {
        "start": judge(
            "start",
            item("state", "show state"),
            when("state.on", "ok"),
            when("!state.on", "broken", sets={"saved": "state.lines"}),
            otherwise("ok"),
        ),
        "broken": diagnosis("broken", "enable"),
        "ok": walk_tree().steps["ok"],
    }
    fix = replace(pim_fix(), apply={IOS: Action(configure=("vrf definition A", "<saved>", "exit"))})
    parameters = {"router": Parameter("router", "host", "Which?")}
    variables = {"saved": Variable("saved", kind, many=True)}
    return Tree("t", "List", 1, "start", steps, parameters, variables, fixes={"enable": fix})


def _plan(lines: list[Any]) -> FixPlan | str:
    subject = World(Engine({"t": _tree()}), {"r1": {"on": False, "lines": lines}}).start()
    state = subject.run()
    return state.fixes[0].plan if state.fixes else state.path[-1].because


def test_a_list_read_from_a_device_is_sent_as_it_was() -> None:
    plan = _plan(list(SAVED))
    assert isinstance(plan, FixPlan)
    assert plan.commands == ("vrf definition A", *SAVED, "exit")


def test_one_hostile_item_stops_the_walk() -> None:
    assert isinstance(_plan([*SAVED, "exit | reload"]), str)
