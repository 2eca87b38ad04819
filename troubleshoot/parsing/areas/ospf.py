"""OSPF as far as the problems need it: router IDs, and the interfaces it announces."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class OspfProcess(TypedDict):
    process: str | None  # None: the platform has one only
    router_id: str
    at: Cites


class OspfProcesses(TypedDict):
    """``show ip ospf``, ``show ospf overview``: the processes with their router IDs."""

    processes: list[OspfProcess]
    at: Cites
    unread: Cites


class OspfInterface(TypedDict):
    """An interface whose network OSPF announces."""

    interface: str
    process: str | None
    area: str
    address: str | None  # None: the table does not print addresses
    length: int | None  # of the mask
    at: Cites


class OspfInterfaces(TypedDict):
    """``show ip ospf interface brief`` and its kin."""

    interfaces: list[OspfInterface]
    at: Cites
    unread: Cites


_IOS, _NXOS, _JUNOS, _FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "ospf_processes": Parser(
            OspfProcesses,
            {
                _IOS: "ios.ospf:parse_processes",
                _NXOS: "nxos.ospf:parse_processes",
                _JUNOS: "junos.ospf:parse_overview",
                _FRR: "frr.ospf:parse_process",
            },
        ),
        "ospf_interfaces": Parser(
            OspfInterfaces,
            {
                _IOS: "ios.ospf:parse_interfaces",
                _NXOS: "nxos.ospf:parse_interfaces",
                _JUNOS: "junos.ospf:parse_interfaces",
                _FRR: "frr.ospf:parse_interfaces",
            },
        ),
    }
)
