"""dfsr-migration-rodc against its lab over WinRM: three domain controllers, every fault, every fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Running, Unsatisfied, found, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.sysvol.state import Sysvol
from troubleshoot.lab.windows.topic import Logon

PROBLEM = "dfsr-migration-rodc"
FIXES = (
    "create_objects",
    "delete_frs_member",
    "delete_dfsr_member",
    "replicate_to_pdc",
    "replicate_and_poll",
    "poll_now",
    "start_dfsr",
)

# fault, fix, the host it is sent to, what is sent
CURES = [
    ("rodc_promoted_late", "create_objects", "dc1", ["dfsrmig /CreateGlobalObjects"]),
    ("rodc_promoted_late_redirected", "create_objects", "dc1", ["dfsrmig /CreateGlobalObjects"]),
    ("rodc_promoted_late_german", "create_objects", "dc1", ["dfsrmig /CreateGlobalObjects"]),
    ("asked_elsewhere", "create_objects", "dc2", ["dfsrmig /CreateGlobalObjects"]),
    ("rodc_eliminating", "delete_frs_member", "dc1", ["dfsrmig /DeleteRoNtfrsMember RODC7"]),
    ("rodc_undo_preparing", "delete_dfsr_member", "dc1", ["dfsrmig /DeleteRoDfsrMember RODC7"]),
    (
        "in_transit",
        "replicate_and_poll",
        "rodc7",
        ['repadmin /replicate localhost dc1 "DC=corp,DC=example"', "dfsrdiag pollad"],
    ),
    (
        "replication_late",
        "replicate_and_poll",
        "rodc7",
        ['repadmin /replicate localhost dc1 "DC=corp,DC=example"', "dfsrdiag pollad"],
    ),
    ("stale_view", "replicate_to_pdc", "dc1", ['repadmin /replicate localhost DC2 "DC=corp,DC=example"']),
    ("not_polled", "poll_now", "dc2", ["dfsrdiag pollad"]),
    ("dfsr_stopped", "start_dfsr", "dc2", ["net start dfsr"]),
]


def states(lab: Running) -> dict[str, int]:
    """What each domain controller has really reached."""
    return {name: machine.state("sysvol", Sysvol).state for name, machine in lab.estate.machines.items()}


def in_sync(lab: Running) -> bool:
    """The lab's own truth: everybody has reached what the PDC emulator's directory says."""
    directory = lab.estate.directory
    assert directory is not None
    goal = lab.estate.machines[directory.pdc.name].state("sysvol", Sysvol).objects.goal()
    return set(states(lab).values()) == {goal}


@pytest.mark.parametrize(("fault", "fix", "host", "lines"), CURES, ids=[cure[0] for cure in CURES])
async def test_the_right_fix_cures(fault: str, fix: str, host: str, lines: list[str], tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        assert (fault == "stale_view") == in_sync(lab), "there it is only the view of the PDC emulator that is wrong"
        state = await lab.walk(fix, journal=tmp_path / "journal.db", risk=Risk.IRREVERSIBLE)
        assert outcome(state) == "fixed", shown(state)
        assert [(r.plan.id, r.plan.host) for r in state.fixes if r.status == "verified"] == [(fix, host)]
        assert in_sync(lab)
        ran = lab.ran(host)
    assert {wanted: sum(wanted in line for line in ran) for wanted in lines} == dict.fromkeys(lines, 1)


@pytest.mark.parametrize("fault", ["rodc_promoted_late", "rodc_eliminating", "rodc_undo_preparing"])
async def test_the_helpers_for_rodcs_need_the_highest_consent(fault: str, tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        before = states(lab)
        state = await lab.walk(*FIXES, journal=tmp_path / "journal.db", risk=Risk.OUTAGE)
        assert [record.status for record in state.fixes] == ["offered"]
        assert state.fixes[0].plan.risk is Risk.IRREVERSIBLE
        assert state.fixes[0].plan.no_rollback
        assert states(lab) == before


async def test_the_widespread_advice_does_harm(tmp_path: Path) -> None:
    """/DeleteRoNtfrsMember on an RODC in Start takes it out of FRS and brings it no further."""
    async with running(PROBLEM, "rodc_promoted_late") as lab:
        rodc = lab.estate.machines["rodc7"].state("sysvol", Sysvol)
        answer = await lab.source.execute("dc1", "dfsrmig /DeleteRoNtfrsMember RODC7", deadline=20)
        assert "Succeeded" in answer.text
        objects = lab.estate.machines["dc1"].state("sysvol", Sysvol).objects
        assert objects.find(objects.frs_dn("RODC7")) is None
        state = await lab.walk()
        assert found(state) == ("rodc_objects_missing", "rodc7")
        assert rodc.state == 0
        assert not any("Ntfrs" in line for record in state.fixes for line in record.plan.commands)


async def test_a_helper_without_a_name_hits_every_rodc() -> None:
    async with running(PROBLEM, "rodc_promoted_late") as lab:
        await lab.source.execute("dc1", "dfsrmig /DeleteRoNtfrsMember", deadline=20)
        objects = lab.estate.machines["dc1"].state("sysvol", Sysvol).objects
        assert [name for name in objects.read_only() if objects.find(objects.frs_dn(name))] == []


async def test_starting_the_service_is_taken_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "dfsr_stopped") as lab:
        source = Unsatisfied(lab.source)
        state = await lab.walk("start_dfsr", journal=tmp_path / "journal.db", source=source)
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert not service_control(lab.estate.machines["dc2"]).running("DFSR")


async def test_without_a_second_hop_dfsrmig_elsewhere_says_nothing() -> None:
    async with running(PROBLEM, "healthy") as lab:
        assert not Logon("CORP\\operator").delegated
        elsewhere = await lab.source.read("dc2", "dfsrmig /getMigrationState", deadline=20)
    assert "Unable to connect to the Primary DC" in elsewhere.text


@pytest.mark.parametrize("fault", ["rodc_promoted_late", "dfsr_stopped"])
async def test_an_rodc_or_dc_that_cannot_be_reached(fault: str) -> None:
    """The directory alone proves missing objects; a stopped service it cannot show."""
    async with running(PROBLEM, fault) as lab:
        await lab.lab.unplug("rodc7" if fault == "rodc_promoted_late" else "dc2")
        state = await lab.walk()
    wanted = ("rodc_objects_missing", "rodc7") if fault == "rodc_promoted_late" else ("no_cause", "dc1")
    assert found(state) == wanted
