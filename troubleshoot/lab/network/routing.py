"""Unicast routing: connected, static and OSPF-like shortest paths, with equal-cost next hops.

The IGP is a single area of point-to-point and LAN links; costs are those of the outgoing interfaces (RFC 2328, 16.1).
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network import ip_host, rip
from troubleshoot.lab.network.model import Network, Ospf, Port, Router, StaticRoute

OSPF_DISTANCE = 110
_EXTERNAL = 20  # the metric of a redistributed route


@dataclass(frozen=True, slots=True)
class NextHop:
    """One way out: ``address`` is None for a connected network or a route to an interface.

    Without an interface the way to ``address`` is looked up: in ``table`` (a routing instance) where one is named, else
    in the route's own. ``label``: packets go to the label switched path to ``address`` with this label under it.
    """

    interface: str
    address: IPv4Address | None = None
    label: int | None = None
    table: str = ""
    learned_from: IPv4Address | None = None  # the BGP neighbor that told it


@dataclass(frozen=True, slots=True)
class Route:
    """One line of the routing table; ``next_hops`` holds all equal-cost ways."""

    prefix: IPv4Network
    protocol: str  # connected, local, static, ospf, bgp
    distance: int
    metric: int
    next_hops: tuple[NextHop, ...]
    process: int = 0
    external: bool = False  # redistributed into OSPF (type E2)

    @property
    def connected(self) -> bool:
        """Whether the network is directly attached (a static route to an interface is not)."""
        return self.protocol in ("connected", "local")


class Rib:
    """The routing table of one router."""

    def __init__(self, routes: Iterable[Route]) -> None:
        best: dict[IPv4Network, Route] = {}
        for route in routes:
            known = best.get(route.prefix)
            if known is None or (route.distance, route.metric) < (known.distance, known.metric):
                best[route.prefix] = route
        self.routes: tuple[Route, ...] = tuple(best[p] for p in sorted(best))
        self._by_prefix = best
        self._lengths = sorted({p.prefixlen for p in best}, reverse=True)

    def lookup(self, address: IPv4Address) -> Route | None:
        """The longest match for ``address``."""
        for length in self._lengths:
            route = self._by_prefix.get(IPv4Network((address, length), strict=False))
            if route is not None:
                return route
        return None


def tables(network: Network) -> dict[str, Rib]:
    """The routing tables of all routers."""
    graph = _ospf_graph(network)
    advertised = {name: list(_ospf_prefixes(network, name)) for name in network.routers}
    learned = rip.tables(network)
    outside = {name: list(_redistributed(network, name, table)) for name, table in learned.items()}
    found: dict[str, Rib] = {}
    for name in network.routers:
        more = [*_rip_routes(learned.get(name)), *_external_routes(network, name, graph, outside)]
        found[name] = _table(network, name, graph, advertised, more)
    return found


def _rip_routes(table: rip.RipTable | None) -> Iterator[Route]:
    for prefix, route in table.routes.items() if table else ():
        if route.hops:
            hops = tuple(NextHop(interface, address) for interface, address in route.hops)
            yield Route(prefix, "rip", rip.DISTANCE, route.metric, hops)


def _redistributed(network: Network, name: str, table: rip.RipTable) -> Iterator[IPv4Network]:
    """What a router tells OSPF of RIP: without `subnets` only whole classful networks."""
    processes = network.routers[name].part(rip.IntoOspf).processes
    if any(p.process == number for p in network.routers[name].ospf for number, _ in processes):
        subnets = any(flag for _, flag in processes)
        yield from (prefix for prefix in table.routes if subnets or rip.major(prefix) == prefix)


def _external_routes(
    network: Network, name: str, graph: _Graph, outside: Mapping[str, list[IPv4Network]]
) -> Iterator[Route]:
    router = network.routers[name]
    if not router.ospf or not any(outside.values()):
        return
    best: dict[IPv4Network, tuple[int, set[NextHop]]] = {}
    for target, (distance, hops) in _shortest_paths(graph, name).items():
        for prefix in outside.get(target, ()):
            _offer(best, prefix, distance, hops)
    process = router.ospf[0]
    for prefix, (_, found) in best.items():
        if router.permits(process.distribute_in, prefix.network_address):
            ways = tuple(sorted(found, key=_hop_order))
            yield Route(prefix, "ospf", OSPF_DISTANCE, _EXTERNAL, ways, process.process, external=True)


def _table(
    network: Network, name: str, graph: _Graph, advertised: Mapping[str, list[_Prefix]], more: Iterable[Route]
) -> Rib:
    router = network.routers[name]
    if not ip_host.routes(router):
        return Rib([*_connected(network, name), *_gateway(network, name)])
    base = [*_connected(network, name), *_ospf_routes(router, name, graph, advertised), *more]
    routes = list(base)
    # A static route may resolve through another static route: as many rounds as there are lines are enough.
    for _ in router.static_routes:
        rib = Rib(routes)
        routes = [*base, *_static(network, name, rib)]
    return Rib(routes)


def _connected(network: Network, name: str) -> Iterator[Route]:
    for interface in network.routers[name].interfaces:
        if interface.address is None or not network.carrier(Port(name, interface.name)):
            continue
        hop = (NextHop(interface.name),)
        yield Route(interface.address.network, "connected", 0, 0, hop)
        if interface.address.network.prefixlen < 32:
            yield Route(IPv4Network(interface.address.ip), "local", 0, 0, hop)


def _gateway(network: Network, name: str) -> Iterator[Route]:
    """A host has one way out: its default gateway, if that is in a connected network."""
    gateway = network.routers[name].part(ip_host.IpHost).gateway
    for interface in network.routers[name].interfaces:
        near = gateway is not None and interface.address is not None and gateway in interface.address.network
        if near and network.carrier(Port(name, interface.name)):
            yield Route(IPv4Network((0, 0)), "gateway", 1, 0, (NextHop(interface.name, gateway),))


def _static(network: Network, name: str, rib: Rib) -> Iterator[Route]:
    grouped: dict[tuple[IPv4Network, int], list[NextHop]] = {}
    for line in network.routers[name].static_routes:
        hop = _resolve(network, name, line, rib)
        if hop is not None:
            grouped.setdefault((line.prefix, line.distance), []).append(hop)
    for (prefix, distance), hops in grouped.items():
        yield Route(prefix, "static", distance, 0, tuple(sorted(hops, key=_hop_order)))


def _resolve(network: Network, name: str, line: StaticRoute, rib: Rib) -> NextHop | None:
    if line.interface is not None:
        up = line.interface == "Null0" or network.carrier(Port(name, line.interface))
        return NextHop(line.interface, line.next_hop) if up else None
    if line.next_hop is None:
        return None
    via = rib.lookup(line.next_hop)
    if via is None or via.prefix == line.prefix:
        return None
    return NextHop(via.next_hops[0].interface, line.next_hop)


_Prefix = tuple[IPv4Network, int]


@dataclass(frozen=True, slots=True)
class _Edge:
    to: str
    cost: int
    interface: str
    address: IPv4Address


_Graph = Mapping[str, list[_Edge]]


def _processes(router: Router, address: IPv4Address) -> Ospf | None:
    return next((p for p in router.ospf if p.covers(address)), None)


def _ospf_graph(network: Network) -> dict[str, list[_Edge]]:
    return {name: list(_ospf_edges(network, name)) for name in network.routers}


def _ospf_edges(network: Network, name: str) -> Iterator[_Edge]:
    router = network.routers[name]
    for interface in router.interfaces:
        if interface.address is None or not _speaks_ospf(router, interface.name):
            continue
        for port, there in network.peers(Port(name, interface.name)):
            if there.address is not None and _speaks_ospf(network.routers[port.router], port.interface):
                yield _Edge(port.router, interface.ospf_cost, interface.name, there.address.ip)


def _speaks_ospf(router: Router, name: str) -> bool:
    interface = router.interface(name)
    if interface is None or interface.address is None:
        return False
    process = _processes(router, interface.address.ip)
    return process is not None and name not in process.passive


def _ospf_prefixes(network: Network, name: str) -> Iterator[_Prefix]:
    router = network.routers[name]
    for interface in router.interfaces:
        if interface.address is None or not network.carrier(Port(name, interface.name)):
            continue
        if _processes(router, interface.address.ip) is not None:
            yield interface.address.network, interface.ospf_cost


def _ospf_routes(router: Router, name: str, graph: _Graph, advertised: Mapping[str, list[_Prefix]]) -> Iterator[Route]:
    if not router.ospf:
        return
    process = router.ospf[0]
    best: dict[IPv4Network, tuple[int, set[NextHop]]] = {}
    for target, (distance, hops) in _shortest_paths(graph, name).items():
        for prefix, cost in advertised[target]:
            _offer(best, prefix, distance + cost, hops)
    for prefix, (metric, found) in best.items():
        if router.permits(process.distribute_in, prefix.network_address):
            ways = tuple(sorted(found, key=_hop_order))
            yield Route(prefix, "ospf", OSPF_DISTANCE, metric, ways, process.process)


def _offer(
    best: dict[IPv4Network, tuple[int, set[NextHop]]], prefix: IPv4Network, metric: int, hops: set[NextHop]
) -> None:
    known = best.get(prefix)
    if known is None or metric < known[0]:
        best[prefix] = (metric, set(hops))
    elif metric == known[0]:
        known[1].update(hops)


def _shortest_paths(graph: _Graph, start: str) -> dict[str, tuple[int, set[NextHop]]]:
    """Dijkstra from ``start``: distance and the set of first hops to every other reachable router."""
    distance: dict[str, int] = {start: 0}
    first: dict[str, set[NextHop]] = {start: set()}
    queue, done = [(0, start)], set[str]()
    while queue:
        cost, here = heapq.heappop(queue)
        if here in done:
            continue
        done.add(here)
        for edge in graph[here]:
            hops = first[here] or {NextHop(edge.interface, edge.address)}
            total = cost + edge.cost
            if total < distance.get(edge.to, total + 1):
                distance[edge.to], first[edge.to] = total, set(hops)
                heapq.heappush(queue, (total, edge.to))
            elif total == distance[edge.to] and edge.to != start:
                first[edge.to] |= hops
    del distance[start]
    return {name: (cost, first[name]) for name, cost in distance.items()}


def _hop_order(hop: NextHop) -> tuple[int, str]:
    return (int(hop.address) if hop.address else 0, hop.interface)
