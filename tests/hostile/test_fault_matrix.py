"""Faults of the wire against each kind of step: typed, in time, never healthy, nothing sent twice, a journal that replays."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import asyncssh

from tests.contract.ssh_device import Bench, Device, bench_for, host_of, served
from tests.figures import Figures, soaking
from tests.hostile.kill_loop.incident import TREES, where
from tests.hostile.wire_faults import ANSWERS, APPLY, FIRST_WORDS, PORT, STEPS, SURVIVED, Answers, no_device
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.state import State
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory
from troubleshoot.inventory.model import Host
from troubleshoot.journal import Journal
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import HubSource
from troubleshoot.session.wiring import recorded, typed_parameters
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.ssh_options import PhaseLimits
from troubleshoot.trees.library import Library

T = TypeVar("T")
LIMIT = 2.0  # seconds for each command
GRACE = 2.0
AT_ONCE = 6
LIMITS = PhaseLimits(connect=1.0, key_exchange=1.0, login=1.0, prompt=1.0)
LOGIN = ("refused", *FIRST_WORDS, "login refused", "host key changed", "host key unknown")
CELLS = [(fault, step) for fault in ANSWERS for step in STEPS]
# `make test` takes each fault once, and by that each step several times.
SHARE = [(fault, list(STEPS)[number % len(STEPS)]) for number, fault in enumerate(ANSWERS)]


class Hasty(HubSource):
    """Gives every command the same short time, and measures how long it took."""

    def __init__(self, bench: Bench) -> None:
        super().__init__("live", bench.hub(), Inventory(bench.hosts), Credentials(environ={}))
        self.late = 0.0

    async def _timed(self, work: Callable[[float], Awaitable[T]], deadline: float) -> T:
        limit, began = min(LIMIT, deadline), time.monotonic()
        try:
            return await work(limit)
        finally:
            self.late = max(self.late, time.monotonic() - began - limit)

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        inner = super().read
        return await self._timed(lambda limit: inner(host, command, deadline=limit, on_chunk=on_chunk), deadline)

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        inner = super().configure
        return await self._timed(lambda limit: inner(host, lines, deadline=limit, on_chunk=on_chunk, how=how), deadline)


@dataclass(slots=True)
class Findings:
    """What the cells came to."""

    cells: int = 0
    late: float = 0.0
    wrong: list[str] = field(default_factory=list)


async def walk(bench: Bench, folder: Path) -> tuple[State, float, bool]:
    """One incident with consent to its fix: its end, how late a command was, and whether the journal replays to it."""
    trees = dict(Library([TREES]).closure("kill-loop"))
    tree, source = trees["kill-loop"], Hasty(bench)
    text = {"kill-loop": (TREES / "kill-loop" / "tree.yaml").read_text(encoding="utf-8")}
    parameters = typed_parameters(tree, {"router": "r1", "port": PORT})
    front = Headless(ApplyPolicy(frozenset(["switch_on"]), Risk.OUTAGE))
    with Journal.open(folder / "journal.db") as journal:
        started = ev.Started(time.time(), "matrix", tree.id, tree.sha256, parameters, "live")
        journal.create("matrix", text, started)
        session = Session(Engine(trees), source, journal, front)
        session.begin(journal.prepare(started))
        try:
            state = await asyncio.wait_for(session.run(), 90)
        finally:
            await source.close()
        journal.verify("matrix")
        return state, source.late, where(recorded(journal, "matrix")[0]) == where(state)


async def answer_cell(fault: str, step: str, folder: Path, found: Findings) -> None:
    device = Device()
    device.answers = Answers(device, fault, step)
    async with served(device):
        state, late, replays = await walk(bench_for(folder, device), folder)
    problems = judged(state, device, fault, step)
    note(found, f"{fault} at {step}", late, replays, problems)


def judged(state: State, device: Device, fault: str, step: str) -> list[str]:
    said, sent = outcome(state), device.received.count(APPLY)
    problems = ["sent twice"] if sent > 1 else []
    if said == "healthy" and not sent:
        problems.append("healthy, though PIM is off")
    if said == "fixed" and sent != 1:
        problems.append("fixed, though nothing was sent")
    if step == "look" and fault not in SURVIVED and said not in ("inconclusive", "error"):
        problems.append(f"not typed: {said}")
    if step in ("before", "before again") and fault not in SURVIVED and sent:
        problems.append("sent, though the state from before was not read")
    return problems


async def login_cell(fault: str, folder: Path, found: Findings) -> None:
    async with AsyncExitStack() as stack:
        bench = await login_bench(fault, folder, stack)
        state, late, replays = await walk(bench, folder)
    problems = [] if outcome(state) in ("inconclusive", "error") else [f"not typed: {outcome(state)}"]
    problems += [] if any(seen.trouble for seen in state.observations) else ["no reason is stored"]
    note(found, f"{fault} at login", late, replays, problems)


async def login_bench(fault: str, folder: Path, stack: AsyncExitStack) -> Bench:
    if fault in FIRST_WORDS:
        return _at(await stack.enter_async_context(no_device(fault)), folder)
    if fault == "refused":
        async with no_device("accepts and is silent") as port:
            pass
        return _at(port, folder)
    device = await stack.enter_async_context(served(Device()))
    bench = bench_for(folder, device)
    bench.limits = LIMITS
    if fault == "login refused":
        bench.passwords = {"r1": "wrong"}
    else:
        other = asyncssh.generate_private_key("ssh-ed25519") if fault == "host key changed" else None
        bench.known_hosts.write_text("")
        if other is not None:
            bench.trust(Device(port=device.port, key=other))
    return bench


def _at(port: int, folder: Path) -> Bench:
    host: Host = host_of(Device(port=port))
    return Bench({"r1": host}, folder, {"r1": "x"}, limits=LIMITS).trust(Device(port=port))


def note(found: Findings, name: str, late: float, replays: bool, problems: list[str]) -> None:
    found.cells += 1
    found.late = max(found.late, late)
    found.wrong += [f"{name}: {problem}" for problem in problems]
    if late > GRACE:
        found.wrong.append(f"{name}: {late:.1f} s late")
    if not replays:
        found.wrong.append(f"{name}: the journal replays to another state")


async def test_every_fault_ends_typed_and_in_time(tmp_path: Path, figure: Figures) -> None:
    found, gate, cells = Findings(), asyncio.Semaphore(AT_ONCE), CELLS if soaking() else SHARE

    async def one(number: int, cell: Callable[[Path], Awaitable[None]]) -> None:
        folder = tmp_path / str(number)
        folder.mkdir()
        async with gate:
            await cell(folder)

    answers = [lambda folder, f=f, s=s: answer_cell(f, s, folder, found) for f, s in cells]
    logins = [lambda folder, f=f: login_cell(f, folder, found) for f in LOGIN]
    await asyncio.gather(*(one(number, cell) for number, cell in enumerate([*answers, *logins])))
    figure("fault matrix: cells", found.cells)
    figure("fault matrix: faults", len(ANSWERS) + len(LOGIN))
    figure("fault matrix: wrong cells", len(found.wrong))
    figure.worst("fault matrix: a command after its deadline", round(found.late, 2), "s")
    assert found.wrong == []
    assert len(ANSWERS) + len(LOGIN) >= 20
