"""Virtual machines as their Hyper-V host sees them: adapters and their ports, memory, what the balancer has left.

Windows Server 2008 R2 has no Hyper-V module: there the same questions go to the classes of `root\\virtualization`, and
several answers are joined here into the same record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from troubleshoot.parsing.areas.virtual_machines import NumaNode, Vm, VmAdapter, VmAdapters, VmHostMemory, Vms
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.windows.mac import mac
from troubleshoot.parsing.windows.rows import Row, read_rows

_MB: Final = 1024 * 1024
_STATES: Final[Mapping[int, str]] = {
    2: "Running",
    3: "Off",
    32768: "Paused",
    32769: "Saved",
    32770: "Starting",
    32773: "Saving",
    32774: "Stopping",
    32776: "Pausing",
    32777: "Resuming",
}
_ON_OFF: Final[Mapping[str, bool | None]] = {"on": True, "off": False, "": None}
_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_PORT = re.compile(r'\bName=\\?"([^"\\]{1,80})\\?"')


# --- adapters -----------------------------------------------------------------------------------------------------


def parse_adapters(pages: Sequence[Clean]) -> VmAdapters:
    """Read one table of the Hyper-V module, or four of WMI v1: machines, adapter settings, ports, switches.

    Raises:
        ParseFailure: an answer is missing or cut, or spoofing is given as a number (there On is 0).
    """
    if len(pages) == 1:
        adapters = [_module_adapter(row) for row in read_rows(pages[0], _MODULE)]
    elif len(pages) == 4:
        adapters = _wmi_adapters(pages)
    else:
        raise ParseFailure(f"expected one output of the module or four of WMI, got {len(pages)}")
    return VmAdapters(adapters=adapters, at=[cite for page in pages for cite in page.all()], unread=[])


_MODULE: Final = ("VMName", "Name", "SwitchName", "MacAddress", "Spoofing", "VlanMode", "VlanId")


def _module_adapter(row: Row) -> VmAdapter:
    spoofing = row["Spoofing"].strip().casefold()
    if spoofing not in _ON_OFF:
        raise _unfit(row, "Spoofing", "On or Off")
    switch = row.optional("SwitchName")
    return VmAdapter(
        vm=row["VMName"],
        name=row["Name"],
        switch=switch,
        vlan=_vlan(row),
        mac=_address(row, "MacAddress"),
        spoofing=_ON_OFF[spoofing],
        at=row.at,
    )


def _vlan(row: Row) -> int | None:
    modes = {"untagged": 0, "access": row.integer("VlanId")}
    return modes.get(row["VlanMode"].strip().casefold())


def _address(row: Row, column: str) -> str | None:
    found = mac(row[column])
    if found is None and row[column].strip():
        raise _unfit(row, column, "a hardware address")
    return None if found == "00-00-00-00-00-00" else found


def _wmi_adapters(pages: Sequence[Clean]) -> list[VmAdapter]:
    names = {row["Name"].upper(): row for row in read_rows(pages[0], ("Name", "ElementName", "EnabledState"))}
    settings = read_rows(pages[1], ("InstanceID", "ElementName", "Address", "Connection"))
    ports = {row["Name"].upper(): row for row in read_rows(pages[2], ("Name", "SystemName", "AllowMacSpoofing"))}
    switches = {row["Name"].upper(): row["ElementName"] for row in read_rows(pages[3], ("Name", "ElementName"))}
    found: list[VmAdapter] = []
    for row in settings:
        owner = _owner(row)
        if owner in names:  # the rest are templates and snapshots
            found.append(_wmi_adapter(row, names[owner], _port(row, ports), switches))
    return found


def _wmi_adapter(row: Row, machine: Row, port: Row | None, switches: Mapping[str, str]) -> VmAdapter:
    return VmAdapter(
        vm=machine["ElementName"],
        name=row["ElementName"],
        switch=switches.get(port["SystemName"].upper()) if port else None,
        vlan=None,
        mac=_address(row, "Address"),
        spoofing=port.flag("AllowMacSpoofing") if port else None,
        at=[*row.at, *(port.at if port else [])],
    )


def _owner(row: Row) -> str:
    """The machine in an instance id of the form `Microsoft:MACHINE\\DEVICE`; empty for templates."""
    found = _GUID.search(row["InstanceID"])
    return found[0].upper() if found else ""


def _port(row: Row, ports: Mapping[str, Row]) -> Row | None:
    """The port that an adapter's connection names; a connection to an unknown port means a cut list."""
    named = _PORT.search(row["Connection"])
    if named is None:
        return None
    if named[1].upper() not in ports:
        raise _unfit(row, "Connection", "a port of the list")
    return ports[named[1].upper()]


# --- memory -------------------------------------------------------------------------------------------------------


def parse_memory(pages: Sequence[Clean]) -> Vms:
    """Read two tables of the Hyper-V module (bytes), or three of WMI v1 (MB): machines, settings, balancer counters.

    Raises:
        ParseFailure: an answer is missing or cut, or a machine has no settings.
    """
    if len(pages) == 2:
        vms = _module_vms(pages)
    elif len(pages) == 3:
        vms = _wmi_vms(pages)
    else:
        raise ParseFailure(f"expected two outputs of the module or three of WMI, got {len(pages)}")
    return Vms(vms=vms, at=[cite for page in pages for cite in page.all()], unread=[])


_BYTES: Final = ("MemoryStartup", "MemoryMinimum", "MemoryMaximum", "MemoryAssigned", "MemoryDemand")


