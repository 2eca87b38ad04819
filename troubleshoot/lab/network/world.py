"""The network in time: configuration changes, convergence after a delay, ages of state and packet counters.

The clock is handed in (seconds as a float, any origin), so tests move time by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from troubleshoot.lab.network import rip
from troubleshoot.lab.network.model import EndHost, Interface, Network, Port, Router
from troubleshoot.lab.network.multicast import Key, State, Traffic, compute
from troubleshoot.lab.network.speakers import RipSpeaker

Clock = Callable[[], float]
DAY = 86400.0


def rip_facts(state: State) -> Iterator[tuple[Hashable, ...]]:
    """Neighbors that send updates, and those that no longer do."""
    for name, table in state.derive(rip_state).items():
        for gateway in table.gateways:
            yield "rip_silent" if gateway.silent else "rip_gateway", name, gateway.address


def rip_state(state: State) -> dict[str, rip.RipTable]:
    """The RIP database of every router."""
    return rip.tables(state.network)


Facts = Callable[[State], Iterator[tuple[Hashable, ...]]]
MORE_FACTS: tuple[Facts, ...] = (rip_facts,)  # of features: tuples of a kind, a router and more; see :meth:`World.age`


@dataclass(frozen=True, slots=True)
class Counters:
    """Packets of one (S,G) at one router since its entry exists."""

    received: float = 0.0
    forwarded: float = 0.0
    rpf_failed: float = 0.0
    other: float = 0.0

    def after(self, traffic: Traffic, seconds: float) -> Counters:
        """The counters when ``traffic`` went on for ``seconds`` more."""
        packets = traffic.stream.pps * seconds
        dropped = traffic.received and not traffic.forwarded and not traffic.rpf_failed
        return Counters(
            self.received + packets * traffic.received,
            self.forwarded + packets * traffic.forwarded,
            self.rpf_failed + packets * traffic.rpf_failed,
            self.other + packets * dropped,
        )


@dataclass(frozen=True, slots=True)
class Inside:
    """A management session that runs through the network itself: the router's own address, and the station's."""

    address: IPv4Address
    station: IPv4Address


class World:
    """A running network. Reading it first lets every change take effect whose convergence time has passed."""

    def __init__(self, network: Network, clock: Clock, *, convergence: float = 1.0, seed: int = 0) -> None:
        self._clock, self._convergence, self._seed = clock, convergence, seed
        self.network = network
        self.startup: dict[str, Router] = dict(network.routers)
        self.booted = clock() - self._spread("boot", 20 * DAY, 400 * DAY)
        self.managed: dict[str, Inside] = {}  # routers whose management runs through the network
        self.listen: Callable[[], Mapping[str, RipSpeaker]] | None = None  # what servers beside the network say
        self._timers: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._due: float | None = None
        self._state = compute(network)
        self._since: dict[tuple[Hashable, ...], float] = {key: self._old(key) for key in _facts(self._state)}
        self._counters: dict[tuple[str, Key], Counters] = {}
        self._counted = clock()
        self._count(self._counted)
        self._seed_counters()

    def _spread(self, key: Hashable, low: float, high: float) -> float:
        digest = hashlib.sha256(f"{self._seed}/{key}".encode()).digest()
        return low + (high - low) * int.from_bytes(digest[:4], "big") / 2**32

    def _old(self, fact: tuple[Hashable, ...]) -> float:
        """When a fact that holds at boot came to be: lists as old as their entry, sources younger than the group."""
        kind = fact[0]
        if kind in ("mroute", "oif"):
            entry = ("mroute", fact[1], fact[2])
            source, group = fact[2] if isinstance(fact[2], tuple) else (None, None)
            later = self._spread(entry, 1.0, 900.0) if source is not None else 0.0
            return self._clock() - self._spread(("group", group), 1200.0, 4 * 3600.0) + later
        low, high = (3 * DAY, 19 * DAY) if kind == "neighbor" else (DAY, 3 * DAY)
        return self._clock() - self._spread(fact, low, high)

    def now(self) -> float:
        """The clock's time."""
        return self._clock()

    @property
    def uptime(self) -> float:
        """Seconds since the routers booted."""
        return self.now() - self.booted

    @property
    def state(self) -> State:
        """The state that the network shows now."""
        self._settle()
        return self._state

    def change(self, network: Network) -> None:
        """Put ``network`` in place; its effect shows after the convergence delay."""
        if network == self.network:
            return
        self._settle()
        self.network = network
        self._due = self.now() + self._convergence
        self._settle()

    def configure(self, name: str, router: Router) -> None:
        """Change the running configuration of one router."""
        self.change(self.network.with_router(name, router))

    def set_host(self, host: EndHost) -> None:
        """Change what an end host sends or joins."""
        self.change(self.network.with_host(host))

    def save(self, name: str) -> None:
        """Copy the running configuration of a router to its startup configuration."""
        self.startup[name] = self.network.routers[name]

    def after(self, key: Hashable, seconds: float, action: Callable[[], None]) -> None:
        """Let ``action`` happen in ``seconds``; another one of the same ``key`` is replaced."""
        self._timers[key] = (self.now() + seconds, action)

    def cancel(self, key: Hashable) -> bool:
        """Stop a timer; whether there was one."""
        self._ring()
        return self._timers.pop(key, None) is not None

    def left(self, key: Hashable) -> float | None:
        """Seconds until a timer rings; None where there is none."""
        self._ring()
        return self._timers[key][0] - self.now() if key in self._timers else None

    def reachable(self, name: str) -> bool:
        """Whether a router answers its management station."""
        inside = self.managed.get(name)
        if inside is None:
            return True
        self._ring()
        ports = (Port(name, i.name) for i in self.network.routers[name].interfaces if _owns(i, inside.address))
        up = any(self.network.carrier(port) for port in ports)
        return up and self.state.ribs[name].lookup(inside.station) is not None

    def age(self, *fact: Hashable) -> float:
        """Seconds since a fact (``"mroute", router, key`` ...) came to be; 0 if it is not so."""
        self._settle()
        return max(0.0, self.now() - self._since.get(fact, self.now()))

    def counters(self, router: str, key: Key) -> Counters:
        """Packet counters of an (S,G) on a router."""
        self._settle()
        self._count(self.now())
        return self._counters.get((router, key), Counters())

    def clear_mroute(self, router: str, group: IPv4Address | None) -> None:
        """`clear ip mroute`: entries of the group (all without one) start anew, counters at zero."""
        self._settle()
        now = self.now()
        self._count(now)
        for key in self._state.entries[router]:
            if group in (None, key[1]):
                self._counters.pop((router, key), None)
                for fact in self._since:
                    if fact[0] in ("mroute", "oif") and fact[1:3] == (router, key):
                        self._since[fact] = now

    def picture(self, receiver: str, source: IPv4Address, group: IPv4Address) -> bool:
        """Whether the stream arrives at an end host: the lab's own truth, for tests and demos."""
        return (receiver, source, group) in self.state.delivered

    def _ring(self) -> None:
        """Let what is due happen, the earliest first."""
        while self._timers:
            key = min(self._timers, key=lambda k: self._timers[k][0])
            if self._timers[key][0] > self.now():
                return
            self._timers.pop(key)[1]()

    def _hear(self) -> None:
        """Take in what servers beside the network say now."""
        said = self.listen() if self.listen is not None else self.network.speakers
        if said != self.network.speakers:
            self.network = replace(self.network, speakers=said)
            self._due = self.now() + self._convergence if self._due is None else self._due

    def _settle(self) -> None:
        self._ring()
        self._hear()
        if self._due is None or self.now() < self._due:
            return
        due, self._due = self._due, None
        self._count(due)
        self._state = compute(self.network)
        facts = set(_facts(self._state))
        self._since = {fact: self._since.get(fact, due) for fact in facts}
        alive = {(name, key) for name, entries in self._state.entries.items() for key in entries}
        alive |= {(name, key) for name, traffic in self._state.traffic.items() for key in traffic}
        self._counters = {k: c for k, c in self._counters.items() if k in alive}

    def _count(self, until: float) -> None:
        seconds = max(0.0, until - self._counted)
        self._counted = max(until, self._counted)
        for name, flows in self._state.traffic.items():
            for key, traffic in flows.items():
                known = self._counters.get((name, key), Counters())
                self._counters[(name, key)] = known.after(traffic, seconds)

    def _seed_counters(self) -> None:
        """At boot an entry has counted since it exists."""
        for name, flows in self._state.traffic.items():
            for key, traffic in flows.items():
                since = self._since.get(("mroute", name, key), self._counted - 600)
                self._counters[(name, key)] = Counters().after(traffic, self._counted - since)


def _owns(interface: Interface, address: IPv4Address) -> bool:
    return interface.address is not None and interface.address.ip == address


def _facts(state: State) -> Iterator[tuple[Hashable, ...]]:
    """Everything that has an age on some display."""
    for name in state.network.routers:
        yield from (("route", name, r.prefix, r.next_hops) for r in state.ribs[name].routes)
        for interface in state.pim.interfaces(name):
            for neighbor in state.pim.neighbors(Port(name, interface.name)):
                yield "neighbor", name, interface.name, neighbor.address
        yield from (("igmp", name, m.group, m.interface) for m in state.members[name])
        for key, entry in state.entries[name].items():
            yield "mroute", name, key
            yield from (("oif", name, key, i) for i in entry.oil)
    for more in MORE_FACTS:
        yield from more(state)
