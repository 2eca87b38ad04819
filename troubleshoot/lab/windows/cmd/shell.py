"""One running cmd.exe, and how output and input of its commands are led elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from troubleshoot.lab.windows.dates import local
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Call, Logon

Sink = Callable[[str, bytes], None]  # (stream, data)
_RANDOM_MAX: Final = 32768


class Leave(Exception):
    """`exit`: the shell ends with ``code``."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Plumbed(Process):
    """A command whose output goes to a sink and whose input is given, inside another program."""

    def __init__(self, outer: Process, sink: Sink | None = None, data: bytes | None = None) -> None:
        super().__init__()
        self.outer = outer
        self._sink = sink
        self._given = data
        if data is not None:
            self.send(data, end=True)

    def put(self, stream: str, data: bytes) -> None:
        if self._sink is not None:
            self._sink(stream, data)
        else:
            self.outer.put(stream, data)

    async def drain(self) -> None:
        if self._sink is None:
            await self.outer.drain()

    async def read_input(self) -> bytes:
        return await (self.outer.read_input() if self._given is None else super().read_input())

    async def read_line(self) -> bytes | None:
        return await (self.outer.read_line() if self._given is None else super().read_line())


@dataclass(slots=True)
class Shell:
    """The state of one cmd.exe. Variable names are looked up without regard to letter case."""

    machine: Machine
    process: Process
    logon: Logon
    codepage: int
    variables: dict[str, str]
    cwd: str
    command_line: str = ""
    error_level: int = 0
    draws: int = field(default=0)  # how often %RANDOM% was asked

    def call(self, process: Process, raw: str = "", args: tuple[str, ...] = ()) -> Call:
        """What a program is given that this shell starts."""
        return Call(self.machine, process, self.logon, args, raw, self.codepage, dict(self.variables), self.cwd)

    def child(self, process: Process) -> Shell:
        """A further cmd.exe started by this one: it inherits, its changes are its own."""
        return replace(self, process=process, variables=dict(self.variables), error_level=0)

    def lookup(self, name: str) -> str | None:
        """A variable, or one of those that cmd.exe computes."""
        wanted = name.casefold()
        for key, value in self.variables.items():
            if key.casefold() == wanted:
                return value
        return self._computed(wanted)

    def assign(self, name: str, value: str) -> None:
        """Set a variable; an empty value removes it."""
        existing = next((key for key in self.variables if key.casefold() == name.casefold()), name)
        if value:
            self.variables[existing] = value
        else:
            self.variables.pop(existing, None)

    def _computed(self, wanted: str) -> str | None:
        if wanted == "random":
            self.draws += 1
            return str(int(self.machine.now * 1000 + self.draws * 7919) % _RANDOM_MAX)
        computed: dict[str, Callable[[], str]] = {
            "cd": lambda: self.cwd,
            "errorlevel": lambda: str(self.error_level),
            "date": self.date,
            "time": self.time,
            "cmdcmdline": lambda: self.command_line,
        }
        return computed[wanted]() if wanted in computed else None

    def date(self) -> str:
        """Today in the host's locale."""
        moment = local(self.machine, self.machine.now)
        return self.machine.personality.text(f"{moment:%a %m/%d/%Y}", f"{moment:%d.%m.%Y}")

    def time(self) -> str:
        """The time of day with hundredths; hours below ten have a leading blank."""
        moment = local(self.machine, self.machine.now)
        point = self.machine.personality.text(".", ",")
        return f"{moment.hour:2d}:{moment:%M:%S}{point}{moment.microsecond // 10000:02d}"

    async def alive(self) -> None:
        """Let others run, and stop here when somebody ended this program meanwhile."""
        await asyncio.sleep(0)
        process: Process = self.process
        while isinstance(process, Plumbed):
            process = process.outer
        if process.exit_code is not None:
            raise asyncio.CancelledError
