"""``show ip route``, ``show ip interface brief``, ``show access-lists``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.bgp.show_route import bgp_route
from troubleshoot.lab.ios.device import Device, wildcard
from troubleshoot.lab.ios.ip_host import host_table
from troubleshoot.lab.network import ip_host
from troubleshoot.lab.network.model import AccessList, AclLine, Port
from troubleshoot.lab.network.routing import NextHop, Route
from troubleshoot.lab.network.vrf import vrf_of

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
_CODES = {"connected": "C", "local": "L", "static": "S", "ospf": "O", "rip": "R", "bgp": "B"}
_DYNAMIC = ("ospf", "rip")


def route(device: Device, target: IPv4Address, prefix: IPv4Network | None = None) -> str:
    """The route to one address, or the one for the very prefix, in detail."""
    if not ip_host.routes(device.router):
        return host_table(device.router)
    rib = device.state.ribs[device.name]
    found = rib.lookup(target) if prefix is None else next((r for r in rib.routes if r.prefix == prefix), None)
    if found is None:
        major = _major(IPv4Network(target))
        known = any(_major(r.prefix) == major for r in rib.routes)
        return "\n".join((*_table(device), "% Subnet not in table" if known else "% Network not in table"))
    if found.protocol == "local" and prefix is None:
        found = next((r for r in rib.routes if r.connected and r.prefix.prefixlen < 32 and target in r.prefix), found)
    shown = bgp_route if found.protocol == "bgp" else _detail
    return "\n".join((*_table(device), *shown(device, found)))


def _table(device: Device) -> Iterator[str]:
    """In a VRF its name stands above everything."""
    if vrf_of(device.name):
        yield from ("", f"Routing Table: {vrf_of(device.name)}")


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


def routes(device: Device, protocol: str | None = None) -> str:
    """The whole routing table, or the routes of one protocol."""
    if not ip_host.routes(device.router):
        return host_table(device.router)
    rib = device.state.ribs[device.name]
    default = next((r for r in rib.routes if r.prefix.prefixlen == 0), None)
    gateway = f"{default.next_hops[0].address} to network 0.0.0.0" if default else "not set"
    chosen = [r for r in rib.routes if protocol in (None, r.protocol)]
    lines = [*_table(device), _LEGEND, f"Gateway of last resort is {gateway}", ""]
    lines += [line for r in chosen if r is default for line in _lines(device, r)]
    chosen = [r for r in chosen if r is not default]
    for major in sorted({_major(r.prefix) for r in chosen}):
        group = [r for r in chosen if _major(r.prefix) == major]
        masks = len({r.prefix.prefixlen for r in group})
        lines.append(f"      {major} is variably subnetted, {len(group)} subnets, {masks} masks")
        lines += [line for r in group for line in _lines(device, r)]
    return "\n".join(lines)


def _lines(device: Device, r: Route) -> Iterator[str]:
    for index, hop in enumerate(r.next_hops):
        code = "O E2" if r.external else _CODES[r.protocol] + "*" * (r.prefix.prefixlen == 0)
        head = f"{code:<8} {r.prefix}" if index == 0 else " " * (9 + len(str(r.prefix)))
        if hop.address is None:
            yield f"{head} is directly connected, {hop.interface}"
            continue
        tail = f", {device.age('route', r.prefix, r.next_hops)}" if r.protocol in (*_DYNAMIC, "bgp") else ""
        tail += f", {hop.interface}" if r.protocol in _DYNAMIC else ""
        yield f"{head} [{r.distance}/{r.metric}] via {hop.address}{tail}"


def summary(device: Device) -> str:
    """How many routes there are, by protocol."""
    if not ip_host.routes(device.router):
        return host_table(device.router)
    rib = device.state.ribs[device.name]
    counts: dict[str, int] = {"connected": 0, "static": 0}
    for r in rib.routes:
        name = "connected" if r.connected else f"{r.protocol} {r.process}" if r.process else r.protocol
        counts[name] = counts.get(name, 0) + 1
    lines = ["IP routing table name is default (0x0)", "IP routing table maximum-paths is 32"]
    lines.append("Route Source    Networks    Subnets     Replicates  Overhead    Memory (bytes)")
    rows = {**counts, "Total": sum(counts.values())}
    lines += [f"{name:<16}{0:<12}{n:<12}{0:<12}{n * 72:<12}{n * 180}" for name, n in rows.items()]
    return "\n".join(lines)


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
