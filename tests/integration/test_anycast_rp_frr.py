"""`anycast-rp` on real FRRouting: two RPs with one address, MSDP between them, a stream registered at one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.figures import soaking
from tests.integration.frr_msdp import GROUP, ROUTERS, SHARED, MsdpNetwork
from tests.integration.frr_walks import Walks, story, verdict
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State

MEMBER = "ip msdp mesh-group SET member 10.55.255.1"
# name -> lines on rp2, conclusion and host
FAULTS = {
    "loopback_without_pim": (["interface lo", "no ip pim"], ("loopback_without_pim", "rp2")),
    "peer_missing": ([f"no {MEMBER}"], ("peer_missing", "rp2")),
}
WANTED = [name for name in FAULTS if soaking() or name == "peer_missing"]  # after each one MSDP takes 30 s to come back


@pytest.fixture
def walks(msdp_network: MsdpNetwork, tmp_path: Path) -> Walks:
    return Walks.of(msdp_network, tmp_path)


async def compare(walks: Walks, *fixes: str) -> State:
    return await walks.walk("anycast-rp", {"rps": ",".join(ROUTERS), "group": GROUP}, *fixes)


async def test_two_rps_that_tell_each_other_their_sources_are_healthy(msdp_network: MsdpNetwork, walks: Walks) -> None:
    before = msdp_network.received()
    state = await compare(walks)
    assert outcome(state) == "healthy", story(state)
    assert [seen.record["unread"] for seen in state.observations if seen.record and seen.record.get("unread")] == []
    assert msdp_network.received() > before


@pytest.mark.parametrize("fault", WANTED)
async def test_a_fault_is_found_on_the_router_that_has_it(msdp_network: MsdpNetwork, walks: Walks, fault: str) -> None:
    lines, expected = FAULTS[fault]
    with msdp_network.changed(rp2=lines):
        state = await compare(walks)
    assert verdict(state) == expected, story(state)


async def test_a_missing_mapping_is_set_and_the_router_is_an_rp_again(msdp_network: MsdpNetwork, walks: Walks) -> None:
    with msdp_network.changed(rp2=[f"no ip pim rp {SHARED} 224.0.0.0/4"]):
        state = await compare(walks, "set_rp")
        assert (state.diagnoses[0].id, state.diagnoses[0].host) == ("no_mapping", "rp2"), story(state)
        assert outcome(state) == "fixed", story(state)
        assert '"iAmRP":true' in msdp_network.vtysh("rp2", "show ip pim rp-info json")
