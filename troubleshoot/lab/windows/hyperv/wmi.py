"""The WMI classes of Hyper-V: `root\\virtualization` up to 2008 R2, `root\\virtualization\\v2` from 2012 on.

Classes and properties: https://learn.microsoft.com/previous-versions/windows/desktop/virtual (v1) and
https://learn.microsoft.com/windows/win32/hyperv_v2 (v2). Memory is in MB there, the weight goes to 10000.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from troubleshoot.lab.windows.hyperv.model import OFF, WMI_STATES, HyperV, Vm, VmNic, hyperv, identifier
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Logon, PsError, PsObject

_OK, _REFUSED, _WRONG_STATE = 0, 32768, 32775
_ENABLE, _DISABLE = 2, 3
_PROPERTY: Final = re.compile(r'<PROPERTY NAME="(\w{1,40})"><VALUE>(\d{1,12})</VALUE></PROPERTY>')
_CHANGES: Final = {"VirtualQuantity": "startup", "Reservation": "minimum", "Limit": "maximum", "Weight": "weight"}


def _answer(code: int) -> PsObject:
    return PsObject("__PARAMETERS", {"Job": None, "ReturnValue": code})


def systems(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_ComputerSystem: the host itself, then its machines."""
    host = hyperv(machine)
    itself = {"Name": machine.computer, "ElementName": machine.computer, "Caption": "Hosting Computer System"}
    found = [PsObject("Msvm_ComputerSystem", {**itself, "EnabledState": 2, "__PATH": _path(machine, machine.computer)})]
    return [*found, *(_system(host, vm) for vm in host.vms)]


def _path(machine: Machine, name: str) -> str:
    space = "root\\virtualization\\v2" if hyperv(machine).module else "root\\virtualization"
    key = f'CreationClassName="Msvm_ComputerSystem",Name="{name}"'
    return f"\\\\{machine.computer}\\{space}:Msvm_ComputerSystem.{key}"


def _system(host: HyperV, vm: Vm) -> PsObject:
    async def request_state_change(state: Any) -> PsObject:
        try:
            if int(state) == _ENABLE:
                host.start(vm)
            elif int(state) == _DISABLE:
                host.stop(vm)
            else:
                return _answer(_REFUSED)
        except PsError:
            return _answer(_REFUSED)
        return _answer(_OK)

    properties = {
        "Name": vm.id,
        "ElementName": vm.name,
        "Caption": "Virtual Machine",
        "EnabledState": WMI_STATES[vm.state.name][1 if host.module else 0],
        "HealthState": 5,
        "__PATH": _path(host.machine, vm.id),
    }
    return PsObject("Msvm_ComputerSystem", properties, {"requeststatechange": request_state_change})


