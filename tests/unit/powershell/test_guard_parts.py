"""What the guard hands to the judge of native programs, and what it says."""

from __future__ import annotations

import pytest

from troubleshoot.core.powershell.guard import problem


def _nothing(command: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("script", "commands"),
    [
        ("nltest '/x y' 5 -q 2>$null", ['nltest "/x y" 5 -q']),
        ("sc.exe query winrm; $LASTEXITCODE", ["sc.exe query winrm"]),
        ("$a = hostname; if ($a) { ipconfig /all | Select-String x }", ["hostname", "ipconfig /all"]),
        ("& 'nltest' \"/dsgetdc:x\" 007", ["nltest /dsgetdc:x 007"]),
        ("reg query '' x", ['reg query "" x']),
    ],
)
def test_native_programs_are_judged_by_their_command_line(script: str, commands: list[str]) -> None:
    seen: list[str] = []

    def note(command: str) -> str:
        seen.append(command)
        return ""

    assert problem(script, note) == ""
    assert seen == commands


def test_the_judges_word_counts() -> None:
    assert problem("net stop x", lambda command: f"no {command}") == "no net stop x"


@pytest.mark.parametrize(
    "script", ["nltest $x", 'nltest "/x:$x"', "nltest '\"'", "nltest @{a=1}", "nltest -x:$y", "1 | nltest"]
)
def test_what_runs_must_be_known_from_the_text(script: str) -> None:
    assert problem(script, _nothing)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("sc query winrm", "sc is Set-Content here (write sc.exe for the program)"),
        ("Stop-Service x", "Stop-Service is not a cmdlet that is known to only read"),
        ("$x.Delete()", "the method Delete is not known to only read"),
        ("$x.Replace('a','b')", "use -replace"),
        ("$env:X = 1", "assigns to $env:x"),
        ("$Error = 1", "belongs to PowerShell"),
        ("[IO.File]::Delete('x')", "[io.file]::Delete"),
        ("Test-ComputerSecureChannel -Rep", "-Rep is not known to only read"),
        ("Get-Item x\nStop-Service y", "one line"),
        ("", "empty"),
        ("Get-Item ‘x’", "read differently from how it looks"),
        ("while (1) {}", "while is not supported"),
        ("gci | % Delete", "script blocks only"),
    ],
)
def test_the_reason_is_named(script: str, words: str) -> None:
    assert words in problem(script, _nothing)
