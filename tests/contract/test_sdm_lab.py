"""sdm-mismatch and sdm-static-routes against simulated Catalyst switches over SSH.

Every fault is found, the fix that is offered heals it (with its reload, over the wire), the way back leads back, and other
changes do not pass for a repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.network_support import Running, Stale, faults, found, rehearse, shown, steps
from troubleshoot.core.fixing import outcome
from troubleshoot.core.state import State
from troubleshoot.lab.network.catalyst import Catalyst
from troubleshoot.lab.network.ip_host import routes

STACK, SINGLE = "core-a", "acc-7"
DEVICES = {"sdm-mismatch": STACK, "sdm-static-routes": SINGLE}
EVERY = [(problem, name) for problem in DEVICES for name in faults(problem)]
CHANGING = ("conf", "reload", "write", "copy", "sdm")

# problem, fault, fix, the lines it sends, the template that runs afterwards
RELOADS = [
    ("sdm-mismatch", "aggregator", "change_template", ["sdm prefer routing desktop"], "desktop routing"),
    ("sdm-mismatch", "aggregator_layer2", "change_template", ["sdm prefer vlan desktop"], "desktop vlan"),
    ("sdm-mismatch", "aggregator_stored", "reload_stack", [], "desktop routing"),
    ("sdm-mismatch", "desktop_stored", "reload_stack", [], "desktop default"),
    ("sdm-mismatch", "vlan_routes", "change_template", ["sdm prefer routing desktop"], "desktop routing"),
    ("sdm-mismatch", "routing_without_licence", "change_template", ["sdm prefer default"], "desktop default"),
    ("sdm-static-routes", "template_missing", "enable_template", ["sdm prefer lanbase-routing"], "lanbase-routing"),
    ("sdm-static-routes", "reload_missing", "reload_switch", [], "lanbase-routing"),
]
RELOADED = pytest.mark.parametrize(
    ("problem", "fault", "fix", "lines", "template"), RELOADS, ids=[f"{r[0]}-{r[1]}" for r in RELOADS]
)
# problem, fault, fix, the lines it sends
CHANGES = [
    ("sdm-mismatch", "breaks_at_reload", "keep_template", ["sdm prefer routing desktop"]),
    ("sdm-static-routes", "pending_removes", "keep_template", ["sdm prefer lanbase-routing"]),
    ("sdm-static-routes", "routing_off", "enable_routing", ["ip routing"]),
    (
        "sdm-static-routes",
        "routing_off_gateway",
        "enable_routing_with_default",
        ["ip route 0.0.0.0 0.0.0.0 10.20.0.1", "ip routing"],
    ),
    ("sdm-static-routes", "gateway_ignored", "add_default_route", ["ip route 0.0.0.0 0.0.0.0 10.20.0.1"]),
    ("sdm-static-routes", "route_missing", "add_route", ["ip route 10.41.0.0 255.255.0.0 10.30.0.2"]),
]
CHANGED = pytest.mark.parametrize(
    ("problem", "fault", "fix", "lines"), CHANGES, ids=[f"{c[0]}-{c[2]}" for c in CHANGES]
)
# problem, fault, lines typed by hand, whether somebody reloads then, what the tree says afterwards
MISTAKES = [
    ("sdm-mismatch", "aggregator", ["sdm prefer routing"], True, "aggregator_template"),
    ("sdm-mismatch", "aggregator", ["sdm prefer vlan desktop"], True, "vlan_routes"),
    ("sdm-mismatch", "aggregator", ["sdm prefer routing desktop"], False, "reload_pending"),
    ("sdm-mismatch", "aggregator", ["no sdm prefer"], True, "aggregator_template"),
    ("sdm-mismatch", "breaks_at_reload", ["sdm prefer default"], False, "pending_breaks"),
    ("sdm-mismatch", "absent", ["no switch 2 provision"], False, "member_absent"),
    ("sdm-static-routes", "template_missing", ["sdm prefer default"], True, "template_missing"),
    ("sdm-static-routes", "template_missing", ["sdm prefer lanbase-routing"], False, "reload_missing"),
    ("sdm-static-routes", "template_missing", ["sdm prefer lanbase-routing"], True, "routing_off_gateway"),
    ("sdm-static-routes", "routing_off_gateway", ["ip routing"], False, "gateway_ignored"),
    ("sdm-static-routes", "gateway_ignored", ["ip route 0.0.0.0 0.0.0.0 10.21.0.1"], False, "next_hop_not_connected"),
    (
        "sdm-static-routes",
        "wrong_next_hop",
        ["ip route 10.41.0.0 255.255.0.0 10.30.0.2"],
        False,
        "next_hop_not_connected",
    ),
    ("sdm-static-routes", "lan_lite", ["sdm prefer lanbase-routing"], True, "not_possible"),
]


def switch(running: Running) -> Catalyst:
    return running.world.network.routers[DEVICES[running.problem]].part(Catalyst)


def running_template(running: Running) -> str:
    return switch(running).name(switch(running).template)


def all_ready(running: Running) -> bool:
    stack, name = switch(running), DEVICES[running.problem]
    return {stack.state(member, running.world.running_for(name)) for member in stack.members} == {"Ready"}


def changed(typed: Sequence[str]) -> list[str]:
    return [line for line in typed if line.startswith(CHANGING)]


@pytest.mark.parametrize(("problem", "fault"), EVERY, ids=[f"{p}-{f}" for p, f in EVERY])
async def test_every_fault_is_found(problem: str, fault: str, tmp_path: Path) -> None:
    spec = faults(problem)[fault]
    async with rehearse(problem, fault, tmp_path) as running:
        state = await running.walk()
        typed = running.typed()
    wanted = spec.outcome or ("diagnosed" if spec.diagnosis else "healthy")
    assert outcome(state) == wanted, steps(state)
    if spec.diagnosis:
        assert found(state) == (spec.diagnosis, spec.host), steps(state)
    assert changed(typed) == []
    assert state.conclusion is not None
    assert state.conclusion.evidence, "a verdict without proof"


@RELOADED
async def test_a_reload_heals(
    problem: str, fault: str, fix: str, lines: list[str], template: str, tmp_path: Path
) -> None:
    name = DEVICES[problem]
    async with rehearse(problem, fault, tmp_path) as running:
        before = await running.configuration(name)
        state = await running.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert running_template(running) == template
        assert switch(running).stored is None
        assert all_ready(running)
        assert running.world.boots(name) == 1
        typed = running.typed(name)
        assert [line for line in changed(typed) if line.startswith(("sdm", "reload", "write"))] == [
            *lines,
            "write memory",
            "reload",
        ]
        assert await running.configuration(name) == before


@CHANGED
async def test_a_change_heals(problem: str, fault: str, fix: str, lines: list[str], tmp_path: Path) -> None:
    name = DEVICES[problem]
    async with rehearse(problem, fault, tmp_path) as running:
        state = await running.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert running.world.boots(name) == 0
        assert switch(running).stored is None
        if problem == "sdm-static-routes":
            assert routes(running.world.network.routers[name])
        typed = running.typed(name)
        assert [line for line in typed if line in lines] == lines
        after = await running.walk()
        assert outcome(after) == "healthy", steps(after)


@pytest.mark.parametrize("fault", ["lan_lite", "lan_lite_image", "old_software", "too_many_addresses"])
async def test_what_the_switch_cannot_do_gets_no_fix(fault: str, tmp_path: Path) -> None:
    async with rehearse("sdm-static-routes", fault, tmp_path) as running:
        state = await running.walk("enable_template", "reload_switch", journal=tmp_path / "journal.db")
        assert outcome(state) == "diagnosed"
        assert state.conclusion is not None
        assert (state.fixes, state.conclusion.fixes) == ((), ())
        assert changed(running.typed()) == []


@RELOADED
async def test_the_way_back_is_a_second_reload(
    problem: str, fault: str, fix: str, lines: list[str], template: str, tmp_path: Path
) -> None:
    name = DEVICES[problem]
    async with rehearse(problem, fault, tmp_path) as running:
        before, old = await running.configuration(name), running_template(running)
        state = await _stale(running, fix, tmp_path)
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert running_template(running) == old
        assert running.world.boots(name) == 2
        assert await running.configuration(name) == before


async def _stale(running: Running, fix: str, tmp_path: Path) -> State:
    source = Stale(running.source)
    return await running.walk(fix, journal=tmp_path / "journal.db", source=source)


@CHANGED
async def test_rollback_leaves_no_trace(problem: str, fault: str, fix: str, lines: list[str], tmp_path: Path) -> None:
    name = DEVICES[problem]
    async with rehearse(problem, fault, tmp_path) as running:
        before, stored = await running.configuration(name), switch(running).stored
        state = await _stale(running, fix, tmp_path)
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert await running.configuration(name) == before
        assert switch(running).stored == stored


@pytest.mark.parametrize(("problem", "fault", "lines", "reload", "diagnosis"), MISTAKES)
async def test_other_changes_are_no_repair(
    problem: str, fault: str, lines: list[str], reload: bool, diagnosis: str, tmp_path: Path
) -> None:
    name = DEVICES[problem]
    async with rehearse(problem, fault, tmp_path) as running:
        await running.source.configure(name, lines, deadline=20)
        if reload:
            await running.source.execute(name, "write memory", deadline=20)
            await running.source.restart(name, deadline=60)
        running.clock.time += 600
        state = await running.walk()
        assert found(state) == (diagnosis, name), steps(state)


async def test_a_switch_that_joins_late_is_waited_for_and_not_blamed(tmp_path: Path) -> None:
    async with rehearse("sdm-mismatch", "healthy_takes_over", tmp_path) as running:
        begun = running.clock.time
        state = await running.walk()
        assert outcome(state) == "healthy"
        assert running.clock.time - begun >= 180


async def test_the_default_route_is_there_before_the_gateway_is_ignored(tmp_path: Path) -> None:
    """Our own session comes over the default gateway: routing alone would cut it off, both lines together do not."""
    async with rehearse("sdm-static-routes", "routing_off_managed", tmp_path) as running:
        assert running.world.reachable(SINGLE)
        state = await running.walk("enable_routing_with_default", journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert running.world.reachable(SINGLE)
        router = running.world.network.routers[SINGLE]
        running.world.configure(SINGLE, replace(router, static_routes=frozenset()))
        assert not running.world.reachable(SINGLE)
