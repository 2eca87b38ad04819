"""Virtual machines of one Hyper-V host: states, adapters with their ports, and who gets which part of the memory."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.windows.events import ERROR, write_event
from troubleshoot.lab.windows.machine import Estate, Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import PsEnum, PsError

WORKER: Final = "Microsoft-Windows-Hyper-V-Worker"
VMMS: Final = "Microsoft-Windows-Hyper-V-VMMS"
RUNNING, OFF, PAUSED, SAVED = (
    PsEnum("Running", 2),
    PsEnum("Off", 3),
    PsEnum("Paused", 9),
    PsEnum("Saved", 6),
)
# WMI v1 and v2 count differently from the module.
WMI_STATES: Final = {"Running": (2, 2), "Off": (3, 3), "Paused": (32768, 9), "Saved": (32769, 6)}
_NAMESPACE: Final = uuid.UUID("7f0c6a52-94b1-4f86-9d5e-0c6c3f1d2b7a")


def identifier(*parts: str) -> str:
    """A GUID, always the same for the same names."""
    return str(uuid.uuid5(_NAMESPACE, "\\".join(parts))).upper()


@dataclass(slots=True)
class VmNic:
    """One adapter of a machine; ``switch`` None: not connected. ``mac`` is written ``00155D0A1E0B``."""

    id: str
    name: str
    mac: str
    switch: str | None
    network: str  # what the switch is connected to: adapters see each other on one network and VLAN
    spoofing: bool = False
    vlan: int = 0
    legacy: bool = False


@dataclass(slots=True)
class VmMemory:
    """MB. ``demand`` is what the guest wants; ``reports`` is false without integration services."""

    dynamic: bool
    startup: int
    minimum: int
    maximum: int
    buffer: int = 20
    weight: int = 50
    demand: int = 0
    saved: int = 0  # what a saved machine needs to come back
    reports: bool = True
    takes: bool = True  # false: the guest cannot add memory

    @property
    def floor(self) -> int:
        return self.minimum if self.dynamic else self.startup

    @property
    def ceiling(self) -> int:
        return self.maximum if self.dynamic else self.startup


@dataclass(slots=True)
class Vm:
    id: str
    name: str
    state: PsEnum
    memory: VmMemory
    nics: list[VmNic] = field(default_factory=list)
    node: int = 0  # NUMA
    assigned: int = 0  # MB, by the balancer


@dataclass(slots=True)
class HyperV:
    """The state of the role. ``total`` is the memory for machines, without the reserve of the host, in MB."""

    machine: Machine
    total: int
    vms: list[Vm]
    switches: dict[str, str]  # name -> network
    spanning: bool = True
    nodes: tuple[int, ...] = ()
    balancer: bool = True  # false: 2008 R2 without Service Pack 1

    @property
    def module(self) -> bool:
        """The Hyper-V module and WMI v2 came with 2012."""
        return self.machine.personality.version >= (6, 2)

    @property
    def available(self) -> int:
        """MB that machines can still get."""
        return self.total - sum(vm.assigned for vm in self.vms)

    def on_node(self, node: int) -> int:
        """MB that one NUMA node has left."""
        return self.nodes[node] - sum(vm.assigned for vm in self.vms if vm.node == node)

    def find(self, name: str) -> Vm | None:
        """A machine by name or id, in any letter case."""
        wanted = name.casefold()
        return next((vm for vm in self.vms if wanted in (vm.name.casefold(), vm.id.casefold())), None)

    # --- memory ---

    def balance(self) -> None:
        """Give every running machine its part: first the floor, then demands by weight, then buffers by weight."""
        left = self.total
        for vm in self.vms:
            vm.assigned = self._base(vm)
            left -= vm.assigned
        growing = sorted((vm for vm in self.vms if self._grows(vm)), key=lambda vm: (-vm.memory.weight, vm.name))
        for share in (0, 1):
            for vm in growing:
                wanted = vm.memory.demand * (100 + share * vm.memory.buffer) // 100
                more = max(0, min(min(wanted, vm.memory.ceiling) - vm.assigned, left))
                vm.assigned += more
                left -= more

    def _base(self, vm: Vm) -> int:
        if vm.state != RUNNING:
            return 0
        return vm.memory.floor if self._grows(vm) else vm.memory.startup

    def _grows(self, vm: Vm) -> bool:
        memory = vm.memory
        return vm.state == RUNNING and memory.dynamic and memory.reports and memory.takes and self.balancer

    # --- states ---

    def start(self, vm: Vm) -> None:
        """Start or resume a machine. Raises PsError, after writing the events, where memory is missing."""
        if vm.state == RUNNING:
            return
        needed = vm.memory.saved if vm.state == SAVED else vm.memory.startup
        crowded = not self.spanning and bool(self.nodes) and max(map(self.on_node, range(len(self.nodes)))) < needed
        if needed > self.available or crowded:
            raise self._no_memory(vm, needed)
        if self.nodes and not self.spanning:
            vm.node = max(range(len(self.nodes)), key=self.on_node)
        vm.state = RUNNING
        self.balance()
        guest = self._guest(vm)
        if guest is not None:
            guest.spawn(_boot(guest))

    def _guest(self, vm: Vm) -> Machine | None:
        return self.machine.estate.machines.get(vm.name.casefold())

    def stop(self, vm: Vm) -> None:
        """Turn a machine off."""
        if vm.state == OFF:
            return
        vm.state = OFF
        self.balance()
        guest = self._guest(vm)
        if guest is not None:
            _power_off(guest)

    def _no_memory(self, vm: Vm, needed: int) -> PsError:
        self.failed_start(vm, needed)
        lines = (
            f"'{vm.name}' failed to start.",
            f"Not enough memory in the system to start the virtual machine {vm.name} with ram size {needed} megabytes.",
            f"'{vm.name}' could not initialize memory: Ran out of memory (0x8007000E).",
        )
        return PsError("\n\n".join(lines), "OutOfMemory,Microsoft.HyperV.PowerShell.Commands.StartVM")

    def failed_start(self, vm: Vm, needed: int, *, age: float = 0.0) -> None:
        """Write what the worker and the management service log when memory is missing at a start."""
        who = {"VmName": vm.name, "VmId": vm.id}
        code = {**who, "ErrorCodeString": "%%2147942414", "ErrorCode": "0x8007000E"}
        amounts = {**who, "RamSize": str(needed), "Required": str(needed), "Available": str(self.available)}
        for number, data in ((3122, amounts), (3050, code), (12030, code)):
            write_event(self.machine, f"{WORKER}-Admin", WORKER, number, ERROR, data, age=age, symbol="")
        if self.module:
            write_event(self.machine, f"{VMMS}-Admin", VMMS, 19544, ERROR, amounts, age=age)

    def check_weight(self, weight: int) -> None:
        if not 0 <= weight <= 100:
            raise refused(f"The memory weight {weight} is not between 0 and 100.")

    def change_memory(self, vm: Vm, changes: dict[str, int]) -> None:
        """Set amounts (MB), buffer or weight. Raises PsError where the state of the machine does not allow it."""
        memory, running = vm.memory, vm.state != OFF
        for name, value in changes.items():
            old = getattr(memory, name)
            live = name in ("weight", "buffer") or value == old
            live = live or (self.module and name == "maximum" and value > old)
            live = live or (self.module and name == "minimum" and value < old)
            if running and not (live and (self.module or name == "weight" or value == old)):
                raise refused(
                    f"Failed to modify device 'Memory'.\n\nCannot change the {name} memory of '{vm.name}' "
                    "while the virtual machine is running."
                )
        if "weight" in changes:
            self.check_weight(changes["weight"])
        merged = {name: changes.get(name, getattr(memory, name)) for name in ("minimum", "startup", "maximum")}
        if memory.dynamic and not merged["minimum"] <= merged["startup"] <= merged["maximum"]:
            raise refused(
                f"Failed to modify device 'Memory'.\n\nInvalid memory settings for '{vm.name}': the startup memory "
                "must lie between minimum and maximum."
            )
        for name, value in changes.items():
            setattr(memory, name, value)
        self.balance()


def _power_off(guest: Machine) -> None:
    service_control(guest).power_off()
    for process in list(guest.processes.values()):
        process.kill()


async def _boot(guest: Machine) -> None:
    await asyncio.sleep(system_state(guest).boot_seconds * guest.estate.pace)
    guest.booted = guest.now
    guest.emit("reboot")
    await service_control(guest).power_on()


def refused(message: str) -> PsError:
    """What the module says when it does not carry out a change."""
    return PsError(message, "InvalidState,Microsoft.HyperV.PowerShell.Commands", category="InvalidOperation")


def hyperv(machine: Machine) -> HyperV:
    """The role of a host. Raises LookupError where it is not installed."""
    return machine.state("hyperv", HyperV)


def hosts(estate: Estate) -> Iterator[HyperV]:
    """Every Hyper-V host of a lab."""
    return (hyperv(machine) for machine in estate.machines.values() if machine.has("hyperv"))


def adapter_of(estate: Estate, mac: str) -> tuple[HyperV, VmNic] | None:
    """The virtual adapter with a hardware address (written ``00-15-5D-0A-1E-0B``), and the host that has it."""
    plain = mac.replace("-", "").upper()
    pairs = ((host, nic) for host in hosts(estate) for vm in host.vms for nic in vm.nics)
    return next((pair for pair in pairs if pair[1].mac == plain), None)


def vm_of(estate: Estate, guest: Machine) -> Vm | None:
    """The virtual machine in which a host of the lab runs."""
    return next((vm for vm in _all(estate) if vm.name.casefold() == guest.name.casefold()), None)


def _all(estate: Estate) -> Iterable[Vm]:
    return (vm for host in hosts(estate) for vm in host.vms)
