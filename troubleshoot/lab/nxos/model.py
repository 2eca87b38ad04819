"""Two Nexus switches, the cables between them and to servers, and the teams of those servers. Frozen values.

What follows from them (who bundles, who is primary, which vPC is up) is computed in :mod:`.links` and :mod:`.pair`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

ALL_VLANS: Final = frozenset(range(1, 4095))
MANAGEMENT: Final = "mgmt0"
DEFAULT_PRIORITY: Final = 32667
MODELS: Final = ("n9k", "n5k")

TeamMode = Literal["lacp", "static", "independent", "none"]


@dataclass(frozen=True, slots=True)
class Layer2:
    """Settings that a port takes from its channel. ``mode``: access, trunk, routed. ``port_type``: of spanning tree."""

    mode: str = "access"
    access: int = 1
    native: int = 1
    allowed: frozenset[int] = ALL_VLANS
    port_type: str = ""  # edge, edge trunk, network, normal; empty: the default
    mtu: int = 1500

    @property
    def vlans(self) -> frozenset[int]:
        """The VLANs that pass."""
        return {"access": frozenset({self.access}), "trunk": self.allowed}.get(self.mode, frozenset())


@dataclass(frozen=True, slots=True)
class Port:
    """An Ethernet port or the management port."""

    name: str
    description: str = ""
    shutdown: bool = False
    layer2: Layer2 = Layer2()
    channel: int | None = None
    channel_mode: str = "on"  # on, active, passive
    address: str = ""  # of the management port, with its length


@dataclass(frozen=True, slots=True)
class Channel:
    """A port channel. ``suspend_individual`` None: as the model does it."""

    number: int
    description: str = ""
    shutdown: bool = False
    layer2: Layer2 = Layer2()
    vpc: int | None = None
    peer_link: bool = False
    suspend_individual: bool | None = None
    min_links: int = 1
    max_bundle: int = 32

    @property
    def name(self) -> str:
        return f"port-channel{self.number}"


@dataclass(frozen=True, slots=True)
class Keepalive:
    """`peer-keepalive`, in the VRF management."""

    destination: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Domain:
    """The vPC domain."""

    number: int
    keepalive: Keepalive | None = None
    priority: int = DEFAULT_PRIORITY
    graceful: bool = True
    peer_gateway: bool = False


@dataclass(frozen=True, slots=True)
class Switch:
    """The configuration of one switch, and its hardware."""

    name: str
    model: str
    mac: str  # with colons, lower case
    hostname: str
    features: frozenset[str] = frozenset()
    vlans: frozenset[int] = frozenset({1})
    stp_mode: str = "rapid-pvst"
    loopguard: bool = False
    domain: Domain | None = None
    ports: Mapping[str, Port] = field(default_factory=dict)
    channels: Mapping[int, Channel] = field(default_factory=dict)

    @property
    def suspends(self) -> bool:
        """Whether ports without LACP are suspended, unless a channel says otherwise."""
        return self.model != "n5k"

    def members(self, channel: int) -> tuple[Port, ...]:
        """The ports of a channel."""
        return tuple(port for port in self.ports.values() if port.channel == channel)

    @property
    def peer_link(self) -> Channel | None:
        """The channel to the peer."""
        return next((channel for channel in self.channels.values() if channel.peer_link), None)

    def carrying(self, vpc: int) -> Channel | None:
        """The channel that carries a vPC."""
        return next((channel for channel in self.channels.values() if channel.vpc == vpc), None)

    def with_port(self, port: Port) -> Switch:
        return replace(self, ports=MappingProxyType({**self.ports, port.name: port}))

    def with_channel(self, channel: Channel) -> Switch:
        """The switch with a channel; its ports take the channel's settings."""
        channels = {**self.channels, channel.number: channel}
        ports = {
            name: replace(port, layer2=channel.layer2) if port.channel == channel.number else port
            for name, port in self.ports.items()
        }
        ordered = dict(sorted(channels.items()))
        return replace(self, channels=MappingProxyType(ordered), ports=MappingProxyType(ports))

    def without_channel(self, number: int) -> Switch:
        """The switch without a channel; its ports are on their own again."""
        channels = {key: channel for key, channel in self.channels.items() if key != number}
        ports = {
            name: replace(port, channel=None, channel_mode="on") if port.channel == number else port
            for name, port in self.ports.items()
        }
        return replace(self, channels=MappingProxyType(channels), ports=MappingProxyType(ports))


@dataclass(frozen=True, slots=True)
class End:
    """One end of a cable: a port of a switch or a card of a server."""

    device: str
    port: str


@dataclass(frozen=True, slots=True)
class Cable:
    a: End
    b: End
    broken: bool = False

    def other(self, end: End) -> End | None:
        """The far end; None where the cable does not end here."""
        return {self.a: self.b, self.b: self.a}.get(end)


@dataclass(frozen=True, slots=True)
class Team:
    """The team of a server. ``cards``: those in the team; ``dead``: those without light, in or out of it."""

    mode: TeamMode = "lacp"
    cards: frozenset[str] = frozenset()
    dead: frozenset[str] = frozenset()
    mac: str = "00:15:5d:00:00:01"

    def speaks(self, card: str) -> bool:
        """Whether LACP comes from a card."""
        return self.mode == "lacp" and card in self.cards and card not in self.dead


@dataclass(frozen=True, slots=True)
class Network:
    """Both switches and what is around them.

    ``management_cut``: nothing passes between their management ports; ``removed``: ports whose module was taken out.
    """

    switches: Mapping[str, Switch]
    cables: tuple[Cable, ...] = ()
    teams: Mapping[str, Team] = field(default_factory=dict)
    management_cut: bool = False
    removed: frozenset[End] = frozenset()

    def with_switch(self, switch: Switch) -> Network:
        return replace(self, switches=MappingProxyType({**self.switches, switch.name: switch}))

    def peer_of(self, name: str) -> Switch:
        """The other switch."""
        return next(switch for key, switch in self.switches.items() if key != name)

    def cable_at(self, end: End) -> Cable | None:
        """The cable in a port."""
        return next((cable for cable in self.cables if cable.other(end) is not None), None)
