"""Walks of a tree over a real network of FRRouting: an inventory of it, a journal, and what a failing test shows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, Self

from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.inventory.model import Host
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.wiring import Setup, open_session


class Reachable(Protocol):
    """A network whose routers can be logged in to."""

    @property
    def hosts(self) -> list[Host]: ...

    @property
    def password(self) -> str: ...

    @property
    def known_hosts_text(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Walks:
    """The files that a session needs."""

    inventory: Path
    known_hosts: Path

    @classmethod
    def of(cls, network: Reachable, folder: Path) -> Self:
        """Write the files for a network into ``folder``."""
        found = cls(folder / "hosts.yaml", folder / "known_hosts")
        hosts = {host.name: _entry(host, network.password) for host in network.hosts}
        found.inventory.write_text(json.dumps(hosts), encoding="utf-8")
        found.inventory.chmod(0o600)
        found.known_hosts.write_text(network.known_hosts_text, encoding="utf-8")
        return found

    async def walk(self, problem: str, parameters: Mapping[str, str | Sequence[str]], *fixes: str) -> State:
        """One incident from its start to its end, consenting to ``fixes``, whatever their risk."""
        journal = self.inventory.parent / "journal.sqlite3"
        setup = Setup(problem, parameters, inventory=self.inventory, known_hosts=self.known_hosts, journal=journal)
        async with open_session(setup, Headless(ApplyPolicy(frozenset(fixes), Risk.OUTAGE))) as session:
            return await session.run()


def _entry(host: Host, password: str) -> dict[str, object]:
    return {
        "hostname": host.hostname,
        "port": host.port,
        "username": host.username,
        "password": password,
        "platform": "frr",
        "data": {"addresses": list(host.addresses)},
    }


def verdict(state: State) -> tuple[str | None, str | None]:
    """The conclusion, and its host where it is a diagnosis."""
    found = state.conclusion
    assert found is not None
    return found.id, found.host if found.verdict == "diagnosis" else None


def story(state: State) -> str:
    """For a failing test: how the walk went."""
    lines = [f"{entry.step}@{entry.host} -> {entry.go}: {entry.because}" for entry in state.path]
    return "\n".join([*lines, *(f"{seen.host}: {seen.message}" for seen in state.observations if seen.trouble)])
