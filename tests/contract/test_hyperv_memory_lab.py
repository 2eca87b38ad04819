"""hyperv-dynamic-memory against its lab over WinRM: every fault is found, each fix cures, ways back restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Door, Running, Unsatisfied, found, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.windows.hyperv.model import OFF, RUNNING, Vm, hyperv
from troubleshoot.transports.base import OnChunk, Output

PROBLEM = "hyperv-dynamic-memory"

CURES = [
    ("startup_too_large", "lower_startup"),
    ("startup_too_large_german", "lower_startup"),
    ("startup_too_large_2008r2", "lower_startup_2008r2"),
    ("memory_free_again", "start_vm"),
    ("memory_free_again_2008r2", "start_vm_2008r2"),
    ("maximum_reached", "raise_maximum"),
    ("maximum_reached_2012r2", "raise_maximum"),
    ("maximum_reached_german", "raise_maximum"),
    ("buffer_missing", "raise_maximum"),
    ("maximum_reached_2008r2", "raise_maximum_2008r2"),
    ("host_full", "raise_weight"),
    ("host_full_2008r2", "raise_weight_2008r2"),
]
LINES = {"lower_startup": 2, "lower_startup_2008r2": 2, "raise_maximum_2008r2": 4}  # that a fix sends
UNDONE = [
    ("startup_too_large", "lower_startup"),
    ("startup_too_large_2008r2", "lower_startup_2008r2"),
    ("memory_free_again", "start_vm"),
    ("memory_free_again_2008r2", "start_vm_2008r2"),
    ("maximum_reached_2008r2", "raise_maximum_2008r2"),
    ("host_full", "raise_weight"),
    ("host_full_2008r2", "raise_weight_2008r2"),
]


def machine(lab: Running) -> Vm:
    vm = hyperv(lab.estate.machines["hv01"]).find("WEB01")
    assert vm is not None
    return vm


def settings(vm: Vm) -> tuple[object, ...]:
    memory = vm.memory
    return vm.state, memory.startup, memory.minimum, memory.maximum, memory.weight


def content(vm: Vm) -> bool:
    """The lab's own truth: the machine runs, and has what its guest demands."""
    return vm.state == RUNNING and vm.memory.demand <= vm.assigned


async def test_a_machine_of_another_name_is_not_found() -> None:
    async with running(PROBLEM, "maximum_reached") as lab:
        state = await lab.walk(vm="Build Server (old)")
    assert (outcome(state), found(state)[0]) == ("inconclusive", "not_found")


async def test_an_unplugged_host_cannot_be_told() -> None:
    async with running(PROBLEM, "maximum_reached") as lab:
        await lab.lab.unplug("hv01")
        state = await lab.walk()
    assert outcome(state) == "inconclusive"


@pytest.mark.parametrize(("fault", "fix"), CURES)
async def test_the_right_fix_cures(fault: str, fix: str, tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        before = content(machine(lab))
        state = await lab.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert [(record.plan.host, record.status) for record in state.fixes] == [("hv01", "verified")]
        assert content(machine(lab))
    assert not before or fault in ("buffer_missing", "host_full", "host_full_2008r2")  # the buffer alone was missing


@pytest.mark.parametrize(("fault", "fix"), UNDONE)
async def test_the_way_back_restores_the_old_numbers(fault: str, fix: str, tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        before = settings(machine(lab))
        state = await lab.walk(fix, journal=tmp_path / "journal.db", source=Unsatisfied(lab.source, LINES.get(fix, 1)))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert settings(machine(lab)) == before


async def test_a_higher_maximum_says_why_it_has_no_way_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "maximum_reached") as lab:
        state = await lab.walk("raise_maximum", journal=tmp_path / "journal.db")
        vm = machine(lab)
        assert "only be raised" in state.fixes[0].plan.no_rollback
        assert vm.memory.maximum == 3584
        assert vm.state == RUNNING, "the machine was never stopped"


async def test_consent_shows_the_old_numbers(tmp_path: Path) -> None:
    async with running(PROBLEM, "host_full") as lab:
        state = await lab.walk("raise_weight", journal=tmp_path / "journal.db")
    shown_before = "".join(part.text for number in state.fixes[0].before for part in state.observations[number].parts)
    assert '"WEB01","2147483648","1073741824","6442450944","20","50"' in shown_before


async def test_a_start_that_is_refused_ends_the_fix(tmp_path: Path) -> None:
    """Between the look and the start somebody else took the memory."""
    async with running(PROBLEM, "memory_free_again") as lab:
        state = await lab.walk("start_vm", journal=tmp_path / "journal.db", source=_Greedy(lab))
        assert machine(lab).state == OFF
    assert outcome(state) == "rolled_back", shown(state)


class _Greedy(Door):
    """Takes the memory of the host away right before anything is changed."""

    def __init__(self, lab: Running) -> None:
        super().__init__(lab.source)
        self._host = hyperv(lab.estate.machines["hv01"])

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._host.total = 1024
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)
