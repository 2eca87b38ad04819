"""A pair of switches without sockets: typed at directly, with time moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from troubleshoot.lab.description import LabDescription, build_sides, build_windows, load
from troubleshoot.lab.nxos.cli import Cli
from troubleshoot.lab.nxos.context import CONFIG, Context
from troubleshoot.lab.nxos.model import Network, Switch
from troubleshoot.lab.nxos.side import Nexus, build
from troubleshoot.lab.windows.machine import Estate

LAB = Path(__file__).parents[3] / "decision_trees" / "nic-teaming-vpc"
PAIR: dict[str, Any] = {
    "common": [
        "feature lacp",
        "feature vpc",
        "vlan 101-103",
        "vpc domain 10",
        "interface port-channel1",
        "switchport mode trunk",
        "vpc peer-link",
        "interface Ethernet1/47",
        "switchport mode trunk",
        "channel-group 1 mode active",
        "interface port-channel10",
        "switchport access vlan 101",
        "vpc 10",
        "interface Ethernet1/1",
        "switchport access vlan 101",
        "channel-group 10 mode active",
    ],
    "switches": {
        "a": {
            "mac": "00:de:fb:01:10:01",
            "config": [
                "interface mgmt0",
                "ip address 10.0.0.1/24",
                "vpc domain 10",
                "peer-keepalive destination 10.0.0.2",
            ],
        },
        "b": {
            "mac": "00:de:fb:02:20:02",
            "config": [
                "interface mgmt0",
                "ip address 10.0.0.2/24",
                "vpc domain 10",
                "peer-keepalive destination 10.0.0.1",
            ],
        },
    },
    "cables": ["a Ethernet1/47 - b Ethernet1/47", "a Ethernet1/1 - srv NIC1", "b Ethernet1/1 - srv NIC2"],
    "servers": {"srv": {"team": "lacp", "cards": ["NIC1", "NIC2"]}},
}


class Bench:
    """Both switches and a session on each."""

    def __init__(self, side: Nexus, estate: Estate | None = None) -> None:
        self.side, self.estate = side, estate
        if estate is not None:
            side.meet(estate)

    @property
    def network(self) -> Network:
        return self.side.world.network

    def switch(self, name: str) -> Switch:
        return self.network.switches[name]

    def show(self, name: str, command: str) -> str:
        return Cli(Context(self.side.world, name)).execute(command)

    def type(self, name: str, *lines: str) -> list[str]:
        """The answers to configuration lines."""
        cli = Cli(Context(self.side.world, name, mode=CONFIG))
        return [cli.execute(line) for line in lines]


Pair = Callable[..., Bench]


@pytest.fixture
def pair() -> Pair:
    """Makes the small pair, with changes to its description."""

    def make(**changes: Any) -> Bench:
        return Bench(build({**PAIR, **changes}, {}, lambda: 1_790_000_000.0))

    return make


def description() -> LabDescription:
    """The lab of nic-teaming-vpc."""
    return load(LAB)


def boot(fault: str) -> Bench:
    """The lab of nic-teaming-vpc with a fault."""
    about = description()
    (side,) = build_sides(about, fault, clock=lambda: 1_790_000_000.0)
    assert isinstance(side, Nexus)
    return Bench(side, build_windows(about, fault, clock=lambda: 1_790_000_000.0))
