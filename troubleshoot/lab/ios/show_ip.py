"""``show ip route``, ``show ip interface brief``, ``show access-lists``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.device import Device, wildcard
from troubleshoot.lab.network.model import AccessList, AclLine, Port
from troubleshoot.lab.network.routing import NextHop, Route

_LEGEND = """\
Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area\x20
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       + - replicated route, % - next hop override
"""
_CODES = {"connected": "C", "local": "L", "static": "S", "ospf": "O", "rip": "R"}
_DYNAMIC = ("ospf", "rip")


def route(device: Device, target: IPv4Address) -> str:
    """The route to one address, in detail."""
    rib = device.state.ribs[device.name]
    found = rib.lookup(target)
    if found is None:
        major = _major(IPv4Network(target))
        return (
            "% Subnet not in table" if any(_major(r.prefix) == major for r in rib.routes) else "% Network not in table"
        )
    if found.protocol == "local":
        found = next((r for r in rib.routes if r.connected and r.prefix.prefixlen < 32 and target in r.prefix), found)
    return "\n".join(_detail(device, found))


def _detail(device: Device, found: Route) -> Iterator[str]:
    on_wire = found.next_hops[0].address is None
    known = f"{found.protocol} {found.process}" if found.process else found.protocol
    kind = "extern 2, forward metric 1" if found.external else "intra area"
    tail = f", type {kind}" if found.protocol == "ospf" else ""
    if on_wire:
        tail = " (connected, via interface)" if found.connected else " (connected)"
    up = device.age("route", found.prefix, found.next_hops)
    yield f"Routing entry for {found.prefix}"
    yield f'  Known via "{known}", distance {found.distance}, metric {found.metric}{tail}'
    if found.protocol == "rip":
        yield "  Redistributing via rip"
    if found.protocol in _DYNAMIC:
        last = found.next_hops[-1]
        yield f"  Last update from {last.address} on {last.interface}, {up} ago"
    yield "  Routing Descriptor Blocks:"
    for index, hop in enumerate(found.next_hops):
        mark = "*" if index == len(found.next_hops) - 1 else " "
        yield f"  {mark} {_block(device, found, hop, up)}"
        yield f"      Route metric is {found.metric}, traffic share count is 1"


def _block(device: Device, found: Route, hop: NextHop, up: str) -> str:
    if hop.address is None:
        return f"directly connected, via {hop.interface}"
    if found.protocol == "rip":
        return f"{hop.address}, from {hop.address}, {up} ago, via {hop.interface}"
    if found.protocol != "ospf":
        return f"{hop.address}"
    return f"{hop.address}, from {_originator(device, found.prefix)}, {up} ago, via {hop.interface}"


def _originator(device: Device, prefix: IPv4Network) -> IPv4Address:
    """The OSPF router ID of a router that has the prefix attached."""
    for name, router in device.state.network.routers.items():
        attached = device.state.ribs[name].lookup(prefix.network_address)
        if name != device.name and attached and attached.connected and router.addresses():
            loopbacks = [i.address.ip for i in router.interfaces if i.loopback and i.address]
            return max(loopbacks or router.addresses())
    return IPv4Address(0)


def routes(device: Device, only: str = "") -> str:
    """The whole routing table, or the routes of one protocol."""
    rib = device.state.ribs[device.name]
    shown = [r for r in rib.routes if only in ("", r.protocol)]
    default = next((r for r in rib.routes if r.prefix.prefixlen == 0), None)
    gateway = f"{default.next_hops[0].address} to network 0.0.0.0" if default else "not set"
    lines = [_LEGEND, f"Gateway of last resort is {gateway}", ""]
    for major in sorted({_major(r.prefix) for r in shown}):
        group = [r for r in shown if _major(r.prefix) == major]
        masks = len({r.prefix.prefixlen for r in group})
        lines.append(f"      {major} is variably subnetted, {len(group)} subnets, {masks} masks")
        lines += [line for r in group for line in _lines(device, r)]
    return "\n".join(lines)


def _lines(device: Device, r: Route) -> Iterator[str]:
    for index, hop in enumerate(r.next_hops):
        code = "O E2" if r.external else _CODES[r.protocol]
        head = f"{code:<8} {r.prefix}" if index == 0 else " " * (9 + len(str(r.prefix)))
        if hop.address is None:
            yield f"{head} is directly connected, {hop.interface}"
            continue
        tail = f", {device.age('route', r.prefix, r.next_hops)}, {hop.interface}" if r.protocol in _DYNAMIC else ""
        yield f"{head} [{r.distance}/{r.metric}] via {hop.address}{tail}"


def _major(prefix: IPv4Network) -> IPv4Network:
    """The classful network of a prefix."""
    first = int(prefix.network_address) >> 24
    length = 8 if first < 128 else 16 if first < 192 else 24
    return prefix.supernet(new_prefix=min(length, prefix.prefixlen))


def interface_brief(device: Device) -> str:
    """All interfaces, one line each."""
    lines = ["Interface                  IP-Address      OK? Method Status                Protocol"]
    for i in device.router.interfaces:
        address = i.address.ip if i.address else "unassigned"
        status = "administratively down" if i.shutdown else "up"
        protocol = "up" if device.world.network.carrier(Port(device.name, i.name)) else "down"
        if protocol == "down" and not i.shutdown:
            status = "down"
        lines.append(f"{i.name:<26} {address!s:<15} YES NVRAM  {status:<21} {protocol:<8}")
    return "\n".join(lines)


def access_lists(device: Device, only: str | None) -> str:
    """Access lists with sequence numbers."""
    return "\n".join(line for a in device.router.access_lists if only in (None, a.name) for line in _acl(a))


def _acl(acl: AccessList) -> Iterator[str]:
    yield f"{'Extended' if acl.extended else 'Standard'} IP access list {acl.name}"
    for index, line in enumerate(acl.lines, 1):
        yield f"    {index * 10} {_acl_line(acl, line)}"


def _acl_line(acl: AccessList, line: AclLine) -> str:
    action = "permit" if line.permit else "deny"
    if acl.extended:
        return f"{action} {line.protocol} {wildcard(line.source)} {wildcard(line.destination or IPv4Network(0))}"
    source = wildcard(line.source).removeprefix("host ").replace(" ", ", wildcard bits ")
    return f"{action:<6} {source}"
