"""The system itself: identity, network, processes, power, policy refresh."""

from __future__ import annotations

import zlib
from typing import Annotated

from pydantic import Field, StringConstraints

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.system import identity, network, policy, power, processes
from troubleshoot.lab.windows.system.state import Adapter, SystemState
from troubleshoot.lab.windows.topic import Part, Topic


class AdapterPart(Part):
    """One adapter; without ``addresses`` the first one has those of the host."""

    description: str = "Microsoft Hyper-V Network Adapter"
    mac: Annotated[str, StringConstraints(pattern=r"^([0-9A-F]{2}-){5}[0-9A-F]{2}$")] | None = None
    addresses: tuple[str, ...] | None = None
    mask: str = "255.255.255.0"
    gateway: str = ""
    dns: tuple[str, ...] = ()
    connected: bool = True
    registers: bool = True


class SystemPart(Part):
    """Hardware, adapters by name, shares by name, and the domain groups of whoever logs on."""

    manufacturer: str = "Microsoft Corporation"
    model: str = "Virtual Machine"
    memory_mb: int = Field(default=8192, ge=512)
    adapters: dict[str, AdapterPart] = Field(default_factory=lambda: {"Ethernet": AdapterPart()})
    shares: dict[str, str] = Field(default_factory=dict)
    boot_seconds: float = Field(default=60.0, ge=0)
    answers_ping: bool = True
    groups: tuple[str, ...] = ("Domain Admins", "Domain Users")


def _build(machine: Machine, part: SystemPart) -> SystemState:
    state = SystemState(part.manufacturer, part.model, part.memory_mb)
    state.boot_seconds, state.answers_ping, state.groups = part.boot_seconds, part.answers_ping, part.groups
    for number, (name, item) in enumerate(part.adapters.items()):
        own = machine.addresses if number == 0 else ()
        addresses = list(own if item.addresses is None else item.addresses)
        state.adapters[name] = Adapter(
            name,
            item.description,
            item.mac or _mac(machine, number),
            addresses,
            item.mask,
            item.gateway,
            list(item.dns) or _dns(machine),
            item.connected,
            item.registers,
        )
    state.shares = {"C$": "C:\\", "IPC$": "", "ADMIN$": "C:\\Windows", **part.shares}
    if machine.role >= 4:
        domain = machine.fqdn.partition(".")[2]
        sysvol = "C:\\Windows\\SYSVOL\\sysvol"
        state.shares = {**state.shares, "NETLOGON": f"{sysvol}\\{domain}\\SCRIPTS", "SYSVOL": sysvol}
    return state


def _mac(machine: Machine, number: int) -> str:
    """In the range that Hyper-V gives out, always the same for a host."""
    value = zlib.crc32(f"{machine.name}/{number}".encode()) & 0xFFFFFF
    return "-".join(["00", "15", "5D", *(f"{value >> shift & 0xFF:02X}" for shift in (16, 8, 0))])


def _dns(machine: Machine) -> list[str]:
    directory = machine.estate.directory
    names = list(directory.controllers) if directory is not None else []
    return [machine.estate.machines[name].addresses[0] for name in names if machine.estate.machines[name].addresses]


_CIMV2 = "root\\cimv2"
TOPIC = Topic(
    section="system",
    schema=SystemPart,
    build=_build,
    tools={
        "hostname": identity.hostname,
        "whoami": identity.whoami,
        "systeminfo": identity.systeminfo,
        "ipconfig": network.ipconfig,
        "ping": network.ping,
        "tasklist": processes.tasklist,
        "gpupdate": policy.gpupdate,
        "net share": policy.net_share,
        "chcp": policy.chcp,
        "timeout": policy.timeout,
        "shutdown": power.shutdown,
    },
    cmdlets={"restart-computer": power.restart_computer, "get-process": processes.get_process},
    wmi={
        (_CIMV2, "win32_operatingsystem"): identity.win32_operating_system,
        (_CIMV2, "win32_computersystem"): identity.win32_computer_system,
        (_CIMV2, "win32_process"): processes.win32_process,
    },
    standard=True,
)
