"""Words that the formats share: times, headlines, numbers of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from troubleshoot.report.model import FixView, Report

OUTCOMES: Final = {
    "healthy": "Healthy",
    "diagnosed": "Fault found",
    "fixed": "Fixed and verified",
    "fix_failed": "The fix failed",
    "rolled_back": "Rolled back",
    "unknown": "It is unknown whether a fix took effect",
    "inconclusive": "Cannot tell",
    "error": "The tree is at fault",
    "aborted": "Not finished",
}
VERDICTS: Final = {False: "does not hold", None: "cannot tell"}


def when(at: float) -> str:
    """A time in UTC; the number itself where no calendar has it."""
    try:
        return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"{at} s since 1970"


def header(report: Report) -> Iterator[tuple[str, str]]:
    """Name and value of everything that stands at the top."""
    yield "Incident", report.incident
    yield "Tree", f"{report.tree.id}, version {report.tree.version}"
    yield from ((f"Parameter {name}", value) for name, value in report.parameters)
    yield "Mode", report.mode
    yield "Started", when(report.started)
    yield "Last event", when(report.ended)
    yield "Outcome", OUTCOMES.get(report.outcome, report.outcome)


def lines_text(lines: Sequence[int]) -> str:
    """``line 4``, ``lines 4-6, 9``, or nothing."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][1] + 1:
            spans[-1][1] = line
        else:
            spans.append([line, line])
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in spans)
    return f"line{'s' if len(lines) > 1 else ''} {shown}" if shown else ""


def fix_status(fix: FixView) -> str:
    """How far a fix came, in words."""
    if fix.refused:
        return f"not offered: {fix.refused}"
    return "declined" if fix.declined else fix.status.replace("_", " ")
