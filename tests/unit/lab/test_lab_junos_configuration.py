"""The candidate configuration of a simulated Junos router: statements, sessions, commits. Laws that others rely on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from troubleshoot.lab.junos.config import Config, Refused, compare
from troubleshoot.lab.junos.database import KEPT, Commit, Database, Editor, Way

BASE = [
    "set system host-name mx1",
    "set interfaces ge-0/0/1 unit 0 family inet address 10.0.12.1/24",
    'set snmp location "Hall 4"',
    "set snmp community lab-ro authorization read-only clients 192.0.2.0/24",
    "set protocols ospf area 0.0.0.0 interface lo0.0 passive",
    "set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 hello-interval 30",
]
LINES = [
    *BASE,
    "set protocols ospf traceoptions file f size 1m files 3",
    "set protocols ospf traceoptions file g",
    "set protocols ospf traceoptions flag hello detail",
    "set protocols ospf traceoptions flag error",
    "set routing-instances RED protocols pim interface ge-0/0/2.0 mode sparse",
    "delete protocols ospf traceoptions",
    "delete protocols ospf",
    "delete snmp location",
    "delete protocols ospf area 0.0.0.0 interface ge-0/0/1.0 hello-interval",
    "deactivate protocols ospf traceoptions",
    "activate protocols ospf traceoptions",
    "deactivate snmp",
]


# --- statements ---------------------------------------------------------------------------------------------------


def test_the_lines_of_a_configuration_make_it_again() -> None:
    config = Config.of(BASE)
    assert config.lines() == [
        "set system host-name mx1",
        "set interfaces ge-0/0/1 unit 0 family inet address 10.0.12.1/24",
        'set snmp location "Hall 4"',
        "set snmp community lab-ro authorization read-only",
        "set snmp community lab-ro clients 192.0.2.0/24",
        "set protocols ospf area 0.0.0.0 interface lo0.0 passive",
        "set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 hello-interval 30",
    ]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=25))
def test_any_sequence_of_lines_can_be_typed_again(lines: list[str]) -> None:
    config = Config.of(lines)
    assert Config.of(config.lines()) == config
    assert compare(config, config.copy()) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12), st.sampled_from(LINES[6:10]))
def test_setting_and_deleting_a_trace_restores_what_was_there(lines: list[str], line: str) -> None:
    before = Config.of([*BASE, *lines, "delete protocols ospf traceoptions"])
    after = before.copy()
    after.apply(line)
    assert after != before
    after.apply("delete protocols ospf traceoptions")
    assert after == before


def test_values_are_replaced_and_lists_grow() -> None:
    config = Config.of(["set system host-name a", "set system host-name b", "set protocols ospf export x"])
    config.apply("set protocols ospf export y")
    assert config.lines() == ["set system host-name b", "set protocols ospf export x", "set protocols ospf export y"]
    config = Config.of(["set snmp traceoptions file a size 1m files 3", "set snmp traceoptions file b"])
    assert config.lines() == [
        "set snmp traceoptions file b",
        "set snmp traceoptions file size 1m",
        "set snmp traceoptions file files 3",
    ]


def test_braces() -> None:
    config = Config.of([*BASE[4:], "set protocols ospf traceoptions file f size 1m files 3"])
    config.apply("set protocols ospf traceoptions flag hello detail")
    config.apply("deactivate protocols ospf traceoptions flag hello")
    assert config.shown() == [
        "protocols {",
        "    ospf {",
        "        traceoptions {",
        "            file f size 1m files 3;",
        "            inactive: flag hello detail;",
        "        }",
        "        area 0.0.0.0 {",
        "            interface lo0.0 {",
        "                passive;",
        "            }",
        "            interface ge-0/0/1.0 {",
        "                hello-interval 30;",
        "            }",
        "        }",
        "    }",
        "}",
    ]


def test_compare_names_the_place_of_each_change() -> None:
    old = Config.of(BASE)
    new = old.copy()
    for line in ("set protocols ospf traceoptions file f", "delete snmp location", "deactivate snmp community lab-ro"):
        new.apply(line)
    assert compare(new, old) == [
        "[edit snmp]",
        '-    location "Hall 4";',
        "!    inactive: community lab-ro { ... }",
        "[edit protocols ospf]",
        "+    traceoptions {",
        "+        file f;",
        "+    }",
    ]


@pytest.mark.parametrize(
    ("line", "message", "column"),
    [
        ("set protocls ospf", "syntax error.", 0),
        ("set protocols ospf traceoptions flag hallo", "invalid value 'hallo'.", 33),
        ("set system host-name", "missing argument.", 17),
        ("set interfaces ge-0/0/1 unit 0 family inet address 10.0.0.1", "invalid value '10.0.0.1'.", 47),
        ("frob system", "unknown command.", 0),
        ('set snmp location "Hall', "syntax error.", 23),
    ],
)
def test_what_junos_does_not_know_is_refused(line: str, message: str, column: int) -> None:
    config = Config.of(BASE)
    with pytest.raises(Refused) as refused:
        config.apply(line)
    assert (refused.value.message, refused.value.column) == (message, column)
    assert config == Config.of(BASE)


def test_keywords_may_be_abbreviated_and_what_is_not_there_is_remarked() -> None:
    config = Config()
    config.apply("set prot osp traceopt file f")
    assert config.lines() == ["set protocols ospf traceoptions file f"]
    assert config.apply("delete protocols rip") == "warning: statement not found"
    assert config.apply("deactivate protocols rip") == "warning: statement not found"


# --- the database -------------------------------------------------------------------------------------------------


class Bench:
    """A database with a clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.logged: list[str] = []
        start = [Commit(0.0, "root", "other", Config.of(BASE))]
        self.database = Database(lambda: self.now, lambda _, message: self.logged.append(message), start)
        self.changes: list[float] = []
        self.database.before_change = self.changes.append
        self._pids: Iterator[int] = iter(range(100, 999))

    def enter(self, user: str = "us", way: Way = Way.EXCLUSIVE) -> Editor:
        editor = Editor(user, "pts/0", next(self._pids), self.now, way)
        self.database.enter(editor)
        return editor

    @property
    def active(self) -> list[str]:
        return self.database.active.lines()


