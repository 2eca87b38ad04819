"""Sessions of cert-enrollment-event-93 against its lab over WinRM, in a time that jumps when the session waits."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.contract.hosts_support import Running, running
from troubleshoot.core import events as ev
from troubleshoot.core.effects import Wait
from troubleshoot.core.engine import Engine
from troubleshoot.core.kinds import Risk
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.journal import Journal
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.pki import ntauth
from troubleshoot.lab.windows.pki.authority import Authority, authority
from troubleshoot.lab.windows.topic import Logon
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import library, typed_parameters
from troubleshoot.transports.base import OnChunk, Output

PROBLEM = "cert-enrollment-event-93"
LIBRARY = library()
TREES: dict[str, Tree] = dict(LIBRARY.closure(PROBLEM))
OPERATOR = Logon("NORDWIND\\operator")
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class Jumping(Headless):
    """Headless; a wait lets the hosts work for a moment and moves the session's clock by all of it."""

    waited: float = 0.0

    async def wait(self, effect: Wait, state: State) -> None:
        self.waited += effect.seconds
        await asyncio.sleep(0.1)

    def clock(self) -> float:
        return time.time() + self.waited


@dataclass(frozen=True, slots=True)
class Forest:
    """The lab with a fault in it, seen from inside."""

    lab: Running
    folder: Path

    @property
    def ca(self) -> Machine:
        return self.lab.estate.machines["ca01"]

    @property
    def authority(self) -> Authority:
        found = authority(self.ca)
        assert found is not None
        return found

    @property
    def directory(self) -> Directory:
        assert self.lab.estate.directory is not None
        return self.lab.estate.directory

    def published(self, dc: str) -> list[str]:
        """The thumbprints in one controller's NTAuth, sorted."""
        return sorted(ntauth.sha1(der) for der in ntauth.published(self.directory, dc))

    def cached(self) -> list[str]:
        """Those in the CA's own copy, sorted."""
        return sorted(ntauth.trust_copy(self.ca).certificates)

    def thumbprints(self) -> list[str]:
        """Those of all certificates of the CA, sorted; cross certificates are not among them."""
        return sorted(item.sha1 for item in self.authority.certificates)

    def issues(self) -> bool:
        """The lab's own truth: every controller and the CA trust each of its certificates."""
        return all(
            found == self.thumbprints() for found in (self.cached(), *map(self.published, self.directory.controllers))
        )

    def ran(self) -> list[str]:
        """What all hosts were told to run."""
        return [line for host in self.lab.estate.machines for line in self.lab.ran(host)]

    async def walk(self, *fixes: str, source: HubSource | None = None, **changed: str) -> State:
        """One incident from its start to its end, consenting to ``fixes`` whatever their risk."""
        front = Jumping(ApplyPolicy(frozenset(fixes), Risk.IRREVERSIBLE))
        door, tree = source or self.lab.source, TREES[PROBLEM]
        parameters = typed_parameters(tree, {**self.lab.lab.parameters, **changed})
        number = next(_NUMBERS)
        started = ev.Started(front.clock(), f"walk-{number}", PROBLEM, tree.sha256, parameters, door.mode)
        store = Journal.open(self.folder / f"journal-{number}.db")
        try:
            text = (LIBRARY.folder(PROBLEM) / "tree.yaml").read_text(encoding="utf-8")
            store.create(started.incident, {PROBLEM: text}, started)
            session = Session(Engine(TREES), door, store, front, clock=front.clock)
            session.begin(store.prepare(started))
            async with asyncio.timeout(60):
                return await session.run()
        finally:
            store.close()


@asynccontextmanager
async def forest(fault: str, folder: Path) -> AsyncIterator[Forest]:
    """Boot the lab with ``fault`` in place."""
    async with running(PROBLEM, fault) as lab:
        yield Forest(lab, folder)


class Blind(HubSource):
    """From the first change until one whose line holds ``way_back``, everything is answered as before the change."""

    def __init__(self, inner: HubSource, way_back: str) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)
        self._way_back = way_back
        self._known: dict[tuple[str, str], Output] = {}
        self._blind = False

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if self._blind and (host, command) in self._known:
            return self._known[host, command]
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self._known[host, command] = answer
        return answer

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._blind = self._way_back not in command
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)
