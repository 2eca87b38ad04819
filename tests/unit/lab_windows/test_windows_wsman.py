"""WS-Management: the configuration as printed, the rules for changing it, and reaching other hosts."""

from __future__ import annotations

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, OPERATOR, Bench, on
from troubleshoot.lab.windows.lookup import find_drive
from troubleshoot.lab.windows.topic import PsError
from troubleshoot.lab.windows.wsman.config import wsman_config


def settings(text: str) -> dict[str, str]:
    """Values by path, from the indentation."""
    found: dict[str, str] = {}
    above: list[str] = []
    for line in text.splitlines()[1:]:
        depth = (len(line) - len(line.lstrip())) // 4 - 1
        name, equals, value = line.strip().partition(" = ")
        above[depth:] = [name]
        if equals:
            found["/".join(above)] = value
    return found


async def test_defaults_by_release(bench: Bench) -> None:
    old = settings((await bench.run("hv01", "winrm get winrm/config")).out)
    new = settings((await bench.run("web02", "winrm get winrm/config")).out)
    names = (
        "MaxEnvelopeSizekb",
        "MaxTimeoutms",
        "Service/MaxConcurrentOperationsPerUser",
        "Service/EnumerationTimeoutms",
    )
    assert [old[name] for name in names] == ["150", "60000", "15", "60000"]
    assert [new[name] for name in names] == ["500", "60000", "1500", "240000"]
    assert (old["Winrs/MaxShellsPerUser"], new["Service/AllowRemoteAccess"]) == ("5", "true")
    assert "Service/AllowRemoteAccess" not in old
    assert (old["Client/Auth/Basic"], old["Service/Auth/Basic"]) == ("true", "false")


async def test_a_change_is_printed_and_stays(bench: Bench) -> None:
    changed = await bench.run("hv01", 'winrm set winrm/config @{MaxTimeoutms="1800000"}')
    assert (changed.code, settings(changed.out)["MaxTimeoutms"]) == (0, "1800000")
    await bench.run("hv01", 'winrm set winrm/config/Service @{MaxConcurrentOperationsPerUser="400"}')
    block = await bench.run("hv01", "winrm get winrm/config/service")
    assert block.lines[0] == "Service"
    assert settings(block.out)["MaxConcurrentOperationsPerUser"] == "400"
    assert wsman_config(bench.host("hv01")).number("MaxTimeoutms") == 1800000


@pytest.mark.parametrize(
    "line",
    [
        'winrm set winrm/config @{ MaxTimeoutms = "1800000" }',
        'winrm set winrm/config MaxTimeoutms="1800000"',
        "winrm set winrm/config @{}",
        "winrm frobnicate",
    ],
)
async def test_blanks_inside_the_braces_split_the_argument(bench: Bench, line: str) -> None:
    answer = await bench.run("hv01", line)
    assert (answer.code, answer.err) == (1, 'Error: Invalid use of command line. Type "winrm -?" for help.\n')
    assert wsman_config(bench.host("hv01")).value("MaxTimeoutms") == "60000"


async def test_policy_values_show_their_source_and_refuse(make_bench: MakeBench) -> None:
    bench = make_bench(on("hv01", wsman={"policy": {"MaxTimeoutms": "60000"}, "config": {"MaxTimeoutms": "900000"}}))
    shown = await bench.run("hv01", "winrm get winrm/config")
    assert '    MaxTimeoutms = 60000 [Source="GPO"]' in shown.lines
    refused = await bench.run("hv01", 'winrm set winrm/config @{MaxTimeoutms="1800000"}')
    assert refused.code == 0x8033808A
    assert "Error number:  -2144108406 0x8033808A" in refused.lines
    assert refused.out == ""


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('winrm set winrm/config/service @{MaxConcurrentOperations="400"}', 0x803381AE),
        ('winrm set winrm/config @{MaxTimeoutms="499"}', 0x80338041),
        ('winrm set winrm/config @{MaxTimeoutms="soon"}', 0x80338041),
        ('winrm set winrm/config @{NoSuch="1"}', 0x80338041),
        ('winrm set winrm/config @{MaxTimeoutms="1800000";MaxBatchItems="0"}', 0x80338041),
        ("winrm get winrm/nosuch", 0x80338000),
        ("winrm enumerate wmi/root/nosuch/Class", 0x80338000),
    ],
)
async def test_refusals_change_nothing(bench: Bench, line: str, code: int) -> None:
    before = dict(wsman_config(bench.host("hv01")).values)
    answer = await bench.run("hv01", line)
    assert answer.code == code
    assert f"0x{code:08X}" in answer.err
    assert wsman_config(bench.host("hv01")).values == before


async def test_reading_needs_elevation(bench: Bench) -> None:
    answer = await bench.run("hv01", "winrm get winrm/config", FILTERED)
    assert answer.code == 0x80070005
    assert "Access is denied." in answer.err


async def test_help_for_codes_in_any_form(bench: Bench) -> None:
    texts = {
        (await bench.run("hv01", f"winrm helpmsg {code}")).out for code in ("0x80338029", "2150858793", "-2144108503")
    }
    assert len(texts) == 1
    assert "OperationTimeout" in texts.pop()
    assert (await bench.run("hv01", "winrm helpmsg 0x8033FFFF")).code == 1


