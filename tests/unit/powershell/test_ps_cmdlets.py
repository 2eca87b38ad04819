"""The cmdlets of the language, on objects of the lab's topics."""

from __future__ import annotations

import json

import pytest

from tests.unit.powershell.ps_hosts import Ask
from troubleshoot.lab.windows.machine import Estate
from troubleshoot.lab.windows.wsman.config import wsman_config

_OBJECTS = "$l = 'b,2','a,10','c,2' | ConvertFrom-Csv -Header N,V; "
_CASES: dict[str, list[str]] = {
    "$l | Sort-Object N | % { $_.N }": ["a", "b", "c"],
    "$l | sort {[int]$_.V},N -Descending | % { $_.N }": ["a", "c", "b"],
    "$l | Sort-Object V -Unique | measure | % { $_.Count }": ["2"],
    "$l | select -First 1 | ConvertTo-Csv -NoTypeInformation": ['"N","V"', '"b","2"'],
    "$l | select -Last 1 -ExpandProperty N": ["c"],
    "$l | select -Skip 1 | % { $_.N }": ["a", "c"],
    "$l | select N,@{n='D';e={[int]$_.V * 2}} | ConvertTo-Csv -NoTypeInformation": [
        '"N","D"',
        '"b","4"',
        '"a","20"',
        '"c","4"',
    ],
    "$l | select @{Name='X';Expression='V'},Missing | select -First 1 | ConvertTo-Csv -NoTypeInformation": [
        '"X","Missing"',
        '"2",',
    ],
    "$l | select V -Unique | % { $_.V }": ["2", "10"],
    '$l | group V | sort Name | % { "$($_.Name)=$($_.Count)" }': ["10=1", "2=2"],
    "$l | ? V -eq 2 | % N": ["b", "c"],
    "$m = $l | % { [int]$_.V } | Measure-Object -Sum -Average -Maximum -Minimum; $m.Sum; $m.Maximum; $m.Count": [
        "14",
        "10",
        "3",
    ],
    "$l | ConvertTo-Csv -NoTypeInformation -Delimiter ';' | select -First 1": ['"N";"V"'],
    "$l | select -First 1 | ConvertTo-Csv | select -First 1": ["#TYPE System.Management.Automation.PSCustomObject"],
    "@{n='say \"x\"'}.n | select @{n='Q';e={$_}} | ConvertTo-Csv -NoTypeInformation": ['"Q"', '"say ""x"""'],
    "@() | ConvertTo-Csv -NoTypeInformation; 'end'": ["end"],
    "Compare-Object ('a','b') ('b','c') | % { \"$($_.InputObject)$($_.SideIndicator)\" }": ["c=>", "a<="],
    "'one','two' | Select-String 'W' | % { $_.Line }": ["two"],
    "Write-Output a b; Write-Host 'c' 5; 'x' | Out-Null": ["a", "b", "c 5"],
    "Join-Path C:\\a b; Split-Path C:\\a\\b -Leaf; Split-Path C:\\a\\b": ["C:\\a\\b", "b", "C:\\a"],
    "(New-TimeSpan -Start '2026-01-01' -End '2026-01-02').TotalMinutes": ["1440"],
    "Get-Date '2026-05-06 07:08:09' -Format 'yyyyMMdd-HHmmss'": ["20260506-070809"],
    "(Get-Command sc).Definition; (Get-Command get-item).Name; (Get-Command hostname).CommandType": [
        "Set-Content",
        "Get-Item",
        "Application",
    ],
    "if (Get-Command Get-Nothing -ErrorAction SilentlyContinue) { 'yes' } else { 'no' }": ["no"],
    "Test-Path C:\\Windows; Test-Path C:\\nowhere; Test-Path WSMan:\\localhost\\MaxTimeoutms; Test-Path nodrive:\\x": [
        "True",
        "False",
        "True",
        "False",
    ],
    "'one','two' | Set-Content C:\\t.txt; Get-Content C:\\t.txt -Tail 1; Add-Content C:\\t.txt x; (gc C:\\t.txt).Count; del C:\\t.txt; Test-Path C:\\t.txt": [
        "two",
        "3",
        "False",
    ],
    "Get-Variable nope -ErrorAction SilentlyContinue; Set-Variable v 5; $v; Get-Variable v -ValueOnly": ["5", "5"],
    "(Measure-Command { Start-Sleep -Milliseconds 100 }).TotalMilliseconds -ge 90": ["True"],
}


@pytest.mark.parametrize("script", _CASES)
async def test_cmdlets(ask: Ask, script: str) -> None:
    answer = await ask(f"PS> {_OBJECTS}{script}")
    assert answer.err == ""
    assert answer.out == _CASES[script]


@pytest.mark.parametrize("host", ["hv01", "old", "neu"])
async def test_a_service_as_csv(ask: Ask, host: str) -> None:
    script = (
        'PS n="winrm"> Get-Service -Name $n | Select-Object Name,@{n=\'Status\';e={"$($_.Status)"}},'
        "@{n='Number';e={$_.Status.value__}} | ConvertTo-Csv -NoTypeInformation; 'end'"
    )
    answer = await ask(script, host)
    assert answer.out == ['"Name","Status","Number"', '"WinRM","Running","4"', "end"]


async def test_json_has_numbers_for_enumerations(ask: Ask) -> None:
    answer = await ask(
        "PS> Get-Service winrm | select Name,Status,@{n='Sub';e={@{a=@{b=@{c=1}}}}} | ConvertTo-Json -Compress"
    )
    assert json.loads(answer.out[0]) == {
        "Name": "WinRM",
        "Status": 4,
        "Sub": {"a": {"b": "System.Collections.Hashtable"}},
    }


