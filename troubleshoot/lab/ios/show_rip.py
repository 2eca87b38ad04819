"""``show ip protocols``, ``show ip rip database``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from troubleshoot.lab.ios.context import Args, Context, Handler
from troubleshoot.lab.ios.device import Device, duration, network_of
from troubleshoot.lab.network.facts import rip_tables
from troubleshoot.lab.network.model import Interface, Ospf, Router
from troubleshoot.lab.network.rip import Rip, RipFilter, RipInterface, RipRoute, RipTable, major, runs_on

_UPDATE = 30  # seconds


def protocols(device: Device) -> str:
    """`show ip protocols`."""
    router = device.router
    blocks = ["\n".join(_rip(device, router))] if router.part(Rip).running else []
    return "*** IP Routing is NSF aware ***\n\n" + "\n\n".join([*blocks, *("\n".join(_ospf(p)) for p in router.ospf)])


def _rip(device: Device, router: Router) -> Iterator[str]:
    rip = router.part(Rip)
    yield 'Routing Protocol is "rip"'
    yield from _filters(rip, inward=False)
    yield from _filters(rip, inward=True)
    due = _UPDATE - int(device.world.now()) % _UPDATE
    yield f"  Sending updates every {_UPDATE} seconds, next due in {due} seconds"
    yield "  Invalid after 180 seconds, hold down 180, flushed after 240"
    yield "  Redistributing: rip"
    yield f"  Default version control: {_control(rip)}"
    yield "    Interface                           Send  Recv  Triggered RIP  Key-chain"
    yield from (_interface_row(rip, i) for i in router.interfaces if runs_on(router, i) and not rip.silent(i.name))
    yield f"  Automatic network summarization is {'' if rip.auto_summary else 'not '}in effect"
    yield f"  Maximum path: {rip.maximum_paths}"
    yield "  Routing for Networks:"
    yield from (f"    {network.network_address}" for network in sorted(rip.networks))
    passive = [i.name for i in router.interfaces if runs_on(router, i) and rip.silent(i.name)]
    if passive:
        yield "  Passive Interface(s):"
        yield from (f"    {name}" for name in passive)
    yield "  Routing Information Sources:"
    yield "    Gateway         Distance      Last Update"
    yield from _gateways(device)
    yield "  Distance: (default is 120)"


def _filters(rip: Rip, *, inward: bool) -> Iterator[str]:
    word = "Incoming" if inward else "Outgoing"
    found = [item for item in rip.filters if item.inward is inward]
    whole = next((item for item in found if item.interface is None), None)
    yield f"  {word} update filter list for all interfaces is {_name(whole) if whole else 'not set'}"
    for item in sorted((f for f in found if f.interface), key=lambda f: f.interface or ""):
        yield f"    {item.interface} filtered by {_name(item)}, default is not set"


def _name(item: RipFilter) -> str:
    return f"(prefix-list) {item.name}" if item.prefix_list else item.name


def _control(rip: Rip) -> str:
    if not rip.version:
        return "send version 1, receive any version"
    return f"send version {rip.version}, receive version {rip.version}"


def _interface_row(rip: Rip, interface: Interface) -> str:
    part = interface.part(RipInterface)
    send = part.send or str(rip.version or 1)
    receive = part.receive or (str(rip.version) if rip.version else "1 2")
    return f"    {interface.name:<35} {send:<5} {receive:<10} No        {part.key_chain or 'none'}"


def _gateways(device: Device) -> Iterator[str]:
    table = device.state.derive(rip_tables)[device.name]
    for gateway in sorted(table.gateways, key=lambda g: g.address):
        if gateway.silent:
            seen = device.world.age("rip_silent", device.name, gateway.address)
        else:
            seen = device.world.age("rip_gateway", device.name, gateway.address) % _UPDATE
        yield f"    {gateway.address!s:<15} {120:>8}      {duration(seen)}"


def _ospf(process: Ospf) -> Iterator[str]:
    yield f'Routing Protocol is "ospf {process.process}"'
    yield "  Outgoing update filter list for all interfaces is not set"
    yield f"  Incoming update filter list for all interfaces is {process.distribute_in or 'not set'}"
    if process.router_id:
        yield f"  Router ID {process.router_id}"
    yield "  Maximum path: 4"
    yield "  Routing for Networks:"
    yield from (f"    {n.network.network_address} {n.network.hostmask} area {n.area}" for n in sorted(process.networks))
    yield "  Routing Information Sources:"
    yield "    Gateway         Distance      Last Update"
    yield "  Distance: (default is 110)"


def database(device: Device, only: IPv4Network | None) -> str:
    """`show ip rip database [PREFIX MASK]`."""
    table = device.state.derive(rip_tables).get(device.name)
    if table is None:
        return ""
    if only is not None:
        found = table.routes.get(only)
        return "\n".join(_entry(device, only, found)) if found else "%Route not in database"
    return "\n".join(line for prefix in _listed(table) for line in _lines(device, table, prefix))


def _listed(table: RipTable) -> list[IPv4Network]:
    """The entries and the classful networks around them, which stand there whether or not they are announced."""
    return sorted({*table.routes, *(major(prefix) for prefix in table.routes)})


def _lines(device: Device, table: RipTable, prefix: IPv4Network) -> Iterator[str]:
    if any(major(other) == prefix and other != prefix for other in table.routes):
        yield f"{prefix}    auto-summary"
    if prefix in table.routes:
        yield from _entry(device, prefix, table.routes[prefix])


def _entry(device: Device, prefix: IPv4Network, route: RipRoute) -> Iterator[str]:
    if not route.hops:
        yield f"{prefix}    directly connected, {route.interface}"
        return
    yield f"{prefix}"
    for interface, address in route.hops:
        seen = duration(device.world.age("rip_gateway", device.name, address) % _UPDATE)
        yield f"    [{route.metric}] via {address}, {seen}, {interface}"


def _database(context: Context, args: Args) -> str:
    only = network_of(args["prefix"], args["mask"]) if "prefix" in args else None
    return database(context.device, only)


COMMANDS: dict[str, Handler] = {
    "show ip protocols": lambda c, _: protocols(c.device),
    "show ip rip database [<prefix:address> <mask:mask>]": _database,
}
