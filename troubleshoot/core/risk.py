"""The read-only guard: is this rendered command a read on this platform?

What is not known to be a read is refused. The guard looks at the final text, after all values are filled in, so neither
a tree nor a value can smuggle a change into a diagnosis. Abbreviations, pipes, redirects and `do` are understood.
"""

from __future__ import annotations

from troubleshoot.core.dns_query import read_query
from troubleshoot.core.kinds import Platform
from troubleshoot.core.linux_reads import linux_problem
from troubleshoot.core.network_reads import READS, network_problem
from troubleshoot.core.windows_reads import windows_problem
from troubleshoot.errors import ValueRefused


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
    if platform in READS:
        return network_problem(platform, command)
    return linux_problem(command) if platform is Platform.LINUX else windows_problem(command, _powershell_problem)


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
