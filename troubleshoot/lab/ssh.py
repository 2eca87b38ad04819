"""Real SSH in front of a simulated device: asyncssh on a loopback port, password login, one session per channel."""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from troubleshoot.lab.terminal import HangsUp

if TYPE_CHECKING:
    import asyncssh

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and the secret for privileged EXEC."""

    username: str
    password: str = field(repr=False)
    enable_secret: str = field(repr=False)


class Shell(Protocol):
    """One login to a device. No I/O of its own: bytes typed go in, bytes shown come out."""

    @property
    def closed(self) -> bool:
        """Whether the device ended the session."""
        ...

    def start(self) -> bytes:
        """What appears after login."""
        ...

    def feed(self, data: bytes) -> bytes:
        """Take typed bytes; returns what is shown."""
        ...

    def run(self, command: str) -> bytes:
        """The answer to one command without a terminal (an SSH exec request)."""
        ...


Login = Callable[[Account], Shell]  # a new session of this account
Opener = Callable[[int], Awaitable["asyncssh.SSHAcceptor"]]  # listen on this port (0: any)


@dataclass(slots=True)
class Listener:
    """A device's open SSH port."""

    port: int
    known_hosts: str  # the line for an OpenSSH known_hosts file
    _acceptor: asyncssh.SSHAcceptor
    _connections: set[asyncssh.SSHServerConnection]
    _open: Opener
    _down: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Stop listening and drop the connections; safe to call twice."""
        if self._down is not None:
            self._down.cancel()
            await asyncio.gather(self._down, return_exceptions=True)
        await self._stop()

    def restart(self, seconds: float) -> None:
        """Cut every session and refuse connections for ``seconds``: the device reboots."""
        if self._down is None or self._down.done():
            self._down = asyncio.get_running_loop().create_task(self._reboot(seconds))

    async def _reboot(self, seconds: float) -> None:
        await self._stop()
        # Bound but not listening: connections are refused, and nobody else gets the port meanwhile.
        with socket.socket() as held:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.bind((LOOPBACK, self.port))
            await asyncio.sleep(seconds)
        self._acceptor = await self._open(self.port)

    async def _stop(self) -> None:
        self._acceptor.close()
        for connection in list(self._connections):
            connection.abort()
        await self._acceptor.wait_closed()


async def listen(login: Login, account: Account, reachable: Callable[[], bool] = lambda: True) -> Listener:
    """Serve a device on a free loopback port with a host key of its own.

    While it is not ``reachable`` new connections are cut off, and those that are open fall silent.
    """
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519")
    connections: set[asyncssh.SSHServerConnection] = set()

    async def opened(port: int) -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            LOOPBACK,
            port,
            server_factory=lambda: _password_only(account, connections, reachable),
            server_host_keys=[key],
            process_factory=lambda process: _serve(process, login(account), reachable),
            encoding=None,
            line_editor=False,
            allow_scp=False,
            reuse_address=True,
        )

    acceptor = await opened(0)
    port = acceptor.get_port()
    public = key.export_public_key("openssh").decode().split()
    return Listener(port, f"[{LOOPBACK}]:{port} {public[0]} {public[1]}", acceptor, connections, opened)


def _password_only(
    account: Account, connections: set[asyncssh.SSHServerConnection], reachable: Callable[[], bool]
) -> asyncssh.SSHServer:
    import asyncssh

    class Server(asyncssh.SSHServer):
        """Password only: each wrong password is one attempt."""

        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            self.connection = conn
            connections.add(conn)
            if not reachable():
                conn.abort()

        def connection_lost(self, exc: Exception | None) -> None:
            connections.discard(self.connection)

        def password_auth_supported(self) -> bool:
            return True

        def kbdint_auth_supported(self) -> bool:
            return False

        def validate_password(self, username: str, password: str) -> bool:
            right = hmac.compare_digest(password.encode(), account.password.encode())
            return right and username == account.username

    return Server()


async def _serve(process: asyncssh.SSHServerProcess[bytes], shell: Shell, reachable: Callable[[], bool]) -> None:
    try:
        if process.command is not None:
            process.stdout.write(shell.run(process.command))
        else:
            await _interact(process, shell, reachable)
    finally:
        if isinstance(shell, HangsUp):
            shell.hang_up()
        process.exit(0)


async def _interact(process: asyncssh.SSHServerProcess[bytes], shell: Shell, reachable: Callable[[], bool]) -> None:
    import asyncssh

    process.stdout.write(shell.start())
    while not shell.closed:
        try:
            data = await process.stdin.read(4096)
        except (asyncssh.TerminalSizeChanged, asyncssh.BreakReceived, asyncssh.SignalReceived):
            continue
        if not data:
            return
        shown = shell.feed(data)
        if not reachable():
            continue  # what is typed may still have arrived; what is shown does not come back
        process.stdout.write(shown)
        await process.stdout.drain()
