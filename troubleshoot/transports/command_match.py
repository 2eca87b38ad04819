"""Is a captured command the one that is asked for? People abbreviate, change the case and type blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from troubleshoot.core.cmd_line import read_cmd_line
from troubleshoot.core.dns_query import is_query, read_query
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import ValueRefused
from troubleshoot.parsing.interface_names import canonical

_LEAST = 2  # letters of an abbreviated keyword
_ABBREVIATING: Final = frozenset({Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR})
# What follows these is a name, and a name is never abbreviated.
_BEFORE_NAMES: Final = frozenset({"vrf", "instance", "table", "|", "include", "section", "begin", "match", "name"})
# With an argument these print another view, not a part of the table.
_DETAILED: Final = (
    ("show", "ip", "route"),
    ("show", "ip", "rpf"),
    ("show", "ip", "cef"),
    ("show", "ip", "bgp"),
    ("show", "bgp"),
    ("show", "route"),
    ("show", "multicast", "rpf"),
)
_CONFIGURATION: Final = ("show", "running-config")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:/[0-9]{1,2})?")
_KEYWORD: Final = re.compile(r"[a-z][a-z\-]*")


def closeness(platform: Platform, wanted: str, captured: str) -> int:
    """How well ``captured`` answers ``wanted``: 0 not at all, else higher is better.

    A table may stand in for its own excerpt (``show ip mroute`` for ``show ip mroute 239.1.1.1``): whoever reads it
    looks for the entry anyway. The reverse never holds, and a summary never stands in for a detailed view.
    """
    left, right = wanted.casefold().split(), captured.casefold().split()
    if left == right:
        return 1_000_000
    if is_query(wanted):
        return 1_000_000 * _same_query(wanted, captured)
    if platform is Platform.WINDOWS and _same_program(wanted, captured):
        return 1_000_000
    if platform not in _ABBREVIATING:
        return 0
    if len(left) == len(right):
        return 1_000 * _alike(platform, left, right)
    return _alike(platform, left[: len(right)], right) if _whole_table(platform, left, len(right)) else 0


def _same_program(wanted: str, captured: str) -> bool:
    """The same program with the same words: quotes, ``.exe`` and ``-x`` for ``/x`` make no difference."""
    left, right = read_cmd_line(wanted), read_cmd_line(captured)
    if isinstance(left, str) or isinstance(right, str) or left.program != right.program:
        return False
    return [_option(word) for word in left.words] == [_option(word) for word in right.words]


def _same_query(wanted: str, captured: str) -> bool:
    """The same question; how dig was told to print it, and over which transport it went, make no difference."""
    try:
        one, other = read_query(wanted), read_query(captured)
    except ValueRefused:
        return False
    return replace(one, tcp=False) == replace(other, tcp=False)


def _option(word: str) -> str:
    return re.sub(r"^-(?=[a-z])", "/", word.casefold())


def _alike(platform: Platform, left: Sequence[str], right: Sequence[str]) -> int:
    matched = [_token(platform, left, right, index) for index in range(len(left))]
    return sum(matched) if all(matched) else 0


def _whole_table(platform: Platform, wanted: Sequence[str], kept: int) -> bool:
    """Is the command made of the first ``kept`` words a whole of which ``wanted`` is only a part?"""
    dropped = wanted[kept:]
    if not dropped or any(_leads(wanted, words) for words in _DETAILED):
        return False
    if _leads(wanted[:kept], _CONFIGURATION) and kept == len(_CONFIGURATION):
        return True
    return all(_ADDRESS.fullmatch(word) or (word == "json" and platform is Platform.FRR) for word in dropped)


def _leads(words: Sequence[str], full: Sequence[str]) -> bool:
    return len(words) >= len(full) and all(_prefix(a, b) for a, b in zip(words, full, strict=False))


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
