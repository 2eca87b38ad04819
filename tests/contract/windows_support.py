"""Incidents on the simulated Windows hosts over WinRM, with a look inside the hosts and a hand on what is answered."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Risk
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.journal import Journal, JournalLike, MemoryJournal
from troubleshoot.lab.description import Fault, LabDescription, load
from troubleshoot.lab.server import Lab
from troubleshoot.lab.windows.machine import Estate
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library, typed_parameters
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.hub import Hub, connectors
from troubleshoot.transports.ssh_options import ConnectOptions

LIBRARY: Final = library()
_NUMBERS = itertools.count(1)
_PATIENCE: Final = 0.1  # seconds for any wait: the simulated hosts hurry as well
_LONGEST: Final = 120.0  # seconds for one incident


@cache
def _lab(problem: str) -> LabDescription:
    return load(LIBRARY.folder(problem))


def _windows_alone(about: LabDescription) -> bool:
    return about.windows is not None and not about.routers and about.nexus is None


PROBLEMS: Final = tuple(name for name in LIBRARY.ids() if _windows_alone(_lab(name)))


def faults(problem: str) -> dict[str, Fault]:
    """The faults of a problem's lab."""
    return _lab(problem).faults


@cache
def trees(problem: str) -> dict[str, Tree]:
    """The tree of a problem and those that it calls."""
    return dict(LIBRARY.closure(problem))


def fixes(problem: str) -> tuple[str, ...]:
    """All fixes that a problem's tree knows."""
    return tuple(trees(problem)[problem].fixes)


def found(state: State) -> tuple[str, str | None]:
    """The conclusion and the host it names."""
    assert state.conclusion is not None
    return state.conclusion.id, state.conclusion.host


def steps(state: State) -> list[tuple[str, str]]:
    """The way to the conclusion and the reasons, for the message of a failed test."""
    return [(entry.step, entry.because) for entry in state.path]


def shown(state: State) -> list[tuple[str, str, str, str]]:
    """The fixes and what became of them."""
    return [(record.plan.id, record.plan.host, record.status, record.message) for record in state.fixes]


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

    def ran(self, *hosts: str) -> list[str]:
        """What these hosts (or all of them) were really told to run."""
        return [entry.line for host in hosts or self.estate.machines for entry in self.lab.command_log(host)]

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
        return await incident(
            self.problem, source or self.source, {**self.lab.parameters, **changed}, front=front, journal=journal
        )


@asynccontextmanager
async def running(problem: str, fault: str, folder: Path | None = None) -> AsyncIterator[Running]:
    """Boot the lab of ``problem`` (or the one described in ``folder``) with ``fault`` in place."""
    async with Lab.start(folder or LIBRARY.folder(problem), fault) as lab:
        inventory = Inventory({host.name: host for host in lab.hosts})
        credentials = Credentials(passwords=dict.fromkeys(inventory.hosts, lab.password), environ={})
        hub = Hub(inventory.get, connectors(inventory.get, credentials, ConnectOptions(())))
        source = HubSource("lab", hub, inventory, credentials)
        try:
            yield Running(problem, lab, source)
        finally:
            await source.close()


async def incident(
    problem: str,
    source: HubSource,
    parameters: Mapping[str, str | Sequence[str]],
    *,
    front: Rehearsal | None = None,
    journal: Path | None = None,
) -> State:
    """Walk a problem from its start to its end; without ``front`` nothing is consented to."""
    front = front or Rehearsal(ApplyPolicy())
    tree, name = trees(problem)[problem], f"walk-{next(_NUMBERS)}"
    started = ev.Started(front.clock(), name, problem, tree.sha256, typed_parameters(tree, parameters), source.mode)
    store: JournalLike = MemoryJournal() if journal is None else Journal.open(journal)
    try:
        text = (LIBRARY.folder(problem) / "tree.yaml").read_text(encoding="utf-8")
        store.create(name, {problem: text}, started)
        session = Session(Engine(trees(problem)), source, store, front, clock=front.clock)
        session.begin(store.prepare(started))
        async with asyncio.timeout(_LONGEST):
            return await session.run()
    finally:
        store.close()


class Door(HubSource):
    """The door to the hosts of another source, for tests that change what goes through it."""

    def __init__(self, inner: HubSource) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)


class Unsatisfied(Door):
    """Once a fix has sent all its ``lines``, every command is answered as before it, until the way back begins.

    No verify can be satisfied. The before-state is answered truly when it is read again: after the way back it has to
    be as it was.
    """

    def __init__(self, inner: HubSource, lines: int = 1) -> None:
        super().__init__(inner)
        self._lines = lines
        self._sent = 0
        self._known: dict[tuple[str, str], Output] = {}

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if self._sent == self._lines and (host, command) in self._known:
            return self._known[host, command]
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self._known.setdefault((host, command), answer)
        return answer

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._sent += 1
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)
