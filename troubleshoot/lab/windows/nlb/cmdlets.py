"""The module NetworkLoadBalancingClusters. What concerns another host goes over the network, and needs credentials."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from troubleshoot.errors import OperatorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.nlb.model import CODES, Node, nlb
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import CmdletCall, PsEnum, PsError, PsObject

_MODES: Final = {
    "unicast": PsEnum("Unicast", 1),
    "multicast": PsEnum("Multicast", 2),
    "igmp": PsEnum("IgmpMulticast", 3),
}
_STATES: Final = {
    "default": PsEnum("Converged", CODES["default"]),
    "converged": PsEnum("Converged", CODES["converged"]),
    "converging": PsEnum("Converging", CODES["converging"]),
    "stopped": PsEnum("Stopped", CODES["stopped"]),
    "suspended": PsEnum("Suspended", CODES["suspended"]),
}


def _failed(message: str) -> PsError:
    return PsError(message, "NlbFailure,Microsoft.NetworkLoadBalancingClusters.PowerShell", category="NotSpecified")


def _host(call: CmdletCall) -> Machine:
    """The host a call is for. Another one than our own needs credentials that can be passed on."""
    named = call.get("hostname")
    if named is None or str(named).casefold() in ("localhost", call.machine.name, call.machine.computer.casefold()):
        return call.machine
    return _remote(call, str(named))


def _remote(call: CmdletCall, name: str) -> Machine:
    if not (call.logon.delegated or call.logon.system):
        raise _failed(f"Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED)) {name}")
    try:
        return call.machine.estate.machine(name)
    except OperatorError:
        raise _failed("The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)") from None


def _node(machine: Machine) -> Node:
    found = nlb(machine).node
    if found is None or not found.bound:
        raise _failed(f"NLB cluster not found on {machine.computer}.")
    return found


async def get_cluster(call: CmdletCall) -> Sequence[Any]:
    node = _node(_host(call))
    properties = {"Name": node.name, "IPAddress": node.vip, "SubnetMask": node.mask, "Mode": _MODES[node.mode]}
    return [PsObject("Microsoft.NetworkLoadBalancingClusters.PowerShell.Cluster", properties)]


async def get_node(call: CmdletCall) -> Sequence[Any]:
    """All hosts of the cluster where they may be asked, else our own."""
    own = _node(_host(call))
    wide = call.logon.delegated or call.logon.system
    return [_shown(node) for node in (own.peers() if wide else [own])]


def _shown(node: Node) -> PsObject:
    properties = {
        "Name": node.machine.computer,
        "State": _STATES[node.state],
        "Interface": node.adapter.name,
        "HostID": node.priority,
        "HostPriority": node.priority,
    }
    return PsObject("Microsoft.NetworkLoadBalancingClusters.PowerShell.Node", properties)


async def start_node(call: CmdletCall) -> Sequence[Any]:
    node = _node(_host(call))
    node.started = True
    return [_shown(node)]


async def stop_node(call: CmdletCall) -> Sequence[Any]:
    node = _node(_host(call))
    node.started = False
    return [_shown(node)]


async def set_node(call: CmdletCall) -> Sequence[Any]:
    node = _node(_host(call))
    number = call.get("hostpriority")
    if number is not None:
        node.priority = int(number)
        node.store()
    return [_shown(node)]


async def new_cluster(call: CmdletCall) -> Sequence[Any]:
    machine = _host(call)
    if nlb(machine).node is not None:
        raise _failed("The host is already a member of an NLB cluster.")
    mode = {"igmpmulticast": "igmp"}.get(str(call.get("operationmode", default="unicast")).casefold())
    mode = mode or str(call.get("operationmode", default="unicast")).casefold()
    vip, mask = str(call.get("clusterprimaryip")), str(call.get("subnetmask", default="255.255.255.0"))
    _form(machine, str(call.get("interfacename")), vip, mask, mode, 1, str(call.get("clustername", default="")))
    return await get_cluster(call)


def _form(machine: Machine, interface: str, vip: str, mask: str, mode: str, priority: int, name: str) -> None:
    adapter = system_state(machine).adapters.get(interface)
    if adapter is None:
        raise _failed(f"The interface {interface} was not found on {machine.computer}.")
    node = Node(machine, adapter, vip, mask, mode, priority, name)
    nlb(machine).node = node
    node.store()
    node.bind()
    if not node.bound:
        raise _failed(
            "The configuration of the interface failed: the adapter does not support a change of its MAC address."
        )


async def add_node(call: CmdletCall) -> Sequence[Any]:
    """Called on a member: the new host is another one."""
    member = _node(_host(call))
    machine = _remote(call, str(call.get("newnodename", 0)))
    used = {node.priority for node in member.peers()}
    number = next(number for number in range(1, 33) if number not in used)
    interface = str(call.get("newnodeinterface", 1))
    _form(machine, interface, member.vip, member.mask, member.mode, number, member.name)
    return [_shown(_node(machine))]


async def remove_node(call: CmdletCall) -> Sequence[Any]:
    _remove(_host(call))
    return ()


async def remove_cluster(call: CmdletCall) -> Sequence[Any]:
    """Takes every host out; without credentials for the others it fails before it changes anything."""
    own = nlb(_host(call)).node
    if own is None:
        raise _failed(f"NLB cluster not found on {call.machine.computer}.")
    others = [node.machine for node in own.peers() if node is not own]
    for machine in others:
        _remote(call, machine.name)
    for machine in (own.machine, *others):
        _remove(machine)
    return ()


def _remove(machine: Machine) -> None:
    found = nlb(machine)
    if found.node is None:
        raise _failed(f"NLB cluster not found on {machine.computer}.")
    found.node.release()
    found.node.forget()
    found.node = None
