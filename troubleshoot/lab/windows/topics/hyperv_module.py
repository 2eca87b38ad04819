"""Hyper-V from 2012 on: the module, and WMI v2. Present where the role is and the release has them."""

from __future__ import annotations

from typing import Any

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.hyperv import cmdlets, wmi
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Part, Topic

_V2 = "root\\virtualization\\v2"


class NothingPart(Part):
    """It follows from the section `hyperv` and from the release."""


def _build(machine: Machine, part: Any) -> Any:
    raise AuthorError("write the section hyperv instead")


TOPIC = Topic(
    section="hyperv module",
    schema=NothingPart,
    build=_build,
    cmdlets={
        "get-vm": cmdlets.get_vm,
        "start-vm": cmdlets.start_vm,
        "stop-vm": cmdlets.stop_vm,
        "get-vmnetworkadapter": cmdlets.get_vm_network_adapter,
        "set-vmnetworkadapter": cmdlets.set_vm_network_adapter,
        "get-vmmemory": cmdlets.get_vm_memory,
        "set-vmmemory": cmdlets.set_vm_memory,
        "get-vmhost": cmdlets.get_vm_host,
        "get-vmhostnumanode": cmdlets.get_vm_host_numa_node,
        "get-vmswitch": cmdlets.get_vm_switch,
    },
    wmi={
        (_V2, "msvm_computersystem"): wmi.systems,
        (_V2, "msvm_shutdowncomponent"): wmi.shutdown_components,
        (_V2, "msvm_ethernetswitchportsecuritysettingdata"): wmi.security_settings,
        (_V2, "msvm_memorysettingdata"): wmi.memory_settings,
    },
)
