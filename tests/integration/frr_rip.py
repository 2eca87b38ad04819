"""A real RIP network on one machine: a server with a /32 of its own, two FRR routers behind it, SSH logins.

::

    srv (10.99.1.5/32) --- 10.10.0.0/24 --- edge --- 172.16.1.0/30 --- far --- 172.16.9.0/24
                       --- 10.20.0.0/24 ---/

The server is a Linux host with ripd, which announces nothing but its own address. RIP's timers are shortened: an update
every 5 s. See ``frr_system`` for what is needed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from tests.integration import frr_system as system
from tests.integration.frr_lab import FrrLab
from tests.integration.frr_recordings import document
from tests.integration.frr_router import FrrRouter

LOOPBACK: Final = "10.99.1.5"
ADAPTERS: Final = ("10.10.0.50", "10.20.0.50")
ROUTERS: Final = ("edge", "far")
DAEMONS: Final = ("zebra", "ripd")
PREFIX: Final = "tsrip"
_TIMERS: Final = " timers basic 5 15 10"
_CABLES: Final = (
    ("srv", "eth0", "edge", "eth0"),
    ("srv", "eth1", "edge", "eth1"),
    ("edge", "eth2", "far", "eth0"),
    ("far", "eth1", "client", "eth0"),
)
ADDRESSES: Final[Mapping[str, Mapping[str, str]]] = {
    "srv": {"lo": f"{LOOPBACK}/32", "eth0": "10.10.0.50/24", "eth1": "10.20.0.50/24"},
    "edge": {"eth0": "10.10.0.1/24", "eth1": "10.20.0.1/24", "eth2": "172.16.1.1/30"},
    "far": {"eth0": "172.16.1.2/30", "eth1": "172.16.9.1/24"},
}
_RIP: Final[Mapping[str, tuple[str, ...]]] = {
    "srv": (
        f"ip prefix-list OWN seq 5 permit {LOOPBACK}/32",
        "router rip",
        " version 2",
        _TIMERS,
        " network eth0",
        " network eth1",
        " redistribute connected",
        " distribute-list prefix OWN out",
    ),
    "edge": ("router rip", " version 2", " allow-ecmp", _TIMERS, " network eth0", " network eth1", " network eth2"),
    "far": (
        "router rip",
        " version 2",
        _TIMERS,
        " network 172.16.0.0/16",
        " passive-interface eth1",
    ),
}


@dataclass(frozen=True, slots=True)
class RipFault:
    """What breaks the network, and what is left: the ways at edge, whether far has the address, adapters that edge
    hears, and those of them whose packets are bad."""

    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ways: int = 2
    far: bool = True
    heard: tuple[str, ...] = ADAPTERS
    bad: tuple[str, ...] = ()
    silent: bool = False  # the server's ripd stops


HEALTHY: Final = "healthy"
FAULTS: Final[Mapping[str, RipFault]] = {
    HEALTHY: RipFault(),
    "not_in_rip": RipFault({"edge": ("router rip", "no network eth0", "no network eth1")}, ways=0, far=False, heard=()),
    "not_in_rip_one_side": RipFault({"edge": ("router rip", "no network eth1")}, ways=1, heard=ADAPTERS[:1]),
    "wrong_receive": RipFault({"edge": ("interface eth1", "ip rip receive version 1")}, ways=1, bad=ADAPTERS[1:]),
    "authentication": RipFault(
        {"edge": ("interface eth0", "ip rip authentication mode text", "ip rip authentication string s3rvers")},
        ways=1,
        bad=ADAPTERS[:1],
    ),
    "passive_towards": RipFault({"edge": ("router rip", "passive-interface eth2")}, far=False),
    "filtered_in": RipFault(
        {
            "edge": (
                "ip prefix-list SERVER-IN seq 5 permit 10.99.2.0/24 le 32",
                "router rip",
                "distribute-list prefix SERVER-IN in",
            )
        },
        ways=0,
        far=False,
    ),
    "filtered_out": RipFault(
        {
            "edge": (
                f"access-list 15 deny {LOOPBACK}",
                "access-list 15 permit any",
                "router rip",
                "distribute-list 15 out eth2",
            )
        },
        far=False,
    ),
    "one_path": RipFault({"edge": ("router rip", "no allow-ecmp")}, ways=1),
    "silent": RipFault(silent=True, ways=0, far=False),
}


@dataclass(frozen=True, slots=True)
class RipNode:
    """A router, or the server that speaks like one."""

    name: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of the node."""
        return tuple(address.partition("/")[0] for address in ADDRESSES[self.name].values())


