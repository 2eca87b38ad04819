"""Is a captured command the one that is asked for? People abbreviate, change the case and type blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.interface_names import canonical

_LEAST = 2  # letters of an abbreviated keyword
_ABBREVIATING: Final = frozenset({Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR})
# What follows these is a name, and a name is never abbreviated.
_BEFORE_NAMES: Final = frozenset({"vrf", "instance", "table", "|", "include", "section", "begin", "match", "name"})
_KEYWORD: Final = re.compile(r"[a-z][a-z\-]*")


def closeness(platform: Platform, wanted: str, captured: str) -> int:
    """How well ``captured`` answers ``wanted``: 0 not at all, else higher is better."""
    left, right = wanted.casefold().split(), captured.casefold().split()
    if left == right:
        return 1_000_000
    if platform not in _ABBREVIATING or len(left) != len(right):
        return 0
    matched = [_token(platform, left, right, index) for index in range(len(left))]
    return sum(matched) if all(matched) else 0


def _token(platform: Platform, left: Sequence[str], right: Sequence[str], index: int) -> int:
    """Letters that two tokens share if they may mean the same, else 0."""
    one, other = left[index], right[index]
    if one == other:
        return len(one)
    if index and (left[index - 1] in _BEFORE_NAMES or "|" in left[:index]):
        return 0
    if _KEYWORD.fullmatch(one) and _KEYWORD.fullmatch(other):
        return _prefix(one, other)
    same_port = canonical(platform, one).casefold() == canonical(platform, other).casefold()
    return _LEAST if same_port else 0


def _prefix(one: str, other: str) -> int:
    short, long = sorted((one, other), key=len)
    return len(short) if len(short) >= _LEAST and long.startswith(short) else 0
