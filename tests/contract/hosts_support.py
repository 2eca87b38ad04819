"""Incidents against simulated Windows hosts over WinRM, with a look inside the hosts and a hand on what is answered."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.journal import Journal, JournalLike, MemoryJournal
from troubleshoot.lab.server import Lab
from troubleshoot.lab.windows.machine import Estate
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library, typed_parameters
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.hub import Hub, connectors
from troubleshoot.transports.ssh_options import ConnectOptions

_NUMBERS = itertools.count(1)
_PATIENCE = 0.2  # seconds for any wait: the simulated hosts hurry as well


@dataclass(slots=True)
class Clock:
    """The time of day, ahead by all that was waited for."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@dataclass(slots=True)
class Rehearsal(Headless):
    """Headless; a wait takes a moment and counts in full."""

    clock: Clock = field(default_factory=Clock)

    async def wait(self, effect: Wait, state: State) -> None:
        self.clock.ahead += effect.seconds
        await asyncio.sleep(min(effect.seconds, _PATIENCE))


@dataclass(frozen=True, slots=True)
class Running:
    """The lab of a problem with a fault in it, and the door to its hosts."""

    problem: str
    lab: Lab
    source: HubSource

    @property
    def estate(self) -> Estate:
        assert self.lab.estate is not None
        return self.lab.estate

    def ran(self, host: str) -> list[str]:
        """What a host was really told to run."""
        return [entry.line for entry in self.lab.command_log(host)]

    async def walk(
        self,
        *fixes: str,
        journal: Path | None = None,
        source: HubSource | None = None,
        risk: Risk = Risk.OUTAGE,
        **changed: str,
    ) -> State:
        """One incident from its start to its end, consenting to ``fixes`` up to ``risk``; a fix needs ``journal``."""
        front = Rehearsal(ApplyPolicy(frozenset(fixes), risk))
        return await _walk(self.problem, source or self.source, {**self.lab.parameters, **changed}, front, journal)


@asynccontextmanager
async def running(problem: str, fault: str, folder: Path | None = None) -> AsyncIterator[Running]:
    """Boot the lab of ``problem`` (or the one described in ``folder``) with ``fault`` in place."""
    async with Lab.start(folder or library().folder(problem), fault) as lab:
        inventory = Inventory({host.name: host for host in lab.hosts})
        credentials = Credentials(passwords=dict.fromkeys(inventory.hosts, lab.password), environ={})
        hub = Hub(inventory.get, connectors(inventory.get, credentials, ConnectOptions(())))
        source = HubSource("lab", hub, inventory, credentials)
        try:
            yield Running(problem, lab, source)
        finally:
            await source.close()


async def _walk(
    problem: str,
    source: HubSource,
    parameters: Mapping[str, str | Sequence[str]],
    front: Rehearsal,
    journal: Path | None,
) -> State:
    known = library()
    trees = dict(known.closure(problem))
    incident = f"walk-{next(_NUMBERS)}"
    typed = typed_parameters(trees[problem], parameters)
    started = ev.Started(front.clock(), incident, problem, trees[problem].sha256, typed, source.mode)
    store: JournalLike = MemoryJournal() if journal is None else Journal.open(journal)
    try:
        text = (known.folder(problem) / "tree.yaml").read_text(encoding="utf-8")
        store.create(incident, {problem: text}, started)
        session = Session(Engine(trees), source, store, front, clock=front.clock)
        session.begin(store.prepare(started))
        return await session.run()
    finally:
        store.close()


class Stale(HubSource):
    """Once something was changed, every command is answered as before it, so that no verify can be satisfied.

    The before-state is answered truly when it is read again: after the way back it has to be as it was.
    """

    def __init__(self, inner: HubSource) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)
        self._known: dict[tuple[str, str], Output] = {}
        self._changes = 0

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if self._changes == 1 and (host, command) in self._known:
            return self._known[host, command]
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self._known.setdefault((host, command), answer)
        return answer

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._changes += 1
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)
