"""The multicast routing table and the traffic of every router, from the trees of all groups."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from typing import Any, TypeVar

from troubleshoot.lab.network import mdt
from troubleshoot.lab.network.bgp.state import BgpState, converge
from troubleshoot.lab.network.membership import Member, members
from troubleshoot.lab.network.model import EndHost, Network, Stream
from troubleshoot.lab.network.msdp import Speakers, Spread
from troubleshoot.lab.network.pim import Origins, Pim, Rpf
from troubleshoot.lab.network.routing import Rib, tables
from troubleshoot.lab.network.shared_tree import EXTRANET, Ground, SharedTree
from troubleshoot.lab.network.source_tree import SourceTree
from troubleshoot.lab.network.vrf import split

T = TypeVar("T")
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
    extranet: tuple[str, ...] = ()  # other VRFs of the router that take the packets over


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

    configured: Network
    network: Network  # its routing instances: a router, and `router:VRF` for each of its VRFs
    ribs: dict[str, Rib]  # by routing instance, as everything below
    bgp: BgpState
    pim: Pim
    msdp: Speakers
    mdts: mdt.Mdts
    members: dict[str, tuple[Member, ...]]
    entries: dict[str, dict[Key, Entry]]
    traffic: dict[str, dict[Key, Traffic]]
    delivered: set[tuple[str, IPv4Address, IPv4Address]]  # (receiver name, source, group)
    news: dict[Key, Spread] = field(default_factory=dict)  # of sources that are announced by MSDP
    _derived: dict[Callable[[State], Any], Any] = field(default_factory=dict, compare=False, repr=False)

    def derive(self, compute: Callable[[State], T]) -> T:
        """What a feature computes from this state, computed when it is first asked for."""
        if compute not in self._derived:
            self._derived[compute] = compute(self)
        found: T = self._derived[compute]
        return found


def compute(network: Network) -> State:
    """The settled state of ``network``: multicast of the global table, tunnels over it, multicast of the VRFs."""
    configured, network = network, split(network)
    bgp = converge(configured, network, tables(network))
    mdts = mdt.find(configured, bgp)
    origins = mdt.origins(configured, bgp)
    if mdts.tunnels:
        network = mdt.in_core(network, mdts)
        core = _ground(network, bgp, mdts, origins)
        network = mdt.through(network, mdts, _delivered(core, {t.group for t in mdts.tunnels}))
    ground = _ground(network, bgp, mdts, origins)
    names = list(network.routers)
    empty: Callable[[], dict[str, Any]] = lambda: {n: {} for n in names}  # noqa: E731
    computed = (bgp.ribs, bgp, ground.pim, ground.msdp, mdts, dict(ground.members))
    state = State(configured, network, *computed, empty(), empty(), set())
    for group in sorted(_groups(ground)):
        shared, sources = _trees(ground, group)
        for tree in sources:
            state.delivered.update(tree.delivered)
            if tree.news is not None:
                state.news[(tree.source, group)] = tree.news
        _record(state, shared, sources)
    return state


def _ground(network: Network, bgp: BgpState, mdts: mdt.Mdts, origins: Origins) -> Ground:
    pim = Pim(network, bgp.ribs, bgp.labels, origins)
    wanted: dict[str, tuple[Member, ...]] = {}
    for name, router in network.routers.items():
        found = (*members(pim, name), *mdt.members(network, mdts, name))
        wanted[name] = found if router.multicast_routing else ()
    return Ground(network, bgp.ribs, pim, wanted, Speakers(network, pim))


def _trees(ground: Ground, group: IPv4Address) -> tuple[SharedTree, list[SourceTree]]:
    shared = SharedTree(ground, group)
    sources = [SourceTree(shared, host, stream) for host, stream in _senders(ground.network, group)]
    for tree in sources:
        tree.settle()
    return shared, sources


def _delivered(ground: Ground, groups: set[IPv4Address]) -> mdt.Delivered:
    return {arrival for group in groups for tree in _trees(ground, group)[1] for arrival in tree.delivered}


def _groups(ground: Ground) -> set[IPv4Address]:
    asked = {m.group for found in ground.members.values() for m in found}
    return asked | {s.group for host in ground.network.hosts.values() for s in host.sends}


def _senders(network: Network, group: IPv4Address) -> list[tuple[EndHost, Stream]]:
    return [(host, s) for host in network.hosts.values() for s in host.sends if s.group == group]


def _record(state: State, shared: SharedTree, sources: list[SourceTree]) -> None:
    for name, router in state.network.routers.items():
        if not router.multicast_routing:
            continue
        children = [t for t in sources if name in t.nodes or name in t.pruned]
        if name in shared.nodes or (children and not shared.ssm(name)):
            state.entries[name][(None, shared.group)] = _star_entry(shared, name, children)
        for tree in children:
            state.entries[name][(tree.source, shared.group)] = _source_entry(shared, tree, name)
        for tree in sources:
            if name in tree.traffic:
                state.traffic[name][(tree.source, shared.group)] = Traffic(tree.stream, **tree.traffic[name])


def _star_entry(shared: SharedTree, name: str, children: list[SourceTree]) -> Entry:
    rp, local, rpf = shared.rp(name), shared.local[name], shared.rpf(name)
    oil, extranet = _split(shared.oil(name))
    spt = not shared.network.routers[name].spt_infinity
    first_hop = any(p.router == name for t in children for p in t.first)
    flags = _flags(
        D=rp is None,
        S=rp is not None,
        J=bool(local) and rp is not None and spt,
        C=bool(local),
        L=any(m.local for m in local.values()),
        P=not oil and not extranet,
        F=first_hop and rp is not None,
        E=bool(extranet or rpf.table),
        Z=_into_vrf(oil),
    )
    return Entry(None, shared.group, rp, flags, rpf, oil, frozenset(local), extranet=extranet)


def _source_entry(shared: SharedTree, tree: SourceTree, name: str) -> Entry:
    local = tree.local(name)
    if name not in tree.nodes:  # only cut off the shared tree: an RP-bit entry
        return Entry(tree.source, shared.group, shared.rp(name), "PR", shared.rpf(name), ())
    node, (oil, extranet) = tree.nodes[name], _split(tree.oil(name))
    ssm = shared.ssm(name)
    flags = _flags(
        s=ssm,
        L=any(m.local for m in local.values()),
        P=not oil and not extranet,
        F=any(p.router == name for p in tree.first) and not shared.is_rp(name),
        J=bool(local) and not node.rpf.root and not ssm,
        T=name in tree.native,
        M=tree.news is not None and name in tree.news.heard,
        A=tree.news is not None and name == tree.news.origin,
        I=ssm and bool(local),
        E=bool(extranet or node.rpf.table),
        Z=_into_vrf(oil),
    )
    registering = tree.registering == name
    rp = shared.rp(name)
    return Entry(tree.source, shared.group, rp, flags, node.rpf, oil, frozenset(local), registering, extranet)


def _split(outgoing: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The real outgoing interfaces, and the VRFs that take the packets over."""
    names = sorted(outgoing)
    vrfs = tuple(n.removeprefix(EXTRANET) for n in names if n.startswith(EXTRANET))
    return tuple(n for n in names if not n.startswith(EXTRANET)), vrfs


def _into_vrf(oil: tuple[str, ...]) -> bool:
    return any(name.startswith(mdt.MVRF) for name in oil)


def _flags(**flags: bool) -> str:
    return "".join(letter for letter, is_set in flags.items() if is_set)
