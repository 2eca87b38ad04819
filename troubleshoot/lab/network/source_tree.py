"""One stream of one source: registering, the shortest-path tree, prunes, and where packets go (RFC 7761, 4.2 and 4.4).

The result is the settled state. One choice differs from the RFC on purpose and follows what operators of classic IOS
meet: as soon as an (S,G) entry exists it alone decides. A packet that comes in anywhere else than on the entry's
incoming interface counts as *RPF failed* and is dropped, also while the shared tree could still deliver it. That is the
state in which the picture stays black.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.network.membership import Member
from troubleshoot.lab.network.model import EndHost, Port, Stream
from troubleshoot.lab.network.msdp import Spread
from troubleshoot.lab.network.shared_tree import EXTRANET, Node, SharedTree, crosses, hears_join
from troubleshoot.lab.network.vrf import instance, router_of


class SourceTree:
    """The state of one stream of one source."""

    def __init__(self, shared: SharedTree, host: EndHost, stream: Stream) -> None:
        self.shared, self.pim, self.network = shared, shared.pim, shared.network
        self.source, self.stream, self.group = host.address, stream, stream.group
        self.deaf = host.deaf
        self.first = [p for p in self._attached(host) if self.network.routers[p.router].multicast_routing]
        self.nodes: dict[str, Node] = {}
        self.native: set[str] = set()  # routers with the SPT bit
        self.pruned: dict[str, set[tuple[str, str]]] = {}  # (interface, downstream) cut off the shared tree for S
        self.rp_node = self._registered()
        self.news = self._announce()
        self.registering: str | None = None
        self.traffic: dict[str, dict[str, bool]] = {}
        self.delivered: set[tuple[str, IPv4Address, IPv4Address]] = set()

    def _attached(self, host: EndHost) -> Iterator[Port]:
        segment = next((s for s in self.network.segments if s.name == host.segment), None)
        for port in segment.ports if segment else ():
            route = self.shared.ground.ribs[port.router].lookup(host.address)
            if self.pim.runs(port) and route and route.connected and route.next_hops[0].interface == port.interface:
                yield port

    def local(self, name: str) -> dict[str, Member]:
        """Members that this router has to serve: those of the group, and those of this source alone."""
        own = (m for m in self.shared.ground.members[name] if m.group == self.group and m.source == self.source)
        return self.shared.local[name] | {m.interface: m for m in own}

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
        owner = self.pim.arrives(first, rp)
        if owner is None or not self.network.routers[owner].multicast_routing or not self.shared.is_rp(owner):
            return None
        router = self.network.routers[owner]
        return owner if owner == first or router.permits(router.accept_register, self.source, self.group) else None

    def settle(self) -> None:
        """Build the tree: first hop, RP, receivers' routers, then prunes, then the flow of packets."""
        for port in self.first:
            self._node(port.router)
        for name, members in self.shared.ground.members.items():
            if any(m.group == self.group and m.source == self.source for m in members):
                self._grow(name)
        if self.rp_node is not None:
            self._node(self.rp_node)
        for rp in self._roots():
            if self.shared.oil(rp):
                self._grow(rp)
            # The Register itself makes the RP's entry: where its RPF check fails not even the first packet goes on.
            if self._node(rp).rpf.interface is not None:
                self._switch_over(self._by_shared_tree(rp))
        self._switch_over(port.router for port in self.first)
        self.native = self._flow(registers=False)
        self._prune()
        self._forget_idle()
        self.registering = self._still_registering()
        self.traffic.clear()
        self.delivered.clear()
        self._flow(registers=True)

    def _announce(self) -> Spread | None:
        """Tell the other RPs of the source, where the RP at which it is registered speaks MSDP."""
        rp = self.shared.rp(self.rp_node) if self.rp_node else None
        msdp = self.shared.ground.msdp
        if self.rp_node is None or rp is None or not msdp.of(self.rp_node):
            return None
        return msdp.spread(self.rp_node, rp, self.source, self.group)

    def _roots(self) -> list[str]:
        """The RPs that know the source and pull it: the one at which it is registered, and those that heard of it."""
        heard = self.news.heard if self.news else {}
        told = [name for name in heard if self.shared.is_rp(name) and self.shared.oil(name)]
        return [*([self.rp_node] if self.rp_node else []), *told]

    def _node(self, name: str) -> Node:
        if name not in self.nodes:
            self.nodes[name] = Node(self.pim.rpf(name, self.source, self.group))
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

    def _switch_over(self, names: Iterable[str]) -> None:
        """Last-hop routers that see packets join the source tree, unless told to stay on the shared tree."""
        for name in names:
            if self.local(name) and not self.network.routers[name].spt_infinity and self.alive:
                self._grow(name)

    def _grow(self, name: str) -> None:
        node = self._node(name)
        while node.upstream is None and not node.rpf.root:
            upstream = hears_join(self.pim, name, node.rpf, self.group)
            if upstream is None:
                return
            node.upstream = upstream
            node, below = self._node(upstream.router), name
            node.joined.setdefault(upstream.interface, set()).add(below)
            name = upstream.router

    def oil(self, name: str) -> set[str]:
        """Inherited outgoing list: (S,G) joins and the shared tree's list, less prunes and the incoming interface."""
        node, cut = self.nodes[name], self.pruned.get(name, set())
        own = {i for i, routers in node.joined.items() if routers}
        for interface, downstream in self.shared.oil(name).items():
            left = {d for d in downstream if (interface, d) not in cut}
            if left:
                own.add(interface)
        own |= self.local(name).keys()
        if any(p.router == name for p in self.first):
            own -= self.deaf
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
        return not self.local(name) and every <= self.pruned.get(name, set())

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
        owner = self.pim.arrives(first, rp) if first and rp else None
        if first is None or rp is None or not self.alive or owner == first:
            return None
        if owner is None or not self.network.routers[owner].multicast_routing:
            return first
        # A RP that refuses the source or does not serve the group answers with a Register-Stop at once.
        wants = self.rp_node == owner and owner not in self.native and bool(self.oil(owner))
        return first if wants or not self.pim.reaches(owner, self._register_source(first, rp)) else None

    def _register_source(self, first: str, rp: IPv4Address) -> IPv4Address:
        router = self.network.routers[first]
        route = self.shared.ground.ribs[first].lookup(rp)
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
            if self._sets_spt_bit(port):
                native.add(port.router)
            queue += self._forward(port.router, self._accepted(port))
        return native

    def _sets_spt_bit(self, port: Port) -> bool:
        """RFC 7761, 4.2.2: a packet on the source tree's interface that the shared tree cannot have brought."""
        node, star = self.nodes.get(port.router), self.shared.nodes.get(port.router)
        if node is None or node.rpf.interface != port.interface:
            return False
        shared = star is not None and star.rpf.interface == port.interface
        return node.rpf.connected or not shared or (star is not None and star.rpf.neighbor == node.rpf.neighbor)

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
            if interface.startswith(EXTRANET):
                self._mark(name, "forwarded")
                reached.append(self._handed_over(name, interface))
                continue
            port = Port(name, interface)
            if not crosses(self.network, port, self.group):
                continue
            self._mark(name, "forwarded")
            reached += [p for p, _ in self.network.peers(port) if crosses(self.network, p, self.group)]
            segment = self.network.segment_of(port)
            hosts = self.network.hosts_on(segment.name) if segment else iter(())
            self.delivered |= {(h.name, self.source, self.group) for h in hosts if self.group in h.joins}
        return reached

    def _handed_over(self, name: str, interface: str) -> Port:
        """Where a packet is in another VRF of the router: it counts as received where it came in here."""
        node = self.nodes.get(name) or self.shared.nodes[name]
        return Port(instance(router_of(name), interface.removeprefix(EXTRANET)), node.rpf.interface or "")
