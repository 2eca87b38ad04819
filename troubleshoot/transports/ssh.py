"""SSH to network devices and Linux hosts.

The wire is scrapli (classic line) with its asyncssh transport; nothing outside this module and its ``ssh_*`` helpers
knows that. What scrapli's own read loop does not give (output as it arrives, an end that is certain, errors by phase)
is done by :mod:`troubleshoot.transports.ssh_dialogue` on scrapli's byte stream.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import Note, Transport
from troubleshoot.transports.ssh_options import ConnectOptions, Target, target_of

if TYPE_CHECKING:
    from troubleshoot.transports.ssh_jump import FindHost, Jumps


class SshConnector:
    """Opens SSH connections for the platforms ios, nxos, junos, frr and linux."""

    def __init__(self, find: FindHost, credentials: Credentials, options: ConnectOptions) -> None:
        """``find`` looks an inventory host up by name; it serves to find jump hosts."""
        self._find = find
        self._credentials = credentials
        self._options = options
        self._shared: Jumps | None = None

    async def connect(self, host: Host, *, deadline: float, note: Note) -> Transport:
        """Open one connection. Raises TransportError, AuthorError for a wrong ``ssh:`` block."""
        end = asyncio.get_running_loop().time() + deadline
        target = target_of(host)
        for text in target.notes:
            note(text)
        if target.legacy:
            note(f"{target.name}: legacy SSH algorithms are allowed for this host: {target.legacy}")
        jumps = self._jumps()
        tunnel = await jumps.tunnel_to(target, deadline=deadline, note=note)
        left = end - asyncio.get_running_loop().time()
        return await self._open(host.platform, target, tunnel, left, note)

    async def close(self) -> None:
        """Close the connections to jump hosts."""
        if self._shared is not None:
            await self._shared.close()

    def _jumps(self) -> Jumps:
        if self._shared is None:
            from troubleshoot.transports.host_keys import HostKeys
            from troubleshoot.transports.ssh_jump import Jumps

            given = self._options
            keys = HostKeys(given.known_hosts, given.own_known_hosts, given.accept_new_host_keys)
            self._shared = Jumps(self._find, self._credentials, keys, given.limits)
        return self._shared

    async def _open(self, platform: Platform, target: Target, tunnel: object, deadline: float, note: Note) -> Transport:
        from troubleshoot.transports.ssh_login import Attempt

        attempt = Attempt(target, self._jumps().host_keys, self._options.limits, note)
        if platform is Platform.LINUX:
            from troubleshoot.transports.ssh_exec import open_exec

            return await open_exec(attempt, self._credentials, tunnel, deadline)
        from troubleshoot.transports.ssh_network import open_network

        return await open_network(attempt, platform, self._credentials, tunnel, deadline)
