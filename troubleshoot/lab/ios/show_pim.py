"""``show ip pim ...``, ``show ip rpf`` and ``show ip multicast``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.model import Interface, Multipath, PimMode, Port
from troubleshoot.lab.network.pim import Rpf, serves
from troubleshoot.lab.network.vrf import vrf_of

_NEIGHBOR_HEAD = """\
PIM Neighbor Table
Mode: B - Bidir Capable, DR - Designated Router, N - Default DR Priority,
      P - Proxy Capable, S - State Refresh Capable, G - GenID Capable
Neighbor          Interface                Uptime/Expires    Ver   DR
Address                                                            Prio/Mode
"""
_INTERFACE_HEAD = """\
Address          Interface                Ver/   Nbr    Query  DR         DR
                                          Mode   Count  Intvl  Prior
"""
_MODE_LETTERS = {PimMode.SPARSE: "S", PimMode.SPARSE_DENSE: "SD", PimMode.DENSE: "D"}
_MULTIPATH = {
    Multipath.DISABLED: "disabled",
    Multipath.SOURCE: "enabled",
    Multipath.BASIC: "enabled (algorithm: basic)",
    Multipath.NEXT_HOP: "enabled (algorithm: next-hop-based)",
}


def neighbors(device: Device, only: str | None) -> str:
    """The PIM neighbor table."""
    return _NEIGHBOR_HEAD + "\n".join(_neighbor_lines(device, only))


def _neighbor_lines(device: Device, only: str | None) -> Iterator[str]:
    pim = device.state.pim
    for interface in pim.interfaces(device.name):
        port = Port(device.name, interface.name)
        for n in pim.neighbors(port) if only in (None, interface.name) else ():
            mark = "DR " if pim.designated(port) == n.address else ""
            key = (interface.name, n.address)
            timer = f"{device.age('neighbor', *key)}/{device.expires('neighbor', *key, hold=105, interval=30)}"
            yield f"{n.address!s:<17} {interface.name:<24} {timer:<17} v2    {n.dr_priority} / {mark}S P G"


def interfaces(device: Device, only: str | None) -> str:
    """Interfaces on which PIM runs."""
    rows = [_interface_line(device, i) for i in device.state.pim.interfaces(device.name) if only in (None, i.name)]
    return _INTERFACE_HEAD + "\n".join(rows)


def _interface_line(device: Device, interface: Interface) -> str:
    pim, port = device.state.pim, Port(device.name, interface.name)
    address = interface.address.ip if interface.address else ""
    mode = f"v2/{_MODE_LETTERS[interface.pim or PimMode.SPARSE]}"
    count, dr = len(pim.neighbors(port)), pim.designated(port)
    return f"{address!s:<16} {interface.name:<24} {mode:<6} {count:<6} 30     {interface.dr_priority:<10} {dr}"


def rp_mapping(device: Device, group: IPv4Address | None) -> str:
    """Which RP serves which groups; a static RP carries no mark on the RP itself."""
    lines = ["PIM Group-to-RP Mappings", ""]
    for rp in sorted(device.router.static_rps, key=lambda r: r.address):
        if group is not None and not serves(device.router, rp, group):
            continue
        kind = "Static-Override" if rp.override else "Static"
        lines += [f"Acl: {rp.acl}, {kind}" if rp.acl else f"Group(s): 224.0.0.0/4, {kind}", f"    RP: {rp.address} (?)"]
    return "\n".join(lines)


def tunnels(device: Device) -> str:
    """Register tunnels: one to encapsulate for each RP, one to decapsulate where the router is the RP."""
    blocks: list[str] = []
    for rp in sorted({r.address for r in device.router.static_rps}):
        own = device.state.pim.owns(device.name, rp)
        mark = "*" if own else ""
        blocks.append(
            f"Tunnel{len(blocks)} \n  Type  : PIM Encap\n  RP    : {rp}{mark}\n  Source: {_source(device, rp)}"
        )
        if own:
            blocks.append(f"Tunnel{len(blocks)}{mark} \n  Type  : PIM Decap\n  RP    : {rp}{mark}\n  Source: -")
    return "\n".join(blocks)


def _source(device: Device, rp: IPv4Address) -> str:
    route = device.state.ribs[device.name].lookup(rp)
    name = device.router.register_source or (route.next_hops[0].interface if route else "")
    interface = device.router.interface(name)
    return str(interface.address.ip) if interface and interface.address else "-"


def rpf(device: Device, target: IPv4Address, group: IPv4Address | None) -> str:
    """The RPF lookup for ``target``."""
    found = device.state.pim.rpf(device.name, target, group)
    if found.interface is None:
        return f"RPF information for ? ({target}) failed, no route exists"
    return "\n".join(_rpf_lines(device, found))


def _rpf_lines(device: Device, found: Rpf) -> Iterator[str]:
    neighbor = f"{found.target}) - directly connected" if found.connected else f"{found.neighbor})"
    yield f"RPF information for ? ({found.target})"
    yield f"  RPF interface: {found.interface}"
    yield f"  RPF neighbor: ? ({neighbor}"
    yield f"  RPF route/mask: {found.prefix}"
    yield "  RPF type: multicast (static)" if found.mroute else f"  RPF type: unicast ({found.kind})"
    yield "  RPF recursion count: 0"
    if device.router.multipath is not Multipath.DISABLED:
        yield "  Multicast Multipath enabled."
    yield "  Doing distance-preferred lookups across tables"
    if found.table:
        yield f"  Using Extranet RPF Rule: {found.rule}, RPF VRF: {vrf_of(found.table)}"
    origin = "multicast" if found.mroute else "unicast"
    yield f"  RPF topology: ipv4 multicast base, originated from ipv4 {origin} base"


def multicast(device: Device) -> str:
    """Global multicast settings."""
    enabled = "enabled" if device.router.multicast_routing else "disabled"
    return "\n".join(
        (
            f"  Multicast Routing: {enabled}",
            f"  Multicast Multipath: {_MULTIPATH[device.router.multipath]}",
            "  Multicast Route limit: No limit",
            "  Multicast Fallback group mode: Dense",
            "  Number of multicast boundaries configured with filter-autorp option: 0",
        )
    )
