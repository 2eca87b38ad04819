"""Sessions of rpf-trace against the lab over SSH, and on evidence, in a time that only moves when the session waits."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Risk
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.journal import Journal, JournalLike, MemoryJournal
from troubleshoot.lab.description import build, load
from troubleshoot.lab.network.world import World
from troubleshoot.lab.server import Lab
from troubleshoot.session.front import Front
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.source import Source
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library, typed_parameters
from troubleshoot.transports.hub import Hub, ssh_connectors
from troubleshoot.transports.ssh_options import ConnectOptions

PROBLEM = "rpf-trace"
LIBRARY = library()
FOLDER = LIBRARY.folder(PROBLEM)
TREES: dict[str, Tree] = dict(LIBRARY.closure(PROBLEM))
FAULTS = load(FOLDER).faults
_NUMBERS = itertools.count(1)


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
    """A lab with a fault, and the door to its routers."""

    lab: Lab
    source: HubSource
    clock: Clock

    @property
    def world(self) -> World:
        return self.lab.world

    @property
    def parameters(self) -> dict[str, str]:
        return self.lab.parameters

    def picture(self) -> bool:
        """Does the stream arrive at the player: the lab's own truth."""
        source, group = self.parameters["source"], self.parameters["group"]
        return self.world.picture("player", IPv4Address(source), IPv4Address(group))

    def typed(self, host: str) -> list[str]:
        """What was really sent to a router."""
        return [entry.line.strip() for entry in self.lab.command_log(host)]

    async def configuration(self, host: str) -> str:
        return (await self.source.read(host, "show running-config", deadline=20)).text

    def applying(self, *fixes: str) -> Rehearsal:
        """A front end that consents to these fixes, whatever their risk."""
        return Rehearsal(ApplyPolicy(frozenset(fixes), Risk.OUTAGE), clock=self.clock)


@asynccontextmanager
async def rehearse(fault: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Boot the lab with ``fault`` and open the way to it over SSH."""
    description, clock = load(FOLDER), Clock()
    parameters, faults = description.parameters, description.faults
    network = build(description, fault)
    async with Lab.serve(network, parameters=parameters, faults=faults, seed=7, convergence=0.0, clock=clock) as lab:
        source = _over_ssh(lab, tmp_path)
        try:
            yield Running(lab, source, clock)
        finally:
            await source.close()


def _over_ssh(lab: Lab, folder: Path) -> HubSource:
    known_hosts = folder / "known_hosts"
    known_hosts.write_text(lab.known_hosts_text, encoding="utf-8")
    inventory = Inventory({host.name: host for host in lab.hosts})
    passwords = dict.fromkeys(inventory.hosts, lab.password)
    enable = dict.fromkeys(inventory.hosts, lab.enable_secret)
    credentials = Credentials(passwords=passwords, enable_secrets=enable, environ={})
    connectors = ssh_connectors(inventory.get, credentials, ConnectOptions((known_hosts,)))
    return HubSource("lab", Hub(inventory.get, connectors), inventory, credentials)


async def walk(
    source: Source,
    parameters: Mapping[str, str | Sequence[str]],
    front: Front,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
) -> State:
    """One incident from its start to its end; a fix needs ``journal``, the file of a durable one."""
    clock = clock or Clock()
    tree = TREES[PROBLEM]
    incident = f"walk-{next(_NUMBERS)}"
    typed = typed_parameters(tree, parameters)
    started = ev.Started(clock(), incident, PROBLEM, tree.sha256, typed, source.mode)
    store: JournalLike = MemoryJournal() if journal is None else Journal.open(journal)
    try:
        store.create(incident, {PROBLEM: (FOLDER / "tree.yaml").read_text(encoding="utf-8")}, started)
        session = Session(Engine(TREES), source, store, front, clock=clock)
        session.begin(store.prepare(started))
        return await session.run()
    finally:
        store.close()
