"""RIP on a real network of FRRouting, read over SSH: the records show the fault, and the tree finds it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.integration.frr_rip import ADAPTERS, FAULTS, HEALTHY, LOOPBACK, RipNetwork
from tests.integration.frr_walks import Walks, story, verdict
from troubleshoot.core.state import State

# fault -> (conclusion, host)
VERDICTS: dict[str, tuple[str, str | None]] = {
    HEALTHY: ("reachable", None),
    "not_in_rip": ("not_in_rip", "edge"),
    "not_in_rip_one_side": ("not_in_rip", "edge"),
    "wrong_receive": ("wrong_receive", "edge"),
    "authentication": ("authentication", "edge"),
    "passive_towards": ("passive_towards", "edge"),
    "filtered_in": ("filtered_in", "edge"),
    "filtered_out": ("filtered_out", "edge"),
    "one_path": ("one_path", "edge"),
    "silent": ("fell_silent", "edge"),
}
SLOW = ("silent", "not_in_rip", "filtered_out")  # a silent server takes RIP's own patience; the others have a sibling
OWN = f"{LOOPBACK}/32"
WANTED = [name for name in VERDICTS if name not in SLOW or os.environ.get("TROUBLESHOOT_SOAK")]


@pytest.fixture
def walks(rip_network: RipNetwork, tmp_path: Path) -> Walks:
    return Walks.of(rip_network, tmp_path)


async def trace(walks: Walks) -> State:
    parameters = {"router": "edge", "loopback": LOOPBACK, "nic": ",".join(ADAPTERS), "far_router": "far"}
    return await walks.walk("rip-server-loopback", parameters)


def test_every_fault_has_its_verdict() -> None:
    assert set(VERDICTS) == set(FAULTS)


@pytest.mark.parametrize("fault", WANTED)
async def test_a_fault_is_found_on_the_router_that_has_it(rip_network: RipNetwork, walks: Walks, fault: str) -> None:
    with rip_network.fault(fault):
        state = await trace(walks)
    assert verdict(state) == VERDICTS[fault], story(state)
    records = {seen.name: seen.record for seen in state.observations if seen.record is not None}
    assert records["rip"]["unread"] == [], story(state)
    bad = tuple(item["address"] for item in records["rip"]["gateways"] if item["bad_packets"])
    assert bad == FAULTS[fault].bad
    announced = [hop["address"] for e in records["database"]["entries"] for hop in e["hops"] if e["prefix"] == OWN]
    assert len(announced) == FAULTS[fault].ways
