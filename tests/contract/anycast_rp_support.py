"""What is true in the lab of anycast-rp, whatever the tree says."""

from __future__ import annotations

from ipaddress import IPv4Address

from tests.contract import network_support
from troubleshoot.lab.network.msdp import Msdp
from troubleshoot.lab.network.world import World

PROBLEM = "anycast-rp"
FAULTS = network_support.faults(PROBLEM)
SHARED = IPv4Address("10.255.255.1")
RPS = ("rp1", "rp2", "rp3")


def pictures(world: World) -> set[tuple[str, str]]:
    """Who sees which source."""
    return {(receiver, str(source)) for receiver, source, _ in world.state.delivered}


def wrongs(world: World) -> list[str]:
    """What is wrong with the RPs of this lab: nothing is, if the list is empty."""
    state = world.state
    sources = {str(h.address) for h in world.network.hosts.values() if h.sends}
    seen = pictures(world)
    said = [f"{p} does not see {s}" for p in ("player1", "player2", "player3") for s in sources if (p, s) not in seen]
    for number, name in enumerate(RPS, 1):
        if state.pim.arrives(f"r{number}", SHARED) != name:
            said.append(f"r{number} does not use {name}")
        if not _announced(world, f"r{number}", IPv4Address(f"10.255.0.{number}")):
            said.append(f"{name} does not announce the shared address, or not as a /32")
    said += [f"{s.router} has no session with {s.peer.address}" for s in state.msdp.sessions.values() if s.far is None]
    said += [f"{s.router} flaps" for s in state.msdp.sessions.values() if s.flaps]
    if len(state.msdp.sessions) != 6:
        said.append("sessions are missing")
    names = {name: state.msdp.announced_as(name, SHARED) for name in RPS}
    if len({*names.values()} - {SHARED}) != 3:
        said.append("originators are not distinct")
    ends = [(n, p.mesh_group) for n in RPS for p in world.network.routers[n].part(Msdp).peers]
    if len({mesh for _, mesh in ends}) != 1:
        said.append("a mesh group is known at one end only")
    return said


def _announced(world: World, router: str, alone: IPv4Address) -> bool:
    """Whether the shared address is as near to ``router`` as the RP's own one: each r stands behind its own RP."""
    shared, own = (world.state.ribs[router].lookup(address) for address in (SHARED, alone))
    return shared is not None and own is not None and shared.prefix.prefixlen == 32 and shared.metric == own.metric
