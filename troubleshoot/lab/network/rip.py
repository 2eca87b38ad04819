"""RIP as a settled distance vector (RFC 2453), with what IOS adds: classful networks, auto-summary, filters, keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from troubleshoot.lab.network.model import Interface, Network, Port, Router
from troubleshoot.lab.network.prefix_list import permitted
from troubleshoot.lab.network.speakers import RipNic, RipSpeaker

DISTANCE = 120
INFINITY = 16
DEFAULT = IPv4Network(0)


@dataclass(frozen=True, slots=True)
class RipFilter:
    """A `distribute-list`: by access list or prefix list, on one interface or all."""

    name: str
    inward: bool
    prefix_list: bool = False
    interface: str | None = None


@dataclass(frozen=True, slots=True)
class Rip:
    """`router rip`. ``version`` 0: not set, sends 1 and takes both. ``passive`` are the exceptions to the default."""

    running: bool = False
    version: int = 0
    networks: frozenset[IPv4Network] = frozenset()
    auto_summary: bool = True
    passive_default: bool = False
    passive: frozenset[str] = frozenset()
    filters: frozenset[RipFilter] = frozenset()
    default_originate: bool = False
    maximum_paths: int = 4
    validate_source: bool = True

    def silent(self, name: str) -> bool:
        """Whether updates are not sent out of an interface (it still listens)."""
        return (name in self.passive) is not self.passive_default


@dataclass(frozen=True, slots=True)
class RipInterface:
    """The RIP settings of an interface; empty versions mean those of the process."""

    send: str = ""
    receive: str = ""
    key_chain: str = ""
    summaries: frozenset[IPv4Network] = frozenset()


@dataclass(frozen=True, slots=True)
class KeyChains:
    """Name and key string of each key chain."""

    keys: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class IntoOspf:
    """`redistribute rip` below `router ospf`: process and whether `subnets` is given."""

    processes: frozenset[tuple[int, bool]] = frozenset()


@dataclass(frozen=True, slots=True)
class Gateway:
    """A neighbor that sends updates, or once did."""

    interface: str
    address: IPv4Address
    silent: bool = False


@dataclass(frozen=True, slots=True)
class RipRoute:
    """One entry of the database. No hops: the network is directly connected."""

    metric: int
    hops: tuple[tuple[str, IPv4Address], ...] = ()  # interface and neighbor
    interface: str = ""  # where it is connected


@dataclass(slots=True)
class RipTable:
    """What RIP knows on one router."""

    routes: dict[IPv4Network, RipRoute] = field(default_factory=dict)
    gateways: set[Gateway] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Update:
    """What one speaker says on one segment."""

    segment: str
    source: IPv4Interface
    sender: str
    version: int
    key: str
    entries: Mapping[IPv4Network, int]


def major(network: IPv4Network) -> IPv4Network:
    """The classful network around a prefix."""
    first = int(network.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24
    return network if network.prefixlen <= length else network.supernet(new_prefix=length)


def tables(network: Network) -> dict[str, RipTable]:
    """The settled RIP database of every router that runs it."""
    found = {name: _direct(network, name) for name, r in network.routers.items() if r.part(Rip).running}
    for _ in range(INFINITY + 2 if found else 0):
        updates = [*_from_servers(network), *(u for name in found for u in _from_router(network, name, found[name]))]
        heard = {name: _heard(network, name, updates) for name in found}
        if all(heard[name].routes == found[name].routes for name in found):
            return heard
        found = heard
    return found


def runs_on(router: Router, interface: Interface) -> bool:
    """Whether a `network` line (classful) activates RIP on an interface."""
    rip = router.part(Rip)
    return interface.address is not None and rip.running and major(interface.address.network) in rip.networks


def _ports(network: Network, name: str) -> Iterator[tuple[Interface, IPv4Interface]]:
    router = network.routers[name]
    for interface in router.interfaces:
        if interface.address and runs_on(router, interface) and network.carrier(Port(name, interface.name)):
            yield interface, interface.address


def _direct(network: Network, name: str) -> RipTable:
    routes = {address.network: RipRoute(0, interface=i.name) for i, address in _ports(network, name)}
    return RipTable(routes)


# --- sending ------------------------------------------------------------------------------------------------------


def _from_servers(network: Network) -> Iterator[_Update]:
    for speaker in network.speakers.values():
        for nic in speaker.nics:
            if nic.announces:
                yield _Update(nic.segment, nic.address, speaker.name, nic.version, nic.password, _said(speaker, nic))


def _said(speaker: RipSpeaker, nic: RipNic) -> dict[IPv4Network, int]:
    kept = (p for p in speaker.prefixes if p not in nic.withheld and (p.prefixlen < 32 or speaker.host_routes))
    return dict.fromkeys(kept if nic.version == 2 else map(major, kept), 1)


def _from_router(network: Network, name: str, table: RipTable) -> Iterator[_Update]:
    router = network.routers[name]
    rip = router.part(Rip)
    for interface, address in _ports(network, name):
        segment = network.segment_of(Port(name, interface.name))
        if segment is None or interface.loopback or rip.silent(interface.name):
            continue
        part = interface.part(RipInterface)
        for version in _versions(part.send, rip.version, (1,)):
            entries = _entries(router, interface, address.network, table, version)
            yield _Update(segment.name, address, name, version, key_of(router, interface), entries)


def _versions(own: str, process: int, default: tuple[int, ...]) -> tuple[int, ...]:
    if own:
        return tuple(int(word) for word in own.split())
    return (process,) if process else default


def key_of(router: Router, interface: Interface) -> str:
    """The key string that authenticates updates on an interface; empty without authentication."""
    chain = interface.part(RipInterface).key_chain
    return next((key for name, key in router.part(KeyChains).keys if name == chain), "?") if chain else ""


def _entries(
    router: Router, interface: Interface, wire: IPv4Network, table: RipTable, version: int
) -> dict[IPv4Network, int]:
    rip, said = router.part(Rip), dict[IPv4Network, int]()
    for prefix, route in table.routes.items():
        away = all(hop != interface.name for hop, _ in route.hops) and route.interface != interface.name
        shown = _as_sent(rip, interface, wire, prefix, version)
        if away and shown is not None and _passes(router, shown, interface.name, inward=False):
            said[shown] = min(said.get(shown, INFINITY), route.metric + 1)
    if rip.default_originate:
        said[DEFAULT] = 1
    return said


def _as_sent(
    rip: Rip, interface: Interface, wire: IPv4Network, prefix: IPv4Network, version: int
) -> IPv4Network | None:
    """The prefix as it leaves: summarised at a classful border, or not at all where version 1 has no mask for it."""
    summary = next((s for s in interface.part(RipInterface).summaries if prefix.subnet_of(s)), None)
    if summary is not None:
        return summary
    foreign = major(prefix) != major(wire)
    if foreign and (rip.auto_summary or version == 1):
        return major(prefix)
    return prefix if version == 2 or foreign or prefix.prefixlen == wire.prefixlen else None


def _passes(router: Router, prefix: IPv4Network, interface: str, *, inward: bool) -> bool:
    for item in router.part(Rip).filters:
        if item.inward is not inward or item.interface not in (None, interface):
            continue
        by_list = item.prefix_list and permitted(router, item.name, prefix)
        allowed = by_list or (not item.prefix_list and router.permits(item.name, prefix.network_address))
        if not allowed:
            return False
    return True


# --- receiving ----------------------------------------------------------------------------------------------------


def _heard(network: Network, name: str, updates: list[_Update]) -> RipTable:
    table, router = _direct(network, name), network.routers[name]
    offers: dict[IPv4Network, dict[tuple[str, IPv4Address], int]] = {}
    for interface, address in _ports(network, name):
        segment = network.segment_of(Port(name, interface.name))
        for update in updates:
            if segment is None or update.segment != segment.name or update.sender == name:
                continue
            if not _accepts(router, interface, address, update):
                continue
            table.gateways.add(Gateway(interface.name, update.source.ip))
            for prefix, metric in update.entries.items():
                if metric < INFINITY and _passes(router, prefix, interface.name, inward=True):
                    offers.setdefault(prefix, {})[interface.name, update.source.ip] = metric
    _choose(router, table, offers)
    table.gateways |= set(_silent(network, name))
    return table


def _accepts(router: Router, interface: Interface, address: IPv4Interface, update: _Update) -> bool:
    rip = router.part(Rip)
    if update.version not in _versions(interface.part(RipInterface).receive, rip.version, (1, 2)):
        return False
    near = update.source.ip in address.network or not rip.validate_source
    return near and update.key == key_of(router, interface)


def _choose(
    router: Router, table: RipTable, offers: Mapping[IPv4Network, Mapping[tuple[str, IPv4Address], int]]
) -> None:
    """The best metric wins; equal ones share, up to the number of paths. What a static route owns is not RIP's."""
    owned = {line.prefix for line in router.static_routes if line.distance < DISTANCE}
    for prefix, ways in offers.items():
        if prefix in table.routes or prefix in owned:
            continue
        best = min(ways.values())
        hops = sorted((way for way, metric in ways.items() if metric == best), key=lambda way: way[1])
        table.routes[prefix] = RipRoute(best, tuple(hops[: router.part(Rip).maximum_paths]))


def _silent(network: Network, name: str) -> Iterator[Gateway]:
    """Servers that were heard once and say nothing now."""
    for interface, address in _ports(network, name):
        segment = network.segment_of(Port(name, interface.name))
        for speaker in network.speakers.values():
            for nic in speaker.nics:
                here = segment is not None and nic.segment == segment.name and nic.address.ip in address.network
                if here and nic.heard and not nic.announces:
                    yield Gateway(interface.name, nic.address.ip, silent=True)
