"""A small network device behind a real SSH server, with the bad habits of real ones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.credentials import Credentials
from troubleshoot.inventory.model import Host
from troubleshoot.transports.host_keys import entry
from troubleshoot.transports.hub import Hub, ssh_connectors
from troubleshoot.transports.ssh_options import ConnectOptions, PhaseLimits

PASSWORD = "correct horse ü"
KEY = asyncssh.generate_private_key("ssh-ed25519")

DROP = object()
HANG = object()
ENTER = object()  # waits for RETURN
MORE = object()  # stops at a pager until a key is pressed
Step = str | bytes | float | object
Script = Sequence[Step]


@dataclass
class Device:
    """What the device says, and what reached it."""

    name: str = "R1"
    user_mode: bool = False
    enable: str = ""
    banner: Script = ()
    answers: Mapping[str, Script] = field(default_factory=dict)
    refused_lines: tuple[str, ...] = ()
    password: str = PASSWORD
    methods: tuple[str, ...] = ("password",)
    accepted_keys: list[asyncssh.SSHKey] = field(default_factory=list)
    key: asyncssh.SSHKey = KEY
    newline: str = "\r\n"
    prompt_end: str = ""
    junos: bool = False
    echo: bool = True
    empty_line: str = ""
    drop_after: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    attempts: int = 0
    logins: int = 0
    received: list[str] = field(default_factory=list)
    forwarded: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0

    @property
    def sent(self) -> list[str]:
        """What was typed, without empty lines and without the settings of the terminal."""
        return [line for line in self.received if line and not line.startswith(("terminal ", "set cli"))]


class _Server(asyncssh.SSHServer):
    def __init__(self, device: Device) -> None:
        self._device = device

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return "password" in self._device.methods

    def validate_password(self, username: str, password: str) -> bool:
        self._device.attempts += 1
        return password == self._device.password

    def kbdint_auth_supported(self) -> bool:
        return "keyboard-interactive" in self._device.methods

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Any) -> bool:
        self._device.attempts += 1
        return bool(responses and responses[0] == self._device.password)

    def public_key_auth_supported(self) -> bool:
        return bool(self._device.accepted_keys)

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return key.convert_to_public() in [known.convert_to_public() for known in self._device.accepted_keys]

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        self._device.forwarded.append((dest_host, dest_port))
        return True


class _Session:
    def __init__(self, device: Device, process: asyncssh.SSHServerProcess[bytes]) -> None:
        self._device = device
        self._process = process
        self._mode = ">" if device.user_mode else "#"
        self._config = ""

    async def run(self) -> None:
        self._device.logins += 1
        await self._play(self._device.banner)
        self._write(self._prompt())
        line = b""
        while data := await self._process.stdin.read(1):
            if data not in (b"\n", b"\r"):
                line += data
                self._write(data if self._device.echo else b"")
                continue
            self._write(self._device.newline if self._device.echo else "")
            command, line = line.decode().strip(), b""
            self._device.received.append(command)
            if not await self._command(command):
                return
            self._write(self._prompt())
            if command and command == self._device.drop_after:
                connection = self._process.channel.get_connection()
                asyncio.get_running_loop().call_later(0.1, connection.abort)

    def _prompt(self) -> str:
        device = self._device
        if device.junos:
            return f"{device.newline}{{master}}{device.newline}ops@{device.name}{'# ' if self._config else '> '}"
        return f"{device.name}{self._config}{self._mode}{device.prompt_end}"

    async def _command(self, command: str) -> bool:
        if command in self._device.refused_lines:
            self._write("             ^\r\n% Invalid input detected at '^' marker.\r\n\r\n")
        elif command in self._device.answers:
            return await self._play(self._device.answers[command])
        elif command == "enable" and not self._device.junos:
            await self._enable()
        elif command.startswith("configure"):
            self._config = "(config)"
            if self._device.junos:
                self._write("Entering configuration mode\r\n\r\n[edit]")
        elif command.startswith("interface ") and self._config:
            self._config = "(config-if)"
        elif command in ("end", "exit configuration-mode"):
            self._config = ""
        elif not command:
            self._write(self._device.empty_line)
        elif command.startswith("show "):
            self._write("% Unknown command.\r\n")
        return True

    async def _enable(self) -> None:
        self._write("Password: ")
        typed = b""
        while (data := await self._process.stdin.read(1)) not in (b"\n", b"\r", b""):
            typed += data
        self._write("\r\n")
        self._device.attempts += 1
        if typed.decode() == self._device.enable:
            self._mode = "#"
        else:
            self._write("% Bad secrets\r\n\r\n")

    async def _play(self, script: Script) -> bool:
        for step in script:
            if step is DROP:
                self._process.channel.get_connection().abort()
                return False
            if step is HANG:
                await asyncio.sleep(60)
            elif step is ENTER:
                while await self._process.stdin.read(1) not in (b"\n", b"\r", b""):
                    pass
                self._write("\r\n")
            elif step is MORE:
                self._write(" --More-- ")
                await self._process.stdin.read(1)
                self._write("\x08" * 9 + " " * 9 + "\x08" * 9)
            elif isinstance(step, float):
                await asyncio.sleep(step)
            elif isinstance(step, str | bytes):
                self._write(step)
        return True

    def _write(self, text: str | bytes) -> None:
        self._process.stdout.write(text.encode() if isinstance(text, str) else text)


@asynccontextmanager
async def served(device: Device) -> AsyncIterator[Device]:
    """Serve the device on a free port of the loopback."""

    async def handle(process: asyncssh.SSHServerProcess[bytes]) -> None:
        try:
            await _Session(device, process).run()
        except (asyncssh.Error, OSError):
            pass
        finally:
            process.close()

    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[device.key],
        server_factory=lambda: _Server(device),
        process_factory=handle,
        encoding=None,
        line_editor=False,
        **device.options,
    )
    device.port = server.get_port()
    try:
        yield device
    finally:
        server.close()
        await server.wait_closed()


def host_of(device: Device, platform: Platform = Platform.IOS, *, name: str = "r1", **ssh: Any) -> Host:
    """The device as an inventory entry that uses no key or agent of whoever runs the tests."""
    options = {"agent": False, "keys": [], **ssh}
    return Host(name, "127.0.0.1", platform, port=device.port, username="ops", ssh=options)


@dataclass
class Bench:
    """A hub with its hosts and files."""

    hosts: dict[str, Host]
    folder: Path
    passwords: dict[str, str] = field(default_factory=dict)
    enable: dict[str, str] = field(default_factory=dict)
    environ: dict[str, str] = field(default_factory=dict)
    limits: PhaseLimits = field(default_factory=PhaseLimits)
    accept_new: bool = False

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    @property
    def own(self) -> Path:
        return self.folder / "data" / "known_hosts"

    def trust(self, *devices: Device) -> Bench:
        lines = [entry("127.0.0.1", device.port, device.key) for device in devices]
        self.known_hosts.write_text("\n".join(lines) + "\n")
        return self

    def options(self) -> ConnectOptions:
        return ConnectOptions((self.known_hosts,), self.own, self.accept_new, self.limits)

    def hub(self) -> Hub:
        credentials = Credentials(passwords=self.passwords, enable_secrets=self.enable, environ=self.environ)
        return Hub(self.hosts.get, ssh_connectors(self.hosts.get, credentials, self.options()))


def bench_for(folder: Path, device: Device, platform: Platform = Platform.IOS, **ssh: Any) -> Bench:
    """One known device with the right password."""
    return Bench({"r1": host_of(device, platform, **ssh)}, folder, {"r1": PASSWORD}).trust(device)
