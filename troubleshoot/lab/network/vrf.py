"""VRFs: their configuration, and the network as its routing instances (RFC 4364).

A router with VRFs is several routers in one box. :func:`split` turns every VRF into a router of its own that owns the
VRF's interfaces, so that whatever works on a router (routing, PIM) works in a VRF.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from troubleshoot.lab.network.model import Network, Port, Router, Segment, StaticRoute
from troubleshoot.lab.network.vrf_multicast import RpfRules, VrfMulticast

PER_PREFIX, PER_VRF, PER_CE = "per-prefix", "per-vrf", "per-ce"


@dataclass(frozen=True, slots=True)
class Vrf:
    """One VRF as configured. ``classic``: written as `ip vrf` and not as `vrf definition`."""

    name: str
    classic: bool = False
    description: str = ""
    rd: str = ""
    ipv4: bool = False  # `address-family ipv4`; a classic VRF always has it
    imports: frozenset[str] = frozenset()  # route targets
    exports: frozenset[str] = frozenset()
    import_map: str = ""
    export_map: str = ""
    static_routes: frozenset[StaticRoute] = frozenset()
    label_mode: str = PER_PREFIX
    multicast: VrfMulticast = field(default_factory=VrfMulticast)


@dataclass(frozen=True, slots=True)
class Vrfs:
    """All VRFs of a router, in the order in which they were made."""

    all: tuple[Vrf, ...] = ()

    def get(self, name: str) -> Vrf | None:
        """The VRF of that name (names are case-sensitive)."""
        return next((v for v in self.all if v.name == name), None)

    def with_vrf(self, vrf: Vrf) -> Vrfs:
        """A copy with ``vrf`` added or replaced."""
        if self.get(vrf.name) is None:
            return replace(self, all=(*self.all, vrf))
        return replace(self, all=tuple(vrf if v.name == vrf.name else v for v in self.all))

    def without(self, name: str) -> Vrfs:
        """A copy without that VRF."""
        return replace(self, all=tuple(v for v in self.all if v.name != name))


def vrfs(router: Router) -> tuple[Vrf, ...]:
    """The VRFs of a router."""
    return router.part(Vrfs).all


def with_vrf(router: Router, vrf: Vrf) -> Router:
    """A copy of the router with ``vrf`` added or replaced."""
    return router.with_part(router.part(Vrfs).with_vrf(vrf))


def instance(router: str, vrf: str) -> str:
    """The name of a routing instance: the router itself for the global table."""
    return f"{router}:{vrf}" if vrf else router


def router_of(name: str) -> str:
    """The router that an instance belongs to."""
    return name.partition(":")[0]


def vrf_of(name: str) -> str:
    """The VRF of an instance; empty for the global table."""
    return name.partition(":")[2]


def split(network: Network) -> Network:
    """The network whose routers are the routing instances of ``network``."""
    if not any(vrfs(router) for router in network.routers.values()):
        return network
    routers = {name: r for box, router in network.routers.items() for name, r in _instances(box, router)}
    segments = tuple(Segment(s.name, tuple(_moved(network, port) for port in s.ports)) for s in network.segments)
    return replace(network, routers=routers, segments=segments)


def _instances(name: str, router: Router) -> Iterator[tuple[str, Router]]:
    outside = tuple(i for i in router.interfaces if not i.vrf)
    yield name, replace(router, interfaces=outside)
    for vrf in vrfs(router):
        yield instance(name, vrf.name), in_vrf(router, vrf)


def in_vrf(router: Router, vrf: Vrf) -> Router:
    """The router as it is inside one of its VRFs."""
    inside = tuple(i for i in router.interfaces if i.vrf == vrf.name)
    found = Router(
        router.hostname,
        inside,
        vrf.multicast.routing,
        vrf.multicast.multipath,
        static_routes=vrf.static_routes,
        static_mroutes=vrf.multicast.mroutes,
        static_rps=vrf.multicast.rps,
        access_lists=router.access_lists,
        release=router.release,
    )
    return found.with_part(RpfRules(vrf.multicast.fallbacks))


def _moved(network: Network, port: Port) -> Port:
    interface = network.config(port)
    return Port(instance(port.router, interface.vrf), port.interface) if interface and interface.vrf else port
