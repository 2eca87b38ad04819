"""Global configuration commands. Each one turns the router's frozen configuration into the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.ios.static_routes import VIA, covers, static_line
from troubleshoot.lab.network.catalyst import Catalyst
from troubleshoot.lab.network.model import (
    Interface,
    Multipath,
    Ospf,
    Router,
    StaticMroute,
    StaticRp,
)

BAD_MASK = "%Inconsistent address and mask"
NOT_CREATED = "% Invalid input detected at '^' marker."


def edit(context: Context, change: Callable[[Router], Router]) -> str:
    """Apply a change to the running configuration; no output."""
    context.device.configure(change(context.device.router))
    return ""


def _leave(context: Context, _: Args) -> str:
    return context.end()


def _software(router: Router) -> tuple[str, ...]:
    """Interfaces that are made by their first line: on a switch those of VLANs too."""
    return ("Loopback", "Vlan") if router.part(Catalyst).members else ("Loopback",)


def _interface(context: Context, args: Args) -> str:
    name, router = args["name"], context.device.router
    if router.interface(name) is None:
        if not name.startswith(_software(router)):
            return NOT_CREATED
        context.device.configure(router.with_interface(Interface(name)))
    return context.enter(Mode.INTERFACE, name)


def _no_interface(context: Context, args: Args) -> str:
    name = args["name"]
    if not name.startswith(_software(context.device.router)):
        return "% Removal of physical interfaces is not permitted"
    return edit(context, lambda r: replace(r, interfaces=tuple(i for i in r.interfaces if i.name != name)))


def _router(context: Context, args: Args) -> str:
    number, router = int(args["process"]), context.device.router
    rest = tuple(p for p in router.ospf if p.process != number)
    if "no" in args:
        return edit(context, lambda r: replace(r, ospf=rest))
    if len(rest) == len(router.ospf):
        context.device.configure(replace(router, ospf=(*rest, Ospf(number))))
    return context.enter(Mode.OSPF, args["process"])


def _multicast_routing(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, multicast_routing="no" not in args))


def _multipath(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, multipath=chosen_multipath(args)))


def chosen_multipath(args: Args) -> Multipath:
    """The kind of load splitting that a line means."""
    mode = Multipath.BASIC if "basic" in args else Multipath.NEXT_HOP if "next-hop-based" in args else Multipath.SOURCE
    return Multipath.DISABLED if "no" in args else mode


def static_route(context: Context, args: Args) -> str:
    """`[no] ip route`."""
    line = static_line(args)
    if line is None:
        return BAD_MASK

    def change(router: Router) -> Router:
        if "no" not in args:
            return replace(router, static_routes=router.static_routes | {line})
        gone = {s for s in router.static_routes if covers(line, s)}
        return replace(router, static_routes=router.static_routes - gone)

    absent = "no" in args and change(context.device.router) == context.device.router
    return "%No matching route to delete" if absent else edit(context, change)


def _static_mroute(context: Context, args: Args) -> str:
    lines = changed_mroutes(context.device.router.static_mroutes, args)
    return BAD_MASK if lines is None else edit(context, lambda r: replace(r, static_mroutes=lines))


def changed_mroutes(known: frozenset[StaticMroute], args: Args) -> frozenset[StaticMroute] | None:
    """The `ip mroute` lines after this one; None where address and mask do not fit together."""
    prefix = network_of(args["prefix"], args["mask"])
    if prefix is None or str(prefix.network_address) != args["prefix"]:
        return None
    line = StaticMroute(prefix, _optional(args, "hop"), args.get("name"), int(args.get("distance", 0)))
    others = frozenset(m for m in known if _mroute_key(m) != _mroute_key(line))
    return others if "no" in args else others | {line}


def _mroute_key(line: StaticMroute) -> tuple[IPv4Network, IPv4Address | None, str | None]:
    return line.prefix, line.neighbor, line.interface


def _optional(args: Args, name: str) -> IPv4Address | None:
    return IPv4Address(args[name]) if name in args else None


def _rp_address(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, static_rps=changed_rps(r.static_rps, args)))


def changed_rps(known: frozenset[StaticRp], args: Args) -> frozenset[StaticRp]:
    """The RPs after an `ip pim rp-address` line; a second line for the same RP replaces the first, as IOS does."""
    line = StaticRp(IPv4Address(args["rp"]), args.get("acl"), "override" in args)
    others = frozenset(r for r in known if r.address != line.address)
    return others if "no" in args else others | {line}


def _accept_register(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, accept_register=None if "no" in args else args["acl"]))


def _register_source(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, register_source=None if "no" in args else args["name"]))


def _spt_threshold(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, spt_infinity="no" not in args and "infinity" in args))


def _hostname(context: Context, args: Args) -> str:
    return edit(context, lambda r: replace(r, hostname=args["hostname"]))


def _banner(context: Context, args: Args) -> str:
    kind = next(k for k in ("motd", "exec", "login") if k in args)
    rest = {k: v for k, v in context.device.router.banners.items() if k != kind}
    if "no" not in args:
        text = args["text"].replace("^C", "\x03")
        rest[kind] = text[1:].partition(text[0])[0]
    return edit(context, lambda r: replace(r, banners=rest))


COMMANDS: dict[str, Handler] = {
    "interface <name:interface>": _interface,
    "no interface <name:interface>": _no_interface,
    "[no] router ospf <process:number>": _router,
    "[no] ip multicast-routing [distributed]": _multicast_routing,
    "[no] ip multicast multipath [s-g-hash {basic|next-hop-based}]": _multipath,
    f"[no] ip route <prefix:address> <mask:mask> {VIA}": static_route,
    "no ip route <prefix:address> <mask:mask>": static_route,
    f"[no] ip mroute <prefix:address> <mask:mask> {VIA}": _static_mroute,
    "[no] ip pim rp-address <rp:address> [<acl:word>] [override]": _rp_address,
    "[no] ip pim accept-register list <acl:word>": _accept_register,
    "no ip pim accept-register": _accept_register,
    "[no] ip pim register-source <name:interface>": _register_source,
    "no ip pim register-source": _register_source,
    "[no] ip pim spt-threshold {0|infinity}": _spt_threshold,
    "hostname <hostname:word>": _hostname,
    "[no] banner {motd|exec|login} <text:line>": _banner,
    "no banner {motd|exec|login}": _banner,
    "end": _leave,
}
LEAVE: dict[str, Handler] = {"exit": _leave}
