"""``ping``: unicast by the routing tables, multicast by the trees."""

from __future__ import annotations

from ipaddress import IPv4Address

from troubleshoot.lab.ios.device import Device
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
    alive = _answers(device, target)
    marks = ("!" if alive else ".") * times
    tail = ", round-trip min/avg/max = 1/2/4 ms" if alive else ""
    share = 100 if alive else 0
    return f"{head}\n{marks}\nSuccess rate is {share} percent ({times if alive else 0}/{times}){tail}"


def _answers(device: Device, target: IPv4Address) -> bool:
    """There and back again: the answer needs a route to the address of the outgoing interface."""
    pim = device.state.pim
    if not pim.reaches(device.name, target):
        return False
    owner = pim.owner(target)
    origin = _own_address(device, target)
    return owner is None or origin is None or pim.reaches(owner, origin)


def _own_address(device: Device, target: IPv4Address) -> IPv4Address | None:
    route = device.state.ribs[device.name].lookup(target)
    interface = device.router.interface(route.next_hops[0].interface) if route else None
    return interface.address.ip if interface and interface.address else None


def _repliers(device: Device, group: IPv4Address, source: str | None) -> list[IPv4Address]:
    """Routers that joined the group (`ip igmp join-group`) and would get an echo sent by this router."""
    origin = next((i for i in device.router.interfaces if i.address and i.name == source), None)
    origin = origin or next((i for i in device.router.interfaces if i.address and i.pim and not i.loopback), None)
    if origin is None or origin.address is None:
        return []
    network, listeners = _with_probe(device.state.network, Port(device.name, origin.name), origin.address.ip, group)
    state = compute(network)
    arrived = {name for name, _, g in state.delivered if g == group}
    return sorted(address for name, address in listeners.items() if name in arrived)


def _with_probe(
    network: Network, port: Port, origin: IPv4Address, group: IPv4Address
) -> tuple[Network, dict[str, IPv4Address]]:
    """The network with the ping as one more stream, and every joined router as one more listener."""
    pim = Pim(network, compute(network).ribs)
    listeners: dict[str, IPv4Address] = {}
    for name, router in network.routers.items():
        for interface in router.interfaces:
            segment = network.segment_of(Port(name, interface.name))
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
