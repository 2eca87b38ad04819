"""Normal forms of what routers say about BGP in VPNs (RFC 4364): paths, sessions, VRFs, forwarding, configuration.

The conventions are those of :mod:`troubleshoot.parsing.records`. A route distinguisher (RD) is kept as it is printed.
An *own* path is one that a router has from its customer side or made itself; all others come from another PE.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class BgpPath(TypedDict):
    """One path of a prefix."""

    next_hop: str | None
    reachable: bool  # False: the device says that the next hop is inaccessible
    metric: int | None  # IGP metric to the next hop
    peer: str | None  # the neighbor that sent it; None: made on this router
    router_id: str | None  # of that neighbor
    advertiser: str | None  # router ID of the PE that brought it into iBGP (the originator); None: an own path
    own: bool
    kind: str | None  # external, internal, local
    as_path: str  # empty: the path begins in this AS
    as_length: int
    origin: str | None  # igp, egp, incomplete
    med: int | None
    local_preference: int | None
    weight: int | None
    valid: bool
    best: bool
    multipath: bool  # used besides the best path
    backup: bool
    duplicate: bool  # a better path of the entry leads to the same PE
    imported: bool
    imported_from: str | None  # the RD from which it came into this VRF
    route_targets: list[str]
    originator: str | None
    clusters: list[str]
    label_in: str | None  # the label by which this router expects packets
    label_out: str | None
    aggregate: bool  # the label of this router stands for the whole VRF, which looks packets up again
    differs: list[str]  # what differs from the best path: weight, local_preference, as_length, origin, med, kind,
    # as_path, metric; in the order in which the best path is chosen
    at: Cites


class BgpEntry(TypedDict):
    """One prefix under one RD (or in one VRF), with all its paths."""

    rd: str | None
    rd_number: int | None  # the part behind the last colon
    prefix: str
    table: str | None  # the VRF; None: no VRF, or not said
    multipath: list[str]  # ebgp, ibgp, eibgp: what the entry itself says is configured
    paths: list[BgpPath]
    advertisers: list[str]  # router IDs of the PEs that paths come from which were not imported here
    used: int  # next hops of the best path and the multipaths
    at: Cites


class BgpPaths(TypedDict):
    """All that a router has in BGP for one prefix."""

    found: bool
    entries: list[BgpEntry]
    rds: list[str]
    advertisers: list[str]
    at: Cites
    unread: Cites


class BgpRoute(TypedDict):
    """One row of a table."""

    network: str
    next_hop: str
    status: str  # as printed: *>i, *mi
    best: bool
    multipath: bool
    internal: bool
    at: Cites


class BgpTable(TypedDict):
    """The rows under one RD."""

    rd: str
    vrf: str | None
    routes: list[BgpRoute]
    at: Cites


class BgpTables(TypedDict):
    """A VPN table, block by block, or only the headings of its blocks."""

    router_id: str | None
    tables: list[BgpTable]
    at: Cites
    unread: Cites


class BgpNeighbor(TypedDict):
    address: str
    asn: str | None
    up: bool
    state: str  # established, or the word that is printed (Idle, Active, Idle (Admin))
    shut: bool  # switched off by configuration
    prefixes: int | None  # received
    at: Cites


class BgpSessions(TypedDict):
    """The neighbors of one address family or VRF."""

    router_id: str | None
    asn: str | None
    neighbors: list[BgpNeighbor]
    at: Cites
    unread: Cites


class Vrf(TypedDict):
    """One VRF as it is at work."""

    name: str
    rd: str | None  # None: the device says that there is none
    rd_number: int | None  # the part behind the last colon
    rd_auto: bool
    being_deleted: bool
    style: str | None  # definition (`vrf definition`), ip (`ip vrf`), context (NX-OS), instance (Junos), bgp (FRR)
    imports: list[str]  # route targets
    exports: list[str]
    import_map: str | None
    export_map: str | None
    label_mode: str | None  # per-prefix, per-vrf, per-ce
    best_external: bool
    interfaces: list[str]
    at: Cites


class Vrfs(TypedDict):
    """`show vrf detail`, or what the configuration says where no command shows it."""

    vrfs: list[Vrf]
    at: Cites
    unread: Cites


class Way(TypedDict):
    """One way out of a forwarding entry."""

    exit: str | None  # the BGP next hop (the PE or CE) that it leads to, where that is said
    next_hop: str | None
    interface: str | None
    labels: list[str]  # outermost first
    at: Cites


class Forwarding(TypedDict):
    """What the forwarding table does with a prefix."""

    found: bool
    prefix: str | None
    drop: bool
    ways: list[Way]
    exits: int  # different PEs or CEs that packets leave to
    at: Cites
    unread: Cites


class BgpFamily(TypedDict):
    """The configuration of BGP for one VRF; `vrf` is `default` for the global family."""

    vrf: str
    lines: list[str]
    maximum_paths: int | None  # the plain form: paths from customer routers
    ibgp: int | None
    eibgp: int | None
    unequal_cost: bool
    at: Cites


class BgpConfig(TypedDict):
    """The part of a configuration that is about BGP."""

    asn: str | None
    families: list[BgpFamily]
    as_path_relax: bool  # paths may differ in the content of the AS path
    peer_type_relax: list[str]  # FRRouting: the VRFs in which paths of customers and of other PEs may be mixed
    load_balance: bool | None  # Junos: a policy sends more than one next hop to the forwarding table; None: no question
    at: Cites
    unread: Cites


class TraceHop(TypedDict):
    number: int
    addresses: list[str]
    at: Cites


class Traceroute(TypedDict):
    """The way of packets, hop by hop."""

    hops: list[TraceHop]
    revisited: list[str]  # addresses that answered at more than one place of the way
    at: Cites
    unread: Cites


_IOS, _NXOS, _JUNOS, _FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "bgp_paths": Parser(
            BgpPaths,
            {
                _IOS: "ios.bgp_paths:parse",
                _NXOS: "nxos.bgp_paths:parse",
                _JUNOS: "junos.bgp_paths:parse",
                _FRR: "frr.bgp_paths:parse",
            },
        ),
        "bgp_tables": Parser(
            BgpTables,
            {_IOS: "bgp_table:parse", _NXOS: "bgp_table:parse", _FRR: "bgp_table:parse"},
        ),
        "bgp_sessions": Parser(
            BgpSessions,
            {
                _IOS: "bgp_sessions:parse",
                _NXOS: "bgp_sessions:parse",
                _JUNOS: "junos.bgp_sessions:parse",
                _FRR: "bgp_sessions:parse",
            },
        ),
        "vrfs": Parser(
            Vrfs,
            {
                _IOS: "ios.vrf:parse",
                _NXOS: "nxos.vrf:parse",
                _JUNOS: "vrf_config:parse_junos",
                _FRR: "vrf_config:parse_frr",
            },
        ),
        "vrf_config": Parser(
            Vrfs,
            {
                _IOS: "vrf_config:parse_ios",
                _NXOS: "vrf_config:parse_nxos",
                _JUNOS: "vrf_config:parse_junos",
                _FRR: "vrf_config:parse_frr",
            },
        ),
        "forwarding": Parser(
            Forwarding,
            {
                _IOS: "ios.cef:parse",
                _NXOS: "nxos.forwarding:parse",
                _JUNOS: "junos.forwarding:parse",
                _FRR: "frr.forwarding:parse",
            },
        ),
        "bgp_config": Parser(
            BgpConfig,
            {
                _IOS: "bgp_config:parse_ios",
                _NXOS: "bgp_config:parse_nxos",
                _JUNOS: "bgp_config:parse_junos",
                _FRR: "bgp_config:parse_frr",
            },
        ),
        "traceroute": Parser(
            Traceroute,
            {
                _IOS: "traceroute:parse",
                _NXOS: "traceroute:parse",
                _JUNOS: "traceroute:parse",
                _FRR: "traceroute:parse",
            },
        ),
    }
)
