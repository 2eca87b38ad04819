"""The exit code of a headless run, from the state it ended in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from troubleshoot.core import fixing
from troubleshoot.core.state import State
from troubleshoot.errors import ExitCode
from troubleshoot.report.lacking import unreached

_CODES: Final[Mapping[str, ExitCode]] = {
    "healthy": ExitCode.HEALTHY,
    "fixed": ExitCode.HEALTHY,
    "diagnosed": ExitCode.FAULT,
    "error": ExitCode.USAGE,
    "fix_failed": ExitCode.FIX_TROUBLE,
    "rolled_back": ExitCode.FIX_TROUBLE,
    "unknown": ExitCode.FIX_TROUBLE,
    "aborted": ExitCode.INTERRUPTED,
}


def exit_code(state: State) -> ExitCode:
    """0 healthy or fixed, 1 diagnosed, 2 the tree is at fault, 4 not reached, 5 inconclusive, 6 fix trouble, 130."""
    outcome = fixing.outcome(state)
    if outcome == "inconclusive":
        return ExitCode.UNREACHABLE if unreached(state) else ExitCode.INCONCLUSIVE
    return _CODES[outcome]
