"""The read-only guard: is this rendered command a read on this platform?

What is not known to be a read is refused. The guard looks at the final text, after all values are filled in, so neither
a tree nor a value can smuggle a change into a diagnosis. Abbreviations, pipes, redirects and `do` are understood.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from troubleshoot.core.dns_query import read_query
from troubleshoot.core.kinds import Platform
from troubleshoot.core.windows_reads import windows_problem
from troubleshoot.errors import ValueRefused

# First words that only read, and the shortest abbreviation that cannot mean anything else.
_NETWORK_READS: Final[Mapping[Platform, Mapping[str, int]]] = {
    Platform.IOS: {"show": 2, "ping": 1, "traceroute": 2, "mtrace": 2, "dir": 3},
    Platform.NXOS: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2, "dir": 2},
    Platform.JUNOS: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2},
    Platform.FRR: {"show": 2, "ping": 2, "traceroute": 2, "mtrace": 2},
}

_FILTERS: Final[Mapping[Platform, tuple[str, ...]]] = {
    Platform.IOS: ("include", "exclude", "begin", "section", "count"),
    Platform.NXOS: (
        "include",
        "exclude",
        "begin",
        "section",
        "count",
        "grep",
        "egrep",
        "json",
        "xml",
        "no-more",
        "last",
    ),
    Platform.JUNOS: ("match", "except", "find", "count", "display", "no-more", "last", "trim"),
    Platform.FRR: ("include",),
}

# Linux programs that only read, each with the arguments with which that is certain.
_LINUX_READS: Final[Mapping[str, str]] = {
    "uname": r"(-[asnrvmo]+)?",
    "uptime": "",
    "hostname": "(-[fisd])?",
    "date": "(-u)?",
    "id": r"[a-z0-9_-]*",
    "ps": r"-?[aefuxwl]*",
    "df": r"(-[hiPT]+)?",
    "free": r"(-[hmgw]+)?",
    "ss": r"(-[tulnpaswm46]+)?",
    "getent": r"(hosts|ahosts|services|protocols) [A-Za-z0-9.:-]+",
}
_IP_WRITES: Final = frozenset(
    {"add", "del", "delete", "change", "replace", "append", "set", "flush", "exec", "save", "restore"}
)
_LINUX_FORBIDDEN: Final = re.compile(r"[;&|<>`$(){}\\\n\r*?\[\]~!#'\"]")
_NETWORK_FORBIDDEN: Final = re.compile(r"[;`\\\x00-\x1f\x7f?>]")


def check_read(platform: Platform, command: str) -> None:
    """Pass silently when ``command`` is known to only read on ``platform``.

    Raises:
        ValueRefused: it is not, or it cannot be told.
    """
    problem = _problem(platform, command)
    if problem:
        raise ValueRefused(f"refused by the read-only guard: {problem}: {command[:120]!r}", origin=str(platform))


def is_read(platform: Platform, command: str) -> bool:
    """True when the guard lets the command pass."""
    return not _problem(platform, command)


def _problem(platform: Platform, command: str) -> str:
    if not command.strip() or not command.isprintable():
        return "empty, or holds control characters"
    if platform is Platform.DNS:
        return _dns_problem(command)
    if platform in _NETWORK_READS:
        return _network_problem(platform, command)
    return _linux_problem(command) if platform is Platform.LINUX else windows_problem(command, _powershell_problem)


def _dns_problem(command: str) -> str:
    try:
        read_query(command)
    except ValueRefused as error:
        return error.message
    return ""


def _powershell_problem(command: str) -> str:
    # Most incidents never see a line of PowerShell: its parser is loaded when one does.
    from troubleshoot.core.powershell import guard, places, split_command

    found = split_command(command)
    if found is None:
        return "not a PowerShell command of the form PS> ..."
    return places.data_problem(found.data) or guard.problem(found.script, _native_problem)


def _native_problem(command: str) -> str:
    return windows_problem(command, lambda _: "PowerShell inside PowerShell")


def _network_problem(platform: Platform, command: str) -> str:
    if _NETWORK_FORBIDDEN.search(command):
        return "holds a redirect, help or separator character"
    head, *filters = command.split("|")
    words = head.split()
    if not words or not _known_first_word(platform, words[0].lower()):
        return "not a command that only reads"
    if words[0].lower().startswith("s") and any(word.startswith("tech") for word in words[1:]):
        return "asks for too much at once"
    first, rest = filters[:1], filters[1:]
    unknown = [part for part in first if not _known_filter(platform, part)]
    unknown += [part for part in rest if not (_known_filter(platform, part) or _alternative(platform, part))]
    return next((f"filter {part.strip()!r}" for part in unknown), "")


def _known_first_word(platform: Platform, word: str) -> bool:
    reads = _NETWORK_READS[platform].items()
    return any(full.startswith(word) and len(word) >= shortest for full, shortest in reads)


def _known_filter(platform: Platform, part: str) -> bool:
    words = part.split()
    if not words:
        return False
    word = words[0].lower()
    return len(word) >= 1 and any(full.startswith(word) for full in _FILTERS[platform]) and not _writes(word)


def _alternative(platform: Platform, part: str) -> bool:
    """IOS takes all that follows the first bar for one filter: further bars separate alternatives of its expression.
    What could be a filter that writes is refused all the same."""
    words = part.split()
    return platform is Platform.IOS and bool(words) and not _writes(words[0].lower())


def _writes(word: str) -> bool:
    """Filters of the same platforms that write files: an abbreviation must not be able to mean one of them."""
    return any(full.startswith(word) for full in ("redirect", "tee", "append", "save", "vsh", "sed", "awk"))


def _linux_problem(command: str) -> str:
    if _LINUX_FORBIDDEN.search(command):
        return "holds a shell character"
    words = command.split()
    if words[0] == "vtysh":
        return "ask vtysh as a host of platform frr"
    if words[0] == "ip":
        return "changes the network" if _IP_WRITES & {word.lower() for word in words[1:]} else ""
    arguments = _LINUX_READS.get(words[0])
    known = arguments is not None and re.fullmatch(arguments, " ".join(words[1:]))
    return "" if known else "not a command that only reads"
