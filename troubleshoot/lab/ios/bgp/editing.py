"""How configuration commands below `router bgp` find and change what they mean."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from typing import Final

from troubleshoot.lab.ios.config_commands import edit
from troubleshoot.lab.ios.context import Context, Mode
from troubleshoot.lab.network.bgp.config import IPV4, Bgp, Family, FamilyKey, Neighbor, Policy

PROCESS: Final = Mode("router bgp", "(config-router)")
FAMILY: Final = Mode("bgp address family", "(config-router-af)", parent=PROCESS)
UNKNOWN_NEIGHBOR: Final = "% Specify remote-as or peer-group commands first"


def process(context: Context) -> Bgp:
    """The BGP process as configured."""
    return context.device.router.part(Bgp)


def change_process(context: Context, change: Callable[[Bgp], Bgp]) -> str:
    """Apply a change to the process; no output."""
    return edit(context, lambda r: r.with_part(change(r.part(Bgp))))


def family_key(context: Context) -> FamilyKey:
    """The family that commands mean: below the process itself it is plain IPv4."""
    if context.mode != FAMILY:
        return IPV4
    name, _, vrf = context.target.partition(" vrf ")
    return FamilyKey(name, vrf)


def change_family(context: Context, change: Callable[[Family], Family]) -> str:
    """Apply a change to the family; plain IPv4 without content is no family. No output."""
    key = family_key(context)

    def changed(bgp: Bgp) -> Bgp:
        family = change(bgp.family(key))
        return bgp.with_family(key, None if key == IPV4 and family == Family() else family)

    return change_process(context, changed)


def neighbors(context: Context) -> dict[IPv4Address, Neighbor]:
    """The neighbors that commands here may name."""
    return dict(process(context).neighbors_in(family_key(context).vrf))


def set_neighbor(context: Context, address: IPv4Address, neighbor: Neighbor | None) -> str:
    """Put a neighbor in place, or remove it; no output."""
    if family_key(context).vrf:
        return change_family(context, lambda f: f.with_neighbor(address, neighbor))
    return change_process(context, lambda b: b.with_neighbor(address, neighbor))


def change_neighbor(context: Context, address: IPv4Address, change: Callable[[Neighbor], Neighbor]) -> str:
    """Apply a change to a known neighbor's session."""
    found = neighbors(context).get(address)
    return UNKNOWN_NEIGHBOR if found is None else set_neighbor(context, address, change(found))


def change_policy(context: Context, address: IPv4Address, change: Callable[[Policy], Policy]) -> str:
    """Apply a change to what holds for a known neighbor in this family."""
    if address not in neighbors(context):
        return UNKNOWN_NEIGHBOR
    return change_family(context, lambda f: f.with_policy(address, change(f.policy(address))))
