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


def _msdp(state: State) -> Iterator[tuple[Hashable, ...]]:
    """MSDP sessions, what was heard over them and what they dropped."""
    for session in state.msdp.sessions.values():
        yield "msdp", session.router, session.peer.address, session.state
    for key, spread in state.news.items():
        yield from (("msdp_heard", name, key) for name in spread.heard)
        yield from (("msdp_dropped", name, peer, key) for name, peer in spread.dropped)
        yield from (("msdp_sent", name, peer, key) for name, peer in spread.sent)


MORE_FACTS: tuple[Facts, ...] = (_rip, _bgp, _msdp)
