"""What WMI and PowerShell show of the adapters that the topic `system` has, with the addresses they were made with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from troubleshoot.lab.windows.hyperv.model import identifier
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.system.state import Adapter, system_state
from troubleshoot.lab.windows.topic import CmdletCall, Logon, Part, PsObject, Topic


@dataclass(slots=True)
class Cards:
    """The permanent hardware address of each adapter by its name (``00-15-5D-0A-1E-0B``), and the chassis' tag."""

    born: dict[str, str]
    tag: str = ""


class AdaptersPart(Part):
    """Adapters are described in the section `system`; ``asset_tag`` is that of the virtual chassis."""

    asset_tag: str = "0000-0012-3456-7890-1234-5678-90"


def _build(machine: Machine, part: AdaptersPart) -> Cards:
    return Cards({name: adapter.mac for name, adapter in system_state(machine).adapters.items()}, part.asset_tag)


def guid(machine: Machine, name: str) -> str:
    """The adapter's GUID, with braces."""
    return f"{{{identifier('adapter', machine.name, name)}}}"


def own_mac(machine: Machine, name: str) -> str:
    """The address that an adapter was made with."""
    return machine.state("adapters", Cards).born[name]


def _numbered(machine: Machine) -> Iterator[tuple[int, str, Adapter]]:
    """Adapters with their interface index and their description, which Windows makes unique by a number."""
    seen: dict[str, int] = {}
    for index, adapter in enumerate(system_state(machine).adapters.values(), start=7):
        count = seen[adapter.description] = seen.get(adapter.description, 0) + 1
        yield index, f"{adapter.description} #{count}" if count > 1 else adapter.description, adapter


async def get_net_adapter(call: CmdletCall) -> Sequence[Any]:
    """`Get-NetAdapter [-Name]`."""
    wanted, machine = call.get("name", 0), call.machine
    return [
        PsObject(
            "MSFT_NetAdapter",
            {
                "Name": item.name,
                "InterfaceDescription": description,
                "ifIndex": index,
                "Status": "Up" if item.connected else "Disconnected",
                "MacAddress": item.mac,
                "PermanentAddress": own_mac(machine, item.name).replace("-", ""),
                "InterfaceGuid": guid(machine, item.name),
            },
        )
        for index, description, item in _numbered(machine)
        if wanted in (None, "*", item.name)
    ]


def _adapters(machine: Machine, logon: Logon) -> list[PsObject]:
    miniport = {"Name": "WAN Miniport (IP)", "GUID": None, "NetConnectionID": None, "MACAddress": None, "Index": 0}
    found = [PsObject("Win32_NetworkAdapter", miniport)]
    for index, description, item in _numbered(machine):
        properties = {
            "Name": description,
            "GUID": guid(machine, item.name),
            "NetConnectionID": item.name,
            "MACAddress": item.mac.replace("-", ":"),
            "NetEnabled": item.connected,
            "Index": index,
            "InterfaceIndex": index,
        }
        found.append(PsObject("Win32_NetworkAdapter", properties))
    return found


def _configurations(machine: Machine, logon: Logon) -> list[PsObject]:
    return [
        PsObject(
            "Win32_NetworkAdapterConfiguration",
            {
                "SettingID": guid(machine, item.name),
                "Description": description,
                "IPEnabled": bool(item.addresses) and item.connected,
                "DHCPEnabled": False,
                "IPAddress": list(item.addresses) or None,
                "IPSubnet": ["64" if ":" in address else item.mask for address in item.addresses] or None,
                "DefaultIPGateway": [item.gateway] if item.gateway else None,
                "DNSServerSearchOrder": list(item.dns) or None,
                "MACAddress": item.mac.replace("-", ":"),
                "Index": index,
                "FullDNSRegistrationEnabled": item.registers,
            },
            {"setdynamicdnsregistration": _set_registration(logon, item)},
        )
        for index, description, item in _numbered(machine)
    ]


def _set_registration(logon: Logon, item: Adapter) -> Callable[..., Awaitable[Any]]:
    """`SetDynamicDNSRegistration(full, domain)`; 91 is access denied."""

    async def method(full: Any, domain: Any = False) -> PsObject:
        allowed = logon.elevated or logon.system
        if allowed:
            item.registers = bool(full)
        return PsObject("__PARAMETERS", {"ReturnValue": 0 if allowed else 91})

    return method


def _permanent(machine: Machine, logon: Logon) -> list[PsObject]:
    return [
        PsObject(
            "MSNdis_EthernetPermanentAddress",
            {
                "Active": True,
                "InstanceName": description,
                "NdisPermanentAddress": PsObject(
                    "MSNdis_NetworkAddress",
                    {"Address": [int(part, 16) for part in own_mac(machine, item.name).split("-")]},
                ),
            },
        )
        for _, description, item in _numbered(machine)
    ]


def _enclosure(machine: Machine, logon: Logon) -> list[PsObject]:
    made, tag = system_state(machine).manufacturer, machine.state("adapters", Cards).tag
    return [PsObject("Win32_SystemEnclosure", {"Manufacturer": made, "SMBIOSAssetTag": tag})]


TOPIC = Topic(
    section="adapters",
    schema=AdaptersPart,
    build=_build,
    cmdlets={"get-netadapter": get_net_adapter},
    wmi={
        ("root\\cimv2", "win32_networkadapter"): _adapters,
        ("root\\cimv2", "win32_networkadapterconfiguration"): _configurations,
        ("root\\cimv2", "win32_systemenclosure"): _enclosure,
        ("root\\wmi", "msndis_ethernetpermanentaddress"): _permanent,
    },
    standard=True,
)
