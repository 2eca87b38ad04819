"""The canonical form of PowerShell commands, and what is sent for them."""

from __future__ import annotations

import base64

import pytest

from troubleshoot.core import powershell
from troubleshoot.core.powershell import fits, split_command, stdin, wrapped
from troubleshoot.core.powershell.parser import parse


def test_script_and_data_are_taken_apart() -> None:
    found = split_command('PS vm="Web 01" n="5"> Get-VM -Name $vm; \'end\'')
    assert found is not None
    assert found.script == "Get-VM -Name $vm; 'end'"
    assert dict(found.data) == {"vm": "Web 01", "n": "5"}


def test_a_script_may_hold_the_sign_that_ends_the_header() -> None:
    found = split_command('PS> $x -gt 5; "a> b"')
    assert found is not None
    assert found.script == '$x -gt 5; "a> b"'
    assert not found.data


@pytest.mark.parametrize(
    "text",
    [
        "Get-VM",
        "PS>Get-VM",
        "PS > Get-VM",
        "ps> Get-VM",
        'PS VM="x"> Get-VM',
        "PS vm='x'> Get-VM",
        'PS vm="x" vm="y"> Get-VM',
        'PS error="x"> Get-VM',
        'PS psdefaultparametervalues="x"> Get-VM',
        'PS erroractionpreference="x"> Get-VM',
        'PS l="x"> Get-VM',
        "PS> ",
        "PS> a\nb",
    ],
)
def test_what_is_not_of_the_form(text: str) -> None:
    assert split_command(text) is None


def test_values_travel_as_data_and_never_in_the_script() -> None:
    value = "a'b $(Stop-Computer) ; ünï"
    found = split_command(f'PS name="{value}"> $name')
    assert found is not None
    assert "Stop-Computer" not in wrapped(found)
    name, _, code = stdin(found).decode("ascii").strip().partition("=")
    assert (name, base64.b64decode(code).decode()) == ("name", value)


def test_without_data_nothing_is_read_from_standard_input() -> None:
    found = split_command("PS> 1")
    assert found is not None
    assert "$input" not in wrapped(found)
    assert stdin(found) == b""


def test_the_prologs_are_in_the_subset_and_the_limit_holds() -> None:
    parse(powershell.PROLOG + powershell.DATA_PROLOG)
    longest = split_command(f'PS x="1"> {"1" * powershell.MAX_SCRIPT}')
    assert longest is not None
    assert fits(longest)
    too_long = split_command(f'PS x="1"> {"1" * (powershell.MAX_SCRIPT + 1)}')
    assert too_long is not None
    assert not fits(too_long)
