"""junos-debug against simulated routers over SSH: every fault is found, and no trace is ever left behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.contract.junos_debug_support import FAULTS, Bench, cut, on_line, rehearse
from tests.contract.network_support import Rehearsal, found, shown, steps
from troubleshoot.core.effects import Propose, Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import Phase, State
from troubleshoot.journal import Journal
from troubleshoot.lab.junos.database import Way
from troubleshoot.session.front import Consent
from troubleshoot.session.headless import ApplyPolicy
from troubleshoot.session.loop import Session
from troubleshoot.session.wiring import stored_trees

# What is found before a trace is begun; everything else is read out of one.
AT_ONCE = {
    "being_edited",
    "commit_waits",
    "engine_busy",
    "flash_full",
    "in_instance",
    "leftover",
    "not_configured",
    "switched_off",
    "too_many_files",
    "trace_parked",
    "trace_running",
}
TRACED = [name for name, fault in FAULTS.items() if fault.diagnosis not in AT_ONCE]
UNTRACED = [name for name in FAULTS if name not in TRACED]
LINES = [
    "set protocols ospf traceoptions file guided-ospf-adj size 1m files 3",
    "set protocols ospf traceoptions flag error detail",
    "set protocols ospf traceoptions flag event",
    "set protocols ospf traceoptions flag hello detail",
]
CONFIGURES = ("configure", "set protocols", "set snmp", "set routing", "delete", "commit", "rollback")


def configured(typed: list[str]) -> list[str]:
    return [line for line in typed if line.startswith(CONFIGURES)]


async def traced(bench: Bench, tmp_path: Path, front: Rehearsal | None = None) -> State:
    return await bench.running.walk("trace", journal=tmp_path / "journal.db", front=front)


# --- what a trace finds -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", TRACED)
async def test_the_trace_finds_every_fault_and_is_gone(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(fault, tmp_path) as bench:
        state = await traced(bench, tmp_path)
        bench.nothing_left()
        made, typed = bench.ours(), bench.typed
    assert found(state) == (spec.diagnosis or "both_ways", "mx1"), steps(state)
    assert state.diagnoses[0].id == "ready" and state.diagnoses[0].evidence
    assert outcome(state) == ("diagnosed" if spec.diagnosis else "healthy")
    assert [record[2] for record in shown(state)] == ["rolled_back"]
    assert len(made) == 2, "one commit sets the trace, one removes it"
    assert [line for line in typed if line.startswith("commit confirmed")] == ["commit confirmed 5"]
    assert state.conclusion is not None and state.conclusion.evidence, "a verdict without proof"


@pytest.mark.parametrize("fault", [*UNTRACED, "ospf_timers", "healthy_snmp"])
async def test_a_diagnosis_changes_nothing(fault: str, tmp_path: Path) -> None:
    expected = "ready" if fault in TRACED else FAULTS[fault].diagnosis
    async with rehearse(fault, tmp_path) as bench:
        state = await bench.running.walk()
        bench.nothing_left()
        assert configured(bench.typed) == []
    assert found(state) == (expected, "mx1"), steps(state)
    assert outcome(state) == "diagnosed"
    assert state.conclusion is not None and state.conclusion.evidence, "a verdict without proof"


REPAIRS = [
    ("ospf_timers", ["set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 dead-interval 40"], "wrong_timers"),
    ("ospf_timers", ["delete protocols ospf area 0.0.0.0 interface ge-0/0/1.0 hello-interval"], "both_ways"),
    ("ospf_mtu", ["set interfaces ge-0/0/1 mtu 4000"], "wrong_mtu"),
    ("ospf_mtu", ["delete interfaces ge-0/0/1 mtu"], "both_ways"),
    ("pim_one_way", ["set protocols pim interface ge-0/0/2.0"], "one_way"),
    ("pim_one_way", ["set protocols pim interface ge-0/0/1.0"], "both_ways"),
    ("bgp_as", ["set routing-options autonomous-system 65021"], "bgp_notification"),
    ("bgp_as", ["set routing-options autonomous-system 65002"], "both_ways"),
]


@pytest.mark.parametrize(("fault", "lines", "verdict"), REPAIRS)
async def test_only_the_right_repair_heals(fault: str, lines: list[str], verdict: str, tmp_path: Path) -> None:
    async with rehearse(fault, tmp_path) as bench:
        first = await traced(bench, tmp_path)
        await bench.running.source.configure("mx2", lines, deadline=20)
        bench.clock.time += 900
        second = await traced(bench, tmp_path)
        bench.nothing_left()
    assert found(first)[0] == FAULTS[fault].diagnosis
    assert found(second)[0] == verdict, steps(second)


async def test_a_fresh_trace_is_read_without_another_one(tmp_path: Path) -> None:
    async with rehearse("ospf_mtu", tmp_path) as bench:
        await traced(bench, tmp_path)
        state = await bench.running.walk()
        given = await bench.running.walk(file="guided-ospf-adj", match="10.0.12.2")
        commits = len(bench.ours())
    assert (found(state)[0], found(given)[0], commits) == ("wrong_mtu", "found", 2)


async def test_a_trace_that_was_left_behind_is_removed(tmp_path: Path) -> None:
    async with rehearse("leftover", tmp_path) as bench:
        state = await bench.running.walk("remove_trace", journal=tmp_path / "journal.db")
        bench.plant.now()
        left = [line for line in bench.database.active.lines() if "traceoptions" in line]
        gone = set(bench.before.lines()) - set(bench.database.active.lines())
        typed, pending = bench.typed, bench.database.pending
    assert outcome(state) == "fixed" and left == [] and pending is None
    assert all("traceoptions" in line for line in gone)
    assert typed.count("delete protocols ospf traceoptions") == 1


async def test_exactly_the_lines_that_were_shown_are_sent_once(tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        state = await traced(bench, tmp_path)
        typed = configured(bench.typed)
    assert [line for line in typed if line.startswith("set ")] == LINES == list(state.fixes[0].plan.commands)
    assert [line for line in typed if line.startswith("delete ")] == ["delete protocols ospf traceoptions"]


async def test_communities_of_a_trace_are_not_kept(tmp_path: Path) -> None:
    async with rehearse("healthy_snmp", tmp_path) as bench:
        state = await traced(bench, tmp_path)
    texts = [part.text for seen in state.observations for part in seen.parts]
    assert any("Community:" in text for text in texts)
    assert not [text for text in texts if "lab-ro" in text]


# --- no trace is left, whatever happens ---------------------------------------------------------------------------

CUTS = [
    ("configure exclusive", 1),
    ("set protocols ospf traceoptions file", 1),
    ("set protocols ospf traceoptions flag hello", 1),
    ("commit check", 1),
    ("commit confirmed", 1),
    ("exit configuration-mode", 1),
    ("show log guided-ospf-adj", 1),
    ("show log guided-ospf-adj", 7),
    ("configure exclusive", 2),
    ("delete protocols ospf traceoptions", 1),
    pytest.param(
        "commit check",
        2,
        marks=pytest.mark.xfail(
            strict=True, reason="the removal of a provisional change sends `commit check`, which confirms it"
        ),
    ),
    ("exit configuration-mode", 2),
]


@pytest.mark.parametrize(("line", "count"), CUTS)
async def test_a_broken_connection(line: str, count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        on_line(monkeypatch, line, cut(bench), count=count)
        state = await traced(bench, tmp_path)
        status = state.fixes[0].status
        if status == "rolled_back":
            bench.nothing_left()
        bench.clock.time += 600
        bench.nothing_left()
        sent = [entry for entry in bench.typed if entry in LINES]
    assert status != "verified"
    assert {each: sent.count(each) for each in sent} == dict.fromkeys(sent, 1), "nothing is sent twice"


async def test_a_refused_commit_changes_nothing(tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        bench.database.fails = "error: could not write configuration file: No space left on device"
        state = await traced(bench, tmp_path)
        bench.nothing_left()
        assert bench.ours() == []
    assert outcome(state) != "healthy" and state.fixes[0].status in ("failed", "rolled_back")


async def test_a_verify_that_fails_removes_the_trace(tmp_path: Path) -> None:
    async with rehearse("no_file", tmp_path) as bench:
        state = await traced(bench, tmp_path)
        bench.nothing_left()
        assert len(bench.ours()) == 2
    assert found(state)[0] == "no_file"


class Killed(BaseException):
    """The program is gone at once: nobody cleans up."""


class Dying(Rehearsal):
    """Dies while the trace is watched."""

    async def wait(self, effect: Wait, state: State) -> None:
        if state.phase is Phase.WATCH_WAIT:
            raise Killed
        await super().wait(effect, state)


async def _kill(bench: Bench, tmp_path: Path) -> None:
    front = Dying(ApplyPolicy(frozenset({"trace"}), Risk.CHANGE), clock=bench.clock)
    with pytest.raises(Killed):
        await traced(bench, tmp_path, front)
    await bench.running.source.close()


async def test_a_killed_session_is_taken_back_by_the_router(tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        await _kill(bench, tmp_path)
        bench.plant.now()
        assert bench.database.active != bench.before and bench.database.pending is not None
        bench.clock.time += 301
        bench.nothing_left()
        newest = bench.database.commits[0]
    assert (newest.user, newest.method) == ("root", "other"), "the router itself did it"


@pytest.mark.parametrize("later", [5.0, 700.0], ids=["at once", "after the router did it itself"])
async def test_after_a_kill_resume_removes_the_trace(later: float, tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        await _kill(bench, tmp_path)
        bench.clock.time += later
        state = await _resumed(bench, tmp_path)
        bench.nothing_left()
    assert state.fixes[0].status == "rolled_back"
    assert found(state)[0] == "wrong_timers", steps(state)


async def _resumed(bench: Bench, tmp_path: Path) -> State:
    with Journal.open(tmp_path / "journal.db") as store:
        name = store.incidents()[0].id
        session = Session(
            Engine(stored_trees(store, name)),
            bench.running.source,
            store,
            bench.running.applying("trace"),
            clock=bench.clock,
        )
        session.begin(*store.events(name))
        return await session.run()


async def test_an_interrupted_session_removes_the_trace(tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        task: asyncio.Task[State]

        class Interrupting(Rehearsal):
            async def wait(self, effect: Wait, state: State) -> None:
                await super().wait(effect, state)
                if state.phase is Phase.WATCH_WAIT:
                    task.cancel()
                    await asyncio.sleep(5)

        front = Interrupting(ApplyPolicy(frozenset({"trace"}), Risk.CHANGE), clock=bench.clock)
        task = asyncio.create_task(traced(bench, tmp_path, front))
        with pytest.raises(asyncio.CancelledError):
            await task
        bench.nothing_left()
        assert len(bench.ours()) == 2


# --- what others changed is never committed -----------------------------------------------------------------------

THEIRS = "set interfaces ge-0/0/4 disable"


class Slow(Rehearsal):
    """Somebody else is quicker: they do something while the person reads what would be sent."""

    bench: Bench
    way: Way = Way.SHARED

    async def consent(self, effect: Propose, state: State) -> Consent:
        if effect.action == "apply":
            self.bench.colleague(*([THEIRS] if self.way is Way.SHARED else []), way=self.way)
        return await super().consent(effect, state)


@pytest.mark.parametrize("way", [Way.SHARED, Way.EXCLUSIVE, Way.PRIVATE], ids=lambda way: way.name)
async def test_somebody_begins_to_edit_before_we_send(way: Way, tmp_path: Path) -> None:
    async with rehearse("ospf_timers", tmp_path) as bench:
        front = Slow(ApplyPolicy(frozenset({"trace"}), Risk.CHANGE), clock=bench.clock)
        front.bench, front.way = bench, way
        state = await traced(bench, tmp_path, front)
        assert bench.ours() == []
        bench.nothing_left()
        candidate = bench.database.candidate.lines()
        assert (THEIRS in candidate) is (way is Way.SHARED), "their work is still there"
    assert state.fixes[0].status == "failed", shown(state)
    assert not [line for line in bench.typed if line in LINES]


@pytest.mark.parametrize("fault", ["locked", "uncommitted"])
async def test_a_person_who_insists_is_stopped_by_the_router(fault: str, tmp_path: Path) -> None:
    async with rehearse(fault, tmp_path) as bench:
        theirs = bench.database.candidate.lines()
        front = bench.running.applying("trace")
        front.answers = {"go_on": "yes"}
        state = await traced(bench, tmp_path, front)
        bench.nothing_left()
        assert bench.ours() == [] and bench.database.candidate.lines() == theirs
    assert state.fixes[0].status == "failed"
    assert found(state)[0] == "ready"


async def test_somebody_begins_to_edit_while_the_trace_is_on(tmp_path: Path) -> None:
    """Our removal is refused then; the router still takes the trace back at the end of its time."""
    async with rehearse("ospf_timers", tmp_path) as bench:

        class Busy(Rehearsal):
            async def wait(self, effect: Wait, state: State) -> None:
                await super().wait(effect, state)
                if state.phase is Phase.WATCH_WAIT and not bench.database.editors:
                    bench.colleague(THEIRS)

        front = Busy(ApplyPolicy(frozenset({"trace"}), Risk.CHANGE), clock=bench.clock)
        state = await traced(bench, tmp_path, front)
        assert state.fixes[0].status != "verified"
        bench.clock.time += 301
        bench.plant.now()
        assert bench.database.active == bench.before
        assert THEIRS in bench.database.candidate.lines(), "their work is still there"
        assert all(THEIRS not in config.lines() for config in bench.ours())