@pytest.mark.parametrize("name", ["ConvertTo-Json", "Get-CimInstance", "ConvertFrom-Json"])
async def test_version_two_lacks_later_cmdlets(ask: Ask, name: str) -> None:
    answer = await ask(f"PS> 1 | {name}", "old")
    assert answer.code == 1
    assert f"The term '{name}' is not recognized" in answer.err.replace('_x000D__x000A_</S><S S="Error">', "")


async def test_version_two_wants_script_blocks(ask: Ask) -> None:
    answer = await ask("PS> Get-Service | Where-Object Status -eq 'Running'", "old")
    assert answer.code == 1
    assert "-eq" not in "".join(answer.out)
    assert "parameter name 'eq'" in answer.err


async def test_version_two_lacks_later_parameters(ask: Ask) -> None:
    script = "PS> 'x' | Set-Content C:\\v.txt; Get-Content C:\\v.txt -Tail 1"
    assert (await ask(script, "hv01")).out == ["x"]
    assert "parameter name 'Tail'" in (await ask(script, "old")).err


async def test_wmi_filters_and_queries(ask: Ask) -> None:
    script = (
        "PS> Get-WmiObject Win32_Service -Filter \"Name='winrm' OR Name LIKE 'w32%'\" | sort Name | % { $_.Name };"
        " (Get-WmiObject -Query \"SELECT Name,State FROM Win32_Service WHERE State <> 'Stopped' AND Name='WinRM'\").State;"
        " (gwmi Win32_OperatingSystem).Version"
    )
    answer = await ask(script)
    assert "WinRM" in answer.out
    assert answer.out[-2:] == ["Running", "6.3.9600"]


@pytest.mark.parametrize(
    ("host", "command", "text"),
    [
        ("hv01", "Get-WmiObject -Namespace root\\nowhere X", 'Invalid namespace "root\\nowhere"'),
        ("hv01", "Get-WmiObject Win32_Nothing", 'Invalid class "Win32_Nothing"'),
        ("hv01", "Get-CimInstance Win32_Nothing", "Invalid class"),
        ("hv01", "Get-CimInstance X -Namespace root/nowhere", "Invalid namespace"),
        ("neu", "Get-WmiObject Win32_Nothing", 'Ungültige Klasse "Win32_Nothing"'),
        ("neu", "Get-CimInstance X -Namespace root/nowhere", "Ungültiger Namespace"),
        ("hv01", "Get-WmiObject Win32_Service -Filter 'Name~1'", "Invalid query"),
    ],
)
async def test_wmi_errors(ask: Ask, host: str, command: str, text: str) -> None:
    answer = await ask(f"PS> try {{ {command} }} catch {{ $_.Exception.Message }}; 'end'", host)
    assert text in answer.out[0]
    assert answer.out[-1] == "end"


async def test_a_slow_provider_takes_simulated_time(ask: Ask, estate: Estate) -> None:
    wsman_config(estate.machine("hv01")).slow["root\\cimv2"] = 90.0
    script = "PS> $t = Measure-Command { Get-WmiObject Win32_OperatingSystem }; [int]$t.TotalSeconds; (Measure-Command { 1 }).TotalSeconds -lt 5"
    assert (await ask(script)).out == ["90", "True"]


async def test_drives(ask: Ask) -> None:
    answer = await ask(
        "PS> (Get-Item WSMan:\\localhost\\MaxTimeoutms).Value; Set-Item WSMan:\\localhost\\MaxTimeoutms 1800000 -Force;"
        " Get-Item WSMan:\\localhost\\MaxTimeoutms | select Name,Value | ConvertTo-Csv -NoTypeInformation;"
        " @(Get-ChildItem WSMan:\\localhost\\Service | ? { $_.Name -eq 'AllowUnencrypted' }).Count"
    )
    assert answer.err == ""
    assert answer.out == ["60000", '"Name","Value"', '"MaxTimeoutms","1800000"', "1"]
    again = await ask("PS> (Get-Item WSMan:\\localhost\\MaxTimeoutms).Value")
    assert again.out == ["1800000"]


async def test_objects_for_people(ask: Ask) -> None:
    answer = await ask("PS> Get-Service winrm; New-Object PSObject -Property @{A=1;B='x'} | fl; 'text'")
    shown = [" ".join(line.split()) for line in answer.out if line]
    assert shown[0] == "Status Name DisplayName"
    assert shown[2].startswith("Running WinRM ")
    assert shown[3:] == ["A : 1", "B : x", "text"]


async def test_native_programs(ask: Ask) -> None:
    answer = await ask(
        'PS> $h = hostname; "[$h]"; "rc=$LASTEXITCODE"; sc.exe query nosuch | Out-Null; "rc=$LASTEXITCODE"; hostname | % { "<$_>" }'
    )
    assert answer.out == ["[HV01]", "rc=0", "rc=1060", "<HV01>"]


async def test_an_alias_goes_before_a_program(ask: Ask) -> None:
    answer = await ask("PS> sc C:\\alias.txt stop; gc C:\\alias.txt")
    assert answer.out == ["stop"]


async def test_a_module_is_there_where_its_role_is(ask: Ask) -> None:
    answer = await ask("PS> try { Import-Module NoSuchModule -ErrorAction Stop } catch { $_.Exception.Message }", "neu")
    assert answer.out[0].startswith('Das angegebene Modul "NoSuchModule" wurde nicht geladen')
