"""Sessions of a network problem against its lab over SSH, in a time that only moves when the session waits."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Risk, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.model import Tree
from troubleshoot.core.planning import SAVE_AND_RELOAD
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.journal import Journal, JournalLike, MemoryJournal
from troubleshoot.lab.description import (
    Fault,
    LabDescription,
    build,
    build_dns,
    build_sides,
    build_windows,
    inside,
    load,
)
from troubleshoot.lab.network.world import World
from troubleshoot.lab.server import Lab
from troubleshoot.session.front import Front
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.source import Source
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library, typed_parameters
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.hub import Hub, connectors
from troubleshoot.transports.ssh_options import ConnectOptions

LIBRARY: Final = library()
_NUMBERS = itertools.count(1)


@cache
def description(problem: str) -> LabDescription:
    """The lab of a problem."""
    return load(LIBRARY.folder(problem))


def faults(problem: str) -> dict[str, Fault]:
    """The faults of a problem's lab."""
    return dict(description(problem).faults)


@cache
def trees(problem: str) -> dict[str, Tree]:
    """The tree of a problem and those that it calls."""
    return dict(LIBRARY.closure(problem))


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


class Clock:
    """Seconds since the epoch; moves by hand."""

    def __init__(self) -> None:
        self.time = 1_790_000_000.0

    def __call__(self) -> float:
        return self.time


@dataclass(slots=True)
class Rehearsal(Headless):
    """Headless in the time of the rehearsal: a wait moves the clock."""

    clock: Clock = field(default_factory=Clock)

    async def wait(self, effect: Wait, state: State) -> None:
        self.clock.time += effect.seconds


@dataclass(frozen=True, slots=True)
class Running:
    """The lab of a problem with a fault in it, and the door to its hosts."""

    problem: str
    lab: Lab
    source: HubSource
    clock: Clock

    @property
    def world(self) -> World:
        return self.lab.world

    @property
    def parameters(self) -> dict[str, str]:
        return self.lab.parameters

    def typed(self, *hosts: str) -> list[str]:
        """What was really sent to these hosts (or to all of them), in order for each."""
        return [
            entry.line.strip()
            for host in hosts or [host.name for host in self.lab.hosts]
            for entry in self.lab.command_log(host)
        ]

    async def configuration(self, host: str) -> str:
        """The running configuration of a router or switch."""
        return (await self.source.read(host, "show running-config", deadline=20)).text

    def applying(self, *fixes: str) -> Rehearsal:
        """A front end that consents to these fixes, whatever their risk."""
        return Rehearsal(ApplyPolicy(frozenset(fixes), Risk.OUTAGE), clock=self.clock)

    async def walk(
        self,
        *fixes: str,
        journal: Path | None = None,
        front: Rehearsal | None = None,
        source: Source | None = None,
        **changed: str,
    ) -> State:
        """One incident from its start to its end, consenting to ``fixes``; a fix needs ``journal``, a durable one."""
        parameters = {**self.parameters, **changed}
        front = front or (self.applying(*fixes) if fixes else Rehearsal(clock=self.clock))
        return await incident(self.problem, source or self.source, parameters, front, clock=self.clock, journal=journal)


@asynccontextmanager
async def rehearse(problem: str, fault: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Boot the lab of ``problem`` with ``fault`` and open the way to its hosts."""
    about, clock = description(problem), Clock()
    async with Lab.serve(
        build(about, fault),
        parameters=about.parameters_of(fault),
        faults=about.faults,
        seed=7,
        convergence=0.0,
        clock=clock,
        estate=build_windows(about, fault),
        sides=build_sides(about, fault, clock=clock),
        pace=0.001,
        managed=inside(about, fault),
        dns=build_dns(about, fault),
    ) as lab:
        source = door(lab, tmp_path)
        try:
            yield Running(problem, lab, source, clock)
        finally:
            await source.close()


SAVE: Final = SAVE_AND_RELOAD[0]


class Stale(HubSource):
    """From the first change on every command is answered as before it, so that a verify can never be satisfied, and what
    was not asked before gets no answer; from the rollback on the answers are true again. Commands count as the same when their first ``words`` words are."""

    def __init__(self, inner: HubSource, words: int | None = None) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)
        self._words = words
        self._before: dict[tuple[str, ...], Output] = {}
        self._changes = 0

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        key = (host, *command.split()[: self._words])
        known = self._before.get(key) if self._changes == 1 else None
        if known is None and self._changes == 1:  # nobody asked before: the answer would be a new one
            raise TransportError(Trouble.TIMEOUT, f"{host}: no answer to {command!r}")
        answer = known or await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self._before.setdefault(key, answer)
        return answer

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        self._changes += 1
        return await super().configure(host, lines, deadline=deadline, on_chunk=on_chunk, how=how)

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if command != SAVE:  # it belongs to a change with a restart
            self._changes += 1
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._changes = max(1, self._changes)  # with lines before it, it belongs to their change
        return await super().restart(host, deadline=deadline, on_chunk=on_chunk)


def door(lab: Lab, folder: Path, kind: type[HubSource] = HubSource) -> HubSource:
    """The way to the hosts of a lab over their real wires."""
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(lab.known_hosts_text, encoding="utf-8")
    inventory = Inventory({host.name: host for host in lab.hosts})
    passwords = dict.fromkeys(inventory.hosts, lab.password)
    enable = dict.fromkeys(inventory.hosts, lab.enable_secret)
    credentials = Credentials(passwords=passwords, enable_secrets=enable, environ={})
    wires = connectors(inventory.get, credentials, ConnectOptions((known_hosts,)))
    return kind("lab", Hub(inventory.get, wires), inventory, credentials)


async def incident(
    problem: str,
    source: Source,
    parameters: Mapping[str, str | Sequence[str]],
    front: Front,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
) -> State:
    """One incident from its start to its end; a fix needs ``journal``, the file of a durable one."""
    clock = clock or Clock()
    known = trees(problem)
    tree, name = known[problem], f"walk-{next(_NUMBERS)}"
    typed = typed_parameters(tree, parameters)
    started = ev.Started(clock(), name, problem, tree.sha256, typed, source.mode)
    store: JournalLike = MemoryJournal() if journal is None else Journal.open(journal)
    try:
        texts = {each: (LIBRARY.folder(each) / "tree.yaml").read_text(encoding="utf-8") for each in known}
        store.create(name, texts, started)
        session = Session(Engine(known), source, store, front, clock=clock)
        session.begin(store.prepare(started))
        return await session.run()
    finally:
        store.close()
