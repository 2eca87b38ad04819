"""powershell.exe: its arguments in any order, letter case and abbreviation, and its standard input."""

from __future__ import annotations

import base64
import logging
from pathlib import Path

import pytest

from tests.unit.powershell.ps_hosts import Ask, encoded
from troubleshoot.core.powershell import split_command, wrapped

_CODE = base64.b64encode("'x y'; exit 3".encode("utf-16-le")).decode()


@pytest.mark.parametrize(
    "line",
    [
        f"powershell -encodedcommand {_CODE}",
        f"PowerShell.EXE -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand {_CODE}",
        f"powershell -enc {_CODE} -NoProfile",
        f"powershell -NOP -NonI -EP Bypass -e {_CODE}",
        f"powershell /nop -ec {_CODE}",
        f"powershell -InputFormat None -OutputFormat Text -Exec Unrestricted -en {_CODE}",
        "powershell -NoProfile -Command \"'x y'; exit 3\"",
        "powershell -c 'x y'; exit 3",
        "powershell \"'x y'; exit 3\"",
    ],
)
async def test_arguments(run: Ask, line: str) -> None:
    answer = await run(line)
    assert answer.out == ["x y"]
    assert answer.code == 3


async def test_plain_commands_write_plain_errors(run: Ask) -> None:
    answer = await run("powershell -Command Get-Nothing")
    assert "CLIXML" not in answer.err
    assert "The term 'Get-Nothing' is not recognized" in answer.err
    assert answer.code == 1


async def test_a_script_from_standard_input(run: Ask) -> None:
    answer = await run("powershell -NoProfile -Command -", b"'from stdin'; exit 4\r\n")
    assert answer.out == ["from stdin"]
    assert answer.code == 4


@pytest.mark.parametrize(
    "script",
    ['$input | % { "<$_>" }', '[Console]::In.ReadToEnd().Split("`n") | % { "<$($_.Trim())>" } | select -First 2'],
)
async def test_lines_of_standard_input(run: Ask, script: str) -> None:
    code = base64.b64encode(script.encode("utf-16-le")).decode()
    answer = await run(f"powershell -enc {code}", b"a\r\nb\r\n")
    assert answer.out == ["<a>", "<b>"]


@pytest.mark.parametrize("line", ["powershell -enc %%%", "powershell -enc AAA", "powershell -Nonsense"])
async def test_wrong_arguments(run: Ask, line: str) -> None:
    answer = await run(line)
    assert answer.code == 0xFFFD0000
    assert answer.err


async def test_every_read_of_the_guards_table_runs_without_breaking_the_lab(
    ask: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    lines = (Path(__file__).parents[2] / "hostile" / "corpus" / "powershell.txt").read_text("utf-8").splitlines()
    with caplog.at_level(logging.ERROR):
        for script in (line.removeprefix("read ") for line in lines if line.startswith("read ")):
            await ask(f"PS> {script}")
    assert not caplog.records


async def test_the_prolog_makes_the_output_utf8_whatever_the_shell_has(run: Ask) -> None:
    command = split_command("PS> 'ü✓'")
    assert command is not None
    answer = await run(encoded(wrapped(command)), codepage=437)
    assert answer.out == ["ü✓"]


async def test_members_of_objects_are_set_and_what_if_changes_nothing(ask: Ask) -> None:
    answer = await ask(
        "PS> $o = New-Object PSObject -Property @{A=$null}; $o.a = 5; $o.A; $h = @{}; $h.x = 1; $h['y'] = 2; $h.Count;"
        " 'z' | Set-Content C:\\w.txt -WhatIf; Test-Path C:\\w.txt; $o.Nope = 1"
    )
    assert answer.out == ["5", "2", 'What if: Performing the operation "Set-Content".', "False"]
    assert "The property 'Nope' cannot be found" in answer.err
