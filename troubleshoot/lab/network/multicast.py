"""Multicast trees and where packets go: shared tree, registering, shortest-path tree, prunes, flow (RFC 7761, 4.4-4.6).

The result is the settled state. One choice differs from the RFC on purpose and follows what operators of classic IOS
meet: as soon as an (S,G) entry exists it alone decides. A packet that comes in anywhere else than on the entry's
incoming interface counts as *RPF failed* and is dropped, also while the shared tree could still deliver it. That is the
state in which the picture stays black.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from troubleshoot.lab.network.membership import Member, members
from troubleshoot.lab.network.model import EndHost, Network, Port, Stream
from troubleshoot.lab.network.pim import Pim, Rpf
from troubleshoot.lab.network.routing import Rib, tables

Key = tuple[IPv4Address | None, IPv4Address]  # (source or None for *, group)


@dataclass(frozen=True, slots=True)
class Entry:
    """One (*,G) or (S,G) of one router."""

    source: IPv4Address | None
    group: IPv4Address
    rp: IPv4Address | None
    flags: str
    rpf: Rpf
    oil: tuple[str, ...]
    members: frozenset[str] = frozenset()  # those of `oil` that serve members, not downstream routers
    registering: bool = False


@dataclass(frozen=True, slots=True)
class Traffic:
    """What happens to the packets of one (S,G) at one router."""

    stream: Stream
    received: bool = False
    forwarded: bool = False
    rpf_failed: bool = False
    shared: bool = False  # forwarded by the (*,G) entry


@dataclass(frozen=True, slots=True)
class State:
    """Everything computed from one network configuration."""

    network: Network
    ribs: dict[str, Rib]
    pim: Pim
    members: dict[str, tuple[Member, ...]]
    entries: dict[str, dict[Key, Entry]]
    traffic: dict[str, dict[Key, Traffic]]
    delivered: frozenset[tuple[str, IPv4Address, IPv4Address]]  # (receiver name, source, group)


def compute(network: Network) -> State:
    """The settled state of ``network``."""
    ribs = tables(network)
    pim = Pim(network, ribs)
    wanted = {name: members(pim, name) if r.multicast_routing else () for name, r in network.routers.items()}
    state = State(network, ribs, pim, wanted, {n: {} for n in network.routers}, {n: {} for n in network.routers}, frozenset())
    groups = {m.group for ms in wanted.values() for m in ms} | {s.group for h in network.hosts.values() for s in h.sends}
    delivered: set[tuple[str, IPv4Address, IPv4Address]] = set()
    for group in sorted(groups):
        shared = SharedTree(state, group)
        sources = [SourceTree(shared, host, s) for host in network.hosts.values() for s in host.sends if s.group == group]
        for tree in sources:
            tree.settle()
            delivered |= tree.delivered
        _record(state, shared, sources)
    return State(network, ribs, pim, wanted, state.entries, state.traffic, frozenset(delivered))


@dataclass(slots=True)
class _Node:
    """One router in a tree while it is built: interfaces towards joined routers, and whom it joined itself."""

    rpf: Rpf
    joined: dict[str, set[str]] = field(default_factory=dict)  # outgoing interface -> downstream routers
    upstream: Port | None = None


class SharedTree:
    """The (*,G) tree of one group, built from the members towards the RP."""

    def __init__(self, state: State, group: IPv4Address) -> None:
        self.state, self.pim, self.network, self.group = state, state.pim, state.network, group
        self.nodes: dict[str, _Node] = {}
        self.local: dict[str, dict[str, Member]] = {n: self._local(n) for n in self.network.routers}
        for name, interfaces in self.local.items():
            if interfaces:
                self._grow(name)

    def _local(self, name: str) -> dict[str, Member]:
        """Member interfaces this router has to serve: all it joined itself, of hosts only those where it is the DR."""
        mine = (m for m in self.state.members[name] if m.group == self.group)
        return {m.interface: m for m in mine if m.local or m.static or self.pim.is_designated(Port(name, m.interface))}

    def rp(self, name: str) -> IPv4Address | None:
        """The RP this router uses for the group."""
        return self.pim.rp(name, self.group)

    def is_rp(self, name: str) -> bool:
        """Whether the router itself is the RP of the group."""
        rp = self.rp(name)
        return rp is not None and self.pim.owner(rp) == name

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
            node = self.nodes[name] = _Node(self.rpf(name))
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


def hears_join(pim: Pim, name: str, rpf: Rpf, group: IPv4Address) -> Port | None:
    """The port of the upstream router that accepts a Join from ``name``: adjacent, routing multicast, no boundary."""
    neighbor = pim.neighbor(name, rpf)
    if neighbor is None or rpf.interface is None:
        return None
    there = pim.network.routers[neighbor.port.router]
    if not there.multicast_routing:
        return None
    if not (crosses(pim.network, neighbor.port, group) and crosses(pim.network, Port(name, rpf.interface), group)):
        return None
    return neighbor.port


def crosses(network: Network, port: Port, group: IPv4Address) -> bool:
    """Whether `ip multicast boundary` lets the group pass at this port."""
    interface = network.config(port)
    return interface is None or network.routers[port.router].permits(interface.boundary, group)


class SourceTree:
    """The state of one stream of one source."""

    def __init__(self, shared: SharedTree, host: EndHost, stream: Stream) -> None:
        self.shared, self.pim, self.network = shared, shared.pim, shared.network
        self.source, self.stream, self.group = host.address, stream, stream.group
        self.first = [p for p in self._attached(host) if self.network.routers[p.router].multicast_routing]
        self.nodes: dict[str, _Node] = {}
        self.native: set[str] = set()  # routers with the SPT bit
        self.pruned: dict[str, set[tuple[str, str]]] = {}  # (interface, downstream) cut off the shared tree for S
        self.rp_node = self._registered()
        self.registering: str | None = None
        self.traffic: dict[str, dict[str, bool]] = {}
        self.delivered: set[tuple[str, IPv4Address, IPv4Address]] = set()

    def _attached(self, host: EndHost) -> Iterator[Port]:
        segment = next((s for s in self.network.segments if s.name == host.segment), None)
        for port in segment.ports if segment else ():
            route = self.shared.state.ribs[port.router].lookup(host.address)
            if self.pim.runs(port) and route and route.connected and route.next_hops[0].interface == port.interface:
                yield port

    @property
    def alive(self) -> bool:
        """Whether packets survive the first router."""
        return self.stream.ttl > 1

    def _designated(self) -> str | None:
        return next((p.router for p in self.first if self.pim.is_designated(p)), None)

    def _registered(self) -> str | None:
        """The RP that accepts the Registers of the first-hop router (or is that router)."""
        first = self._designated()
        rp = self.shared.rp(first) if first else None
        if first is None or rp is None or not self.alive or not self.pim.reaches(first, rp):
            return None
        owner = self.pim.owner(rp)
        if owner is None or not self.network.routers[owner].multicast_routing or self.shared.rp(owner) != rp:
            return None
        router = self.network.routers[owner]
        return owner if owner == first or router.permits(router.accept_register, self.source, self.group) else None

    def settle(self) -> None:
        """Build the tree: first hop, RP, receivers' routers, then prunes, then the flow of packets."""
        for port in self.first:
            self._node(port.router)
        if self.rp_node is not None:
            self._node(self.rp_node)
            if self.shared.oil(self.rp_node):
                self._grow(self.rp_node)
            self._switch_over(self._by_shared_tree(self.rp_node))
        self._switch_over(port.router for port in self.first)
        self.native = self._flow(registers=False)
        self._prune()
        self._forget_idle()
        self.registering = self._still_registering()
        self.traffic.clear()
        self._flow(registers=True)

    def _node(self, name: str) -> _Node:
        if name not in self.nodes:
            self.nodes[name] = _Node(self.pim.rpf(name, self.source, self.group))
        return self.nodes[name]

    def _by_shared_tree(self, root: str) -> list[str]:
        """Routers that the first packets reach down the shared tree."""
        reached, queue = [root], [root]
        while queue:
            for downstream in self.shared.oil(queue.pop()).values():
                fresh = [d for d in downstream if d not in reached]
                reached += fresh
                queue += fresh
        return reached

    def _switch_over(self, names: Iterator[str] | list[str]) -> None:
        """Last-hop routers that see packets join the source tree, unless told to stay on the shared tree."""
        for name in names:
            if self.shared.local[name] and not self.network.routers[name].spt_infinity and self.alive:
                self._grow(name)

    def _grow(self, name: str) -> None:
        node = self._node(name)
        while node.upstream is None and not node.rpf.connected:
            upstream = hears_join(self.pim, name, node.rpf, self.group)
            if upstream is None:
                return
            node.upstream = upstream
            node, below = self._node(upstream.router), name
            node.joined.setdefault(upstream.interface, set()).add(below)
            name = upstream.router

    def oil(self, name: str) -> set[str]:
        """Inherited outgoing list: (S,G) joins and the shared tree's list, without prunes and the incoming interface."""
        node, cut = self.nodes[name], self.pruned.get(name, set())
        own = {i for i, routers in node.joined.items() if routers}
        for interface, downstream in self.shared.oil(name).items():
            left = {d for d in downstream if (interface, d) not in cut}
            if left or interface in self.shared.local[name]:
                own.add(interface)
        return own - {node.rpf.interface} if node.rpf.interface else own

    def _prune(self) -> None:
        """Routers fed by the source tree cut S off the shared tree where the two trees come in differently."""
        queue = [n for n in self.native if n in self.shared.nodes]
        for name in queue:
            star = self.shared.nodes[name]
            spt = self.nodes.get(name)
            if star.upstream is None or (spt is not None and spt.upstream == star.upstream):
                continue
            above = star.upstream
            self.pruned.setdefault(above.router, set()).add((above.interface, name))
            if above.router not in queue and not self.shared.is_rp(above.router) and self._cut_off(above.router):
                queue.append(above.router)

    def _cut_off(self, name: str) -> bool:
        every = {(i, d) for i, downstream in self.shared.oil(name).items() for d in downstream}
        return not self.shared.local[name] and every <= self.pruned.get(name, set())

    def _forget_idle(self) -> None:
        """A router whose outgoing list is empty prunes itself from the source tree."""
        changed = True
        while changed:
            changed = False
            for name, node in self.nodes.items():
                if node.upstream is not None and not self.oil(name):
                    self.nodes[node.upstream.router].joined[node.upstream.interface].discard(name)
                    node.upstream, changed = None, True

    def _still_registering(self) -> str | None:
        """The first-hop router that keeps sending Registers because no Register-Stop comes back."""
        first = self._designated()
        rp = self.shared.rp(first) if first else None
        if first is None or rp is None or not self.alive or self.pim.owner(rp) == first:
            return None
        owner = self.pim.owner(rp)
        if owner is None or not self.pim.reaches(first, rp) or not self.network.routers[owner].multicast_routing:
            return first
        # A RP that refuses the source or does not serve the group answers with a Register-Stop at once.
        wants = self.rp_node == owner and owner not in self.native and bool(self.oil(owner))
        return first if wants or not self.pim.reaches(owner, self._register_source(first, rp)) else None

    def _register_source(self, first: str, rp: IPv4Address) -> IPv4Address:
        router = self.network.routers[first]
        route = self.shared.state.ribs[first].lookup(rp)
        name = router.register_source or (route.next_hops[0].interface if route else "")
        interface = router.interface(name)
        return interface.address.ip if interface and interface.address else IPv4Address(0)

    def _flow(self, *, registers: bool) -> set[str]:
        """Let packets run; returns the routers they reach on the incoming interface of the source tree."""
        queue: list[Port] = list(self.first)
        native: set[str] = set()
        seen: set[Port] = set()
        if registers and self.registering and self.rp_node:
            queue += self._decapsulated(self.rp_node)
        while queue:
            port = queue.pop()
            if port in seen:
                continue
            seen.add(port)
            if port.router in self.nodes and self.nodes[port.router].rpf.interface == port.interface:
                native.add(port.router)
            queue += self._forward(port.router, self._accepted(port))
        return native

    def _mark(self, name: str, what: str) -> None:
        self.traffic.setdefault(name, {})[what] = True

    def _decapsulated(self, rp: str) -> list[Port]:
        self._mark(rp, "received")
        if self.nodes[rp].rpf.interface is None:
            self._mark(rp, "rpf_failed")
            return []
        return self._forward(rp, self.oil(rp))

    def _accepted(self, port: Port) -> set[str]:
        """The outgoing interfaces for a packet that arrives on ``port``; empty where it is dropped."""
        name = port.router
        if name in self.nodes:
            self._mark(name, "received")
            if self.nodes[name].rpf.interface != port.interface:
                self._mark(name, "rpf_failed")
                return set()
            return self.oil(name) if self.alive else set()
        star = self.shared.nodes.get(name)
        if star is None or not self.network.routers[name].multicast_routing:
            return set()
        self._mark(name, "received")
        if star.rpf.interface != port.interface:
            self._mark(name, "rpf_failed")
            return set()
        self._mark(name, "shared")
        return set(self.shared.oil(name))

    def _forward(self, name: str, interfaces: set[str]) -> list[Port]:
        reached: list[Port] = []
        for interface in interfaces:
            port = Port(name, interface)
            if not crosses(self.network, port, self.group):
                continue
            self._mark(name, "forwarded")
            reached += [p for p, _ in self.network.peers(port) if crosses(self.network, p, self.group)]
            segment = self.network.segment_of(port)
            hosts = self.network.hosts_on(segment.name) if segment else iter(())
            self.delivered |= {(h.name, self.source, self.group) for h in hosts if self.group in h.joins}
        return reached


