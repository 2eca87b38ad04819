"""Services: what sc and net print, what a change does to the next answer, who may do it."""

from __future__ import annotations

import asyncio

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, Bench, collect, on
from troubleshoot.lab.windows.programs import launch
from troubleshoot.lab.windows.services.control import State, service_control
from troubleshoot.lab.windows.topic import Logon, PsError

QUERY = """
SERVICE_NAME: winrm 
        TYPE               : 20  WIN32_SHARE_PROCESS  
        STATE              : 4  RUNNING 
                                (STOPPABLE, NOT_PAUSABLE, ACCEPTS_SHUTDOWN)
        WIN32_EXIT_CODE    : 0  (0x0)
        SERVICE_EXIT_CODE  : 0  (0x0)
        CHECKPOINT         : 0x0
        WAIT_HINT          : 0x0
"""  # noqa: W291 - sc prints these blanks


async def state(bench: Bench, host: str, service: str) -> int:
    answer = await bench.run(host, f"sc query {service}")
    return int(next(line for line in answer.lines if "STATE" in line).split(":")[1].split()[0])


@pytest.mark.parametrize("host", ["hv01", "web02", "de03"])
async def test_sc_query_is_the_same_in_every_language(bench: Bench, host: str) -> None:
    assert (await bench.run(host, "sc query winrm")).out == QUERY


async def test_sc_names_the_error_in_the_hosts_language(bench: Bench) -> None:
    english, german = [await bench.run(name, "sc query nosuch") for name in ("hv01", "de03")]
    assert english.lines[0] == "[SC] EnumQueryServicesStatus:OpenService FAILED 1060:"
    assert german.lines == [
        "[SC] EnumQueryServicesStatus:OpenService FEHLER 1060:",
        "",
        "Der angegebene Dienst ist kein installierter Dienst.",
        "",
    ]


async def test_sc_qc_and_enumdepend(bench: Bench) -> None:
    config = await bench.run("hv01", "sc qc winrm")
    assert "        DEPENDENCIES       : RPCSS\n                           : HTTP\n" in config.out
    dependants = await bench.run("hv01", "sc enumdepend winrm")
    assert dependants.lines[0] == "Enum: entriesread  = 1"
    assert "DISPLAY_NAME: Virtual Machine Manager Agent" in dependants.lines


async def test_net_stop_with_dependants_asks_and_takes_no_silence_for_an_answer(bench: Bench) -> None:
    asked = await bench.run("hv01", "net stop winrm")
    assert "   Virtual Machine Manager Agent\n" in asked.out
    assert asked.out.endswith("Do you want to continue this operation? (Y/N) [N]: ")
    assert "No valid response was provided." in asked.err
    assert (asked.code, await state(bench, "hv01", "winrm")) == (2, 4)


async def test_net_stop_hangs_while_nobody_answers(bench: Bench) -> None:
    process = launch(bench.host("hv01"), DELEGATED, "net stop winrm")
    with pytest.raises(TimeoutError):
        await collect(process, 65001, None, limit=0.2)
    assert process.exit_code is None
    process.kill()


async def test_net_stop_by_force_stops_dependants_and_net_start_does_not_bring_them_back(bench: Bench) -> None:
    stopped = await bench.run("hv01", "net stop winrm /y")
    assert stopped.code == 0
    assert [await state(bench, "hv01", name) for name in ("winrm", "vmmagent")] == [1, 1]
    assert (await bench.run("hv01", "net start winrm")).lines == [
        "The Windows Remote Management (WS-Management) service is starting.",
        "The Windows Remote Management (WS-Management) service was started successfully.",
        "",
    ]
    assert [await state(bench, "hv01", name) for name in ("winrm", "vmmagent")] == [4, 1]
    again = await bench.run("hv01", "net start winrm")
    assert (again.code, again.lines[0]) == (2, "The requested service has already been started.")


async def test_net_start_starts_what_a_service_needs(bench: Bench) -> None:
    await bench.run("hv01", "net stop winrm /y")
    assert (await bench.run("hv01", "net start vmmagent")).code == 0
    assert await state(bench, "hv01", "winrm") == 4


async def test_sc_stop_returns_at_once_and_refuses_with_dependants(bench: Bench) -> None:
    refused = await bench.run("hv01", "sc stop winrm")
    assert (refused.code, refused.lines[0]) == (1051, "[SC] ControlService FAILED 1051:")
    sent = await bench.run("hv01", "sc stop vmmagent")
    assert "        STATE              : 3  STOP_PENDING \n" in sent.out
    control = service_control(bench.host("hv01"))
    assert await control.settled(control.get("vmmagent"), State.STOPPED)


async def test_a_service_that_hangs_stays_in_stop_pending(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"winrm": {"hangs_stopping": "true"}}))
    answer = await bench.run("web02", "net stop winrm")
    assert (answer.code, await state(bench, "web02", "winrm")) == (2, 3)
    assert "could not be stopped" in answer.err
    assert "1061" in (await bench.run("web02", "sc stop winrm")).out
    assert (await bench.run("web02", "net stop winrm")).err.startswith("The service is starting or stopping.")


