"""Real SSH in front of a simulated router: asyncssh on a loopback port, password login, one session per channel."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshoot.lab.ios.cli import Cli
from troubleshoot.lab.ios.context import Context
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.ios.terminal import Terminal

if TYPE_CHECKING:
    import asyncssh

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in, and the secret for privileged EXEC."""

    username: str
    password: str = field(repr=False)
    enable_secret: str = field(repr=False)


@dataclass(slots=True)
class Listener:
    """A router's open SSH port."""

    port: int
    known_hosts: str  # the line for an OpenSSH known_hosts file
    _acceptor: asyncssh.SSHAcceptor
    _connections: set[asyncssh.SSHServerConnection]

    async def close(self) -> None:
        """Stop listening and drop the connections; safe to call twice."""
        self._acceptor.close()
        for connection in list(self._connections):
            connection.abort()
        await self._acceptor.wait_closed()


Log = Callable[[str, str], None]  # (user, line)


async def listen(device: Device, account: Account, log: Log) -> Listener:
    """Serve ``device`` on a free loopback port with a host key of its own."""
    import asyncssh

    key = asyncssh.generate_private_key("ssh-ed25519")
    connections: set[asyncssh.SSHServerConnection] = set()
    acceptor = await asyncssh.listen(
        LOOPBACK,
        0,
        server_factory=lambda: _login(account, connections),
        server_host_keys=[key],
        process_factory=lambda process: _serve(process, device, account, log),
        encoding=None,
        line_editor=False,
        allow_scp=False,
    )
    port = acceptor.get_port()
    public = key.export_public_key("openssh").decode().split()
    return Listener(port, f"[{LOOPBACK}]:{port} {public[0]} {public[1]}", acceptor, connections)


def _login(account: Account, connections: set[asyncssh.SSHServerConnection]) -> asyncssh.SSHServer:
    import asyncssh

    class Login(asyncssh.SSHServer):
        """Password only: each wrong password is one attempt."""

        def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
            self.connection = conn
            connections.add(conn)

        def connection_lost(self, exc: Exception | None) -> None:
            connections.discard(self.connection)

        def password_auth_supported(self) -> bool:
            return True

        def kbdint_auth_supported(self) -> bool:
            return False

        def validate_password(self, username: str, password: str) -> bool:
            right = hmac.compare_digest(password.encode(), account.password.encode())
            return right and username == account.username

    return Login()


async def _serve(process: asyncssh.SSHServerProcess[bytes], device: Device, account: Account, log: Log) -> None:
    context = Context(device, account.username, account.enable_secret)
    try:
        if process.command is not None:
            log(account.username, process.command)
            process.stdout.write((Cli(context).execute(process.command) + "\n").replace("\n", "\r\n").encode())
        else:
            await _interact(process, Terminal(Cli(context), lambda line: log(account.username, line)))
    finally:
        process.exit(0)


async def _interact(process: asyncssh.SSHServerProcess[bytes], terminal: Terminal) -> None:
    import asyncssh

    process.stdout.write(terminal.start())
    while not terminal.closed:
        try:
            data = await process.stdin.read(4096)
        except (asyncssh.TerminalSizeChanged, asyncssh.BreakReceived, asyncssh.SignalReceived):
            continue
        if not data:
            return
        process.stdout.write(terminal.feed(data))
        await process.stdout.drain()
