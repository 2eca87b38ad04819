"""(e) Connect, one command, ten commands: our hub against scrapli, Netmiko and OpenSSH on the same simulated router."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from benchmarks.lab_process import LabAccess, lab_process
from benchmarks.measure import Timing, interleaved, note, ratio_table

COMMANDS = ("show ip mroute", *(["show ip interface brief", "show ip pim neighbor"] * 5))
_TITLES = ("connect", "connect and one command", "ten more commands on the open connection")

Leg = tuple[float, float, float]
Client = Callable[[], Leg]


def run(rounds: int) -> None:
    """Print one table for each part."""
    with lab_process(2) as lab, tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as folder:
        clients = _clients(lab, Path(folder))
        legs: dict[str, list[Leg]] = {name: [] for name in clients}

        def contestant(name: str, client: Client) -> Callable[[], float]:
            def go() -> float:
                legs[name].append(client())
                return sum(legs[name][-1])

            return go

        interleaved({name: contestant(name, client) for name, client in clients.items()}, rounds)
    for part, title in enumerate(_TITLES):
        timings = {name: Timing(tuple(_part(leg, part) for leg in found[1:])) for name, found in legs.items()}
        ratio_table(f"(e) {title}", timings, ["troubleshoot"])


def _part(leg: Leg, part: int) -> float:
    return leg[0] + leg[1] if part == 1 else leg[part]


def _clients(lab: LabAccess, folder: Path) -> dict[str, Client]:
    found = {"troubleshoot": _hub(lab, folder), "scrapli": _scrapli(lab)}
    netmiko = _netmiko(lab)
    if netmiko is not None:
        found["Netmiko"] = netmiko
    if shutil.which("ssh") and os.name == "posix":
        found["OpenSSH ControlMaster"] = _openssh(lab, folder)
    else:
        note("(e) there is no OpenSSH client; left out")
    return found


def _hub(lab: LabAccess, folder: Path) -> Client:
    from troubleshoot.inventory.load import load_inventory
    from troubleshoot.transports.base import Output, Transport
    from troubleshoot.transports.hub import Hub, ssh_connectors
    from troubleshoot.transports.ssh_options import ConnectOptions

    path, known_hosts = lab.write(folder)
    inventory = load_inventory(path)

    async def nothing(transport: Transport, seconds: float) -> Output:
        return Output("")

    async def go() -> Leg:
        options = ConnectOptions((known_hosts,))
        hub = Hub(inventory.get, ssh_connectors(inventory.get, inventory.credentials(), options))
        began = time.perf_counter()
        await hub.call("r1", nothing, deadline=30, repeatable=True)
        opened = time.perf_counter()
        await hub.read("r1", COMMANDS[0], deadline=30)
        first = time.perf_counter()
        for command in COMMANDS[1:]:
            await hub.read("r1", command, deadline=30)
        ended = time.perf_counter()
        await hub.close()
        return opened - began, first - opened, ended - first

    return lambda: asyncio.run(go())


def _scrapli(lab: LabAccess) -> Client:
    from scrapli.driver.core import AsyncIOSXEDriver

    async def go() -> Leg:
        driver = AsyncIOSXEDriver(
            host="127.0.0.1",
            port=lab.routers[0].port,
            auth_username=lab.username,
            auth_password=lab.password,
            auth_strict_key=False,
            default_desired_privilege_level="exec",
            transport="asyncssh",
            transport_options={"asyncssh": {"client_keys": None, "agent_path": None, "config": None}},
        )
        began = time.perf_counter()
        await driver.open()
        opened = time.perf_counter()
        await driver.send_command(COMMANDS[0])
        first = time.perf_counter()
        for command in COMMANDS[1:]:
            await driver.send_command(command)
        ended = time.perf_counter()
        await driver.close()
        return opened - began, first - opened, ended - first

    return lambda: asyncio.run(go())


def _netmiko(lab: LabAccess) -> Client | None:
    try:
        from netmiko import ConnectHandler
    except ImportError:
        note("(e) Netmiko is not installed; left out")
        return None

    def go() -> Leg:
        began = time.perf_counter()
        with ConnectHandler(
            device_type="cisco_ios",
            host="127.0.0.1",
            port=lab.routers[0].port,
            username=lab.username,
            password=lab.password,
            allow_agent=False,
            use_keys=False,
        ) as connection:
            opened = time.perf_counter()
            connection.send_command(COMMANDS[0])
            first = time.perf_counter()
            for command in COMMANDS[1:]:
                connection.send_command(command)
            ended = time.perf_counter()
        return opened - began, first - opened, ended - first

    return go


def _openssh(lab: LabAccess, folder: Path) -> Client:
    """One master connection; every command is a process of its own that uses it."""
    askpass, password, socket = folder / "askpass.sh", folder / "password", folder / "cm"
    password.touch(mode=0o600)
    password.write_text(f"{lab.password}\n", encoding="utf-8")
    askpass.write_text(f"#!/bin/sh\ncat '{password}'\n", encoding="utf-8")
    askpass.chmod(0o700)
    known_hosts = f"UserKnownHostsFile={folder / 'known_hosts'}"
    options = [
        "-F",
        "none",
        "-o",
        known_hosts,
        "-o",
        "PreferredAuthentications=password",
        "-o",
        f"ControlPath={socket}",
    ]
    base = ["ssh", *options, "-p", str(lab.routers[0].port), f"{lab.username}@127.0.0.1"]
    environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force"}

    def ssh(command: str) -> None:
        subprocess.run([*base, command], env=environment, check=True, stdin=subprocess.DEVNULL, capture_output=True)

    def go() -> Leg:
        began = time.perf_counter()
        with _Master(base, environment, socket):
            opened = time.perf_counter()
            ssh(COMMANDS[0])
            first = time.perf_counter()
            for command in COMMANDS[1:]:
                ssh(command)
            ended = time.perf_counter()
        return opened - began, first - opened, ended - first

    return go


class _Master:
    """`ssh -M -N`, up when its control socket is there."""

    def __init__(self, base: Sequence[str], environment: dict[str, str], socket: Path) -> None:
        self._socket = socket
        self._process = subprocess.Popen(
            [base[0], "-M", "-N", *base[1:]], env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> None:
        while not self._socket.exists():
            if self._process.poll() is not None:
                raise RuntimeError("the OpenSSH client could not log in to the lab")
            time.sleep(0.001)

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        with suppress(FileNotFoundError):
            self._socket.unlink()
