"""What a pair compares: global parameters, and those of the two halves of a vPC.

Names and types of the rows are those of NX-OS 7 and 9 (`show vpc consistency-parameters`). A difference in a type 1 row
takes the vPC down; it counts where both sides say something.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.nxos.links import members, mode
from troubleshoot.lab.nxos.model import Channel, Network, Switch
from troubleshoot.lab.nxos.names import vlan_list

_STP_MODES: Final = {"rapid-pvst": "Rapid-PVST", "mst": "MST"}
_PORT_TYPES: Final = {
    "": "Default",
    "edge": "Edge Port",
    "edge trunk": "Edge Trunk Port",
    "network": "Network Port",
    "normal": "Normal Port",
}
_REASONS: Final = {"STP Port Type": "STP interface port type", "mode": "channel mode", "Port Mode": "port mode"}
_CARDS: Final = {"n9k": "N9K TOR", "n5k": "Empty"}
_NO_VALUE: Final = ("", "-")


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter. ``kind`` is its type: 1, 2 or `-`."""

    name: str
    kind: str
    local: str
    peer: str


def differing(rows: list[Row]) -> list[Row]:
    """The type 1 rows whose values are both there and not the same."""
    return [
        row
        for row in rows
        if row.kind == "1" and row.local != row.peer and row.local not in _NO_VALUE and row.peer not in _NO_VALUE
    ]


def reason_for(row: Row) -> str:
    """How a switch puts a difference into words."""
    return f"vPC type-1 configuration incompatible - {_REASONS.get(row.name, row.name)} inconsistent"


def _both(name: str, kind: str, local: str, peer: str | None = None) -> Row:
    return Row(name, kind, local, local if peer is None else peer)


def global_rows(switch: Switch, peer: Switch) -> list[Row]:
    """The global parameters of a switch and its peer, in the order of the table."""
    return [
        _both("STP MST Simulate PVST", "1", "Enabled"),
        _both("STP Port Type, Edge BPDUFilter, Edge BPDUGuard", "1", "Normal, Disabled, Disabled"),
        _both("STP MST Region Name", "1", '""'),
        _both("STP Disabled", "1", "None"),
        Row("STP Mode", "1", _STP_MODES[switch.stp_mode], _STP_MODES[peer.stp_mode]),
        _both("STP Bridge Assurance", "1", "Enabled"),
        Row("STP Loopguard", "1", _on(switch.loopguard), _on(peer.loopguard)),
        _both("STP MST Region Instance to VLAN Mapping", "1", ""),
        _both("STP MST Region Revision", "1", "0"),
        _both("Xconnect Vlans", "1", ""),
        _both("QoS (Cos)", "2", "([0-7], [], [], [], [], [], [], [])"),
        _both("Network QoS (MTU)", "2", "(1500, 1500, 1500, 1500, 0, 0, 0, 0)"),
        _both("Interface-vlan admin up", "2", "1"),
        Row("Allowed VLANs", "-", _link_vlans(switch), _link_vlans(peer)),
        _both("Local suspended VLANs", "-", "-"),
    ]


def _on(value: bool) -> str:
    return "Enabled" if value else "Disabled"


def _link_vlans(switch: Switch) -> str:
    return vlan_list(switch.peer_link.layer2.vlans & switch.vlans) if switch.peer_link is not None else "-"


def vpc_rows(network: Network, switch: Switch, channel: Channel, peer: Switch, far: Channel | None) -> list[Row]:
    """The parameters of both halves of a vPC; without the other half its column says nothing."""
    local = _values(network, switch, channel)
    other = _values(network, peer, far) if far is not None else {}
    return [Row(name, kind, value, other.get((name, kind), "-")) for (name, kind), value in local.items()]


def _values(network: Network, switch: Switch, channel: Channel) -> dict[tuple[str, str], str]:
    layer2 = channel.layer2
    return {
        ("STP Port Type", "1"): _PORT_TYPES[layer2.port_type],
        ("STP Port Guard", "1"): "Default",
        ("STP MST Simulate PVST", "1"): "Default",
        ("lag-id", "1"): _lag(network, switch, channel),
        ("mode", "1"): mode(switch, channel) or "-",
        ("delayed-lacp", "1"): "disabled",
        ("Speed", "1"): "10 Gb/s",
        ("Duplex", "1"): "full",
        ("Port Mode", "1"): layer2.mode,
        ("Native Vlan", "1"): str(layer2.native),
        ("MTU", "1"): str(layer2.mtu),
        ("Dot1q Tunnel", "1"): "no",
        ("Switchport Isolated", "1"): "0",
        ("vPC card type", "1"): _CARDS[switch.model],
        ("Allowed VLANs", "-"): vlan_list(layer2.vlans),
        ("Local suspended VLANs", "-"): "-",
    }


def system_mac(domain: int) -> str:
    """The LACP address that a pair shows to others: a fixed prefix and the domain."""
    return f"00:23:04:ee:{0xBE + domain // 256:02x}:{domain % 256:02x}"


def lacp_form(mac: str) -> str:
    """A MAC as LACP displays print it: ``0-23-4-ee-be-a``."""
    return "-".join(f"{int(part, 16):x}" for part in mac.split(":"))


def _lag(network: Network, switch: Switch, channel: Channel) -> str:
    """The aggregation group: our system and key, and those of the partner. Nothing while nobody answers."""
    found = next((m.partner for m in members(network, switch, channel) if m.flag == "P" and m.partner), None)
    if found is None or switch.domain is None or channel.vpc is None:
        return ""
    ours = f"(7f9b, {lacp_form(system_mac(switch.domain.number))}, {0x8000 + channel.vpc:x}, 0, 0)"
    return f"[{ours}, (8000, {lacp_form(found)}, 1, 0, 0)]"
