"""A lab without sockets: routers are typed at directly and time moves by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from ipaddress import IPv4Address
from pathlib import Path

import pytest

from troubleshoot.lab.description import build, load
from troubleshoot.lab.ios.cli import Cli
from troubleshoot.lab.ios.context import Context, Mode
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.model import Network
from troubleshoot.lab.network.world import World

TREES = Path(__file__).parents[3] / "decision_trees"
RPF_TRACE = TREES / "rpf-trace"
SOURCE, GROUP = IPv4Address("10.1.12.4"), IPv4Address("239.1.1.1")


class Bench:
    """A world, its clock, and a privileged session on any router."""

    def __init__(self, network: Network, convergence: float = 0.0) -> None:
        self.clock = 1_790_000_000.0
        self.world = World(network, lambda: self.clock, convergence=convergence, seed=7)

    def session(self, router: str, mode: Mode = Mode.EXEC) -> Cli:
        return Cli(Context(Device(self.world, router), "tester", enable_secret="secret", mode=mode))

    def show(self, router: str, command: str) -> str:
        return self.session(router).execute(command)

    def configure(self, router: str, *lines: str) -> list[str]:
        """Type configuration lines; returns the answers."""
        cli = self.session(router)
        return [cli.execute(line) for line in ("configure terminal", *lines, "end")][1:-1]

    def picture(self) -> bool:
        return self.world.picture("player", SOURCE, GROUP)

    def entry(self, router: str, source: str = "10.1.12.4") -> str:
        """One (S,G) (or ``*``) entry of the group as `show ip mroute` prints it."""
        blocks = self.show(router, "show ip mroute 239.1.1.1").split("\n\n")
        return next((b for b in blocks if b.startswith(f"({source}, ")), "")


Boot = Callable[..., Bench]


@cache
def network(fault: str, problem: Path = RPF_TRACE) -> Network:
    """Networks are frozen values: one per fault serves all tests."""
    return build(load(problem), fault)


@pytest.fixture
def boot() -> Boot:
    """Boot the rpf-trace lab with a fault."""

    def start(fault: str = "healthy", convergence: float = 0.0) -> Bench:
        return Bench(network(fault), convergence)

    return start


@pytest.fixture
def vpn() -> Boot:
    """Boot the lab of a VPN problem (rr-single-path) with a fault."""

    def start(fault: str = "healthy", problem: str = "rr-single-path", convergence: float = 0.0) -> Bench:
        return Bench(network(fault, TREES / problem), convergence)

    return start
