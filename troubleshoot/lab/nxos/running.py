"""``show running-config`` and its parts. Entered again, the lines give the same switch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from troubleshoot.lab.nxos.model import (
    ALL_VLANS,
    DEFAULT_PRIORITY,
    MANAGEMENT,
    Channel,
    Domain,
    Layer2,
    Port,
    Switch,
)
from troubleshoot.lab.nxos.names import vlan_list

FEATURES: Final = ("bgp", "fex", "interface-vlan", "lacp", "lldp", "msdp", "ospf", "pim", "vpc")
RELEASES: Final = {"n9k": "9.3(8) Bios:version 05.45", "n5k": "7.3(8)N1(1)"}


def text(command: str, switch: Switch, now: float, lines: Iterable[str]) -> str:
    """Configuration lines with the head that NX-OS prints above them."""
    stamp = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(now))
    head = (f"!Command: {command}", f"!Time: {stamp}", "", f"version {RELEASES[switch.model]}")
    return "\n".join(["", *head, *lines, ""])


def whole(switch: Switch) -> Iterator[str]:
    """All lines."""
    yield f"hostname {switch.hostname}"
    yield ""
    yield from features(switch)
    yield ""
    yield f"vlan {vlan_list(switch.vlans)}"
    yield ""
    yield from _spanning_tree(switch)
    yield from _domain(switch.domain)
    for channel in switch.channels.values():
        yield from channel_block(channel)
    for port in switch.ports.values():
        yield from port_block(port)


def features(switch: Switch) -> Iterator[str]:
    """The features that are on."""
    return (f"feature {name}" for name in FEATURES if name in switch.features)


def vpc_part(switch: Switch) -> Iterator[str]:
    """``show running-config vpc``."""
    yield "feature vpc"
    yield ""
    yield from _domain(switch.domain)
    for channel in switch.channels.values():
        lines = list(_vpc(channel))
        yield from ["", f"interface {channel.name}", *lines] if lines else []


def channel_block(channel: Channel) -> Iterator[str]:
    """A port channel."""
    yield ""
    yield f"interface {channel.name}"
    yield from _described(channel.description)
    yield from _layer2(channel.layer2)
    yield from _lacp(channel)
    yield from _vpc(channel)
    if channel.shutdown:
        yield "  shutdown"


def port_block(port: Port) -> Iterator[str]:
    """An Ethernet port or the management port."""
    yield ""
    yield f"interface {port.name}"
    yield from _described(port.description)
    if port.name == MANAGEMENT:
        yield "  vrf member management"
        yield from [f"  ip address {port.address}"] if port.address else []
    else:
        yield from _layer2(port.layer2)
    if port.channel is not None:
        mode = "" if port.channel_mode == "on" else f" mode {port.channel_mode}"
        yield f"  channel-group {port.channel}{mode}"
    if port.shutdown:
        yield "  shutdown"


def _described(description: str) -> Iterator[str]:
    if description:
        yield f"  description {description}"


def _spanning_tree(switch: Switch) -> Iterator[str]:
    if switch.stp_mode != "rapid-pvst":
        yield f"spanning-tree mode {switch.stp_mode}"
    if switch.loopguard:
        yield "spanning-tree loopguard default"


def _domain(domain: Domain | None) -> Iterator[str]:
    if domain is None:
        return
    yield f"vpc domain {domain.number}"
    if domain.priority != DEFAULT_PRIORITY:
        yield f"  role priority {domain.priority}"
    if domain.keepalive is not None:
        source = f" source {domain.keepalive.source}" if domain.keepalive.source else ""
        yield f"  peer-keepalive destination {domain.keepalive.destination}{source}"
    if domain.peer_gateway:
        yield "  peer-gateway"
    if not domain.graceful:
        yield "  no graceful consistency-check"


_LINES: Final[tuple[Callable[[Layer2], str], ...]] = (
    lambda x: "no switchport" if x.mode == "routed" else "",
    lambda x: "switchport mode trunk" if x.mode == "trunk" else "",
    lambda x: f"switchport access vlan {x.access}" if x.access != 1 else "",
    lambda x: f"switchport trunk native vlan {x.native}" if x.native != 1 else "",
    lambda x: f"switchport trunk allowed vlan {vlan_list(x.allowed)}" if x.allowed != ALL_VLANS else "",
)


def _layer2(layer2: Layer2) -> Iterator[str]:
    yield from (f"  {line}" for make in _LINES if (line := make(layer2)))
    if layer2.port_type:
        yield f"  spanning-tree port type {layer2.port_type}"
    if layer2.mtu != 1500:
        yield f"  mtu {layer2.mtu}"


def _lacp(channel: Channel) -> Iterator[str]:
    if channel.suspend_individual is not None:
        yield "  lacp suspend-individual" if channel.suspend_individual else "  no lacp suspend-individual"
    if channel.min_links != 1:
        yield f"  lacp min-links {channel.min_links}"
    if channel.max_bundle != 32:
        yield f"  lacp max-bundle {channel.max_bundle}"


def _vpc(channel: Channel) -> Iterator[str]:
    if channel.peer_link:
        yield "  vpc peer-link"
    if channel.vpc is not None:
        yield f"  vpc {channel.vpc}"
