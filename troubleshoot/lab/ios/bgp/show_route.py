"""A BGP route in the routing table, in detail (``show ip route [vrf V] P``)."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.bgp.path import Net, Path
from troubleshoot.lab.network.bgp.state import INTERNAL_DISTANCE
from troubleshoot.lab.network.model import NOWHERE
from troubleshoot.lab.network.routing import NextHop, Route
from troubleshoot.lab.network.vrf import vrf_of


def bgp_route(device: Device, found: Route) -> Iterator[str]:
    """The lines of the entry. The star marks the way that the next packet takes."""
    best = _best(device, found)
    up = device.age("route", found.prefix, found.next_hops)
    kind = "internal" if found.distance == INTERNAL_DISTANCE else "external"
    yield f"Routing entry for {found.prefix}"
    head = f'  Known via "bgp {found.process}", distance {found.distance}, metric {found.metric}'
    if best is not None and best.as_path:
        yield from (head, f"  Tag {best.as_path[0]}, type {kind}")
    else:
        yield f"{head}, type {kind}"
    yield f"  Last update from {found.next_hops[-1].address or NOWHERE} {up} ago"
    yield "  Routing Descriptor Blocks:"
    for index, hop in enumerate(found.next_hops):
        mark = "*" if index == len(found.next_hops) - 1 else " "
        yield f"  {mark} {_where(hop)}, from {hop.learned_from or NOWHERE}, {up} ago"
        yield from (f"      {line}" for line in _about(found, hop, best))


def _best(device: Device, found: Route) -> Path | None:
    bgp, vrf = device.state.bgp, vrf_of(device.name)
    chosen = bgp.chosen(device.box, Net(bgp.speakers[device.box].rd_of(vrf), found.prefix))
    return chosen.best if chosen else None


def _where(hop: NextHop) -> str:
    if hop.label is not None:
        return f"{hop.address} (default)"
    table = f" ({vrf_of(hop.table)})" if hop.table else ""
    return f"{hop.address}{table}" if hop.address else f"directly connected{table}, via {hop.interface}"


def _about(found: Route, hop: NextHop, best: Path | None) -> Iterator[str]:
    path = best.as_path if best else ()
    yield f"Route metric is {found.metric}, traffic share count is 1"
    yield f"AS Hops {len(path)}"
    if path:
        yield f"Route tag {path[0]}"
    yield f"MPLS label: {'none' if hop.label is None else hop.label}"
    if hop.label is not None:
        yield "MPLS Flags: MPLS Required"
