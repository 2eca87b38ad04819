"""What a Catalyst switch shows about its stack, its template, its tables and itself."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.ios.device import Device, uptime
from troubleshoot.lab.network.catalyst import ABSENT_MAC, Catalyst, Member, Template, entries, sizes

_ROWS = (
    "number of unicast mac addresses:",
    "number of IPv4 IGMP groups + multicast routes:",
    "number of IPv4 unicast routes:",
    "  number of directly-connected IPv4 hosts:",
    "  number of indirect IPv4 routes:",
    "number of IPv4 policy based routing aces:",
    "number of IPv4/MAC qos aces:",
    "number of IPv4/MAC security aces:",
)
_SYSTEM_ROUTES = 34  # entries that the switch needs for itself


def stack(device: Device, *, detail: bool) -> str:
    """`show switch [detail]`."""
    switch = device.router.part(Catalyst)
    head = (
        f"Switch/Stack Mac Address : {switch.master.mac}",
        "                                           H/W   Current",
        "Switch#  Role   Mac Address     Priority Version  State ",
        "----------------------------------------------------------",
    )
    rows = [_member(device, switch, member) for member in switch.members]
    return "\n".join((*head, *rows, *(_ports(switch) if detail else ())))


def _member(device: Device, switch: Catalyst, member: Member) -> str:
    state = switch.state(member, device.world.running_for(device.name))
    master = member == switch.master
    mac = member.mac if member.present else ABSENT_MAC
    role = "Master" if master else "Member"
    priority = member.priority if member.present else 0
    mark = "*" if master else " "
    return f"{mark}{member.number}       {role} {mac}     {priority:<2}     0       {state:<20}"


def _ports(switch: Catalyst) -> Iterator[str]:
    """The ring of stack cables: an absent member leaves both its ends down."""
    ring = switch.members
    yield from ("", "", "", "         Stack Port Status             Neighbors     ")
    yield from ("Switch#  Port 1     Port 2           Port 1   Port 2 ", "-" * 56)
    for index, member in enumerate(ring):
        if member.present:
            ends = (ring[index - 1], ring[(index + 1) % len(ring)])
            status = ["Ok" if end.present and end != member else "Down" for end in ends]
            names = [str(end.number) if s == "Ok" else "None" for end, s in zip(ends, status, strict=True)]
            ports = f"{status[0]:>4}       {status[1]:>4}"
            yield f"  {member.number}       {ports}             {names[0]:>4}     {names[1]:>4} "


def template(device: Device, asked: Template | None) -> str:
    """`show sdm prefer`, or the sizes of another template."""
    switch = device.router.part(Catalyst)
    shown = asked or switch.template
    name = switch.name(shown)
    vlans = 255 if switch.layer2 else 1024
    lines = [
        f' "{name}" template:' if asked else f' The current template is "{name}" template.',
        " The selected template optimizes the resources in",
        " the switch to support this level of features for",
        f" 8 routed interfaces and {vlans} VLANs. ",
        "",
    ]
    lines += [f"  {row:<50}{size}" for row, size in zip(_ROWS, sizes(switch, shown), strict=True)]
    if asked is None and switch.stored is not None:
        lines += ["", f' On next reload, template will be "{switch.name(switch.stored)}" template.']
    return "\n".join((*lines, ""))


def tcam(device: Device) -> str:
    """`show platform tcam utilization`."""
    switch = device.router.part(Catalyst)
    room = [entries(size) for size in sizes(switch, switch.template)]
    indirect = sum(not route.connected for route in device.state.ribs[device.name].routes)
    rows = (
        ("Unicast mac addresses:", room[0], learned(switch)),
        ("IPv4 IGMP groups + multicast routes:", room[1], 1),
        ("IPv4 unicast directly-connected routes:", room[3], min(switch.neighbors, room[3])),
        ("IPv4 unicast indirectly-connected routes:", room[4], min(_SYSTEM_ROUTES + indirect, room[4])),
        ("IPv4 policy based routing aces:", room[5], 0),
        ("IPv4 qos aces:", room[6], 21),
        ("IPv4 security aces:", room[7], switch.aces),
    )
    lines = [
        "",
        "CAM Utilization for ASIC# 0                      Max            Used",
        "                                             Masks/Values    Masks/values",
        "",
    ]
    lines += [f" {name:<42}{f'{size}/{size}':>12}{f'{used}/{used}':>15}" for name, size, used in rows]
    return "\n".join(
        (
            *lines,
            "",
            "Note: Allocation of TCAM entries per feature uses",
            "a complex algorithm. The above information is meant",
            "to provide an abstract view of the current TCAM utilization",
        )
    )


def learned(switch: Catalyst) -> int:
    """How many MAC addresses the switch knows."""
    return sum(count for _, count in switch.macs)


def mac_count(device: Device) -> str:
    """`show mac address-table count`."""
    switch = device.router.part(Catalyst)
    lines: list[str] = []
    for vlan, count in switch.macs:
        lines += ["", f"Mac Entries for Vlan {vlan}:", "---------------------------"]
        lines += [
            f"Dynamic Address Count  : {count}",
            "Static  Address Count  : 0",
            f"Total Mac Addresses    : {count}",
        ]
    free = max(0, entries(sizes(switch, switch.template)[0]) - learned(switch))
    return "\n".join((*lines, "", f"Total Mac Address Space Available: {free}"))


def version(device: Device) -> str:
    """`show version` of a switch."""
    switch = device.router.part(Catalyst)
    master = switch.master
    image, kind = master.image.rpartition("-")[0].lower(), master.image.partition("-")[0]
    head = (
        f"Cisco IOS Software, {kind} Software ({master.image}), Version {master.version}, RELEASE SOFTWARE (fc1)",
        "Simulated switch (troubleshoot lab)",
        "",
        f"ROM: Bootstrap program is {kind} boot loader",
        "",
        f"{device.router.hostname} uptime is {uptime(device.uptime)}",
        f"System returned to ROM by {'reload' if device.boots else 'power-on'}",
        f'System image file is "flash:/{image}-mz.bin"',
        "",
        f"cisco {master.model} (PowerPC405) processor with 131072K bytes of memory.",
        f"Processor board ID {master.serial}",
        f"{len(device.router.interfaces)} Virtual Ethernet interfaces",
        "",
        f"Model number                    : {master.model}",
        "",
        "Switch Ports Model              SW Version            SW Image                 ",
        "------ ----- -----              ----------            ----------               ",
    )
    joined = (m for m in switch.members if m.present)
    rows = [
        f"{'*' if m == master else ' '}{m.number:>5} {m.ports:<5} {m.model:<18} {m.version:<21} {m.image:<25}"
        for m in joined
    ]
    return "\n".join((*head, *rows, "", "Configuration register is 0xF", ""))


def inventory(device: Device) -> str:
    """`show inventory`."""
    members = [m for m in device.router.part(Catalyst).members if m.present]
    return "\n\n".join(
        f'NAME: "{m.number}", DESCR: "{m.model}"\nPID: {m.model:<18}, VID: V05  , SN: {m.serial}' for m in members
    )
