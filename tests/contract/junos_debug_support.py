"""The routers of junos-debug behind their SSH servers: their own commit log says what was really done to them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.contract import network_support
from tests.contract.network_support import Clock, Running
from troubleshoot.lab.junos.config import Config
from troubleshoot.lab.junos.database import Database, Editor, Way
from troubleshoot.lab.junos.plant import Plant
from troubleshoot.lab.junos.shell import Shell
from troubleshoot.lab.junos.side import Routers

PROBLEM = "junos-debug"
FAULTS = network_support.faults(PROBLEM)
US = "operator"


@dataclass(frozen=True, slots=True)
class Bench:
    """A lab with a fault, and the truth about its routers."""

    running: Running
    plant: Plant
    before: Config  # of mx1, when it was booted
    commits: int

    @property
    def clock(self) -> Clock:
        return self.running.clock

    @property
    def database(self) -> Database:
        return self.plant.machines["mx1"].database

    @property
    def typed(self) -> list[str]:
        """What reached mx1."""
        return self.running.typed("mx1")

    def ours(self) -> list[Config]:
        """What we ever made active on mx1, oldest first."""
        self.plant.now()
        made = self.database.commits[: len(self.database.commits) - self.commits]
        return [commit.config for commit in reversed(made) if commit.user == US]

    def nothing_left(self) -> None:
        """No trace of ours is active, waits, or lies in the candidate; and we never committed anything else."""
        self.plant.now()
        assert self.database.active == self.before, self.database.active.lines()
        assert self.database.pending is None or self.database.commits[0].user != US
        assert US not in {editor.user for editor in self.database.editors}
        ours = set(self.database.candidate.lines()) - set(self.before.lines())
        assert not [line for line in ours if "guided-" in line]
        for config in self.ours():
            changed = set(config.lines()) ^ set(self.before.lines())
            assert all(" traceoptions " in line for line in changed), changed

    def colleague(self, *changes: str, way: Way = Way.SHARED) -> Editor:
        """Somebody else enters configuration mode and changes something."""
        editor = Editor("jdoe", "pts/9", 4712, self.clock(), way, active=self.clock())
        self.database.enter(editor)
        for line in changes:
            self.database.apply(editor, line)
        return editor


@asynccontextmanager
async def rehearse(fault: str, tmp_path: Path) -> AsyncIterator[Bench]:
    """Boot the lab with ``fault``."""
    async with network_support.rehearse(PROBLEM, fault, tmp_path) as running:
        side = running.lab._sides["mx1"]
        assert isinstance(side, Routers)
        database = side.plant.machines["mx1"].database
        yield Bench(running, side.plant, database.active.copy(), len(database.commits))


def on_line(patch: pytest.MonkeyPatch, begins: str, act: Callable[[], None], *, count: int = 1) -> None:
    """Let something happen when the router has taken the ``count``-th line that begins so, before it answers."""
    original, seen = Shell.execute, 0

    def execute(shell: Shell, line: str) -> str:
        nonlocal seen
        shown = original(shell, line)
        if shell.context.user == US and line.startswith(begins):
            seen += 1
            if seen == count:
                act()
        return shown

    patch.setattr(Shell, "execute", execute)


def cut(bench: Bench) -> Callable[[], None]:
    """Break every connection to mx1."""

    def act() -> None:
        for connection in list(bench.running.lab._listeners["mx1"]._connections):
            connection.abort()

    return act
