"""SSH logins whose shell is a router's vtysh: one OpenSSH server per router, on loopback."""

from __future__ import annotations

import contextlib
import secrets
import socket
from pathlib import Path
from typing import Protocol

from tests.integration import frr_system as system
from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.model import Host

_CONFIGURATION = """\
ListenAddress 127.0.0.1:{port}
HostKey {state}/sshd-{router}-host-key
PidFile none
AuthorizedKeysFile {state}/login-key.pub
AllowUsers {user}
ForceCommand vtysh -N {space}
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
PrintLastLog no
AllowTcpForwarding no
X11Forwarding no
MaxStartups 50
LogLevel VERBOSE
"""


class Node(Protocol):
    """What has a name and addresses: a router of one of the networks."""

    @property
    def name(self) -> str: ...

    @property
    def addresses(self) -> tuple[str, ...]: ...


class LoginServers:
    """The SSH servers of the network, the one user they know, and that user's secrets."""

    def __init__(self, state: Path, prefix: str = system.PREFIX) -> None:
        self._state = state
        self._user = prefix
        self._ports: dict[str, int] = {}
        self.password = secrets.token_urlsafe(12)
        self.key_path = state / "login-key"

    def start(self, routers: list[str]) -> None:
        """Create the user and start one server per router."""
        self._add_user()
        self._make_key("login-key")
        (self._state / "login-key.pub").chmod(0o644)
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        for router in routers:
            self._start_server(router)
        for port in self._ports.values():
            system.wait_for(f"sshd on port {port}", lambda port=port: _is_open(port), 10)  # type: ignore[misc]

    def host(self, node: Node) -> Host:
        """The router as an inventory host."""
        return Host(
            name=node.name,
            hostname="127.0.0.1",
            platform=Platform.FRR,
            port=self._ports[node.name],
            username=self._user,
            addresses=node.addresses,
            ssh={"keys": [str(self.key_path)], "agent": False},
        )

    @property
    def known_hosts_text(self) -> str:
        """One line per server."""
        return "".join(f"[127.0.0.1]:{port} {self._host_key(router)}\n" for router, port in self._ports.items())

    def _host_key(self, router: str) -> str:
        kind, key, *_ = (self._state / f"sshd-{router}-host-key.pub").read_text().split()
        return f"{kind} {key}"

    def _add_user(self) -> None:
        groups = ("--gid", "frr", "--groups", "frrvty")
        system.run(
            "useradd", "--system", "--no-create-home", "--home-dir", "/", "--shell", "/bin/sh", *groups, self._user
        )
        system.run("chpasswd", stdin=f"{self._user}:{self.password}\n")

    def _make_key(self, name: str) -> None:
        system.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(self._state / name))

    def _start_server(self, router: str) -> None:
        self._make_key(f"sshd-{router}-host-key")
        self._ports[router] = port = _free_port()
        configuration = self._state / f"sshd-{router}.conf"
        values = {"port": port, "state": self._state, "router": router, "user": self._user}
        configuration.write_text(_CONFIGURATION.format(**values, space=system.namespace(router, self._user)))
        system.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", str(configuration)], self._state / f"sshd-{router}.log")


def _free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _is_open(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False
