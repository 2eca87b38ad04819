"""What features show with an age: facts of a state, as tuples of a kind, a router and more (see :meth:`World.age`)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from troubleshoot.lab.network import rip
from troubleshoot.lab.network.multicast import State

Facts = Callable[[State], Iterator[tuple[Hashable, ...]]]


def rip_tables(state: State) -> dict[str, rip.RipTable]:
    """The RIP database of every router."""
    return rip.tables(state.network)


def _rip(state: State) -> Iterator[tuple[Hashable, ...]]:
    """Neighbors that send updates, and those that no longer do."""
    for name, table in state.derive(rip_tables).items():
        for gateway in table.gateways:
            yield "rip_silent" if gateway.silent else "rip_gateway", name, gateway.address


def _bgp(state: State) -> Iterator[tuple[Hashable, ...]]:
    """BGP sessions that are up."""
    for end, session in state.bgp.peering.sessions.items():
        if session.far is not None:
            yield "bgp", end.router, end.vrf, end.neighbor


MORE_FACTS: tuple[Facts, ...] = (_rip, _bgp)
