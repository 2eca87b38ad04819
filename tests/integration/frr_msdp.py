"""A real anycast RP on one machine: two FRR routers with one RP address, MSDP between them, a sender, SSH logins.

::

    sender (10.55.1.10) --- rp1 (10.55.255.1) --- 10.55.12.0/30 --- rp2 (10.55.255.2) --- player (10.55.2.10)
                              both: 10.55.255.100

FRRouting announces sources under the address of the RP and takes announcements of members of its mesh group only.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from tests.integration import frr_system as system
from tests.integration import multicast_probe
from tests.integration.frr_lab import FrrLab
from tests.integration.frr_router import FrrRouter
from tests.integration.frr_ssh import Node
from tests.integration.multicast_probe import COUNTER

PREFIX: Final = "tsmsdp"
ROUTERS: Final = ("rp1", "rp2")
DAEMONS: Final = ("zebra", "ospfd", "pimd")
SHARED: Final = "10.55.255.100"
GROUP: Final = "239.55.1.1"
SOURCE: Final = "10.55.1.10"
PLAYER: Final = "10.55.2.10"
_PORT: Final = "5555"
_CABLES: Final = (
    ("rp1", "eth0", "rp2", "eth0"),
    ("rp1", "eth1", "sender", "eth0"),
    ("rp2", "eth1", "player", "eth0"),
)
_ENDS: Final = {"sender": (SOURCE, "10.55.1.1"), "player": (PLAYER, "10.55.2.1")}


@dataclass(frozen=True, slots=True)
class RpNode:
    """One rendezvous point."""

    name: str

    @property
    def number(self) -> int:
        """1 or 2."""
        return int(self.name[-1])

    @property
    def own(self) -> str:
        """Its unique address."""
        return f"10.55.255.{self.number}"

    @property
    def peer(self) -> str:
        """The unique address of the other one."""
        return f"10.55.255.{3 - self.number}"

    @property
    def ports(self) -> Mapping[str, tuple[str, ...]]:
        """The addresses of each interface."""
        number = self.number
        lo = (f"{self.own}/32", f"{SHARED}/32")
        return {"lo": lo, "eth0": (f"10.55.12.{number}/30",), "eth1": (f"10.55.{number}.1/24",)}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of the router."""
        return tuple(each.partition("/")[0] for port in self.ports.values() for each in port)


class RpRouter(FrrRouter):
    """zebra, ospfd and pimd of one rendezvous point."""

    all_daemons = DAEMONS
    prefix = PREFIX

    def _configuration(self, daemon: str) -> str:
        node = self.node
        assert isinstance(node, RpNode)
        lines = [f"hostname {node.name}"]
        for port, addresses in node.ports.items():
            lines += [f"interface {port}", *_PORT_LINES[daemon](port, addresses), "exit"]
        if daemon == "ospfd":
            lines += ["router ospf", f" ospf router-id {node.own}", "exit"]
        if daemon == "pimd":
            lines += [f"ip pim rp {SHARED} 224.0.0.0/4"]
            lines += [f"ip msdp mesh-group SET source {node.own}", f"ip msdp mesh-group SET member {node.peer}"]
        return "\n".join([*lines, ""])


def _of_zebra(_: str, addresses: tuple[str, ...]) -> list[str]:
    return [f" ip address {address}" for address in addresses]


def _of_ospfd(port: str, _: tuple[str, ...]) -> list[str]:
    timers = [" ip ospf hello-interval 1", " ip ospf dead-interval 4", " ip ospf network point-to-point"]
    return [" ip ospf area 0", *(timers if port == "eth0" else [" ip ospf passive"] if port != "lo" else [])]


def _of_pimd(port: str, _: tuple[str, ...]) -> list[str]:
    return [" ip pim", *([" ip igmp"] if port == "eth1" else [])]


_PORT_LINES: Final = {"zebra": _of_zebra, "ospfd": _of_ospfd, "pimd": _of_pimd}


class MsdpNetwork(FrrLab[RpRouter]):
    """The running network: the player behind rp2 sees the stream that is registered at rp1."""

    prefix = PREFIX

    def __init__(self, routers: Mapping[str, RpRouter], reached: Sequence[Node]) -> None:
        super().__init__(routers, reached)
        self._probes: list[subprocess.Popen[bytes]] = []

    @classmethod
    def laid_out(cls) -> Self:
        return cls({name: RpRouter(RpNode(name)) for name in ROUTERS}, [RpNode(name) for name in ROUTERS])

    def build(self) -> None:
        self._lay_cables()
        for router in self.routers.values():
            router.write_files()
        self.start_daemons("zebra")
        self.start_daemons("ospfd", "pimd")
        self.start_logins()
        self._start_probes()
        self.wait_heard()

    def _lay_cables(self) -> None:
        for name in (*self.routers, *_ENDS):
            system.add_namespace(name, PREFIX)
        for cable in _CABLES:
            system.add_cable(*cable, PREFIX)
        for name, (address, gateway) in _ENDS.items():
            space = system.namespace(name, PREFIX)
            system.run("ip", "-n", space, "address", "add", f"{address}/24", "dev", "eth0")
            system.run("ip", "-n", space, "route", "add", "default", "via", gateway)

    def _start_probes(self) -> None:
        self._counter.write_bytes(COUNTER.pack(0))
        words = {
            "player": ("receive", PLAYER, GROUP, _PORT, str(self._counter)),
            "sender": ("send", SOURCE, GROUP, _PORT, "32", "0.05"),
        }
        for name, arguments in words.items():
            command = [*system.inside(name, PREFIX), sys.executable, str(Path(multicast_probe.__file__)), *arguments]
            self._probes.append(system.spawn(command, system.state_folder(PREFIX) / f"{name}.log"))

    def stop(self) -> None:
        for probe in self._probes:
            system.stop(probe)

    @property
    def _counter(self) -> Path:
        return system.state_folder(PREFIX) / "received"

    def received(self) -> int:
        """How many packets of the stream the player has seen so far."""
        count: int = COUNTER.unpack(self._counter.read_bytes())[0]
        return count

    def hears(self) -> bool:
        """Whether rp2 has heard of the source from rp1."""
        return SOURCE in self.vtysh("rp2", "show ip msdp sa")

    def wait_heard(self, seconds: float = 120) -> None:
        """Wait until rp2 has heard of the source; a session is tried again every 30 s, sources are told every 60 s."""
        system.wait_for("the source's announcement at rp2", self.hears, seconds, 0.5)

    @contextmanager
    def changed(self, **lines: list[str]) -> Iterator[None]:
        """The network with these lines on the named routers; at the end their pimd is as it was built."""
        for name, commands in lines.items():
            self.routers[name].configure(commands)
        try:
            yield
        finally:
            for router in self.routers.values():
                router.reset("pimd")
            self.wait_heard()
