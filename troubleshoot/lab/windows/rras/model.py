"""RIP below Routing and Remote Access: its settings, and what routers hear from this host.

Values and defaults are those of MS-RRASM, IPRIP_IF_CONFIG (2.2.1.2.166), under the names that netsh gives them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Final

from troubleshoot.lab.network.speakers import RipNic, RipSpeaker
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.system.state import Adapter, system_state

SERVICE: Final = "RemoteAccess"
ANNOUNCE_HOST: Final = "AnnounceHostRoutes"
FLAGS: Final = (
    "SplitHorizon",
    "PoisonReverse",
    "TriggeredUpdates",
    "CleanupUpdates",
    "AcceptHostRoutes",
    ANNOUNCE_HOST,
    "AcceptDefaultRoutes",
    "AnnounceDefaultRoutes",
    "OverwriteStaticRoutes",
    "NoSubnetSummary",
)
MODES: Final = ("NONE", "RIP1", "RIP1COMPAT", "RIP2")
FILTER_MODES: Final = ("DISABLE", "INCLUDE", "EXCLUDE")
STANDARD_FLAGS: Final = frozenset({"SplitHorizon", "PoisonReverse", "TriggeredUpdates", "CleanupUpdates"})
Range = tuple[IPv4Address, IPv4Address]


@dataclass(slots=True)
class RipAdapter:
    """One adapter on which RIP runs. Times in seconds; ``announce_filters`` are ranges of addresses."""

    name: str
    metric: int = 1
    update_mode: str = "PERIODIC"
    announce: str = "RIP1COMPAT"
    accept: str = "RIP1COMPAT"
    expire: int = 180
    remove: int = 120
    update: int = 30
    password: str = ""
    tag: int = 0
    unicast: str = "DISABLE"
    accept_mode: str = "DISABLE"
    announce_mode: str = "DISABLE"
    flags: frozenset[str] = STANDARD_FLAGS
    accept_filters: list[Range] = field(default_factory=list)
    announce_filters: list[Range] = field(default_factory=list)

    def keeps_back(self, prefix: IPv4Network) -> bool:
        """Whether this adapter does not announce a route."""
        if prefix.prefixlen == 32 and ANNOUNCE_HOST not in self.flags:
            return True
        hit = any(low <= prefix.network_address <= high for low, high in self.announce_filters)
        return {"INCLUDE": not hit, "EXCLUDE": hit}.get(self.announce_mode, False)


@dataclass(slots=True)
class Rras:
    """RIP of a host by adapter. ``segments``: where an adapter hangs in the routers' network."""

    machine: Machine
    installed: bool = False
    adapters: dict[str, RipAdapter] = field(default_factory=dict)
    segments: dict[str, str] = field(default_factory=dict)
    unheard: frozenset[str] = frozenset()

    @property
    def running(self) -> bool:
        """Whether RIP is at work."""
        return self.installed and service_control(self.machine).running(SERVICE)

    def find(self, name: str) -> RipAdapter | None:
        """An adapter of RIP by its name in any letter case."""
        return next((item for key, item in self.adapters.items() if key.casefold() == name.casefold()), None)


def rras(machine: Machine) -> Rras:
    """RIP of a host."""
    return machine.state("rras", Rras)


def speaker(machine: Machine) -> RipSpeaker | None:
    """What routers hear from a host now; None for one that has no place in their network."""
    state = rras(machine)
    prefixes = tuple(dict.fromkeys(_prefixes(state)))
    nics = tuple(_nics(state, prefixes))
    return RipSpeaker(machine.name, nics, prefixes) if nics else None


def _nics(state: Rras, prefixes: tuple[IPv4Network, ...]) -> Iterator[RipNic]:
    for name, segment in state.segments.items():
        adapter, settings = system_state(state.machine).adapters[name], state.find(name)
        if settings is None:
            settings = RipAdapter(name, announce="NONE")
        if addresses := networks(adapter):
            yield RipNic(
                segment,
                addresses[0],
                announces=state.running and adapter.connected and _speaks(settings),
                heard=name not in state.unheard,
                version=1 if settings.announce == "RIP1" else 2,  # RIP1COMPAT: version 2, to the broadcast address
                password=settings.password,
                withheld=frozenset(filter(settings.keeps_back, prefixes)),
            )


def _speaks(settings: RipAdapter) -> bool:
    """In demand mode a host only answers when it is asked."""
    return settings.announce != "NONE" and settings.update_mode == "PERIODIC"


def _prefixes(state: Rras) -> Iterator[IPv4Network]:
    """Own addresses (/32), and whatever network a loopback adapter was given, of adapters without RIP."""
    for name, adapter in system_state(state.machine).adapters.items():
        if state.find(name) is None and adapter.connected:
            found = (interface.network for interface in networks(adapter))
            yield from (net for net in found if net.prefixlen == 32 or "loopback" in adapter.description.casefold())


def networks(adapter: Adapter) -> list[IPv4Interface]:
    """The IPv4 addresses of an adapter with their mask."""
    return [IPv4Interface(f"{address}/{adapter.mask}") for address in adapter.addresses if ":" not in address]


def speakers(estate: Estate) -> dict[str, RipSpeaker]:
    """Every host of an estate that routers can hear, by name."""
    found = ((name, speaker(machine)) for name, machine in estate.machines.items())
    return {name: said for name, said in found if said is not None}
