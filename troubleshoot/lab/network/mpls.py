"""MPLS in the core: LDP on links, labels for the prefixes of the global table (RFC 5036)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from troubleshoot.lab.network.model import Network, Port
from troubleshoot.lab.network.routing import NextHop, Rib

_FIRST_LABEL = 16  # 0 to 15 are reserved (RFC 3032)


@dataclass(frozen=True, slots=True)
class Mpls:
    """`mpls ip` on an interface."""

    ip: bool = False


def switched(network: Network, router: str, hop: NextHop) -> Port | None:
    """The far end of a link to ``hop`` on which both ends run LDP; None without one."""
    here = network.config(Port(router, hop.interface))
    if here is None or not here.part(Mpls).ip:
        return None
    for far, there in network.peers(Port(router, hop.interface)):
        if there.part(Mpls).ip and there.address and there.address.ip == hop.address:
            return far
    return None


def label(network: Network, ribs: dict[str, Rib], router: str, prefix: IPv4Network) -> int | None:
    """The label that a router gives to a prefix; None for implicit null (it is connected there) or none at all."""
    routes = ribs[router].routes
    if not any(i.part(Mpls).ip for i in network.routers[router].interfaces):
        return None
    for index, route in enumerate(routes):
        if route.prefix == prefix:
            return None if route.connected else _FIRST_LABEL + index
    return None


def outgoing(network: Network, ribs: dict[str, Rib], router: str, prefix: IPv4Network, hop: NextHop) -> int | None:
    """The label to put on packets for ``prefix`` through ``hop``; None where the next router pops it (or has none)."""
    far = switched(network, router, hop)
    return label(network, ribs, far.router, prefix) if far else None
