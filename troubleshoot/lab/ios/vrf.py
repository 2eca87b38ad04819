"""VRFs on the command line: `vrf definition` and the older `ip vrf`, their members, their static routes.

The two ways to change a route distinguisher are those of the field: old software wants the whole VRF deleted; newer
takes `no rd`, which throws away the BGP configuration of the VRF, and frees the old value only after a while.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from troubleshoot.lab.ios.config_commands import BAD_MASK, NOT_CREATED, edit
from troubleshoot.lab.ios.context import Args, Context, Handler, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.interface_commands import change_interface
from troubleshoot.lab.ios.static_routes import VIA, covers, static_line, static_route_line
from troubleshoot.lab.network.bgp.config import Bgp, FamilyKey
from troubleshoot.lab.network.model import Interface, Router
from troubleshoot.lab.network.vrf import PER_CE, PER_PREFIX, PER_VRF, Vrf, Vrfs, vrfs, with_vrf

RD_RELEASE_SECONDS: Final = 20.0
VRF_RELEASE_SECONDS: Final = 10.0
LABEL_MODES: Final = (PER_PREFIX, PER_VRF, PER_CE)
_RD = re.compile(r"\d{1,10}:\d{1,10}|\d{1,3}(?:\.\d{1,3}){3}:\d{1,5}")

MODE = Mode("vrf definition", "(config-vrf)")
CLASSIC = Mode("ip vrf", "(config-vrf)")
FAMILY = Mode("vrf address family", "(config-vrf-af)", parent=MODE)


@dataclass(frozen=True, slots=True)
class ClassicMember:
    """An interface that was put into its VRF by `ip vrf forwarding`."""

    classic: bool = False


def old_software(router: Router) -> bool:
    """Releases before 15 do not change a route distinguisher."""
    major = router.release.partition(".")[0]
    return major.isdigit() and int(major) < 15


def no_such_vrf(name: str) -> str:
    """The refusal of configuration commands that name an unknown VRF."""
    return f"% VRF {name} does not exist"


def _enter(context: Context, args: Args, *, classic: bool) -> str:
    name, router = args["vrf"], context.device.router
    known = router.part(Vrfs)
    found = known.get(name)
    if found is not None and found.classic != classic:
        return f"% VRF {name} is already defined by '{'ip vrf' if found.classic else 'vrf definition'}'"
    if found is None:
        if _busy(context, "vrf", name):
            return f"% VRF {name} deletion in progress; wait for it to complete"
        context.device.configure(with_vrf(router, Vrf(name, classic, ipv4=classic)))
    return context.enter(CLASSIC if classic else MODE, name)


def _remove(context: Context, args: Args, *, classic: bool) -> str:
    name, router = args["vrf"], context.device.router
    known = router.part(Vrfs)
    found = known.get(name)
    if found is None or found.classic != classic:
        return f"% No VRF named {name}"
    interfaces = tuple(_left(i) if i.vrf == name else i for i in router.interfaces)
    bare = without_family(replace(router, interfaces=interfaces), name)
    context.device.configure(bare.with_part(known.without(name)))
    _release(context, "vrf", name, VRF_RELEASE_SECONDS)
    return f"% IPv4 addresses from all interfaces in VRF {name} have been removed"


def _release(context: Context, what: str, name: str, seconds: float) -> None:
    """What was removed is cleaned up in the background; until then it cannot be made again."""
    context.device.world.after((what, context.device.name, name), seconds, lambda: None)


def _busy(context: Context, what: str, name: str) -> bool:
    return context.device.world.left((what, context.device.name, name)) is not None


def _left(interface: Interface) -> Interface:
    return replace(interface, vrf="", address=None).with_part(ClassicMember())


def without_family(router: Router, vrf: str) -> Router:
    """The router without the VRF's BGP address family and the neighbors in it."""
    return router.with_part(router.part(Bgp).with_family(FamilyKey("ipv4", vrf), None))


def _change(context: Context, change: Callable[[Vrf], Vrf]) -> str:
    found = context.device.router.part(Vrfs).get(context.target)
    return no_such_vrf(context.target) if found is None else edit(context, lambda r: with_vrf(r, change(found)))


def _rd(context: Context, args: Args) -> str:
    rd, router = args["value"], context.device.router
    vrf = router.part(Vrfs).get(context.target)
    if vrf is None or not _RD.fullmatch(rd):
        return NOT_CREATED
    if vrf.rd == rd:
        return ""
    refusal = _rd_refusal(context, vrf, rd)
    return refusal or _change(context, lambda v: replace(v, rd=rd))


