"""One router that speaks BGP: what it brings into BGP, what it accepts, imports and chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.bgp.choice import Chosen, choose
from troubleshoot.lab.network.bgp.config import IPV4, VPNV4, Bgp, Family, FamilyKey, MaximumPaths
from troubleshoot.lab.network.bgp.path import LOCAL_WEIGHT, Net, Origin, Path
from troubleshoot.lab.network.model import NOWHERE, Router
from troubleshoot.lab.network.route_map import applied
from troubleshoot.lab.network.routing import Rib, Route
from troubleshoot.lab.network.vrf import Vrf, instance, vrfs

Table = dict[Net, Chosen]


@dataclass(slots=True)
class Speaker:
    """A BGP process with the routing tables under it (those without BGP routes)."""

    name: str
    router: Router
    ribs: Mapping[str, Rib]
    bgp: Bgp = field(init=False)
    by_rd: dict[str, Vrf] = field(init=False)
    _originated: list[Path] = field(init=False)
    _metrics: dict[tuple[str, IPv4Address], int | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bgp = self.router.part(Bgp)
        self.by_rd = {v.rd: v for v in vrfs(self.router) if v.rd}
        self._originated = list(self._originate())

    @property
    def router_id(self) -> IPv4Address:
        """The configured router ID, else the highest loopback, else the highest address."""
        inside = [i for i in self.router.interfaces if i.address and not i.vrf and not i.shutdown]
        loopbacks = [i.address.ip for i in inside if i.loopback and i.address]
        return self.bgp.router_id or max(loopbacks or [i.address.ip for i in inside if i.address], default=NOWHERE)

    @property
    def cluster_id(self) -> IPv4Address:
        """The cluster of a route reflector (RFC 4456, 7)."""
        return self.bgp.cluster_id or self.router_id

    @property
    def reflects(self) -> bool:
        """Whether it is a route reflector for VPNv4: it keeps routes that no VRF imports."""
        return any(p.client for p in self.bgp.family(VPNV4).policies.values())

    def rd_of(self, vrf: str) -> str:
        """The route distinguisher of a VRF; empty for the global table."""
        return next((rd for rd, v in self.by_rd.items() if v.name == vrf), "")

    def vrf_name(self, net: Net) -> str:
        """The VRF whose table holds a net; empty for none."""
        return self.by_rd[net.rd].name if net.rd in self.by_rd else ""

    def metric(self, path: Path) -> int | None:
        """The IGP metric to the next hop; None where there is no route to it."""
        if path.local:
            return 0
        key = path.table, path.next_hop
        if key not in self._metrics:
            route = self.ribs[path.table].lookup(path.next_hop) if path.table in self.ribs else None
            self._metrics[key] = route.metric if route else None
        return self._metrics[key]

    def decide(self, received: Iterable[Path]) -> Table:
        """The table from what the neighbors sent: own paths, accepted paths, imports into VRFs."""
        nets: dict[Net, list[Path]] = {}
        for path in (*self._originated, *received):
            if path.local or self._accepts(path):
                nets.setdefault(path.net, []).append(path)
        table = {net: self._choose(net, paths) for net, paths in nets.items()}
        imported: dict[Net, list[Path]] = {}
        for path in self._imports(table):
            imported.setdefault(path.net, []).append(path)
        return table | {net: self._choose(net, [*nets.get(net, ()), *paths]) for net, paths in imported.items()}

    def _accepts(self, path: Path) -> bool:
        if not path.vpn:
            return True
        own = self.by_rd.get(path.net.rd)
        if own is not None and not path.targets & own.imports:
            return False
        keeps_all = self.reflects or not self.bgp.filter_targets
        return keeps_all or any(path.targets & v.imports for v in self.by_rd.values())

    def family_of(self, net: Net) -> Family:
        """The address family that a net belongs to."""
        vrf = self.vrf_name(net)
        return self.bgp.family(FamilyKey("ipv4", vrf) if vrf else VPNV4 if net.rd else IPV4)

    def limits(self, net: Net) -> MaximumPaths:
        """How many paths of a net may share."""
        return self.family_of(net).paths

    def _choose(self, net: Net, paths: Iterable[Path]) -> Chosen:
        return choose(paths, self.bgp, self.limits(net), self.metric)

    def _imports(self, table: Table) -> Iterator[Path]:
        for net, chosen in table.items():
            for vrf in self.by_rd.values():
                if net.rd and net.rd != vrf.rd:
                    yield from self._imports_into(vrf, net, chosen)

    def _imports_into(self, vrf: Vrf, net: Net, chosen: Chosen) -> Iterator[Path]:
        family = self.bgp.family(FamilyKey("ipv4", vrf.name))
        best = (chosen.best,) if chosen.best else ()
        wanted = {"all": chosen.paths, "multipaths": chosen.shared}.get(family.import_selection, best)
        fitting = [p for p in wanted if p.targets & vrf.imports and self._passes(vrf.import_map, net.prefix)]
        for path in fitting[: family.import_limit]:
            origin = "" if path.vpn else self.vrf_name(net)
            yield replace(path, net=Net(vrf.rd, net.prefix), imported_from=net, imported_vrf=origin)

    def _passes(self, name: str, prefix: IPv4Network) -> bool:
        return not name or applied(self.router, name, prefix) is not None

    def _originate(self) -> Iterator[Path]:
        yield from self._of_table("", "", frozenset())
        for rd, vrf in self.by_rd.items():
            yield from self._of_table(vrf.name, rd, vrf.exports)

    def _of_table(self, vrf: str, rd: str, targets: frozenset[str]) -> Iterator[Path]:
        """`network` lines want the very prefix in the routing table; `redistribute` takes all of a protocol."""
        family = self.bgp.families.get(FamilyKey("ipv4", vrf))
        rib = self.ribs.get(instance(self.name, vrf))
        if family is None or rib is None:
            return
        for route in rib.routes:
            path = self._path(family, route, Net(rd, route.prefix), instance(self.name, vrf))
            if path is not None:
                yield replace(path, targets=targets)

    def _path(self, family: Family, route: Route, net: Net, table: str) -> Path | None:
        hop = route.next_hops[0].address or NOWHERE
        path = Path(net, hop, table, med=route.metric, weight=LOCAL_WEIGHT)
        if route.prefix in family.networks:
            return path
        if route.protocol not in family.redistribute:
            return None
        path = replace(path, origin=Origin.INCOMPLETE)
        name = family.redistribute[route.protocol]
        sets = applied(self.router, name, route.prefix) if name else None
        if name and sets is None:
            return None
        return path if sets is None or sets.med is None else replace(path, med=sets.med)
