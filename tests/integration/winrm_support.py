"""A Windows host with programs made for tests behind the lab's WinRM server, and the connector that reaches it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.lab.windows.directory import Directory
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.personality import PERSONALITIES
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Logon
from troubleshoot.lab.windows.wire import Account, FaultPlan, listen
from troubleshoot.lab.windows.wire.listener import Listener
from troubleshoot.transports.base import Output
from troubleshoot.transports.hub import Hub
from troubleshoot.transports.winrm import WinrmConnector
from troubleshoot.transports.winrm_host import WinrmTransport
from troubleshoot.transports.winrm_target import WinrmLimits

PASSWORD = "grün:Straße&<7>"
ADMIN = Account("admin", "CORP", PASSWORD)
MAPPED = Account("svc-watch", "", "unused-0815", certificate_upn="svc-watch@localhost")
LOCAL = Account("keeper", "", "Schlüssel€7:x")
GUEST = Account("guest", "CORP", PASSWORD, admin=False)
CLIXML = (
    '#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
    '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Object</T></TN><MS><I64 N="SourceId">1</I64></MS></Obj>'
    '<S S="warning">a warning_x000D__x000A_</S>'
    '<S S="Error">Get-Thing : The term &apos;Get-Thing&apos; fehlt f_x00FC_r uns_x000D__x000A_</S>'
    '<S S="Error">    + FullyQualifiedErrorId : Nothing_x000D__x000A_</S></Objs>'
)

Program = Callable[["Windows", Process, str, int], Awaitable[int]]


@dataclass(slots=True)
class Windows:
    """One served host. ``started`` holds the command lines that it ran, ``service`` what `sc` and `schtasks` see."""

    machine: Machine
    programs: dict[str, Program]
    started: list[str] = field(default_factory=list)
    codepages: list[int] = field(default_factory=list)
    stdin: list[bytes] = field(default_factory=list)
    logons: list[Logon] = field(default_factory=list)
    tasks: dict[str, str] = field(default_factory=dict)
    log: str | None = None
    pid: int = 812
    listener: Listener = field(init=False)
    background: list[asyncio.Task[None]] = field(default_factory=list)
    on_run: Callable[[Windows], Awaitable[None]] | None = None

    def launch(
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
        self.started.append(command_line)
        self.codepages.append(codepage)
        self.logons.append(logon)
        name, _, rest = command_line.removesuffix(" <NUL").partition(" ")
        process = Process()
        main = self.programs.get(name, _unknown)
        process.start(lambda running: main(self, running, rest, codepage))
        return process

    def host(self, username: str = "CORP\\admin", **winrm: Any) -> Host:
        """The inventory entry."""
        return Host("hv01", "127.0.0.1", Platform.WINDOWS, port=self.listener.port, username=username, winrm=winrm)


async def _unknown(_: Windows, process: Process, __: str, ___: int) -> int:
    process.put("stderr", b"'x' is not recognized as an internal or external command,\r\noperable program.\r\n")
    return 1


async def _say(_: Windows, process: Process, text: str, page: int) -> int:
    encoding = "utf-8" if page == 65001 else f"cp{page}"
    process.put("stdout", f"{text}\r\n".encode(encoding, "replace"))
    return 0


async def _raw(_: Windows, process: Process, text: str, __: int) -> int:
    """Bytes of its own, whatever the console's code page."""
    process.put("stdout", bytes.fromhex(text))
    return 0


async def _both(_: Windows, process: Process, __: str, ___: int) -> int:
    process.put("stdout", b"found 3 items")
    process.put("stderr", b"and one complaint\r\n")
    return 3


async def _exit(_: Windows, __: Process, text: str, ___: int) -> int:
    return int(text)


async def _ticks(_: Windows, process: Process, text: str, __: int) -> int:
    for number in range(int(text)):
        process.put("stdout", b"tick %d\r\n" % number)
        await asyncio.sleep(0.3)
    return 0


async def _wait(_: Windows, process: Process, __: str, ___: int) -> int:
    process.put("stdout", b"waiting\r\n")
    await asyncio.sleep(3600)
    return 0


async def _large(_: Windows, process: Process, megabytes: str, __: int) -> int:
    for _number in range(int(megabytes) * 16):
        process.put("stdout", b"0123456789abcde\n" * 4096)
        await process.drain()
    process.put("stdout", b"the last line\r\n")
    return 0


