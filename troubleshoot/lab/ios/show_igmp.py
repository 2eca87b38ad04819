"""``show ip igmp groups`` and ``show ip igmp interface``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.mdt import MVRF
from troubleshoot.lab.network.membership import Member, locally_joined
from troubleshoot.lab.network.model import Interface, Port

_HEAD = """\
IGMP Connected Group Membership
Group Address    Interface                Uptime    Expires   Last Reporter   Group Accounted
"""


def groups(device: Device, group: IPv4Address | None) -> str:
    """Groups with members on connected networks."""
    members = [m for m in device.state.members[device.name] if not m.interface.startswith(MVRF)]
    return _HEAD + "\n".join(_line(device, m) for m in members if group in (None, m.group))


def _line(device: Device, m: Member) -> str:
    key = (m.group, m.interface)
    expires = "never" if m.static else device.expires("igmp", *key)
    return f"{m.group!s:<16} {m.interface:<24} {device.age('igmp', *key):<9} {expires:<9} {m.reporter!s:<15} "


def interfaces(device: Device, only: str | None) -> str:
    """IGMP per interface; it runs where PIM runs."""
    chosen = (i for i in device.router.interfaces if i.address and only in (None, i.name))
    return "\n".join(line for interface in chosen for line in _interface(device, interface))


def _interface(device: Device, interface: Interface) -> Iterator[str]:
    port = Port(device.name, interface.name)
    admin = "administratively down" if interface.shutdown else "up"
    protocol = "up" if device.world.network.carrier(port) else "down"
    yield f"{interface.name} is {admin}, line protocol is {protocol}"
    yield f"  Internet address is {interface.address}"
    if not device.state.pim.runs(port):
        yield "  IGMP is disabled on interface"
        yield "  Multicast routing is disabled on interface"
        yield "  Multicast TTL threshold is 0"
        yield "  No multicast groups joined by this system"
        return
    yield from _enabled(device, interface)


def _enabled(device: Device, interface: Interface) -> Iterator[str]:
    port = Port(device.name, interface.name)
    seen = sum(m.interface == interface.name for m in device.state.members[device.name])
    yield "  IGMP is enabled on interface"
    yield "  Current IGMP host version is 2"
    yield "  Current IGMP router version is 2"
    yield "  IGMP query interval is 60 seconds"
    yield "  IGMP querier timeout is 120 seconds"
    yield "  IGMP max query response time is 10 seconds"
    yield "  Inbound IGMP access group is not set"
    yield f"  IGMP activity: {seen} joins, 0 leaves"
    yield f"  Multicast routing is {'enabled' if device.router.multicast_routing else 'disabled'} on interface"
    yield "  Multicast TTL threshold is 0"
    yield f"  Multicast designated router (DR) is {_who(interface, device.state.pim.designated(port))}"
    yield f"  IGMP querying router is {_who(interface, _querier(device, interface))}"
    joined = sorted(locally_joined(device.state.pim, device.name, interface))
    if not joined:
        yield "  No multicast groups joined by this system"
        return
    yield "  Multicast groups joined by this system (number of users):"
    yield "      " + "  ".join(f"{g}(1)" for g in joined)


def _who(interface: Interface, address: IPv4Address) -> str:
    own = interface.address is not None and interface.address.ip == address
    return f"{address} (this system)" if own else f"{address}"


def _querier(device: Device, interface: Interface) -> IPv4Address:
    """The lowest address on the LAN queries (RFC 2236, 3)."""
    heard = [n.address for n in device.state.pim.neighbors(Port(device.name, interface.name))]
    return min([*heard, *([interface.address.ip] if interface.address else [])])
