"""RIP: the process of a router, its database, and a Windows server that speaks it (RRAS)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class RipGateway(TypedDict):
    """A neighbor that sends updates, or once did."""

    address: str
    last_update: int | None  # seconds
    bad_packets: int | None  # authentication, version or source at fault
    bad_routes: int | None
    at: Cites


class RipInterfaceState(TypedDict):
    """An interface on which RIP runs."""

    interface: str
    send: str | None  # versions: "2", "1 2"
    receive: str | None
    key_chain: str | None  # None: the device did not say; "none": no authentication
    passive: bool
    at: Cites


class RipFilterState(TypedDict):
    """A list that filters updates."""

    direction: str  # in, out
    interface: str | None  # None: all interfaces
    name: str
    at: Cites


class RipProcess(TypedDict):
    """``show ip protocols`` (the RIP part), ``show ip rip status``."""

    running: bool
    version: str | None  # "1", "2", or "default" where none is set (sends 1, takes both)
    auto_summary: bool | None  # None: the device does not say
    networks: list[str]  # as printed: classful networks, interfaces
    interfaces: list[RipInterfaceState]
    gateways: list[RipGateway]
    filters: list[RipFilterState]
    invalid: int | None  # seconds until a silent gateway's routes are no longer used
    maximum_paths: int | None
    at: Cites
    unread: Cites


class RipHop(TypedDict):
    """One neighbor that announces a network."""

    address: str
    interface: str | None
    age: int | None  # seconds
    at: Cites


class RipEntry(TypedDict):
    """One network of the RIP database."""

    prefix: str
    connected: bool
    summary: bool  # the line of the classful network: it stands there whether or not it is announced
    metric: int | None
    hops: list[RipHop]
    at: Cites


class RipDatabase(TypedDict):
    """``show ip rip database`` and its kin."""

    entries: list[RipEntry]
    at: Cites
    unread: Cites


class RrasInterface(TypedDict):
    """One adapter below RRAS's RIP."""

    name: str
    announce: str | None  # none, rip1, rip1compat, rip2
    accept: str | None
    periodic: bool | None  # False: announces only when asked (autostatic)
    host_routes: bool | None  # routes with a mask of 32 bits are announced
    password: bool | None
    filter_mode: str | None  # of announcements: disable, include, exclude
    filters: list[str]  # ranges, "10.0.0.0-10.0.0.255"
    at: Cites


class RrasRip(TypedDict):
    """``netsh routing ip rip dump``: what a Windows server is told to announce."""

    installed: bool
    interfaces: list[RrasInterface]
    at: Cites
    unread: Cites


class ServerAddress(TypedDict):
    """One address of a Windows server."""

    adapter: str  # the name of the connection
    address: str
    mask: str
    registers: bool | None  # whether the adapter writes its addresses into DNS
    at: Cites


class ServerAddresses(TypedDict):
    """All IPv4 addresses of a Windows server."""

    addresses: list[ServerAddress]
    at: Cites
    unread: Cites


_IOS, _NXOS, _FRR, _WINDOWS = Platform.IOS, Platform.NXOS, Platform.FRR, Platform.WINDOWS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "rip_process": Parser(
            RipProcess, {_IOS: "ios.rip:parse_process", _NXOS: "nxos.rip:parse_process", _FRR: "frr.rip:parse_process"}
        ),
        "rip_database": Parser(
            RipDatabase,
            {_IOS: "ios.rip:parse_database", _NXOS: "nxos.rip:parse_database", _FRR: "frr.rip:parse_database"},
        ),
        "rras_rip": Parser(RrasRip, {_WINDOWS: "windows.rras:parse_rip"}),
        "server_addresses": Parser(ServerAddresses, {_WINDOWS: "windows.rras:parse_addresses"}),
    }
)
