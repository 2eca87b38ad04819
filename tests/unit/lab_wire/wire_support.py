"""A host with a few programs of its own behind the WinRM listener, and raw HTTP to talk to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.personality import PERSONALITIES
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Logon
from troubleshoot.lab.windows.wire import Account

PASSWORD = "Pa:ss wörd-7&<"
OPERATOR = Account("operator", "LABDOM", PASSWORD)
PLAIN = Account("plain", "LABDOM", "plain-Secret1")  # for clients that know ASCII only
LOCAL = Account("keeper", "", "l0cal-Secret", certificate_upn="keeper@localhost")
NOBODY = Account("nobody", "LABDOM", "n0-rights", admin=False)
ACCOUNTS = (OPERATOR, PLAIN, LOCAL, NOBODY)
BLOB = bytes(range(256)) * 32768  # 8 MB with every byte


class Launcher:
    """A launch with a handful of programs; remembers how each was started."""

    def __init__(self) -> None:
        self.started: list[dict[str, Any]] = []
        self.processes: list[Process] = []

    def __call__(
        self,
        machine: Machine,
        logon: Logon,
        command_line: str,
        *,
        through_cmd: bool = True,
        codepage: int = 437,
        environment: Mapping[str, str] | None = None,
        cwd: str | None = None,
    ) -> Process:
        self.started.append(
            {"line": command_line, "logon": logon, "through_cmd": through_cmd, "codepage": codepage}
            | {"environment": dict(environment or {}), "cwd": cwd}
        )
        name, _, rest = command_line.partition(" ")
        main = PROGRAMS.get(name)
        if main is None and not through_cmd:
            raise FileNotFoundError(name)
        process = Process()
        encoding = "utf-8" if codepage == 65001 else f"cp{codepage}"
        rest = rest.encode(encoding, "replace").decode("latin-1")
        process.start(lambda p: (main or _unknown)(p, rest))
        self.processes.append(process)
        return process


Program = Callable[[Process, str], Awaitable[int]]


async def _unknown(process: Process, _: str) -> int:
    process.put("stderr", b"not recognized\r\n")
    return 9009


async def _echo(process: Process, text: str) -> int:
    process.put("stdout", text.encode("latin-1") + b"\r\n")
    return 0


async def _both(process: Process, _: str) -> int:
    for n in range(200):
        process.put("stdout", b"o%d " % n)
        process.put("stderr", b"e%d " % n)
    return 5


async def _exit(_: Process, text: str) -> int:
    return int(text)


async def _blob(process: Process, _: str) -> int:
    for at in range(0, len(BLOB), 65536):
        process.put("stdout", BLOB[at : at + 65536])
        await process.drain()
    return 0


async def _stdin(process: Process, _: str) -> int:
    process.put("stdout", (await process.read_input())[::-1])
    return 0


async def _wait(process: Process, _: str) -> int:
    process.put("stdout", b"waiting\r\n")
    await asyncio.sleep(3600)
    return 0


async def _ticks(process: Process, text: str) -> int:
    for n in range(int(text)):
        process.put("stdout", b"tick %d\r\n" % n)
        await asyncio.sleep(0.02)
    return 0


async def _broken(_: Process, __: str) -> int:
    raise RuntimeError("a bug in a program")


async def _powershell(process: Process, _: str) -> int:
    process.put("stdout", "grün\r\n".encode("cp437"))
    return 0


PROGRAMS: dict[str, Program] = {
    "echo": _echo,
    "both": _both,
    "exit": _exit,
    "blob": _blob,
    "stdin": _stdin,
    "wait": _wait,
    "ticks": _ticks,
    "powershell": _powershell,
    "cmd": _echo,
}


def machine(key: str = "2022", *, joined: bool = True, clock: Callable[[], float] | None = None) -> Machine:
    """A host ``web07`` of the directory LABDOM, or a standalone one."""
    estate = Estate(pace=0.01)
    if clock is not None:
        estate.clock = clock
    if joined:
        estate.directory = Directory("lab.example", "LABDOM")
    made = Machine("web07", "web07.lab.example", PERSONALITIES[key], estate, role=3 if joined else 2)
    estate.machines[made.name] = made
    return made
