"""Which BGP sessions are up: both ends configured for each other, the addresses reachable, a family in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from troubleshoot.lab.network.bgp.config import Bgp, FamilyKey, Neighbor
from troubleshoot.lab.network.forwarding import Forwarding
from troubleshoot.lab.network.model import Network, Port
from troubleshoot.lab.network.vrf import instance, router_of, vrf_of, vrfs


class Phase(StrEnum):
    """The state of a session, as displays write it."""

    UP = "Established"
    IDLE = "Idle"
    ADMIN = "Idle (Admin)"
    ACTIVE = "Active"


@dataclass(frozen=True, slots=True)
class End:
    """One end of a session: the router, the VRF in which the session runs, the neighbor's address as configured."""

    router: str
    vrf: str
    neighbor: IPv4Address


@dataclass(frozen=True, slots=True)
class Session:
    """A configured session seen from one end; ``far`` is set when it is up."""

    end: End
    config: Neighbor
    external: bool
    phase: Phase
    local: IPv4Address | None = None  # our own address in the session
    far: End | None = None
    families: frozenset[FamilyKey] = frozenset()


class Peering:
    """All sessions of a network. ``configured`` holds the processes, ``forwarding`` the tables they stand on."""

    def __init__(self, configured: Network, forwarding: Forwarding) -> None:
        self._forwarding, self._instances = forwarding, forwarding.network
        self.processes = {n: r.part(Bgp) for n, r in configured.routers.items() if r.part(Bgp).asn}
        self._tables = {n: ("", *(v.name for v in vrfs(configured.routers[n]))) for n in self.processes}
        self._owners = self._addresses()
        self.sessions: dict[End, Session] = {s.end: s for s in self._sessions()}

    def _addresses(self) -> dict[IPv4Address, list[str]]:
        owners: dict[IPv4Address, list[str]] = {}
        for name, router in self._instances.routers.items():
            for i in router.interfaces:
                if i.address and self._instances.carrier(Port(name, i.name)):
                    owners.setdefault(i.address.ip, []).append(name)
        return owners

    def _sessions(self) -> Iterator[Session]:
        for name, bgp in self.processes.items():
            for vrf in self._tables[name]:
                for address, neighbor in bgp.neighbors_in(vrf).items():
                    yield self._session(End(name, vrf, address), neighbor)

    def _session(self, end: End, config: Neighbor) -> Session:
        bgp = self.processes[end.router]
        external = config.remote_as != bgp.asn
        if config.shutdown:
            return Session(end, config, external, Phase.ADMIN)
        far = self._far(end)
        if not bgp.families_of(end.vrf, end.neighbor) or not self._tries(end, config, external):
            return Session(end, config, external, Phase.IDLE)
        common = bgp.families_of(end.vrf, end.neighbor) & self._names(far, end.vrf) if far else frozenset[FamilyKey]()
        if far is None or not common:
            return Session(end, config, external, Phase.ACTIVE)
        return Session(end, config, external, Phase.UP, far.neighbor, far, common)

    def _names(self, far: End, vrf: str) -> frozenset[FamilyKey]:
        """The families of the far end, named as at this end: plain IPv4 may run in a VRF at one end only."""
        found = self.processes[far.router].families_of(far.vrf, far.neighbor)
        return frozenset(FamilyKey(k.name, vrf) for k in found)

    def _far(self, end: End) -> End | None:
        """The other end where a session can be opened from either side."""
        here = instance(end.router, end.vrf)
        for owner in self._owners.get(end.neighbor, ()):
            for back in self._candidates(owner):
                opened = self._opens(end, back) or self._opens(back, end)
                if opened and self._mutual(here, end, owner, back):
                    return back
        return None

    def _candidates(self, owner: str) -> Iterator[End]:
        router, vrf = router_of(owner), vrf_of(owner)
        bgp = self.processes.get(router)
        for address in bgp.neighbors_in(vrf) if bgp else ():
            yield End(router, vrf, address)

    def _config(self, end: End) -> Neighbor:
        return self.processes[end.router].neighbors_in(end.vrf)[end.neighbor]

    def _opens(self, end: End, back: End) -> bool:
        """Whether ``end`` sends from the address that ``back`` expects."""
        return self._source(end) == back.neighbor

    def _mutual(self, here: str, end: End, there: str, back: End) -> bool:
        mine, other = self._config(end), self._config(back)
        asns = self.processes[end.router].asn, self.processes[back.router].asn
        return (
            not other.shutdown
            and (mine.remote_as, other.remote_as) == (asns[1], asns[0])
            and here in self._owners.get(back.neighbor, ())
            and self._tries(back, other, mine.remote_as != asns[0])
            and self._arrives(here, end.neighbor, there)
            and self._arrives(there, back.neighbor, here)
        )

    def _arrives(self, start: str, address: IPv4Address, at: str) -> bool:
        walk = self._forwarding.walk(start, address)
        return walk.delivered and walk.steps[-1].instance == at

    def _source(self, end: End) -> IPv4Address | None:
        """The address from which a router opens a session."""
        here = instance(end.router, end.vrf)
        name = self._config(end).update_source
        if not name:
            route = self._forwarding.ribs[here].lookup(end.neighbor)
            out = self._forwarding.resolve(here, route.next_hops[-1]) if route else None
            name = out.interface if out else ""
        interface = self._instances.routers[here].interface(name)
        if interface is None or interface.address is None or not self._instances.carrier(Port(here, name)):
            return None
        return interface.address.ip

    def _tries(self, end: End, config: Neighbor, external: bool) -> bool:
        """There is a route; a neighbor in another AS is on a connected network, unless `ebgp-multihop` is set."""
        route = self._forwarding.ribs[instance(end.router, end.vrf)].lookup(end.neighbor)
        return route is not None and (route.connected or not external or config.multihop > 1)
