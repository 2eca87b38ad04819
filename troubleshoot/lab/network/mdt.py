"""Multicast tunnels between PEs: every VRF with a default MDT group is joined to it in the global table (RFC 6037).

The tunnel's packets are a stream of the global table like any other: the PE's loopback sends it, the VRFs of the group
receive it. Where that stream arrives decides who hears whom in the VRF; inside it, PIM works as on a LAN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from troubleshoot.lab.network.bgp.config import VPNV4, Bgp
from troubleshoot.lab.network.bgp.state import BgpState
from troubleshoot.lab.network.mdt_routes import MdtRoute, spread
from troubleshoot.lab.network.membership import Member
from troubleshoot.lab.network.model import (
    NOWHERE,
    EndHost,
    Interface,
    Network,
    PimMode,
    Port,
    Router,
    Segment,
    Stream,
)
from troubleshoot.lab.network.pim import Origins
from troubleshoot.lab.network.vrf import Vrf, instance, router_of, vrf_of, vrfs
from troubleshoot.lab.network.vrf_multicast import SSM_RANGE, Ssm

_RATE = 4  # packets a second in a tunnel, with what little customers send besides
MVRF = "MVRF "  # the outgoing interface that leads into a VRF

Delivered = set[tuple[str, IPv4Address, IPv4Address]]


@dataclass(frozen=True, slots=True)
class Tunnel:
    """The end of a multicast tunnel at one PE."""

    instance: str
    interface: str
    group: IPv4Address
    source: str  # the interface whose address the packets carry
    address: IPv4Address

    @property
    def router(self) -> str:
        """The PE."""
        return router_of(self.instance)

    @property
    def mvrf(self) -> str:
        """Where the global table sends what arrives."""
        return f"{MVRF}{vrf_of(self.instance)}"

    @property
    def receiver(self) -> str:
        """The name under which packets arrive in the VRF."""
        return f"mdt into {self.instance}"


@dataclass(frozen=True, slots=True)
class Mdts:
    """All tunnels of a network, and what BGP tells about their groups."""

    tunnels: tuple[Tunnel, ...] = ()
    routes: Mapping[str, list[MdtRoute]] | None = None

    def of(self, name: str) -> Tunnel | None:
        """The tunnel of a routing instance."""
        return next((t for t in self.tunnels if t.instance == name), None)

    def known(self, router: str, group: IPv4Address) -> list[MdtRoute]:
        """The PEs that send to a group, as BGP tells a router."""
        return [r for r in (self.routes or {}).get(router, ()) if r.group == group]


def find(configured: Network, bgp: BgpState) -> Mdts:
    """The tunnels of a network, and the MDT routes of its PEs."""
    tunnels = [t for name, router in configured.routers.items() for t in _of_router(configured, name, router)]
    made: dict[str, list[MdtRoute]] = {}
    for tunnel in tunnels:
        rd = next(v.rd for v in vrfs(configured.routers[tunnel.router]) if v.name == vrf_of(tunnel.instance))
        if rd:
            made.setdefault(tunnel.router, []).append(MdtRoute(rd, tunnel.address, tunnel.group))
    return Mdts(tuple(tunnels), spread(bgp.peering, made))


def _of_router(configured: Network, name: str, router: Router) -> Iterator[Tunnel]:
    source = _source(configured, name, router)
    if source is None or source.address is None or not router.multicast_routing:
        return
    wanted = [v for v in vrfs(router) if v.multicast.mdt_default and v.multicast.routing]
    for number, vrf in enumerate(wanted):
        group = vrf.multicast.mdt_default
        if group is not None:
            yield Tunnel(instance(name, vrf.name), f"Tunnel{number}", group, source.name, source.address.ip)


def _source(configured: Network, name: str, router: Router) -> Interface | None:
    """The interface of the VPN's BGP sessions; without PIM on it nothing can be sent, and no tunnel comes up."""
    bgp = router.part(Bgp)
    used = [n.update_source for a, n in sorted(bgp.neighbors.items()) if n.update_source and bgp.active(VPNV4, a)]
    found = router.interface(used[0]) if used else None
    up = found is not None and found.pim is not None and configured.carrier(Port(name, found.name))
    return found if up else None


