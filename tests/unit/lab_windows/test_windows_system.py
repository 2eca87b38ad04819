"""The system itself: who and where we are, network, processes, restarts."""

from __future__ import annotations

import asyncio
import base64
import csv

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, OPERATOR, Bench, on
from troubleshoot.core.powershell import split_command, wrapped
from troubleshoot.lab.windows.lookup import find_cmdlet, find_drive, find_tool, find_wmi
from troubleshoot.lab.windows.programs import launch, shown
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Logon, PsError


@pytest.mark.parametrize(
    ("host", "version", "role", "product"),
    [
        ("hv01", "6.1.7601", 3, 3),
        ("rodc7", "6.3.9600", 4, 2),
        ("dc1", "10.0.17763", 5, 2),
        ("web02", "10.0.20348", 3, 3),
        ("kiosk", "6.3.9600", 2, 3),
    ],
)
def test_wmi_tells_release_and_role(bench: Bench, host: str, version: str, role: int, product: int) -> None:
    machine = bench.host(host)
    system, computer = (
        find_wmi(machine, "root/cimv2", f"Win32_{name}") for name in ("OperatingSystem", "ComputerSystem")
    )
    assert system is not None
    assert computer is not None
    assert (system(machine, OPERATOR)[0].prop("Version"), system(machine, OPERATOR)[0].prop("ProductType")) == (
        version,
        product,
    )
    assert computer(machine, OPERATOR)[0].prop("DomainRole") == role


async def test_whoami_shows_a_filtered_token(bench: Bench) -> None:
    async def rows(logon: Logon) -> dict[str, str]:
        text = (await bench.run("web02", "whoami /groups /fo csv /nh", logon)).out
        return {row[2]: row[3] for row in csv.reader(text.splitlines())}

    full, filtered = await rows(OPERATOR), await rows(FILTERED)
    assert "S-1-16-12288" in full
    assert "S-1-16-8192" in filtered
    assert "S-1-16-12288" not in filtered
    assert filtered["S-1-5-32-544"] == "Group used for deny only"
    assert (await bench.run("web02", "whoami")).out == "corp\\operator\n"


async def test_ipconfig_columns_in_both_languages(bench: Bench) -> None:
    english, german = [await bench.run(name, "ipconfig /all") for name in ("web02", "de03")]
    assert "   IPv4 Address. . . . . . . . . . . : 10.41.0.52(Preferred) " in english.lines
    assert "   Connection-specific DNS Suffix  . : " in english.lines
    assert "   IPv4-Adresse  . . . . . . . . . . : 10.41.0.63(Bevorzugt) " in german.lines
    assert all(line.index(" : ") == 36 for line in english.lines if ". : " in line)


async def test_ping(make_bench: MakeBench) -> None:
    bench = make_bench(on("rodc7", system={"answers_ping": "false"}))
    up = await bench.run("web02", "ping -n 2 dc1.corp.example")
    assert up.lines[1:3] == [
        "Pinging dc1.corp.example [10.41.0.5] with 32 bytes of data:",
        "Reply from 10.41.0.5: bytes=32 time<1ms TTL=128",
    ]
    assert "    Packets: Sent = 2, Received = 2, Lost = 0 (0% loss)," in up.lines
    down = await bench.run("web02", "ping -n 1 10.41.7.5")
    assert (down.code, "Lost = 1 (100% loss)" in down.out) == (1, True)
    assert (await bench.run("web02", "ping nohost")).out.startswith("Ping request could not find host nohost.")


async def test_a_restart_ends_programs_and_brings_services_back(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"fax": {"start": "manual"}}))
    machine = bench.host("web02")
    control = service_control(machine)
    booted = machine.booted
    waiting = launch(machine, OPERATOR, "ping -n 9999 127.0.0.1")
    assert (await bench.run("web02", "shutdown /r /t 0", FILTERED)).code == 5
    done = asyncio.Event()
    machine.on("service-started:winrm", done.set)
    assert (await bench.run("web02", "shutdown /r /t 1")).code == 0
    async with asyncio.timeout(5):
        await done.wait()
        while not control.running("spooler"):
            await asyncio.sleep(0.01)
    assert waiting.exit_code == 1
    assert machine.booted > booted
    assert control.running("winrm")
    assert not control.running("fax")
    restarts = await bench.run("web02", 'wevtutil qe System /q:"*[System[EventID=6005]]" /e:Events')
    assert restarts.out.count("<EventID>") == 2