async def test_identify_shows_versions_only_to_those_who_log_in(bench: Bench) -> None:
    assert "    ProductVersion = OS: 6.1.7601 SP: 1.0 Stack: 2.0" in (await bench.run("hv01", "winrm id")).lines
    anonymous = await bench.run("hv01", "winrm id -r:web02 -a:none")
    assert "    ProductVersion = OS: 0.0.0 SP: 0.0 Stack: 3.0" in anonymous.lines


@pytest.mark.parametrize(
    ("changes", "line", "code"),
    [
        ({}, "winrm id -r:web02", 0x8009030E),
        ({}, "winrm id -r:10.41.0.52", 0x803381BB),
        ({}, "winrm id -r:nohost", 0x803381B9),
        (on("web02", services={"winrm": {"state": "stopped"}}), "winrm id -r:web02 -a:none", 0x80338012),
        (on("web02", wsman={"listeners": []}), "winrm id -r:web02 -a:none", 0x80338012),
        (on("web02", wsman={"firewall": "blocked"}), "winrm id -r:web02.corp.example -a:none", 0x80338126),
    ],
)
async def test_why_another_host_is_not_reached(
    make_bench: MakeBench, changes: dict[str, object], line: str, code: int
) -> None:
    answer = await make_bench(changes).run("hv01", line)
    assert answer.code == code
    assert f"0x{code:08X}" in answer.err


async def test_another_host_is_reached_with_credentials(bench: Bench) -> None:
    assert (await bench.run("hv01", "winrm id -r:http://web02.corp.example:5985", DELEGATED)).code == 0
    remote = await bench.run("hv01", "winrm get winrm/config -r:web02", DELEGATED)
    assert settings(remote.out)["MaxEnvelopeSizekb"] == "500"


async def test_a_slow_provider_meets_the_time_limit(make_bench: MakeBench) -> None:
    bench = make_bench(on("hv01", wsman={"slow": {"root/cimv2": "90"}}))
    line = "winrm enumerate wmi/root/cimv2/Win32_ComputerSystem"
    assert (await bench.run("hv01", line)).code == 0x80338029
    await bench.run("hv01", 'winrm set winrm/config @{MaxTimeoutms="1800000"}')
    answer = await bench.run("hv01", line)
    assert answer.lines[0] == "Win32_ComputerSystem"
    assert (await bench.run("hv01", f"{line} -timeout:60000")).code == 0x80338029


async def test_listeners_and_quickconfig(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", wsman={"firewall": "public"}))
    listener = await bench.run("hv01", "winrm enumerate winrm/config/listener")
    assert "    ListeningOn = 10.41.0.31, 127.0.0.1, ::1" in listener.lines
    assert (await bench.run("hv01", "winrm quickconfig -q")).code == 0
    assert (await bench.run("web02", "winrm qc")).code == 0x80338169


async def test_the_drive_shows_and_changes_the_same_settings(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", wsman={"policy": {"Service": {"MaxConnections": "50"}}}))
    machine = bench.host("web02")
    drive = find_drive(machine, "WSMan")
    assert drive is not None
    assert drive.change is not None
    drive.change(machine, ("localhost", "maxtimeoutms"), 1800000)
    assert drive.item(machine, ("localhost", "MaxTimeoutms")).prop("Value") == "1800000"
    assert "    MaxTimeoutms = 1800000" in (await bench.run("web02", "winrm get winrm/config")).lines
    names = [str(item.prop("Name")) for item in drive.children(machine, ("localhost",))]
    assert {"MaxTimeoutms", "Client", "Service", "Shell", "Listener", "Plugin"} <= set(names)
    shells = {item.prop("Name"): item.prop("Value") for item in drive.children(machine, ("localhost", "Shell"))}
    assert shells["AllowRemoteShellAccess"] == "true"
    quota = ("localhost", "Plugin", "microsoft.powershell", "Quotas", "MaxConcurrentOperationsPerUser")
    assert drive.item(machine, quota).prop("Name") == "MaxConcurrentOperationsPerUser"
    connections = drive.item(machine, ("localhost", "Service", "MaxConnections"))
    assert (connections.prop("Value"), connections.prop("SourceOfValue")) == ("50", "GPO")
    with pytest.raises(PsError, match="controlled by policies"):
        drive.change(machine, ("localhost", "Service", "MaxConnections"), 300)
    with pytest.raises(PsError, match="Cannot find path"):
        drive.item(machine, ("localhost", "NoSuch"))


async def test_test_wsman(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", services={"winrm": {"state": "stopped"}}))
    (found,) = await bench.cmdlet("hv01", "test-wsman", OPERATOR, "dc1")
    assert found.prop("ProductVersion") == "OS: 0.0.0 SP: 0.0 Stack: 3.0"
    with pytest.raises(PsError, match='Code="2150858770"'):
        await bench.cmdlet("hv01", "test-wsman", OPERATOR, "web02")
