"""Errors of the simulated PowerShell: what ends a script, exit codes, and CLIXML on stderr."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from tests.unit.powershell.ps_hosts import Ask, encoded

_NAMESPACE = "{http://schemas.microsoft.com/powershell/2004/04}"


def _lines(err: str, stream: str = "Error") -> list[str]:
    """The text lines of a CLIXML document."""
    head, _, document = err.partition("\r\n")
    assert head == "#< CLIXML"
    found = [node.text or "" for node in ET.fromstring(document).iter(f"{_NAMESPACE}S") if node.get("S") == stream]
    return [re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), text) for text in found]


async def test_an_unknown_cmdlet(ask: Ask) -> None:
    answer = await ask("PS> 'before'; Get-Nothing -Name x; 'after'")
    assert answer.out == ["before"]
    assert answer.code == 1
    lines = _lines(answer.err)
    assert all(line.endswith("\r\n") and len(line) <= 81 for line in lines)
    text = "".join(line.removesuffix("\r\n") for line in lines)
    assert text.startswith("Get-Nothing : The term 'Get-Nothing' is not recognized as the name of a cmdlet, function")
    assert "FullyQualifiedErrorId : CommandNotFoundException" in text


@pytest.mark.parametrize(
    ("host", "start"),
    [
        ("old", "The term 'Get-Nothing' is not"),
        ("neu", 'Get-Nothing : Die Benennung "Get-Nothing" wurde nicht als Name'),
    ],
)
async def test_versions_and_languages_word_it_differently(ask: Ask, host: str, start: str) -> None:
    answer = await ask("PS> Get-Nothing", host)
    assert "".join(line.removesuffix("\r\n") for line in _lines(answer.err)).startswith(start)


@pytest.mark.parametrize(
    ("script", "out", "code"),
    [
        ("throw 'boom'; 'after'", [], 1),
        ("'a'; exit 7; 'b'", ["a"], 7),
        ("exit", [], 0),
        ("exit -2147024891", [], 0x80070005),
        ("sc.exe query nosuch; exit $LASTEXITCODE", None, 1060),
        ("1/0; 'after'", [], 1),
        ("$x.Trim(); 'after'", [], 1),
        ("Get-Item C:\\nowhere; 'after'", [], 1),
        ("Get-Item C:\\nowhere -ErrorAction SilentlyContinue; 'after'", ["after"], 0),
        ('Get-Item C:\\nowhere -ea 0; "n=$($error.Count)"', ["n=1"], 0),
        ("try { 1/0 } catch { 'caught' }", ["caught"], 0),
        ("try { Get-Nothing } catch { $_.FullyQualifiedErrorId }", ["CommandNotFoundException"], 0),
        ("try { throw 'x' } catch { throw }", [], 1),
        ("try { 'a' } finally { 'b' }", ["a", "b"], 0),
        ("try { throw 'a' } catch [System.IO.IOException] { 'io' } catch { \"other $($_)\" }", ["other a"], 0),
        ("$ErrorActionPreference='Continue'; Get-Item C:\\nowhere; 'after'", ["after"], 0),
        ("$ErrorActionPreference='Continue'; Get-Item C:\\nowhere", [], 1),
        ("$ErrorActionPreference='Continue'; 1/0; 'after'", ["after"], 0),
        ("$ErrorActionPreference='Continue'; try { Get-Item C:\\nowhere; 'on' } catch { 'caught' }", ["on"], 0),
        (
            "$ErrorActionPreference='Continue'; try { Get-Item C:\\nowhere -ea Stop; 'on' } catch { 'caught' }",
            ["caught"],
            0,
        ),
        ("1..3 | % { \"n$_\"; if ($_ -eq 2) { throw 'x' } }", ["n1", "n2"], 1),
        ("Get-Item -Nonsense x", [], 1),
        ("Get-Item x )", [], 1),
    ],
)
async def test_what_ends_a_script(ask: Ask, script: str, out: list[str] | None, code: int) -> None:
    answer = await ask(f"PS> {script}")
    assert answer.code == code
    assert out is None or answer.out == out


async def test_an_error_names_its_place(ask: Ask) -> None:
    answer = await ask("PS> 'x'; Get-Item C:\\nowhere")
    text = "".join(_lines(answer.err))
    assert re.search(r"At line:1 char:\d+\r\n\+ \.\.\. Get-Item C:\\nowhere\r\n\+     ~{19}\r\n", text)
    assert "ItemNotFoundException" in text.replace("\r\n", "")


async def test_progress_shows_until_it_is_silenced(ask: Ask, run: Ask) -> None:
    loud = await run(encoded("Get-Date | Out-Null; 'x'"))
    assert loud.err.startswith("#< CLIXML\r\n<Objs ")
    assert 'S="progress"' in loud.err
    assert "Preparing modules for first use." in loud.err
    assert loud.code == 0
    silent = await ask("PS> Get-Date | Out-Null; 'x'")
    assert silent.err == ""


async def test_warnings_are_records_of_their_own(ask: Ask) -> None:
    answer = await ask("PS> Write-Warning 'careful'; 'on'")
    assert answer.out == ["on"]
    assert _lines(answer.err, "warning") == ["WARNING: careful\r\n"]
    assert _lines(answer.err) == []


async def test_control_characters_and_lookalikes_survive_clixml(ask: Ask) -> None:
    answer = await ask('PS> Write-Error "a`tb _x000A_ <&> ü" -ErrorAction Continue')
    assert "a\tb _x000A_ <&> ü" in "".join(_lines(answer.err))


async def test_a_program_writes_to_stderr_as_it_is(ask: Ask) -> None:
    answer = await ask("PS> cmd /c nosuchprogram; 'on'")
    assert "is not recognized as an internal or external command" in answer.err
    assert "CLIXML" not in answer.err
    assert answer.out == ["on"]


async def test_quiet_stderr_meets_stop(ask: Ask) -> None:
    """Windows PowerShell makes the first line an error before 2>$null discards it."""
    answer = await ask("PS> cmd /c nosuchprogram 2>$null; 'on'")
    assert answer.code == 1
    assert "NativeCommandError" in answer.err
    relaxed = await ask("PS> $ErrorActionPreference='Continue'; cmd /c nosuchprogram 2>$null; 'on'")
    assert relaxed.out == ["on"]
    assert relaxed.err == ""
