"""The Junos routers of a lab, their links, and what has happened on them up to now."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.junos import tracing
from troubleshoot.lab.junos.config import Config
from troubleshoot.lab.junos.daemons import Manager, Surroundings
from troubleshoot.lab.junos.database import Database, Editor
from troubleshoot.lab.junos.times import logged
from troubleshoot.lab.junos.tracing import Files, Trace

_LONGEST: Final = 6 * 3600.0  # seconds of a trace that are worth computing: older lines have been turned over
_MEGABYTE: Final = 1024


@dataclass(frozen=True, slots=True)
class Hardware:
    """What a router is, and how much room it has."""

    model: str = "mx240"
    version: str = "18.4R3-S9.2"
    idle: int = 94  # percent
    flash: int = 7168  # MB of /var
    free: int = 6451  # MB of it that nobody uses before the lab begins
    frame: str = ""  # {master}, where there are two routing engines
    booted: float = 0.0


@dataclass(frozen=True, slots=True)
class Login:
    """A session on a router; ``since`` as seconds since the epoch."""

    user: str
    terminal: str
    pid: int
    since: float
    station: str = "192.0.2.17"


@dataclass(slots=True)
class Machine:
    """One router."""

    name: str
    database: Database
    hardware: Hardware
    managers: tuple[Manager, ...] = ()
    churn: float = 0.0
    stopped: frozenset[str] = frozenset()  # protocols whose daemon does not take its configuration
    files: Files = field(default_factory=Files)
    logins: list[Login] = field(default_factory=list)
    people: list[Editor] = field(default_factory=list)  # who was there before us
    history: dict[int, list[tuple[float, str]]] = field(default_factory=dict)
    _tracing: tuple[Trace, ...] = ()
    _pids: int = 40217

    @property
    def hostname(self) -> str:
        return self.database.active.value("system", "host-name") or self.name

    def next_pid(self) -> int:
        """The process of a new session."""
        self._pids += 13
        return self._pids

    def free_kilobytes(self) -> int:
        """What is left of /var."""
        used = sum(file.size for file in self.files.by_name.values()) // 1024
        return self.hardware.free * _MEGABYTE - used

    def log(self, process: str, message: str) -> None:
        """A line of the system log, where the configuration keeps one."""
        if self.database.active.active("system", "syslog", "file messages") is None:
            return
        now = self.database.clock()
        self.files.append("messages", f"{logged(now)}  {self.hostname} {process}: {message}", now)

    def live(self, around: Surroundings) -> None:
        """Let the daemons write what happened in a span of time in which nothing was changed."""
        wanted = tuple(
            trace
            for trace in tracing.traces(around.config)
            if trace.protocol not in self.stopped and tracing.runs(trace, around.config)
        )
        for trace in wanted:
            if trace not in self._tracing:
                self.files.begin(trace, around.since)
            self.files.write(trace, tracing.written(trace, around))
        self._tracing = wanted


class Plant:
    """All routers. ``links``: the ports that each link joins, as ``(router, interface)``."""

    def __init__(self, clock: Callable[[], float], links: Sequence[Sequence[tuple[str, str]]]) -> None:
        self.clock, self.links = clock, links
        self.machines: dict[str, Machine] = {}
        self._lived = clock()

    def add(self, machine: Machine) -> None:
        """Put a router into the plant."""
        self.machines[machine.name] = machine
        machine.database.before_change = self.live

    def now(self) -> float:
        """Let everything happen that has to happen up to now; returns the time."""
        for machine in self.machines.values():
            machine.database.tick()
        self.live(self.clock())
        return self.clock()

    def live(self, until: float) -> None:
        """Let the daemons of all routers write up to a moment."""
        since = max(self._lived, until - _LONGEST)
        if until < self._lived:
            return
        for machine in self.machines.values():
            machine.live(self._around(machine, since, until))
        self._lived = until

    def _around(self, machine: Machine, since: float, until: float) -> Surroundings:
        def peers(unit: str) -> Iterator[tuple[Config, str]]:
            return self.peers(machine.name, unit)

        return Surroundings(machine.database.active, peers, machine.managers, since, until, machine.churn)

    def peers(self, router: str, unit: str) -> Iterator[tuple[Config, str]]:
        """The configurations at the other end of a link, and the units there."""
        interface, _, number = unit.partition(".")
        for ends in self.links:
            if (router, interface) in ends:
                for name, other in ends:
                    if (name, other) != (router, interface):
                        yield self.machines[name].database.active, f"{other}.{number}"
