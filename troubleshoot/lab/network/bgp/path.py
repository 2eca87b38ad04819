"""Paths of BGP and their attributes (RFC 4271, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv4Network
from typing import NamedTuple

LOCAL_WEIGHT = 32768


class Net(NamedTuple):
    """What paths compete for: a prefix behind a route distinguisher (empty: plain IPv4)."""

    rd: str
    prefix: IPv4Network

    def __str__(self) -> str:
        return f"{self.rd}:{self.prefix}" if self.rd else str(self.prefix)


class Origin(IntEnum):
    """The origin attribute; lower is better."""

    IGP = 0
    EGP = 1
    INCOMPLETE = 2


@dataclass(frozen=True, slots=True)
class Source:
    """The neighbor that a path came from: its address and router ID, ours of both, and the session's VRF."""

    address: IPv4Address
    router_id: IPv4Address
    vrf: str = ""
    external: bool = False
    client: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """One path. ``source`` None: originated here. ``table`` is the routing instance that resolves the next hop."""

    net: Net
    next_hop: IPv4Address
    table: str
    as_path: tuple[int, ...] = ()
    origin: Origin = Origin.IGP
    med: int | None = 0
    local_pref: int = 100
    weight: int = 0
    source: Source | None = None
    targets: frozenset[str] = frozenset()
    label: int | None = None  # of the far PE
    originator: IPv4Address | None = None
    cluster_list: tuple[IPv4Address, ...] = ()
    imported_from: Net | None = None
    imported_vrf: str = ""  # the VRF of this router that it was imported from; empty: VPNv4

    @property
    def local(self) -> bool:
        """Whether this router brought the path into BGP."""
        return self.source is None

    @property
    def external(self) -> bool:
        """Whether it was learned from another AS."""
        return self.source is not None and self.source.external

    @property
    def internal(self) -> bool:
        """Whether it was learned by iBGP."""
        return self.source is not None and not self.source.external

    @property
    def vpn(self) -> bool:
        """Whether it came as a VPNv4 route, imported or not."""
        return self.label is not None

    @property
    def neighbor_as(self) -> int | None:
        """The AS that the path came from; None for one that begins in our own AS."""
        return self.as_path[0] if self.as_path else None
