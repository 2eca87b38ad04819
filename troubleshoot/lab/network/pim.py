"""PIM between routers: adjacency, designated router, RP mapping and the RPF lookup (RFC 7761, 4.3 and 4.5)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.forwarding import Forwarding, Labels
from troubleshoot.lab.network.model import (
    NOWHERE,
    Interface,
    Multipath,
    Network,
    Port,
    Router,
    StaticMroute,
    StaticRp,
)
from troubleshoot.lab.network.routing import NextHop, Rib, Route
from troubleshoot.lab.network.vrf import instance, router_of
from troubleshoot.lab.network.vrf_multicast import RpfRules


@dataclass(frozen=True, slots=True)
class Neighbor:
    """A PIM neighbor heard on an interface."""

    port: Port
    address: IPv4Address
    dr_priority: int


@dataclass(frozen=True, slots=True)
class Rpf:
    """The result of an RPF lookup; ``interface`` is None where it failed."""

    target: IPv4Address
    interface: str | None = None
    neighbor: IPv4Address = NOWHERE
    prefix: IPv4Network | None = None
    kind: str = ""  # connected, static, ospf 1, static mroute
    connected: bool = False
    table: str = ""  # extranet: the routing instance of the same router in which the lookup ended
    rule: str = ""  # and why it went there

    @property
    def root(self) -> bool:
        """Whether nobody has to be joined: the target is on a connected network of this very instance."""
        return self.connected and not self.table

    @property
    def mroute(self) -> bool:
        """Whether a static mroute decided."""
        return self.kind == "static mroute"


Origins = Mapping[tuple[str, IPv4Network], str]  # VPN routes of an instance that belong to another one of the router


class Pim:
    """PIM as it stands for one network configuration and its routing tables."""

    def __init__(
        self, network: Network, ribs: dict[str, Rib], labels: Labels | None = None, origins: Origins | None = None
    ) -> None:
        self.network = network
        self.ribs = ribs
        self.forwarding = Forwarding(network, ribs, labels)
        self._origins = origins or {}
        self._neighbors = {port: tuple(self._hear(port)) for port in self._ports()}

    def _ports(self) -> Iterator[Port]:
        for name, router in self.network.routers.items():
            for interface in router.interfaces:
                yield Port(name, interface.name)

    def _hear(self, port: Port) -> Iterator[Neighbor]:
        if not self.runs(port):
            return
        for other, there in self.network.heard(port):
            if there.pim is not None and there.address is not None:
                yield Neighbor(other, there.address.ip, there.dr_priority)

    def runs(self, port: Port) -> bool:
        """Whether PIM is configured on the port and the port is up."""
        interface = self.network.config(port)
        return (
            interface is not None
            and interface.pim is not None
            and interface.address is not None
            and self.network.carrier(port)
        )

    def interfaces(self, router: str) -> Iterator[Interface]:
        """Interfaces of ``router`` on which PIM runs."""
        return (i for i in self.network.routers[router].interfaces if self.runs(Port(router, i.name)))

    def neighbors(self, port: Port) -> tuple[Neighbor, ...]:
        """PIM neighbors on a port, lowest address first."""
        return tuple(sorted(self._neighbors[port], key=lambda n: n.address))

    def neighbor(self, router: str, rpf: Rpf) -> Neighbor | None:
        """The PIM neighbor an RPF lookup points at, if there is such a neighbor."""
        if rpf.interface is None or Port(router, rpf.interface) not in self._neighbors:
            return None
        found = self._neighbors[Port(router, rpf.interface)]
        return next((n for n in found if n.address == rpf.neighbor), None)

    def designated(self, port: Port) -> IPv4Address:
        """The designated router on the port's LAN: highest priority, then highest address."""
        interface = self.network.config(port)
        if interface is None or interface.address is None:
            return NOWHERE
        candidates = [(interface.dr_priority, interface.address.ip)]
        candidates += [(n.dr_priority, n.address) for n in self._neighbors[port]]
        return max(candidates)[1]

    def is_designated(self, port: Port) -> bool:
        """Whether the port's own router is the designated router there."""
        interface = self.network.config(port)
        own = interface.address.ip if interface and interface.address else None
        return self.runs(port) and self.designated(port) == own

    def rp(self, router: str, group: IPv4Address) -> IPv4Address | None:
        """The RP that ``router`` uses for ``group``; the highest address among matching lines."""
        config = self.network.routers[router]
        matching = [line.address for line in config.static_rps if serves(config, line, group)]
        return max(matching, default=None)

    def owns(self, name: str, address: IPv4Address) -> bool:
        """Whether a router can be the RP of that address: it has it on an interface that is up and runs PIM."""
        return any(i.address is not None and i.address.ip == address for i in self.interfaces(name))

    def arrives(self, router: str, address: IPv4Address) -> str | None:
        """The router at which packets to ``address`` arrive; of several that have it, the nearest one."""
        walk = self.forwarding.walk(router, address)
        last = walk.steps[-1].instance
        return last if walk.delivered and address in self.network.routers[last].addresses() else None

    def reaches(self, router: str, target: IPv4Address) -> bool:
        """Whether unicast packets from ``router`` arrive at ``target`` (an address of a router or an end host)."""
        return self.forwarding.reaches(router, target)

    def rpf(self, router: str, target: IPv4Address, group: IPv4Address | None = None) -> Rpf:
        """Where ``router`` expects packets of ``target`` to arrive; fails where that interface does not run PIM."""
        found = self._static_mroute(router, target) or self._unicast(router, target, group)
        found = found or self._fallback(router, target, group)
        if found is None or found.interface is None or not self.runs(Port(found.table or router, found.interface)):
            return Rpf(target)
        return found

    def _fallback(self, router: str, target: IPv4Address, group: IPv4Address | None) -> Rpf | None:
        """Without a route of its own a VRF may be told to look into another one."""
        lines = [f for f in self.network.routers[router].part(RpfRules).fallbacks if target in f.prefix]
        if not lines:
            return None
        line = max(lines, key=lambda f: f.prefix.prefixlen)
        return self._elsewhere(instance(router_of(router), line.vrf), target, group, "Static Fallback Lookup")

    def _elsewhere(self, table: str, target: IPv4Address, group: IPv4Address | None, rule: str) -> Rpf | None:
        there = self.network.routers.get(table)
        if there is None or not there.multicast_routing:
            return None
        return replace(self.rpf(table, target, group), table=table, rule=rule)

    def tunnel(self, router: str) -> str | None:
        """The multicast tunnel of a VRF to the other PEs."""
        mine = (p.interface for p in self.network.tunnels if p.router == router)
        return next(mine, None)

    def _over_vpn(self, router: str, route: Route, target: IPv4Address, group: IPv4Address | None) -> Rpf | None:
        """A VPN route: out of another VRF of this router, or through the tunnel to the PE that is its next hop."""
        hop = max(route.next_hops, key=_address)
        table = hop.table or self._origins.get((router, route.prefix), "")
        if table:
            return self._elsewhere(table, target, group, "BGP Imported Route")
        tunnel, kind = self.tunnel(router), f"{route.protocol} {route.process}"
        return Rpf(target, tunnel, hop.address or NOWHERE, route.prefix, kind) if tunnel else None

    def _static_mroute(self, router: str, target: IPv4Address) -> Rpf | None:
        lines = [m for m in self.network.routers[router].static_mroutes if target in m.prefix]
        if not lines:
            return None
        line = max(lines, key=lambda m: (m.prefix.prefixlen, -m.distance))
        unicast = self.ribs[router].lookup(target)
        if unicast is not None and unicast.distance < line.distance:
            return None
        interface = line.interface or self._toward(router, line)
        if interface is None:
            return None
        return Rpf(target, interface, line.neighbor or NOWHERE, line.prefix, "static mroute")

    def _toward(self, router: str, line: StaticMroute) -> str | None:
        route = self.ribs[router].lookup(line.neighbor) if line.neighbor else None
        return route.next_hops[0].interface if route else None

    def _unicast(self, router: str, target: IPv4Address, group: IPv4Address | None) -> Rpf | None:
        route = self.ribs[router].lookup(target)
        if route is None:
            return None
        if any(hop.table or hop.label is not None for hop in route.next_hops):
            return self._over_vpn(router, route, target, group)
        kind = f"{route.protocol} {route.process}" if route.process else route.protocol
        if route.connected:
            return Rpf(target, route.next_hops[0].interface, NOWHERE, route.prefix, kind, connected=True)
        hop = self._choose(router, route, target, group)
        return Rpf(target, hop.interface, hop.address or NOWHERE, route.prefix, kind)

    def _choose(self, router: str, route: Route, target: IPv4Address, group: IPv4Address | None) -> NextHop:
        """One of several equal paths.

        Without `ip multicast multipath` the highest PIM neighbor wins and only then the highest next hop; with it the
        hash looks at the routes alone and PIM hellos do not matter (Cisco, "Load Splitting IP Multicast Traffic over
        ECMP").
        """
        hops = route.next_hops
        mode = self.network.routers[router].multipath
        if len(hops) == 1:
            return hops[0]
        if mode is Multipath.DISABLED:
            heard = [h for h in hops if self._hears(router, h)]
            return max(heard or hops, key=_address)
        g = int(group or NOWHERE) if mode is not Multipath.SOURCE else 0
        if mode is Multipath.NEXT_HOP:
            return max(hops, key=lambda h: (_fold(int(target) ^ g ^ _scramble(_address(h))), _address(h)))
        return hops[_fold(int(target) ^ g) % len(hops)]

    def _hears(self, router: str, hop: NextHop) -> bool:
        heard = self._neighbors.get(Port(router, hop.interface), ())
        return any(n.address == hop.address for n in heard)


def serves(router: Router, line: StaticRp, group: IPv4Address) -> bool:
    """Whether an RP line covers ``group``: no list means all groups; a list that does not exist covers all as well."""
    return router.permits(line.acl, group)


def _address(hop: NextHop) -> int:
    return int(hop.address or NOWHERE)


def _fold(value: int) -> int:
    return (value ^ value >> 8 ^ value >> 16 ^ value >> 24) & 0xFF


def _scramble(value: int) -> int:
    return value * 0x9E3779B1 & 0xFFFFFFFF