def _rd_refusal(context: Context, vrf: Vrf, rd: str) -> str:
    router = context.device.router
    if vrf.rd:
        return _redefinition(router, vrf) or '% Do "no rd" before configuring another rd'
    if _busy(context, "rd", vrf.name):
        return '% Deletion of "rd" in progress; wait for it to complete'
    other = next((v.name for v in vrfs(router) if v.rd == rd), None)
    return f"% Cannot set RD, it is in use by VRF {other}" if other else ""


def _redefinition(router: Router, vrf: Vrf) -> str:
    parent = "ip vrf" if vrf.classic else "vrf definition"
    return f'% Do "no {parent} {vrf.name}" before redefining the VRF' if old_software(router) else ""


def _no_rd(context: Context, args: Args) -> str:
    router = context.device.router
    vrf = router.part(Vrfs).get(context.target)
    if vrf is None or not vrf.rd or args.get("value", vrf.rd) != vrf.rd:
        return "% No such rd"
    refusal = _redefinition(router, vrf)
    if refusal:
        return refusal
    context.device.configure(with_vrf(without_family(router, vrf.name), replace(vrf, rd="")))
    _release(context, "rd", vrf.name, RD_RELEASE_SECONDS)
    return f'% "rd {vrf.rd}" for VRF {vrf.name} scheduled for deletion'


def _description(context: Context, args: Args) -> str:
    return _change(context, lambda v: replace(v, description="" if "no" in args else args["text"]))


def _family(context: Context, _: Args) -> str:
    _change(context, lambda v: replace(v, ipv4=True))
    return context.enter(FAMILY, context.target)


def _no_family(context: Context, _: Args) -> str:
    bare = frozenset[str]()
    return _change(context, lambda v: replace(v, ipv4=False, imports=bare, exports=bare, import_map="", export_map=""))


def _target(context: Context, args: Args) -> str:
    if not _RD.fullmatch(args["target"]):
        return NOT_CREATED
    target, both = {args["target"]}, "both" in args

    def change(vrf: Vrf) -> Vrf:
        into = vrf.imports - target if "no" in args else vrf.imports | target
        out = vrf.exports - target if "no" in args else vrf.exports | target
        return replace(
            vrf,
            imports=into if both or "import" in args else vrf.imports,
            exports=out if both or "export" in args else vrf.exports,
        )

    return _change(context, change)


def _map(context: Context, args: Args) -> str:
    name = "" if "no" in args else args["name"]
    if "import" in args:
        return _change(context, lambda v: replace(v, import_map=name))
    return _change(context, lambda v: replace(v, export_map=name))


def _forwarding(context: Context, args: Args, *, classic: bool) -> str:
    name = args["vrf"]
    vrf = context.device.router.part(Vrfs).get(name)
    if vrf is None:
        return f"% VRF {name} not configured."
    if vrf.classic != classic:
        return f"% Use '{'ip ' if vrf.classic else ''}vrf forwarding' command for VRF '{name}'"
    interface = context.device.router.interface(context.target)
    if interface is None or interface.vrf == name:
        return ""
    change_interface(context, lambda i: replace(_left(i), vrf=name).with_part(ClassicMember(classic)))
    return _removed(interface, "enabling", name)


def _no_forwarding(context: Context, _: Args) -> str:
    interface = context.device.router.interface(context.target)
    if interface is None or not interface.vrf:
        return ""
    change_interface(context, _left)
    return _removed(interface, "disabling", interface.vrf)


def _removed(interface: Interface, how: str, vrf: str) -> str:
    if interface.address is None:
        return ""
    return f"% Interface {interface.name} IPv4 disabled and address(es) removed due to {how} VRF {vrf}"


def _static(context: Context, args: Args) -> str:
    vrf, line = context.device.router.part(Vrfs).get(args["vrf"]), static_line(args)
    if vrf is None:
        return no_such_vrf(args["vrf"])
    if line is None:
        return BAD_MASK
    if "no" not in args:
        return edit(context, lambda r: with_vrf(r, replace(vrf, static_routes=vrf.static_routes | {line})))
    gone = {s for s in vrf.static_routes if covers(line, s)}
    if not gone:
        return "%No matching route to delete"
    return edit(context, lambda r: with_vrf(r, replace(vrf, static_routes=vrf.static_routes - gone)))


