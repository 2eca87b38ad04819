"""`rpf-trace` on the real network: every fault is found on the right router, and a fix brings the stream back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.frr_network import FrrNetwork
from tests.integration.frr_walks import Walks, story, verdict
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State

# fault -> (diagnosis, host)
VERDICTS = {
    "pim_missing": ("pim_missing", "r3"),
    "pim_missing_live": ("pim_missing", "r3"),
    "pim_missing_upstream": ("pim_missing", "r2"),
    "no_route": ("no_route", "r3"),
    "wrong_rp": ("wrong_rp", "r5"),
    "no_rp": ("no_rp", "r5"),
    "no_rp_source_side": ("no_rp_here", "r1"),
    "no_receiver": ("no_receiver", "r5"),
    "igmp_missing": ("igmp_off", "r5"),
    "no_source": ("no_source", "r1"),
    "boundary": ("boundary", "r3"),
    "static_route_interface": ("route_without_next_hop", "r3"),
    "ttl": ("register_unproven", None),
}
FIXES = {"pim_missing": "enable_pim", "pim_missing_upstream": "enable_pim", "wrong_rp": "replace_rp", "no_rp": "set_rp"}


@dataclass(frozen=True, slots=True)
class Bench:
    """The network, and the way to its routers."""

    network: FrrNetwork
    walks: Walks

    async def trace(self, *fixes: str) -> State:
        parameters = {"source": self.network.source, "group": self.network.group, "router": "r5"}
        return await self.walks.walk("rpf-trace", parameters, *fixes)


@pytest.fixture
def bench(frr_network: FrrNetwork, tmp_path: Path) -> Bench:
    return Bench(frr_network, Walks.of(frr_network, tmp_path))


async def test_the_healthy_network_is_healthy(bench: Bench) -> None:
    state = await bench.trace()
    assert outcome(state) == "healthy", story(state)


@pytest.mark.parametrize("fault", sorted(set(VERDICTS) - set(FIXES)))
async def test_a_fault_is_found_on_the_router_that_has_it(bench: Bench, fault: str) -> None:
    # On a busy machine FRR can come out of the restarts with the old source tree instead of the broken one: the
    # stream is silent as well, and the router that is at fault has no part in it. Then the fault is applied anew.
    for _ in range(2):
        with bench.network.fault(fault):
            state = await bench.trace()
        if verdict(state) == VERDICTS[fault]:
            return
    assert verdict(state) == VERDICTS[fault], story(state)


@pytest.mark.parametrize("fault", sorted(FIXES))
async def test_the_fix_brings_the_stream_back_to_the_real_receiver(bench: Bench, fault: str) -> None:
    with bench.network.fault(fault):
        assert bench.network.is_silent()
        state = await bench.trace(FIXES[fault])
        found = state.diagnoses[0]
        assert (found.id, found.host) == VERDICTS[fault], story(state)
        assert outcome(state) == "fixed", story(state)
        assert bench.network.is_flowing()
