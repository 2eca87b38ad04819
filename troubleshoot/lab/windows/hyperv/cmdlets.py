"""The Hyper-V module of 2012 and later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from troubleshoot.lab.windows.hyperv.model import OFF, RUNNING, HyperV, Vm, VmNic, hyperv, refused
from troubleshoot.lab.windows.topic import CmdletCall, PsEnum, PsError, PsObject

_MB: Final = 1024 * 1024
_ON, _OFF = PsEnum("On", 0), PsEnum("Off", 1)  # the module counts the other way round
_UNTAGGED, _ACCESS = PsEnum("Untagged", 4), PsEnum("Access", 1)


def shown(host: HyperV, vm: Vm) -> PsObject:
    """A machine as Get-VM returns it."""
    memory = vm.memory
    running = vm.state == RUNNING
    reports = running and memory.dynamic and memory.reports
    return PsObject(
        "Microsoft.HyperV.PowerShell.VirtualMachine",
        {
            "Name": vm.name,
            "VMName": vm.name,
            "Id": vm.id.lower(),
            "VMId": vm.id.lower(),
            "State": vm.state,
            "Status": "Operating normally",
            "ComputerName": host.machine.computer,
            "DynamicMemoryEnabled": memory.dynamic,
            "MemoryStartup": memory.startup * _MB,
            "MemoryMinimum": memory.minimum * _MB,
            "MemoryMaximum": memory.maximum * _MB,
            "MemoryAssigned": vm.assigned * _MB,
            "MemoryDemand": memory.demand * _MB if reports else 0,
            "MemoryStatus": _status(vm) if reports else "",
            "ProcessorCount": 2,
            "Generation": 1,
        },
    )


def _status(vm: Vm) -> str:
    memory = vm.memory
    if memory.demand > vm.assigned:
        return "Warning"
    return "OK" if memory.demand * (100 + memory.buffer) // 100 <= vm.assigned else "Low"


def chosen(call: CmdletCall) -> list[Vm]:
    """The machines that a call means: from the pipeline, -VM, -VMName or -Name; all of them without any."""
    host = hyperv(call.machine)
    given = call.input if call.input is not None else call.get("vm")
    if given is not None:
        objects = given if isinstance(given, list) else [given]
        return [_known(host, str(item.prop("VMName") if isinstance(item, PsObject) else item)) for item in objects]
    names = call.get("vmname", default=call.get("name", 0))
    if names is None or names == "*":
        return list(host.vms)
    return [_known(host, str(name)) for name in (names if isinstance(names, list) else [names])]


def _known(host: HyperV, name: str) -> Vm:
    found = host.find(name)
    if found is None:
        raise PsError(
            f'Hyper-V was unable to find a virtual machine with name "{name}".',
            "InvalidParameter,Microsoft.HyperV.PowerShell.Commands",
            category="InvalidArgument",
        )
    return found


async def get_vm(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    return [shown(host, vm) for vm in chosen(call)]


async def start_vm(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    for vm in chosen(call):
        await call.call.sleep(5)
        host.start(vm)
    return ()


async def stop_vm(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    for vm in chosen(call):
        await call.call.sleep(10)
        host.stop(vm)
    return ()


# --- adapters -----------------------------------------------------------------------------------------------------


def _nic(vm: Vm, nic: VmNic) -> PsObject:
    vlan = {"OperationMode": _ACCESS if nic.vlan else _UNTAGGED, "AccessVlanId": nic.vlan}
    return PsObject(
        "Microsoft.HyperV.PowerShell.VMNetworkAdapter",
        {
            "Name": nic.name,
            "Id": f"Microsoft:{vm.id}\\{nic.id}",
            "IsLegacy": nic.legacy,
            "IsManagementOs": False,
            "VMName": vm.name,
            "VMId": vm.id.lower(),
            "SwitchName": nic.switch or "",
            "Connected": nic.switch is not None,
            "MacAddress": nic.mac,
            "MacAddressSpoofing": _ON if nic.spoofing else _OFF,
            "VlanSetting": PsObject("Microsoft.HyperV.PowerShell.VMNetworkAdapterVlanSetting", vlan),
        },
    )


async def get_vm_network_adapter(call: CmdletCall) -> Sequence[Any]:
    wanted = call.get("name")
    machines = _owners(call)
    return [_nic(vm, nic) for vm in machines for nic in vm.nics if wanted in (None, nic.name)]


def _owners(call: CmdletCall) -> list[Vm]:
    """Here -Name is the adapter's, so only the pipeline, -VM and -VMName choose machines."""
    parameters = {name: value for name, value in call.parameters.items() if name != "name"}
    return chosen(CmdletCall(call.machine, call.logon, call.arguments, parameters, call.input, call.call))


