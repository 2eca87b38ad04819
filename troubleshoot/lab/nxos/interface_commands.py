"""What is configured on an interface or on several: state, layer 2, membership in a channel, vPC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Interface, NetmaskValueError
from typing import Any

from troubleshoot.lab.nxos.channel_group import join, leave
from troubleshoot.lab.nxos.context import CONFIG, Args, Context, Handler, Rejected
from troubleshoot.lab.nxos.model import ALL_VLANS, MANAGEMENT, Channel, Port
from troubleshoot.lab.nxos.names import read_vlans


def _leave(context: Context, args: Args) -> str:
    return context.go(CONFIG)


def _each(change: Callable[[Port | Channel], Port | Channel], context: Context) -> str:
    for item in context.interfaces():
        context.put(change(item))
    return ""


def _set(context: Context, **changes: Any) -> str:
    """Change values that ports and channels have alike."""
    return _each(lambda item: replace(item, **changes), context)


def _layer2(context: Context, **changes: Any) -> str:
    """Change layer 2. A port in a channel takes it from there."""
    for item in context.interfaces():
        if isinstance(item, Port) and item.channel is not None:
            raise Rejected(f"ERROR: {item.name}: can't change it, the port is a member of port-channel{item.channel}")
        if isinstance(item, Port) and item.name == MANAGEMENT:
            raise Rejected("% Invalid command at '^' marker.")
    return _each(lambda item: replace(item, layer2=replace(item.layer2, **changes)), context)


def _description(context: Context, args: Args) -> str:
    return _set(context, description=args["text"])


def _no_description(context: Context, args: Args) -> str:
    return _set(context, description="")


def _shutdown(context: Context, args: Args) -> str:
    return _set(context, shutdown="no" not in args)


# --- layer 2 ------------------------------------------------------------------------------------------------------


def _switchport(context: Context, args: Args) -> str:
    return _layer2(context, mode="routed" if "no" in args else "access")


def _keep_switchport(context: Context, args: Args) -> str:
    """`switchport` alone says that it is no routed port; access and trunk stay what they are."""
    if any(item.layer2.mode == "routed" for item in context.interfaces()):
        return _layer2(context, mode="access")
    return ""


def _mode(context: Context, args: Args) -> str:
    return _layer2(context, mode="trunk" if "trunk" in args else "access")


def _access(context: Context, args: Args) -> str:
    return _layer2(context, access=1 if "no" in args else _vlan(args["vlan"]))


def _vlan(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 4094:
        raise Rejected("% Invalid number, range is (1-3967,4048-4093)")
    return int(text)


def _native(context: Context, args: Args) -> str:
    return _layer2(context, native=1 if "no" in args else _vlan(args["vlan"]))


def _allowed(context: Context, args: Args) -> str:
    given = read_vlans(args["vlans"])
    if given is None:
        raise Rejected("% Invalid value/range at '^' marker.")
    for item in context.interfaces():
        if "add" in args:
            given = item.layer2.allowed | given
        elif "remove" in args:
            given = item.layer2.allowed - given
    return _layer2(context, allowed=given)


def _all_allowed(context: Context, args: Args) -> str:
    return _layer2(context, allowed=ALL_VLANS)


_EDGE = (
    "Warning: Edge port type (portfast) should only be enabled on ports connected to a single\n"
    " host. Connecting hubs, concentrators, switches, bridges, etc...  to this\n"
    " interface when edge port type (portfast) is enabled, can cause temporary bridging loops.\n"
    " Use with CAUTION\n"
)


def _port_type(context: Context, args: Args) -> str:
    kinds = [kind for kind in ("edge", "trunk", "network", "normal") if kind in args]
    _layer2(context, port_type="" if "no" in args else " ".join(kinds))
    return _EDGE if "edge" in args and "no" not in args else ""


def _mtu(context: Context, args: Args) -> str:
    size = int(args["bytes"])
    if not 1500 <= size <= 9216:
        raise Rejected("% Invalid number, range is (1500-9216)")
    return _layer2(context, mtu=size)


# --- channels and vPC ---------------------------------------------------------------------------------------------


def _channel_group(context: Context, args: Args) -> str:
    mode = next((mode for mode in ("active", "passive") if mode in args), "on")
    for name in context.targets:
        join(context, name, int(args["number"]), mode, force="force" in args)
    return ""


def _no_channel_group(context: Context, args: Args) -> str:
    for name in context.targets:
        leave(context, name)
    return ""


def _channel(context: Context) -> Channel:
    """The one port channel being configured; these lines mean nothing elsewhere."""
    items = context.interfaces()
    if len(items) != 1 or not isinstance(items[0], Channel):
        raise Rejected("% Invalid command at '^' marker.")
    return items[0]


def _vpc(context: Context, args: Args) -> str:
    channel, number = _channel(context), int(args["number"])
    if context.switch.domain is None:
        raise Rejected("ERROR: Operation failed: [vPC domain is not configured]")
    taken = context.switch.carrying(number)
    if channel.peer_link or (channel.vpc not in (None, number)) or (taken is not None and taken != channel):
        raise Rejected("ERROR: Operation failed: [vPC already exists]")
    context.put(replace(channel, vpc=number))
    return ""


def _no_vpc(context: Context, args: Args) -> str:
    context.put(replace(_channel(context), vpc=None))
    return ""


def _peer_link(context: Context, args: Args) -> str:
    channel = _channel(context)
    if context.switch.domain is None or channel.vpc is not None or context.switch.peer_link not in (None, channel):
        raise Rejected("ERROR: Operation failed: [vPC peer-link can not be set]")
    layer2 = replace(channel.layer2, port_type="network")
    context.put(replace(channel, peer_link=True, layer2=layer2))
    return (
        'Please note that spanning tree port type is changed to "network" port type on vPC peer-link.\n'
        "This will enable spanning tree Bridge Assurance on vPC peer-link provided the STP Bridge Assurance\n"
        "(which is enabled by default) is not disabled."
    )


def _no_peer_link(context: Context, args: Args) -> str:
    context.put(replace(_channel(context), peer_link=False))
    return ""


def _suspend(context: Context, args: Args) -> str:
    channel = _channel(context)
    if not channel.shutdown and context.switch.members(channel.number):
        raise Rejected(f"ERROR: Cannot set/reset lacp suspend-individual for {channel.name} that is admin up")
    wanted = "no" not in args
    context.put(replace(channel, suspend_individual=None if wanted == context.switch.suspends else wanted))
    return ""


def _min_links(context: Context, args: Args) -> str:
    context.put(replace(_channel(context), min_links=1 if "no" in args else int(args["number"])))
    return ""


def _max_bundle(context: Context, args: Args) -> str:
    context.put(replace(_channel(context), max_bundle=32 if "no" in args else int(args["number"])))
    return ""


# --- the management port ------------------------------------------------------------------------------------------


def _address(context: Context, args: Args) -> str:
    (item,) = context.interfaces()
    try:
        address = IPv4Interface(args["address"])
    except (AddressValueError, NetmaskValueError, ValueError):
        raise Rejected("% Invalid IP address at '^' marker.") from None
    if not isinstance(item, Port) or item.name != MANAGEMENT:
        raise Rejected("% Invalid command at '^' marker.")
    context.put(replace(item, address=str(address)))
    return ""


def _member(context: Context, args: Args) -> str:
    if context.targets != (MANAGEMENT,) or args["name"] != "management":
        raise Rejected("% Invalid command at '^' marker.")
    return ""


COMMANDS: dict[str, Handler] = {
    "exit": _leave,
    "description <text:line>": _description,
    "no description": _no_description,
    "[no] shutdown": _shutdown,
    "switchport": _keep_switchport,
    "no switchport": _switchport,
    "switchport mode {access|trunk}": _mode,
    "switchport access vlan <vlan>": _access,
    "no switchport access vlan [<vlan>]": _access,
    "switchport trunk native vlan <vlan>": _native,
    "no switchport trunk native vlan [<vlan>]": _native,
    "switchport trunk allowed vlan [{add|remove}] <vlans>": _allowed,
    "switchport trunk allowed vlan all": _all_allowed,
    "no switchport trunk allowed vlan": _all_allowed,
    "spanning-tree port type {edge|network|normal}": _port_type,
    "spanning-tree port type edge trunk": _port_type,
    "no spanning-tree port type": _port_type,
    "mtu <bytes:number>": _mtu,
    "channel-group <number:number> [force] [mode {on|active|passive}]": _channel_group,
    "no channel-group [<number:number>]": _no_channel_group,
    "vpc <number:number>": _vpc,
    "no vpc [<number:number>]": _no_vpc,
    "vpc peer-link": _peer_link,
    "no vpc peer-link": _no_peer_link,
    "[no] lacp suspend-individual": _suspend,
    "lacp min-links <number:number>": _min_links,
    "no lacp min-links": _min_links,
    "lacp max-bundle <number:number>": _max_bundle,
    "no lacp max-bundle": _max_bundle,
    "ip address <address>": _address,
    "vrf member <name>": _member,
}
