"""The read-only guard on a labelled table of scripts: no change is taken for a read."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read

_LINES = [
    line.partition(" ")
    for line in Path(__file__).with_name("guard_corpus.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]
READS = [script for label, _, script in _LINES if label == "read"]
CHANGES = [script for label, _, script in _LINES if label == "change"]


def test_the_table_is_large_enough_and_has_no_stray_lines() -> None:
    assert len(READS) >= 120
    assert len(CHANGES) >= 250
    assert len(READS) + len(CHANGES) == len(_LINES)


@pytest.mark.parametrize("script", CHANGES)
def test_a_change_is_refused(script: str) -> None:
    assert not is_read(Platform.WINDOWS, f"PS> {script}")


@pytest.mark.parametrize("script", READS)
def test_a_read_passes(script: str) -> None:
    assert is_read(Platform.WINDOWS, f"PS> {script}")


@pytest.mark.parametrize(
    "value", ["function:Remove-NetRoute", r"\\evil.example\x", "//evil.example/x", "LDAP://evil.example"]
)
def test_a_value_that_reaches_out_is_refused(value: str) -> None:
    assert not is_read(Platform.WINDOWS, f'PS p="{value}"> Get-Item $p')


@pytest.mark.parametrize("value", ["Mail Relay 2", r"C:\Windows\x.log", "CN=x,DC=corp,DC=example", "10.20.0.0/16", ""])
def test_a_plain_value_passes(value: str) -> None:
    assert is_read(Platform.WINDOWS, f'PS p="{value}"> Get-Item $p')
