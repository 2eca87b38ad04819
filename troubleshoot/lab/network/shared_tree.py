"""The shared tree (*,G) of PIM-SM: Joins from the members' routers towards the RP (RFC 7761, 4.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from troubleshoot.lab.network.membership import Member
from troubleshoot.lab.network.model import Network, Port
from troubleshoot.lab.network.msdp import Speakers
from troubleshoot.lab.network.pim import Pim, Rpf
from troubleshoot.lab.network.routing import Rib
from troubleshoot.lab.network.vrf import vrf_of
from troubleshoot.lab.network.vrf_multicast import SSM_RANGE, Ssm

EXTRANET = "vrf "  # an outgoing interface that is another VRF of the same router


@dataclass(frozen=True, slots=True)
class Ground:
    """What the trees stand on: configuration, routing tables, PIM, group membership."""

    network: Network
    ribs: Mapping[str, Rib]
    pim: Pim
    members: Mapping[str, tuple[Member, ...]]
    msdp: Speakers


@dataclass(slots=True)
class Node:
    """One router in a tree while it is built: interfaces towards joined routers, and whom it joined itself."""

    rpf: Rpf
    joined: dict[str, set[str]] = field(default_factory=dict)  # outgoing interface -> downstream routers
    upstream: Port | None = None


class SharedTree:
    """The (*,G) tree of one group, built from the members towards the RP."""

    def __init__(self, ground: Ground, group: IPv4Address) -> None:
        self.ground, self.pim, self.network, self.group = ground, ground.pim, ground.network, group
        self.nodes: dict[str, Node] = {}
        self.local: dict[str, dict[str, Member]] = {n: self._local(n) for n in self.network.routers}
        for name, interfaces in self.local.items():
            if interfaces and not self.ssm(name):
                self._grow(name)

    def _local(self, name: str) -> dict[str, Member]:
        """Member interfaces this router has to serve: all it joined itself, of hosts only those where it is the DR."""
        mine = (m for m in self.ground.members[name] if m.group == self.group and m.source is None)
        return {m.interface: m for m in mine if m.local or m.static or self.pim.is_designated(Port(name, m.interface))}

    def ssm(self, name: str) -> bool:
        """Whether this router joins the group source by source only."""
        return self.group in SSM_RANGE and self.network.routers[name].part(Ssm).default

    def rp(self, name: str) -> IPv4Address | None:
        """The RP this router uses for the group."""
        return None if self.ssm(name) else self.pim.rp(name, self.group)

    def is_rp(self, name: str) -> bool:
        """Whether the router itself is the RP of the group."""
        rp = self.rp(name)
        return rp is not None and self.pim.owns(name, rp)

    def rpf(self, name: str) -> Rpf:
        """The RPF result towards the RP; failed on the RP itself and where no RP is known."""
        rp = self.rp(name)
        if rp is None or self.is_rp(name):
            return Rpf(rp or IPv4Address(0))
        return self.pim.rpf(name, rp, self.group)

    def oil(self, name: str) -> dict[str, set[str]]:
        """Outgoing interfaces with the downstream routers behind each (empty set: only members)."""
        node = self.nodes.get(name)
        joined = node.joined if node else {}
        merged = {i: set(joined.get(i, ())) for i in (*self.local[name], *joined)}
        iif = node.rpf.interface if node else None
        return {i: routers for i, routers in merged.items() if i != iif or i in self.local[name]}

    def _grow(self, name: str) -> None:
        while name not in self.nodes:
            node = self.nodes[name] = Node(self.rpf(name))
            rp = self.rp(name)
            if rp is None or self.is_rp(name):
                return
            upstream = hears_join(self.pim, name, node.rpf, self.group)
            if upstream is None or self.rp(upstream.router) != rp:
                return
            self._join(upstream, name)
            node.upstream, name = upstream, upstream.router

    def _join(self, upstream: Port, name: str) -> None:
        if upstream.router not in self.nodes:
            self._grow(upstream.router)
        self.nodes[upstream.router].joined.setdefault(upstream.interface, set()).add(name)


def extranet_port(rpf: Rpf, name: str) -> Port:
    """Where the VRF that the lookup ended in hands packets to the instance ``name`` of the same router."""
    return Port(rpf.table, f"{EXTRANET}{vrf_of(name)}")


def hears_join(pim: Pim, name: str, rpf: Rpf, group: IPv4Address) -> Port | None:
    """The port of the upstream router that accepts a Join from ``name``: adjacent, routing multicast, no boundary."""
    if rpf.table:
        return extranet_port(rpf, name)
    neighbor = pim.neighbor(name, rpf)
    if neighbor is None or rpf.interface is None:
        return None
    there = pim.network.routers[neighbor.port.router]
    reached = (port for port, _ in pim.network.peers(Port(name, rpf.interface)))
    if not there.multicast_routing or neighbor.port not in reached:
        return None
    if not (crosses(pim.network, neighbor.port, group) and crosses(pim.network, Port(name, rpf.interface), group)):
        return None
    return neighbor.port


def crosses(network: Network, port: Port, group: IPv4Address) -> bool:
    """Whether `ip multicast boundary` lets the group pass at this port."""
    interface = network.config(port)
    return interface is None or network.routers[port.router].permits(interface.boundary, group)
