"""``ping``: unicast by the routing tables, multicast by the trees."""

from __future__ import annotations

from ipaddress import IPv4Address

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.grammar import is_address
from troubleshoot.lab.network.membership import locally_joined
from troubleshoot.lab.network.model import EndHost, Network, Port, Stream
from troubleshoot.lab.network.multicast import compute
from troubleshoot.lab.network.pim import Pim


def ping(device: Device, target: IPv4Address, times: int, source: str | None) -> str:
    """What `ping` prints."""
    head = f"Type escape sequence to abort.\nSending {times}, 100-byte ICMP Echos to {target}, timeout is 2 seconds:"
    if target.is_multicast:
        answers = _repliers(device, target, source)
        lines = [f"Reply to request {n} from {a}, {4 + n} ms" for n in range(times) for a in answers]
        return "\n".join((head, "", *(lines or ["." * times])))
    alive = _answers(device, target, source)
    marks = ("!" if alive else ".") * times
    tail = ", round-trip min/avg/max = 1/2/4 ms" if alive else ""
    share = 100 if alive else 0
    return f"{head}\n{marks}\nSuccess rate is {share} percent ({times if alive else 0}/{times}){tail}"


def _answers(device: Device, target: IPv4Address, source: str | None) -> bool:
    """There and back again: the answer needs a route to the address that the request came from."""
    forwarding, origin = device.state.pim.forwarding, source_address(device, target, source)
    there = forwarding.walk(device.name, target, f"{origin}>{target}")
    if not there.delivered:
        return False
    last = there.steps[-1].instance
    if target not in device.state.network.routers[last].addresses():
        return True  # an end host answers by its own gateway
    return origin is None or forwarding.walk(last, origin, f"{target}>{origin}").delivered


def source_address(device: Device, target: IPv4Address, source: str | None) -> IPv4Address | None:
    """The address that a packet of the router itself carries: the one asked for, else that of the way out."""
    router = device.router
    if source is not None and is_address(source):
        return IPv4Address(source) if IPv4Address(source) in router.addresses() else None
    route = device.state.ribs[device.name].lookup(target)
    hop = route.next_hops[0] if route else None
    name = source or (hop.interface if hop else "")
    interface = router.interface(name)
    if interface is not None:
        return interface.address.ip if interface.address else None
    return None if source else min(router.addresses(), default=None)


def _repliers(device: Device, group: IPv4Address, source: str | None) -> list[IPv4Address]:
    """Routers that joined the group (`ip igmp join-group`) and would get an echo sent by this router."""
    origin = next((i for i in device.router.interfaces if i.address and i.name == source), None)
    origin = origin or next((i for i in device.router.interfaces if i.address and i.pim and not i.loopback), None)
    if origin is None or origin.address is None:
        return []
    now, port = device.state, Port(device.box, origin.name)
    network, listeners = _with_probe(now.configured, now.pim, port, origin.address.ip, group)
    state = compute(network)
    arrived = {name for name, _, g in state.delivered if g == group}
    return sorted(address for name, address in listeners.items() if name in arrived)


def _with_probe(
    network: Network, pim: Pim, port: Port, origin: IPv4Address, group: IPv4Address
) -> tuple[Network, dict[str, IPv4Address]]:
    """The network with the ping as one more stream, and every joined router as one more listener."""
    listeners: dict[str, IPv4Address] = {}
    for name, router in pim.network.routers.items():
        for interface in router.interfaces:
            segment = pim.network.segment_of(Port(name, interface.name))
            if segment and interface.address and group in locally_joined(pim, name, interface):
                listeners[f"{name} {interface.name}"] = interface.address.ip
                joined = EndHost(
                    f"{name} {interface.name}", segment.name, interface.address.ip, joins=frozenset({group})
                )
                network = network.with_host(joined)
    segment = network.segment_of(port)
    if segment is not None:
        network = network.with_host(EndHost("ping", segment.name, origin, sends=(Stream(group),)))
    return network, listeners
