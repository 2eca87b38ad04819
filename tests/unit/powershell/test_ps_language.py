"""The language of the simulated PowerShell: values, operators, strings, control, functions of .NET."""

from __future__ import annotations

import pytest

from tests.unit.powershell.ps_hosts import Ask

_CASES: dict[str, list[str]] = {
    "1 + 2 * 3 - 4 / 2 % 3": ["5"],
    "7 / 2; 8 / 2; 7 % 3; 1KB": ["3.5", "4", "1", "1024"],
    "'5' + 3; 5 + '3'": ["53", "8"],
    "'ab' * 2; (1,2) * 2": ["abab", "1", "2", "1", "2"],
    "1..3; 3..1": ["1", "2", "3", "3", "2", "1"],
    "'Abc' -eq 'aBC'; 'Abc' -ceq 'aBC'; 1 -eq '1'; $null -eq ''": ["True", "False", "True", "False"],
    "1,2,3 -gt 1; (1,2,3 -eq 9).Count": ["2", "3", "0"],
    "'Server01' -like 's*0?'; 'x' -notlike 'y'": ["True", "True"],
    "if ('id=42' -match 'id=(?<n>\\d+)') { $matches[1]; $matches['n'] }": ["42", "42"],
    "if ('id=42' -match '=(\\d+)$') { $matches[1] } else { 'no' }": ["42"],
    "'a1b2' -replace '(\\d)','<$1>'": ["a<1>b<2>"],
    "'a,b;c' -split '[,;]'; 'a-b-c' -split '-',2; -join ('x','y')": ["a", "b", "c", "a", "b-c", "xy"],
    "('a','b') -join '+'; 1,2 -contains 2; 3 -notcontains 2": ["a+b", "True", "True"],
    "6 -band 3; 6 -bor 1; -bnot 0; 0x10": ["2", "7", "-1", "16"],
    "$true -and $false; $true -or $false; $true -xor $true; -not 1; !$null": [
        "False",
        "True",
        "False",
        "False",
        "True",
    ],
    "'{0:N2}|{1,6}|{2,-4}|{3:x8}|{4:D3}|{5:0.0}' -f 1234.5,'ab','c',255,7,2.26": [
        "1,234.50|    ab|c   |000000ff|007|2.3"
    ],
    "$x = 5; \"$x $($x + 1) `$x $x.Length ${x}y\"; 'it''s $x'": ["5 6 $x 5.Length 5y", "it's $x"],
    "$a = 'x','y','z'; $a[0]; $a[-1]; $a[0,2]; $a.Count; \"$a\"": ["x", "z", "x", "z", "3", "x y z"],
    "$h = @{a=1;'b c'=2}; $h.a; $h['b c']; $h.Count; $h.ContainsKey('A')": ["1", "2", "2", "True"],
    "$x = 1; $x += 2; $x *= 3; $x": ["9"],
    "$x = @(); $x += 'a'; $x += 'b'; $x.Count; $x": ["2", "a", "b"],
    "[int]'42' + 1; [int]2.5; [int]3.5; [string]5 + 5; [bool]''; [bool]'x'": ["43", "2", "4", "55", "False", "True"],
    "'x' -as [int]; 'end'": ["end"],
    "5 -is [int]; 'x' -is [string]; @() -is [array]": ["True", "True", "True"],
    "foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }": ["1", "3"],
    "if (0) { 'a' } elseif ('') { 'b' } else { 'c' }": ["c"],
    "$r = if (1) { 'yes' } else { 'no' }; $r": ["yes"],
    "$r = foreach ($i in 1..2) { $i * 10 }; $r.Count; $r": ["2", "10", "20"],
    "' Ab '.Trim().ToUpper().PadLeft(4,'.'); 'abc'.Substring(1); 'abc'.IndexOf('c')": ["..AB", "bc", "2"],
    "'a.b'.Split('.'); 'abc'.Replace('b','X'); 'abc'.StartsWith('ab'); 'abc'.Contains('z')": [
        "a",
        "b",
        "aXc",
        "True",
        "False",
    ],
    "([datetime]'2026-03-01T10:20:30').AddDays(1).ToString('yyyy-MM-dd HH:mm')": ["2026-03-02 10:20"],
    "([datetime]'2026-03-02' - [datetime]'2026-03-01').TotalHours": ["24"],
    "[DateTime]::UtcNow.ToString('o')": ["2026-09-21T14:13:20.0000000Z"],
    "(Get-Date).ToUniversalTime().ToString('o')": ["2026-09-21T14:13:20.0000000Z"],
    "[DateTime]::FromFileTimeUtc(132223104000000000).ToString('o')": ["2020-01-01T00:00:00.0000000Z"],
    "[math]::Round(2.345,2); [math]::Round(2.5); [Math]::Ceiling(1.2); [math]::Max(3,9)": ["2.34", "2", "2", "9"],
    "[Convert]::ToBase64String([byte[]](0,255)); [BitConverter]::ToString([byte[]](1,171))": ["AP8=", "01-AB"],
    "[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('w6Q='))": ["ä"],
    "[Convert]::ToString(255,16); [Convert]::ToInt32('ff',16)": ["ff", "255"],
    "[Environment]::MachineName; $env:COMPUTERNAME": ["HV01", "HV01"],
    '$PSVersionTable.PSVersion.Major; "$($PSVersionTable.PSVersion)"': ["4", "4.0"],
    '$n = $null; "[$n]"; @($n).Count; @($null).Count': ["[]", "0", "1"],
    "$o = New-Object PSObject -Property @{A=1}; $o.A; $o.a; $o.B; 'end'": ["1", "1", "end"],
    "$o = [pscustomobject]@{A=1;B='x'}; $o.B = 'y'; \"$o\"": ["@{A=1; B=y}"],
    "(1 -eq 1).ToString().ToLower(); (1.5).ToString(); (10).ToString('X2')": ["true", "1.5", "0A"],
    "'a'; return; 'b'": ["a"],
    "1,2 | % { $_ * 2 } | ? { $_ -gt 2 }": ["4"],
    "'x' | % -Begin { 'b' } -Process { $_ } -End { 'e' }": ["b", "x", "e"],
}


