"""Networks made by rule, for benchmarks and tests at scale."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from troubleshoot.lab.network.model import (
    EndHost,
    Interface,
    Network,
    Ospf,
    OspfNetwork,
    PimMode,
    Port,
    Router,
    Segment,
    StaticRp,
    Stream,
)

SOURCE, GROUP = IPv4Address("10.1.12.4"), IPv4Address("239.1.1.1")
RECEIVER = IPv4Address("10.1.200.20")
_LINKS = int(IPv4Address("10.64.0.0"))
_LOOPBACKS = int(IPv4Address("10.255.16.0"))


def chain(length: int) -> Network:
    """``length`` routers r1..rN in a row: the source at r1, the receiver at rN, the RP in the middle (N >= 2)."""
    if not 2 <= length <= 1000:
        raise ValueError(f"a chain has 2 to 1000 routers, not {length}")
    rp = IPv4Address(_LOOPBACKS + (length + 1) // 2)
    routers = {f"r{n}": _router(n, length, rp) for n in range(1, length + 1)}
    cables = [
        Segment(f"r{n}-r{n + 1}", (Port(f"r{n}", "GigabitEthernet0/1"), Port(f"r{n + 1}", "GigabitEthernet0/0")))
        for n in range(1, length)
    ]
    lans = [
        Segment("source-lan", (Port("r1", "GigabitEthernet0/0"),)),
        Segment("receiver-lan", (Port(f"r{length}", "GigabitEthernet0/1"),)),
    ]
    hosts = {
        "encoder": EndHost("encoder", "source-lan", SOURCE, sends=(Stream(GROUP),)),
        "player": EndHost("player", "receiver-lan", RECEIVER, joins=frozenset({GROUP})),
    }
    return Network(routers, (*cables, *lans), hosts)


def _router(number: int, length: int, rp: IPv4Address) -> Router:
    left = _lan(SOURCE, 1) if number == 1 else _link(number - 1, 2)
    right = _lan(RECEIVER, 1) if number == length else _link(number, 1)
    interfaces = (
        Interface("Loopback0", IPv4Interface((_LOOPBACKS + number, 32)), pim=PimMode.SPARSE),
        Interface("GigabitEthernet0/0", left, pim=PimMode.SPARSE),
        Interface("GigabitEthernet0/1", right, pim=PimMode.SPARSE),
    )
    ospf = Ospf(1, networks=frozenset({OspfNetwork(IPv4Network("10.0.0.0/8"))}))
    return Router(f"r{number}", interfaces, True, ospf=(ospf,), static_rps=frozenset({StaticRp(rp)}))


def _link(number: int, side: int) -> IPv4Interface:
    return IPv4Interface((_LINKS + number * 4 + side, 30))


def _lan(host: IPv4Address, last: int) -> IPv4Interface:
    return IPv4Interface(((int(host) & 0xFFFFFF00) + last, 24))
