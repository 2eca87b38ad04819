"""`rpf-trace` on the real network: every fault is found on the right router, and a fix brings the stream back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.frr_network import FrrNetwork
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.wiring import Setup, open_session

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
    """The network, an inventory of it, and a place for journals."""

    network: FrrNetwork
    inventory: Path
    known_hosts: Path

    async def trace(self, *fixes: str) -> State:
        parameters = {"source": self.network.source, "group": self.network.group, "router": "r5"}
        setup = Setup(
            "rpf-trace",
            parameters,
            inventory=self.inventory,
            known_hosts=self.known_hosts,
            journal=self.inventory.parent / "journal.sqlite3",
        )
        front = Headless(ApplyPolicy(frozenset(fixes), Risk.SESSION))
        async with open_session(setup, front) as session:
            return await session.run()


@pytest.fixture
def bench(frr_network: FrrNetwork, tmp_path: Path) -> Iterator[Bench]:
    hosts = {
        host.name: {
            "hostname": host.hostname,
            "port": host.port,
            "username": host.username,
            "password": frr_network.password,
            "platform": "frr",
            "data": {"addresses": list(host.addresses)},
        }
        for host in frr_network.hosts
    }
    inventory = tmp_path / "hosts.yaml"
    inventory.write_text(json.dumps(hosts), encoding="utf-8")
    inventory.chmod(0o600)
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(frr_network.known_hosts_text, encoding="utf-8")
    yield Bench(frr_network, inventory, known_hosts)


def verdict(state: State) -> tuple[str | None, str | None]:
    found = state.conclusion
    assert found is not None
    return found.id, found.host if found.verdict == "diagnosis" else None


def story(state: State) -> str:
    """For a failing test: how the walk went."""
    lines = [f"{entry.step}@{entry.host} -> {entry.go}: {entry.because}" for entry in state.path]
    return "\n".join([*lines, *(f"{seen.host}: {seen.message}" for seen in state.observations if seen.trouble)])


async def test_the_healthy_network_is_healthy(bench: Bench) -> None:
    state = await bench.trace()
    assert outcome(state) == "healthy", story(state)


@pytest.mark.parametrize("fault", sorted(set(VERDICTS) - set(FIXES)))
async def test_a_fault_is_found_on_the_router_that_has_it(bench: Bench, fault: str) -> None:
    with bench.network.fault(fault):
        state = await bench.trace()
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
