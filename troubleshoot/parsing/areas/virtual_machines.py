"""Normal forms around virtual machines: NLB in the guest, ports and memory on the Hyper-V host, computers, events.

The conventions are those of :mod:`troubleshoot.parsing.records`. Amounts of memory are MB, hardware addresses are
written ``00-15-5D-0A-1E-0B``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites


class NlbCluster(TypedDict):
    """One cluster that this host is set up for, and the adapter that it is bound to."""

    guid: str  # of the adapter, upper case with braces
    vip: str  # the cluster's primary address
    mask: str | None
    name: str | None  # the cluster's full Internet name
    mode: str  # unicast, multicast, igmp
    mac: str  # the address that NLB makes from `vip` and `mode`
    priority: int | None  # the host's unique number in the cluster
    adapter: str | None  # the connection's name
    nic_mac: str | None  # what the adapter uses now
    own_mac: str | None  # what the adapter was made with: the one that Hyper-V knows
    addresses: list[str]  # the IP addresses on the adapter
    has_vip: bool
    has_mac: bool  # unicast: the adapter uses the cluster's address. Multicast adds it, so this is false there.
    at: Cites


class NlbSetup(TypedDict):
    """NLB as the registry has it, joined with the adapters of the host."""

    clusters: list[NlbCluster]
    adapters: int  # with an IP address; 1: the management path is the cluster's adapter
    at: Cites
    unread: Cites


class NlbHost(TypedDict):
    """What `nlb query` says about one cluster of this host."""

    vip: str | None  # None: the host has one cluster only and does not repeat its address
    host_id: int
    state: str  # converged, converging, stopped, draining, suspended, disconnected
    default: bool | None  # the default host; None: not converged
    members: list[int]  # host numbers that this one sees in the cluster, itself among them
    at: Cites


class NlbState(TypedDict):
    """Convergence as this host sees it. Without hosts: NLB runs on no adapter."""

    hosts: list[NlbHost]
    at: Cites
    unread: Cites


class VmAdapter(TypedDict):
    """One network adapter of a virtual machine and the port of the virtual switch behind it."""

    vm: str
    name: str
    switch: str | None  # None: not connected
    vlan: int | None  # 0: untagged; None: the host did not say, or the port is no access port
    mac: str | None  # None: dynamic, and the machine never ran
    spoofing: bool | None  # None: there is no port
    at: Cites


class VmAdapters(TypedDict):
    adapters: list[VmAdapter]
    at: Cites
    unread: Cites


class Vm(TypedDict):
    """One virtual machine and its memory. All amounts are MB."""

    vm: str
    id: str
    state: str  # Running, Off, Saved, Paused, or as the host says
    dynamic: bool
    startup: int
    minimum: int
    maximum: int
    buffer: int  # percent
    weight: int  # 0 to 100
    assigned: int
    demand: int  # 0: the machine does not say (static memory, not running, or no integration services)
    pressure: int | None  # demand in percent of what it has; None: unknown
    wanted: int  # demand and the whole buffer
    status: str | None  # the host's own word; in the language of the host
    at: Cites


class Vms(TypedDict):
    vms: list[Vm]
    at: Cites
    unread: Cites


class NumaNode(TypedDict):
    node: int
    total: int
    available: int
    at: Cites


class VmHostMemory(TypedDict):
    """Memory of the host that virtual machines can still get, in MB: what the balancer counts."""

    available: int
    spanning: bool | None  # None: this release does not say
    nodes: list[NumaNode]
    at: Cites
    unread: Cites


class Computer(TypedDict):
    """`Win32_ComputerSystem`, `Win32_OperatingSystem` and the asset tag of `Win32_SystemEnclosure`."""

    name: str  # NetBIOS name
    manufacturer: str
    model: str
    kind: str  # hyperv, azure, vmware, other: what the machine runs on
    version: str  # 6.1.7601
    major: int
    minor: int
    build: int
    at: Cites
    unread: Cites


class WindowsEvent(TypedDict):
    id: int
    provider: str
    number: int  # EventRecordID: rises with every event of a log
    time: int  # epoch seconds
    data: list[str]  # the values of EventData or UserData, in order
    at: Cites


class WindowsEvents(TypedDict):
    """Events of one or several queries, newest first."""

    events: list[WindowsEvent]
    at: Cites
    unread: Cites


_WINDOWS = Platform.WINDOWS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "computer": Parser(Computer, {_WINDOWS: "windows.computer:parse"}),
        "nlb_setup": Parser(NlbSetup, {_WINDOWS: "windows.nlb:parse_setup"}),
        "nlb_state": Parser(NlbState, {_WINDOWS: "windows.nlb:parse_query"}),
        "vm_adapters": Parser(VmAdapters, {_WINDOWS: "windows.hyperv:parse_adapters"}),
        "vm_memory": Parser(Vms, {_WINDOWS: "windows.hyperv:parse_memory"}),
        "vm_host_memory": Parser(VmHostMemory, {_WINDOWS: "windows.hyperv:parse_host_memory"}),
        "windows_events": Parser(WindowsEvents, {_WINDOWS: "windows.events:parse"}),
    }
)
