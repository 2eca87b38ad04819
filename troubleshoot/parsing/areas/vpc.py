"""Normal forms of what is read about port channels, vPC pairs of Nexus switches, and teams of network cards.

The conventions are those of :mod:`troubleshoot.parsing.records`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class ChannelMember(TypedDict):
    """One port of a port channel."""

    interface: str
    flag: str  # P bundled, D down, I individual, s suspended, H hot standby, r module removed, p delay-lacp, b BFD wait
    at: Cites


class PortChannel(TypedDict):
    """One row of `show port-channel summary`."""

    channel: int
    interface: str
    up: bool
    flags: list[str]  # S switched, R routed, U up, D down, M minimum of links not met
    lacp: (
        bool | None
    )  # False: protocol NONE, the channel is static (`mode on`) or has no member; None: another protocol
    members: list[ChannelMember]
    at: Cites


class PeerLink(TypedDict):
    """The peer-link as one switch of the pair sees it."""

    interface: str
    up: bool
    vlans: str  # empty: none
    at: Cites


class Vpc(TypedDict):
    """One vPC of a switch, with the port channel that carries it."""

    id: int
    interface: str
    channel: (
        int | None
    )  # None: the vPC is carried by something else (a port of an extender), or its channel is not listed
    up: bool
    over_peer_link: bool  # down*: the switch has no link of its own and forwards over the peer-link
    consistency: str  # success, failed, or "Not Applicable"
    reason: str
    vlans: str  # empty: none is active
    lacp: bool | None
    members: list[ChannelMember]
    range: str  # the members as NX-OS takes several of them after `interface`
    at: Cites


class VpcState(TypedDict):
    """`show vpc` and `show port-channel summary` of one switch."""

    configured: bool  # False: there is no vPC domain
    domain: int | None  # None: not configured, or not said (vPC+)
    peer: str  # ok, link down, link not configured, unreachable, other
    peer_text: str
    alive: bool  # the peer answers on the keepalive
    keepalive: str  # as printed
    consistent: bool  # no global type 1 parameter differs; old releases also count those of a single vPC
    reason: str
    role: str  # as printed
    primary: bool | None  # the operational role; None: none established
    graceful: bool | None  # on a type 1 mismatch only the secondary takes its vPCs down
    peer_links: list[PeerLink]
    vpcs: list[Vpc]
    channels: list[PortChannel]
    at: Cites
    unread: Cites


class VpcRole(TypedDict):
    """`show vpc role`: who this switch is and who it takes for its peer."""

    role: str
    mac: str
    peer_mac: str | None  # None: it never met a peer
    system_mac: str | None  # the one that both show to the rest
    priority: int | None
    at: Cites
    unread: Cites


class VpcKeepalive(TypedDict):
    """`show vpc peer-keepalive`."""

    alive: bool
    status: str
    destination: str | None  # None: no keepalive is configured
    vrf: str | None
    at: Cites
    unread: Cites


class VpcParameter(TypedDict):
    """One row of the comparison that a pair makes of its configurations."""

    name: str
    type: int | None  # 1: a difference takes the vPC (or all of them) down; None: `-`, compared value by value
    local: str
    peer: str
    differs: bool  # both said a value, and they are not the same
    at: Cites


class VpcParameters(TypedDict):
    """`show vpc consistency-parameters`."""

    rows: list[VpcParameter]
    at: Cites
    unread: Cites


class LacpNeighbor(TypedDict):
    """What one port heard of its LACP partner."""

    interface: str
    channel: int
    partner: str  # its system identifier; "0-0-0-0-0-0": it was never heard
    heard: bool
    at: Cites


class LacpNeighbors(TypedDict):
    """`show lacp neighbor`."""

    neighbors: list[LacpNeighbor]
    at: Cites
    unread: Cites


class LacpCounter(TypedDict):
    """LACP frames of one port."""

    interface: str
    channel: int
    sent: int
    received: int
    at: Cites


class LacpCounters(TypedDict):
    """`show lacp counters`."""

    counters: list[LacpCounter]
    at: Cites
    unread: Cites


class PortState(TypedDict):
    """One port, port channel or management interface of `show interface brief`."""

    interface: str
    up: bool
    reason: str | None  # why it is down; None: the table does not say
    channel: int | None  # the port channel that it belongs to
    address: str | None  # of a management interface
    at: Cites


class PortStates(TypedDict):
    """`show interface brief` of NX-OS."""

    ports: list[PortState]
    at: Cites
    unread: Cites


class NxosFeature(TypedDict):
    name: str
    enabled: bool
    at: Cites


class NxosFeatures(TypedDict):
    """`show feature`."""

    features: list[NxosFeature]
    at: Cites
    unread: Cites


class TeamMember(TypedDict):
    """One network card of a team."""

    name: str
    status: str  # Active, Standby, Failed
    reason: str  # NoFailure, PhysicalMediaDisconnected, LacpNegotiationIssue ...
    at: Cites


class TeamInterface(TypedDict):
    """One interface that a team offers to the system."""

    name: str
    vlan: int | None  # None: it takes what comes untagged
    at: Cites


class Team(TypedDict):
    """One team of Windows Server (load balancing and failover, LBFO)."""

    name: str
    mode: str  # lacp, static, independent
    balancing: str
    status: str  # Up, Down, Degraded
    members: list[TeamMember]
    interfaces: list[TeamInterface]
    at: Cites


class Teams(TypedDict):
    """All teams of a server."""

    teams: list[Team]
    at: Cites
    unread: Cites


_NXOS = Platform.NXOS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "lacp_counters": Parser(LacpCounters, {_NXOS: "nxos.lacp:parse_counters"}),
        "lacp_neighbors": Parser(LacpNeighbors, {_NXOS: "nxos.lacp:parse_neighbors"}),
        "lbfo_teams": Parser(Teams, {Platform.WINDOWS: "windows.teaming:parse"}),
        "nxos_features": Parser(NxosFeatures, {_NXOS: "nxos.system:parse_features"}),
        "nxos_ports": Parser(PortStates, {_NXOS: "nxos.ports:parse"}),
        "vpc": Parser(VpcState, {_NXOS: "nxos.vpc:parse"}),
        "vpc_keepalive": Parser(VpcKeepalive, {_NXOS: "nxos.vpc_details:parse_keepalive"}),
        "vpc_parameters": Parser(VpcParameters, {_NXOS: "nxos.vpc_parameters:parse"}),
        "vpc_role": Parser(VpcRole, {_NXOS: "nxos.vpc_details:parse_role"}),
    }
)
