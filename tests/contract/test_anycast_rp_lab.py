"""anycast-rp against its lab over SSH: each fault is found at its own router, each fix cures it and is taken back whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.anycast_rp_support import FAULTS, PROBLEM, wrongs
from tests.contract.network_support import Running, Stale, found, rehearse, shown, steps
from tests.figures import share
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State

RP = "ip pim rp-address"
# fault, fixes, the router they are sent to, the lines they send
CURES = [
    ("no_mapping_rp", ["set_rp"], "rp3", [f"{RP} 10.255.255.1"]),
    ("no_mapping_router", ["set_rp"], "r3", [f"{RP} 10.255.255.1"]),
    ("mapping_differs_router", ["replace_rp"], "r3", [f"no {RP} 10.255.0.2", f"{RP} 10.255.255.1"]),
    ("mapping_differs_rp", ["replace_rp"], "rp2", [f"no {RP} 10.255.0.2", f"{RP} 10.255.255.1"]),
    ("loopback_down", ["switch_on"], "rp2", ["interface Loopback1", "no shutdown"]),
    (
        "anycast_missing",
        ["add_address"],
        "rp3",
        ["interface Loopback1", "ip address 10.255.255.1 255.255.255.255", "ip pim sparse-mode"],
    ),
    ("not_announced", ["announce"], "rp2", ["router ospf 1", "network 10.255.255.1 0.0.0.0 area 0"]),
    ("mask_wrong", ["correct_mask"], "rp3", ["interface Loopback1", "ip address 10.255.255.1 255.255.255.255"]),
    ("loopback_without_pim", ["enable_pim"], "rp2", ["interface Loopback1", "ip pim sparse-mode"]),
    (
        "connect_source_anycast",
        ["set_connect_source"],
        "rp2",
        ["ip msdp peer 10.255.0.1 connect-source Loopback0"],
    ),
    (
        "connect_source_missing",
        ["set_connect_source"],
        "rp2",
        ["ip msdp peer 10.255.0.1 connect-source Loopback0"],
    ),
    (
        "peer_missing",
        ["add_peer", "join_mesh"],
        "rp3",
        ["ip msdp peer 10.255.0.1 connect-source Loopback0", "ip msdp mesh-group ANYCAST 10.255.0.1"],
    ),
    ("peer_shutdown", ["open_session"], "rp2", ["no ip msdp shutdown 10.255.0.1"]),
    ("originator_missing", ["set_originator"], "rp1", ["ip msdp originator-id Loopback0"]),
    ("originator_anycast", ["replace_originator"], "rp1", ["ip msdp originator-id Loopback0"]),
    ("mesh_one_sided", ["join_mesh"], "rp3", ["ip msdp mesh-group ANYCAST 10.255.0.1"]),
    ("mesh_one_sided_loss", ["join_mesh"], "rp3", ["ip msdp mesh-group ANYCAST 10.255.0.1"]),
]
CURED = pytest.mark.parametrize(("fault", "fixes", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])
ONE_OF_EACH = [
    cure for cure in CURES if cure[0] not in ("no_mapping_router", "mapping_differs_rp", "mesh_one_sided_loss")
]
SHARE = share(ONE_OF_EACH, 2)  # the cures run all of them; a rollback takes a whole walk more
UNDONE = pytest.mark.parametrize(("fault", "fixes", "host"), [c[:3] for c in SHARE], ids=[c[0] for c in SHARE])

# By hand, and beside the point: they must not come out healthy.
MISTAKES = [
    ("originator_missing", "rp1", ["ip msdp originator-id Loopback1"]),
    ("originator_missing", "rp1", ["no ip msdp peer 10.255.0.2"]),
    ("connect_source_anycast", "rp2", ["ip msdp peer 10.255.0.1 connect-source GigabitEthernet0/0"]),
    ("connect_source_missing", "rp2", ["clear ip msdp peer 10.255.0.1"]),
    ("peer_missing", "rp3", ["ip msdp peer 10.255.0.1 connect-source Loopback1"]),
    ("peer_missing", "rp3", ["ip msdp peer 10.30.13.1 connect-source Loopback0"]),
    ("sa_filtered_in", "rp3", ["ip msdp sa-filter in 10.255.0.1"]),
    ("sa_filtered_out", "rp3", ["clear ip msdp sa-cache"]),
    ("password_differs", "rp1", ["ip msdp password peer 10.255.0.2 Vermont-3"]),
    ("password_one_sided", "rp1", ["ip msdp password peer 10.255.0.2 Vermont-9"]),
    ("mesh_one_sided", "rp3", ["ip msdp mesh-group OTHER 10.255.0.2"]),
    ("not_announced", "rp2", ["router ospf 1", "network 10.255.255.2 0.0.0.0 area 0"]),
    ("mapping_differs_router", "r3", ["ip pim rp-address 10.255.0.3"]),
    ("loopback_without_pim", "rp2", ["interface Loopback0", "no ip pim sparse-mode"]),
    ("anycast_missing", "rp3", ["interface Loopback1", "ip address 10.255.255.11 255.255.255.255"]),
    ("flapping", "rp1", ["clear ip msdp peer 10.255.0.2"]),
    ("pim_missing_at_rp", "rp3", ["interface GigabitEthernet0/1", "ip pim sparse-mode"]),
]


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found_and_every_healthy_variant_is_healthy(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk()
        typed = running.typed()
    assert state.conclusion is not None
    if spec.diagnosis:
        assert (state.conclusion.id, state.conclusion.host) == (spec.diagnosis, spec.host), steps(state)
    assert outcome(state) == ("diagnosed" if spec.diagnosis else spec.outcome or "healthy"), steps(state)
    assert state.conclusion.evidence, "a verdict without proof"
    assert not [line for line in typed if line.startswith("conf")]


def test_the_lab_is_sound_and_its_faults_are_not() -> None:
    from tests.contract.network_support import Clock, description
    from troubleshoot.lab.description import build
    from troubleshoot.lab.network.world import World

    def world(fault: str) -> World:
        return World(build(description(PROBLEM), fault), Clock(), convergence=0.0, seed=7)

    for name, spec in FAULTS.items():
        found_wrong = wrongs(world(name))
        if spec.diagnosis is None and name != "no_mesh_group":
            assert found_wrong == [], name
        elif spec.diagnosis not in (None, "not_registered", "router_id_shared", "router_id_double"):
            assert found_wrong, name


@CURED
async def test_the_fix_cures(fault: str, fixes: list[str], host: str, lines: list[str], tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        assert wrongs(running.world)
        state = await running.walk(*fixes, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", (shown(state), steps(state))
        assert [(record.plan.id, record.status) for record in state.fixes] == [(fix, "verified") for fix in fixes]
        assert wrongs(running.world) == []
        assert {line: running.typed(host).count(line) for line in lines} == dict.fromkeys(lines, 1)
        again = await running.walk()
    assert outcome(again) == "healthy", steps(again)


@UNDONE
async def test_the_rollback_leaves_no_trace(fault: str, fixes: list[str], host: str, tmp_path: Path) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        before = await running.configuration(host)
        state = await _undone(running, fixes[0], tmp_path)
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert await running.configuration(host) == before


async def _undone(running: Running, fix: str, tmp_path: Path) -> State:
    return await running.walk(fix, source=Stale(running.source), journal=tmp_path / "journal.db")


@pytest.mark.parametrize(("fault", "host", "lines"), MISTAKES, ids=[f"{m[0]}-{n}" for n, m in enumerate(MISTAKES)])
async def test_a_wrong_repair_does_not_come_out_healthy(
    fault: str, host: str, lines: list[str], tmp_path: Path
) -> None:
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        if lines[0].startswith("clear"):
            for line in lines:
                await running.source.execute(host, line, deadline=20)
        else:
            await running.source.configure(host, lines, deadline=20)
        running.clock.time += 300
        state = await running.walk()
    assert state.conclusion is not None
    assert state.conclusion.verdict == "diagnosis", (found(state), steps(state))
