"""`neighbor ...` lines: the session, and what holds for the neighbor in one address family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address
from typing import Any

from troubleshoot.lab.ios.bgp.editing import (
    UNKNOWN_NEIGHBOR,
    change_neighbor,
    change_policy,
    family_key,
    neighbors,
    process,
    set_neighbor,
)
from troubleshoot.lab.ios.context import Args, Context, Handler
from troubleshoot.lab.network.bgp.config import VPNV4, Neighbor, Policy


def _peer(args: Args) -> IPv4Address:
    return IPv4Address(args["peer"])


def _remote_as(context: Context, args: Args) -> str:
    address, asn = _peer(args), int(args["asn"])
    if not 1 <= asn <= 4294967295:
        return "% Invalid AS number"
    found = neighbors(context).get(address)
    return set_neighbor(context, address, replace(found, remote_as=asn) if found else Neighbor(asn))


def _remove(context: Context, args: Args) -> str:
    if _peer(args) not in neighbors(context):
        return UNKNOWN_NEIGHBOR
    return set_neighbor(context, _peer(args), None)


def _session(**values: Callable[[Args], Any]) -> Handler:
    """A handler that sets fields of the session; with `no` their defaults."""

    def run(context: Context, args: Args) -> str:
        default = Neighbor(0)
        chosen = {n: getattr(default, n) if "no" in args else value(args) for n, value in values.items()}
        return change_neighbor(context, _peer(args), lambda n: replace(n, **chosen))

    return run


def _policy(**values: Callable[[Args], Any]) -> Handler:
    """The same for what holds in the family."""

    def run(context: Context, args: Args) -> str:
        default = Policy()
        chosen = {n: getattr(default, n) if "no" in args else value(args) for n, value in values.items()}
        return change_policy(context, _peer(args), lambda p: replace(p, **chosen))

    return run


def _activate(context: Context, args: Args) -> str:
    """VPNv4 is useless without route targets: IOS adds `send-community extended` by itself."""
    bgp, key, address = process(context), family_key(context), _peer(args)
    wanted = "no" not in args
    bare = bgp.with_family(key, bgp.family(key).with_policy(address, Policy()))
    stored = None if bare.active(key, address) == wanted else wanted

    def change(policy: Policy) -> Policy:
        if not wanted and key == VPNV4:
            return Policy()
        communities = policy.communities or ("extended" if key == VPNV4 else "")
        return replace(policy, active=stored, communities=communities)

    return change_policy(context, address, change)


def _send_community(context: Context, args: Args) -> str:
    named = next((k for k in ("extended", "both") if k in args), "standard")

    def change(policy: Policy) -> Policy:
        return replace(policy, communities=_communities(policy.communities, named, "no" not in args))

    return change_policy(context, _peer(args), change)


def _communities(now: str, named: str, on: bool) -> str:
    kinds = {"both": {"standard", "extended"}, "": set[str]()}
    have, meant = kinds.get(now, {now}), kinds.get(named, {named})
    left = have | meant if on else have - meant
    return "both" if len(left) == 2 else next(iter(left), "")


def _route_map(context: Context, args: Args) -> str:
    field = "map_in" if "in" in args else "map_out"
    changed: dict[str, Any] = {field: "" if "no" in args else args["map"]}
    return change_policy(context, _peer(args), lambda p: replace(p, **changed))


SESSION: dict[str, Handler] = {
    "neighbor <peer:address> remote-as <asn:number>": _remote_as,
    "no neighbor <peer:address> [remote-as <asn:number>]": _remove,
    "[no] neighbor <peer:address> description <text:line>": _session(description=lambda a: a["text"]),
    "no neighbor <peer:address> description": _session(description=lambda _: ""),
    "[no] neighbor <peer:address> update-source <name:interface>": _session(update_source=lambda a: a["name"]),
    "no neighbor <peer:address> update-source": _session(update_source=lambda _: ""),
    "[no] neighbor <peer:address> ebgp-multihop [<hops:number>]": _session(multihop=lambda a: int(a.get("hops", 255))),
    "[no] neighbor <peer:address> shutdown": _session(shutdown=lambda _: True),
}
POLICY: dict[str, Handler] = {
    "[no] neighbor <peer:address> activate": _activate,
    "[no] neighbor <peer:address> next-hop-self": _policy(next_hop_self=lambda _: True),
    "[no] neighbor <peer:address> route-reflector-client": _policy(client=lambda _: True),
    "[no] neighbor <peer:address> send-community [standard|extended|both]": _send_community,
    "[no] neighbor <peer:address> weight <weight:number>": _policy(weight=lambda a: int(a["weight"])),
    "no neighbor <peer:address> weight": _policy(weight=lambda _: 0),
    "[no] neighbor <peer:address> route-map <map:word> {in|out}": _route_map,
    "[no] neighbor <peer:address> as-override": _policy(as_override=lambda _: True),
    "[no] neighbor <peer:address> allowas-in [<times:number>]": _policy(allow_own_as=lambda a: int(a.get("times", 3))),
    "[no] neighbor <peer:address> advertise diverse-path {backup|mpath}": _policy(
        diverse=lambda a: "mpath" if "mpath" in a else "backup"
    ),
}
