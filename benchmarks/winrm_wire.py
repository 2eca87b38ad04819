"""(g) Log in and run ten commands over WinRM: our hub against pywinrm and pypsrp on the same simulated Windows host."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import interleaved, note, ratio_table

COMMANDS = ["winrm get winrm/config", *(["sc query winrm", "hostname", "reg query HKLM\\SOFTWARE"] * 3)]
_PATIENCE = 30.0  # seconds for the lab to come up


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach the simulated host."""

    folder: Path
    port: int
    username: str
    password: str = field(repr=False)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/wsman"


def run(rounds: int) -> None:
    """Print one table."""
    with _lab() as lab:
        clients: dict[str, Callable[[], float]] = {
            "troubleshoot": _timed(lambda: asyncio.run(_hub(lab))),
            "pywinrm, one shell kept": _timed(lambda: _pywinrm(lab)),
            "pywinrm Session": _timed(lambda: _session(lab)),
        }
        if _has_pypsrp():
            clients["pypsrp"] = _timed(lambda: _pypsrp(lab))
        timings = interleaved(clients, rounds)
    ratio_table("(g) log in and ten commands over NTLM with sealed messages", timings, ["troubleshoot"])


def _timed(job: Callable[[], None]) -> Callable[[], float]:
    def go() -> float:
        began = time.perf_counter()
        job()
        return time.perf_counter() - began

    return go


@contextmanager
def _lab() -> Iterator[Access]:
    with tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as name:
        folder = Path(name) / "lab"
        command = [
            sys.executable,
            "-m",
            "troubleshoot",
            "lab",
            "up",
            "scvmm-operation-timeout",
            "--directory",
            str(folder),
        ]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            assert process.stdout is not None
            try:
                process.stdout.readline()  # the folder's name, once all ports are open
                host = json.loads((folder / "hosts.yaml").read_text(encoding="utf-8"))["hv01"]
                yield Access(folder, host["port"], host["username"], host["password"])
            finally:
                process.terminate()


async def _hub(lab: Access) -> None:
    from troubleshoot.inventory.load import load_inventory
    from troubleshoot.transports.hub import Hub, connectors
    from troubleshoot.transports.ssh_options import ConnectOptions

    inventory = load_inventory(lab.folder, accept_open_files=True)
    hub = Hub(inventory.get, connectors(inventory.get, inventory.credentials(), ConnectOptions(())))
    for command in COMMANDS:
        await hub.read("hv01", command, deadline=_PATIENCE)
    await hub.close()


def _pywinrm(lab: Access) -> None:
    from winrm.protocol import Protocol

    protocol = Protocol(lab.endpoint, "ntlm", lab.username, lab.password, proxy=None)
    shell = protocol.open_shell(codepage=65001)
    for command in COMMANDS:
        running = protocol.run_command(shell, command)
        protocol.get_command_output(shell, running)
        protocol.cleanup_command(shell, running)
    protocol.close_shell(shell)


def _session(lab: Access) -> None:
    """What most scripts do: a shell for each command."""
    import winrm

    session = winrm.Session(lab.endpoint, auth=(lab.username, lab.password), transport="ntlm", proxy=None)
    for command in COMMANDS:
        session.run_cmd(command)


def _has_pypsrp() -> bool:
    try:
        import pypsrp  # noqa: F401
    except ImportError:
        note("(g) pypsrp is not installed; left out")
        return False
    return True


def _pypsrp(lab: Access) -> None:
    from pypsrp.client import Client

    with Client("127.0.0.1", port=lab.port, ssl=False, username=lab.username, password=lab.password) as client:
        for command in COMMANDS:
            client.execute_cmd(command)
