"""What a server sees of the switch at the other end of a cable."""

from __future__ import annotations

from dataclasses import dataclass

from troubleshoot.lab.nxos import pair
from troubleshoot.lab.nxos.consistency import system_mac
from troubleshoot.lab.nxos.links import why_down
from troubleshoot.lab.nxos.model import Channel, End, Network, Switch


@dataclass(frozen=True, slots=True)
class FarPort:
    """``lit``: light comes from it. ``system``: the LACP system that speaks there; None: nobody does."""

    lit: bool
    system: str | None


DARK = FarPort(False, None)


def far_port(network: Network, card: End) -> FarPort:
    """The port in which a card's cable ends."""
    cable = network.cable_at(card)
    far = cable.other(card) if cable is not None else None
    switch = network.switches.get(far.device) if far is not None else None
    if far is None or switch is None:
        return DARK
    port = switch.ports[far.port]
    channel = switch.channels.get(port.channel or 0)
    suspended = channel is not None and pair.suspension(network, switch, channel) is not None
    if suspended or why_down(network, switch, port) is not None:
        return DARK
    speaks = channel is not None and port.channel_mode != "on"
    return FarPort(True, _system(network, switch, channel) if speaks and channel is not None else None)


def _system(network: Network, switch: Switch, channel: Channel) -> str:
    """Both switches of a pair show one address on a vPC; else each shows its own."""
    shared = channel.vpc is not None and switch.domain is not None and pair.formed(network, switch)
    return system_mac(switch.domain.number) if shared and switch.domain is not None else switch.mac
