"""MSDP between rendezvous points: sessions, and how the news of a source spreads (RFC 3618, RFC 3446).

A session comes up only if each end is configured with the address that the other end uses. The news of a source names
the RP at which it is registered. A receiver drops news that carry one of its own addresses; it takes news from the peer
that leads to the RP, from its only peer, or from a member of its mesh group. It passes them on to all other peers, but
from member to member of a mesh group never.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address

from troubleshoot.lab.network.model import Network, Port, Router
from troubleshoot.lab.network.pim import Pim

KEEPALIVE, HOLD, RETRY = 60, 75, 30  # seconds


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer as configured. A filter without a list ("") refuses everything."""

    address: IPv4Address
    source: str = ""  # interface
    asn: str = ""
    description: str = ""
    mesh_group: str = ""
    filter_in: str | None = None
    filter_out: str | None = None
    password: str = ""
    shutdown: bool = False
    keepalive: tuple[int, int] = (KEEPALIVE, HOLD)


@dataclass(frozen=True, slots=True)
class Msdp:
    """The MSDP part of a router's configuration."""

    peers: tuple[Peer, ...] = ()
    originator: str = ""  # interface

    def peer(self, address: IPv4Address) -> Peer | None:
        """The peer of that address."""
        return next((p for p in self.peers if p.address == address), None)

    def with_peer(self, peer: Peer) -> Msdp:
        """A copy with ``peer`` added or replaced."""
        others = (p for p in self.peers if p.address != peer.address)
        return replace(self, peers=tuple(sorted((*others, peer), key=lambda p: p.address)))

    def without(self, address: IPv4Address) -> Msdp:
        """A copy without that peer."""
        return replace(self, peers=tuple(p for p in self.peers if p.address != address))


@dataclass(frozen=True, slots=True)
class Session:
    """One end of a session. ``far`` is the router at the other end while it is up."""

    router: str
    peer: Peer
    local: IPv4Address | None
    far: str | None = None
    flaps: bool = False

    @property
    def state(self) -> str:
        """The word that IOS prints: the end with the lower address connects, the other one listens."""
        if self.peer.shutdown:
            return "Shutdown"
        if self.far is not None:
            return "Up"
        if self.local is None:
            return "Inactive"
        return "Down" if self.local < self.peer.address else "Listen"


@dataclass(frozen=True, slots=True)
class News:
    """A source as one router heard of it."""

    rp: IPv4Address
    peer: IPv4Address


@dataclass(slots=True)
class Spread:
    """How far the news of one source came."""

    origin: str  # the RP that announces it
    heard: dict[str, News] = field(default_factory=dict)
    dropped: set[tuple[str, IPv4Address]] = field(default_factory=set)  # router and peer: peer-RPF failures
    sent: set[tuple[str, IPv4Address]] = field(default_factory=set)  # router and peer


class Speakers:
    """MSDP as it stands for one network configuration and its routing tables."""

    def __init__(self, network: Network, pim: Pim) -> None:
        self.network, self.pim = network, pim
        self.sessions: dict[tuple[str, IPv4Address], Session] = {}
        for name, router in network.routers.items():
            for peer in router.part(Msdp).peers:
                self.sessions[(name, peer.address)] = self._session(name, peer)

    def of(self, name: str) -> list[Session]:
        """The sessions of a router, lowest peer first."""
        return [session for (router, _), session in sorted(self.sessions.items()) if router == name]

    def local(self, name: str, peer: Peer) -> IPv4Address | None:
        """The address from which a router speaks to a peer: that of the interface named, else that of the way out."""
        interface = peer.source
        if not interface:
            route = self.pim.ribs[name].lookup(peer.address)
            interface = route.next_hops[0].interface if route else ""
        return self._address(name, interface)

    def _address(self, name: str, interface: str) -> IPv4Address | None:
        found = self.network.routers[name].interface(interface)
        up = found is not None and self.network.carrier(Port(name, interface))
        return found.address.ip if found and found.address and up else None

    def _session(self, name: str, peer: Peer) -> Session:
        local = self.local(name, peer)
        session = Session(name, peer, local)
        if local is None or peer.shutdown:
            return session
        far = self.pim.arrives(name, peer.address)
        other = self.network.routers[far].part(Msdp).peer(local) if far is not None and far != name else None
        if far is None or other is None or other.shutdown or other.password != peer.password:
            return session
        if self.local(far, other) != peer.address or self.pim.arrives(far, local) != name:
            return session
        return replace(session, far=far, flaps=_flaps(peer, other) or _flaps(other, peer))

    def announced_as(self, name: str, rp: IPv4Address) -> IPv4Address:
        """The RP address that a router puts into its announcements: that of the originator, else the RP's."""
        return self._address(name, self.network.routers[name].part(Msdp).originator) or rp

    def spread(self, origin: str, rp: IPv4Address, source: IPv4Address, group: IPv4Address) -> Spread:
        """Announce a source that is registered at ``origin`` and follow the news."""
        result = Spread(origin)
        rp = self.announced_as(origin, rp)
        queue: deque[tuple[str, Session | None]] = deque([(origin, None)])
        while queue:
            name, by = queue.popleft()
            for session in self._onward(name, by):
                result.sent.add((name, session.peer.address))
                if self._take(session, rp, source, group, result):
                    assert session.far is not None
                    queue.append((session.far, self._other_end(session)))
        return result

    def _onward(self, name: str, by: Session | None) -> Iterator[Session]:
        """The sessions over which a router passes news on that came by ``by`` (None: its own)."""
        for session in self.of(name):
            if session.far is None or (by is not None and session.peer.address == by.peer.address):
                continue
            mesh = session.peer.mesh_group
            if by is None or not mesh or mesh != by.peer.mesh_group:
                yield session

    def _other_end(self, session: Session) -> Session:
        assert session.far is not None and session.local is not None
        return self.sessions[(session.far, session.local)]

    def _take(self, sent: Session, rp: IPv4Address, source: IPv4Address, group: IPv4Address, result: Spread) -> bool:
        """Whether the router at the other end takes the news and had not heard of them."""
        here = self._other_end(sent)
        router = self.network.routers[here.router]
        if not _passes(self.network.routers[sent.router], sent.peer.filter_out, source, group):
            return False
        if not self._peer_rpf(here, rp):
            result.dropped.add((here.router, here.peer.address))
            return False
        if not _passes(router, here.peer.filter_in, source, group):
            return False
        if here.router == result.origin or here.router in result.heard:
            return False
        result.heard[here.router] = News(rp, here.peer.address)
        return True

    def _peer_rpf(self, here: Session, rp: IPv4Address) -> bool:
        """RFC 3618, 10.1.3, without BGP between the RPs; its own address in the news is a loop."""
        router = self.network.routers[here.router]
        if rp in router.addresses():
            return False
        return bool(here.peer.mesh_group) or rp == here.peer.address or len(router.part(Msdp).peers) == 1


def _flaps(one: Peer, other: Peer) -> bool:
    """Whether ``other`` waits shorter for a sign of life than ``one`` takes to give it."""
    return one.keepalive[0] >= other.keepalive[1]


def _passes(router: Router, acl: str | None, source: IPv4Address, group: IPv4Address) -> bool:
    return acl is None or (bool(acl) and router.permits(acl, source, group))