def _record(state: State, shared: SharedTree, sources: list[SourceTree]) -> None:
    for name, router in state.network.routers.items():
        if not router.multicast_routing:
            continue
        children = [t for t in sources if name in t.nodes or name in t.pruned]
        if name in shared.nodes or children:
            state.entries[name][(None, shared.group)] = _star_entry(shared, name, children)
        for tree in children:
            state.entries[name][(tree.source, shared.group)] = _source_entry(shared, tree, name)
        for tree in sources:
            if name in tree.traffic:
                state.traffic[name][(tree.source, shared.group)] = Traffic(tree.stream, **tree.traffic[name])


def _star_entry(shared: SharedTree, name: str, children: list[SourceTree]) -> Entry:
    rp, local, oil = shared.rp(name), shared.local[name], shared.oil(name)
    spt = not shared.network.routers[name].spt_infinity
    first_hop = any(p.router == name for t in children for p in t.first)
    flags = _flags(
        D=rp is None,
        S=rp is not None,
        J=bool(local) and rp is not None and spt,
        C=bool(local),
        L=any(m.local for m in local.values()),
        P=not oil,
        F=first_hop and rp is not None,
    )
    return Entry(None, shared.group, rp, flags, shared.rpf(name), tuple(sorted(oil)), frozenset(local))


def _source_entry(shared: SharedTree, tree: SourceTree, name: str) -> Entry:
    local = frozenset(shared.local[name])
    if name not in tree.nodes:  # only cut off the shared tree: an RP-bit entry
        return Entry(tree.source, shared.group, shared.rp(name), "PR", shared.rpf(name), ())
    node, oil = tree.nodes[name], tree.oil(name)
    flags = _flags(
        L=any(m.local for m in shared.local[name].values()),
        P=not oil,
        F=any(p.router == name for p in tree.first) and not shared.is_rp(name),
        J=bool(local) and not node.rpf.connected,
        T=name in tree.native,
    )
    registering = tree.registering == name
    return Entry(tree.source, shared.group, shared.rp(name), flags, node.rpf, tuple(sorted(oil)), local, registering)


def _flags(**flags: bool) -> str:
    return "".join(letter for letter, is_set in flags.items() if is_set)
