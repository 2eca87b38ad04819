"""Configuration of a simulated network: frozen values only, so that any state can be kept, compared and restored.

What a router *does* is computed from these values elsewhere (:mod:`.routing`, :mod:`.pim`, :mod:`.multicast`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from troubleshoot.lab.network.speakers import RipSpeaker

ALL_MULTICAST = IPv4Network("224.0.0.0/4")
CISCO_RP_DISCOVERY = IPv4Address("224.0.1.40")  # every IOS router with PIM listens to it
NOWHERE = IPv4Address(0)

P = TypeVar("P")
Parts = tuple[object, ...]


def part_of(parts: Parts, kind: type[P]) -> P:
    """The part of that class; its default (``kind()``) where there is none."""
    return next((part for part in parts if type(part) is kind), None) or kind()


def with_part(parts: Parts, part: object) -> Parts:
    """The parts with ``part`` instead of the one of its class; a default is left out, so that equal stays equal."""
    others = tuple(p for p in parts if type(p) is not type(part))
    kept = others if part == type(part)() else (*others, part)
    return tuple(sorted(kept, key=lambda p: type(p).__qualname__))


class Hardware:
    """A part of a device that is no configuration: it is there before the device starts, and it outlives a reload."""

    __slots__ = ()
    reload_in: float  # seconds after the start of the lab for which somebody planned a reload; 0: nobody did

    def start(self, startup: Router) -> Router:
        """The device after it started with this hardware and this startup configuration."""
        return startup.with_part(self)


class PimMode(StrEnum):
    """How an interface runs PIM."""

    SPARSE = "sparse-mode"
    SPARSE_DENSE = "sparse-dense-mode"
    DENSE = "dense-mode"


class Multipath(StrEnum):
    """How equal-cost paths are shared (`ip multicast multipath`)."""

    DISABLED = ""
    SOURCE = "source"
    BASIC = "s-g-hash basic"
    NEXT_HOP = "s-g-hash next-hop-based"


@dataclass(frozen=True, slots=True)
class AclLine:
    """One line of an access list: ``source`` always, ``destination`` only in an extended list (then also protocol)."""

    permit: bool
    source: IPv4Network
    destination: IPv4Network | None = None
    protocol: str = "ip"


@dataclass(frozen=True, slots=True)
class AccessList:
    """An access list; the first matching line decides, no match denies."""

    name: str
    lines: tuple[AclLine, ...] = ()
    extended: bool = False
    numbered: bool = True

    def permits(self, source: IPv4Address, destination: IPv4Address | None = None) -> bool:
        """Whether a packet (extended) or an address (standard) passes."""
        for line in self.lines:
            if source in line.source and (
                line.destination is None or destination is None or destination in line.destination
            ):
                return line.permit
        return False


@dataclass(frozen=True, slots=True)
class Interface:
    """One interface as configured."""

    name: str
    address: IPv4Interface | None = None
    vrf: str = ""  # empty: the global table
    shutdown: bool = False
    description: str = ""
    pim: PimMode | None = None
    dr_priority: int = 1
    ospf_cost: int = 1
    join_groups: frozenset[IPv4Address] = frozenset()
    static_groups: frozenset[IPv4Address] = frozenset()
    boundary: str | None = None
    parts: Parts = ()  # what features keep here, one value a class

    def part(self, kind: type[P]) -> P:
        """What a feature keeps here."""
        return part_of(self.parts, kind)

    def with_part(self, part: object) -> Interface:
        """A copy with that part."""
        return replace(self, parts=with_part(self.parts, part))

    @property
    def loopback(self) -> bool:
        """Whether the interface is a software loopback."""
        return self.name.startswith("Loopback")


@dataclass(frozen=True, slots=True, order=True)
class OspfNetwork:
    """A `network A WILDCARD area N` line."""

    network: IPv4Network
    area: str = "0"


@dataclass(frozen=True, slots=True)
class Ospf:
    """A `router ospf N` process."""

    process: int
    router_id: IPv4Address | None = None
    networks: frozenset[OspfNetwork] = frozenset()
    passive: frozenset[str] = frozenset()
    distribute_in: str | None = None

    def covers(self, address: IPv4Address) -> bool:
        """Whether a `network` line activates OSPF on an interface with this address."""
        return any(address in n.network for n in self.networks)


@dataclass(frozen=True, slots=True)
class StaticRoute:
    """An `ip route` line: by next hop, by interface, or both."""

    prefix: IPv4Network
    next_hop: IPv4Address | None = None
    interface: str | None = None
    distance: int = 1


@dataclass(frozen=True, slots=True)
class StaticMroute:
    """An `ip mroute` line: it overrides the unicast table for RPF only."""

    prefix: IPv4Network
    neighbor: IPv4Address | None = None
    interface: str | None = None
    distance: int = 0


@dataclass(frozen=True, slots=True)
class StaticRp:
    """An `ip pim rp-address` line."""

    address: IPv4Address
    acl: str | None = None
    override: bool = False


@dataclass(frozen=True, slots=True)
class Router:
    """The configuration of one router."""

    hostname: str
    interfaces: tuple[Interface, ...] = ()
    multicast_routing: bool = False
    multipath: Multipath = Multipath.DISABLED
    ospf: tuple[Ospf, ...] = ()
    static_routes: frozenset[StaticRoute] = frozenset()
    static_mroutes: frozenset[StaticMroute] = frozenset()
    static_rps: frozenset[StaticRp] = frozenset()
    access_lists: tuple[AccessList, ...] = ()
    accept_register: str | None = None
    register_source: str | None = None
    spt_infinity: bool = False
    banners: Mapping[str, str] = field(default_factory=dict)
    release: str = "15.9(3)M"  # the software; no line of the configuration
    parts: Parts = ()  # what features keep here, one value a class

    def part(self, kind: type[P]) -> P:
        """What a feature keeps here."""
        return part_of(self.parts, kind)

    def with_part(self, part: object) -> Router:
        """A copy with that part."""
        return replace(self, parts=with_part(self.parts, part))

    def interface(self, name: str) -> Interface | None:
        """The interface of that full name."""
        return next((i for i in self.interfaces if i.name == name), None)

    def with_interface(self, interface: Interface) -> Router:
        """A copy with ``interface`` added or replaced."""
        others = tuple(i for i in self.interfaces if i.name != interface.name)
        return replace(self, interfaces=tuple(sorted((*others, interface), key=interface_order)))

    def access_list(self, name: str) -> AccessList | None:
        """The access list of that number or name."""
        return next((a for a in self.access_lists if a.name == name), None)

    def with_access_list(self, acl: AccessList) -> Router:
        """A copy with ``acl`` added or replaced."""
        others = self.without_access_list(acl.name).access_lists
        return replace(
            self, access_lists=tuple(sorted((*others, acl), key=lambda a: (not a.numbered, _number(a.name))))
        )

    def without_access_list(self, name: str) -> Router:
        """A copy without that access list."""
        return replace(self, access_lists=tuple(a for a in self.access_lists if a.name != name))

    def permits(self, acl: str | None, source: IPv4Address, destination: IPv4Address | None = None) -> bool:
        """Filter by a list name; no list, or a list that does not exist, permits all (as IOS does)."""
        found = self.access_list(acl) if acl else None
        return found is None or found.permits(source, destination)

    def addresses(self) -> tuple[IPv4Address, ...]:
        """All interface addresses, whatever the interface state."""
        return tuple(i.address.ip for i in self.interfaces if i.address)


@dataclass(frozen=True, slots=True, order=True)
class Port:
    """An interface of a router, named from outside."""

    router: str
    interface: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A cable or a LAN. Two ports and no host make a cable: it goes down for both when one end is shut down."""

    name: str
    ports: tuple[Port, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """What a host sends: constant bit rate, ``size`` bytes per IP packet, ``pps`` packets per second."""

    group: IPv4Address
    pps: int = 120
    size: int = 1344
    ttl: int = 16


@dataclass(frozen=True, slots=True)
class EndHost:
    """A multicast sender or receiver on a segment."""

    name: str
    segment: str
    address: IPv4Address
    sends: tuple[Stream, ...] = ()
    joins: frozenset[IPv4Address] = frozenset()
    deaf: frozenset[str] = frozenset()  # interfaces of the router beside it into which its own packets do not go


@dataclass(frozen=True, slots=True)
class Network:
    """The whole network at one moment."""

    routers: Mapping[str, Router]
    segments: tuple[Segment, ...] = ()
    hosts: Mapping[str, EndHost] = field(default_factory=dict)
    speakers: Mapping[str, RipSpeaker] = field(default_factory=dict)
    tunnels: Mapping[Port, frozenset[Port]] = field(
        default_factory=dict
    )  # where packets into a multicast tunnel arrive

    def with_router(self, name: str, router: Router) -> Network:
        """A copy in which router ``name`` is configured as given."""
        return replace(self, routers={**self.routers, name: router})

    def with_host(self, host: EndHost) -> Network:
        """A copy with ``host`` added or replaced."""
        return replace(self, hosts={**self.hosts, host.name: host})

    def segment_of(self, port: Port) -> Segment | None:
        """The segment a port is plugged into."""
        return next((s for s in self.segments if port in s.ports), None)

    def hosts_on(self, segment: str) -> Iterator[EndHost]:
        """End hosts on a segment."""
        return (h for h in self.hosts.values() if h.segment == segment)

    def config(self, port: Port) -> Interface | None:
        """The configured interface behind a port."""
        router = self.routers.get(port.router)
        return router.interface(port.interface) if router else None

    def carrier(self, port: Port) -> bool:
        """Whether the line protocol of the port is up."""
        interface = self.config(port)
        if interface is None or interface.shutdown:
            return False
        if interface.loopback or port in self.tunnels:
            return True
        segment = self.segment_of(port)
        if segment is None:
            return False
        others = [p for p in segment.ports if p != port]
        if len(others) != 1 or any(self.hosts_on(segment.name)):
            return True
        far = self.config(others[0])
        return far is not None and not far.shutdown

    def peers(self, port: Port) -> Iterator[tuple[Port, Interface]]:
        """Ports of other routers that packets out of ``port`` reach: in its subnet, both ends up; or its tunnel's."""
        if port in self.tunnels:
            yield from ((far, there) for far in sorted(self.tunnels[port]) if (there := self.config(far)))
            return
        here, segment = self.config(port), self.segment_of(port)
        if here is None or here.address is None or segment is None or not self.carrier(port):
            return
        for other in segment.ports:
            there = self.config(other)
            if other == port or there is None or there.address is None or not self.carrier(other):
                continue
            if there.address.network == here.address.network:
                yield other, there

    def heard(self, port: Port) -> Iterator[tuple[Port, Interface]]:
        """Ports of other routers whose packets reach ``port``: a tunnel may work in one direction only."""
        if port not in self.tunnels:
            yield from self.peers(port)
            return
        for far, reached in sorted(self.tunnels.items()):
            if port in reached and (there := self.config(far)):
                yield far, there


def interface_order(interface: Interface) -> tuple[int, str, list[int]]:
    """Sort key: loopbacks first, then by type and numbers, as `show running-config` lists them."""
    kind = interface.name.rstrip("0123456789/.")
    numbers = [int(n) for n in interface.name[len(kind) :].replace(".", "/").split("/") if n]
    return (0 if interface.loopback else 1, kind, numbers)


def _number(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (0, name)