def _label_mode(context: Context, args: Args) -> str:
    mode = PER_PREFIX if "no" in args else next(m for m in LABEL_MODES if m in args)
    chosen = [v for v in vrfs(context.device.router) if args.get("vrf", v.name) == v.name]
    if not chosen:
        return no_such_vrf(args["vrf"]) if "vrf" in args else ""
    for vrf in chosen:
        context.device.configure(with_vrf(context.device.router, replace(vrf, label_mode=mode)))
    return ""


def definitions(router: Router) -> Iterator[str]:
    """The sections of all VRFs."""
    for vrf in vrfs(router):
        yield from section(vrf)
        yield "!"


def section(vrf: Vrf) -> Iterator[str]:
    """The section of one VRF."""
    yield f"ip vrf {vrf.name}" if vrf.classic else f"vrf definition {vrf.name}"
    if vrf.description:
        yield f" description {vrf.description}"
    if vrf.rd:
        yield f" rd {vrf.rd}"
    if vrf.classic:
        yield from (f" {line}" for line in _family_lines(vrf))
    elif vrf.ipv4:
        yield from (" !", " address-family ipv4", *(f"  {line}" for line in _family_lines(vrf)), " exit-address-family")


def _family_lines(vrf: Vrf) -> Iterator[str]:
    if vrf.import_map:
        yield f"import map {vrf.import_map}"
    if vrf.export_map:
        yield f"export map {vrf.export_map}"
    if vrf.multicast.mdt_default:
        yield f"mdt default {vrf.multicast.mdt_default}"
    yield from (f"mdt data {line}" for line in vrf.multicast.mdt_data)
    yield from (f"route-target export {t}" for t in sorted(vrf.exports))
    yield from (f"route-target import {t}" for t in sorted(vrf.imports))


def head(interface: Interface) -> Iterator[str]:
    """The line that puts an interface into its VRF."""
    if interface.vrf:
        yield f" {'ip ' if interface.part(ClassicMember).classic else ''}vrf forwarding {interface.vrf}"


def static_lines(vrf: Vrf) -> list[str]:
    """The `ip route vrf` lines of a VRF."""
    return sorted(static_route_line(line, f"vrf {vrf.name} ") for line in vrf.static_routes)


def _global(router: Router) -> Iterator[str]:
    for vrf in vrfs(router):
        if vrf.label_mode != PER_PREFIX:
            yield f"mpls label mode vrf {vrf.name} protocol bgp-vpnv4 {vrf.label_mode}"
        yield from static_lines(vrf)


_TARGETS: dict[str, Handler] = {
    "[no] route-target {import|export|both} <target:word>": _target,
    "[no] {import|export} map <name:word>": _map,
    "no {import|export} map": _map,
}
_HEAD: dict[str, Handler] = {
    "rd <value:word>": _rd,
    "no rd [<value:word>]": _no_rd,
    "[no] description <text:line>": _description,
    "no description": _description,
}
_MODES = "|".join(LABEL_MODES)
_PROTOCOL = "protocol {bgp-vpnv4|all-afs}"
FEATURE = Feature(
    commands={
        Mode.CONFIG: {
            "vrf definition <vrf:word>": lambda c, a: _enter(c, a, classic=False),
            "no vrf definition <vrf:word>": lambda c, a: _remove(c, a, classic=False),
            "ip vrf <vrf:word>": lambda c, a: _enter(c, a, classic=True),
            "no ip vrf <vrf:word>": lambda c, a: _remove(c, a, classic=True),
            f"[no] ip route vrf <vrf:word> <prefix:address> <mask:mask> {VIA}": _static,
            "no ip route vrf <vrf:word> <prefix:address> <mask:mask>": _static,
            f"[no] mpls label mode {{vrf <vrf:word>|all-vrfs}} {_PROTOCOL} {{{_MODES}}}": _label_mode,
            f"no mpls label mode {{vrf <vrf:word>|all-vrfs}} {_PROTOCOL}": _label_mode,
        },
        MODE: {
            **_HEAD,
            "address-family ipv4 [unicast]": _family,
            "no address-family ipv4 [unicast]": _no_family,
        },
        CLASSIC: {**_HEAD, **_TARGETS},
        FAMILY: {**_TARGETS, "exit-address-family": lambda c, _: c.leave()},
        Mode.INTERFACE: {
            "vrf forwarding <vrf:word>": lambda c, a: _forwarding(c, a, classic=False),
            "ip vrf forwarding <vrf:word>": lambda c, a: _forwarding(c, a, classic=True),
            "no [ip] vrf forwarding [<vrf:word>]": _no_forwarding,
        },
    },
    definitions=definitions,
    interface_head=head,
    global_lines=_global,
)
