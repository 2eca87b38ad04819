"""The routers of a network, as the lab serves them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from troubleshoot.core.kinds import Platform
from troubleshoot.lab.ios.cli import Cli
from troubleshoot.lab.ios.context import Context
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.world import World
from troubleshoot.lab.ssh import Account, Shell
from troubleshoot.lab.terminal import Terminal


@dataclass(frozen=True, slots=True)
class Routers:
    """Implements :class:`~troubleshoot.lab.side.Side` for the routers of a world."""

    world: World

    @property
    def platform(self) -> Platform:
        """IOS."""
        return Platform.IOS

    @property
    def names(self) -> tuple[str, ...]:
        """The routers."""
        return tuple(self.world.network.routers)

    def addresses(self, name: str) -> tuple[str, ...]:
        """Every interface address of a router."""
        return tuple(str(a) for a in self.world.network.routers[name].addresses())

    def login(self, name: str, account: Account, log: Callable[[str], None]) -> Shell:
        """A new session on a router."""
        context = Context(Device(self.world, name), account.username, account.enable_secret)
        return Terminal(Cli(context), log)
