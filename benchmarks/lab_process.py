"""The lab in a process of its own, so that device and client do not share an event loop (or a GIL).

``python -m benchmarks.lab_process 8`` serves a chain of eight routers, prints one line of JSON, and ends with its stdin.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
def lab_process(length: int) -> Iterator[LabAccess]:
    """A chain of ``length`` routers in another process; it ends with the block."""
    command = [sys.executable, "-m", "benchmarks.lab_process", str(length)]
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


async def _serve(length: int) -> None:
    from troubleshoot.lab.network.topology import chain
    from troubleshoot.lab.server import Lab

    async with Lab.serve(chain(length), seed=1) as lab:
        routers = tuple(Router(host.name, host.port or 22, tuple(host.addresses)) for host in lab.hosts)
        access = LabAccess(routers, lab.username, lab.password, lab.enable_secret, lab.known_hosts_text)
        print(json.dumps(asdict(access)), flush=True)
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
