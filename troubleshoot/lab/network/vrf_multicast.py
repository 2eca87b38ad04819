"""What is configured for multicast in a VRF."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.model import Multipath, StaticMroute, StaticRp

SSM_RANGE = IPv4Network("232.0.0.0/8")


@dataclass(frozen=True, slots=True, order=True)
class Fallback:
    """An `ip mroute ... fallback-lookup` line: where the lookup goes on when a VRF has no way itself."""

    prefix: IPv4Network
    vrf: str


@dataclass(frozen=True, slots=True)
class VrfMulticast:
    """The multicast of one VRF; its default MDT group joins the PEs of the VRF like a LAN (RFC 6037)."""

    routing: bool = False  # `ip multicast-routing vrf`
    mdt_default: IPv4Address | None = None
    mdt_data: tuple[str, ...] = ()  # as written behind `mdt data`
    multipath: Multipath = Multipath.DISABLED
    rps: frozenset[StaticRp] = frozenset()
    mroutes: frozenset[StaticMroute] = frozenset()
    fallbacks: frozenset[Fallback] = frozenset()


@dataclass(frozen=True, slots=True)
class RpfRules:
    """A part of a routing instance: where its RPF lookups may go on."""

    fallbacks: frozenset[Fallback] = frozenset()


@dataclass(frozen=True, slots=True)
class Ssm:
    """`ip pim ssm default`: groups of 232.0.0.0/8 are joined source by source (RFC 4607)."""

    default: bool = False
