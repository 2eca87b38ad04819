"""The read-only guard on the values that a script gets. The labelled list of scripts is in tests/hostile."""

from __future__ import annotations

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read


@pytest.mark.parametrize(
    "value", ["function:Remove-NetRoute", r"\\evil.example\x", "//evil.example/x", "LDAP://evil.example"]
)
def test_a_value_that_reaches_out_is_refused(value: str) -> None:
    assert not is_read(Platform.WINDOWS, f'PS p="{value}"> Get-Item $p')


@pytest.mark.parametrize("value", ["Mail Relay 2", r"C:\Windows\x.log", "CN=x,DC=corp,DC=example", "10.20.0.0/16", ""])
def test_a_plain_value_passes(value: str) -> None:
    assert is_read(Platform.WINDOWS, f'PS p="{value}"> Get-Item $p')
