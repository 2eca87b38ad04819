"""Trees are read into the model, and what is wrong is told with its place."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.trees.tree_texts import GOOD, changed
from troubleshoot.core.kinds import Platform, Risk
from troubleshoot.core.model import AskStep, CollectStep, ConclusionStep, HopStep, Tree
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.trees.load import load_text, load_tree


def refused(text: str) -> str:
    with pytest.raises(AuthorError) as caught:
        load_text(text, "t.yaml")
    return caught.value.message


def line_of(fragment: str) -> int:
    return GOOD[: GOOD.index(fragment)].count("\n") + 1


def test_a_good_tree_becomes_the_model() -> None:
    tree = load_text(GOOD)
    assert isinstance(tree, Tree)
    assert (tree.id, tree.version, tree.start) == ("rpf-check", 3, "state")
    assert tree.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()
    assert tree.signatures == ("RPF nbr 0.0.0.0", "0x80338029")
    assert tree.parameters["vrf"].required is False
    assert tree.parameters["peers"].many is True
    assert {name: item.type for name, item in tree.variables.items()} == {"interface": "interface", "rp": "ip"}


def test_steps_become_their_kinds() -> None:
    steps = load_text(GOOD).steps
    state, pim, following, end = steps["state"], steps["pim"], steps["next"], steps["pim_missing"]
    assert isinstance(state, CollectStep)
    mroute, routes = state.collect
    assert mroute.host == "router"
    assert mroute.parse == "mroute"
    assert mroute.timeout == 30.0
    assert mroute.commands[Platform.FRR] == ("show ip mroute <group> <source> json",)
    assert routes.parse == "route"
    assert routes.timeout == 90.0
    assert state.branches[0].sets.keys() == {"interface"}
    assert state.branches[1].when is None
    assert isinstance(pim, CollectStep)
    assert (pim.samples, pim.every, pim.at_most) == (2, 0.5, 2)
    assert pim.collect[0].commands == {Platform.IOS: ("show ip pim interface",)}
    assert isinstance(following, HopStep)
    assert following.max_hops == 8
    assert isinstance(steps["ask_rp"], AskStep)
    assert isinstance(end, ConclusionStep)
    assert (end.verdict, end.host, end.fixes) == ("diagnosis", "router", ("enable_pim",))


def test_fixes_become_the_model() -> None:
    fix = load_text(GOOD).fixes["enable_pim"]
    assert fix.risk is Risk.CHANGE
    assert fix.apply[Platform.IOS].configure == ("interface <interface>", "ip pim sparse-mode")
    assert (fix.verify.within, fix.verify.every, fix.recheck, fix.recheck_every) == (60.0, 5.0, 120.0, 10.0)


@pytest.mark.parametrize(
    ("old", "new", "at", "told"),
    [
        ("version: 3", "version: three", "version:", "version: 'three' is not a whole number"),
        ("version: 3", "version: 0", "version:", "must be at least 1"),
        ("summary: The", "sumary: The", "summary:", "unknown key 'sumary'; did you mean 'summary'?"),
        ("otherwise: true, because: fine", "otherwise: no, because: fine", "{otherwise", "write true or false"),
        ("{otherwise: true, because: fine", "{because: fine", "{otherwise", "either `when` or `otherwise: true`"),
        ("    unknown: ask_output\n", "", "  state:\n", "steps.state: the key 'unknown' is missing"),
        ("why: PIM has to run there.", "why:", "why: PIM", "steps.pim.why: nothing is written here"),
        ("timeout: 1.5m", "timeout: 90", "timeout:", "'90' is not a duration such as 500ms, 30s or 2m"),
        ("timeout: 1.5m", "timeout: 25h", "timeout:", "is not between 1ms and 24h"),
        ("timeout: 1.5m", "timeout: 0s", "timeout:", "is not between"),
        ("host: <peers>", "host: peers", "host: <peers>", "is not one parameter or variable in angle brackets"),
        ("risk: change", "risk: chnge", "risk:", "unknown risk 'chnge'; did you mean 'change'?"),
        ("type: vrf,", "type: vfr,", "  vrf: {type", "unknown type 'vfr'; did you mean 'vrf'?"),
        ("        commands: {ios: show ip route <source>}", "        commands: {ois: x}", "        commands: {ios: show ip route", "unknown platform 'ois'; did you mean 'ios'?"),
        ("collect: [pim_interfaces]\n    samples", "collect: [pim_interface]\n    samples", "collect: [pim", "there is no observation 'pim_interface'; did you mean 'pim_interfaces'?"),
        ("{configure: [interface <interface>, ip pim sparse-mode]}", "{}", "    apply:", "write one of `configure`, `execute` and `detached`"),
        ("    apply: {ios: {configure: [interface <interface>, ip pim sparse-mode]}}", "    apply: {}", "    apply:", "at least one"),
        ("claims: [mroute]", "claims: mroute", "  fine:", "a list is expected here"),
        ("id: rpf-check", "id: RPF_check", "id:", "is not a tree id"),
        ("  ask_rp:\n", "  Ask-RP:\n", "  ask_rp:\n", "is not a name"),
        ("title: State of <group>", 'title: "a\\x1b[31mb"', "title: State", "control character U+001B is not allowed"),
        ("go: next}", "go: next, go: fine}", "{otherwise", "duplicate key 'go'"),
        ("why: The RP decides.", "why: &a The RP decides.", "why: The RP", "anchor &a is not allowed"),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_line(old: str, new: str, at: str, told: str) -> None:
    message = refused(changed(old, new))
    assert told in message
    assert message.startswith(f"t.yaml:{line_of(at)}:"), message


def test_several_mistakes_are_told_in_the_order_of_the_file() -> None:
    text = changed("risk: change", "risk: none", changed("version: 3", "version: x"))
    lines = refused(text).splitlines()
    assert len(lines) == 2
    assert "version" in lines[0]
    assert "risk" in lines[1]


def test_many_mistakes_end_in_a_short_list() -> None:
    text = "".join(f"k{number}: 1\n" for number in range(10)) + "steps:\n"
    text += "".join(f"  s{number}: {{why: }}\n" for number in range(100))
    assert len(refused(text).splitlines()) <= 20


def test_a_place_is_that_of_the_key() -> None:
    tree = load_text(GOOD, "t.yaml")
    assert tree.place(("fixes", "enable_pim", "verify", "when")) == f"t.yaml:{line_of('      when: pim_i')}:7"
    assert tree.place(("steps", "state", "branches", 1)) == f"t.yaml:{line_of('{otherwise')}:9"
    assert tree.place(("nowhere",)) == "t.yaml:2:1"
    shared = tree.place(("steps", "pim", "collect", "pim_interfaces", "host"))
    assert shared == f"t.yaml:{line_of('    host: <router>')}:5"


def test_the_id_has_to_be_the_folder(tmp_path: Path) -> None:
    for folder in ("rpf-check", "other"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tree.yaml").write_text(GOOD, encoding="utf-8")
    assert load_tree(tmp_path / "rpf-check" / "tree.yaml").id == "rpf-check"
    with pytest.raises(AuthorError, match=r"tree\.yaml:2:1: id: the tree is 'rpf-check' but its folder is 'other'"):
        load_tree(tmp_path / "other" / "tree.yaml")
    with pytest.raises(OperatorError, match="cannot be read"):
        load_tree(tmp_path / "none" / "tree.yaml")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
@example("[a]")
@example("")
@example("\ud800")
@example("a: \x07")
def test_arbitrary_text_is_an_author_error(text: str) -> None:
    with pytest.raises(AuthorError):
        load_text(text)


_NODES = st.recursive(
    st.sampled_from(["x", "<router>", "30s", "true", "", "ios", "1"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["why", "ask", "a", "ios"]), inner),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(line=st.integers(0, GOOD.count("\n") - 1), node=_NODES)
def test_a_damaged_tree_is_read_or_an_author_error(line: int, node: object) -> None:
    lines = GOOD.splitlines()
    key, colon, _ = lines[line].partition(":")
    lines[line] = f"{key}{colon} {node!r}" if colon else f"{lines[line]} {node!r}"
    try:
        load_text("\n".join(lines))
    except AuthorError as error:
        assert error.message.startswith("<text>:")


@pytest.mark.parametrize(
    "text",
    ["a: " + "[" * 5000, "x" * 300_000, "steps: {" + ", ".join(f"s{n}: {{why: }}" for n in range(5000)) + "}"],
)
def test_hostile_files_end_soon(text: str) -> None:
    begin = time.perf_counter()
    refused(text)
    assert time.perf_counter() - begin < 4  # twice the promise: the machine is shared