TRACE = "set protocols ospf traceoptions file f"
THEIRS = "set system host-name other"


def test_exclusive_is_refused_while_somebody_holds_it() -> None:
    bench = Bench()
    holder = bench.enter("jdoe")
    for way in (Way.EXCLUSIVE, Way.PRIVATE):
        with pytest.raises(Refused, match=r"(?s)locked by:\n  jdoe terminal pts/0 .*exclusive \[edit\]"):
            bench.enter(way=way)
    shared = bench.enter(way=Way.SHARED)
    with pytest.raises(Refused, match="locked by"):
        bench.database.apply(shared, TRACE)
    with pytest.raises(Refused, match="locked by"):
        bench.database.commit(shared)
    bench.database.leave(holder)
    bench.database.apply(shared, TRACE)


@pytest.mark.parametrize("way", [Way.EXCLUSIVE, Way.PRIVATE])
def test_exclusive_is_refused_while_changes_wait(way: Way) -> None:
    bench = Bench()
    bench.database.apply(bench.enter("jdoe", Way.SHARED), THEIRS)
    with pytest.raises(Refused, match="configuration database modified"):
        bench.enter(way=way)


def test_exclusive_is_granted_beside_somebody_who_changed_nothing() -> None:
    bench = Bench()
    bench.enter("jdoe", Way.SHARED)
    bench.database.apply(bench.enter(), TRACE)


def test_a_shared_candidate_is_committed_by_whoever_commits() -> None:
    bench = Bench()
    bench.database.apply(bench.enter("jdoe", Way.SHARED), THEIRS)
    ours = bench.enter(way=Way.SHARED)
    bench.database.apply(ours, TRACE)
    bench.database.commit(ours)
    assert {TRACE, THEIRS} <= set(bench.active)


