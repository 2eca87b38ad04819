"""`ip route` lines: read, matched and written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.context import Args
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.network.model import StaticRoute

VIA = "{<hop:address>|<name:interface>|<name:interface> <hop:address>} [<distance:number>]"


def static_line(args: Args) -> StaticRoute | None:
    """The route that a line means; None where address and mask do not fit together."""
    prefix = network_of(args["prefix"], args["mask"])
    if prefix is None or str(prefix.network_address) != args["prefix"]:
        return None
    hop = IPv4Address(args["hop"]) if "hop" in args else None
    return StaticRoute(prefix, hop, args.get("name"), int(args.get("distance", 1)))


def covers(named: StaticRoute, line: StaticRoute) -> bool:
    """Whether a `no ip route` names this line: what it leaves out matches anything."""
    return (
        line.prefix == named.prefix
        and named.next_hop in (None, line.next_hop)
        and named.interface in (None, line.interface)
    )


def static_route_line(line: StaticRoute, table: str = "") -> str:
    """An `ip route` line; ``table`` is `vrf NAME ` in a VRF."""
    return via(f"ip route {table}".rstrip(), line.prefix, line.interface, line.next_hop, _distance(line))


def _distance(line: StaticRoute) -> int | None:
    return line.distance if line.distance != 1 else None


def via(head: str, prefix: IPv4Network, *rest: object) -> str:
    """A route line from its parts; None parts are left out."""
    tail = " ".join(str(part) for part in rest if part is not None)
    return f"{head} {prefix.network_address} {prefix.netmask} {tail}"
