"""A simulated Windows host and the estate (all hosts and the directory) it belongs to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.personality import Personality

if TYPE_CHECKING:
    from troubleshoot.lab.windows.directory import Directory
    from troubleshoot.lab.windows.process import Process

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Ran:
    """A command line that a host ran: epoch seconds, the account, the line (for PowerShell the decoded script)."""

    time: float
    user: str
    line: str


@dataclass(slots=True)
class Estate:
    """Every simulated Windows host of a lab, and their directory.

    ``pace`` scales simulated waiting: 0.01 makes a service that takes 10 s to stop take 0.1 s.
    """

    machines: dict[str, Machine] = field(default_factory=dict)
    directory: Directory | None = None
    pace: float = 0.01
    clock: Callable[[], float] = time.time

    def machine(self, name: str) -> Machine:
        """A host by short name, computer name or full DNS name, in any letter case. Raises OperatorError."""
        wanted = name.casefold().rstrip(".$").removeprefix("\\\\")
        for machine in self.machines.values():
            if wanted in (machine.name.casefold(), machine.computer.casefold(), machine.fqdn.casefold()):
                return machine
        raise OperatorError(f"the lab has no Windows host {name}")

    async def close(self) -> None:
        """End every program and every piece of background work of all hosts."""
        for machine in self.machines.values():
            await machine.close()


@dataclass(slots=True)
class Machine:
    """One host. ``role`` is `Win32_ComputerSystem.DomainRole`: 2 standalone, 3 member, 4 backup DC, 5 PDC emulator.

    ``sections`` holds the state of each topic by section name; read it with :meth:`state`.
    """

    name: str  # the inventory name, lower case
    fqdn: str
    personality: Personality
    estate: Estate
    role: int = 3
    addresses: tuple[str, ...] = ()
    sections: dict[str, Any] = field(default_factory=dict)
    booted: float = 0.0
    skew: float = 0.0  # seconds that the host's clock is ahead
    hooks: dict[str, list[Callable[[], None]]] = field(default_factory=dict)
    processes: dict[int, Process] = field(default_factory=dict)  # running programs by process id
    ran: list[Ran] = field(default_factory=list)  # oldest first
    work: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def computer(self) -> str:
        """The NetBIOS name."""
        return self.fqdn.partition(".")[0].upper()[:15]

    @property
    def now(self) -> float:
        """Epoch seconds of the host's clock."""
        return self.estate.clock() + self.skew

    def state(self, section: str, kind: type[State]) -> State:
        """The state of a topic. Raises LookupError where the host does not have it."""
        found = self.sections.get(section)
        if not isinstance(found, kind):
            raise LookupError(f"{self.name} has no {section}")
        return found

    def has(self, section: str) -> bool:
        return section in self.sections

    def on(self, event: str, hook: Callable[[], None]) -> None:
        """Call ``hook`` at an event: ``service-stopped:winrm``, ``service-started:winrm``, ``reboot``."""
        self.hooks.setdefault(event, []).append(hook)

    def emit(self, event: str) -> None:
        for hook in list(self.hooks.get(event, ())):
            hook()

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Let the host do something in the background, apart from any program (its service manager, a reboot)."""
        task = asyncio.get_running_loop().create_task(work)
        self.work.add(task)
        task.add_done_callback(self.work.discard)

    async def close(self) -> None:
        """End all programs and background work."""
        for process in list(self.processes.values()):
            process.kill()
        tasks = list(self.work)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
