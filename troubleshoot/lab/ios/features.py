"""All subjects of the simulated command line, in the order of their sections in the running configuration."""

from __future__ import annotations

from troubleshoot.lab.ios import (
    archive,
    catalyst,
    ip_host,
    mpls,
    msdp,
    prefix_lists,
    reload,
    rip,
    route_maps,
    show_cef,
    show_ospf,
    show_vrf,
    traceroute,
    vrf,
    vrf_multicast,
)
from troubleshoot.lab.ios.bgp.feature import FEATURE as BGP
from troubleshoot.lab.ios.feature import Feature

FEATURES: tuple[Feature, ...] = (
    vrf.FEATURE,
    show_vrf.FEATURE,
    vrf_multicast.FEATURE,
    archive.FEATURE,
    catalyst.FEATURE,
    ip_host.FEATURE,
    mpls.FEATURE,
    rip.FEATURE,
    BGP,
    msdp.FEATURE,
    prefix_lists.FEATURE,
    route_maps.FEATURE,
    reload.FEATURE,
    show_cef.FEATURE,
    show_ospf.FEATURE,
    traceroute.FEATURE,
)