def shutdown_components(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_ShutdownComponent: only running machines with integration services have one."""
    host = hyperv(machine)
    return [_shutdown(host, vm) for vm in host.vms if vm.state.name == "Running" and vm.memory.reports]


def _shutdown(host: HyperV, vm: Vm) -> PsObject:
    async def initiate(force: Any, reason: Any) -> PsObject:
        if vm.state.name != "Running":
            return _answer(_WRONG_STATE)
        host.stop(vm)
        return _answer(_OK)

    return PsObject("Msvm_ShutdownComponent", {"SystemName": vm.id, "EnabledState": 2}, {"initiateshutdown": initiate})


# --- network, v1 --------------------------------------------------------------------------------------------------


def _nics(machine: Machine) -> list[tuple[Vm, VmNic]]:
    return [(vm, nic) for vm in hyperv(machine).vms for nic in vm.nics]


def _port_id(nic: VmNic) -> str:
    return identifier("port", nic.id)


def adapter_settings(legacy: bool) -> Callable[[Machine, Logon], list[PsObject]]:
    """Msvm_SyntheticEthernetPortSettingData and its emulated sister: a template, then one for each adapter."""
    kind = "Msvm_EmulatedEthernetPortSettingData" if legacy else "Msvm_SyntheticEthernetPortSettingData"

    def instances(machine: Machine, logon: Logon) -> list[PsObject]:
        template = {"InstanceID": "Microsoft:Definition\\Default", "ElementName": "Ethernet Port", "Address": ""}
        found = [PsObject(kind, {**template, "Connection": None})]
        nics = [(vm, nic) for vm, nic in _nics(machine) if nic.legacy == legacy]
        return [*found, *(_adapter(kind, machine, vm, nic) for vm, nic in nics)]

    return instances


def _adapter(kind: str, machine: Machine, vm: Vm, nic: VmNic) -> PsObject:
    key = f'CreationClassName="Msvm_SwitchPort",Name="{_port_id(nic)}",SystemCreationClassName="Msvm_VirtualSwitch"'
    switch = identifier("switch", nic.switch or "")
    path = f'\\\\{machine.computer}\\root\\virtualization:Msvm_SwitchPort.{key},SystemName="{switch}"'
    return PsObject(
        kind,
        {
            "InstanceID": f"Microsoft:{vm.id}\\{nic.id}",
            "ElementName": nic.name,
            "Address": nic.mac,
            "StaticMacAddress": True,
            "Connection": [path] if nic.switch else None,
        },
    )


def ports(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_SwitchPort: the setting takes effect with Put(), while the machine is off."""
    return [_port(vm, nic) for vm, nic in _nics(machine) if nic.switch]


def _port(vm: Vm, nic: VmNic) -> PsObject:
    properties = {
        "Name": _port_id(nic),
        "ElementName": nic.name,
        "SystemName": identifier("switch", nic.switch or ""),
        "AllowMacSpoofing": nic.spoofing,
    }
    port = PsObject("Msvm_SwitchPort", properties)

    async def put() -> PsObject:
        if vm.state != OFF:
            raise PsError('Exception calling "Put" with "0" argument(s): "Generic failure "', "DotNetMethodException")
        nic.spoofing = port.prop("AllowMacSpoofing") is True
        return PsObject("ManagementPath", {"ClassName": "Msvm_SwitchPort"})

    port.methods["put"] = put
    return port


def switches(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_VirtualSwitch."""
    names = hyperv(machine).switches
    return [PsObject("Msvm_VirtualSwitch", {"Name": identifier("switch", name), "ElementName": name}) for name in names]


# --- network, v2 --------------------------------------------------------------------------------------------------


def security_settings(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_EthernetSwitchPortSecuritySettingData."""
    return [
        PsObject(
            "Msvm_EthernetSwitchPortSecuritySettingData",
            {
                "InstanceID": f"Microsoft:{vm.id}\\{nic.id}\\C\\{identifier('security', nic.id)}",
                "ElementName": "Ethernet Switch Port Security Settings",
                "AllowMacSpoofing": nic.spoofing,
            },
        )
        for vm, nic in _nics(machine)
    ]


# --- memory -------------------------------------------------------------------------------------------------------


def memory_settings(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_MemorySettingData: a template, then one for each machine."""
    template = {"InstanceID": "Microsoft:Definition\\Default", **_amounts(512, 512, 1048576, 5000, 20, dynamic=False)}
    return [PsObject("Msvm_MemorySettingData", template), *(_memory(vm) for vm in hyperv(machine).vms)]


def _amounts(startup: int, minimum: int, maximum: int, weight: int, buffer: int, *, dynamic: bool) -> dict[str, Any]:
    return {
        "VirtualQuantity": startup,
        "Reservation": minimum,
        "Limit": maximum,
        "Weight": weight,
        "TargetMemoryBuffer": buffer,
        "DynamicMemoryEnabled": dynamic,
    }


def _memory(vm: Vm) -> PsObject:
    memory = vm.memory
    amounts = _amounts(
        memory.startup, memory.minimum, memory.maximum, memory.weight * 100, memory.buffer, dynamic=memory.dynamic
    )
    instance = f"Microsoft:{vm.id}\\{identifier('memory', vm.id)}"
    found = PsObject("Msvm_MemorySettingData", {"InstanceID": instance, **amounts})

    async def get_text(form: Any) -> str:
        body = "".join(f'<PROPERTY NAME="{name}"><VALUE>{found.prop(name)}</VALUE></PROPERTY>' for name in _CHANGES)
        return f'<INSTANCE CLASSNAME="Msvm_MemorySettingData">{body}</INSTANCE>'

    found.methods["gettext"] = get_text
    return found


def management_service(machine: Machine, logon: Logon) -> list[PsObject]:
    """Msvm_VirtualSystemManagementService."""
    host = hyperv(machine)
    methods: dict[str, Callable[..., Awaitable[Any]]] = {"modifyvirtualsystemresources": _modify(host)}
    return [PsObject("Msvm_VirtualSystemManagementService", {"Name": "vmms", "Started": True}, methods)]


def _modify(host: HyperV) -> Callable[..., Awaitable[Any]]:
    async def modify(path: Any, texts: Any) -> PsObject:
        named = re.search(r'Name="([0-9A-Fa-f-]{36})"', str(path))
        vm = host.find(named[1]) if named else None
        if vm is None:
            return _answer(_REFUSED)
        text = "".join(map(str, texts)) if isinstance(texts, list) else str(texts)
        changes = {_CHANGES[name]: int(value) for name, value in _PROPERTY.findall(text) if name in _CHANGES}
        if "weight" in changes:
            changes["weight"] //= 100
        try:
            host.change_memory(vm, changes)
        except PsError:
            return _answer(_WRONG_STATE)
        return _answer(_OK)

    return modify
