"""Normal forms of multicast in VPNs over default MDT groups (RFC 6037): tunnels, data MDTs, configuration.

The conventions are those of :mod:`troubleshoot.parsing.records`. The *default MDT* is a multicast group of the global
table that joins the PEs of a VRF like a LAN; each PE sends to it from the address of its BGP sessions.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class MdtTunnel(TypedDict):
    """One multicast tunnel of a PE."""

    group: str
    interface: str
    source: str | None  # the interface from whose address packets leave
    vrf: str
    default: bool | None  # the group of the VRF, not one for single streams; None: the table carries no marks
    at: Cites


class MdtTunnels(TypedDict):
    """``show ip pim [vrf V] mdt``."""

    tunnels: list[MdtTunnel]
    at: Cites
    unread: Cites


class MdtPeer(TypedDict):
    """A PE that BGP names as sender to an MDT group."""

    group: str
    rd: str | None
    address: str
    at: Cites


class MdtPeers(TypedDict):
    """``show ip pim mdt bgp``."""

    peers: list[MdtPeer]
    at: Cites
    unread: Cites


class DataMdt(TypedDict):
    """A stream that has an MDT group of its own."""

    mdt_group: str
    source: str | None  # the stream's source on the sending PE; on a receiving one the sending PE
    group: str | None  # the stream's group, where it is said
    at: Cites


class DataMdts(TypedDict):
    """``show ip pim vrf V mdt send`` or ``receive``."""

    vrf: str
    streams: list[DataMdt]
    at: Cites
    unread: Cites


class MvpnRp(TypedDict):
    """An `ip pim rp-address` line."""

    rp: str
    acl: str | None
    override: bool
    bidir: bool
    at: Cites


class MvpnVrf(TypedDict):
    """What the configuration says about one VRF and its multicast."""

    name: str
    style: str | None  # definition (`vrf definition`) or ip (`ip vrf`)
    rd: str | None
    imports: list[str]  # route targets
    exports: list[str]
    export_map: str | None  # a route map that may add route targets
    multicast_routing: bool
    mdt_default: str | None
    mdt_data: list[str]  # ranges
    mdt_other: str | None  # a tunnel of another kind (mLDP), or BGP instead of PIM inside: the line that says so
    mdt_interface: str | None  # where the tunnel's packets come from: `bgp next-hop`, or the update-source of the VPN
    mdt_source: str | None  # the address of that interface
    mdt_pim: bool | None  # whether PIM is set on it; None: no such interface
    mdt_up: bool | None  # False: it is shut down
    ssm: bool  # a range for SSM is set
    rps: list[MvpnRp]
    dense: list[str]  # interfaces in dense mode
    multipath: str | None  # the line that turns load splitting on
    fallback: list[str]  # VRFs that RPF lookups fall back to (`ip mroute ... fallback-lookup vrf`)
    select: list[str]  # VRFs that `ip multicast vrf V rpf select` names
    at: Cites


class MvpnNeighbor(TypedDict):
    """A BGP neighbor that carries VPN routes."""

    address: str
    update_source: str | None
    vpn: bool  # activated for vpnv4
    mdt: bool  # activated for ipv4 mdt
    at: Cites


class MvpnInterface(TypedDict):
    interface: str
    address: str | None
    vrf: str | None  # None: the global table
    pim: str | None  # sparse-mode ...; None: no PIM
    shut: bool
    at: Cites


class MvpnConfig(TypedDict):
    """The parts of a whole running configuration that multicast in VPNs needs."""

    multicast_routing: bool
    distributed: bool  # multicast routing is switched on with the word `distributed`
    multipath: str | None
    ssm: bool
    asn: str | None
    mdt_family: bool  # BGP has the address family ipv4 mdt, active or not
    neighbors: list[MvpnNeighbor]
    interfaces: list[MvpnInterface]
    vrfs: list[MvpnVrf]
    at: Cites
    unread: Cites


_IOS = Platform.IOS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "mdt": Parser(MdtTunnels, {_IOS: "ios.mdt:parse_tunnels"}),
        "mdt_bgp": Parser(MdtPeers, {_IOS: "ios.mdt:parse_bgp"}),
        "mdt_send": Parser(DataMdts, {_IOS: "ios.mdt:parse_send"}),
        "mdt_receive": Parser(DataMdts, {_IOS: "ios.mdt:parse_receive"}),
        "mvpn_config": Parser(MvpnConfig, {_IOS: "ios.mvpn_config:parse"}),
    }
)
