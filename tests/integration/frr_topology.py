"""The test network as data: five routers, two LANs, one rendezvous point, and the configuration files they start with.

::

                      r3
                     /   \\
    source -- r1 -- r2     r5 -- receiver
                     \\   /
                      r4   (rendezvous point on its loopback)

Every link has the OSPF cost 10, only the one between r4 and r5 costs 15. So the paths are fixed: r5 reaches the source
through r3 and r2, and the rendezvous point directly. The shared tree and the source tree meet only in r5: with a broken
source tree the stream arrives at r5 on the wrong interface and goes no further.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUP = "239.44.1.1"
UDP_PORT = 5044
SOURCE = "10.44.101.10"
SOURCE_PREFIX = "10.44.101.0/24"
RECEIVER = "10.44.105.50"
RP = "10.44.255.4"
DAEMONS = ("zebra", "ospfd", "staticd", "pimd")


@dataclass(frozen=True, slots=True)
class Interface:
    """One end of a cable: ``address`` is ``a.b.c.d/len``, ``peer`` the namespace at the other end."""

    name: str
    address: str
    peer: str
    pim: bool = True
    igmp: bool = False
    lan: bool = False
    cost: int = 10

    @property
    def ip(self) -> str:
        """The address without its length."""
        return self.address.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Router:
    """A router with its loopback address and its interfaces."""

    name: str
    loopback: str
    interfaces: tuple[Interface, ...]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address of the router, the loopback first."""
        return (self.loopback, *(interface.ip for interface in self.interfaces))

    def towards(self, peer: str) -> Interface:
        """The interface whose cable ends at ``peer``."""
        return next(interface for interface in self.interfaces if interface.peer == peer)


@dataclass(frozen=True, slots=True)
class EndHost:
    """A host that sends or receives the stream."""

    name: str
    address: str
    gateway: str
    router: str


SENDER = EndHost("source", f"{SOURCE}/24", "10.44.101.1", "r1")
LISTENER = EndHost("receiver", f"{RECEIVER}/24", "10.44.105.5", "r5")

# Where r5 accepts the stream: from the source through r3, from the shared tree through r4.
HEALTHY_INCOMING = {SOURCE: "eth0", "*": "eth1"}

# One router's name and interface, the other router's name and interface.
Link = tuple[str, Interface, str, Interface]

ROUTERS = (
    Router(
        "r1",
        "10.44.255.1",
        (
            Interface("eth0", "10.44.101.1/24", SENDER.name, lan=True),
            Interface("eth1", "10.44.12.1/24", "r2"),
        ),
    ),
    Router(
        "r2",
        "10.44.255.2",
        (
            Interface("eth0", "10.44.12.2/24", "r1"),
            Interface("eth1", "10.44.23.2/24", "r3"),
            Interface("eth2", "10.44.24.2/24", "r4"),
        ),
    ),
    Router(
        "r3",
        "10.44.255.3",
        (
            Interface("eth0", "10.44.23.3/24", "r2"),
            Interface("eth1", "10.44.35.3/24", "r5"),
        ),
    ),
    Router(
        "r4",
        "10.44.255.4",
        (
            Interface("eth0", "10.44.24.4/24", "r2"),
            Interface("eth1", "10.44.45.4/24", "r5", cost=15),
        ),
    ),
    Router(
        "r5",
        "10.44.255.5",
        (
            Interface("eth0", "10.44.35.5/24", "r3"),
            Interface("eth1", "10.44.45.5/24", "r4", cost=15),
            Interface("eth2", "10.44.105.5/24", LISTENER.name, igmp=True, lan=True),
        ),
    ),
)


def router(name: str) -> Router:
    """The router of that name; KeyError where there is none."""
    for candidate in ROUTERS:
        if candidate.name == name:
            return candidate
    raise KeyError(name)


def links() -> list[Link]:
    """Every cable between two routers, once."""
    return [
        (one.name, interface, other.name, other.towards(one.name))
        for one in ROUTERS
        for interface in one.interfaces
        for other in ROUTERS
        if other.name == interface.peer and one.name < other.name
    ]


def daemon_configuration(node: Router, daemon: str) -> str:
    """The start-up configuration file of one daemon."""
    lines = {"zebra": _zebra, "ospfd": _ospfd, "staticd": lambda _: [], "pimd": _pimd}[daemon](node)
    return "\n".join([f"hostname {node.name}", *lines, ""])


def _zebra(node: Router) -> list[str]:
    lines = ["interface lo", f" ip address {node.loopback}/32"]
    for interface in node.interfaces:
        lines += [
            f"interface {interface.name}",
            f" description to {interface.peer}",
            f" ip address {interface.address}",
        ]
    return lines


def _ospfd(node: Router) -> list[str]:
    lines = ["interface lo", " ip ospf area 0"]
    for interface in node.interfaces:
        lines += [f"interface {interface.name}", " ip ospf area 0", f" ip ospf cost {interface.cost}"]
        lines += [" ip ospf passive"] if interface.lan else _fast_point_to_point()
    return [*lines, "router ospf", f" ospf router-id {node.loopback}"]


def _fast_point_to_point() -> list[str]:
    return [" ip ospf network point-to-point", " ip ospf hello-interval 1", " ip ospf dead-interval 4"]


def _pimd(node: Router) -> list[str]:
    lines = [f"ip pim rp {RP} 224.0.0.0/4", "interface lo", " ip pim"]
    for interface in node.interfaces:
        lines += [f"interface {interface.name}", " ip pim", *([" ip igmp"] if interface.igmp else [])]
    return lines
