"""``show ip cef``: what the forwarding table does with a prefix, labels included."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.in_vrf import in_vrf
from troubleshoot.lab.network.mpls import outgoing, switched
from troubleshoot.lab.network.routing import NextHop, Route


def _cef(context: Context, args: Args) -> str:
    device, target = context.device, args["target"]
    found = _entry(device, target)
    if found is None:
        return "%Prefix not found" if "/" in target else "0.0.0.0/0\n  no route"
    return "\n".join(_detail(device, found) if "detail" in args else _brief(device, found))


def _entry(device: Device, target: str) -> Route | None:
    rib, wanted = device.state.ribs[device.name], IPv4Network(target, strict=False)
    if "/" in target:
        return next((r for r in rib.routes if r.prefix == wanted), None)
    return rib.lookup(IPv4Address(target))


def _brief(device: Device, found: Route) -> Iterator[str]:
    yield str(found.prefix)
    for hop in found.next_hops:
        yield from (f"  {line}" for line in _way(device, found, hop))


def _detail(device: Device, found: Route) -> Iterator[str]:
    labels = " [rib defined all labels]" if any(h.label is not None for h in found.next_hops) else ""
    flags = labels or (" [attached]" if found.connected else "")
    sharing = ", per-destination sharing" if len(found.next_hops) > 1 else ""
    yield f"{found.prefix}, epoch 0{', flags' + flags if flags else ''}{sharing}"
    for hop in found.next_hops:
        yield from (f"  {line}" for line in _recursion(device, found, hop))


def _recursion(device: Device, found: Route, hop: NextHop) -> Iterator[str]:
    """A next hop, and below it the way to that next hop."""
    if hop.label is not None:
        yield f"recursive via {hop.address} label {hop.label}"
        yield from (f"  {line}" for line in _transport(device, hop, ()))
    elif found.protocol == "bgp" and hop.address is not None:
        yield f"recursive via {hop.address}"
        yield from (f"  {line}" for line in _way(device, found, hop))
    else:
        yield from _way(device, found, hop)


def _way(device: Device, found: Route, hop: NextHop) -> Iterator[str]:
    if hop.label is not None:
        yield from _transport(device, hop, (hop.label,))
    elif found.protocol == "local":
        yield f"receive for {hop.interface}"
    elif hop.address is None:
        yield f"attached to {hop.interface}"
    else:
        out = device.state.pim.forwarding.resolve(hop.table or device.name, hop)
        yield f"nexthop {out.address} {out.interface}" if out else "unresolved"


def _transport(device: Device, hop: NextHop, inner: tuple[int, ...]) -> Iterator[str]:
    """The ways through the core to another PE, with the labels that are put on."""
    state, core = device.state, device.box
    route = state.ribs[core].lookup(hop.address) if hop.address else None
    for out in route.next_hops if route else ():
        top = outgoing(state.network, state.ribs, core, route.prefix, out) if route else None
        stack = [*(() if top is None else (top,)), *inner]
        labels = f" label {' '.join(str(n) for n in stack)}" if stack else ""
        usable = switched(state.network, core, out) is not None
        yield f"nexthop {out.address} {out.interface}{labels if usable else ' unusable: no label'}"
    if route is None:
        yield "unresolved"


FEATURE = Feature(
    commands={Mode.USER: {"show ip cef [vrf <vrf:word>] <target:prefix> [detail]": in_vrf(_cef)}},
)
