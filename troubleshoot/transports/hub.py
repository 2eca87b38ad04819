"""The single door between a session and its hosts.

One connection per host for the whole incident, opened when it is first needed; hosts work in parallel, the commands of
one host one after another. A refused login is remembered: another command does not cost another attempt. Reads may be
repeated on a new connection when the old one broke; a change is never sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from troubleshoot.core.detached import Detached
from troubleshoot.core.dns_query import is_query
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.core.risk import check_read
from troubleshoot.errors import OperatorError, TroubleshootError
from troubleshoot.transports.base import Connector, Detaching, OnChunk, Output, Provisional, Transport, TransportError
from troubleshoot.transports.restarting import Restart

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from troubleshoot.inventory.credentials import Credentials
    from troubleshoot.inventory.model import Host
    from troubleshoot.transports.ssh_options import ConnectOptions

FindHost = Callable[[str], "Host | None"]
Guard = Callable[[Platform, str], None]
Operation = Callable[[Transport, float], Awaitable[Output]]


def ssh_connectors(find: FindHost, credentials: Credentials, options: ConnectOptions) -> dict[Platform, Connector]:
    """One SSH connector for all platforms that are reached over SSH."""
    from troubleshoot.transports.ssh import SshConnector

    connector = SshConnector(find, credentials, options)
    return {wire: connector for wire in Platform if wire not in (Platform.WINDOWS, Platform.DNS)}


def connectors(find: FindHost, credentials: Credentials, options: ConnectOptions) -> dict[Platform, Connector]:
    """The connectors of all wires: WinRM for Windows, DNS for questions, SSH for the others."""
    from troubleshoot.transports.dns import DnsConnector
    from troubleshoot.transports.winrm import WinrmConnector

    return {
        **ssh_connectors(find, credentials, options),
        Platform.WINDOWS: WinrmConnector(credentials),
        Platform.DNS: DnsConnector(),
    }


class Line(NamedTuple):
    """A host and the wire that reaches it: the same host may be asked over WinRM and by DNS in one incident."""

    host: str
    wire: Platform


class Hub:
    """Runs commands on hosts by name. Every method raises TransportError (typed) or OperatorError (unknown host)."""

    def __init__(self, find: FindHost, connectors: Mapping[Platform, Connector], *, guard: Guard = check_read) -> None:
        """``find`` looks a host up by name; ``guard`` raises for a command that does more than read."""
        self._find = find
        self._connectors = connectors
        self._guard = guard
        self._open: dict[Line, Transport] = {}
        self._refused: dict[Line, TransportError] = {}
        self._locks: dict[Line, asyncio.Lock] = {}
        self._notes: dict[str, list[str]] = {}

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that only reads; ``deadline`` is in seconds and includes connecting.

        The guard sees the command before anything is sent, connecting included.
        """
        wire = Platform.DNS if is_query(command) else self.host(host).platform
        self._guard(wire, command)

        async def operation(transport: Transport, seconds: float) -> Output:
            return await transport.read(command, deadline=seconds, on_chunk=on_chunk)

        return await self.call(host, operation, deadline=deadline, repeatable=True, wire=wire)

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output:
        """Send lines in configuration mode; never repeated. ``how`` lets the device take them back by itself."""

        async def operation(transport: Transport, seconds: float) -> Output:
            if how == PLAINLY:
                return await transport.configure(lines, deadline=seconds, on_chunk=on_chunk)
            if not isinstance(transport, Provisional):
                message = f"{host}: the device cannot take a change back by itself over this wire"
                raise TransportError(Trouble.NOT_SUPPORTED, message)
            return await transport.provisionally(lines, how, deadline=seconds, on_chunk=on_chunk)

        return await self.call(host, operation, deadline=deadline, repeatable=False)

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Restart the device, wait until it is back, and prove that it did restart; never repeated."""
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        line = self._line(host)
        async with self._turn(line, deadline):
            transport = await self._transport(line, end - loop.time())
            run = Restart(transport, lambda seconds: self._connect(line, seconds), host, on_chunk)
            try:
                return await run.run(end - loop.time())
            finally:
                self._open.pop(line, None)
                if run.transport is not None:
                    self._open[line] = run.transport

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that changes something; never repeated."""

        async def operation(transport: Transport, seconds: float) -> Output:
            return await transport.execute(command, deadline=seconds, on_chunk=on_chunk)

        return await self.call(host, operation, deadline=deadline, repeatable=False)

    async def detached(self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run a job that outlives the connection (it restarts the service that carries it); never repeated."""

        async def operation(transport: Transport, seconds: float) -> Output:
            if not isinstance(transport, Detaching):
                message = f"{host}: a job that outlives the connection is for Windows hosts only"
                raise TransportError(Trouble.NOT_SUPPORTED, message)
            return await transport.detached(job, deadline=seconds, on_chunk=on_chunk)

        return await self.call(host, operation, deadline=deadline, repeatable=False)

    async def call(
        self, host: str, operation: Operation, *, deadline: float, repeatable: bool, wire: Platform | None = None
    ) -> Output:
        """Run ``operation(transport, seconds left)`` on the host's connection, over its own wire or another one.

        If the connection breaks, a ``repeatable`` operation is tried once more on a new one, and so is any operation
        of which certainly nothing was sent.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        line = self._line(host, wire)
        async with self._turn(line, deadline):
            transport = await self._transport(line, end - loop.time())
            try:
                return await self._once(line, transport, operation, end - loop.time())
            except TransportError as error:
                self._remember_refusal(line, error)
                if error.kind is not Trouble.UNREACHABLE or (error.sent and not repeatable):
                    raise
            transport = await self._transport(line, end - loop.time())
            return await self._once(line, transport, operation, end - loop.time())

    def _line(self, host: str, wire: Platform | None = None) -> Line:
        return Line(host, wire or self.host(host).platform)

    def host(self, name: str) -> Host:
        """The inventory's entry. Raises OperatorError."""
        found = self._find(name)
        if found is None:
            raise OperatorError(f"{name}: no such host in the inventory", hint="Add it, or check the spelling.")
        return found

    def notes(self, host: str) -> tuple[str, ...]:
        """What a person should know about the connection (weak algorithms, an accepted host key)."""
        return tuple(self._notes.get(host, ()))

    def forget_refusal(self, host: str) -> None:
        """Allow one more login attempt, after a person has given other credentials."""
        for line in [line for line in self._refused if line.host == host]:
            del self._refused[line]

    async def close(self) -> None:
        """Close all connections; safe to call twice."""
        opened, self._open = list(self._open.values()), {}
        await asyncio.gather(*(transport.close() for transport in opened), return_exceptions=True)
        for connector in dict.fromkeys(self._connectors.values()):
            await connector.close()

    @asynccontextmanager
    async def _turn(self, line: Line, deadline: float) -> AsyncIterator[None]:
        """Wait for earlier operations on the same wire."""
        lock = self._locks.setdefault(line, asyncio.Lock())
        try:
            async with asyncio.timeout(deadline):
                await lock.acquire()
        except TimeoutError:
            message = f"{line.host}: still busy with an earlier command after {deadline:.0f} s"
            raise TransportError(Trouble.TIMEOUT, message) from None
        try:
            yield
        finally:
            lock.release()

    async def _transport(self, line: Line, seconds: float) -> Transport:
        """The open connection, or a new one."""
        if line in self._refused:
            raise self._refused[line]
        if line not in self._open:
            self._open[line] = await self._connect(line, seconds)
        return self._open[line]

    async def _connect(self, line: Line, seconds: float) -> Transport:
        host, connector = self.host(line.host), self._connectors.get(line.wire)
        if connector is None:
            message = f"{host.name}: hosts of platform {line.wire} cannot be reached from here"
            raise TransportError(Trouble.NOT_SUPPORTED, message)
        try:
            return await connector.connect(host, deadline=seconds, note=lambda text: self._note(host.name, text))
        except TransportError as error:
            self._remember_refusal(line, error)
            raise

    def _remember_refusal(self, line: Line, error: TransportError) -> None:
        """A connection that logs in again by itself (WinRM after an idle time) may be refused later than the first."""
        if error.kind is Trouble.AUTH:
            self._refused[line] = error

    async def _once(self, line: Line, transport: Transport, operation: Operation, seconds: float) -> Output:
        """Run the operation; a connection on which it did not end well is never used again."""
        try:
            output = await operation(transport, seconds)
        except BaseException as error:
            if not _harmless(error):
                await self._discard(line)
            raise
        if output.doubt:
            await self._discard(line)
        return output

    async def _discard(self, line: Line) -> None:
        transport = self._open.pop(line, None)
        if transport is not None:
            with suppress(TroubleshootError, OSError):
                await transport.close()

    def _note(self, host: str, text: str) -> None:
        notes = self._notes.setdefault(host, [])
        if text not in notes:
            notes.append(text)


def _harmless(error: BaseException) -> bool:
    """Was the command turned away before it was sent?"""
    return isinstance(error, TroubleshootError) and not (isinstance(error, TransportError) and _broken(error))


def _broken(error: TransportError) -> bool:
    return error.sent or error.kind in (Trouble.UNREACHABLE, Trouble.TIMEOUT)
