"""The pair as it is now, with its checkpoints, its clock, and whoever says how the teams of the servers are set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from troubleshoot.lab.nxos.model import Network, Switch, Team

Teams = Callable[[], Mapping[str, Team]]
_AGE = 86_400.0  # seconds that everything was there before the lab booted


def _nobody() -> Mapping[str, Team]:
    return {}


@dataclass(slots=True)
class World:
    """``outside`` gives the teams of servers that live elsewhere (simulated Windows hosts); they win over our own.

    ``heard``: LACP frames that a port received in former times, by switch and port.
    """

    start: Network
    clock: Callable[[], float]
    outside: Teams = _nobody
    heard: Mapping[tuple[str, str], int] = field(default_factory=dict)
    checkpoints: dict[tuple[str, str], Switch] = field(default_factory=dict)
    startup: dict[str, Switch] = field(default_factory=dict)
    booted: float = 0.0

    def __post_init__(self) -> None:
        self.booted = self.clock() - _AGE
        self.startup.update(self.start.switches)

    @property
    def network(self) -> Network:
        """Everything as it is now."""
        return replace(self.start, teams={**self.start.teams, **self.outside()})

    def change(self, switch: Switch) -> None:
        """Put the new configuration of a switch in place."""
        self.start = self.start.with_switch(switch)

    @property
    def uptime(self) -> float:
        """Seconds since the devices booted."""
        return self.clock() - self.booted
