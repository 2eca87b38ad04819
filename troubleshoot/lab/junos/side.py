"""The Junos routers of a lab, as they are served."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from troubleshoot.core.kinds import Platform
from troubleshoot.lab.junos import protocols
from troubleshoot.lab.junos.context import Context
from troubleshoot.lab.junos.description import plant_of
from troubleshoot.lab.junos.plant import Login, Plant
from troubleshoot.lab.junos.shell import Shell as CommandLine
from troubleshoot.lab.side import Clock, Lines, Side
from troubleshoot.lab.ssh import Account, Shell
from troubleshoot.lab.terminal import Terminal

_MORE = "---(more)---"


def build(part: Mapping[str, Any], lines: Lines, clock: Clock) -> Side:
    """The routers under the key ``junos``; ``lines``: what a fault types and commits on them. Raises AuthorError."""
    return Routers(plant_of(part, lines, clock))


@dataclass(frozen=True, slots=True)
class Routers:
    """Implements :class:`~troubleshoot.lab.side.Side`."""

    plant: Plant

    @property
    def platform(self) -> Platform:
        """Junos."""
        return Platform.JUNOS

    @property
    def names(self) -> tuple[str, ...]:
        """The routers."""
        return tuple(self.plant.machines)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Every interface address of a router."""
        return tuple(each.ip for each in protocols.ports(self.plant.machines[name].database.active))

    def login(self, name: str, account: Account, log: Callable[[str], None]) -> Shell:
        """A new session on a router."""
        machine, now = self.plant.machines[name], self.plant.now()
        terminal = f"pts/{len(machine.people) + len(machine.logins) + 1}"
        login = Login(account.username, terminal, machine.next_pid(), now)
        machine.logins.append(login)
        return Terminal(CommandLine(Context(self.plant, machine, login)), log, more=_MORE)