@pytest.mark.parametrize("way", [Way.EXCLUSIVE, Way.PRIVATE])
def test_what_was_not_committed_is_lost_with_the_session(way: Way) -> None:
    bench = Bench()
    editor = bench.enter(way=way)
    bench.database.apply(editor, TRACE)
    bench.database.leave(editor)
    assert not bench.database.modified and TRACE not in bench.active
    bench.enter()


def test_a_shared_change_outlives_its_session() -> None:
    bench = Bench()
    editor = bench.enter(way=Way.SHARED)
    bench.database.apply(editor, TRACE)
    bench.database.leave(editor)
    assert bench.database.modified


def test_private_changes_are_seen_by_nobody_until_they_are_committed() -> None:
    bench = Bench()
    editor = bench.enter(way=Way.PRIVATE)
    bench.database.apply(editor, TRACE)
    assert not bench.database.modified and bench.database.changed(editor)
    bench.database.commit(editor)
    assert TRACE in bench.active and not bench.database.modified


def committed(bench: Bench, minutes: int = 5) -> None:
    editor = bench.enter()
    bench.database.apply(editor, TRACE)
    said = bench.database.commit(editor, confirmed=minutes)
    assert said.startswith(f"commit confirmed will be automatically rolled back in {minutes} minutes")
    bench.database.leave(editor)


def test_nobody_confirms_and_the_router_takes_it_back() -> None:
    bench = Bench()
    committed(bench)
    bench.now += 299
    bench.database.tick()
    assert TRACE in bench.active
    bench.now += 2
    bench.database.tick()
    assert TRACE not in bench.active and bench.database.pending is None and not bench.database.modified
    newest = bench.database.commits[0]
    assert (newest.user, newest.method, newest.time) == ("root", "other", 1300.0)
    assert "UI_COMMIT_NOT_CONFIRMED" in bench.logged[-1]


@pytest.mark.parametrize("how", ["commit", "check"])
def test_a_commit_or_a_check_confirms(how: str) -> None:
    bench = Bench()
    committed(bench)
    editor = bench.enter("jdoe", Way.SHARED)
    bench.database.commit(editor) if how == "commit" else bench.database.check(editor)
    bench.now += 1000
    bench.database.tick()
    assert TRACE in bench.active


def test_the_router_takes_it_back_although_somebody_edits() -> None:
    bench = Bench()
    committed(bench)
    editor = bench.enter("jdoe", Way.SHARED)
    bench.database.apply(editor, THEIRS)
    bench.now += 301
    bench.database.tick()
    assert TRACE not in bench.active and THEIRS not in bench.active
    assert THEIRS in bench.database.candidate.lines()


def test_a_commit_that_is_refused_changes_nothing() -> None:
    bench = Bench()
    editor = bench.enter()
    for line in ("set protocols bgp group EXT type external", "set protocols bgp group EXT neighbor 10.0.0.2"):
        bench.database.apply(editor, line)
    for act in (bench.database.check, bench.database.commit):
        with pytest.raises(Refused, match=r"(?s)peer AS number must be configured.*error: configuration check-out"):
            act(editor)
    assert bench.active == Config.of(BASE).lines() and len(bench.database.commits) == 1
    assert bench.database.rollback(editor, 0) == "load complete" and not bench.database.modified


def test_rollback_and_the_number_of_kept_configurations() -> None:
    bench = Bench()
    editor = bench.enter()
    for number in range(KEPT + 3):
        bench.database.apply(editor, f"set system host-name r{number}")
        bench.database.commit(editor)
    assert len(bench.database.commits) == KEPT
    bench.database.rollback(editor, 2)
    assert f"set system host-name r{KEPT}" in bench.database.candidate.lines()
    with pytest.raises(Refused, match="rollback file 50 does not exist"):
        bench.database.rollback(editor, KEPT)


def test_everything_is_told_the_moment_before_it_changes() -> None:
    bench = Bench()
    committed(bench)
    bench.now += 400
    bench.database.tick()
    assert bench.changes == [1000.0, 1300.0]
