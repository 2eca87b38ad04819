"""One host of an NLB cluster: whether its adapter let it have the cluster's address, and whom it sees.

Nothing is stored that follows from elsewhere: what the port allows is asked of the Hyper-V host when NLB binds, and who
is in the cluster follows from all hosts of the lab that are on the same network.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.windows.events import ERROR, WARNING, write_event
from troubleshoot.lab.windows.hyperv.model import VmNic, adapter_of
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.registry.store import registry
from troubleshoot.lab.windows.system.state import Adapter
from troubleshoot.lab.windows.topics.adapters import guid, own_mac

PROVIDER: Final = "Microsoft-Windows-NLB"
PARAMETERS: Final = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\WLBS\\Parameters\\Interface"
CODES: Final = {"stopped": 1005, "converging": 1006, "converged": 1007, "default": 1008, "suspended": 1013}
MODES: Final = ("unicast", "multicast", "igmp")


def cluster_mac(vip: str, mode: str) -> str:
    """The hardware address that NLB makes from the cluster's address."""
    octets = ipaddress.IPv4Address(vip).packed
    head = {"unicast": b"\x02\xbf" + octets, "multicast": b"\x03\xbf" + octets}.get(mode)
    return "-".join(f"{octet:02X}" for octet in head or b"\x01\x00\x5e\x7f" + octets[2:])


@dataclass(slots=True)
class Node:
    """The local host. ``bound``: the driver works on the adapter."""

    machine: Machine
    adapter: Adapter
    vip: str
    mask: str
    mode: str
    priority: int
    name: str
    started: bool = True
    suspended: bool = False
    bound: bool = False
    quarrel: bool = False  # port rules that differ: the cluster never ends converging

    @property
    def guid(self) -> str:
        return guid(self.machine, self.adapter.name)

    @property
    def own_mac(self) -> str:
        return own_mac(self.machine, self.adapter.name)

    # --- settings ---

    def store(self) -> None:
        """Write the settings where NLB keeps them."""
        key = f"{PARAMETERS}\\{self.guid}"
        values: dict[str, str | int] = {
            "ClusterIPAddress": self.vip,
            "ClusterNetworkMask": self.mask,
            "ClusterName": self.name,
            "ClusterNetworkAddress": cluster_mac(self.vip, self.mode).lower(),
            "MulticastSupportEnable": int(self.mode != "unicast"),
            "IGMPSupport": int(self.mode == "igmp"),
            "HostPriority": self.priority,
            "ClusterModeOnStart": 1,
        }
        for name, value in values.items():
            registry(self.machine).set(key, name, value)

    def forget(self) -> None:
        """Remove the settings."""
        registry(self.machine).delete_key(f"{PARAMETERS}\\{self.guid}")

    # --- binding ---

    def port(self) -> VmNic | None:
        """The virtual adapter behind this one; None on hardware, or where its Hyper-V host is not in the lab."""
        found = adapter_of(self.machine.estate, self.own_mac)
        return found[1] if found else None

    def allowed(self) -> bool:
        """Unicast needs a port that accepts a foreign hardware address."""
        port = self.port()
        return self.mode != "unicast" or port is None or port.spoofing

    def bind(self, *, age: float = 0.0, allowed: bool | None = None) -> None:
        """Bind the driver to the adapter: take the cluster's addresses, or log that it was refused them."""
        self.bound = self.allowed() if allowed is None else allowed
        if self.bound:
            self.adapter.mac = cluster_mac(self.vip, self.mode) if self.mode == "unicast" else self.own_mac
            if self.vip not in self.adapter.addresses:
                self.adapter.addresses.append(self.vip)
            return
        self.release()
        where = {"AdapterGuid": self.guid}
        write_event(self.machine, "System", PROVIDER, 53, ERROR, where, age=age)
        data = {**where, "NLBStatus": "0x8004100a", "ClusterIPAddress": self.vip}
        write_event(self.machine, "System", PROVIDER, 12289, WARNING, data, age=age)

    def release(self) -> None:
        """Give the cluster's addresses back."""
        self.bound = False
        self.adapter.mac = self.own_mac
        self.adapter.addresses = [item for item in self.adapter.addresses if item != self.vip]

    # --- convergence ---

    @property
    def joins(self) -> bool:
        return self.bound and self.started and not self.suspended

    def peers(self) -> list[Node]:
        """The hosts that this one hears, itself among them, by priority."""
        found = [node for node in nodes(self) if node.joins and node.vip == self.vip and node.mode == self.mode]
        heard = [node for node in found if node is self or (self._speaks(node) and node._speaks(self))]
        return sorted(heard, key=lambda node: node.priority)

    def _speaks(self, other: Node) -> bool:
        """Heartbeats come through: the same network, and a port that does not drop the cluster's address."""
        mine, theirs = self.port(), other.port()
        if mine is None or theirs is None:
            return True
        passes = self.mode != "unicast" or mine.spoofing
        return passes and mine.switch is not None and (mine.network, mine.vlan) == (theirs.network, theirs.vlan)

    @property
    def state(self) -> str:
        """stopped, suspended, converging, converged, or default: converged as the default host."""
        if self.suspended:
            return "suspended"
        if not self.started:
            return "stopped"
        peers = self.peers()
        numbers = [node.priority for node in peers]
        if len(set(numbers)) < len(numbers) or any(node.quarrel for node in peers):
            return "converging"
        return "default" if numbers[0] == self.priority else "converged"


@dataclass(slots=True)
class Nlb:
    """NLB of one host: at most one cluster, on one adapter."""

    machine: Machine
    node: Node | None = None


def nlb(machine: Machine) -> Nlb:
    """NLB of a host. Raises LookupError where the feature is not installed."""
    return machine.state("nlb", Nlb)


def nodes(of: Node) -> Iterator[Node]:
    """Every NLB host of the lab."""
    for machine in of.machine.estate.machines.values():
        found = machine.sections.get("nlb")
        if isinstance(found, Nlb) and found.node is not None:
            yield found.node
