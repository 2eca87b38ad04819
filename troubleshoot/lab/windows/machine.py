"""A simulated Windows host and the estate (all hosts and the directory) it belongs to."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.personality import Personality

if TYPE_CHECKING:
    from troubleshoot.lab.windows.directory import Directory

State = TypeVar("State")


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
    hooks: dict[str, list[Callable[[], None]]] = field(default_factory=dict)

    @property
    def computer(self) -> str:
        """The NetBIOS name."""
        return self.fqdn.partition(".")[0].upper()[:15]

    @property
    def now(self) -> float:
        """Epoch seconds of the host's clock."""
        return self.estate.clock()

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
