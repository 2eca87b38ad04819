"""The lab of junos-debug without SSH."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from troubleshoot.lab.description import build_sides, load
from troubleshoot.lab.junos.context import Context
from troubleshoot.lab.junos.database import Editor, Way
from troubleshoot.lab.junos.plant import Login, Plant
from troubleshoot.lab.junos.shell import Shell
from troubleshoot.lab.junos.side import Routers
from troubleshoot.session.wiring import library

FOLDER: Path = library().folder("junos-debug")


class Bench:
    """Its routers, with a clock that is moved by hand."""

    def __init__(self, fault: str = "healthy") -> None:
        self.now = 1_790_000_000.0
        (side,) = build_sides(load(FOLDER), fault, clock=lambda: self.now)
        assert isinstance(side, Routers)
        self.plant: Plant = side.plant

    def shell(self, name: str = "mx1", user: str = "netops") -> Shell:
        machine = self.plant.machines[name]
        login = Login(user, "pts/7", machine.next_pid(), self.now)
        machine.logins.append(login)
        return Shell(Context(self.plant, machine, login, page_length=0))

    def commit(self, *lines: str, name: str = "mx1") -> None:
        database = self.plant.machines[name].database
        editor = Editor("netops", "pts/8", 5000, self.now, Way.EXCLUSIVE)
        database.enter(editor)
        for line in lines:
            database.apply(editor, line)
        database.commit(editor)
        database.leave(editor)

    def log(self, name: str) -> list[str]:
        return self.shell().execute(f"show log {name}").split("\n")

    def trace(self, place: str, flags: Sequence[str], seconds: float = 120.0, file: str = "t") -> list[str]:
        self.commit(
            f"set {place} traceoptions file {file} size 1m files 3",
            *(f"set {place} traceoptions flag {f}" for f in flags),
        )
        self.now += seconds
        return self.log(file)
