"""Catalyst switches: stacks, SDM templates, hardware and licence, and routing on a switch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class StackMember(TypedDict):
    """One line of the stack's table."""

    number: int
    local: bool  # marked with "*": the switch that answers
    role: str  # master, active, standby, member
    mac: str | None  # "0000.0000.0000": a switch that is not there
    priority: int | None
    hardware: str | None
    state: str  # as printed, for example SDM Mismatch
    condition: str  # ready, starting, sdm_mismatch, version_mismatch, feature_mismatch, absent, other
    at: Cites


class StackPort(TypedDict):
    """A stack cable's end, from the second table of ``show switch detail``."""

    number: int  # of the member
    port: int
    up: bool
    neighbor: int | None  # None: nobody at the other end
    at: Cites


class Stack(TypedDict):
    """``show switch [detail]``: the members of a stack as its master sees them."""

    mac: str | None
    members: list[StackMember]
    ports: list[StackPort]  # empty where the output does not show them
    at: Cites
    unread: Cites


class SdmSize(TypedDict):
    resource: str  # mac, multicast, routes, direct_routes, indirect_routes, qos, acl ... (others as printed)
    amount: int
    at: Cites


class SdmTemplate(TypedDict):
    """``show sdm prefer [TEMPLATE]``: how the switch divides its hardware tables."""

    form: str  # catalyst3k (2960, 3560, 3750) or catalyst9k (3650, 3850, 9000): another command there
    name: str  # as printed, for example "aggregate default" or "lanbase-routing"
    current: bool  # False: the template that was asked for, not the one in use
    aggregator: bool  # only a Catalyst 3750-12S can run it
    keywords: str | None  # what follows `sdm prefer` to select it, without `desktop`; None: not known
    pending: str | None  # the template after the next reload; None: the device announces no change
    pending_keywords: str | None
    sizes: list[SdmSize]
    at: Cites
    unread: Cites


class TcamRow(TypedDict):
    asic: int
    resource: str  # named as in SdmSize
    maximum: int  # entries (the second number of a pair)
    used: int
    at: Cites


class TcamUse(TypedDict):
    """``show platform tcam utilization``: what is in the hardware tables."""

    rows: list[TcamRow]
    at: Cites
    unread: Cites


class MacCount(TypedDict):
    """``show mac address-table count``."""

    total: int  # addresses in use
    available: int | None
    at: Cites
    unread: Cites


class SwitchMember(TypedDict):
    number: int
    local: bool
    model: str
    version: str
    image: str
    at: Cites


class SwitchVersion(TypedDict):
    """``show version`` of a switch."""

    hostname: str | None
    version: str
    release: list[int]  # of 12.2(55)SE12: 12, 2, 55
    image: str | None  # C3750-IPSERVICESK9-M
    licence: str | None  # lanlite, lanbase, ipbase, ipservices: from image, licence line or model, in this order
    model: str | None
    family: str | None  # of WS-C2960S-24TS-L: 2960S
    uptime: int | None  # seconds, as exact as printed
    reload_reason: str | None
    members: list[SwitchMember]  # empty where the output shows no table of switches
    at: Cites
    unread: Cites


class TableRoute(TypedDict):
    """One next hop of one route."""

    prefix: str
    protocol: str  # connected, local, static, ospf, rip, bgp, eigrp, isis ...
    distance: int | None
    next_hop: str | None
    interface: str | None
    at: Cites


class IpRoutes(TypedDict):
    """``show ip route [static]``: the route table, or the word that there is none."""

    routing: bool  # False: the switch is a host (``Default gateway is ...``), it has no route table
    default_gateway: str | None
    last_resort: str | None  # next hop of the default route; None: not set, or not said
    routes: list[TableRoute]
    at: Cites
    unread: Cites


class RouteSource(TypedDict):
    source: str  # connected, static, ospf 1 ...
    count: int  # networks and subnets
    at: Cites


class RouteSummary(TypedDict):
    """``show ip route summary``."""

    routing: bool  # False: the switch is a host, it has no route table
    total: int
    sources: list[RouteSource]
    at: Cites
    unread: Cites


class StaticLine(TypedDict):
    """An ``ip route`` line of the global table."""

    prefix: str
    next_hop: str | None
    interface: str | None
    distance: int | None
    at: Cites


class SviAddress(TypedDict):
    interface: str
    network: str  # address/length of the network
    address: str
    at: Cites


class ProvisionLine(TypedDict):
    number: int
    model: str  # as configured, for example ws-c3750g-24ts
    at: Cites


class RoutingConfig(TypedDict):
    """What a running configuration says about IP routing, from its ``hostname`` to its ``end``."""

    ip_routing: bool | None  # None: the configuration does not say; on these switches that means off
    default_gateway: str | None
    routes: list[StaticLine]
    protocols: list[str]  # ospf 1, rip ...
    addresses: list[SviAddress]
    provisions: list[ProvisionLine]
    at: Cites
    unread: Cites


class ReloadSchedule(TypedDict):
    """``show reload``."""

    scheduled: bool
    seconds: int | None  # until then
    at: Cites
    unread: Cites


class PingResult(TypedDict):
    """``ping``: how many probes were answered."""

    target: str | None
    sent: int
    received: int
    at: Cites
    unread: Cites


_IOS = Platform.IOS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "stack": Parser(Stack, {_IOS: "ios.stack:parse"}),
        "sdm_template": Parser(SdmTemplate, {_IOS: "ios.sdm:parse"}),
        "tcam": Parser(TcamUse, {_IOS: "ios.tcam:parse"}),
        "mac_count": Parser(MacCount, {_IOS: "ios.tcam:parse_mac_count"}),
        "switch_version": Parser(SwitchVersion, {_IOS: "ios.switch_version:parse"}),
        "ip_routes": Parser(IpRoutes, {_IOS: "ios.ip_routes:parse"}),
        "route_summary": Parser(RouteSummary, {_IOS: "ios.ip_routes:parse_summary"}),
        "routing_config": Parser(RoutingConfig, {_IOS: "ios.routing_config:parse"}),
        "reload_schedule": Parser(ReloadSchedule, {_IOS: "ios.reload:parse"}),
        "ping_result": Parser(PingResult, {_IOS: "ios.ping:parse"}),
    }
)
