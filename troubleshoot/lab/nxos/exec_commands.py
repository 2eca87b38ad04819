"""Commands of EXEC: terminal, features, configuration files, checkpoints, the management network."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType

from troubleshoot.lab.nxos import running, show_ports, show_vpc
from troubleshoot.lab.nxos.context import CONFIG, Args, Context, Handler, Rejected
from troubleshoot.lab.nxos.model import MANAGEMENT, Port
from troubleshoot.lab.nxos.names import channel_number, interface_name

_COPIED = (
    "[########################################] 100%\n"
    "Copy complete, now saving to disk (please wait)...\nCopy complete."
)


def _configure(context: Context, args: Args) -> str:
    context.go(CONFIG)
    return "Enter configuration commands, one per line. End with CNTL/Z."


def _exit(context: Context, args: Args) -> str:
    context.closed = True
    return ""


def _length(context: Context, args: Args) -> str:
    context.page_length = int(args["lines"])
    return ""


def _nothing(context: Context, args: Args) -> str:
    return ""


def _features(context: Context, args: Args) -> str:
    rows = [
        f"{name:<22} 1          {'enabled' if name in context.switch.features else 'disabled'}"
        for name in running.FEATURES
    ]
    return "\n".join(["Feature Name          Instance    State", "--------------------  --------  --------", *rows])


# --- configuration ------------------------------------------------------------------------------------------------


def _running(context: Context, args: Args) -> str:
    return running.text("show running-config", context.switch, context.world.clock(), running.whole(context.switch))


def _startup(context: Context, args: Args) -> str:
    saved = context.world.startup[context.name]
    return running.text("show startup-config", saved, context.world.clock(), running.whole(saved))


def _running_vpc(context: Context, args: Args) -> str:
    lines = running.vpc_part(context.switch)
    return running.text("show running-config vpc", context.switch, context.world.clock(), lines)


def _running_interface(context: Context, args: Args) -> str:
    typed, _, last = args["name"].strip().rpartition(" ")
    membership = bool(typed) and "membership".startswith(last.lower()) and len(last) > 1
    name = interface_name(typed if membership else args["name"])
    switch = context.switch
    number = channel_number(name or "")
    if number is not None and number in switch.channels:
        lines = list(running.channel_block(switch.channels[number]))
        ports = switch.members(number) if membership else ()
        lines += [line for port in ports for line in running.port_block(port)]
    elif name is not None and name in switch.ports and not membership:
        lines = list(running.port_block(switch.ports[name]))
    else:
        raise Rejected("% Invalid interface format at '^' marker.")
    command = f"show running-config interface {name}{' membership' if membership else ''}"
    return running.text(command, switch, context.world.clock(), lines)


def _save(context: Context, args: Args) -> str:
    context.world.startup[context.name] = context.switch
    return _COPIED


# --- checkpoints --------------------------------------------------------------------------------------------------


def _checkpoint(context: Context, args: Args) -> str:
    key = (context.name, args["name"])
    if key in context.world.checkpoints:
        raise Rejected("ERROR: Checkpoint already exists")
    context.world.checkpoints[key] = context.switch
    return ".Done"


def _no_checkpoint(context: Context, args: Args) -> str:
    if context.world.checkpoints.pop((context.name, args["name"]), None) is None:
        raise Rejected("ERROR: Checkpoint does not exist")
    return ".Done"


def _rollback(context: Context, args: Args) -> str:
    saved = context.world.checkpoints.get((context.name, args["name"]))
    if saved is None:
        raise Rejected("ERROR: Checkpoint does not exist")
    context.world.change(replace(saved, ports=MappingProxyType(dict(saved.ports))))
    return (
        "Note: Applying config parallelly may fail Rollback verification\n"
        "Collecting Running-Config\n#Generating Rollback Patch\nExecuting Rollback Patch\n"
        "Generating Running-config for verification\nGenerating Patch for verification\nVerification is Successful.\n\n"
        "Rollback completed successfully."
    )


def _checkpoints(context: Context, args: Args) -> str:
    names = [name for switch, name in context.world.checkpoints if switch == context.name]
    return "\n".join(["User Checkpoint Summary", *(f"{number}) {name}:" for number, name in enumerate(names, 1))])


# --- the rest -----------------------------------------------------------------------------------------------------


def _vlans(context: Context, args: Args) -> str:
    rows = [f"{vlan:<4} {_vlan_name(vlan):<32} active" for vlan in sorted(context.switch.vlans)]
    head = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    return "\n".join([*head, *rows])


def _vlan_name(vlan: int) -> str:
    return "default" if vlan == 1 else f"VLAN{vlan:04}"


def _addresses(context: Context, args: Args) -> str:
    port: Port = context.switch.ports[MANAGEMENT]
    head = ['IP Interface Status for VRF "management"(2)', "Interface            IP Address      Interface Status"]
    state = "down" if port.shutdown else "up"
    if not port.address:
        return "\n".join(head)
    row = f"mgmt0                {port.address.partition('/')[0]:<15} protocol-{state}/link-{state}/admin-{state}"
    return "\n".join([*head, f"{row}       "])


def _clock(context: Context, args: Args) -> str:
    return time.strftime("%H:%M:%S.000 UTC %a %b %e %Y", time.gmtime(context.world.clock()))


def _ping(context: Context, args: Args) -> str:
    network, address = context.network, args["address"]
    targets = {
        port.address.partition("/")[0]
        for s in network.switches.values()
        for port in (s.ports[MANAGEMENT],)
        if not port.shutdown
    }
    answers = address in targets and not network.management_cut and not context.switch.ports[MANAGEMENT].shutdown
    lines = [f"PING {address} ({address}): 56 data bytes"]
    lines += [
        f"64 bytes from {address}: icmp_seq={n} ttl=254 time=0.6 ms" if answers else "Request 0 timed out"
        for n in range(5)
    ]
    lost = "0.00%" if answers else "100.00%"
    received = 5 if answers else 0
    summary = f"5 packets transmitted, {received} packets received, {lost} packet loss"
    return "\n".join([*lines, "", f"--- {address} ping statistics ---", summary])


COMMANDS: dict[str, Handler] = {
    "configure [terminal]": _configure,
    "exit": _exit,
    "end": _nothing,
    "terminal length <lines:number>": _length,
    "terminal width <columns:number>": _nothing,
    "show feature": _features,
    "show running-config": _running,
    "show running-config vpc": _running_vpc,
    "show running-config interface <name:line>": _running_interface,
    "show startup-config": _startup,
    "copy running-config startup-config": _save,
    "checkpoint <name>": _checkpoint,
    "no checkpoint <name>": _no_checkpoint,
    "rollback running-config checkpoint <name>": _rollback,
    "show checkpoint summary": _checkpoints,
    "show vlan [brief]": _vlans,
    "show ip interface brief vrf {management|all}": _addresses,
    "show clock": _clock,
    "ping <address> vrf management": _ping,
    **show_vpc.COMMANDS,
    **show_ports.COMMANDS,
}
