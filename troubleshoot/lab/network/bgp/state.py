"""BGP of the whole network: sessions, tables, labels, and the routes that go into the routing tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.bgp.choice import Chosen
from troubleshoot.lab.network.bgp.exchange import Outcome, exchange
from troubleshoot.lab.network.bgp.labels import Allocator
from troubleshoot.lab.network.bgp.path import Net, Path
from troubleshoot.lab.network.bgp.peering import Peering
from troubleshoot.lab.network.bgp.speaker import Speaker
from troubleshoot.lab.network.forwarding import Forwarding, LabelEntry
from troubleshoot.lab.network.model import NOWHERE, Network
from troubleshoot.lab.network.routing import NextHop, Rib, Route
from troubleshoot.lab.network.vrf import PER_VRF, instance

EXTERNAL_DISTANCE, INTERNAL_DISTANCE = 20, 200


@dataclass(frozen=True, slots=True)
class BgpState:
    """What BGP came to. ``ribs`` are the routing tables with its routes in them."""

    peering: Peering
    speakers: dict[str, Speaker]
    outcome: Outcome
    allocated: dict[tuple[str, str, IPv4Network], int]  # our own labels by router, VRF and prefix
    labels: dict[tuple[str, int], LabelEntry]
    ribs: dict[str, Rib]

    def chosen(self, router: str, net: Net) -> Chosen | None:
        """The paths of a net at a router."""
        return self.outcome.tables[router].get(net) if router in self.outcome.tables else None


def converge(configured: Network, instances: Network, ribs: dict[str, Rib]) -> BgpState:
    """BGP on top of the routing tables ``ribs`` of the routing instances."""
    peering, labels = Peering(configured, Forwarding(instances, ribs)), Allocator()
    speakers = {name: Speaker(name, configured.routers[name], ribs) for name in peering.processes}
    outcome = exchange(speakers, peering, labels)
    full = dict(ribs)
    for name, speaker in speakers.items():
        for table, routes in _routes(speaker, outcome.tables[name]).items():
            full[table] = Rib((*ribs[table].routes, *routes))
    return BgpState(peering, speakers, outcome, labels.of_prefix, _entries(speakers, outcome, labels), full)


def _routes(speaker: Speaker, table: dict[Net, Chosen]) -> dict[str, list[Route]]:
    found: dict[str, list[Route]] = {}
    for net, chosen in table.items():
        vrf, best = speaker.vrf_name(net), chosen.best
        if best is None or (net.rd and not vrf) or (best.local and best.imported_from is None):
            continue
        found.setdefault(instance(speaker.name, vrf), []).append(_route(speaker, best, chosen.shared))
    return found


def _route(speaker: Speaker, best: Path, shared: tuple[Path, ...]) -> Route:
    distance = INTERNAL_DISTANCE if best.internal else EXTERNAL_DISTANCE
    hops = tuple(_hop(speaker, path) for path in shared)
    return Route(best.net.prefix, "bgp", distance, best.med or 0, hops, speaker.bgp.asn)


def _hop(speaker: Speaker, path: Path) -> NextHop:
    """Where packets of a path go: over a label switched path, out of another VRF, or to a neighbor of this table."""
    heard = path.source.address if path.source else NOWHERE
    if path.vpn:
        return NextHop("", path.next_hop, path.label, learned_from=heard)
    here = instance(speaker.name, speaker.vrf_name(path.net))
    table = path.table if path.table != here else ""
    route = speaker.ribs[path.table].lookup(path.next_hop) if path.next_hop != NOWHERE else None
    if path.local and path.next_hop == NOWHERE:
        attached = speaker.ribs[path.table].lookup(path.net.prefix.network_address)
        return NextHop(attached.next_hops[0].interface if attached else "", None, table=table)
    interface = route.next_hops[-1].interface if route and route.connected else ""
    return NextHop(interface, path.next_hop, table=table, learned_from=heard)


def _entries(speakers: dict[str, Speaker], outcome: Outcome, labels: Allocator) -> dict[tuple[str, int], LabelEntry]:
    """What a PE does with its own labels: one of a prefix or a CE leads out, one of the VRF is looked up again."""
    entries: dict[tuple[str, int], LabelEntry] = {}
    for (router, vrf, prefix), number in labels.of_prefix.items():
        speaker = speakers[router]
        chosen = outcome.tables[router].get(Net(speaker.rd_of(vrf), prefix))
        ways = tuple(_ways_out(speaker, chosen)) if chosen else ()
        mode = next(v.label_mode for v in speaker.by_rd.values() if v.name == vrf)
        entries[router, number] = LabelEntry(instance(router, vrf), () if mode == PER_VRF else ways)
    return entries


def _ways_out(speaker: Speaker, chosen: Chosen) -> Iterator[NextHop]:
    """Next hops of the paths that the PE itself holds towards its CEs; never back into the core."""
    own = [p for p in chosen.paths if p.external and not p.vpn and p.imported_from is None]
    shared = [p for p in own if p in chosen.shared] or own[:1]
    return (_hop(speaker, path) for path in shared if speaker.metric(path) is not None)


def next_hops(state: BgpState, table: str, address: IPv4Address) -> tuple[NextHop, ...]:
    """The next hops in use towards an address in a routing instance: the lab's own truth, for tests."""
    route = state.ribs[table].lookup(address)
    return route.next_hops if route else ()