async def test_restart_computer_of_another_host_needs_credentials(bench: Bench) -> None:
    with pytest.raises(PsError, match="Access is denied"):
        await bench.cmdlet("web02", "restart-computer", OPERATOR, "hv01", force=True)
    with pytest.raises(PsError, match="cannot be resolved"):
        await bench.cmdlet("web02", "restart-computer", DELEGATED, "nohost")


async def test_tasklist_names_the_services_of_a_process(bench: Bench) -> None:
    pid = service_control(bench.host("hv01")).get("winrm").pid
    row = await bench.run("hv01", f'tasklist /svc /fo csv /nh /fi "pid eq {pid}"')
    image, number, services = next(csv.reader(row.out.splitlines()))
    assert (image, int(number)) == ("svchost.exe", pid)
    assert {"WinRM", "Dnscache"} <= set(services.split(", "))


async def test_group_policy_refresh_is_announced(bench: Bench) -> None:
    heard: list[str] = []
    bench.host("web02").on("policy-refreshed", lambda: heard.append("policy"))
    answer = await bench.run("web02", "gpupdate /force")
    assert "Computer Policy update has completed successfully." in answer.lines
    assert heard == ["policy"]


async def test_names_shares_and_versions(bench: Bench) -> None:
    assert (await bench.run("web02", "hostname")).out == "WEB02\n"
    assert "SYSVOL       C:\\Windows\\SYSVOL\\sysvol" in (await bench.run("dc1", "net share")).out
    assert (await bench.run("web02", "net share SYSVOL")).code == 2
    assert (
        "OS Version:                6.1.7601 Service Pack 1 Build 7601" in (await bench.run("hv01", "systeminfo")).lines
    )
    assert (await bench.run("de03", "systeminfo")).lines[1].startswith("Hostname:")
    assert (await bench.run("web02", "chcp")).out == "Active code page: 65001\n"
    assert (await bench.run("web02", "timeout 5")).code == 1


def test_commands_exist_only_where_their_role_is(bench: Bench) -> None:
    machine = bench.host("web02")
    assert find_tool(machine, "WINRM") is not None
    assert find_tool(machine, "nosuchtool") is None
    assert find_cmdlet(machine, "Get-Service") is not None
    assert find_drive(machine, "hklm") is not None
    assert find_wmi(machine, "root\\nosuch", "Win32_Service") is None


async def test_programs_without_cmd(bench: Bench) -> None:
    from tests.unit.lab_windows.windows_lab import collect

    direct = launch(bench.host("web02"), OPERATOR, "C:\\Windows\\System32\\hostname.exe", through_cmd=False)
    assert (await collect(direct, 437)).out == "WEB02\n"
    missing = await collect(launch(bench.host("web02"), OPERATOR, "nosuch.exe", through_cmd=False), 437)
    assert (missing.code, missing.err) == (2, "The system cannot find the file specified.\n")


def test_logged_lines_are_readable_and_hide_passwords() -> None:
    encoded = base64.b64encode("Get-Service winrm\n; 'end'".encode("utf-16-le")).decode()
    assert shown(f"powershell -NoProfile -EncodedCommand {encoded} <NUL") == "PS> Get-Service winrm ; 'end'"
    line = "netdom resetpwd /server:dc1 /userd:corp\\admin /passwordd:Secret-1"
    assert shown(line) == "netdom resetpwd /server:dc1 /userd:corp\\admin /passwordd:***"
    assert shown("schtasks /create /ru corp\\svc /rp Secret-1 /tn x").endswith("/rp *** /tn x")


def test_the_log_leaves_out_what_the_transport_puts_before_a_script() -> None:
    command = split_command("PS vm=\"app 01\"> Get-VM -Name $vm;  'end'")
    assert command is not None
    encoded = base64.b64encode(wrapped(command).encode("utf-16-le")).decode()
    assert shown(f"powershell.exe -NonInteractive -enc {encoded}") == "PS> Get-VM -Name $vm;  'end'"
