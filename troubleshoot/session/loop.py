"""The loop: ask the engine what to do next, do it, store what happened, tell the front end, again.

Every event is durable in the journal before the state changes and before anybody is told. The intent of a fix is
durable before its first byte is sent. A person's event (a note, a step back) may interrupt waiting and reading, never
the sending of a change.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Protocol

from troubleshoot.core import events as ev
from troubleshoot.core.effects import (
    Ask,
    Collect,
    Conclude,
    Effect,
    Offer,
    Propose,
    Resolve,
    Send,
    Settle,
    Wait,
)
from troubleshoot.core.engine import Engine, pending
from troubleshoot.core.planning import sent_lines
from troubleshoot.core.proving import must_take_back
from troubleshoot.core.state import Item, Phase, State
from troubleshoot.errors import JournalError, OperatorError
from troubleshoot.inventory.model import Host
from troubleshoot.session import observe
from troubleshoot.session.front import ARM, Front
from troubleshoot.session.management import way_in
from troubleshoot.session.sending import send
from troubleshoot.session.source import Source

_SENDING: Final = frozenset(
    {
        Phase.APPROVED,
        Phase.APPLYING,
        Phase.CONFIRM,
        Phase.CONFIRMING,
        Phase.ROLLBACK_APPROVED,
        Phase.ROLLING_BACK,
    }
)
_TAKING_BACK: Final = frozenset({Phase.ROLLBACK_APPROVED, Phase.ROLLBACK_CHECK})


class Store(Protocol):
    """The part of a journal that the loop needs."""

    @property
    def durable(self) -> bool: ...

    def prepare(self, event: ev.Event) -> ev.Event: ...

    def append(self, incident: str, event: ev.Event) -> int: ...


class Session:
    """One incident being worked on."""

    def __init__(
        self,
        engine: Engine,
        source: Source,
        store: Store,
        front: Front,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.engine = engine
        self.source = source
        self.store = store
        self.front = front
        self.state = State()
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._interrupt: ev.Event | None = None
        self._performers: Mapping[type[Effect], Callable[[Any], Coroutine[Any, Any, None]]] = {
            Resolve: self._resolve,
            Collect: self._collect,
            Wait: self._wait,
            Ask: self._ask,
            Offer: self._offer,
            Propose: self._propose,
            Send: self._send,
            Settle: self._settle,
        }

    # --- running ---

    def now(self) -> float:
        """The time of the next event: never earlier than the last one, even when the clock is set back."""
        return max(self._clock(), self.state.now)

    def begin(self, *events: ev.Event) -> None:
        """Fold what is already stored."""
        self.state = self.engine.fold(events, self.state)

    def record(self, event: ev.Event) -> None:
        """Store an event, redacted, then let it count: the state only ever holds what the journal holds."""
        event = self.store.prepare(event)
        state = self.engine.apply(self.state, event)
        self._append(state.incident, event)
        self.state = state
        self.front.changed(state, event)

    def _append(self, incident: str, event: ev.Event) -> None:
        try:
            self.store.append(incident, event)
        except JournalError as error:
            if isinstance(event, ev.SendIntended):
                raise
            self.lose_journal(error)

    def lose_journal(self, error: JournalError) -> None:
        """Diagnosis goes on without a journal; fixes are refused from here on."""
        self.store = _NoStore(self.store)
        self.front.warn(f"the journal cannot be written, fixes are refused from now on: {error.message}")

    async def run(self) -> State:
        """Go on until the incident has ended. Cancelling leaves it resumable at the last stored event.

        A test that is on at that moment is taken back first; cancelling once more leaves at once.
        """
        try:
            return await self._run()
        except asyncio.CancelledError:
            await self._take_back("interrupted")
            raise

    async def _take_back(self, reason: str) -> None:
        if not must_take_back(self.state) or not self.store.durable:
            return
        self.front.warn(f"taking the test back from {self.state.fix.plan.host}; interrupt again to leave it there")
        self.record(ev.TestEnded(self.now(), self.state.fix.plan.id, reason))
        while self.state.phase in _TAKING_BACK:
            effect = pending(self.state)
            assert effect is not None
            await self._perform(effect)

    async def _run(self) -> State:
        while not isinstance(effect := pending(self.state), Conclude):
            if effect is None:
                raise OperatorError("the incident has not been started")
            before = self.state
            await self._perform(effect)
            if self.state is before and not self._interrupt:
                break  # nobody could say how to go on: the incident stays open
        return self.state

    async def _perform(self, effect: Effect) -> None:
        self._task = asyncio.create_task(self._performers[type(effect)](effect))
        try:
            await asyncio.shield(self._task) if self._in_flight() else await self._task
        except asyncio.CancelledError:
            if self._interrupt is None:
                await self._stop()
                raise
        finally:
            self._task = None
        if self._interrupt is not None:
            event, self._interrupt = self._interrupt, None
            self.record(event)

    async def _stop(self) -> None:
        """Leave nothing running: a read is cancelled, a change that is being sent is waited for."""
        if self._task is None or self._task.done():
            return
        if not self._in_flight():
            self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def _in_flight(self) -> bool:
        return self.state.phase in _SENDING

    def submit(self, event: ev.Event) -> bool:
        """Bring in what a person does meanwhile: a note is stored at once, anything else interrupts the current work.

        Returns False when it is not possible now.
        """
        if not self.engine.legal(self.state, type(event)):
            return False
        if isinstance(event, ev.NoteAdded) or self._task is None:
            self.record(event)
            return True
        if self._in_flight():
            return False
        self._interrupt = event
        self._task.cancel()
        return True

    # --- effects ---

    async def _resolve(self, effect: Resolve) -> None:
        for query in effect.queries:
            host = self._find(query)
            if host is None:
                self.record(ev.HostUnknown(self.now(), query))
            else:
                self.record(ev.HostResolved(self.now(), query, host.name, host.platform, tuple(host.addresses)))

    def _find(self, query: str) -> Host | None:
        """An address that several hosts share (anycast) leads to none of them: which one is meant cannot be told."""
        try:
            return self.source.find(query)
        except OperatorError as error:
            self.front.warn(error.message)
            return None

    async def _collect(self, effect: Collect) -> None:
        go = await self.front.before_collect(effect, self.state)
        by_host: dict[str, list[Item]] = {}
        for item in effect.items:
            by_host.setdefault(item.host, []).append(item)
        async with asyncio.TaskGroup() as group:
            for items in by_host.values():
                group.create_task(self._collect_host(effect, items, go.pasted))

    async def _collect_host(self, effect: Collect, items: list[Item], pasted: Mapping[tuple[str, str], str]) -> None:
        broken: observe.Seen | None = None
        for item in items:
            began = time.monotonic()
            seen = broken or await observe.observe(item, self.source, self.front.output, pasted, sample=effect.sample)
            if seen.trouble in observe.CONNECTION_TROUBLE:
                broken = observe.Seen(trouble=seen.trouble, message=seen.message, hint=seen.hint)
            self.record(
                observe.to_event(seen, item, at=self.now(), round_=effect.round, seconds=time.monotonic() - began)
            )

    async def _wait(self, effect: Wait) -> None:
        if self.source.mode != "captures":  # a recording does not change
            await self.front.wait(effect, self.state)
        self.record(ev.Waited(self.now(), effect.round))

    async def _ask(self, effect: Ask) -> None:
        answer = await self.front.ask(effect, self.state)
        if answer is None:
            self.record(ev.NobodyAnswered(self.now(), effect.step))
        else:
            self.record(ev.Answered(self.now(), effect.step, answer))

    async def _offer(self, effect: Offer) -> None:
        chosen = await self.front.choose_fix(effect, self.state) if self._may_fix() else None
        if not chosen:
            self.record(ev.FixesClosed(self.now()))
            return
        host = next(plan.host for plan in effect.plans if plan.id == chosen)
        if host not in self.state.ways:
            way = await way_in(self.source, host)
            self.record(ev.WaySeen(self.now(), host, way.address, way.station, way.apart))
        self.record(ev.FixChosen(self.now(), chosen))

    def _may_fix(self) -> bool:
        if not self.store.durable:
            self.front.warn("fixes are not offered: without a durable journal nobody could tell what was sent")
        return self.store.durable and self.source.mode != "captures"

    async def _propose(self, effect: Propose) -> None:
        decision = await self.front.consent(effect, self.state)
        if decision == ARM and effect.last_resort:
            self.record(ev.RevertChosen(self.now(), effect.plan.id))
        elif decision is True:
            self.record(ev.Approved(self.now(), effect.plan.id, effect.digest, effect.action))
        else:
            self.record(ev.Declined(self.now(), effect.plan.id, effect.action, "consent was not given"))

    async def _send(self, effect: Send) -> None:
        plan, action = effect.plan, effect.action
        commands = sent_lines(plan, action)
        if not self.store.durable:
            raise JournalError("the journal is gone; the fix was not sent", hint="mend the journal, then resume")
        self.record(ev.SendIntended(self.now(), plan.id, action, effect.digest, commands))
        event = await send(plan, action, self.source, self.front.output, self.now)
        self.record(event)

    async def _settle(self, effect: Settle) -> None:
        statement = await self.front.settle(effect, self.state)
        if statement is not None:
            self.record(ev.OutcomeStated(self.now(), effect.plan.id, statement))


class _NoStore:
    """Stands in for a journal that can no longer be written; it still redacts."""

    durable = False

    def __init__(self, lost: Store) -> None:
        self._lost = lost

    def prepare(self, event: ev.Event) -> ev.Event:
        return self._lost.prepare(event)

    def append(self, incident: str, event: ev.Event) -> int:
        return 0
