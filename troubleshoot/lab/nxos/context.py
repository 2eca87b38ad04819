"""What a command handler may know and change: the switch, the mode of this session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from troubleshoot.lab.nxos.model import Channel, Domain, Network, Port, Switch
from troubleshoot.lab.nxos.names import channel_number
from troubleshoot.lab.nxos.world import World
from troubleshoot.lab.terminal import Question


@dataclass(frozen=True, slots=True)
class Mode:
    """A mode of the command line and what its prompt shows."""

    name: str
    prompt: str = ""


EXEC = Mode("exec")
CONFIG = Mode("config", "(config)")
INTERFACE = Mode("interface", "(config-if)")
INTERFACES = Mode("interfaces", "(config-if-range)")
VPC_DOMAIN = Mode("vpc domain", "(config-vpc-domain)")
VLAN = Mode("vlan", "(config-vlan)")


class Rejected(Exception):
    """A line that the switch understood and does not carry out; the text is what it prints."""


@dataclass(slots=True)
class Context:
    """One session on one switch."""

    world: World
    name: str
    mode: Mode = EXEC
    targets: tuple[str, ...] = ()  # the interfaces being configured
    page_length: int = 24
    closed: bool = False
    question: Question | None = None

    @property
    def network(self) -> Network:
        return self.world.network

    @property
    def switch(self) -> Switch:
        return self.world.start.switches[self.name]

    def change(self, **changes: Any) -> None:
        """Change values of the switch."""
        self.world.change(replace(self.switch, **changes))

    def change_domain(self, **changes: Any) -> None:
        """Change values of the vPC domain."""
        assert self.switch.domain is not None
        domain: Domain = replace(self.switch.domain, **changes)
        self.change(domain=domain)

    def interfaces(self) -> list[Port | Channel]:
        """The interfaces being configured, as they are now."""
        return [self.interface(name) for name in self.targets]

    def interface(self, name: str) -> Port | Channel:
        """An interface by its full name. Raises KeyError."""
        number = channel_number(name)
        return self.switch.ports[name] if number is None else self.switch.channels[number]

    def put(self, item: Port | Channel) -> None:
        """Put the new configuration of an interface in place."""
        switch = self.switch
        self.world.change(switch.with_port(item) if isinstance(item, Port) else switch.with_channel(item))

    def go(self, mode: Mode, targets: tuple[str, ...] = ()) -> str:
        """Enter a mode. No output."""
        self.mode, self.targets = mode, targets
        return ""


Args = dict[str, str]
Handler = Callable[[Context, Args], str]
