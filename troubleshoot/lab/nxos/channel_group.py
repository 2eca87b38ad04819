"""Ports join and leave port channels: the rules of NX-OS for that.

A port has to be like the channel, or is made like it with `force`. All ports of a channel have one mode: to change it
they leave first. Without a mode a port joins statically. (Cisco, "Configuring Port Channels", compatibility.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from troubleshoot.lab.nxos.context import Context, Rejected
from troubleshoot.lab.nxos.model import MANAGEMENT, Channel, Layer2, Port

_FORCE: Final = (
    "\n** You can use force option to override the port's parameters"
    '\n** (e.g. "channel-group X force")'
    '\n** Use "show port-channel compatibility-parameters" to get more information on failure'
)


def join(context: Context, name: str, number: int, mode: str, *, force: bool) -> None:
    """Put a port into a channel, which is made where there is none. Raises Rejected."""
    port = context.switch.ports.get(name)
    if port is None or name == MANAGEMENT:
        raise Rejected("% Invalid command at '^' marker.")
    if mode != "on" and "lacp" not in context.switch.features:
        raise Rejected("% Invalid command at '^' marker.")
    _check_member(context, port, number, mode)
    channel = context.switch.channels.get(number) or Channel(number, layer2=port.layer2)
    unlike = _unlike(port.layer2, channel.layer2)
    if unlike and not force:
        raise Rejected(f"command failed: port not compatible [{unlike}]{_FORCE}")
    context.put(channel)
    context.put(replace(port, channel=number, channel_mode=mode, layer2=channel.layer2))


def _check_member(context: Context, port: Port, number: int, mode: str) -> None:
    if port.channel not in (None, number):
        raise Rejected(f"command failed: port already in a port-channel, no config change possible [{port.name}]")
    if port.channel == number and port.channel_mode != mode and "on" in (port.channel_mode, mode):
        raise Rejected(f"command failed: cannot change the mode of {port.name} while it is in port-channel{number}")
    others = [other for other in context.switch.members(number) if other.name != port.name]
    if any((other.channel_mode == "on") != (mode == "on") for other in others):
        raise Rejected(f"command failed: port-channel{number} has members in another mode")


def _unlike(port: Layer2, channel: Layer2) -> str:
    """The first parameter that keeps a port out."""
    pairs = (
        ("port mode", port.mode, channel.mode),
        ("Access VLAN", port.access, channel.access),
        ("Native VLAN", port.native, channel.native),
        ("Allowed VLAN list", port.allowed, channel.allowed),
        ("MTU", port.mtu, channel.mtu),
    )
    return next((name for name, ours, theirs in pairs if ours != theirs), "")


def leave(context: Context, name: str) -> None:
    """Take a port out of its channel; it keeps the settings that it had there. Raises Rejected."""
    port = context.switch.ports.get(name)
    if port is None:
        raise Rejected("% Invalid command at '^' marker.")
    context.put(replace(port, channel=None, channel_mode="on"))
