"""Scheduled tasks, and the detached restart of the service that carries our own session."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import FILTERED, Bench, on
from troubleshoot.core.detached import Detached, detached
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.tasks.scheduler import scheduler

AGENT_LINES = ["net stop winrm /y", "net start winrm", "net start vmmagent"]


async def begin(bench: Bench, host: str, job: Detached) -> None:
    for line in job.start:
        answer = await bench.run(host, line)
        assert (answer.code, answer.err) == (0, "")


async def end(bench: Bench, host: str, name: str, seconds: float = 8.0) -> None:
    """Wait until the task is no longer running."""
    task = scheduler(bench.host(host)).find(name)
    assert task is not None
    async with asyncio.timeout(seconds):
        while task.running:
            await asyncio.sleep(0.01)


async def test_the_whole_life_of_a_task(bench: Bench) -> None:
    create = 'schtasks /create /tn probe /sc once /st 23:59 /ru SYSTEM /f /tr "cmd /c whoami>C:\\Windows\\Temp\\p.txt"'
    created = await bench.run("web02", create)
    assert created.out == 'SUCCESS: The scheduled task "probe" has successfully been created.\n'
    listed = await bench.run("web02", "schtasks /query /tn probe /fo csv /nh")
    assert listed.out.startswith('"\\probe",')
    assert (await bench.run("web02", "schtasks /run /tn probe")).out.startswith("SUCCESS: Attempted to run")
    await end(bench, "web02", "probe")
    assert (await bench.run("web02", "type C:\\Windows\\Temp\\p.txt")).out == "nt authority\\system\n"
    verbose = await bench.run("web02", "schtasks /query /tn probe /fo list /v")
    assert any(line.split(":", 1) == ["Last Result", "                         0"] for line in verbose.lines)
    assert (await bench.run("web02", "schtasks /delete /tn probe /f")).code == 0
    gone = await bench.run("web02", "schtasks /query /tn probe")
    assert (gone.code, gone.err) == (1, "ERROR: The system cannot find the file specified.\n")


@pytest.mark.parametrize(
    ("line", "err"),
    [
        ("schtasks /run /tn nosuch", "ERROR: The system cannot find the file specified.\n"),
        ("schtasks /delete /tn nosuch /f", 'ERROR: The specified task name "nosuch" does not exist in the system.\n'),
        (
            f'schtasks /create /tn t /sc once /st 23:59 /ru SYSTEM /f /tr "{"x" * 262}"',
            "ERROR: Value for '/TR' option cannot be more than 261 character(s).\n",
        ),
    ],
)
async def test_refusals(bench: Bench, line: str, err: str) -> None:
    answer = await bench.run("web02", line)
    assert (answer.code, answer.err) == (1, err)


async def test_tasks_need_elevation_and_speak_german(bench: Bench) -> None:
    create = "schtasks /create /tn t /sc once /st 23:59 /ru SYSTEM /f /tr hostname"
    assert (await bench.run("web02", create, FILTERED)).err == "ERROR: Access is denied.\n"
    assert (
        await bench.run("de03", create)
    ).out == 'ERFOLGREICH: Die geplante Aufgabe "t" wurde erfolgreich erstellt.\n'


async def test_replacing_or_deleting_without_force_asks(bench: Bench) -> None:
    create = "schtasks /create /tn t /sc once /st 23:59 /ru SYSTEM /tr"
    await bench.run("web02", f"{create} hostname")
    asked = await bench.run("web02", f"{create} whoami")
    assert "Do you want to replace it (Y/N)?" in asked.out
    task = scheduler(bench.host("web02")).find("t")
    assert task is not None
    assert (asked.code, task.command) == (1, "hostname")
    assert (await bench.run("web02", "schtasks /delete /tn t", data=b"Y\r\n")).code == 0


async def test_detached_restart_runs_to_its_end(bench: Bench) -> None:
    machine = bench.host("hv01")
    control = service_control(machine)
    before = {name: control.get(name).started for name in ("winrm", "vmmagent")}
    stops: list[str] = []
    machine.on("service-stopped:winrm", lambda: stops.append("winrm"))
    job = detached("ts-job", AGENT_LINES, "winrm")
    await begin(bench, "hv01", job)
    await end(bench, "hv01", "ts-job")
    assert stops == ["winrm"]
    assert all(control.running(name) and control.get(name).started > before[name] for name in before)
    log = await bench.run("hv01", job.log)
    said = [line for line in log.lines if line.endswith("successfully.")]
    assert said == [
        "The Virtual Machine Manager Agent service was stopped successfully.",
        "The Windows Remote Management (WS-Management) service was stopped successfully.",
        "The Windows Remote Management (WS-Management) service was started successfully.",
        "The Virtual Machine Manager Agent service was started successfully.",
    ]
    assert log.out.count("Pinging 127.0.0.1") == 8
    for line in job.clean:
        assert (await bench.run("hv01", line)).code == 0
    assert (await bench.run("hv01", job.log)).code == 1
    assert "NT AUTHORITY\\SYSTEM" in {entry.user for entry in machine.ran}


async def test_the_log_can_be_read_while_the_job_runs_but_deleted_only_after_its_end(make_bench: MakeBench) -> None:
    bench = make_bench(pace=0.01)
    job = detached("ts-job", AGENT_LINES, "winrm")
    await begin(bench, "hv01", job)
    control = service_control(bench.host("hv01"))
    async with asyncio.timeout(5):
        while "agent service was started" not in (await bench.run("hv01", job.log)).out.casefold():
            await asyncio.sleep(0.01)
    assert control.running("winrm")
    end_task, delete_task, delete_log = job.clean
    assert "being used by another process" in (await bench.run("hv01", delete_log)).err
    for line in (end_task, delete_task, delete_log):
        answer = await bench.run("hv01", line)
        assert (answer.code, answer.err) == (0, "")
    assert (await bench.run("hv01", job.log)).code == 1, "nothing is left"


async def test_the_dead_man_starts_the_service_when_the_lines_fail(bench: Bench) -> None:
    control = service_control(bench.host("hv01"))
    job = detached("ts-job", ["net stop winrm /y", "net start nosuch"], "winrm")
    await begin(bench, "hv01", job)
    await end(bench, "hv01", "ts-job")
    assert control.running("winrm")
    assert not control.running("vmmagent")
    assert "The service name is invalid." in (await bench.run("hv01", job.log)).out


async def test_the_dead_man_tries_again_until_the_start_succeeds(make_bench: MakeBench) -> None:
    bench = make_bench(on("hv01", services={"winrm": {"fails": "1053"}}), pace=0.01)
    control = service_control(bench.host("hv01"))
    job = detached("ts-job", ["net stop winrm /y", "net start winrm"], "winrm")
    await begin(bench, "hv01", job)
    async with asyncio.timeout(5):
        while (await bench.run("hv01", job.log)).out.count("System error 1053") < 3:
            await asyncio.sleep(0.01)
    assert not control.running("winrm")
    control.get("winrm").fails = 0
    await end(bench, "hv01", "ts-job")
    assert control.running("winrm")


async def test_ending_a_task_ends_what_it_runs(make_bench: MakeBench) -> None:
    bench = make_bench(pace=1.0)
    line = 'schtasks /create /tn slow /sc once /st 23:59 /ru SYSTEM /f /tr "cmd /c ping -n 60 127.0.0.1"'
    await bench.run("web02", f"{line} & schtasks /run /tn slow")
    task = scheduler(bench.host("web02")).find("slow")
    assert task is not None
    assert task.running
    assert "Running" in (await bench.run("web02", "schtasks /query /tn slow")).out
    await bench.run("web02", "schtasks /end /tn slow")
    assert not task.running
