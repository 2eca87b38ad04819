"""``troubleshoot lab``: the built-in lab alone, to point any tool at."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshoot.cli import output
from troubleshoot.cli.options import complete_problem
from troubleshoot.core.kinds import Platform

if TYPE_CHECKING:
    from troubleshoot.inventory.model import Host
    from troubleshoot.lab.server import Lab

_TREES = click.option("--trees", type=click.Path(path_type=Path), multiple=True, help="A folder of trees, in front.")


@click.group()
def lab() -> None:
    """Simulated devices on loopback, served over real SSH and WinRM."""


@lab.command("list")
@_TREES
def list_labs(trees: Sequence[Path]) -> int:
    """Name the labs and their faults."""
    from troubleshoot.lab.description import load
    from troubleshoot.session.wiring import library

    known = library(trees)
    for name in known.ids():
        folder = known.folder(name)
        if (folder / "lab.yaml").is_file():
            for fault, about in load(folder).faults.items():
                output.data(f"{name:20} {fault:24} {about.title}")
    return 0


@lab.command()
@click.argument("problem", default="rpf-trace", shell_complete=complete_problem)
@click.option("--fault", default="healthy", show_default=True)
@click.option("--directory", type=click.Path(path_type=Path), default=Path("lab"), show_default=True)
@click.option("--command-log", type=click.Path(path_type=Path), help="Write what was sent to each device on exit.")
@_TREES
def up(problem: str, fault: str, directory: Path, command_log: Path | None, trees: Sequence[Path]) -> int:
    """Serve the lab until interrupted; writes an inventory and known_hosts into --directory."""
    return asyncio.run(_up(problem, fault, directory, command_log, trees))


async def _up(problem: str, fault: str, directory: Path, command_log: Path | None, trees: Sequence[Path]) -> int:
    from troubleshoot.lab.server import Lab
    from troubleshoot.session.wiring import library

    async with Lab.start(library(trees).folder(problem), fault) as running:
        _write_inventory(running, directory)
        settings = " ".join(f"--set {name}={value}" for name, value in running.parameters.items())
        output.data(str(directory))
        output.say(f"lab {problem} with fault {fault} is up on loopback; stop it with Ctrl-C. Try:")
        known_hosts = f"--known-hosts {directory / 'known_hosts'}"
        output.say(f"  troubleshoot run {problem} --inventory {directory} {known_hosts} {settings}")
        await _until_interrupted()
        for name in ("hosts.yaml", "known_hosts"):  # they name ports and secrets that are gone now
            (directory / name).unlink(missing_ok=True)
        if command_log is not None:
            running.dump_command_log(command_log)
    return 0


def _write_inventory(running: Lab, directory: Path) -> None:
    """A Nornir SimpleInventory folder, readable by its owner alone: it holds the lab's password."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    hosts = {host.name: _entry(running, host) for host in running.hosts}
    # JSON is YAML too, and quotes every text.
    _write(directory / "hosts.yaml", json.dumps(hosts, indent=2))
    _write(directory / "known_hosts", running.known_hosts_text)


def _entry(running: Lab, host: Host) -> dict[str, object]:
    own: dict[str, object] = {"winrm": dict(host.winrm)} if host.winrm else {}
    if host.platform is not Platform.WINDOWS:
        own["enable_secret"] = running.enable_secret
    return {
        "hostname": host.hostname,
        "port": host.port,
        "username": host.username,
        "password": running.password,
        "platform": str(host.platform),
        "data": {"addresses": list(host.addresses), **own},
    }


def _write(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)


async def _until_interrupted() -> None:
    stop = asyncio.Event()
    for name in ("SIGINT", "SIGTERM"):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(getattr(signal, name), stop.set)
    await stop.wait()
