"""The loop: durable before counted, interrupts, parallel hosts, at most once, a journal that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.unit.core.trees import diagnosis, healthy, item, judge, otherwise, pim_fix, tree, when
from troubleshoot.core import events as ev
from troubleshoot.core.detached import Detached
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.model import Collect, CollectStep, Parameter, Tree, Verify, Watch
from troubleshoot.core.state import Phase, State
from troubleshoot.errors import JournalError
from troubleshoot.inventory.model import Host
from troubleshoot.journal import MemoryJournal
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.transports.base import OnChunk, Output, TransportError

NEIGHBORS = """PIM Neighbor Table
Neighbor          Interface                Uptime/Expires    Ver   DR
Address                                                            Prio/Mode
{rows}"""
ROW = "10.0.23.2         GigabitEthernet0/1       3w6d/00:01:33     v2    1 / S P G\n"


class FakeSource:
    """Hosts whose answers a test decides; remembers what was sent."""

    mode = "live"

    def __init__(self, answer: Callable[[str, str], str | Exception], names: Sequence[str] = ("r1", "r2")) -> None:
        self.answer = answer
        self.names = names
        self.reads: list[tuple[str, str]] = []
        self.sent: list[tuple[str, tuple[str, ...]]] = []
        self.running = self.most_running = 0
        self.delay = 0.0
        self.on_configure: Callable[[], Any] = lambda: Output("")

    def find(self, query: str) -> Host | None:
        return Host(query, query, Platform.IOS) if query in self.names else None

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self.reads.append((host, command))
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.running -= 1
        answer = self.answer(host, command)
        if isinstance(answer, Exception):
            raise answer
        return Output(answer)

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        self.sent.append((host, tuple(lines)))
        result = self.on_configure()
        if isinstance(result, Exception):
            raise result
        if asyncio.iscoroutine(result):
            await result
            return Output("")
        assert isinstance(result, Output)
        return result

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("nothing here is executed")

    async def detached(self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("nothing here is detached")

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        raise AssertionError("nothing here is restarted")

    async def close(self) -> None:
        pass


class Durable(MemoryJournal):
    """A journal in memory that claims to last, so that fixes can be tested, and fails when told to."""

    durable = True

    def __init__(self) -> None:
        super().__init__()
        self.fail_on: type[ev.Event] | None = None

    def append(self, incident: str, event: ev.Event) -> int:
        if self.fail_on is not None and isinstance(event, self.fail_on):
            raise JournalError("disk full")
        return super().append(incident, event)


def neighbor_tree(**step: Any) -> Tree:
    """One look at the PIM neighbors; none is a fault with a fix."""
    look = Collect("neighbors", "router", {Platform.IOS: ("show ip pim neighbor",)}, "pim_neighbors")
    verify = Verify((look,), "neighbors.neighbors.size() > 0", 5.0, 0.01)
    fix = replace(pim_fix(), verify=verify, before={Platform.IOS: ("show running-config",)})
    return tree(
        judge("look", look, when("neighbors.neighbors.size() == 0", "alone"), otherwise("ok"), **step),
        diagnosis("alone", "enable"),
        healthy(),
        fixes=(fix,),
    )


def session(source: FakeSource, front: Headless | None = None, use: Tree | None = None, **values: Any) -> Session:
    used = use or neighbor_tree()
    store = Durable()
    made = Session(Engine({used.id: used}), source, store, front or Headless())
    started = ev.Started(1.0, "i1", used.id, "sha", values or {"router": "r1"}, "live")
    store.create("i1", {}, started)
    made.begin(started)
    return made


def healing() -> FakeSource:
    """A router without neighbors until the fix was sent."""
    source = FakeSource(lambda host, command: "no neighbors yet")
    source.answer = lambda host, command: (
        "hostname r1" if "running" in command else NEIGHBORS.format(rows=ROW if source.sent else "")
    )
    return source


def testing_tree() -> Tree:
    """The fix is a test that is watched for an hour."""
    made = neighbor_tree()
    watch = Watch(
        (Collect("neighbors", "router", {Platform.IOS: ("show ip pim neighbor",)}, "pim_neighbors"),), 3600, 60
    )
    return replace(made, fixes={"enable": replace(made.fixes["enable"], temporary=True, watch=watch)})


async def _until(subject: Session, phase: Phase) -> asyncio.Task[State]:
    task = asyncio.create_task(subject.run())
    async with asyncio.timeout(5):
        while subject.state.phase is not phase:
            await asyncio.sleep(0.01)
    return task


async def test_leaving_while_a_test_is_on_takes_it_back_first() -> None:
    source, warned = healing(), list[str]()
    front = Headless(ApplyPolicy(frozenset({"enable"})), on_warning=warned.append)
    subject = session(source, front, testing_tree())
    task = await _until(subject, Phase.WATCH_WAIT)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [lines for _, lines in source.sent] == [("feature on",), ("no feature",)]
    assert subject.state.fixes[0].status == "rolled_back"
    assert "taking the test back from r1" in warned[-1]


async def test_leaving_a_walk_without_a_test_sends_nothing() -> None:
    source = FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW))
    source.delay = 5
    task = await _until(session(source), Phase.COLLECT)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert source.sent == []


async def test_output_becomes_a_verdict() -> None:
    subject = session(FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW)))
    assert outcome(await subject.run()) == "healthy"


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("", Trouble.PARSE),
        ("Bitte anmelden", Trouble.PARSE),
        (TransportError(Trouble.AUTH, "r1 refused the login"), Trouble.AUTH),
        (TransportError(Trouble.TIMEOUT, "r1: no answer"), Trouble.TIMEOUT),
    ],
)
async def test_what_cannot_be_read_is_inconclusive_and_says_why(answer: str | Exception, trouble: Trouble) -> None:
    state = await session(FakeSource(lambda host, command: answer)).run()
    assert outcome(state) == "inconclusive"
    assert state.observations[0].trouble is trouble
    assert state.conclusion is not None and state.conclusion.explanation.startswith("r1")


async def test_a_broken_connection_is_not_tried_again_for_the_next_command() -> None:
    collect = (item("a", "show ip pim neighbor"), item("b", "show ip route 10.0.0.1"))
    both = tree(CollectStep("look", "why", collect, (otherwise("ok"),), "inconclusive"), healthy())
    source = FakeSource(lambda host, command: TransportError(Trouble.AUTH, "wrong password"))
    state = await session(source, use=both).run()
    assert source.reads == [("r1", "show ip pim neighbor")]
    assert [seen.trouble for seen in state.observations] == [Trouble.AUTH, Trouble.AUTH]


async def test_different_hosts_are_asked_in_parallel_and_one_host_in_order() -> None:
    look = Collect("neighbors", "pe", {Platform.IOS: ("show ip pim neighbor", "show ip pim neighbor")}, "")
    many = tree(judge("look", look, otherwise("ok")), healthy(), parameters={"pe": Parameter("pe", "host", many=True)})
    source = FakeSource(lambda host, command: "x")
    source.delay = 0.01
    state = await session(source, use=many, pe=("r1", "r2")).run()
    assert outcome(state) == "healthy"
    assert source.most_running == 2


async def test_the_fix_is_sent_once_and_verified() -> None:
    source = healing()
    front = Headless(ApplyPolicy(frozenset({"enable"})))
    state = await session(source, front).run()
    assert outcome(state) == "fixed"
    assert source.sent == [("r1", ("feature on",))]


async def test_without_apply_nothing_is_sent() -> None:
    source = healing()
    assert outcome(await session(source).run()) == "diagnosed"
    assert source.sent == []


async def test_a_fix_is_not_sent_when_its_intent_cannot_be_stored() -> None:
    source = healing()
    subject = session(source, Headless(ApplyPolicy(frozenset({"enable"}))))
    assert isinstance(subject.store, Durable)
    subject.store.fail_on = ev.SendIntended
    with pytest.raises(JournalError):
        await subject.run()
    assert source.sent == []


async def test_without_a_journal_diagnosis_goes_on_and_fixes_are_refused() -> None:
    source = healing()
    warnings: list[str] = []
    subject = session(source, Headless(ApplyPolicy(frozenset({"enable"})), on_warning=warnings.append))
    assert isinstance(subject.store, Durable)
    subject.store.fail_on = ev.Observed
    assert outcome(await subject.run()) == "diagnosed"
    assert source.sent == []
    assert any("fixes are refused" in text for text in warnings)


async def test_a_cancelled_send_is_waited_for_and_its_answer_is_kept() -> None:
    source = healing()
    began, go_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> None:
        began.set()
        await go_on.wait()

    source.on_configure = slowly
    subject = session(source, Headless(ApplyPolicy(frozenset({"enable"}))))
    task = asyncio.create_task(subject.run())
    await began.wait()
    task.cancel()
    await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert subject.state.fixes[0].status == "applied"


async def test_a_read_is_cancelled_at_once_and_can_be_resumed() -> None:
    source = FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW))
    source.delay = 30.0
    subject = session(source)
    task = asyncio.create_task(subject.run())
    while not source.running:
        await asyncio.sleep(0)
    task.cancel()
    async with asyncio.timeout(1):
        with pytest.raises(asyncio.CancelledError):
            await task
    assert subject.state.phase is Phase.COLLECT
    source.delay = 0.0
    assert outcome(await subject.run()) == "healthy"


async def test_a_note_does_not_interrupt_and_a_step_back_does() -> None:
    source = FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW))
    subject = session(source)
    await subject.run()
    assert subject.submit(ev.SteppedBack(subject.now(), 0))
    source.delay = 30.0
    task = asyncio.create_task(subject.run())
    while not source.running:
        await asyncio.sleep(0)
    assert subject.submit(ev.NoteAdded(subject.now(), "hello"))
    assert source.running == 1
    source.delay = 0.0
    assert subject.submit(ev.Cancelled(subject.now(), "enough"))
    await task
    assert outcome(subject.state) == "aborted"
    assert [note.text for note in subject.state.notes] == ["hello"]


async def test_an_impossible_event_is_turned_away() -> None:
    subject = session(FakeSource(lambda host, command: ""))
    assert not subject.submit(ev.Approved(1.0, "enable", "0" * 64))


async def test_a_second_sample_of_captured_evidence_is_not_seen() -> None:
    source = FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW))
    source.mode = "captures"
    twice = neighbor_tree(samples=2, every=0.0)
    state = await session(source, use=twice).run()
    assert outcome(state) == "inconclusive"
    assert state.observations[-1].trouble is Trouble.NOT_SEEN


async def test_the_clock_going_back_does_not_reorder_events() -> None:
    times = iter([100.0, 50.0, 10.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    subject = session(FakeSource(lambda host, command: NEIGHBORS.format(rows=ROW)))
    subject._clock = lambda: next(times)
    state = await subject.run()
    assert [seen.at for seen in state.observations] == [100.0]
