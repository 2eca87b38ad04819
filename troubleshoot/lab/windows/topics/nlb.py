"""The NLB feature inside a guest (or on hardware): nlb, its PowerShell module, its WMI provider."""

from __future__ import annotations

import ipaddress
from typing import Final, Literal

from pydantic import Field

from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.nlb import cmdlets
from troubleshoot.lab.windows.nlb.model import CODES, PARAMETERS, Nlb, Node, nlb
from troubleshoot.lab.windows.nlb.tool import nlb_tool
from troubleshoot.lab.windows.registry.store import registry
from troubleshoot.lab.windows.system.state import Adapter, system_state
from troubleshoot.lab.windows.topic import Logon, Part, PsObject, Topic

_AGE: Final = 7200.0  # seconds since NLB was bound for the last time


class NlbPart(Part):
    """One cluster on one adapter (default: the first).

    ``refused``: NLB last bound itself when the port did not allow it, whatever the port allows now. ``held``: it bound
    itself when the port did allow it. ``leftover``: settings of an adapter that is gone.
    """

    vip: ipaddress.IPv4Address | None = None
    mask: str = "255.255.255.0"
    mode: Literal["unicast", "multicast", "igmp"] = "unicast"
    priority: int = Field(default=1, ge=1, le=32)
    name: str = "nlb.corp.example"
    adapter: str | None = None
    state: Literal["started", "stopped", "suspended"] = "started"
    refused: bool = False
    held: bool = False
    unbound: bool = False
    no_vip: bool = False
    quarrel: bool = False
    leftover: ipaddress.IPv4Address | None = None


def _build(machine: Machine, part: NlbPart) -> Nlb:
    found = Nlb(machine)
    registry(machine).create(PARAMETERS)
    if part.leftover is not None:
        key = f"{PARAMETERS}\\{{0B1C7E52-6A94-4D0E-8F53-2F1E6C9D7A01}}"
        registry(machine).set(key, "ClusterIPAddress", str(part.leftover))
        registry(machine).set(key, "MulticastSupportEnable", 0)
    if part.vip is not None:
        found.node = _node(machine, part, str(part.vip))
        machine.on("reboot", lambda: _reboot(found))
    return found


def _node(machine: Machine, part: NlbPart, vip: str) -> Node:
    adapter = _adapter(machine, part.adapter)
    node = Node(machine, adapter, vip, part.mask, part.mode, part.priority, part.name)
    node.started, node.suspended = part.state == "started", part.state == "suspended"
    node.quarrel = part.quarrel
    node.store()
    if part.unbound:
        return node
    node.bind(age=_AGE, allowed=False if part.refused else part.held or None)
    if part.no_vip:
        adapter.addresses = [item for item in adapter.addresses if item != vip]
    return node


def _adapter(machine: Machine, name: str | None) -> Adapter:
    found = system_state(machine).adapters
    adapter = next(iter(found.values())) if name is None else found.get(name)
    if adapter is None:
        raise AuthorError(f"there is no adapter {name}")
    return adapter


def _reboot(found: Nlb) -> None:
    if found.node is not None:
        found.node.started = True
        found.node.release()
        found.node.bind()


# --- WMI ----------------------------------------------------------------------------------------------------------


def _nodes(machine: Machine, logon: Logon) -> list[PsObject]:
    own = nlb(machine).node
    if own is None or not own.bound:
        return []
    return [_shown(node, own) for node in (own.peers() if own.joins else [own])]


def _shown(node: Node, own: Node) -> PsObject:
    properties = {
        "Name": f"{node.vip}:{node.priority}",
        "ComputerName": node.machine.computer,
        "HostPriority": node.priority,
        "StatusCode": CODES[node.state] if node is own else 0,  # of others the provider knows nothing
    }
    return PsObject("MicrosoftNLB_Node", properties)


def _settings(machine: Machine, logon: Logon) -> list[PsObject]:
    own = nlb(machine).node
    if own is None or not own.bound:
        return []
    properties = {
        "Name": own.vip,
        "ClusterName": own.name,
        "ClusterIPAddress": own.vip,
        "ClusterNetworkMask": own.mask,
        "MulticastSupportEnabled": own.mode != "unicast",
        "IgmpSupport": own.mode == "igmp",
        "AdapterGuid": own.guid,
    }
    return [PsObject("MicrosoftNLB_ClusterSetting", properties)]


TOPIC = Topic(
    section="nlb",
    schema=NlbPart,
    build=_build,
    tools={"nlb": nlb_tool, "wlbs": nlb_tool},
    cmdlets={
        "get-nlbcluster": cmdlets.get_cluster,
        "get-nlbclusternode": cmdlets.get_node,
        "start-nlbclusternode": cmdlets.start_node,
        "stop-nlbclusternode": cmdlets.stop_node,
        "set-nlbclusternode": cmdlets.set_node,
        "new-nlbcluster": cmdlets.new_cluster,
        "add-nlbclusternode": cmdlets.add_node,
        "remove-nlbclusternode": cmdlets.remove_node,
        "remove-nlbcluster": cmdlets.remove_cluster,
    },
    wmi={
        ("root\\microsoftnlb", "microsoftnlb_node"): _nodes,
        ("root\\microsoftnlb", "microsoftnlb_clustersetting"): _settings,
    },
)