def _module_vms(pages: Sequence[Clean]) -> list[Vm]:
    settings = {row["VMName"]: row for row in read_rows(pages[1], ("VMName", "Buffer", "Priority"))}
    columns = ("Name", "Id", "State", "DynamicMemoryEnabled", *_BYTES, "MemoryStatus")
    return [_module_vm(row, settings.get(row["Name"])) for row in read_rows(pages[0], columns)]


def _module_vm(row: Row, settings: Row | None) -> Vm:
    if settings is None:
        raise _unfit(row, "Name", "a machine with memory settings")
    startup, minimum, maximum, assigned, demand = (_number(row, column) // _MB for column in _BYTES)
    if row["State"].strip().isdigit():
        raise _unfit(row, "State", "the name of a state")
    return _vm(
        row,
        [*row.at, *settings.at],
        (row["Name"], row["Id"], row["State"]),
        (startup, minimum, maximum, assigned, demand),
        (_number(settings, "Buffer"), _number(settings, "Priority")),
        row.optional("MemoryStatus"),
    )


def _wmi_vms(pages: Sequence[Clean]) -> list[Vm]:
    columns = ("InstanceID", "VirtualQuantity", "Reservation", "Limit", "Weight", "TargetMemoryBuffer")
    settings = {_owner(row): row for row in read_rows(pages[1], (*columns, "DynamicMemoryEnabled")) if _owner(row)}
    counters = {row["Name"]: row for row in read_rows(pages[2], ("Name", "CurrentPressure", "PhysicalMemory"))}
    machines = read_rows(pages[0], ("Name", "ElementName", "EnabledState"))
    return [_wmi_vm(row, settings.get(row["Name"].upper()), counters.get(row["ElementName"])) for row in machines]


def _wmi_vm(row: Row, settings: Row | None, counters: Row | None) -> Vm:
    if settings is None:
        raise _unfit(row, "Name", "a machine with memory settings")
    state = _STATES.get(_number(row, "EnabledState"), row["EnabledState"])
    startup, minimum, maximum = (_number(settings, name) for name in ("VirtualQuantity", "Reservation", "Limit"))
    assigned = _number(counters, "PhysicalMemory") if counters else (startup if state == "Running" else 0)
    demand = _number(counters, "CurrentPressure") * assigned // 100 if counters else 0
    return _vm(
        settings,
        [*row.at, *settings.at, *(counters.at if counters else [])],
        (row["ElementName"], row["Name"], state),
        (startup, minimum, maximum, assigned, demand),
        (_number(settings, "TargetMemoryBuffer"), _number(settings, "Weight") // 100),
        None,
    )


def _vm(
    row: Row,
    at: Cites,
    names: tuple[str, str, str],
    amounts: tuple[int, int, int, int, int],
    shares: tuple[int, int],
    status: str | None,
) -> Vm:
    startup, minimum, maximum, assigned, demand = amounts
    dynamic = row.flag("DynamicMemoryEnabled")
    if dynamic is None:
        raise _unfit(row, "DynamicMemoryEnabled", "true or false")
    return Vm(
        vm=names[0],
        id=names[1],
        state=names[2],
        dynamic=dynamic,
        startup=startup,
        minimum=minimum,
        maximum=maximum if dynamic else startup,
        buffer=shares[0],
        weight=shares[1],
        assigned=assigned,
        demand=demand,
        pressure=demand * 100 // assigned if assigned and demand else None,
        wanted=demand * (100 + shares[0]) // 100,
        status=status,
        at=at,
    )


# --- the host -----------------------------------------------------------------------------------------------------


def parse_host_memory(pages: Sequence[Clean]) -> VmHostMemory:
    """Read the balancer's counters, and from 2012 on the NUMA switch and nodes of the Hyper-V module.

    Raises:
        ParseFailure: an answer is missing or cut, or there is no balancer.
    """
    if len(pages) not in (1, 3):
        raise ParseFailure(f"expected one or three outputs, got {len(pages)}")
    balancers = read_rows(pages[0], ("Name", "AvailableMemory"))
    if not balancers:
        raise ParseFailure("the host shows no memory balancer", pages[0].part)
    spanning = read_rows(pages[1], ("NumaSpanningEnabled",)) if len(pages) == 3 else []
    nodes = read_rows(pages[2], ("NodeId", "MemoryTotal", "MemoryAvailable")) if len(pages) == 3 else []
    return VmHostMemory(
        available=sum(_number(row, "AvailableMemory") for row in _without_total(balancers)),
        spanning=spanning[0].flag("NumaSpanningEnabled") if spanning else None,
        nodes=[_node(row) for row in nodes],
        at=[cite for page in pages for cite in page.all()],
        unread=[],
    )


def _without_total(rows: Sequence[Row]) -> Sequence[Row]:
    """A class of counters may add the sum of its instances as one more."""
    return [row for row in rows if row["Name"].casefold() != "_total"] or rows


def _node(row: Row) -> NumaNode:
    node, total, available = (_number(row, name) for name in ("NodeId", "MemoryTotal", "MemoryAvailable"))
    return NumaNode(node=node, total=total, available=available, at=row.at)


def _number(row: Row, column: str) -> int:
    found = row.integer(column)
    if found is None:
        raise _unfit(row, column, "a number")
    return found


def _unfit(row: Row, column: str, wanted: str) -> ParseFailure:
    part, line, _ = row.at[0]
    return ParseFailure(f"{column} is {excerpt(row[column])!r}, not {wanted}", part, line)
