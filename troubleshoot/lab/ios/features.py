"""All subjects of the simulated command line, in the order of their sections in the running configuration."""

from __future__ import annotations

from troubleshoot.lab.ios import archive, mpls, route_maps, show_cef, show_vrf, traceroute, vrf
from troubleshoot.lab.ios.bgp.feature import FEATURE as BGP
from troubleshoot.lab.ios.feature import Feature

FEATURES: tuple[Feature, ...] = (
    archive.FEATURE,
    vrf.FEATURE,
    show_vrf.FEATURE,
    mpls.FEATURE,
    BGP,
    route_maps.FEATURE,
    show_cef.FEATURE,
    traceroute.FEATURE,
)