class RipRouter(FrrRouter):
    """zebra and ripd of one node."""

    all_daemons = DAEMONS
    prefix = PREFIX

    def _configuration(self, daemon: str) -> str:
        name = self.node.name
        ports = [f"interface {port}\n ip address {address}" for port, address in ADDRESSES[name].items()]
        return "\n".join([f"hostname {name}", *(ports if daemon == "zebra" else _RIP[name]), ""])


class RipNetwork(FrrLab[RipRouter]):
    """The running network: far knows the server's address."""

    prefix = PREFIX

    @classmethod
    def laid_out(cls) -> Self:
        return cls({name: RipRouter(RipNode(name)) for name in ADDRESSES}, [RipNode(name) for name in ROUTERS])

    def build(self) -> None:
        for name in (*self.routers, "client"):
            system.add_namespace(name, PREFIX)
        for cable in _CABLES:
            system.add_cable(*cable, PREFIX)
        for router in self.routers.values():
            router.write_files()
        for daemon in DAEMONS:
            self.start_daemons(daemon)
        self.start_logins()
        self._wait(FAULTS[HEALTHY])

    @contextmanager
    def fault(self, name: str) -> Iterator[RipFault]:
        """The network with that fault and with no memory of the time before; healthy again at the end."""
        fault = FAULTS[name]
        try:
            self._apply(fault)
            yield fault
        finally:
            if name != HEALTHY:
                for router in self.routers.values():
                    router.reset("ripd")
                self._wait(FAULTS[HEALTHY])

    def _apply(self, fault: RipFault) -> None:
        for name, lines in fault.lines.items():
            self.routers[name].configure(lines)
        if fault.silent:
            self.routers["srv"].configure(["router rip", "no network eth0", "no network eth1"])
        else:
            for name in ROUTERS if fault.lines else ():
                self.routers[name].restart("ripd")
        self._wait(fault)

    def _wait(self, fault: RipFault) -> None:
        system.wait_for(f"what is left: {fault}", lambda: self._is(fault), 40)

    def _is(self, fault: RipFault) -> bool:
        routes = {name: self.vtysh(name, f"show ip route {LOOPBACK}/32") for name in ROUTERS}
        ways = sum(f" {adapter}," in routes["edge"] for adapter in ADAPTERS)
        if (ways, "172.16.1.1" in routes["far"]) != (fault.ways, fault.far):
            return False
        rows = [line.split() for line in self.vtysh("edge", "show ip rip status").splitlines()]
        if fault.silent and not any(row[0] == ADAPTERS[0] and row[4] > "00:00:16" for row in rows if len(row) == 5):
            return False  # RIP's own patience is 15 s
        bad = {row[0]: int(row[1]) > 0 for row in rows if len(row) == 5 and row[1].isdigit()}
        return bad == {"172.16.1.2": False, **{peer: peer in fault.bad for peer in fault.heard}}


COMMANDS: Final = (
    "show ip rip",
    "show ip rip status",
    "show ip route rip json",
    *(f"show ip route {address} json" for address in (LOOPBACK, *ADAPTERS)),
    "show running-config",
)
FOLDER: Final = Path(__file__).parent / "recordings" / "rip"


def record_all(names: list[str]) -> None:
    """Write what both routers print, healthy and with each fault (or with those named).

    Run as root in the checkout: ``python -m tests.integration.frr_rip [FAULT ...]``.
    """
    FOLDER.mkdir(exist_ok=True)
    with RipNetwork.start() as network:
        for name in names or FAULTS:
            with network.fault(name):
                text = "".join(
                    document({router: RipNode(router).addresses for router in ROUTERS}, COMMANDS, network.vtysh)
                )
            (FOLDER / f"{name}.yaml").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    record_all(sys.argv[1:])
