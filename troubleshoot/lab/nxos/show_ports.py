"""Port channels, LACP and the ports themselves, in the form of NX-OS 9.3."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from troubleshoot.lab.nxos import pair
from troubleshoot.lab.nxos.consistency import lacp_form
from troubleshoot.lab.nxos.context import Args, Context, Handler, Rejected
from troubleshoot.lab.nxos.links import ADMIN_DOWN, Member, partner, why_down
from troubleshoot.lab.nxos.model import MANAGEMENT, Channel, Network, Port, Switch
from troubleshoot.lab.nxos.names import channel_number, interface_name, short

_LEGEND = """\
Flags:  D - Down        P - Up in port-channel (members)
        I - Individual  H - Hot-standby (LACP only)
        s - Suspended   r - Module-removed
        b - BFD Session Wait
        S - Switched    R - Routed
        U - Up (port-channel)
        p - Up in delay-lacp mode (member)
        M - Not in use. Min-links not met
--------------------------------------------------------------------------------
Group Port-       Type     Protocol  Member Ports
      Channel
--------------------------------------------------------------------------------"""
_SLOW = 30.0  # seconds between two LACP frames


# --- show port-channel summary ------------------------------------------------------------------------------------


def _summary(context: Context, args: Args) -> str:
    network, switch = context.network, context.switch
    lines = [line for channel in switch.channels.values() for line in _summary_row(network, switch, channel)]
    return "\n".join([_LEGEND, *lines])


def _summary_row(network: Network, switch: Switch, channel: Channel) -> Iterator[str]:
    members = pair.final_members(network, switch, channel)
    name = f"{short(channel.name)}({_channel_flags(channel, members)})"
    protocol = "LACP" if any(m.port.channel_mode != "on" for m in members) else "NONE"
    head = f"{channel.number:<5} {name:<11} {'Eth':<8} {protocol:<9} "
    cells = [f"{short(member.port.name)}({member.flag})".ljust(13) for member in members]
    if not cells:
        yield f"{head}--"
    for start in range(0, len(cells), 3):
        yield (head if start == 0 else " " * len(head)) + "".join(cells[start : start + 3])


def _channel_flags(channel: Channel, members: Sequence[Member]) -> str:
    layer = "R" if channel.layer2.mode == "routed" else "S"
    if any(member.flag == "P" for member in members):
        return f"{layer}U"
    lit = sum(member.reason is None for member in members)
    return f"{layer}M" if 0 < lit < channel.min_links and not channel.shutdown else f"{layer}D"


# --- LACP ---------------------------------------------------------------------------------------------------------


def _chosen(context: Context, args: Args) -> list[tuple[Channel, list[Port]]]:
    """The channels that speak LACP: all, or the one that was named."""
    wanted = channel_number(interface_name(args["name"]) or "") if "name" in args else None
    if "name" in args and wanted not in context.switch.channels:
        raise Rejected("ERROR: port-channel does not exist")
    found = (channel for number, channel in context.switch.channels.items() if wanted in (None, number))
    pairs = [(channel, list(context.switch.members(channel.number))) for channel in found]
    return [(channel, ports) for channel, ports in pairs if any(port.channel_mode != "on" for port in ports)]


def _neighbor(context: Context, args: Args) -> str:
    lines = [
        "Flags:  S - Device is sending Slow LACPDUs F - Device is sending Fast LACPDUs",
        "        A - Device is in Active mode       P - Device is in Passive mode",
    ]
    for channel, ports in _chosen(context, args):
        lines.append(f"{channel.name} neighbors")
        for port in ports:
            lines += _neighbor_block(context, port)
    return "\n".join(lines)


def _neighbor_block(context: Context, port: Port) -> Iterator[str]:
    heard = partner(context.network, context.switch, port)
    system = f"32768,{lacp_form(heard)}" if heard else "0,0-0-0-0-0-0"
    number, age, flags = ("0x1", int(context.world.uptime), "SA") if heard else ("0x0", 0, "SP")
    yield "Partner's information"
    yield "            Partner                Partner                     Partner"
    yield "Port        System ID              Port Number     Age         Flags"
    yield f"{short(port.name):<11} {system:<22} {number:<15} {age:<11} {flags}"
    yield ""
    yield "            LACP Partner           Partner                     Partner"
    yield "            Port Priority          Oper Key                    Port State"
    yield f"            {'32768' if heard else '0':<22} {'0x1' if heard else '0x0':<27} {'0x3d' if heard else '0x0'}"
    yield ""


def _counters(context: Context, args: Args) -> str:
    lines = [
        "NOTE: Clear lacp counters to get accurate statistics",
        "",
        "-" * 78,
        "                             LACPDUs                      Markers/Resp LACPDUs",
        "Port              Sent                Recv                  Recv Sent  Pkts Err",
        "-" * 78,
    ]
    for channel, ports in _chosen(context, args):
        lines += [channel.name, *(_counter(context, port) for port in ports), ""]
    return "\n".join(lines)


def _counter(context: Context, port: Port) -> str:
    frames = int(context.world.uptime / _SLOW)
    sent = frames if why_down(context.network, context.switch, port) is None else 0
    former = context.world.heard.get((context.name, port.name), 0)
    received = former + (frames if partner(context.network, context.switch, port) else 0)
    return f"{port.name:<18} {sent:<20} {received:<22} {0:<4} {0:<5}{0:<4} {0}"


# --- interfaces ---------------------------------------------------------------------------------------------------


def _reason(network: Network, switch: Switch, port: Port) -> str | None:
    """Why a port is down, by itself or as part of its channel."""
    channel = switch.channels.get(port.channel or 0)
    if channel is None:
        return why_down(network, switch, port)
    found = (m for m in pair.final_members(network, switch, channel) if m.port.name == port.name)
    return next((member.reason for member in found), None)


def _channel_reason(network: Network, switch: Switch, channel: Channel) -> str | None:
    if pair.channel_up(network, switch, channel):
        return None
    if channel.shutdown:
        return ADMIN_DOWN
    return pair.BY_VPC if pair.suspension(network, switch, channel) else "No operational members"


def _brief(context: Context, args: Args) -> str:
    network, switch = context.network, context.switch
    rule = "-" * 80
    management = switch.ports[MANAGEMENT]
    lines = ["", rule, "Port   VRF          Status IP Address                              Speed    MTU", rule]
    state = "down" if management.shutdown else "up"
    lines.append(f"mgmt0  --           {state:<6} {management.address.partition('/')[0] or '--':<39} 1000     1500")
    lines += ["", rule, "Ethernet        VLAN    Type Mode   Status  Reason                 Speed     Port"]
    lines += ["Interface                                                                    Ch #", rule]
    lines += [_port_row(network, switch, port) for port in switch.ports.values() if port.name != MANAGEMENT]
    lines += ["", rule, "Port-channel VLAN    Type Mode   Status  Reason                    Speed   Protocol"]
    lines += ["Interface", rule, *(_channel_row(network, switch, channel) for channel in switch.channels.values())]
    return "\n".join(lines)


def _vlan(item: Port | Channel) -> str:
    numbers = {"access": item.layer2.access, "trunk": item.layer2.native}
    return str(numbers.get(item.layer2.mode, "--"))


def _port_row(network: Network, switch: Switch, port: Port) -> str:
    reason = _reason(network, switch, port)
    state, speed = ("up", "10G(D)") if reason is None else ("down", "auto(D)")
    group = str(port.channel) if port.channel is not None else "--"
    mode = f"{port.layer2.mode:<6} {state:<7}"
    return f"{short(port.name):<15} {_vlan(port):<7} eth  {mode} {reason or 'none':<22} {speed:>8} {group}"


def _channel_row(network: Network, switch: Switch, channel: Channel) -> str:
    reason = _channel_reason(network, switch, channel)
    state, speed = ("up", "a-10G(D)") if reason is None else ("down", "auto(I)")
    protocol = "lacp" if any(p.channel_mode != "on" for p in switch.members(channel.number)) else "none"
    mode = f"{channel.layer2.mode:<6} {state:<7}"
    return f"{short(channel.name):<12} {_vlan(channel):<7} eth  {mode} {reason or 'none':<26} {speed:>8}  {protocol}"


def _interface(context: Context, args: Args) -> str:
    name = interface_name(args["name"])
    try:
        item = context.interface(name or "")
    except KeyError:
        raise Rejected("% Invalid interface format at '^' marker.") from None
    found = _port_lines if isinstance(item, Port) else _channel_lines
    return "\n".join(found(context, item))  # type: ignore[arg-type]


def _port_lines(context: Context, port: Port) -> Iterator[str]:
    reason = None if port.name == MANAGEMENT and not port.shutdown else _reason(context.network, context.switch, port)
    yield f"{port.name} is up" if reason is None else f"{port.name} is down ({reason})"
    yield f"admin state is {'down' if port.shutdown else 'up'}, Dedicated Interface"
    if port.channel is not None:
        yield f"  Belongs to Po{port.channel}"
    yield from _common(port)


def _channel_lines(context: Context, channel: Channel) -> Iterator[str]:
    reason = _channel_reason(context.network, context.switch, channel)
    yield f"{channel.name} is up" if reason is None else f"{channel.name} is down ({reason})"
    yield f"admin state is {'down' if channel.shutdown else 'up'}"
    if channel.vpc is not None:
        view = pair.view(context.network, context.switch, channel)
        yield f" vPC Status: {'Up' if view.up else 'Down'}, vPC number: {channel.vpc}"
    yield from _common(channel)
    ports = context.switch.members(channel.number)
    if ports:
        listed = ", ".join(short(port.name) for port in ports)
        yield from textwrap.wrap(f"Members in this channel: {listed}", 78, initial_indent="  ")


def _common(item: Port | Channel) -> Iterator[str]:
    if item.description:
        yield f"  Description: {item.description}"
    yield f"  MTU {item.layer2.mtu} bytes, BW 10000000 Kbit , DLY 10 usec"
    yield f"  Port mode is {item.layer2.mode}"
    yield "  full-duplex, 10 Gb/s"


COMMANDS: dict[str, Handler] = {
    "show port-channel summary": _summary,
    "show lacp neighbor": _neighbor,
    "show lacp neighbor interface <name:line>": _neighbor,
    "show lacp counters": _counters,
    "show lacp counters interface <name:line>": _counters,
    "show interface brief": _brief,
    "show interface <name:line>": _interface,
}
