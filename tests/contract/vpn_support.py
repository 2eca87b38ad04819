"""The lab's own truth about a VPN: where the flows of a PE leave the provider's network."""

from __future__ import annotations

from ipaddress import IPv4Address

from tests.contract.network_support import Running, found, steps
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.description import Fault
from troubleshoot.lab.network.forwarding import End, Walk

FLOWS = tuple(f"flow {number}" for number in range(40))
SERVER = IPv4Address("10.20.0.10")


def walks(running: Running, pe: str, vrf: str = "VRF_A", target: IPv4Address = SERVER) -> list[Walk]:
    """The ways of many flows from a PE to a server."""
    forwarding = running.world.state.pim.forwarding
    return [forwarding.walk(f"{pe}:{vrf}", target, flow) for flow in FLOWS]


def exits(running: Running, pe: str, vrf: str = "VRF_A") -> set[str]:
    """The PEs at which the flows of a PE leave; those that do not arrive count as ``lost``."""
    return {walk.steps[-2].instance.partition(":")[0] if walk.delivered else "lost" for walk in walks(running, pe, vrf)}


def loops(running: Running, *pes: str) -> bool:
    """Whether any flow goes round."""
    return any(walk.end is End.LOOP for pe in pes for walk in walks(running, pe))


async def assert_found(running: Running, fault: Fault) -> None:
    """The tree finds the fault at its host, with proof, and changes nothing."""
    state = await running.walk()
    assert state.conclusion is not None
    if fault.diagnosis:
        assert found(state) == (fault.diagnosis, fault.host), steps(state)
    else:
        assert outcome(state) == (fault.outcome or "healthy"), steps(state)
    assert state.conclusion.evidence, "a verdict without proof"
    assert not [line for line in running.typed() if line.startswith("conf")]
