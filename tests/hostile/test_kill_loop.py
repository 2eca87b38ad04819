"""Incidents that change a device are killed at any moment and resumed. What the device was sent is the judge."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.network_support import Running, rehearse
from tests.figures import Figures, budget
from tests.hostile.kill_loop.incident import TREES, digest, where
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.journal import Journal
from troubleshoot.session.wiring import recorded

KILLS = budget(200, 5000)
ROUTER, PORT = "r3", "GigabitEthernet0/0"
APPLIED, UNDONE = "ip pim sparse-mode", "no ip pim sparse-mode"
# A child may kill itself behind one of these; "" leaves it to the clock. The gap between intent and answer is short.
MOMENTS = ("", "", "", "", "Approved", "SendIntended", "SendAnswered", "FixChosen")
SECONDS = 1.0  # as long as an incident lasts
AT_ONCE = 4  # incidents mostly wait for their device


@dataclass(slots=True)
class Children:
    """The process that forks incidents."""

    process: asyncio.subprocess.Process

    @classmethod
    @asynccontextmanager
    async def ready(cls) -> AsyncIterator[Children]:
        command = [sys.executable, "-m", "tests.hostile.kill_loop.incident"]
        root = Path(__file__).resolve().parents[2]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, cwd=root)
        try:
            yield cls(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()

    async def run(self, order: dict[str, Any], seconds: float | None) -> int:
        """The end of one child: -9 where it was killed after ``seconds`` (or killed itself)."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        pid = int((await self.process.stdout.readline()).split()[1])
        end = asyncio.ensure_future(self.process.stdout.readline())
        await asyncio.wait({end}, timeout=seconds if seconds is not None else 30)
        if not end.done():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return int((await end).split()[1])


@dataclass(slots=True)
class Tally:
    """What went wrong, and how often there was an occasion."""

    kills: int = 0
    incidents: int = 0
    lost: int = 0
    twice: int = 0
    wrong_points: int = 0
    wrong_ends: list[str] = field(default_factory=list)
    between: int = 0  # killed when the intent was stored and the answer was not
    ends: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Scene:
    """One incident from its start over its kills to its end."""

    running: Running
    folder: Path
    children: Children
    chance: random.Random
    tally: Tally

    async def play(self, kills: int) -> None:
        """Kill the incident up to ``kills`` times, let it end, and ask the device what it was sent."""
        name = ""
        for _ in range(kills):
            moment = self.chance.choice(MOMENTS)
            status = await self._child(name, moment, self.chance.uniform(0.02, SECONDS))
            name = self._incident()
            if status != -signal.SIGKILL:
                break
            self.tally.kills += 1
            self._check_journal(name)
        for _ in range(3):  # what a person would do: resume until it has ended
            if name and self._state(name).phase.value == "ended":
                break
            await self._child(name, "", None)
            name = self._incident()
            self._check_journal(name)
        self.tally.incidents += 1
        self._judge(self._state(name))

    async def _child(self, name: str, moment: str, seconds: float | None) -> int:
        expected = where(self._state(name)) if name else ""
        self._said.unlink(missing_ok=True)
        order = {
            "incident": name,
            "last": moment,
            "said": str(self._said),
            "journal": str(self.folder / "journal.db"),
            "inventory": str(self.folder / "hosts.yaml"),
            "known_hosts": str(self.folder / "known_hosts"),
            "parameters": {"router": ROUTER, "port": PORT},
        }
        status = await self.children.run(order, seconds)
        began = [words[2] for words in self._lines() if words[0] == "incident"]
        if expected and began and began[0] != expected:
            self.tally.wrong_points += 1
        return status

    @property
    def _said(self) -> Path:
        return self.folder / "said"

    def _lines(self) -> list[list[str]]:
        if not self._said.exists():
            return []
        whole = [line for line in self._said.read_text().splitlines(keepends=True) if line.endswith("\n")]
        return [line.split() for line in whole]

    def _incident(self) -> str:
        if not (self.folder / "journal.db").exists():
            return ""
        with suppress(Exception), Journal.open(self.folder / "journal.db", create=False) as journal:
            return next((item.id for item in journal.incidents()), "")
        return ""

    def _state(self, name: str) -> State:
        with Journal.open(self.folder / "journal.db", create=False) as journal:
            return recorded(journal, name)[0]

    def _check_journal(self, name: str) -> None:
        """Everything that was acknowledged is there, in its order, and the chain holds."""
        acknowledged = [words[1] for words in self._lines() if words[0] == "event"]
        if not name:
            self.tally.lost += len(acknowledged)
            return
        with Journal.open(self.folder / "journal.db", create=False) as journal:
            journal.verify(name)
            events = list(journal.events(name))
        stored = [digest(event) for event in events]
        self.tally.lost += sum(each not in stored for each in acknowledged)
        self.tally.between += type(events[-1]).__name__ == "SendIntended"

    def _judge(self, state: State) -> None:
        sent = self.running.typed(ROUTER)
        self.tally.twice += max(0, sent.count(APPLIED) - 1) + max(0, sent.count(UNDONE) - 1)
        runs_pim = sent.count(APPLIED) > sent.count(UNDONE)
        said = outcome(state)
        self.tally.ends[said] += 1
        if (said == "fixed") != runs_pim and said not in ("unknown", "aborted"):
            self.tally.wrong_ends.append(f"{said}, but the device was sent {sent}")


def write_files(running: Running, folder: Path) -> None:
    """The inventory of the lab as a child needs it."""
    host = next(host for host in running.lab.hosts if host.name == ROUTER)
    entry = {
        "hostname": host.hostname,
        "port": host.port,
        "username": host.username,
        "password": running.lab.password,
        "platform": "ios",
        "data": {"enable_secret": running.lab.enable_secret, "addresses": list(host.addresses)},
    }
    (folder / "hosts.yaml").write_text(json.dumps({ROUTER: entry}), encoding="utf-8")
    (folder / "hosts.yaml").chmod(0o600)


async def test_killed_incidents_lose_nothing_and_send_nothing_twice(tmp_path: Path, figure: Figures) -> None:
    assert (TREES / "kill-loop" / "tree.yaml").exists()
    tally, chance = Tally(), random.Random(11)

    async def one_after_the_other(row: int) -> None:
        async with Children.ready() as children:
            while tally.kills < KILLS:
                folder = tmp_path / f"{row}-{tally.incidents}"
                folder.mkdir()
                async with rehearse("rpf-trace", "pim_missing", folder) as running:
                    write_files(running, folder)
                    await Scene(running, folder, children, chance, tally).play(kills=6)

    await asyncio.gather(*(one_after_the_other(row) for row in range(AT_ONCE)))
    figure("kill -9: kills", tally.kills)
    figure("kill -9: incidents", tally.incidents)
    figure("kill -9: kills between intent and answer", tally.between)
    figure("kill -9: acknowledged events lost", tally.lost)
    figure("kill -9: fixes sent twice", tally.twice)
    figure("kill -9: wrong resume points", tally.wrong_points)
    assert (tally.lost, tally.twice, tally.wrong_points, tally.wrong_ends) == (0, 0, 0, []), tally
    assert tally.between > 0 and tally.ends["fixed"] > 0, tally
