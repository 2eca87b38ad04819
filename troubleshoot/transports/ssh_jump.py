"""Connections to jump hosts: one per jump host for the whole session, logged into once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import asyncssh

from troubleshoot.core.kinds import Trouble
from troubleshoot.errors import AuthorError, TroubleshootError
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import Note, TransportError
from troubleshoot.transports.host_keys import HostKeys
from troubleshoot.transports.ssh_login import Attempt, connect_options, watched
from troubleshoot.transports.ssh_options import PhaseLimits, Target, literal_target, target_of

FindHost = Callable[[str], Host | None]


class Jumps:
    """Opens and keeps the connections that others are tunnelled through. The jump's own host key is checked too."""

    def __init__(self, find: FindHost, credentials: Credentials, host_keys: HostKeys, limits: PhaseLimits) -> None:
        self._find = find
        self._credentials = credentials
        self.host_keys = host_keys
        self._limits = limits
        self._open: dict[str, asyncssh.SSHClientConnection] = {}
        self._refused: dict[str, TroubleshootError] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def tunnel_to(self, target: Target, *, deadline: float, note: Note) -> asyncssh.SSHClientConnection | None:
        """The connection that ``target`` is reached through; None when it is reached directly."""
        return await self._through(target, deadline, note, (target.name,))

    async def close(self) -> None:
        """Close all of them."""
        opened, self._open = list(self._open.values()), {}
        for connection in reversed(opened):
            connection.close()
        for connection in opened:
            with suppress(TimeoutError, asyncssh.Error, OSError):
                await asyncio.wait_for(connection.wait_closed(), 0.5)

    async def _through(
        self, target: Target, deadline: float, note: Note, trail: tuple[str, ...]
    ) -> asyncssh.SSHClientConnection | None:
        tunnel: asyncssh.SSHClientConnection | None = None
        for name in target.jumps:
            if name in trail:
                raise AuthorError(f"{target.name}: the jump hosts go in a circle: {' -> '.join((*trail, name))}")
            trail = (*trail, name)
            jump = self._target(name, target)
            tunnel = await self._connection(jump, tunnel, deadline, note, trail)
        return tunnel

    def _target(self, name: str, user: Target) -> Target:
        host = self._find(name)
        return target_of(host) if host is not None else literal_target(name, user.config)

    async def _connection(
        self,
        jump: Target,
        tunnel: asyncssh.SSHClientConnection | None,
        deadline: float,
        note: Note,
        trail: tuple[str, ...],
    ) -> asyncssh.SSHClientConnection:
        async with self._locks.setdefault(jump.name, asyncio.Lock()):
            known = self._open.get(jump.name)
            if known is not None and not known.is_closed():
                return known
            if jump.name in self._refused:
                raise self._refused[jump.name]
            before = tunnel or await self._through(jump, deadline, note, trail)
            connection = await self._login(jump, before, deadline, note)
            self._open[jump.name] = connection
            return connection

    async def _login(
        self, jump: Target, tunnel: asyncssh.SSHClientConnection | None, deadline: float, note: Note
    ) -> asyncssh.SSHClientConnection:
        attempt = Attempt(jump, self.host_keys, self._limits, note)
        options = await connect_options(attempt, self._credentials, tunnel)
        try:
            return await watched(attempt, asyncssh.connect(**options), deadline)
        except TransportError as error:
            told = TransportError(error.kind, f"jump host {error.message}", hint=error.hint)
            if error.kind is Trouble.AUTH:
                self._refused[jump.name] = told
            raise told from None
