"""The lab in a process of its own, so that device and client do not share an event loop (or a GIL).

``python -m benchmarks.lab_process 8 0.02`` serves a chain of eight routers behind a line with 20 ms round trip time,
prints one line of JSON, and ends with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Router:
    """Where one simulated router listens (loopback) and which addresses it has in its network."""

    name: str
    port: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabAccess:
    """How to reach a running lab."""

    routers: tuple[Router, ...]
    username: str
    password: str = field(repr=False)
    enable_secret: str = field(repr=False)
    known_hosts: str

    def inventory_text(self) -> str:
        """A hosts file of Nornir's form; it holds the password, so it belongs in a 0600 file."""
        return json.dumps({router.name: self._entry(router) for router in self.routers}, indent=1)

    def _entry(self, router: Router) -> dict[str, Any]:
        return {
            "hostname": "127.0.0.1",
            "port": router.port,
            "username": self.username,
            "password": self.password,
            "platform": "ios",
            "data": {"addresses": list(router.addresses), "ssh": {"agent": False, "auth": ["password"]}},
        }

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write inventory and known_hosts; returns their paths."""
        inventory, known_hosts = folder / "hosts.yaml", folder / "known_hosts"
        inventory.touch(mode=0o600)
        inventory.write_text(self.inventory_text(), encoding="utf-8")
        known_hosts.write_text(self.known_hosts, encoding="utf-8")
        return inventory, known_hosts


@contextmanager
def lab_process(length: int, round_trip: float = 0.0) -> Iterator[LabAccess]:
    """A chain of ``length`` routers in another process, ``round_trip`` seconds away; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.lab_process", str(length), str(round_trip)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield _access(process.stdout.readline())
        finally:
            process.stdin.close()


def _access(line: str) -> LabAccess:
    if not line:
        raise RuntimeError("the lab process did not start")
    given = json.loads(line)
    routers = tuple(Router(item["name"], item["port"], tuple(item["addresses"])) for item in given.pop("routers"))
    return LabAccess(routers, **given)


class _Late:
    """One direction of a relayed connection: what arrives is passed on after half a round trip, in order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
        self._reader, self._writer, self._delay = reader, writer, delay

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while data := await self._reader.read(65536):
            loop.call_later(self._delay, self._pass_on, data)
        loop.call_later(self._delay, self._writer.close)

    def _pass_on(self, data: bytes) -> None:
        if not self._writer.is_closing():
            self._writer.write(data)


async def _relay(port: int, delay: float) -> int:
    """A port that leads to ``port`` with ``delay`` seconds in each direction."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * delay)  # the handshake of TCP
        there, back = await asyncio.open_connection("127.0.0.1", port)
        with suppress(ConnectionError):
            await asyncio.gather(_Late(reader, back, delay).run(), _Late(there, writer, delay).run())

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    relayed: int = server.sockets[0].getsockname()[1]
    _servers.append(server)
    return relayed


_servers: list[asyncio.Server] = []  # a server without a reference is closed


async def _serve(length: int, round_trip: float) -> None:
    from troubleshoot.lab.network.topology import chain
    from troubleshoot.lab.server import Lab

    async with Lab.serve(chain(length), seed=1) as lab:
        ports = {host.name: host.port or 22 for host in lab.hosts}
        shown = {name: await _relay(port, round_trip / 2) if round_trip else port for name, port in ports.items()}
        keys = lab.known_hosts_text
        for name, port in ports.items():
            keys = keys.replace(f"]:{port} ", f"]:{shown[name]} ")
        routers = tuple(Router(host.name, shown[host.name], tuple(host.addresses)) for host in lab.hosts)
        access = LabAccess(routers, lab.username, lab.password, lab.enable_secret, keys)
        print(json.dumps(asdict(access)), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
