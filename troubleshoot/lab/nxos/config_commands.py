"""Global configuration, the vPC domain, VLANs."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from types import MappingProxyType
from typing import Final

from troubleshoot.lab.nxos.context import (
    CONFIG,
    EXEC,
    INTERFACE,
    INTERFACES,
    VLAN,
    VPC_DOMAIN,
    Args,
    Context,
    Handler,
    Rejected,
)
from troubleshoot.lab.nxos.model import DEFAULT_PRIORITY, Channel, Domain, Keepalive, Port
from troubleshoot.lab.nxos.names import channel_number, read_vlans, several
from troubleshoot.lab.nxos.running import FEATURES
from troubleshoot.lab.terminal import Question

_INVALID: Final = "% Invalid interface format at '^' marker."


def _leave(context: Context, args: Args) -> str:
    return context.go(EXEC if context.mode == CONFIG else CONFIG)


def _end(context: Context, args: Args) -> str:
    return context.go(EXEC)


# --- features and spanning tree -----------------------------------------------------------------------------------


def _feature(context: Context, args: Args) -> str:
    context.change(features=context.switch.features | {_known(args["name"])})
    return ""


def _known(name: str) -> str:
    if name not in FEATURES:
        raise Rejected("% Invalid command at '^' marker.")
    return name


def _no_feature(context: Context, args: Args) -> str:
    name, switch = _known(args["name"]), context.switch
    if name == "lacp" and any(p.channel is not None and p.channel_mode != "on" for p in switch.ports.values()):
        raise Rejected("ERROR: LACP can not be disabled: there are port channels in active or passive mode")
    context.change(features=switch.features - {name})
    if name == "vpc":
        _drop_domain(context)
    return ""


def _drop_domain(context: Context) -> None:
    """Without a domain no interface has a vPC."""
    channels = {number: replace(c, vpc=None, peer_link=False) for number, c in context.switch.channels.items()}
    context.change(domain=None, channels=MappingProxyType(channels))


def _stp_mode(context: Context, args: Args) -> str:
    context.change(stp_mode="mst" if "mst" in args else "rapid-pvst")
    return ""


def _loopguard(context: Context, args: Args) -> str:
    context.change(loopguard="no" not in args)
    return ""


def _hostname(context: Context, args: Args) -> str:
    context.change(hostname=args["name"])
    return ""


# --- VLANs --------------------------------------------------------------------------------------------------------


def _vlan(context: Context, args: Args) -> str:
    context.change(vlans=context.switch.vlans | _vlans(args["vlans"]))
    return context.go(VLAN)


def _vlans(text: str) -> frozenset[int]:
    found = read_vlans(text)
    if found is None:
        raise Rejected("% Invalid value/range at '^' marker.")
    return found


def _no_vlan(context: Context, args: Args) -> str:
    context.change(vlans=context.switch.vlans - _vlans(args["vlans"]) | {1})
    return ""


# --- the vPC domain -----------------------------------------------------------------------------------------------


def _domain(context: Context, args: Args) -> str:
    number, own = int(args["number"]), context.switch.domain
    if not 1 <= number <= 1000:
        raise Rejected("% Invalid number, range is (1-1000)")
    if own is None or own.number == number:
        context.change(domain=own or Domain(number))
        return context.go(VPC_DOMAIN)
    context.question = Question(
        "Changing domain id will flap peer-link and vPCs. Do you wish to continue(yes/no)? [no] ",
        lambda answer: _renumber(context, number) if answer.strip().lower() in ("y", "yes") else "",
    )
    return ""


def _renumber(context: Context, number: int) -> str:
    context.change_domain(number=number)
    return context.go(VPC_DOMAIN)


def _no_domain(context: Context, args: Args) -> str:
    if context.switch.domain is None or context.switch.domain.number != int(args["number"]):
        raise Rejected("ERROR: vPC domain does not exist")
    _drop_domain(context)
    return context.go(CONFIG)


def _keepalive(context: Context, args: Args) -> str:
    for name in ("destination_ip", "source_ip"):
        if name in args:
            _address(args[name])
    if "vrf" in args and args["name"] != "management":
        raise Rejected("ERROR: VRF does not exist")
    context.change_domain(keepalive=Keepalive(args["destination_ip"], args.get("source_ip", "")))
    return "Note:\n --------:: Management VRF will be used as the default VRF ::--------"


def _address(text: str) -> None:
    try:
        IPv4Address(text)
    except AddressValueError:
        raise Rejected("% Invalid IP address at '^' marker.") from None


def _no_keepalive(context: Context, args: Args) -> str:
    context.change_domain(keepalive=None)
    return ""


def _priority(context: Context, args: Args) -> str:
    context.change_domain(priority=DEFAULT_PRIORITY if "no" in args else int(args["number"]))
    return (
        ""
        if "no" in args
        else "Warning:\n !!:: vPCs will be flapped on current primary vPC switch while attempting role change ::!!"
    )


def _graceful(context: Context, args: Args) -> str:
    context.change_domain(graceful="no" not in args)
    return ""


def _peer_gateway(context: Context, args: Args) -> str:
    context.change_domain(peer_gateway="no" not in args)
    return ""


# --- interfaces ---------------------------------------------------------------------------------------------------


def _interface(context: Context, args: Args) -> str:
    names = _names(args["name"])
    for name in names:
        _exists(context, name)
    return context.go(INTERFACE if len(names) == 1 else INTERFACES, tuple(names))


def _names(text: str) -> list[str]:
    names = several(text)
    if not names:
        raise Rejected(_INVALID)
    return names


def _exists(context: Context, name: str) -> None:
    """A port channel is made by naming it; a port is there or not."""
    number = channel_number(name)
    if number is None and name not in context.switch.ports:
        raise Rejected(_INVALID)
    if number is not None and number not in context.switch.channels:
        if not 1 <= number <= 4096:
            raise Rejected(_INVALID)
        context.put(Channel(number))


def _no_interface(context: Context, args: Args) -> str:
    for name in _names(args["name"]):
        number = channel_number(name)
        if number is None or number not in context.switch.channels:
            raise Rejected(_INVALID)
        context.world.change(context.switch.without_channel(number))
    return context.go(CONFIG)


def _default_interface(context: Context, args: Args) -> str:
    for name in _names(args["name"]):
        if name not in context.switch.ports:
            raise Rejected(_INVALID)
        context.put(Port(name))
    return context.go(CONFIG)


COMMANDS: dict[str, Handler] = {
    "exit": _leave,
    "end": _end,
    "hostname <name>": _hostname,
    "feature <name>": _feature,
    "no feature <name>": _no_feature,
    "spanning-tree mode {rapid-pvst|mst}": _stp_mode,
    "[no] spanning-tree loopguard default": _loopguard,
    "vlan <vlans>": _vlan,
    "no vlan <vlans>": _no_vlan,
    "vpc domain <number:number>": _domain,
    "no vpc domain <number:number>": _no_domain,
    "interface <name:line>": _interface,
    "no interface <name:line>": _no_interface,
    "default interface <name:line>": _default_interface,
}
DOMAIN: dict[str, Handler] = {
    "exit": _leave,
    "peer-keepalive destination <destination_ip> [source <source_ip>] [vrf <name>]": _keepalive,
    "no peer-keepalive": _no_keepalive,
    "role priority <number:number>": _priority,
    "no role priority": _priority,
    "[no] graceful consistency-check": _graceful,
    "[no] peer-gateway": _peer_gateway,
}
VLANS: dict[str, Handler] = {"exit": _leave}
