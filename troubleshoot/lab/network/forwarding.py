"""What becomes of a packet: IP lookups in every routing instance, label switched paths between them.

This is the lab's own truth: displays and tests ask here where packets really go.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from troubleshoot.lab.network.model import Network, Port
from troubleshoot.lab.network.mpls import outgoing, switched
from troubleshoot.lab.network.routing import NextHop, Rib, Route
from troubleshoot.lab.network.vrf import router_of

_MAX_STEPS = 64


class End(StrEnum):
    """How the way of a packet ended."""

    DELIVERED = "delivered"
    NO_ROUTE = "no route"
    NO_NEIGHBOR = "nobody at the next hop"
    NO_LABEL = "no label switched path"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Step:
    """A router on the way: its routing instance, the address the packet came in by, the labels it came in with."""

    instance: str
    address: IPv4Address | None = None
    labels: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Walk:
    """The way of a packet; an end host is no step."""

    steps: tuple[Step, ...]
    end: End

    @property
    def delivered(self) -> bool:
        """Whether the packet arrived."""
        return self.end is End.DELIVERED


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """What a router does with a VPN label of its own: send to one of ``hops``, or (without) look up in ``instance``."""

    instance: str
    hops: tuple[NextHop, ...] = ()


Labels = Mapping[tuple[str, int], LabelEntry]  # by router and label


class Forwarding:
    """The forwarding tables of all routing instances of one network."""

    def __init__(self, network: Network, ribs: dict[str, Rib], labels: Labels | None = None) -> None:
        self.network, self.ribs, self.labels = network, ribs, labels or {}

    def walk(self, start: str, target: IPv4Address, flow: str | None = None) -> Walk:
        """The way of a packet from an instance; ``flow`` decides between equal ways (without one the last is taken)."""
        steps, seen, here = [Step(start)], set[str](), start
        while here not in seen and len(steps) < _MAX_STEPS:
            seen.add(here)
            route = self.ribs[here].lookup(target)
            if route is None:
                return Walk(tuple(steps), End.NO_ROUTE)
            if route.connected:
                end = self._arrive(here, route, target, steps)
                return Walk(tuple(steps), end)
            following = self._go(here, choose(route.next_hops, here, flow), target, flow, steps)
            if isinstance(following, End):
                return Walk(tuple(steps), following)
            here = following
        return Walk(tuple(steps), End.LOOP)

    def _arrive(self, here: str, route: Route, target: IPv4Address, steps: list[Step]) -> End:
        """The last hop: the router itself, a router on the link, an end host on the link."""
        if target in self.network.routers[here].addresses():
            return End.DELIVERED
        port = Port(here, route.next_hops[0].interface)
        for far, there in self.network.peers(port):
            if there.address and there.address.ip == target:
                steps.append(Step(far.router, target))
                return End.DELIVERED
        segment = self.network.segment_of(port)
        found = segment is not None and any(h.address == target for h in self.network.hosts_on(segment.name))
        return End.DELIVERED if found and self.network.carrier(port) else End.NO_NEIGHBOR

    def _go(self, here: str, hop: NextHop, target: IPv4Address, flow: str | None, steps: list[Step]) -> str | End:
        """One hop further: the instance that looks at the packet next, or how it ended."""
        if hop.label is not None:
            return self._switch(router_of(here), hop, target, flow, steps)
        inside = hop.table or here
        out = self.resolve(inside, hop, flow)
        if out is None:
            return End.NO_ROUTE
        if hop.table and hop.address is None:
            return inside  # a connected network of another VRF
        far = self._adjacent(inside, out, target)
        if far is None:
            return End.NO_NEIGHBOR
        there = self.network.config(far)
        steps.append(Step(far.router, there.address.ip if there and there.address else None))
        return far.router

    def resolve(self, here: str, hop: NextHop, flow: str | None = None) -> NextHop | None:
        """The way out on a link for a next hop that names none."""
        for _ in range(8):  # recursion of recursion is cut off, as routers do
            if hop.interface:
                return hop
            route = self.ribs[here].lookup(hop.address) if hop.address else None
            if route is None:
                return None
            following = choose(route.next_hops, here, flow)
            hop = NextHop(following.interface, hop.address) if route.connected else following
        return None

    def _adjacent(self, here: str, hop: NextHop, target: IPv4Address) -> Port | None:
        # Without a next hop the router asks for the target itself (proxy ARP answers on the far side).
        for port, there in self.network.peers(Port(here, hop.interface)):
            if there.address is None:
                continue
            if there.address.ip == hop.address or (hop.address is None and self.ribs[port.router].lookup(target)):
                return port
        return None

    def _switch(self, here: str, hop: NextHop, target: IPv4Address, flow: str | None, steps: list[Step]) -> str | End:
        """Along the label switched path to another PE, and what that one does with the VPN label."""
        end = hop.address and self._tunnel(here, hop, flow, steps)
        entry = self.labels.get((end or "", hop.label or 0))
        if entry is None:
            return End.NO_LABEL
        steps[-1] = Step(entry.instance, steps[-1].address, steps[-1].labels)
        if not entry.hops:
            return entry.instance
        return self._go(entry.instance, choose(entry.hops, entry.instance, flow), target, flow, steps)

    def _tunnel(self, here: str, hop: NextHop, flow: str | None, steps: list[Step]) -> str | None:
        """The router at the end of the label switched path; None where the path is broken."""
        for _ in range(_MAX_STEPS):
            if hop.address in self.network.routers[here].addresses():
                return here
            route = self.ribs[here].lookup(hop.address) if hop.address else None
            out = choose(route.next_hops, here, flow) if route else None
            far = switched(self.network, here, out) if out else None
            if route is None or out is None or far is None:
                return None
            top = outgoing(self.network, self.ribs, here, route.prefix, out)
            there = self.network.config(far)
            stack = tuple(number for number in (top, hop.label) if number is not None)
            steps.append(Step(far.router, there.address.ip if there and there.address else None, stack))
            here = far.router
        return None

    def reaches(self, start: str, target: IPv4Address) -> bool:
        """Whether packets arrive at ``target`` (an address of a router or an end host)."""
        return self.walk(start, target).delivered


def choose(hops: Sequence[NextHop], where: str, flow: str | None) -> NextHop:
    """One of several equal ways: every router hashes the flow with a seed of its own, so that routers do not agree."""
    if flow is None or len(hops) == 1:
        return hops[-1]
    return hops[hashlib.sha256(f"{where}/{flow}".encode()).digest()[0] % len(hops)]
