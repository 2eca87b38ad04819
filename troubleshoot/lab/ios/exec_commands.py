"""EXEC commands: what can be looked at, and the few actions outside configuration."""

from __future__ import annotations

from ipaddress import IPv4Address

from troubleshoot.lab.ios import running, show_igmp, show_ip, show_mroute, show_pim, show_system
from troubleshoot.lab.ios.config_commands import BAD_MASK
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.ios.in_vrf import in_vrf
from troubleshoot.lab.ios.ping import ping
from troubleshoot.lab.ios.running_vrf import vrf_config
from troubleshoot.lab.terminal import Question

_PROTOCOLS = frozenset({"connected", "static", "ospf", "rip", "bgp"})


def _address(args: Args, name: str) -> IPv4Address | None:
    return IPv4Address(args[name]) if name in args else None


def _mroute(context: Context, args: Args) -> str:
    show = show_mroute.count if "count" in args else show_mroute.mroute
    return show(context.device, _address(args, "group"), _address(args, "address"))


def _rpf(context: Context, args: Args) -> str:
    return show_pim.rpf(context.device, IPv4Address(args["target"]), _address(args, "group"))


def _route(context: Context, args: Args) -> str:
    target = _address(args, "target")
    if target is None:
        return show_ip.routes(context.device)
    prefix = network_of(args["target"], args["mask"]) if "mask" in args else None
    return BAD_MASK if "mask" in args and prefix is None else show_ip.route(context.device, target, prefix)


def _routes_of(context: Context, args: Args) -> str:
    return show_ip.routes(context.device, next(iter(args.keys() & _PROTOCOLS)))


def _running(context: Context, args: Args) -> str:
    if "name" not in args:
        return running.running_config(context.device.router)
    interface = context.device.router.interface(args["name"])
    return running.interface_config(interface) if interface else "% Invalid input detected at '^' marker."


def _startup(context: Context, _: Args) -> str:
    return running.startup_config(context.device.world.startup[context.device.name])


def _enable(context: Context, _: Args) -> str:
    if context.mode == Mode.USER:
        _ask_secret(context, 3)
    return ""


def _ask_secret(context: Context, tries: int) -> None:
    def answer(reply: str) -> str:
        if reply == context.enable_secret:
            context.mode = Mode.EXEC
            return ""
        if tries == 1:
            return "% Bad secrets\n"
        _ask_secret(context, tries - 1)
        return ""

    context.question = Question("Password: ", answer, secret=True)


def _disable(context: Context, _: Args) -> str:
    context.mode = Mode.USER
    return ""


def _exit(context: Context, _: Args) -> str:
    context.closed = True
    return ""


def _configure(context: Context, _: Args) -> str:
    context.enter(Mode.CONFIG)
    return "Enter configuration commands, one per line.  End with CNTL/Z."


def _write(context: Context, _: Args) -> str:
    context.device.world.save(context.device.name)
    return "Building configuration...\n[OK]"


def _copy(context: Context, args: Args) -> str:
    def answer(reply: str) -> str:
        if reply.strip() not in ("", "startup-config"):
            return "%Error: only startup-config can be written here"
        return _write(context, args)

    context.question = Question("Destination filename [startup-config]? ", answer)
    return ""


def _clear(context: Context, args: Args) -> str:
    context.device.world.clear_mroute(context.device.name, _address(args, "group"))
    return ""


def _length(context: Context, args: Args) -> str:
    context.page_length = int(args["lines"])
    return ""


def _width(context: Context, args: Args) -> str:
    context.width = int(args["columns"])
    return ""


def _ping(context: Context, args: Args) -> str:
    return ping(context.device, IPv4Address(args["target"]), int(args.get("times", 5)), args.get("from"))


USER_COMMANDS: dict[str, Handler] = {
    "show ip mroute [vrf <vrf:word>] [<group:address> [<address:address>]] [count]": in_vrf(_mroute),
    "show ip rpf [vrf <vrf:word>] <target:address> [<group:address>]": in_vrf(_rpf),
    "show ip route [vrf <vrf:word>] [<target:address> [<mask:mask>]]": in_vrf(_route),
    "show ip route [vrf <vrf:word>] {connected|static|ospf|rip|bgp}": in_vrf(_routes_of),
    "show ip pim [vrf <vrf:word>] neighbor [<name:interface>]": in_vrf(
        lambda c, a: show_pim.neighbors(c.device, a.get("name"))
    ),
    "show ip pim [vrf <vrf:word>] interface [<name:interface>]": in_vrf(
        lambda c, a: show_pim.interfaces(c.device, a.get("name"))
    ),
    "show ip pim [vrf <vrf:word>] rp mapping [<group:address>]": in_vrf(
        lambda c, a: show_pim.rp_mapping(c.device, _address(a, "group"))
    ),
    "show ip pim [vrf <vrf:word>] tunnel": in_vrf(lambda c, _: show_pim.tunnels(c.device)),
    "show ip igmp [vrf <vrf:word>] groups [<group:address>]": in_vrf(
        lambda c, a: show_igmp.groups(c.device, _address(a, "group"))
    ),
    "show ip igmp [vrf <vrf:word>] interface [<name:interface>]": in_vrf(
        lambda c, a: show_igmp.interfaces(c.device, a.get("name"))
    ),
    "show ip multicast [vrf <vrf:word>]": in_vrf(lambda c, _: show_pim.multicast(c.device)),
    "show ip interface brief": lambda c, _: show_ip.interface_brief(c.device),
    "show {access-lists|ip access-lists} [<list:word>]": lambda c, a: show_ip.access_lists(c.device, a.get("list")),
    "show version": lambda c, _: show_system.version(c.device),
    "show clock": lambda c, _: show_system.clock(c.device),
    "show users": lambda c, _: show_system.users(c.device, c.user),
    "terminal length <lines:number>": _length,
    "terminal width <columns:number>": _width,
    "terminal {monitor|no monitor}": lambda *_: "",
    "ping [vrf <vrf:word>] [ip] <target:address> [repeat <times:number>] [source {<from:interface>|<from:address>}]": (
        in_vrf(_ping)
    ),
    "enable": _enable,
    "disable": _disable,
    "{exit|logout|quit}": _exit,
}
PRIVILEGED_COMMANDS: dict[str, Handler] = {
    "show running-config [interface <name:interface>]": _running,
    "show running-config vrf [<vrf:word>]": lambda c, a: vrf_config(c.device.router, a.get("vrf")),
    "show startup-config": _startup,
    "configure terminal": _configure,
    "write [memory]": _write,
    "copy running-config startup-config": _copy,
    "clear ip mroute [vrf <vrf:word>] {*|<group:address>}": in_vrf(_clear),
}
