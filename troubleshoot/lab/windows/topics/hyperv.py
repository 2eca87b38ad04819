"""The Hyper-V role of a host, as `lab.yaml` describes it, and the counters that every release has."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.hyperv import model
from troubleshoot.lab.windows.hyperv.model import HyperV, Vm, VmMemory, VmNic, hyperv, identifier
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Logon, Part, PsObject, Topic
from troubleshoot.lab.windows.wsman.config import wsman_config

Mac = Annotated[str, StringConstraints(pattern=r"^([0-9A-F]{2}-){5}[0-9A-F]{2}$")]
_STATES: Final = {"running": model.RUNNING, "off": model.OFF, "saved": model.SAVED, "paused": model.PAUSED}


class NicPart(Part):
    """One adapter of a machine, by its hardware address as it is burnt in."""

    mac: Mac
    name: str = "Network Adapter"
    switch: str = "External"
    connected: bool = True
    spoofing: bool = False
    vlan: int = Field(default=0, ge=0, le=4094)
    legacy: bool = False


class MemoryPart(Part):
    """MB. ``demand`` is what the guest wants while it runs, ``saved`` what a saved one needs to come back."""

    dynamic: bool = True
    startup: int = Field(default=1024, gt=0)
    minimum: int | None = None
    maximum: int | None = None
    buffer: int = Field(default=20, ge=5, le=2000)
    weight: int = Field(default=50, ge=0, le=100)
    demand: int = Field(default=900, ge=0)
    saved: int = Field(default=0, ge=0)
    reports: bool = True
    takes: bool = True


class VmPart(Part):
    """One virtual machine. ``failed`` seconds ago a start failed for lack of memory."""

    state: Literal["running", "off", "saved", "paused"] = "running"
    adapters: dict[str, NicPart] = Field(default_factory=dict)
    memory: MemoryPart = MemoryPart()
    failed: float | None = Field(default=None, ge=0)
    node: int = Field(default=0, ge=0)


class HyperVPart(Part):
    """The role. ``memory``: MB for machines. ``provider_seconds``: how long WMI takes to enumerate machines."""

    memory: int = Field(default=16384, gt=0)
    switches: dict[str, str] = Field(default_factory=lambda: {"External": "lan"})
    spanning: bool = True
    nodes: tuple[int, ...] = ()
    vms: dict[str, VmPart] = Field(default_factory=dict)
    provider_seconds: float = Field(default=0.0, ge=0)


def _build(machine: Machine, part: HyperVPart) -> HyperV:
    vms = [_vm(machine, part, name, item) for name, item in part.vms.items()]
    host = HyperV(machine, part.memory, vms, dict(part.switches), part.spanning, part.nodes)
    host.balancer = machine.personality.build != "6.1.7600"
    host.balance()
    for vm in vms:
        failed = part.vms[vm.name].failed
        if failed is not None:
            needed = vm.memory.saved if vm.state == model.SAVED else vm.memory.startup
            host.failed_start(vm, needed, age=failed)
    _register(machine, host)
    if part.provider_seconds:
        slow = wsman_config(machine).slow
        slow["root\\virtualization\\v2" if host.module else "root\\virtualization"] = part.provider_seconds
    return host


def _register(machine: Machine, host: HyperV) -> None:
    """The parts that only some releases have are found under sections of their own."""
    machine.sections["hyperv module" if host.module else "hyperv wmi v1"] = host
    for log in (f"{model.WORKER}-Admin", f"{model.VMMS}-Admin"):
        event_log(machine).register(log)


def _vm(machine: Machine, part: HyperVPart, name: str, item: VmPart) -> Vm:
    memory = item.memory
    old = machine.personality.version < (6, 2)
    minimum = memory.startup if old or memory.minimum is None else memory.minimum
    maximum = memory.startup if memory.maximum is None else memory.maximum
    if part.nodes and item.node >= len(part.nodes):
        raise AuthorError(f"{name}: there is no NUMA node {item.node}")
    amounts = memory.model_dump() | {"minimum": minimum, "maximum": maximum}
    return Vm(
        id=identifier("vm", name),
        name=name,
        state=_STATES[item.state],
        memory=VmMemory(**amounts),
        nics=[_nic(part, name, nic) for nic in item.adapters.values()],
        node=item.node,
    )


def _nic(part: HyperVPart, owner: str, nic: NicPart) -> VmNic:
    if nic.switch not in part.switches:
        raise AuthorError(f"{owner}: there is no switch {nic.switch}")
    return VmNic(
        id=identifier("nic", owner, nic.mac),
        name=nic.name,
        mac=nic.mac.replace("-", ""),
        switch=nic.switch if nic.connected else None,
        network=part.switches[nic.switch],
        spoofing=nic.spoofing,
        vlan=nic.vlan,
        legacy=nic.legacy,
    )


# --- counters -----------------------------------------------------------------------------------------------------

_COUNTERS: Final = "Win32_PerfFormattedData_BalancerStats_HyperVDynamicMemory"


def _balancers(machine: Machine, logon: Logon) -> list[PsObject]:
    host = hyperv(machine)
    if not host.balancer:
        return []
    served = [vm for vm in host.vms if vm.assigned and vm.memory.dynamic and vm.memory.reports]
    pressures = [vm.memory.demand * 100 // vm.assigned for vm in served]
    average = sum(pressures) // len(pressures) if pressures else 0
    properties = {"Name": "System Balancer", "AvailableMemory": host.available, "AveragePressure": average}
    return [PsObject(f"{_COUNTERS}Balancer", properties)]


def _served(machine: Machine, logon: Logon) -> list[PsObject]:
    host = hyperv(machine)
    running = [vm for vm in host.vms if vm.assigned and vm.memory.dynamic and vm.memory.reports and host.balancer]
    return [
        PsObject(
            f"{_COUNTERS}VM",
            {
                "Name": vm.name,
                "CurrentPressure": vm.memory.demand * 100 // vm.assigned,
                "AveragePressure": vm.memory.demand * 100 // vm.assigned,
                "PhysicalMemory": vm.assigned,
                "GuestVisiblePhysicalMemory": vm.assigned,
            },
        )
        for vm in running
    ]


TOPIC = Topic(
    section="hyperv",
    schema=HyperVPart,
    build=_build,
    wmi={
        ("root\\cimv2", f"{_COUNTERS.casefold()}balancer"): _balancers,
        ("root\\cimv2", f"{_COUNTERS.casefold()}vm"): _served,
    },
)
