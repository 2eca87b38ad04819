"""``show ip ospf`` and ``show ip ospf interface brief``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.ios.context import Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.network.model import Interface, Ospf, Port, Router

_SHORT = {"Loopback": "Lo", "GigabitEthernet": "Gi", "FastEthernet": "Fa", "Ethernet": "Et", "Tunnel": "Tu"}


def router_id(router: Router, process: Ospf) -> IPv4Address:
    """The ID that a process has: the one that is set, else the highest loopback, else the highest address."""
    loopbacks = [i.address.ip for i in router.interfaces if i.loopback and i.address and not i.shutdown]
    return process.router_id or max(loopbacks or router.addresses(), default=IPv4Address(0))


def processes(device: Device) -> str:
    """`show ip ospf`; nothing where no process runs."""
    return "\n".join(line for process in device.router.ospf for line in _process(device, process))


def _process(device: Device, process: Ospf) -> Iterator[str]:
    areas = sorted({network.area for network in process.networks})
    yield f' Routing Process "ospf {process.process}" with ID {router_id(device.router, process)}'
    yield " Start time: 00:00:03.120, Time elapsed: 2w3d"
    yield " Supports only single TOS(TOS0) routes"
    yield " Initial SPF schedule delay 5000 msecs"
    yield f" Number of areas in this router is {len(areas)}. {len(areas)} normal 0 stub 0 nssa"
    for area in areas:
        inside = [i for i, _ in _active(device, process) if _area(process, i) == area]
        yield f"    Area {'BACKBONE(0)' if area == '0' else area}"
        yield f"        Number of interfaces in this area is {len(inside)}"


def interfaces(device: Device) -> str:
    """`show ip ospf interface brief`; passive interfaces are listed too."""
    if not device.router.ospf:
        return ""
    lines = ["Interface    PID   Area            IP Address/Mask    Cost  State Nbrs F/C"]
    for process in device.router.ospf:
        for interface, neighbors in _active(device, process):
            state = "LOOP" if interface.loopback else "BDR" if neighbors else "DR"
            lines.append(
                f"{_short(interface.name):<12} {process.process:<5} {_area(process, interface):<15} "
                f"{interface.address!s:<18} {interface.ospf_cost:<5} {state:<5} {neighbors}/{neighbors}"
            )
    return "\n".join(lines)


def _active(device: Device, process: Ospf) -> Iterator[tuple[Interface, int]]:
    network = device.world.network
    for interface in device.router.interfaces:
        port = Port(device.name, interface.name)
        if interface.address is None or not process.covers(interface.address.ip) or not network.carrier(port):
            continue
        passive = interface.loopback or interface.name in process.passive
        yield interface, 0 if passive else sum(1 for _ in network.peers(port))


def _area(process: Ospf, interface: Interface) -> str:
    assert interface.address is not None
    return next(n.area for n in sorted(process.networks) if interface.address.ip in n.network)


def _short(name: str) -> str:
    kind = name.rstrip("0123456789/.")
    return _SHORT.get(kind, kind) + name[len(kind) :]


FEATURE = Feature(
    commands={
        Mode.USER: {
            "show ip ospf [<process:number>]": lambda c, _: processes(c.device),
            "show ip ospf interface brief": lambda c, _: interfaces(c.device),
        }
    }
)