def in_core(network: Network, mdts: Mdts) -> Network:
    """The network with the tunnels' packets in the global table: the loopbacks send, the VRFs receive."""
    segments = [Segment(f"mdt of {r}", (Port(r, s),)) for r, s in sorted({(t.router, t.source) for t in mdts.tunnels})]
    segments += [Segment(t.receiver, (Port(t.router, t.mvrf),)) for t in mdts.tunnels]
    hosts = {host.name: host for tunnel in mdts.tunnels for host in _hosts(network, tunnel)}
    return replace(network, segments=(*network.segments, *segments), hosts={**network.hosts, **hosts})


def _hosts(network: Network, tunnel: Tunnel) -> Iterator[EndHost]:
    sends = (Stream(tunnel.group, pps=_RATE, size=96, ttl=255),)
    deaf = frozenset({tunnel.mvrf})
    yield EndHost(f"mdt of {tunnel.instance}", f"mdt of {tunnel.router}", tunnel.address, sends, deaf=deaf)
    yield EndHost(tunnel.receiver, tunnel.receiver, NOWHERE, joins=frozenset({tunnel.group}))


def members(network: Network, mdts: Mdts, name: str) -> Iterator[Member]:
    """The groups that a PE joins for its VRFs: as a whole, or (SSM) each PE that BGP names."""
    for tunnel in mdts.tunnels:
        if tunnel.router != name:
            continue
        if tunnel.group in SSM_RANGE and network.routers[name].part(Ssm).default:
            for route in mdts.known(name, tunnel.group):
                if route.address != tunnel.address:
                    yield Member(tunnel.group, tunnel.mvrf, NOWHERE, static=True, source=route.address)
        else:
            yield Member(tunnel.group, tunnel.mvrf, NOWHERE, static=True)


def through(network: Network, mdts: Mdts, delivered: Delivered) -> Network:
    """The network with the tunnels as interfaces of the VRFs, connected as their packets arrive."""
    routers, tunnels = dict(network.routers), dict[Port, frozenset[Port]]()
    for tunnel in mdts.tunnels:
        end = Interface(tunnel.interface, IPv4Interface(tunnel.address), vrf_of(tunnel.instance), pim=PimMode.SPARSE)
        routers[tunnel.instance] = routers[tunnel.instance].with_interface(end)
        tunnels[Port(tunnel.instance, tunnel.interface)] = frozenset(
            Port(far.instance, far.interface)
            for far in mdts.tunnels
            if far.group == tunnel.group
            and far.router != tunnel.router
            and (far.receiver, tunnel.address, tunnel.group) in delivered
        )
    return replace(network, routers=routers, tunnels=tunnels)


def origins(configured: Network, bgp: BgpState) -> Origins:
    """VPN routes that a VRF imported although, by their route targets, they are those of another VRF of the router.

    Multicast then takes the other VRF's way (extranet, source VRF on the receivers' PE).
    """
    found: dict[tuple[str, IPv4Network], str] = {}
    for name, table in bgp.outcome.tables.items():
        speaker, own = bgp.speakers[name], vrfs(configured.routers[name])
        for net, chosen in table.items():
            vrf, best = speaker.by_rd.get(net.rd), chosen.best
            if vrf is None or best is None or not best.vpn or best.targets & vrf.exports:
                continue
            source = next((v for v in own if _is_home(v, best.targets)), None)
            if source is not None and source.name != vrf.name:
                found[instance(name, vrf.name), net.prefix] = instance(name, source.name)
    return found


def _is_home(vrf: Vrf, targets: frozenset[str]) -> bool:
    return bool(targets & vrf.exports) and vrf.multicast.routing
