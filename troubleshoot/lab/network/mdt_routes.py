"""The BGP address family ipv4 mdt: which PEs of an MDT group a router knows (RFC 6037, 3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from troubleshoot.lab.network.bgp.config import MDT
from troubleshoot.lab.network.bgp.peering import End, Peering, Session


@dataclass(frozen=True, slots=True, order=True)
class MdtRoute:
    """A PE announces that it sends to a group. ``heard_from``: the neighbor that told it; None: made here."""

    rd: str
    address: IPv4Address
    group: IPv4Address
    heard_from: End | None = None


def spread(peering: Peering, made: dict[str, list[MdtRoute]]) -> dict[str, list[MdtRoute]]:
    """What every BGP speaker knows of what the PEs make: iBGP passes nothing on, a reflector does for its clients."""
    known = {name: list(made.get(name, ())) for name in peering.processes}
    waiting = [(name, route) for name, routes in known.items() for route in routes]
    while waiting:
        name, route = waiting.pop()
        for session in _sessions(peering, name):
            far = session.far
            if far is None or not _passes(peering, session, route) or _has(known[far.router], route):
                continue
            told = MdtRoute(route.rd, route.address, route.group, far)
            known[far.router].append(told)
            waiting.append((far.router, told))
    return known


def _sessions(peering: Peering, name: str) -> Iterator[Session]:
    return (s for s in peering.sessions.values() if s.end.router == name and MDT in s.families)


def _passes(peering: Peering, session: Session, route: MdtRoute) -> bool:
    if route.heard_from is None or session.external:
        return True
    family = peering.processes[session.end.router].family(MDT)
    return family.policy(session.end.neighbor).client or family.policy(route.heard_from.neighbor).client


def _has(known: list[MdtRoute], route: MdtRoute) -> bool:
    return any((r.rd, r.address, r.group) == (route.rd, route.address, route.group) for r in known)
