"""The network in time: configuration changes, convergence after a delay, ages of state and packet counters.

The clock is handed in (seconds as a float, any origin), so tests move time by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from troubleshoot.lab.network.facts import MORE_FACTS
from troubleshoot.lab.network.model import EndHost, Hardware, Interface, Network, Port, Router
from troubleshoot.lab.network.multicast import Key, State, Traffic, compute
from troubleshoot.lab.network.speakers import RipSpeaker
from troubleshoot.lab.network.vrf import instance

Clock = Callable[[], float]
DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Planned:
    """Who scheduled a reload (`reload in`), and why."""

    user: str
    reason: str


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
        self.started = clock()
        self.on_restart: list[Callable[[str], None]] = []  # told which device goes down
        self.on_timer: list[Callable[[float], None]] = []  # told in how many seconds a timer rings
        self._planned: dict[str, Planned] = {}
        self._timers: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._restarted: dict[str, float] = {}
        self._boots: dict[str, int] = {}
        self._due: float | None = None
        self._state = compute(network)
        self._since: dict[tuple[Hashable, ...], float] = {key: self._old(key) for key in _facts(self._state)}
        self._counters: dict[tuple[str, Key], Counters] = {}
        self._counted = clock()
        self._count(self._counted)
        self._seed_counters()
        self._plan_what_was_planned()

    def _plan_what_was_planned(self) -> None:
        for name, router in self.network.routers.items():
            for part in router.parts:
                if isinstance(part, Hardware) and part.reload_in:
                    self.plan(name, part.reload_in, Planned("admin", "maintenance window"))

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
        if kind in ("msdp_heard", "msdp_dropped", "msdp_sent"):
            return self._old(("mroute", fact[1], fact[-1]))
        low, high = (3 * DAY, 19 * DAY) if kind == "neighbor" else (DAY, 3 * DAY)
        return self._clock() - self._spread(fact, low, high)

    def now(self) -> float:
        """The clock's time."""
        return self._clock()

    def uptime(self, name: str) -> float:
        """Seconds since a device booted."""
        return self.now() - self._restarted.get(name, self.booted)

    def running_for(self, name: str) -> float:
        """Seconds since the lab or, if that was later, the device was started."""
        return self.now() - self._restarted.get(name, self.started)

    def boots(self, name: str) -> int:
        """How often a device was reloaded since the lab was started."""
        return self._boots.get(name, 0)

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

    def reload(self, name: str) -> None:
        """Start a device anew from its startup configuration; what its hardware keeps outlives that."""
        router = self.startup[name]
        for part in self.network.routers[name].parts:
            if isinstance(part, Hardware):
                router = part.start(router)
        for key in [key for key in self._timers if isinstance(key, tuple) and name in key]:
            del self._timers[key]
        self._restarted[name], self._boots[name] = self.now(), self.boots(name) + 1
        self.configure(name, router)
        self._since = {fact: self.now() if fact[1] == name else since for fact, since in self._since.items()}
        for told in self.on_restart:
            told(name)

    def after(self, key: Hashable, seconds: float, action: Callable[[], None]) -> None:
        """Let ``action`` happen in ``seconds``; another one of the same ``key`` is replaced."""
        self._timers[key] = (self.now() + seconds, action)
        for told in self.on_timer:
            told(seconds)

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
        owned = [i for i in self.network.routers[name].interfaces if _owns(i, inside.address)]
        tables = [instance(name, i.vrf) for i in owned if self.network.carrier(Port(name, i.name))]
        return any(t in self.state.ribs and self.state.ribs[t].lookup(inside.station) for t in tables)

    def let_ring(self) -> None:
        """Let the timers ring whose time has come."""
        self._ring()

    def plan(self, name: str, seconds: float, planned: Planned) -> None:
        """Schedule a reload; an earlier plan is replaced."""
        self._planned[name] = planned
        self.after(("reload", name), seconds, lambda: self.reload(name))

    def planned(self, name: str) -> tuple[float, Planned] | None:
        """The seconds until the scheduled reload of a device, and who wanted it; None where there is none."""
        left = self.left(("reload", name))
        return None if left is None else (left, self._planned[name])

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

    def renew(self, *facts: Hashable) -> None:
        """Let facts that begin with ``facts`` (a kind, a router ...) begin anew: they were dropped and are back."""
        self._settle()
        for fact in self._since:
            if fact[: len(facts)] == facts:
                self._since[fact] = self.now()

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
