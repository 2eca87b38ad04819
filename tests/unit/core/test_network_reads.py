"""Filters behind a read: the alternatives of an expression pass, what could write does not."""

from __future__ import annotations

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.core.risk import is_read


@pytest.mark.parametrize(
    ("command", "passes"),
    [
        ("show running-config | include ^hostname|^ip routing|^ip route|^end", True),
        ("show running-config | include b|a", False),  # `a` may mean append
        ("show running-config | include ^a|^b|^c", True),
        ("show running-config | include ip route|redirect flash:x", False),
        ("show running-config | include ip route | tee flash:x", False),
        ("show running-config | include ip route|r flash:x", False),
        ("show running-config | include ip route|", False),
        ("show running-config | ip route|include x", False),
        ("show running-config | redirect flash:x", False),
        ("show running-config | include a > flash:x", False),
    ],
)
def test_alternatives_of_an_ios_filter(command: str, passes: bool) -> None:
    assert is_read(Platform.IOS, command) is passes


def test_other_platforms_chain_filters() -> None:
    assert not is_read(Platform.NXOS, "show running-config | include ip route|^ip routing")
    assert is_read(Platform.NXOS, "show running-config | include ip route | count")
