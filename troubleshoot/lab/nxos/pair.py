"""What follows for the pair: keepalive, adjacency, roles, who forwards for which vPC.

Cisco, "Virtual Port Channel Operations": the lower role priority, then the lower MAC is primary. Without the peer-link
the secondary takes its vPCs down while it hears the primary's keepalive; without both, each takes itself for the
primary. A type 1 difference takes vPCs of the secondary down, with the graceful check off those of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.nxos.consistency import differing, global_rows, reason_for, vpc_rows
from troubleshoot.lab.nxos.links import Member, is_up, members
from troubleshoot.lab.nxos.model import MANAGEMENT, Channel, Network, Switch

NOT_CONFIGURED: Final = "peer link not configured"
LINK_DOWN: Final = "peer link is down"
FORMED: Final = "peer adjacency formed ok"
ALIVE: Final = "peer is alive"
OTHER_DOMAIN: Final = "peer is alive, but domain IDs do not match"
NOT_SENT: Final = "Suspended (Destination IP not reachable)"
NOT_HEARD: Final = "peer is not reachable through peer-keepalive"
BY_VPC: Final = "suspended by vpc"
NO_LINK: Final = "vPC peer-link does not exist"
_LINK_DOWN: Final = "Peer-link is down"
_UNCHECKED = "Consistency Check Not Performed"


@dataclass(frozen=True, slots=True)
class VpcView:
    """One vPC as one switch shows it."""

    id: int
    channel: Channel
    up: bool
    star: bool  # down, and the peer-link carries the traffic
    consistency: str
    reason: str
    vlans: frozenset[int]


# --- keepalive and adjacency --------------------------------------------------------------------------------------


def _management(switch: Switch) -> str:
    """The address of the management port; empty while it is down."""
    port = switch.ports.get(MANAGEMENT)
    return port.address.partition("/")[0] if port is not None and not port.shutdown else ""


def _reaches(network: Network, switch: Switch) -> bool:
    """Whether what a switch sends on its keepalive arrives at the other one."""
    if switch.domain is None or switch.domain.keepalive is None or network.management_cut:
        return False
    far = _management(network.peer_of(switch.name))
    return bool(far and _management(switch)) and switch.domain.keepalive.destination == far


def keepalive(network: Network, switch: Switch) -> str:
    """The state of the keepalive as a switch prints it."""
    peer = network.peer_of(switch.name)
    if switch.domain is None or switch.domain.keepalive is None:
        return "Disabled"
    if not _reaches(network, switch):
        return NOT_SENT
    if not _reaches(network, peer):
        return NOT_HEARD
    same = peer.domain is not None and peer.domain.number == switch.domain.number
    return ALIVE if same else OTHER_DOMAIN


def hears(network: Network, switch: Switch) -> bool:
    """Whether a switch knows that the other one lives."""
    return keepalive(network, switch) in (ALIVE, OTHER_DOMAIN)


def peer_status(network: Network, switch: Switch) -> str:
    """The state of the peer as a switch prints it."""
    peer = network.peer_of(switch.name)
    if switch.domain is None or switch.peer_link is None:
        return NOT_CONFIGURED
    joined = peer.domain is not None and peer.domain.number == switch.domain.number and peer.peer_link is not None
    return FORMED if joined and link_up(network, switch) and link_up(network, peer) else LINK_DOWN


def link_up(network: Network, switch: Switch) -> bool:
    """Whether the peer-link has a port that works."""
    return switch.peer_link is not None and is_up(network, switch, switch.peer_link)


def formed(network: Network, switch: Switch) -> bool:
    """Whether both are a pair now."""
    return peer_status(network, switch) == FORMED


# --- roles --------------------------------------------------------------------------------------------------------


def elected(network: Network, switch: Switch) -> bool:
    """Whether a switch won the election."""
    peer = network.peer_of(switch.name)
    if switch.domain is None or peer.domain is None:
        return True
    return (switch.domain.priority, switch.mac) < (peer.domain.priority, peer.mac)


def role(network: Network, switch: Switch) -> str:
    """The role as a switch prints it."""
    if switch.domain is None or switch.peer_link is None or network.peer_of(switch.name).domain is None:
        return "none established"
    if elected(network, switch):
        return "primary"
    return "secondary, operational primary" if _alone(network, switch) else "secondary"


def _alone(network: Network, switch: Switch) -> bool:
    return not formed(network, switch) and not hears(network, switch)


def operational_primary(network: Network, switch: Switch) -> bool:
    """Whether a switch acts as primary."""
    return elected(network, switch) or _alone(network, switch)


# --- vPCs ---------------------------------------------------------------------------------------------------------


def globally_consistent(network: Network, switch: Switch) -> bool:
    """Whether no global type 1 parameter differs."""
    return not differing(global_rows(switch, network.peer_of(switch.name)))


def suspension(network: Network, switch: Switch, channel: Channel) -> str | None:
    """Why vPC keeps a channel down; None: it does not."""
    if channel.vpc is None or switch.domain is None:
        return None
    peer = network.peer_of(switch.name)
    if switch.peer_link is None:
        return NO_LINK
    if not formed(network, switch):
        return _LINK_DOWN if hears(network, switch) and not elected(network, switch) else None
    failing = check(network, switch, channel)
    yields = not operational_primary(network, switch) or not (switch.domain.graceful and _graceful(peer))
    return failing if failing and yields else None


def _graceful(switch: Switch) -> bool:
    return switch.domain is not None and switch.domain.graceful


def check(network: Network, switch: Switch, channel: Channel) -> str | None:
    """What the comparison of the pair says against a vPC, as a reason; None: nothing."""
    peer = network.peer_of(switch.name)
    found = differing(global_rows(switch, peer))
    far = peer.carrying(channel.vpc or 0)
    if not found and far is not None:
        found = differing(vpc_rows(network, switch, channel, peer, far))
    return reason_for(found[0]) if found else None


def final_members(network: Network, switch: Switch, channel: Channel) -> list[Member]:
    """The ports of a channel, with what vPC decides."""
    found = members(network, switch, channel)
    if suspension(network, switch, channel) is None:
        return found
    return [Member(m.port, "D", m.reason or BY_VPC, m.partner) if m.flag in "PH" else m for m in found]


def channel_up(network: Network, switch: Switch, channel: Channel) -> bool:
    """Whether a channel forwards."""
    return any(member.flag == "P" for member in final_members(network, switch, channel))


def view(network: Network, switch: Switch, channel: Channel) -> VpcView:
    """A vPC as a switch shows it."""
    number = channel.vpc or 0
    peer = network.peer_of(switch.name)
    far = peer.carrying(number) if formed(network, switch) else None
    up = channel_up(network, switch, channel)
    star = not up and far is not None and channel_up(network, peer, far)
    state, reason = _judged(network, switch, channel, far)
    vlans = _active(switch, channel, peer, far) if up else frozenset()
    return VpcView(number, channel, up, star, state, reason, vlans)


def _judged(network: Network, switch: Switch, channel: Channel, far: Channel | None) -> tuple[str, str]:
    if not formed(network, switch):
        cut = suspension(network, switch, channel)
        return ("failed", cut) if cut else ("success", "success")
    failing = check(network, switch, channel)
    if failing:
        return "failed", failing
    return ("success", "success") if far is not None else ("Not Applicable", _UNCHECKED)


def _active(switch: Switch, channel: Channel, peer: Switch, far: Channel | None) -> frozenset[int]:
    """The VLANs that exist here and pass on this channel, on the peer's and on the peer-link."""
    passing = channel.layer2.vlans & switch.vlans
    if switch.peer_link is not None:
        passing &= switch.peer_link.layer2.vlans
    return passing & far.layer2.vlans & peer.vlans if far is not None else passing


def link_vlans(switch: Switch, peer: Switch) -> frozenset[int]:
    """The VLANs that are active on the peer-link."""
    if switch.peer_link is None or peer.peer_link is None:
        return frozenset()
    return switch.peer_link.layer2.vlans & peer.peer_link.layer2.vlans & switch.vlans & peer.vlans


def views(network: Network, switch: Switch) -> list[VpcView]:
    """All vPCs of a switch, by number."""
    carriers = (channel for channel in switch.channels.values() if channel.vpc is not None)
    return [view(network, switch, channel) for channel in sorted(carriers, key=lambda c: c.vpc or 0)]
