"""MSDP between rendezvous points: sessions, announced and learned sources, and what is configured (RFC 3618, 4610)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class MsdpPeer(TypedDict):
    """One session. A name is "none" where the device says that nothing is set."""

    address: str
    asn: str | None  # None: not known to the device ("?", "-"), which is in order
    state: str  # up, down, listen, connect, inactive, shutdown
    local: str | None  # our address of the session
    source: str | None  # the interface that lends this address
    mesh_group: str | None
    filter_in: str | None  # what filters the sources that we take from the peer
    filter_out: str | None  # and those that we tell it
    password: bool | None
    age: int | None  # seconds in this state
    sa_count: int | None  # sources learned from the peer
    resets: int | None
    transitions: int | None  # how often the session came up
    rpf_failures: int | None  # sources that were dropped by the peer-RPF check
    sa_in: int | None  # messages
    sa_out: int | None
    at: Cites


class MsdpPeers(TypedDict):
    """``show ip msdp peer``, ``show ip msdp summary`` and their kin."""

    enabled: bool  # False: the device says that MSDP does not run
    originator: str | None  # the RP address that it puts into its own announcements
    peers: list[MsdpPeer]
    at: Cites
    unread: Cites


class MsdpSa(TypedDict):
    """One source in the cache of announced sources (source active, SA)."""

    source: str
    group: str
    rp: str | None  # who announced it; None for one of our own on some platforms
    local: bool  # announced by the device itself
    peer: str | None  # from whom it was learned
    accepted: bool  # False: kept, but a filter refuses it
    age: int | None
    expires: int | None
    at: Cites


class MsdpCache(TypedDict):
    """``show ip msdp sa-cache``, ``show msdp source-active``, ``show ip msdp sa``."""

    enabled: bool
    entries: list[MsdpSa]
    at: Cites
    unread: Cites


class MsdpSource(TypedDict):
    """A source that the device announces, because it is registered here."""

    source: str
    group: str
    age: int | None
    at: Cites


class MsdpSources(TypedDict):
    """What an RP tells its peers. IOS marks these entries of the multicast routing table with A."""

    sources: list[MsdpSource]
    at: Cites
    unread: Cites


class MsdpPeerConfig(TypedDict):
    """What is configured for one peer; what is not is None."""

    address: str
    source: str | None  # interface or address, as written
    local: str | None  # the address that this means
    mesh_group: str | None
    filter_in: str | None  # "all": a filter without a list, which refuses everything
    filter_out: str | None
    password: bool
    shutdown: bool
    lines: list[str]  # all lines about the peer, as written
    at: Cites


class AnycastSet(TypedDict):
    """RPs that copy registers to each other (PIM anycast RP, RFC 4610), which makes MSDP needless."""

    address: str  # the shared one
    members: list[str]  # the unique ones, the router's own too
    at: Cites


class RpAddress(TypedDict):
    """An address of the router."""

    interface: str
    address: str
    length: int  # of the mask
    loopback: bool
    pim: bool | None  # None: PIM is not configured by the interface on this platform
    at: Cites


class RoutingProcess(TypedDict):
    """A routing protocol that needs a router ID."""

    name: str  # as the configuration begins it: "router ospf 1"
    router_id: str | None  # None: none is set, so the router chooses one of its addresses at its next start
    at: Cites


class MsdpOriginator(TypedDict):
    """What stands as RP in the router's own announcements."""

    name: str  # interface or address, as written
    address: str | None  # the address that this means
    at: Cites


class RpConfig(TypedDict):
    """What the whole configuration of a router says about the work of a rendezvous point."""

    addresses: list[RpAddress]
    peers: list[MsdpPeerConfig]
    originators: list[MsdpOriginator]  # at most one
    originator_default: str  # what announcements carry where none is set: "rp" (the RP's address), "session", "router"
    sets: list[AnycastSet]
    processes: list[RoutingProcess]
    feature: bool | None  # NX-OS: `feature msdp`; None on other platforms
    at: Cites
    unread: Cites


_IOS, _NXOS, _JUNOS, _FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "msdp_peers": Parser(
            MsdpPeers,
            {
                _IOS: "ios.msdp:parse_peers",
                _NXOS: "nxos.msdp:parse_peers",
                _JUNOS: "junos.msdp:parse_peers",
                _FRR: "frr.msdp:parse_peers",
            },
            off={"enabled": False, "originator": None, "peers": []},
        ),
        "msdp_cache": Parser(
            MsdpCache,
            {
                _IOS: "ios.msdp:parse_cache",
                _NXOS: "nxos.msdp:parse_cache",
                _JUNOS: "junos.msdp:parse_cache",
                _FRR: "frr.msdp:parse_cache",
            },
            off={"enabled": False, "entries": []},
        ),
        "msdp_sources": Parser(
            MsdpSources,
            {
                _IOS: "ios.msdp:parse_sources",
                _JUNOS: "junos.msdp:parse_sources",
                _FRR: "frr.msdp:parse_sources",
            },
        ),
        "rp_config": Parser(
            RpConfig,
            {
                _IOS: "ios.rp_config:parse",
                _NXOS: "nxos.rp_config:parse",
                _JUNOS: "junos.rp_config:parse",
                _FRR: "frr.rp_config:parse",
            },
        ),
    }
)
