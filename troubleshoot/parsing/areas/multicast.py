"""Multicast routing, and what every router says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing import records
from troubleshoot.parsing.areas.area import Parser

_IOS, _NXOS, _JUNOS, _FRR = Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "mroute": Parser(
            records.Mroute,
            {
                _IOS: "ios.mroute:parse",
                _NXOS: "nxos.mroute:parse",
                _JUNOS: "junos.mroute:parse",
                _FRR: "frr.mroute:parse",
            },
        ),
        "mroute_count": Parser(
            records.MrouteCounts,
            {
                _IOS: "ios.counters:parse",
                _NXOS: "nxos.mroute:parse_count",
                _JUNOS: "junos.mroute:parse_count",
                _FRR: "frr.counters:parse",
            },
        ),
        "rpf": Parser(
            records.Rpf,
            {
                _IOS: "ios.rpf:parse",
                _NXOS: "nxos.route:parse_rpf",
                _JUNOS: "junos.route:parse_rpf",
                _FRR: "frr.rpf:parse",
            },
        ),
        "route": Parser(
            records.Route,
            {_IOS: "ios.route:parse", _NXOS: "nxos.route:parse", _JUNOS: "junos.route:parse", _FRR: "frr.route:parse"},
        ),
        "pim_interfaces": Parser(
            records.PimInterfaces,
            {
                _IOS: "ios.pim:parse_interfaces",
                _NXOS: "nxos.pim:parse_interfaces",
                _JUNOS: "junos.pim:parse_interfaces",
                _FRR: "frr.pim:parse_interfaces",
            },
        ),
        "pim_neighbors": Parser(
            records.PimNeighbors,
            {
                _IOS: "ios.pim:parse_neighbors",
                _NXOS: "nxos.pim:parse_neighbors",
                _JUNOS: "junos.pim:parse_neighbors",
                _FRR: "frr.pim:parse_neighbors",
            },
        ),
        "rp_mapping": Parser(
            records.RpMappings,
            {
                _IOS: "ios.pim:parse_rp_mapping",
                _NXOS: "nxos.pim:parse_rp",
                _JUNOS: "junos.pim:parse_rps",
                _FRR: "frr.pim:parse_rp_info",
            },
        ),
        "igmp_groups": Parser(
            records.IgmpGroups,
            {
                _IOS: "ios.igmp:parse_groups",
                _NXOS: "nxos.igmp:parse_groups",
                _JUNOS: "junos.igmp:parse_groups",
                _FRR: "frr.igmp:parse_groups",
            },
        ),
        "igmp_interfaces": Parser(
            records.IgmpInterfaces,
            {
                _IOS: "ios.igmp:parse_interfaces",
                _NXOS: "nxos.igmp:parse_interfaces",
                _JUNOS: "junos.igmp:parse_interfaces",
                _FRR: "frr.igmp:parse_interfaces",
            },
        ),
        "multicast_global": Parser(
            records.MulticastGlobal,
            {
                _IOS: "ios.system:parse_multicast",
                _NXOS: "nxos.system:parse_feature",
                _FRR: "frr.system:parse_multicast",
            },
            off={"enabled": False, "multipath": None},
        ),
        "interfaces": Parser(
            records.Interfaces,
            {
                _IOS: "ios.system:parse_interfaces",
                _NXOS: "nxos.system:parse_interfaces",
                _JUNOS: "junos.system:parse_interfaces",
                _FRR: "frr.system:parse_interfaces",
            },
        ),
        "config_lines": Parser(
            records.ConfigLines,
            {
                _IOS: "config:parse_blocks",
                _NXOS: "config:parse_blocks",
                _JUNOS: "config:parse_set",
                _FRR: "config:parse_blocks",
            },
        ),
    }
)