async def test_disabled_failing_and_missing_services(make_bench: MakeBench) -> None:
    services = {
        "certsvc": {"state": "stopped", "fails": "1053"},
        "spooler": {"state": "stopped", "start": "disabled"},
        "fax": {"state": "stopped", "depends": ["certsvc"]},
    }
    bench = make_bench(on("web02", services=services))
    assert "System error 1053" in (await bench.run("web02", "net start certsvc")).err
    assert (await bench.run("web02", "sc start spooler")).code == 1058
    assert "System error 1068" in (await bench.run("web02", "net start fax")).err
    assert (await bench.run("web02", "net start nosuch")).err.startswith("The service name is invalid.")


async def test_changes_need_elevation_and_another_host_needs_credentials(bench: Bench) -> None:
    assert (await bench.run("hv01", "sc stop vmmagent", FILTERED)).lines[0] == "[SC] OpenService FAILED 5:"
    assert "System error 5 has occurred." in (await bench.run("hv01", "net stop vmmagent", FILTERED)).err
    assert (await bench.run("hv01", "sc query winrm", FILTERED)).code == 0
    assert (await bench.run("hv01", "sc \\\\dc1 query winrm")).lines[0] == "[SC] OpenSCManager FAILED 5:"
    assert (await bench.run("hv01", "sc \\\\dc1 query netlogon", DELEGATED)).code == 0
    assert (await bench.run("hv01", "sc \\\\nohost query winrm", DELEGATED)).code == 1722


async def test_german_net_stop(bench: Bench) -> None:
    assert (await bench.run("de03", "net stop spooler")).lines == [
        "Druckwarteschlange wird beendet.",
        "Druckwarteschlange wurde erfolgreich beendet.",
        "",
    ]


async def test_service_objects(bench: Bench) -> None:
    (winrm,) = await bench.cmdlet("hv01", "get-service", DELEGATED, "winrm")
    assert (str(winrm.prop("status")), winrm.prop("Status").value) == ("Running", 4)
    assert [str(item.prop("Name")) for item in winrm.prop("DependentServices")] == ["vmmagent"]
    with pytest.raises(PsError, match="dependent services") as refused:
        await bench.cmdlet("hv01", "stop-service", DELEGATED, "winrm")
    assert refused.value.error_id.startswith("ServiceHasDependentServices")
    await bench.cmdlet("hv01", "restart-service", DELEGATED, "winrm", force=True)
    assert [await state(bench, "hv01", name) for name in ("winrm", "vmmagent")] == [4, 4]
    with pytest.raises(PsError, match="Cannot find any service"):
        await bench.cmdlet("hv01", "get-service", DELEGATED, "nosuch")
    assert await bench.cmdlet("hv01", "get-service", DELEGATED, "nosuch*") == []
    with pytest.raises(PsError, match="cannot be stopped due to"):
        await bench.cmdlet("hv01", "stop-service", FILTERED, "vmmagent")


async def test_a_shared_host_process_keeps_its_id_over_a_restart_and_an_own_one_does_not(bench: Bench) -> None:
    def pid(host: str) -> int:
        return service_control(bench.host(host)).get("winrm").pid

    shared, own = pid("hv01"), pid("web02")
    for host in ("hv01", "web02"):
        await bench.run(host, "net stop winrm /y & net start winrm")
    assert pid("hv01") == shared
    assert pid("web02") != own


async def test_stopping_is_reported_in_the_system_log(bench: Bench) -> None:
    await bench.run("de03", "net stop spooler")
    events = await bench.run("de03", 'wevtutil qe System /q:"*[System[EventID=7036]]" /f:xml /c:1 /rd:true')
    assert "<Data Name='param1'>Druckwarteschlange</Data><Data Name='param2'>Beendet</Data>" in events.out


async def test_what_stops_winrm_ends_with_it_but_a_task_lives_on(bench: Bench) -> None:
    machine = bench.host("hv01")
    shell = launch(machine, DELEGATED, "net stop winrm /y & net start winrm")
    task = launch(machine, Logon("NT AUTHORITY\\SYSTEM", system=True), "ping -n 100 127.0.0.1 & net start winrm")
    machine.on("service-stopped:winrm", shell.kill)
    async with asyncio.timeout(5):
        while task.exit_code is None:
            task.take(1 << 20)
            await task.changed()
    assert (shell.exit_code, task.exit_code) == (1, 0)
    assert await state(bench, "hv01", "winrm") == 4
    assert [entry.line for entry in machine.ran].count("net start winrm") == 0


async def test_how_a_service_starts_is_changed_for_every_tool(bench: Bench) -> None:
    changed = await bench.run("web02", "sc config spooler start= disabled")
    assert changed.out == "[SC] ChangeServiceConfig SUCCESS\n"
    assert "        START_TYPE         : 4   DISABLED" in (await bench.run("web02", "sc qc spooler")).lines
    key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Spooler"
    assert "    Start    REG_DWORD    0x4" in (await bench.run("web02", f"reg query {key} /v Start")).lines
    await bench.cmdlet("web02", "set-service", DELEGATED, "spooler", startuptype="Automatic")
    (spooler,) = await bench.cmdlet("web02", "get-service", DELEGATED, "spooler")
    assert str(spooler.prop("StartType")) == "Automatic"
    assert (await bench.run("web02", "sc config spooler start=disabled")).code == 1639


async def test_a_host_outside_a_domain_has_netlogon_at_rest(bench: Bench) -> None:
    assert [await state(bench, name, "netlogon") for name in ("web02", "kiosk")] == [4, 1]
    assert (await bench.run("kiosk", "sc query ntds")).code == 1060
    assert await state(bench, "dc1", "ntds") == 4
