"""``show vrf`` and ``show ip vrf``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.device import Device, short_name
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.grammar import ParseRefused
from troubleshoot.lab.ios.vrf import old_software
from troubleshoot.lab.network.vrf import PER_PREFIX, Vrf, vrfs

NO_VRF_NAMED = "% No VRF named {}"


def _chosen(device: Device, args: Args) -> list[Vrf]:
    return [v for v in vrfs(device.router) if args.get("name", v.name) == v.name]


def _show_vrf(context: Context, args: Args) -> str:
    """`show vrf` came together with `vrf definition`: older software does not know it."""
    if old_software(context.device.router):
        raise ParseRefused("% Invalid input detected at '^' marker.", len("show "))
    return _show(context, args, protocols=True)


def _show_ip_vrf(context: Context, args: Args) -> str:
    return _show(context, args, protocols=False)


def _show(context: Context, args: Args, *, protocols: bool) -> str:
    chosen = _chosen(context.device, args)
    if "name" in args and not chosen:
        return NO_VRF_NAMED.format(args["name"])
    if "detail" in args:
        return "\n".join(line for vrf in chosen for line in _detail(context.device, vrf))
    head = f"  {'Name':<33}{'Default RD':<22}{'Protocols   ' if protocols else ''}Interfaces"
    return "\n".join((head, *(line for vrf in chosen for line in _row(context.device, vrf, protocols))))


def _row(device: Device, vrf: Vrf, protocols: bool) -> Iterator[str]:
    names = _members(device, vrf) or [""]
    middle = f"{'ipv4' if vrf.ipv4 else '':<12}" if protocols else ""
    yield f"  {vrf.name:<33}{vrf.rd or '<not set>':<22}{middle}{names[0]}".rstrip()
    yield from (" " * (57 + len(middle)) + name for name in names[1:])


def _members(device: Device, vrf: Vrf) -> list[str]:
    return [short_name(i.name) for i in device.router.interfaces if i.vrf == vrf.name]


def _detail(device: Device, vrf: Vrf) -> Iterator[str]:
    number = vrfs(device.router).index(vrf) + 1
    old = old_software(device.router)
    ident = "" if old else f" (VRF Id = {number})"
    yield f"VRF {vrf.name}{ident}; default RD {vrf.rd or '<not set>'}; default VPNID <not set>"
    if vrf.description:
        yield f"  Description: {vrf.description}"
    if not old:
        yield f"  {'Old CLI format, supports IPv4 only' if vrf.classic else _NEW_FORMAT}"
        yield f"  Flags: {'0xC' if vrf.classic else '0x180C'}"
    yield from _interfaces(device, vrf)
    yield f"  VRF Table ID = {number}" if old else f"Address family ipv4 unicast {_table(vrf, number)}"
    if vrf.ipv4:
        yield from _family(device, vrf)
    if not old:
        yield from (f"Address family {name} not active" for name in _INACTIVE)
    yield ""


_NEW_FORMAT = "New CLI format, supports multiple address-families"
_INACTIVE = ("ipv6 unicast", "ipv4 multicast", "ipv6 multicast")


def _table(vrf: Vrf, number: int) -> str:
    return f"(Table ID = {number:#x}):" if vrf.ipv4 else "not active"


def _interfaces(device: Device, vrf: Vrf) -> Iterator[str]:
    names = _members(device, vrf)
    yield "  Interfaces:" if names else "  No interfaces"
    yield from _columns(names)


def _columns(words: Iterable[str]) -> Iterator[str]:
    """Up to three words on a line, as wide as IOS sets them, with blanks at the end."""
    listed = list(words)
    for start in range(0, len(listed), 3):
        yield "    " + " ".join(f"{word:<24}" for word in listed[start : start + 3])


def _family(device: Device, vrf: Vrf) -> Iterator[str]:
    if not old_software(device.router):
        yield "  Flags: 0x0"
    for word, targets in (("Export", vrf.exports), ("Import", vrf.imports)):
        yield f"  {'' if targets else 'No '}{word} VPN route-target communities"
        yield from _columns(f"RT:{t}" for t in sorted(targets))
    yield f"  Import route-map: {vrf.import_map}" if vrf.import_map else "  No import route-map"
    if not old_software(device.router):
        yield "  No global export route-map"
    yield f"  Export route-map: {vrf.export_map}" if vrf.export_map else "  No export route-map"
    yield "  VRF label distribution protocol: not configured"
    yield f"  VRF label allocation mode: {vrf.label_mode}{_aggregate(device, vrf)}"


def _aggregate(device: Device, vrf: Vrf) -> str:
    """The one label of a VRF that has only one."""
    allocated = device.state.bgp.allocated
    found = {n for (box, name, _), n in allocated.items() if (box, name) == (device.box, vrf.name)}
    return f" (Label {min(found)})" if vrf.label_mode != PER_PREFIX and len(found) == 1 else ""


FEATURE = Feature(
    commands={
        Mode.USER: {
            "show vrf [detail] [<name:word>]": _show_vrf,
            "show ip vrf [detail] [<name:word>]": _show_ip_vrf,
        },
    },
)
