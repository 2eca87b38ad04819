"""What follows from cables, shutdowns and channel modes: which port has light, who hears LACP, who is bundled.

IEEE 802.3ad: a port joins when its partner answers; one side at least has to be active. A static channel takes any port
that has light.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from troubleshoot.lab.nxos.model import Channel, End, Network, Port, Switch

ADMIN_DOWN = "Administratively down"
CHANNEL_DOWN = "Channel admin down"
REMOVED = "Module removed"
NO_LIGHT = "Link not connected"
NO_OPTICS = "SFP not inserted"
NO_LACP = "suspended(no LACP PDUs)"
OTHER_PARTNER = "suspended(LACP partner mismatch)"


@dataclass(frozen=True, slots=True)
class Member:
    """A port of a channel. ``partner``: the system that answers by LACP; None: nobody does."""

    port: Port
    flag: str
    reason: str | None  # why it is down; None: it is not
    partner: str | None


def why_down(network: Network, switch: Switch, port: Port) -> str | None:
    """Why a port has no light; None: it has."""
    own = REMOVED if End(switch.name, port.name) in network.removed else _shut(switch, port)
    if own is not None:
        return own
    cable = network.cable_at(End(switch.name, port.name))
    if cable is None:
        return NO_OPTICS
    far = cable.other(End(switch.name, port.name))
    lit = far is not None and not cable.broken and _shines(network, far)
    return None if lit else NO_LIGHT


def _shut(switch: Switch, port: Port) -> str | None:
    if port.shutdown:
        return ADMIN_DOWN
    channel = switch.channels.get(port.channel or 0)
    return CHANNEL_DOWN if channel is not None and channel.shutdown else None


def _shines(network: Network, end: End) -> bool:
    switch = network.switches.get(end.device)
    if switch is None:
        team = network.teams.get(end.device)
        return team is not None and end.port not in team.dead
    port = switch.ports.get(end.port)
    return port is not None and end not in network.removed and _shut(switch, port) is None


def _speaker(network: Network, end: End, answers: bool) -> str | None:
    """The system that speaks LACP at the far end. ``answers``: we are active, so a passive one speaks too."""
    switch = network.switches.get(end.device)
    if switch is None:
        team = network.teams.get(end.device)
        return team.mac if team is not None and team.speaks(end.port) else None
    port = switch.ports.get(end.port)
    if port is None or port.channel is None:
        return None
    return switch.mac if port.channel_mode == "active" or (answers and port.channel_mode == "passive") else None


def partner(network: Network, switch: Switch, port: Port) -> str | None:
    """The LACP system that a port hears; None without light or LACP."""
    if port.channel_mode == "on" or why_down(network, switch, port) is not None:
        return None
    here = End(switch.name, port.name)
    cable = network.cable_at(here)
    far = cable.other(here) if cable else None
    return _speaker(network, far, port.channel_mode == "active") if far else None


def members(network: Network, switch: Switch, channel: Channel) -> list[Member]:
    """The ports of a channel as LACP (or `mode on`) leaves them; what vPC adds to it is not counted here."""
    found = list(_members(network, switch, channel))
    if sum(member.flag == "P" for member in found) >= channel.min_links:
        return found
    return [Member(m.port, "D", m.reason, m.partner) if m.flag == "P" else m for m in found]


def _members(network: Network, switch: Switch, channel: Channel) -> Iterator[Member]:
    chosen: str | None = None
    bundled = 0
    for port in switch.members(channel.number):
        reason, heard = why_down(network, switch, port), partner(network, switch, port)
        chosen = chosen or heard
        if reason is not None:
            yield Member(port, "r" if reason == REMOVED else "D", reason, None)
        elif port.channel_mode != "on" and (heard is None or heard != chosen):
            yield _left_out(switch, channel, port, heard)
        else:
            bundled += 1
            yield Member(port, "P" if bundled <= channel.max_bundle else "H", None, heard)


def _left_out(switch: Switch, channel: Channel, port: Port, heard: str | None) -> Member:
    """Nexus 7000 and 9000 suspend a port without LACP, Nexus 5000 lets it forward on its own."""
    suspends = switch.suspends if channel.suspend_individual is None else channel.suspend_individual
    if heard is None and not suspends:
        return Member(port, "I", None, None)
    return Member(port, "s", NO_LACP if heard is None else OTHER_PARTNER, heard)


def is_up(network: Network, switch: Switch, channel: Channel) -> bool:
    """Whether a channel has a port that works."""
    return any(member.flag == "P" for member in members(network, switch, channel))


def mode(switch: Switch, channel: Channel) -> str:
    """The mode of a channel: that of its ports; empty without any."""
    ports = switch.members(channel.number)
    return ports[0].channel_mode if ports else ""