async def set_vm_network_adapter(call: CmdletCall) -> Sequence[Any]:
    value = call.get("macaddressspoofing")
    for nic in _chosen_nics(call):
        if value is not None:
            nic.spoofing = str(value).casefold() == "on"
    return ()


def _chosen_nics(call: CmdletCall) -> list[VmNic]:
    host = hyperv(call.machine)
    nics = {f"Microsoft:{vm.id}\\{nic.id}": nic for vm in host.vms for nic in vm.nics}
    if call.input is not None:
        return [nics[str(item.prop("Id"))] for item in call.input if isinstance(item, PsObject)]
    if call.get("vmname", 0) is None and call.get("vm") is None:
        raise PsError(
            "Parameter set cannot be resolved using the specified named parameters.",
            "AmbiguousParameterSet,Microsoft.HyperV.PowerShell.Commands.SetVMNetworkAdapter",
            category="InvalidArgument",
        )
    wanted = call.get("name")
    return [nic for vm in _owners(call) for nic in vm.nics if wanted in (None, nic.name)]


# --- memory -------------------------------------------------------------------------------------------------------


async def get_vm_memory(call: CmdletCall) -> Sequence[Any]:
    return [_memory(vm) for vm in chosen(call)]


def _memory(vm: Vm) -> PsObject:
    memory = vm.memory
    return PsObject(
        "Microsoft.HyperV.PowerShell.VMMemory",
        {
            "VMName": vm.name,
            "VMId": vm.id.lower(),
            "DynamicMemoryEnabled": memory.dynamic,
            "Startup": memory.startup * _MB,
            "Minimum": memory.minimum * _MB,
            "Maximum": memory.maximum * _MB,
            "Buffer": memory.buffer,
            "Priority": memory.weight,
        },
    )


_AMOUNTS: Final = {"startupbytes": "startup", "minimumbytes": "minimum", "maximumbytes": "maximum"}
_SHARES: Final = {"buffer": "buffer", "priority": "weight"}


async def set_vm_memory(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    changes = {field: int(call.parameters[name]) // _MB for name, field in _AMOUNTS.items() if name in call.parameters}
    changes |= {field: int(call.parameters[name]) for name, field in _SHARES.items() if name in call.parameters}
    for vm in chosen(call):
        if "dynamicmemoryenabled" in call.parameters:
            if vm.state != OFF:
                raise refused(f"Cannot switch Dynamic Memory of '{vm.name}' while the virtual machine is running.")
            vm.memory.dynamic = bool(call.parameters["dynamicmemoryenabled"])
        host.change_memory(vm, changes)
    return ()


# --- the host -----------------------------------------------------------------------------------------------------


async def get_vm_host(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    properties = {
        "Name": host.machine.computer,
        "ComputerName": host.machine.computer,
        "MemoryCapacity": (host.total + 2048) * _MB,
        "NumaSpanningEnabled": host.spanning,
    }
    return [PsObject("Microsoft.HyperV.PowerShell.VMHost", properties)]


async def get_vm_host_numa_node(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    left = [host.on_node(node) for node in range(len(host.nodes))]
    totals = list(host.nodes) or [host.total]
    return [
        PsObject(
            "Microsoft.HyperV.PowerShell.VMHostNumaNode",
            {"NodeId": node, "MemoryTotal": total, "MemoryAvailable": left[node] if left else host.available},
        )
        for node, total in enumerate(totals)
    ]


async def get_vm_switch(call: CmdletCall) -> Sequence[Any]:
    host = hyperv(call.machine)
    kind = PsEnum("External", 2)
    names = [{"Name": name, "SwitchType": kind, "ComputerName": host.machine.computer} for name in host.switches]
    return [PsObject("Microsoft.HyperV.PowerShell.VMSwitch", item) for item in names]
