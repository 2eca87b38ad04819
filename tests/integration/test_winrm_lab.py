"""The whole way from a session's source to the lab's own Windows hosts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.winrm_support import PASSWORD, served
from troubleshoot.core.detached import detached
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.session.sources import SecretSources, lab, live
from troubleshoot.transports.base import TransportError

PROBLEM = Path(__file__).parents[2] / "decision_trees" / "scvmm-operation-timeout"
LINES = ["net stop winrm /y", "net start winrm", "net start vmmagent"]


async def test_reads_and_a_script_with_a_value() -> None:
    async with lab(PROBLEM, "healthy") as (source, parameters):
        host = parameters["host"]
        config = await source.read(host, "winrm get winrm/config", deadline=20)
        assert "MaxTimeoutms = " in config.text and config.exit_code == 0
        script = (
            "PS n=\"winrm\"> Get-Service -Name $n | Select-Object Name,Status | ConvertTo-Csv -NoTypeInformation; 'end'"
        )
        rows = await source.read(host, script, deadline=20)
        assert rows.text.splitlines()[1:] == ['"WinRM","Running"', "end"]


async def test_a_restart_of_winrm_by_winrm_is_proven_and_leaves_nothing_behind() -> None:
    async with lab(PROBLEM, "healthy") as (source, parameters):
        host = parameters["host"]
        chunks: list[str] = []
        job = detached("ts-restart-1", LINES, "winrm")
        output = await source.detached(host, job, deadline=120, on_chunk=chunks.append)
        assert (output.refusal, output.doubt, output.exit_code) == ("", "", 0)
        assert "winrm restarted" in output.text and "Virtual Machine Manager Agent" in output.text
        assert "not removed" not in output.text and "Reply from" not in output.text
        assert "".join(chunks) == output.text
        agent = await source.read(host, "sc query vmmagent", deadline=20)
        assert ": 4 " in agent.text
        task = await source.read(host, "schtasks /query /tn ts-restart-1", deadline=20)
        assert task.exit_code == 1


async def test_a_detached_job_is_for_windows_hosts() -> None:
    async with lab(PROBLEM.parent / "rpf-trace", "healthy") as (source, _):
        router = next(host.name for host in source.inventory.hosts.values() if host.platform is not Platform.WINDOWS)
        with pytest.raises(TransportError) as caught:
            await source.detached(router, detached("ts-1", LINES, "winrm"), deadline=30)
        assert (caught.value.kind, caught.value.sent) == (Trouble.NOT_SUPPORTED, False)


async def test_a_live_inventory_reaches_windows_hosts(tmp_path: Path) -> None:
    async with served() as windows:
        inventory = tmp_path / "hosts.yaml"
        inventory.write_text(
            f"hv01: {{hostname: 127.0.0.1, port: {windows.listener.port}, platform: windows, "
            "username: 'CORP\\admin', data: {winrm: {transport: ntlm}}}\n",
            encoding="utf-8",
        )
        asked: list[str] = []

        async def ask(question: str) -> str:
            asked.append(question)
            return PASSWORD

        async with live(
            inventory,
            known_hosts=None,
            own_known_hosts=None,
            accept_new_host_keys=False,
            secrets=SecretSources(ask=ask),
            warn=print,
        ) as source:
            output = await source.read("hv01", "hostname", deadline=20)
        assert "not recognized" in output.refusal  # these programs have no such tool: the way there is what counts
        assert asked == ["Password for hv01"]
        assert windows.started == ["hostname <NUL"] and windows.listener.shells == []