@pytest.mark.parametrize("script", _CASES)
async def test_language(ask: Ask, script: str) -> None:
    answer = await ask(f"PS> {script}")
    assert answer.err == ""
    assert answer.out == _CASES[script]


async def test_data_are_strings_and_never_code(ask: Ask) -> None:
    answer = await ask('PS a="$(throw 1) `x\' ünï ✓" n="5"> $a; [int]$n + 1; $a.GetType().Name')
    assert answer.out == ["$(throw 1) `x' ünï ✓", "6", "String"]


async def test_version_two_has_no_members_of_list_elements(ask: Ask) -> None:
    script = "PS> $l = @((New-Object PSObject -Property @{A=1}),(New-Object PSObject -Property @{A=2})); \"[$($l.A)]\"; 'x'.Count"
    assert (await ask(script, "hv01")).out == ["[1 2]", "1"]
    assert (await ask(script, "old")).out == ["[]"]


async def test_version_two_loops_once_over_null(ask: Ask) -> None:
    script = "PS> $x = $null; foreach ($i in $x) { 'once' }; 'end'"
    assert (await ask(script, "hv01")).out == ["end"]
    assert (await ask(script, "old")).out == ["once", "end"]


async def test_version_two_fails_as_a_whole_at_an_operator_it_does_not_know(ask: Ask) -> None:
    answer = await ask("PS> 'first'; 1 -in 1,2", "old")
    assert answer.out == []
    assert answer.code == 1
    assert "-in" in answer.err
    assert (await ask("PS> 'first'; 1 -in 1,2", "hv01")).out == ["first", "True"]


@pytest.mark.parametrize(("host", "hour", "offset"), [("hv01", "09", "-05:00"), ("neu", "15", "+01:00")])
async def test_local_time_is_the_hosts(ask: Ask, host: str, hour: str, offset: str) -> None:
    script = (
        "PS> $d = Get-Date; $d.ToString('HH'); $d.ToString('o'); $d.Kind; $d.ToUniversalTime().ToString('o');"
        " ([datetime]'2026-01-02T03:04:05Z').ToUniversalTime().ToString('s'); [DateTime]::UtcNow.Kind"
    )
    answer = await ask(script, host)
    assert answer.out == [
        hour,
        f"2026-09-21T{hour}:13:20.0000000{offset}",
        "Local",
        "2026-09-21T14:13:20.0000000Z",
        "2026-01-02T03:04:05",
        "Utc",
    ]
