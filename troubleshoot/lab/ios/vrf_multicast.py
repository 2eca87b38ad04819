"""Multicast in VRFs on the command line: MDT groups, and the multicast settings that name a VRF."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from ipaddress import IPv4Address

from troubleshoot.lab.ios import show_mdt
from troubleshoot.lab.ios.config_commands import BAD_MASK, changed_mroutes, changed_rps, chosen_multipath, edit
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.in_vrf import in_vrf
from troubleshoot.lab.ios.multicast_lines import multipath_line, rp_lines, static_mroute_line
from troubleshoot.lab.ios.static_routes import VIA, via
from troubleshoot.lab.ios.vrf import CLASSIC, FAMILY, no_such_vrf
from troubleshoot.lab.network.model import Multipath, Router
from troubleshoot.lab.network.vrf import Vrfs, vrfs, with_vrf
from troubleshoot.lab.network.vrf_multicast import Fallback, Ssm, VrfMulticast

_NO_GROUP = "% Invalid multicast group address"

Change = Callable[[VrfMulticast], VrfMulticast]


def _change(context: Context, name: str, change: Change) -> str:
    vrf = context.device.router.part(Vrfs).get(name)
    if vrf is None:
        return no_such_vrf(name)
    return edit(context, lambda r: with_vrf(r, replace(vrf, multicast=change(vrf.multicast))))


def _routing(context: Context, args: Args) -> str:
    return _change(context, args["vrf"], lambda m: replace(m, routing="no" not in args))


def _rp(context: Context, args: Args) -> str:
    return _change(context, args["vrf"], lambda m: replace(m, rps=changed_rps(m.rps, args)))


def _multipath(context: Context, args: Args) -> str:
    return _change(context, args["vrf"], lambda m: replace(m, multipath=chosen_multipath(args)))


def _mroute(context: Context, args: Args) -> str:
    vrf = context.device.router.part(Vrfs).get(args["vrf"])
    lines = changed_mroutes(vrf.multicast.mroutes if vrf else frozenset(), args)
    return BAD_MASK if lines is None else _change(context, args["vrf"], lambda m: replace(m, mroutes=lines))


def _fallback(context: Context, args: Args) -> str:
    prefix = network_of(args["prefix"], args["mask"])
    if prefix is None or str(prefix.network_address) != args["prefix"]:
        return BAD_MASK
    if context.device.router.part(Vrfs).get(args["other"]) is None:
        return no_such_vrf(args["other"])
    line = {Fallback(prefix, args["other"])}
    if "no" in args:
        return _change(context, args["vrf"], lambda m: replace(m, fallbacks=m.fallbacks - line))
    return _change(context, args["vrf"], lambda m: replace(m, fallbacks=m.fallbacks | line))


def _mdt_default(context: Context, args: Args) -> str:
    group = IPv4Address(args["group"]) if "group" in args else None
    if group is not None and not group.is_multicast:
        return _NO_GROUP
    return _change(context, context.target, lambda m: replace(m, mdt_default=None if "no" in args else group))


def _mdt_data(context: Context, args: Args) -> str:
    text = f"{args['group']} {args['wild']}" + (f" threshold {args['kilobits']}" if "kilobits" in args else "")
    if not IPv4Address(args["group"]).is_multicast:
        return _NO_GROUP
    return _change(context, context.target, lambda m: replace(m, mdt_data=_ranges(m.mdt_data, text, "no" in args)))


def _ranges(known: tuple[str, ...], text: str, gone: bool) -> tuple[str, ...]:
    others = tuple(line for line in known if line.split()[0] != text.split()[0])
    return others if gone else (*others, text)


def _ssm(context: Context, args: Args) -> str:
    return edit(context, lambda r: r.with_part(Ssm("no" not in args)))


def _switched_on(router: Router) -> Iterator[str]:
    for vrf in vrfs(router):
        if vrf.multicast.routing:
            yield f"ip multicast-routing vrf {vrf.name}"
    for vrf in vrfs(router):
        if vrf.multicast.multipath is not Multipath.DISABLED:
            yield multipath_line(vrf.multicast.multipath, f"vrf {vrf.name} ")


def _global(router: Router) -> Iterator[str]:
    if router.part(Ssm).default:
        yield "ip pim ssm default"
    for vrf in vrfs(router):
        table, about = f"vrf {vrf.name} ", vrf.multicast
        yield from rp_lines(about.rps, table)
        yield from sorted(static_mroute_line(line, table) for line in about.mroutes)
        for line in sorted(about.fallbacks):
            yield via(f"ip mroute {table}".rstrip(), line.prefix, "fallback-lookup vrf", line.vrf)


_MDT: dict[str, Handler] = {
    "[no] mdt default <group:address>": _mdt_default,
    "no mdt default": _mdt_default,
    "[no] mdt data <group:address> <wild:mask> [threshold <kilobits:number>]": _mdt_data,
}
FEATURE = Feature(
    commands={
        Mode.CONFIG: {
            "[no] ip multicast-routing vrf <vrf:word> [distributed]": _routing,
            "[no] ip pim vrf <vrf:word> rp-address <rp:address> [<acl:word>] [override]": _rp,
            "[no] ip multicast vrf <vrf:word> multipath [s-g-hash {basic|next-hop-based}]": _multipath,
            f"[no] ip mroute vrf <vrf:word> <prefix:address> <mask:mask> {VIA}": _mroute,
            "[no] ip mroute vrf <vrf:word> <prefix:address> <mask:mask> fallback-lookup vrf <other:word>": _fallback,
            "[no] ip pim ssm default": _ssm,
            "no ip pim ssm": _ssm,
        },
        FAMILY: _MDT,
        CLASSIC: _MDT,
        Mode.USER: {
            "show ip pim [vrf <vrf:word>] mdt": in_vrf(lambda c, _: show_mdt.tunnels(c.device)),
            "show ip pim vrf <vrf:word> mdt send": in_vrf(lambda c, _: show_mdt.send(c.device)),
            "show ip pim vrf <vrf:word> mdt receive": in_vrf(lambda c, _: show_mdt.receive(c.device)),
            "show ip pim mdt bgp": lambda c, _: show_mdt.peers(c.device),
            "show {ip bgp ipv4 mdt|bgp ipv4 mdt} all [summary]": show_mdt.bgp_table,
        },
    },
    definitions=_switched_on,
    global_lines=_global,
)
