"""The lab as others use it: start a problem's hosts with a fault, get what it takes to reach them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import OperatorError
from troubleshoot.inventory.model import Host, Management
from troubleshoot.lab.description import (
    HEALTHY,
    Fault,
    build,
    build_dns,
    build_sides,
    build_windows,
    inside,
    list_faults,
    load,
)
from troubleshoot.lab.ios.side import Routers
from troubleshoot.lab.network.model import Network
from troubleshoot.lab.network.world import Inside, World
from troubleshoot.lab.side import MeetsWindows, Side
from troubleshoot.lab.ssh import LOOPBACK, Account, Listener, listen

if TYPE_CHECKING:
    from troubleshoot.lab.dns.server import DnsServer, ServerPart
    from troubleshoot.lab.network.speakers import RipSpeaker
    from troubleshoot.lab.windows.machine import Estate
    from troubleshoot.lab.windows.wiring import WindowsSide

__all__ = ["HEALTHY", "Lab", "LoggedCommand", "list_faults"]


_BOOT = 300.0  # seconds that a switch takes to start, in life


def _later(seconds: float, action: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, action)


@dataclass(frozen=True, slots=True)
class LoggedCommand:
    """A line that reached a device: epoch seconds, login name, the line as typed (secrets are never logged)."""

    time: float
    user: str
    line: str


class Lab:
    """A running lab. Make one with :meth:`start` or :meth:`serve`; leaving the context closes all ports."""

    def __init__(
        self, world: World, account: Account, parameters: Mapping[str, str], faults: Mapping[str, Fault]
    ) -> None:
        self.world = world
        self.parameters = dict(parameters)
        self._account, self._faults = account, dict(faults)
        self._sides: dict[str, Side] = {}  # by device
        self._listeners: dict[str, Listener] = {}
        self._log: dict[str, list[LoggedCommand]] = {}
        self._windows: WindowsSide | None = None
        self.dns: dict[str, DnsServer] = {}

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        problem_dir: Path,
        fault: str = HEALTHY,
        *,
        seed: int | None = None,
        convergence: float = 1.0,
        pace: float = 0.01,
    ) -> AsyncIterator[Lab]:
        """Boot the routers and Windows hosts of ``problem_dir/lab.yaml`` with ``fault`` in place.

        ``seed`` fixes the ages of what was there before boot; ``convergence`` is the number of seconds from a change
        to its effect; ``pace`` scales what takes time on Windows, and a reload (1.0: as long as in life). Raises
        :class:`OperatorError` for a missing lab or an unknown fault.
        """
        description = load(problem_dir)
        network = build(description, fault)
        async with cls.serve(
            network,
            parameters=description.parameters_of(fault),
            faults=description.faults,
            seed=seed,
            convergence=convergence,
            estate=build_windows(description, fault, pace=pace),
            sides=build_sides(description, fault),
            pace=pace,
            managed=inside(description, fault),
            dns=build_dns(description, fault),
        ) as lab:
            yield lab

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        network: Network,
        *,
        parameters: Mapping[str, str] | None = None,
        faults: Mapping[str, Fault] | None = None,
        seed: int | None = None,
        convergence: float = 1.0,
        clock: Callable[[], float] = time.time,
        estate: Estate | None = None,
        sides: Sequence[Side] = (),
        pace: float = 0.01,
        managed: Mapping[str, Inside] | None = None,
        dns: Mapping[str, ServerPart] | None = None,
    ) -> AsyncIterator[Lab]:
        """Serve any network, for example :func:`~troubleshoot.lab.network.topology.chain`, and any other devices.

        ``pace`` scales how long a device that reloads is away.
        """
        chosen = secrets.randbits(32) if seed is None else seed
        listen = _servers(estate)
        network = replace(network, speakers=listen()) if listen is not None else network
        world = World(network, clock, convergence=convergence, seed=chosen)
        world.listen = listen
        world.managed.update(managed or {})
        account = Account("operator", secrets.token_urlsafe(12), secrets.token_urlsafe(12))
        lab = cls(world, account, parameters or {}, faults or {})
        async with AsyncExitStack() as stack:
            for side in sides:
                if estate is not None and isinstance(side, MeetsWindows):
                    side.meet(estate)
            for side in (Routers(world), *sides):
                for name in side.names:
                    await lab._serve(side, name, stack)
            world.on_restart.append(lambda name: lab._listeners[name].restart(_BOOT * pace))
            world.on_timer.append(lambda seconds: _later(seconds, world.let_ring))
            for name, part in (dns or {}).items():
                from troubleshoot.lab.dns.server import serve as serve_dns

                lab.dns[name] = await stack.enter_async_context(serve_dns(name, part))
            if estate is not None:
                from troubleshoot.lab.windows.wiring import serve

                lab._windows = await stack.enter_async_context(serve(estate, account.password))
            yield lab

    async def _serve(self, side: Side, name: str, stack: AsyncExitStack) -> None:
        log = self._log[name] = []

        def typed(line: str) -> None:
            log.append(LoggedCommand(time.time(), self.username, line))

        def reachable() -> bool:
            return not isinstance(side, Routers) or side.world.reachable(name)

        listener = await listen(lambda account: side.login(name, account, typed), self._account, reachable)
        stack.push_async_callback(listener.close)
        self._sides[name], self._listeners[name] = side, listener

    @property
    def username(self) -> str:
        """The login name on every router; on Windows with the domain before it, see :attr:`hosts`."""
        return self._account.username

    @property
    def password(self) -> str:
        """The login password on every host, made for this run."""
        return self._account.password

    @property
    def enable_secret(self) -> str:
        """The secret for `enable`, made for this run."""
        return self._account.enable_secret

    @property
    def hosts(self) -> list[Host]:
        """Routers, switches and Windows hosts as inventory hosts; ``addresses`` holds every interface address."""
        side = self._windows
        windows = [side.host(name) for name in side.listeners] if side is not None else []
        found = {host.name: host for host in [*(self._host(name) for name in self._listeners), *windows]}
        for name, server in self.dns.items():
            bare = Host(name, LOOPBACK, Platform.DNS, groups=("lab",), addresses=server.addresses)
            found[name] = replace(found.get(name, bare), dns={"address": LOOPBACK, "port": server.port})
        return list(found.values())

    @property
    def estate(self) -> Estate | None:
        """The Windows hosts and their directory, for tests that look inside."""
        return self._windows.estate if self._windows is not None else None

    def side(self, name: str) -> Side:
        """The devices among which one is, for tests that look inside."""
        return self._sides[name]

    def _management(self, name: str) -> Management:
        """Sessions to the lab run beside the simulated network, unless the lab says that they run through it."""
        side = self._sides[name]
        inside = side.world.managed.get(name) if isinstance(side, Routers) else None
        return Management(str(inside.address), str(inside.station)) if inside else Management(apart=True)

    def _host(self, name: str) -> Host:
        return Host(
            name=name,
            hostname=LOOPBACK,
            platform=self._sides[name].platform,
            port=self._listeners[name].port,
            username=self.username,
            groups=("lab",),
            addresses=self._sides[name].addresses(name),
            management=self._management(name),
        )

    @property
    def known_hosts_text(self) -> str:
        """Lines for an OpenSSH known_hosts file, one per device that speaks SSH."""
        return "".join(f"{listener.known_hosts}\n" for listener in self._listeners.values())

    def faults(self) -> dict[str, Fault]:
        """The faults of this lab by name."""
        return dict(self._faults)

    def command_log(self, host: str) -> list[LoggedCommand]:
        """What was really sent to a device or run on a Windows host (scheduled tasks too), oldest first."""
        machine = self.estate.machines.get(host) if self.estate is not None else None
        if machine is not None:
            return [LoggedCommand(entry.time, entry.user, entry.line) for entry in machine.ran]
        if host not in self._log and host in self.dns:
            return []
        if host not in self._log:
            raise OperatorError(f"the lab has no host {host}")
        return list(self._log[host])

    def dump_command_log(self, path: Path) -> None:
        """Write all logs as JSON lines, in order of time."""
        names = [*self._log, *(self.estate.machines if self.estate is not None else ())]
        entries = [(entry, host) for host in names for entry in self.command_log(host)]
        lines = (json.dumps({"host": host, **asdict(e)}) for e, host in sorted(entries, key=lambda pair: pair[0].time))
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    async def unplug(self, host: str) -> None:
        """Close a host's management port: it becomes unreachable, what it does goes on."""
        side = self._windows
        if side is not None and host in side.listeners:
            await side.listeners[host].close()
        else:
            await self._listeners[host].close()


def _servers(estate: Estate | None) -> Callable[[], Mapping[str, RipSpeaker]] | None:
    """What Windows hosts that speak RIP say; None where there is none."""
    if estate is None:
        return None
    from troubleshoot.lab.windows.rras.model import speakers

    return (lambda: speakers(estate)) if speakers(estate) else None
