"""Commands below `interface` and `router ospf`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Interface

from troubleshoot.lab.ios.config_commands import BAD_MASK, edit
from troubleshoot.lab.ios.context import Args, Context, Handler
from troubleshoot.lab.ios.device import network_of
from troubleshoot.lab.network.model import Interface, Ospf, OspfNetwork, PimMode

_NOT_ROUTING = """\
WARNING: "ip multicast-routing" is not configured,
         IP Multicast packets will not be forwarded"""


def change_interface(context: Context, change: Callable[[Interface], Interface]) -> str:
    """Apply a change to the interface that is being configured; no output."""
    interface = context.device.router.interface(context.target)
    if interface is None:
        return "% Interface does not exist"
    return edit(context, lambda r: r.with_interface(change(interface)))


def _pim(context: Context, args: Args) -> str:
    if "no" in args:
        return change_interface(context, lambda i: replace(i, pim=None))
    mode = next(m for m in PimMode if m.value in args)
    change_interface(context, lambda i: replace(i, pim=mode))
    return "" if context.device.router.multicast_routing else _NOT_ROUTING


def _dr_priority(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: replace(i, dr_priority=1 if "no" in args else int(args["priority"])))


def _shutdown(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: replace(i, shutdown="no" not in args))


def _description(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: replace(i, description="" if "no" in args else args["text"]))


def _ip_address(context: Context, args: Args) -> str:
    if "no" in args:
        return change_interface(context, lambda i: replace(i, address=None))
    network = network_of(args["address"], args["mask"])
    if network is None:
        return BAD_MASK
    address = IPv4Interface((args["address"], network.prefixlen))
    return change_interface(context, lambda i: replace(i, address=address))


def _ospf_cost(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: replace(i, ospf_cost=1 if "no" in args else int(args["cost"])))


def _boundary(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: replace(i, boundary=None if "no" in args else args["acl"]))


def _join(context: Context, args: Args) -> str:
    group = {IPv4Address(args["group"])}
    if "no" in args:
        return change_interface(context, lambda i: replace(i, join_groups=i.join_groups - group))
    return change_interface(context, lambda i: replace(i, join_groups=i.join_groups | group))


def _static_group(context: Context, args: Args) -> str:
    group = {IPv4Address(args["group"])}
    if "no" in args:
        return change_interface(context, lambda i: replace(i, static_groups=i.static_groups - group))
    return change_interface(context, lambda i: replace(i, static_groups=i.static_groups | group))


def _process(context: Context, change: Callable[[Ospf], Ospf]) -> str:
    number = int(context.target)
    ospf = tuple(change(p) if p.process == number else p for p in context.device.router.ospf)
    return edit(context, lambda r: replace(r, ospf=ospf))


def _network(context: Context, args: Args) -> str:
    network = network_of(args["network_address"], args["wild"], inverse=True)
    if network is None:
        return BAD_MASK
    line = {OspfNetwork(network, args["number"])}
    if "no" in args:
        return _process(context, lambda p: replace(p, networks=p.networks - line))
    return _process(context, lambda p: replace(p, networks=p.networks | line))


def _passive(context: Context, args: Args) -> str:
    name = {args["name"]}
    if "no" in args:
        return _process(context, lambda p: replace(p, passive=p.passive - name))
    return _process(context, lambda p: replace(p, passive=p.passive | name))


def _distribute(context: Context, args: Args) -> str:
    return _process(context, lambda p: replace(p, distribute_in=None if "no" in args else args["acl"]))


def _router_id(context: Context, args: Args) -> str:
    return _process(context, lambda p: replace(p, router_id=None if "no" in args else IPv4Address(args["id"])))


def _leave(context: Context, _: Args) -> str:
    return context.leave()


INTERFACE: dict[str, Handler] = {
    "[no] ip pim {sparse-mode|sparse-dense-mode|dense-mode}": _pim,
    "[no] ip pim dr-priority <priority:number>": _dr_priority,
    "no ip pim dr-priority": _dr_priority,
    "[no] shutdown": _shutdown,
    "[no] description <text:line>": _description,
    "no description": _description,
    "[no] ip address <address:address> <mask:mask>": _ip_address,
    "no ip address": _ip_address,
    "[no] ip ospf cost <cost:number>": _ospf_cost,
    "no ip ospf cost": _ospf_cost,
    "[no] ip multicast boundary <acl:word>": _boundary,
    "no ip multicast boundary": _boundary,
    "[no] ip igmp join-group <group:address>": _join,
    "[no] ip igmp static-group <group:address>": _static_group,
}
OSPF: dict[str, Handler] = {
    "[no] network <network_address:address> <wild:mask> area <number:word>": _network,
    "[no] passive-interface <name:interface>": _passive,
    "[no] distribute-list <acl:word> in": _distribute,
    "[no] router-id <id:address>": _router_id,
    "no router-id": _router_id,
}
LEAVE: dict[str, Handler] = {"exit": _leave}