async def _powershell(windows: Windows, process: Process, line: str, _: int) -> int:
    windows.stdin.append(b"" if windows.started[-1].endswith("<NUL") else await process.read_input())
    process.put("stdout", "Grüße\r\nend\r\n".encode())
    process.put("stderr", CLIXML.encode())
    return 1


async def _sc(windows: Windows, process: Process, _: str, __: int) -> int:
    process.put("stdout", f"\r\nSERVICE_NAME: winrm\r\n        PID                : {windows.pid}\r\n".encode())
    return 0


async def _schtasks(windows: Windows, process: Process, rest: str, _: int) -> int:
    verb, name = rest.split()[0], rest.split()[2]
    if verb == "/create":
        windows.tasks[name] = rest
    elif name not in windows.tasks:
        process.put("stderr", b"ERROR: The system cannot find the file specified.\r\n")
        return 1
    elif verb == "/run" and windows.on_run is not None:
        windows.background.append(asyncio.ensure_future(_plain(windows.on_run(windows))))
    elif verb == "/delete":
        del windows.tasks[name]
    process.put("stdout", b"SUCCESS: ...\r\n")
    return 0


async def _plain(work: Awaitable[None]) -> None:
    await work


async def _type(windows: Windows, process: Process, _: str, __: int) -> int:
    if windows.log is None:
        process.put("stderr", b"The system cannot find the file specified.\r\n")
        return 1
    process.put("stdout", windows.log.encode())
    return 0


async def _del(windows: Windows, process: Process, text: str, _: int) -> int:
    if windows.log is None:
        process.put("stderr", f"Could Not Find {text}\r\n".encode())
    windows.log = None
    return 0


PROGRAMS: dict[str, Program] = {
    "say": _say,
    "raw": _raw,
    "both": _both,
    "exit": _exit,
    "ticks": _ticks,
    "wait": _wait,
    "large": _large,
    "powershell": _powershell,
    "sc": _sc,
    "schtasks": _schtasks,
    "type": _type,
    "del": _del,
}


@asynccontextmanager
async def served(
    *, key: str = "2022", faults: FaultPlan | None = None, port: int = 0, **options: Any
) -> AsyncIterator[Windows]:
    """Serve one host; ``options`` are those of :func:`troubleshoot.lab.windows.wire.listen`."""
    estate = Estate(pace=0.01, directory=Directory("corp.example", "CORP"))
    machine = Machine("hv01", "hv01.corp.example", PERSONALITIES[key], estate)
    estate.machines[machine.name] = machine
    windows = Windows(machine, dict(PROGRAMS))
    windows.listener = await listen(
        machine, (ADMIN, MAPPED, LOCAL, GUEST), launch=windows.launch, faults=faults, port=port, **options
    )
    try:
        yield windows
    finally:
        for task in windows.background:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*windows.background, return_exceptions=True)
        await windows.listener.close()


def credentials(password: str = PASSWORD) -> Credentials:
    return Credentials(passwords={"hv01": password}, environ={})


@asynccontextmanager
async def connector(password: str = PASSWORD, **limits: Any) -> AsyncIterator[WinrmConnector]:
    made = WinrmConnector(credentials(password), WinrmLimits(**limits))
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def connected(
    windows: Windows, *, password: str = PASSWORD, notes: list[str] | None = None, limits: Any = None, **winrm: Any
) -> AsyncIterator[WinrmTransport]:
    """One open connection; closed, with everything that it left to be closed, at the end."""
    told = notes if notes is not None else []
    async with connector(password, **(limits or {})) as made:
        transport = await made.connect(windows.host(**winrm), deadline=20, note=told.append)
        assert isinstance(transport, WinrmTransport)
        try:
            yield transport
        finally:
            await transport.close()


@asynccontextmanager
async def hub_of(windows: Windows, password: str = PASSWORD, **winrm: Any) -> AsyncIterator[Hub]:
    """A hub whose guard lets everything pass."""
    async with connector(password) as made:
        host = windows.host(**winrm)
        hub = Hub({"hv01": host}.get, {Platform.WINDOWS: made}, guard=lambda platform, command: None)
        try:
            yield hub
        finally:
            await hub.close()


async def read(windows: Windows, command: str, *, deadline: float = 20, **winrm: Any) -> Output:
    async with connected(windows, **winrm) as transport:
        return await transport.read(command, deadline=deadline)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
