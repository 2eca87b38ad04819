"""computer-account-reset against its lab over WinRM: a member and two domain controllers, every fault, every fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Running, Unsatisfied, faults, found, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.core.kinds import Risk
from troubleshoot.lab.windows.netlogon.channel import Channel, account_of, verdict
from troubleshoot.lab.windows.services.control import service_control

PROBLEM = "computer-account-reset"
FAULTS = faults(PROBLEM)
FIXES = ("start_netlogon", "resync_time", "enable_account", "reset_channel", "reset_to_dc", "repair_channel")
DN = "CN=APP01,CN=Computers,DC=corp,DC=example"

# fault, fix, the host it is sent to, what is sent
CURES = [
    ("snapshot_reverted_delegated", "repair_channel", "app01", "-Repair"),
    ("cluster_node", "repair_channel", "app01", "-Repair"),
    ("no_secret", "repair_channel", "app01", "-Repair"),
    ("controller_outdated", "reset_to_dc", "app01", "nltest /sc_reset:corp.example\\DC1"),
    ("account_disabled", "enable_account", "dc1", f'dsmod computer "{DN}" -disabled no'),
    ("netlogon_stopped", "start_netlogon", "app01", "net start netlogon"),
    ("clock_behind", "resync_time", "app01", "w32tm /resync /rediscover"),
]


def channel(lab: Running) -> Channel:
    return lab.estate.machines["app01"].state("netlogon", Channel)


def good(lab: Running) -> bool:
    """The lab's own truth."""
    return service_control(lab.estate.machines["app01"]).running("Netlogon") and verdict(channel(lab)) == 0


@pytest.mark.parametrize(("fault", "fix", "host", "line"), CURES, ids=[cure[0] for cure in CURES])
async def test_the_right_fix_cures(fault: str, fix: str, host: str, line: str, tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        assert not good(lab)
        state = await lab.walk(fix, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert [(r.plan.id, r.plan.host) for r in state.fixes if r.status == "verified"] == [(fix, host)]
        assert good(lab)
        assert sum(line in ran for ran in lab.ran(host)) == 1


async def test_building_the_channel_anew_does_not_mend_a_wrong_password(tmp_path: Path) -> None:
    async with running(PROBLEM, "snapshot_reverted") as lab:
        state = await lab.walk("reset_channel", journal=tmp_path / "journal.db")
        assert ("reset_channel", "failed") in [(record.plan.id, record.status) for record in state.fixes]
        assert outcome(state) == "fix_failed"
        assert channel(lab).password == 4, "nothing was changed"


async def test_a_repair_without_credentials_to_pass_on_fails_and_changes_nothing(tmp_path: Path) -> None:
    async with running(PROBLEM, "snapshot_reverted") as lab:
        state = await lab.walk("repair_channel", journal=tmp_path / "journal.db")
        assert ("repair_channel", "failed") in [(record.plan.id, record.status) for record in state.fixes], shown(state)
        assert channel(lab).password == 4


async def test_no_fix_carries_a_password_or_leaves_the_domain() -> None:
    for fault, spec in FAULTS.items():
        if spec.diagnosis is None:
            continue
        async with running(PROBLEM, fault) as lab:
            state = await lab.walk()
        lines = [line.casefold() for record in state.fixes for line in record.plan.commands]
        assert not [
            line for line in lines if any(word in line for word in ("passwordd", "netdom", "remove-computer", "/pw"))
        ]


@pytest.mark.parametrize("fault", ["ca_server", "cluster_node"])
async def test_a_rejoin_is_refused_where_it_would_destroy(fault: str) -> None:
    async with running(PROBLEM, fault) as lab:
        state = await lab.walk()
    assert state.conclusion is not None
    assert not any("joining again" in line for line in state.conclusion.advice)
    assert "refused" in state.conclusion.explanation


async def test_enabling_is_taken_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "account_disabled") as lab:
        state = await lab.walk("enable_account", journal=tmp_path / "journal.db", source=Unsatisfied(lab.source))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        directory = lab.estate.directory
        assert directory is not None
        account = account_of(directory, "APP01", "dc1")
        assert account is not None
        assert account["userAccountControl"] & 2


async def test_starting_netlogon_is_taken_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "netlogon_stopped") as lab:
        state = await lab.walk("start_netlogon", journal=tmp_path / "journal.db", source=Unsatisfied(lab.source))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert not service_control(lab.estate.machines["app01"]).running("Netlogon")


@pytest.mark.parametrize("host", ["app01", "dc1"])
async def test_an_unreachable_end_is_enough_not_to_tell(host: str) -> None:
    async with running(PROBLEM, "snapshot_reverted") as lab:
        await lab.lab.unplug(host)
        state = await lab.walk(*FIXES, risk=Risk.IRREVERSIBLE)
    assert (outcome(state), state.fixes) == ("inconclusive", ())


async def test_a_good_channel_needs_no_look_into_the_directory() -> None:
    async with running(PROBLEM, "healthy") as lab:
        await lab.lab.unplug("dc1")
        state = await lab.walk()
    assert found(state) == ("healthy", "app01")


async def test_a_host_that_is_no_domain_controller_cannot_tell_about_accounts() -> None:
    async with running(PROBLEM, "snapshot_reverted") as lab:
        state = await lab.walk(*FIXES, risk=Risk.IRREVERSIBLE, dc="app01")
    assert found(state) == ("account_unknown", "app01")
    assert state.fixes == ()
