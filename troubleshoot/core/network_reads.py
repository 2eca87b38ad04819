"""Which commands of network devices only read: first words and their abbreviations, filters, what never ends.

A terminal of a device may take seven bits of a character only, so that a letter beyond ASCII arrives as a line end;
and what one system reads as text is a separator, a comment or a variable on the next one. The text in front of the
first bar is therefore held to the characters that reading commands are made of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from troubleshoot.core.kinds import Platform

# First words that only read, and the shortest abbreviation that cannot mean anything else.
READS: Final[Mapping[Platform, Mapping[str, int]]] = {
    Platform.IOS: {"show": 2, "ping": 1, "traceroute": 2, "mtrace": 2, "dir": 3},
    Platform.NXOS: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2, "dir": 2},
    Platform.JUNOS: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2},
    Platform.FRR: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2},
}

_IOS_FILTERS: Final = ("include", "exclude", "begin", "section", "count")
_FILTERS: Final[Mapping[Platform, tuple[str, ...]]] = {
    Platform.IOS: _IOS_FILTERS,
    Platform.NXOS: (*_IOS_FILTERS, "grep", "egrep", "json", "xml", "no-more", "last"),
    Platform.JUNOS: ("match", "except", "find", "count", "display", "no-more", "last", "trim"),
    Platform.FRR: ("include",),
}
# Filters of the same platforms that write files, send mail, run programs or never end.
_WRITING: Final = (
    *("redirect", "tee", "append", "save", "vsh", "sed", "awk", "email", "source", "run-script", "request"),
    *("refresh", "less"),
)

_PRINTABLE: Final = re.compile(r"[\x20-\x7e]+")
_FORBIDDEN: Final = re.compile(r"[;`\\?>&]|\$[({]")
_HEAD: Final = re.compile(r"[A-Za-z0-9 ./:,_*+()=@^$\"'%\[\]-]+")
_QUOTED: Final = re.compile(r"\"[^\"']*\"|'[^\"']*'")
_CLEARS: Final = re.compile(r"cl(?:ea?r?)?|clear[_-].*")
_COUNTS: Final = ("repeat", "count")
_MOST_PINGS: Final = 1000
_ENDLESS: Final = frozenset({Platform.JUNOS, Platform.FRR})  # their ping goes on until someone stops it


def network_problem(platform: Platform, command: str) -> str:
    """Why ``command`` is not certain to only read on this platform; empty when it is."""
    if not _PRINTABLE.fullmatch(command):
        return "holds a character beyond ASCII"
    if _FORBIDDEN.search(command):
        return "holds a redirect, help, variable or separator character"
    head, *filters = command.split("|")
    return _head_problem(platform, head) or _filter_problem(platform, filters)


def _head_problem(platform: Platform, head: str) -> str:
    if not _HEAD.fullmatch(head) or _open_quote(platform, head):
        return "holds a character that reading commands do not have"
    words = head.lower().split()
    verb = _verb(platform, words[0]) if words else ""
    if not verb:
        return "not a command that only reads"
    if "://" in head:
        return "reaches for a file of another host"
    return _SHAPES.get(verb, _show_problem)(platform, words[1:])


def _open_quote(platform: Platform, head: str) -> bool:
    """vtysh has no quotes: where a shell starts it, a quote would end the argument it was given."""
    return bool(re.search("[\"']", head if platform is Platform.FRR else _QUOTED.sub("", head)))


def _verb(platform: Platform, word: str) -> str:
    found = (full for full, shortest in READS[platform].items() if full.startswith(word) and len(word) >= shortest)
    return next(found, "")


def _show_problem(_: Platform, words: list[str]) -> str:
    if not words:
        return "show wants a word"
    if any(word.startswith("tec") for word in words):
        return "asks for too much at once"
    if any(_CLEARS.fullmatch(word) for word in words):
        return "may clear what it shows"
    counters = words[0].startswith(("pl", "har", "cont", "sys"))
    return "may clear what it shows" if counters and words[-1] == "c" else ""


def _plain(_: Platform, words: list[str]) -> str:
    return ""


def _ping_problem(platform: Platform, words: list[str]) -> str:
    """Without an address a dialogue begins; a flood is more than a read."""
    if not words:
        return "asks back: it wants an address"
    named = [number for number, word in enumerate(words) if _names_a_count(word)]
    counts = [words[number + 1] if number + 1 < len(words) else "" for number in named]
    if any(not count.isdigit() or int(count) > _MOST_PINGS for count in counts):
        return "pings too often"
    if any(words[n].startswith("ti") and words[n + 1 : n + 2] == ["0"] for n in range(len(words))):
        return "pings without a pause"
    return "never ends" if platform in _ENDLESS and not counts else ""


def _names_a_count(word: str) -> bool:
    return len(word) >= 2 and any(full.startswith(word) for full in _COUNTS)


def _trace_problem(_: Platform, words: list[str]) -> str:
    if not words:
        return "asks back: it wants an address"
    return "never ends" if any("monitor".startswith(word) for word in words if len(word) >= 2) else ""


_SHAPES: Final = {"ping": _ping_problem, "traceroute": _trace_problem, "mtrace": _trace_problem, "dir": _plain}


def _filter_problem(platform: Platform, filters: list[str]) -> str:
    first, rest = filters[:1], filters[1:]
    unknown = [part for part in first if not _known_filter(platform, part)]
    unknown += [part for part in rest if not (_known_filter(platform, part) or _alternative(platform, part))]
    return next((f"filter {part.strip()!r}" for part in unknown), "")


def _known_filter(platform: Platform, part: str) -> bool:
    words = part.lower().split()
    return bool(words) and any(full.startswith(words[0]) for full in _FILTERS[platform]) and not _writes(words[0])


def _alternative(platform: Platform, part: str) -> bool:
    """IOS takes all that follows the first bar for one filter: further bars separate alternatives of its expression.
    What could be a filter that writes is refused all the same."""
    words = part.split()
    return platform is Platform.IOS and bool(words) and not _writes(words[0].lower())


def _writes(word: str) -> bool:
    """An abbreviation must not be able to mean a filter that writes."""
    return any(full.startswith(word) for full in _WRITING)
