"""scvmm-operation-timeout against its lab over WinRM: every fault is found, each fix cures, and every way back restores."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Running, Unsatisfied, found, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topics.scvmm import job_error
from troubleshoot.lab.windows.wsman.config import wsman_config

PROBLEM = "scvmm-operation-timeout"
TIMEOUT, OPERATIONS = "MaxTimeoutms", "Service/MaxConcurrentOperationsPerUser"

# fault, fixes, what has to be told to hv01, once each
RAISE_TIMEOUT = 'winrm set winrm/config @{MaxTimeoutms="1800000"}'
RAISE_OPERATIONS = 'winrm set winrm/config/Service @{MaxConcurrentOperationsPerUser="400"}'
CURES = [
    ("low_timeout", ["raise_timeout"], [RAISE_TIMEOUT]),
    ("low_timeout_2012r2", ["raise_timeout"], [RAISE_TIMEOUT]),
    ("low_timeout_german", ["raise_timeout"], [RAISE_TIMEOUT]),
    ("low_operations", ["raise_operations"], [RAISE_OPERATIONS]),
    ("factory_state", ["raise_timeout", "raise_operations"], [RAISE_TIMEOUT, RAISE_OPERATIONS]),
    ("agent_stopped", ["start_agent"], ["net start vmmagent"]),
    ("agent_stopped_2019", ["start_agent"], ["net start scvmmagent"]),
    ("agent_stale", ["restart_winrm"], []),
    ("agent_stale_collector", ["restart_winrm"], []),
]
CURED = pytest.mark.parametrize(("fault", "fixes", "lines"), CURES, ids=[cure[0] for cure in CURES])


def truth(lab: Running) -> int:
    """The code with which a VMM job on hv01 really ends; 0 when it succeeds."""
    return job_error(lab.estate.machines["vmm01"], "hv01")


@CURED
async def test_the_right_fix_cures(fault: str, fixes: list[str], lines: list[str], tmp_path: Path) -> None:
    async with running(PROBLEM, fault) as lab:
        assert truth(lab) != 0
        state = await lab.walk(*fixes, journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert [(record.plan.id, record.status) for record in state.fixes] == [(fix, "verified") for fix in fixes]
        assert truth(lab) == 0
        ran = lab.ran("hv01")
        assert {line: sum(line in told for told in ran) for line in lines} == dict.fromkeys(lines, 1)


async def test_a_restart_brings_every_service_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "agent_stale_collector") as lab:
        control = service_control(lab.estate.machines["hv01"])
        before = {name: control.get(name).started for name in ("winrm", "vmmagent", "wecsvc")}
        state = await lab.walk("restart_winrm", journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert all(control.running(name) for name in before)
        assert all(control.get(name).started > start for name, start in before.items())
        leftovers = [line for line in lab.ran("hv01") if "/delete" in line]
        assert leftovers, "the scheduled task is removed"


async def test_nothing_is_lowered_on_a_host_of_2012_or_later(tmp_path: Path) -> None:
    async with running(PROBLEM, "low_timeout_2012r2") as lab:
        state = await lab.walk("raise_timeout", "raise_operations", journal=tmp_path / "journal.db")
        config = wsman_config(lab.estate.machines["hv01"])
        assert (config.number(TIMEOUT), config.number(OPERATIONS)) == (1800000, 1500)
    assert [record.plan.id for record in state.fixes] == ["raise_timeout"]


@pytest.mark.parametrize(
    ("fault", "fix", "setting", "old"),
    [("low_timeout", "raise_timeout", TIMEOUT, 60000), ("low_operations", "raise_operations", OPERATIONS, 15)],
)
async def test_the_way_back_writes_the_captured_value(
    fault: str, fix: str, setting: str, old: int, tmp_path: Path
) -> None:
    async with running(PROBLEM, fault) as lab:
        config = wsman_config(lab.estate.machines["hv01"])
        odd = str(old + 7)  # not the default: it must come from what was seen
        config.change(setting, odd)
        state = await lab.walk(fix, journal=tmp_path / "journal.db", source=Unsatisfied(lab.source))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert config.value(setting) == odd
        assert sum(odd in line and " set " in line for line in lab.ran("hv01")) == 1


async def test_the_agent_is_stopped_again_on_the_way_back(tmp_path: Path) -> None:
    async with running(PROBLEM, "agent_stopped") as lab:
        state = await lab.walk("start_agent", journal=tmp_path / "journal.db", source=Unsatisfied(lab.source))
        assert [record.status for record in state.fixes] == ["rolled_back"], shown(state)
        assert not service_control(lab.estate.machines["hv01"]).running("vmmagent")


@pytest.mark.parametrize(
    ("code", "conclusion"),
    [
        ("-2144108503", "both_too_low"),
        ("2150858793", "both_too_low"),
        ("0x803381A6", "operations_too_low"),
        ("0x80338012", "reached_now"),
        ("0x80338000", "object_vanished"),
        ("0x80338104", "rights"),
        ("0x80090322", "other_code"),
    ],
)
async def test_the_code_decides_where_to_look(code: str, conclusion: str) -> None:
    async with running(PROBLEM, "factory_state") as lab:
        state = await lab.walk(code=code)
    assert found(state)[0] == conclusion


async def test_a_fix_is_verified_on_the_host_where_the_vmm_server_is_not_seen(tmp_path: Path) -> None:
    async with running(PROBLEM, "low_timeout") as lab:
        await lab.lab.unplug("vmm01")
        state = await lab.walk("raise_timeout", journal=tmp_path / "journal.db")
        assert [record.status for record in state.fixes] == ["verified"], shown(state)
        assert outcome(state) == "inconclusive", "whether VMM reaches the host is not known"
        assert truth(lab) == 0


async def test_a_host_that_is_gone_after_the_consent_is_not_called_fixed(tmp_path: Path) -> None:
    async with running(PROBLEM, "agent_stale") as lab:
        hv01 = lab.estate.machines["hv01"]
        hv01.on("service-stopped:winrm", lambda: service_control(hv01).get("vmmagent").__setattr__("fails", 1053))
        state = await lab.walk("restart_winrm", journal=tmp_path / "journal.db")
        assert [record.status for record in state.fixes] == ["failed"], shown(state)
        assert outcome(state) == "fix_failed"


async def test_the_quota_of_a_plug_in_is_found_behind_a_high_one_of_the_service() -> None:
    async with running(PROBLEM, "healthy_2019") as lab:
        config = wsman_config(lab.estate.machines["hv01"])
        assert found(await lab.walk(code="0x803381E8"))[0] == "quota_elsewhere"
        config.change("Plugin/WMI Provider/Quotas/MaxConcurrentOperationsPerUser", "20")
        state = await lab.walk(code="0x803381E8")
    assert found(state) == ("plugin_quota_too_low", "hv01")
