"""Configuration commands: `router bgp`, its address families and what stands in them."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from troubleshoot.lab.ios.bgp.editing import FAMILY, PROCESS, change_family, change_process, family_key, process
from troubleshoot.lab.ios.bgp.neighbor_commands import POLICY, SESSION
from troubleshoot.lab.ios.config_commands import BAD_MASK
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.network.bgp.config import IPV4, Bgp, FamilyKey
from troubleshoot.lab.network.vrf import Vrfs

_EXCLUSIVE = "% Maximum-paths eibgp cannot be configured together with maximum-paths or maximum-paths ibgp"


def _router(context: Context, args: Args) -> str:
    asn, bgp = int(args["asn"]), process(context)
    if bgp.asn not in (0, asn):
        return f"BGP is already running; AS is {bgp.asn}" if "no" not in args else "% Invalid autonomous system number"
    if "no" in args:
        return change_process(context, lambda _: Bgp())
    change_process(context, lambda b: replace(b, asn=asn))
    return context.enter(PROCESS, args["asn"])


def _setting(name: str, on: bool) -> Handler:
    """A handler that gives a switch of the process the value ``on``, with `no` the other one."""

    def run(context: Context, args: Args) -> str:
        changed: dict[str, Any] = {name: on != ("no" in args)}
        return change_process(context, lambda b: replace(b, **changed))

    return run


def _identity(name: str) -> Handler:
    def run(context: Context, args: Args) -> str:
        value = None if "no" in args else IPv4Address(args["id"])
        changed: dict[str, Any] = {name: value}
        return change_process(context, lambda b: replace(b, **changed))

    return run


def _named(args: Args) -> FamilyKey:
    if "vpnv4" in args:
        return FamilyKey("vpnv4")
    return FamilyKey("ipv4 mdt" if "mdt" in args else "ipv4", args.get("vrf", ""))


def _family(context: Context, args: Args) -> str:
    key = _named(args)
    vrf = context.device.router.part(Vrfs).get(key.vrf) if key.vrf else None
    if key.vrf and (vrf is None or not vrf.rd):
        return f"% VRF {key.vrf} does not exist or does not have a RD configured"
    if key.vrf and vrf and not vrf.ipv4:
        return f"% IPv4 address family is not enabled in VRF {key.vrf}"
    if key != IPV4:
        change_process(context, lambda b: b.with_family(key, b.family(key)))
    return context.enter(FAMILY, f"{key.name} vrf {key.vrf}" if key.vrf else key.name)


def _no_family(context: Context, args: Args) -> str:
    key = _named(args)
    known = key in process(context).families
    return change_process(context, lambda b: b.with_family(key, None)) if known else "% No such address family"


def _network(context: Context, args: Args) -> str:
    prefix = network_of(args["prefix"], args["mask"]) if "mask" in args else _classful(IPv4Address(args["prefix"]))
    if prefix is None or str(prefix.network_address) != args["prefix"]:
        return BAD_MASK
    line = {prefix}
    if "no" in args:
        return change_family(context, lambda f: replace(f, networks=f.networks - line))
    return change_family(context, lambda f: replace(f, networks=f.networks | line))


def _classful(address: IPv4Address) -> IPv4Network:
    first = int(address) >> 24
    return IPv4Network((address, 8 if first < 128 else 16 if first < 192 else 24), strict=False)


def _redistribute(context: Context, args: Args) -> str:
    protocol: str = next(p for p in ("connected", "static", "ospf") if p in args)
    entry: dict[str, str] = {} if "no" in args else {protocol: args.get("map", "")}

    def others(known: dict[str, str]) -> dict[str, str]:
        return {p: m for p, m in known.items() if p != protocol}

    return change_family(context, lambda f: replace(f, redistribute={**others(dict(f.redistribute)), **entry}))


def _maximum_paths(context: Context, args: Args) -> str:
    name = "eibgp" if "eibgp" in args else "ibgp" if "ibgp" in args else "ebgp"
    name = "ibgp_unequal" if "unequal-cost" in args else name
    count = 0 if "no" in args else int(args["count"])
    if "no" not in args and not 1 <= count <= 32:
        return "% Invalid number of paths"
    if name == "eibgp" and not family_key(context).vrf:
        return "% Maximum-paths eibgp is for address families of a VRF only"
    limits = process(context).family(family_key(context)).paths
    if count and any(getattr(limits, other) for other in _excluded(name)):
        return _EXCLUSIVE
    chosen: dict[str, int] = {"ibgp": 0, "ibgp_unequal": 0} if name.startswith("ibgp") else {}
    chosen[name] = 0 if count == 1 else count
    return change_family(context, lambda f: replace(f, paths=replace(f.paths, **chosen)))


def _excluded(name: str) -> tuple[str, ...]:
    return ("ebgp", "ibgp", "ibgp_unequal") if name == "eibgp" else ("eibgp",)


def _best_external(context: Context, args: Args) -> str:
    return change_family(context, lambda f: replace(f, best_external="no" not in args))


def _select(context: Context, args: Args) -> str:
    return change_family(context, lambda f: replace(f, select_backup="no" not in args))


def _import(context: Context, args: Args) -> str:
    if "limit" in args:
        limit = 1 if "no" in args else int(args["count"])
        return change_family(context, lambda f: replace(f, import_limit=limit))
    chosen = next((s for s in ("all", "multipaths") if s in args and "no" not in args), "bestpath")
    return change_family(context, lambda f: replace(f, import_selection=chosen))


_FAMILIES = "address-family {ipv4 [unicast]|ipv4 mdt|ipv4 [unicast] vrf <vrf:word>|vpnv4 [unicast]}"
_PATHS: dict[str, Handler] = {
    "[no] maximum-paths <count:number>": _maximum_paths,
    "[no] maximum-paths {ibgp|eibgp} <count:number>": _maximum_paths,
    "[no] maximum-paths ibgp unequal-cost <count:number>": _maximum_paths,
    "no maximum-paths [ibgp|eibgp|ibgp unequal-cost]": _maximum_paths,
}
_IPV4: dict[str, Handler] = {
    "[no] network <prefix:address> mask <mask:mask>": _network,
    "[no] network <prefix:address>": _network,
    "[no] redistribute {connected|static|ospf <process:number>} [route-map <map:word>]": _redistribute,
    **_PATHS,
}
_IN_FAMILY: dict[str, Handler] = {
    "[no] bgp advertise-best-external": _best_external,
    "[no] bgp additional-paths select backup": _select,
    "[no] import path limit <count:number>": _import,
    "no import path limit": _import,
    "[no] import path selection {all|bestpath|multipaths}": _import,
    "no import path selection": _import,
    "exit-address-family": lambda c, _: c.leave(),
}
COMMANDS: dict[Mode, dict[str, Handler]] = {
    Mode.CONFIG: {"[no] router bgp <asn:number>": _router},
    PROCESS: {
        "[no] bgp router-id <id:address>": _identity("router_id"),
        "no bgp router-id": _identity("router_id"),
        "[no] bgp cluster-id <id:address>": _identity("cluster_id"),
        "no bgp cluster-id": _identity("cluster_id"),
        "[no] bgp log-neighbor-changes": _setting("log_changes", True),
        "[no] bgp default ipv4-unicast": _setting("ipv4_by_default", True),
        "[no] bgp default route-target filter": _setting("filter_targets", True),
        "[no] bgp always-compare-med": _setting("always_compare_med", True),
        "[no] bgp bestpath as-path multipath-relax": _setting("relax_as_path", True),
        _FAMILIES: _family,
        f"no {_FAMILIES}": _no_family,
        **SESSION,
        **POLICY,
        **_IPV4,
    },
    FAMILY: {**SESSION, **POLICY, **_IPV4, **_IN_FAMILY},
}
