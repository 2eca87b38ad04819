"""Sessions of rpf-trace against the lab over SSH, and on evidence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from ipaddress import IPv4Address
from pathlib import Path

from tests.contract import network_support
from tests.contract.network_support import LIBRARY, Clock, Rehearsal, Running
from troubleshoot.core.state import State
from troubleshoot.session.front import Front
from troubleshoot.session.source import Source

__all__ = ["FAULTS", "FOLDER", "PROBLEM", "Clock", "Rehearsal", "Running", "picture", "rehearse", "walk"]

PROBLEM = "rpf-trace"
FOLDER = LIBRARY.folder(PROBLEM)
FAULTS = network_support.faults(PROBLEM)


def picture(running: Running) -> bool:
    """Does the stream arrive at the player: the lab's own truth."""
    source, group = running.parameters["source"], running.parameters["group"]
    return running.world.picture("player", IPv4Address(source), IPv4Address(group))


@asynccontextmanager
async def rehearse(fault: str, tmp_path: Path) -> AsyncIterator[Running]:
    """Boot the lab with ``fault`` and open the way to it over SSH."""
    async with network_support.rehearse(PROBLEM, fault, tmp_path) as running:
        yield running


async def walk(
    source: Source,
    parameters: Mapping[str, str | Sequence[str]],
    front: Front,
    *,
    clock: Clock | None = None,
    journal: Path | None = None,
) -> State:
    """One incident from its start to its end; a fix needs ``journal``, the file of a durable one."""
    return await network_support.incident(PROBLEM, source, parameters, front, clock=clock, journal=journal)
