"""Who asked for which group where: IGMP reports of hosts, and the routers' own join and static groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from troubleshoot.lab.network.model import CISCO_RP_DISCOVERY, NOWHERE, Interface, Port
from troubleshoot.lab.network.pim import Pim


@dataclass(frozen=True, slots=True)
class Member:
    """A group wanted on an interface; ``reporter`` is 0.0.0.0 for a static group, ``local``: the router joined."""

    group: IPv4Address
    interface: str
    reporter: IPv4Address
    local: bool = False
    static: bool = False
    source: IPv4Address | None = None  # a join of this source alone (SSM)


def members(pim: Pim, router: str) -> tuple[Member, ...]:
    """Groups wanted on the interfaces of ``router``, one entry per group and interface."""
    found: dict[tuple[IPv4Address, str], Member] = {}
    for member in _all(pim, router):
        found.setdefault((member.group, member.interface), member)
    return tuple(sorted(found.values(), key=lambda m: (m.group, m.interface)))


def locally_joined(pim: Pim, router: str, interface: Interface) -> frozenset[IPv4Address]:
    """Groups the router itself is a member of on ``interface``."""
    config = pim.network.routers[router]
    first = next(pim.interfaces(router), None)
    own = config.multicast_routing and first is not None and first.name == interface.name
    return interface.join_groups | ({CISCO_RP_DISCOVERY} if own else frozenset())


def _all(pim: Pim, router: str) -> Iterator[Member]:
    for interface in pim.interfaces(router):
        for member in _on(pim, router, interface):
            if pim.network.routers[router].permits(interface.boundary, member.group):
                yield member


def _on(pim: Pim, router: str, interface: Interface) -> Iterator[Member]:
    own = interface.address.ip if interface.address else NOWHERE
    for group in locally_joined(pim, router, interface):
        yield Member(group, interface.name, own, local=True)
    for group in interface.static_groups:
        yield Member(group, interface.name, NOWHERE, static=True)
    port = Port(router, interface.name)
    segment = pim.network.segment_of(port)
    for host in pim.network.hosts_on(segment.name) if segment else ():
        for group in host.joins:
            yield Member(group, interface.name, host.address)
    for other, there in pim.network.peers(port):
        for group in locally_joined(pim, other.router, there):
            yield Member(group, interface.name, there.address.ip if there.address else NOWHERE)
