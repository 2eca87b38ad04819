"""Hyper-V on 2008 R2: WMI v1 is all there is for scripts."""

from __future__ import annotations

from troubleshoot.lab.windows.hyperv import wmi
from troubleshoot.lab.windows.topic import Topic
from troubleshoot.lab.windows.topics import hyperv_module

_V1 = "root\\virtualization"

TOPIC = Topic(
    section="hyperv wmi v1",
    schema=hyperv_module.NothingPart,
    build=hyperv_module.TOPIC.build,
    wmi={
        (_V1, "msvm_computersystem"): wmi.systems,
        (_V1, "msvm_shutdowncomponent"): wmi.shutdown_components,
        (_V1, "msvm_syntheticethernetportsettingdata"): wmi.adapter_settings(legacy=False),
        (_V1, "msvm_emulatedethernetportsettingdata"): wmi.adapter_settings(legacy=True),
        (_V1, "msvm_switchport"): wmi.ports,
        (_V1, "msvm_virtualswitch"): wmi.switches,
        (_V1, "msvm_memorysettingdata"): wmi.memory_settings,
        (_V1, "msvm_virtualsystemmanagementservice"): wmi.management_service,
    },
)
