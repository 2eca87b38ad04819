"""``show running-config vrf``: everything that belongs to a VRF, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.ios.bgp.lines import vrf_lines
from troubleshoot.lab.ios.running import heading, interface_lines
from troubleshoot.lab.ios.show_vrf import NO_VRF_NAMED
from troubleshoot.lab.ios.vrf import section, static_lines
from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.vrf import Vrf, vrfs


def vrf_config(router: Router, only: str | None) -> str:
    """The sections of one VRF, or of all."""
    chosen = [v for v in vrfs(router) if only in (None, v.name)]
    if only is not None and not chosen:
        return NO_VRF_NAMED.format(only)
    return heading("\n".join((*(line for vrf in chosen for line in _section(router, vrf)), "end")))


def _section(router: Router, vrf: Vrf) -> Iterator[str]:
    yield from (*section(vrf), "!", "!")
    for interface in router.interfaces:
        if interface.vrf == vrf.name:
            yield from (*interface_lines(interface), "!")
    yield from vrf_lines(router, vrf.name)
    yield from static_lines(vrf)
