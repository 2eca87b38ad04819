"""`rr-single-path` on a real VPN of FRRouting: what the tree says is what the kernel does, and a fix changes both."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration import frr_vpn_topology as topology
from tests.integration.frr_vpn import VpnNetwork
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.wiring import Setup, open_session

FAMILY = ["router bgp 65001", "address-family ipv4 unicast"]
SAME_RD = {"pe2": [*FAMILY, "rd vpn export 10.254.0.1:200"]}


@dataclass(frozen=True, slots=True)
class Bench:
    """The VPN, an inventory of it, and a place for journals."""

    network: VpnNetwork
    inventory: Path
    known_hosts: Path

    async def walk(self, *fixes: str, vrf: str = "default", prefix: str = topology.GLOBAL_SITE) -> State:
        parameters = {"route_reflector": "rr", "pe": "pe1,pe2,pe3", "vrf": vrf, "prefix": prefix}
        setup = Setup(
            "rr-single-path",
            parameters,
            inventory=self.inventory,
            known_hosts=self.known_hosts,
            journal=self.inventory.parent / "journal.sqlite3",
        )
        front = Headless(ApplyPolicy(frozenset(fixes), Risk.OUTAGE))
        async with open_session(setup, front) as session:
            return await session.run()


@pytest.fixture
def bench(vpn_network: VpnNetwork, tmp_path: Path) -> Iterator[Bench]:
    hosts = {
        host.name: {
            "hostname": host.hostname,
            "port": host.port,
            "username": host.username,
            "password": vpn_network.password,
            "platform": "frr",
            "data": {"addresses": list(host.addresses)},
        }
        for host in vpn_network.hosts
    }
    inventory = tmp_path / "hosts.yaml"
    inventory.write_text(json.dumps(hosts), encoding="utf-8")
    inventory.chmod(0o600)
    known_hosts = tmp_path / "known_hosts"
    known_hosts.write_text(vpn_network.known_hosts_text, encoding="utf-8")
    yield Bench(vpn_network, inventory, known_hosts)


def verdict(state: State) -> tuple[str | None, str | None]:
    found = state.conclusion
    assert found is not None
    return found.id, found.host if found.verdict == "diagnosis" else None


def story(state: State) -> str:
    """For a failing test: how the walk went."""
    lines = [f"{entry.step}@{entry.host} -> {entry.go}: {entry.because}" for entry in state.path]
    return "\n".join([*lines, *(f"{seen.host}: {seen.message}" for seen in state.observations if seen.trouble)])


async def test_two_distinguishers_give_two_next_hops_in_the_kernel(bench: Bench) -> None:
    state = await bench.walk()
    assert outcome(state) == "healthy", story(state)
    assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


async def test_one_distinguisher_hides_a_path_and_one_of_its_own_brings_it_back(bench: Bench) -> None:
    with bench.network.changed(**SAME_RD):
        bench.network.wait_paths(1)
        state = await bench.walk("change_rd")
        found = state.diagnoses[0]
        assert (found.id, found.host) == ("same_rd", "pe2"), story(state)
        assert outcome(state) == "fixed", story(state)
        assert [fix.plan.commands[-1] for fix in state.fixes if fix.status == "verified"] == [
            "rd vpn export 10.254.0.2:200"
        ]
        assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


async def test_a_limit_of_one_path_is_found_and_raised(bench: Bench) -> None:
    with bench.network.changed(pe3=[*FAMILY, "maximum-paths 1", "maximum-paths ibgp 1"]):
        bench.network.wait_paths(1)
        state = await bench.walk("set_maximum_paths")
        found = state.diagnoses[0]
        assert (found.id, found.host) == ("no_maximum_paths", "pe3"), story(state)
        assert outcome(state) == "fixed", story(state)
        assert bench.network.kernel_next_hops() == {"10.0.0.1", "10.0.0.2"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ({"pe2": [*FAMILY, "rt vpn export 65001:999"]}, ("target_not_imported", "pe3")),
        ({"pe2": [*FAMILY, "no redistribute static route-map SITE"]}, ("not_redistributed", "pe2")),
        ({"pe2": [*FAMILY, "no export vpn"]}, ("no_export_target", "pe2")),
        ({"pe2": ["router bgp 65001", "neighbor 10.254.0.9 shutdown"]}, ("session_down", "pe2")),
        (
            {"pe2": ["route-map LOW permit 10", "set local-preference 50", *FAMILY, "route-map vpn export LOW"]},
            ("paths_differ", "pe3"),
        ),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
async def test_a_fault_of_one_pe_is_found_there(
    bench: Bench, lines: dict[str, list[str]], expected: tuple[str, str]
) -> None:
    with bench.network.changed(**lines):
        bench.network.wait_paths(1)
        state = await bench.walk()
    assert verdict(state) == expected, story(state)


async def test_a_vrf_proper_is_followed_into_a_kernel_that_may_refuse_its_labels(bench: Bench) -> None:
    """Without MPLS in the kernel the route of the VRF is selected and refused: BGP alone would look healthy."""
    state = await bench.walk(vrf=topology.VRF, prefix=topology.SITE)
    expected = ("shared_load", None) if Path("/proc/sys/net/mpls").exists() else ("not_forwarded", "pe3")
    assert verdict(state) == expected, story(state)


async def test_a_vrf_proper_with_one_distinguisher(bench: Bench) -> None:
    family = [f"router bgp 65001 vrf {topology.VRF}", "address-family ipv4 unicast"]
    with bench.network.changed(pe2=[*family, "rd vpn export 10.254.0.1:100"]):
        state = await bench.walk(vrf=topology.VRF, prefix=topology.SITE)
    assert verdict(state) == ("same_rd", "pe2"), story(state)
