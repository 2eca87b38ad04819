"""The sources a session can be given: live hosts of an inventory, captured evidence, the built-in lab."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshoot.core.detached import Detached
from troubleshoot.core.kinds import Platform
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.errors import OperatorError
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.load import Inventory, load_inventory
from troubleshoot.inventory.model import Host
from troubleshoot.strict_yaml import Node
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.hub import Hub, connectors
from troubleshoot.transports.ssh_options import ConnectOptions, user_known_hosts

if TYPE_CHECKING:
    from troubleshoot.transports.captures import CapturesHub

AskSecret = Callable[[str], Awaitable[str | None]]


class HubSource:
    """A hub with the inventory that its hosts come from."""

    def __init__(self, mode: str, hub: Hub | CapturesHub, inventory: Inventory, credentials: Credentials) -> None:
        self.mode = mode
        self.inventory = inventory
        self.credentials = credentials
        self._hub = hub

    def find(self, query: str) -> Host | None:
        """The host with this name, else the one that owns this address."""
        return self.inventory.get(query) or self.inventory.by_address(query)

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        return await self._hub.read(host, command, deadline=deadline, on_chunk=on_chunk)

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        return await self._hub.configure(host, lines, deadline=deadline, on_chunk=on_chunk, how=how)

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        return await self._hub.restart(host, deadline=deadline, on_chunk=on_chunk)

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        return await self._hub.execute(host, command, deadline=deadline, on_chunk=on_chunk)

    async def detached(self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        return await self._hub.detached(host, job, deadline=deadline, on_chunk=on_chunk)

    def notes(self, host: str) -> tuple[str, ...]:
        """What a person should know about the connection (legacy algorithms, a newly accepted host key)."""
        return self._hub.notes(host)

    async def close(self) -> None:
        await self._hub.close()


@dataclass(frozen=True, slots=True)
class SecretSources:
    """Where passwords come from besides the inventory and the environment."""

    ask: AskSecret | None = None
    password_command: tuple[str, ...] = ()
    keyring: bool = False


@asynccontextmanager
async def live(
    inventory_path: Path,
    *,
    known_hosts: Path | None,
    own_known_hosts: Path | None,
    accept_new_host_keys: bool,
    secrets: SecretSources,
    warn: Callable[[str], None],
) -> AsyncIterator[HubSource]:
    """Real hosts over SSH and WinRM."""
    inventory = load_inventory(inventory_path, accept_open_files=True)
    for warning in inventory.warnings:
        warn(warning)
    paths = (known_hosts,) if known_hosts else (user_known_hosts(),)
    options = ConnectOptions(paths, own_known_hosts, accept_new_host_keys)
    credentials = inventory.credentials(
        ask=secrets.ask, password_command=secrets.password_command, use_keyring=secrets.keyring
    )
    async with _hub("live", inventory, credentials, options) as source:
        yield source


@asynccontextmanager
async def _hub(
    mode: str, inventory: Inventory, credentials: Credentials, options: ConnectOptions
) -> AsyncIterator[HubSource]:
    hub = Hub(inventory.get, connectors(inventory.get, credentials, options))
    source = HubSource(mode, hub, inventory, credentials)
    try:
        yield source
    finally:
        await source.close()


def captured(path: Path, inventory_path: Path | None = None, *, platform: Platform | None = None) -> HubSource:
    """Captured evidence; no network is touched. An inventory may add addresses.

    ``platform`` is for logs that do not show what kind of device wrote them.
    """
    from troubleshoot.transports.captures import load_captures

    inventory = load_inventory(inventory_path) if inventory_path else None
    return _offline(load_captures(path, platform=platform, inventory=inventory))


def captured_in(hosts: Node) -> HubSource:
    """Captured evidence that stands inside another document (a case of a tree)."""
    from troubleshoot.transports.captures import captures_in

    return _offline(captures_in(hosts))


def _offline(hub: CapturesHub) -> HubSource:
    return HubSource("captures", hub, hub.inventory, Credentials(environ={}))


@asynccontextmanager
async def lab(problem_dir: Path, fault: str) -> AsyncIterator[tuple[HubSource, dict[str, str]]]:
    """The built-in lab on loopback, with the parameters of its rehearsal."""
    if not (problem_dir / "lab.yaml").is_file():
        raise OperatorError(f"{problem_dir.name} has no lab to rehearse on")
    from troubleshoot.lab.server import Lab

    async with Lab.start(problem_dir, fault) as running:
        with tempfile.TemporaryDirectory(prefix="troubleshoot-lab-", ignore_cleanup_errors=True) as folder:
            known_hosts = Path(folder) / "known_hosts"
            known_hosts.write_text(running.known_hosts_text, encoding="utf-8")
            inventory = Inventory({host.name: host for host in running.hosts})
            passwords = dict.fromkeys(inventory.hosts, running.password)
            enable = dict.fromkeys(inventory.hosts, running.enable_secret)
            credentials = Credentials(passwords=passwords, enable_secrets=enable, environ={})
            async with _hub("lab", inventory, credentials, ConnectOptions((known_hosts,))) as source:
                yield source, running.parameters
