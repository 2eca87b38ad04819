"""Signs and colours. Every meaning also has a word, so that it survives NO_COLOR and terminals without Unicode."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

from textual.scrollbar import ScrollBarRender

from troubleshoot.core.kinds import Risk

_PLAIN_TERMINALS: Final = frozenset({"dumb", "vt100", "vt220", "linux"})


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The few signs that are drawn; ``ascii_only`` also switches the borders."""

    arrow: str
    done: str
    broken: str
    unknown: str
    now: str
    mark: str
    end: str
    ascii_only: bool = False


UNICODE: Final = Glyphs(arrow="─▶", done="✓", broken="✗", unknown="?", now="▶", mark="▌", end="■")
ASCII: Final = Glyphs(arrow="->", done="+", broken="X", unknown="?", now=">", mark=">", end="*", ascii_only=True)


class PlainScrollBar(ScrollBarRender):
    """A scroll bar without block characters."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


RISK_STYLES: Final[Mapping[Risk, str]] = {
    Risk.READ: "$text-success",
    Risk.CHANGE: "bold $text-warning",
    Risk.SESSION: "bold $text-error",
    Risk.OUTAGE: "bold reverse $text-error",
    Risk.IRREVERSIBLE: "bold reverse $text-error",
}

OUTCOME_STYLES: Final[Mapping[str, str]] = {
    "healthy": "bold reverse $text-success",
    "fixed": "bold reverse $text-success",
    "diagnosed": "bold reverse $text-warning",
    "inconclusive": "bold reverse $text-warning",
    "rolled_back": "bold reverse $text-warning",
}
TROUBLE_STYLE: Final = "bold reverse $text-error"

# What each risk means, in the words of the fix screen.
RISK_WORDS: Final[Mapping[Risk, str]] = {
    Risk.READ: "READ - changes nothing",
    Risk.CHANGE: "CHANGE - one setting, reversible, no session lost",
    Risk.SESSION: "SESSION - may drop sessions or flows",
    Risk.OUTAGE: "OUTAGE - a service or site is down meanwhile",
    Risk.IRREVERSIBLE: "IRREVERSIBLE - cannot be undone",
}

OUTCOME_WORDS: Final[Mapping[str, str]] = {
    "healthy": "HEALTHY",
    "diagnosed": "FAULT FOUND",
    "fixed": "FIXED AND VERIFIED",
    "fix_failed": "FIX FAILED",
    "rolled_back": "ROLLED BACK",
    "unknown": "OUTCOME OF THE FIX UNKNOWN",
    "inconclusive": "CANNOT TELL",
    "error": "ERROR IN THE TREE",
    "aborted": "NOT FINISHED",
}


def glyphs(environ: Mapping[str, str] | None = None, encoding: str | None = None) -> Glyphs:
    """The signs that this terminal can show."""
    environ = os.environ if environ is None else environ
    encoding = (encoding if encoding is not None else getattr(sys.__stdout__, "encoding", None)) or "ascii"
    plain = environ.get("TERM", "") in _PLAIN_TERMINALS or "utf" not in encoding.lower()
    return ASCII if plain else UNICODE


def outcome_style(outcome: str) -> str:
    return OUTCOME_STYLES.get(outcome, TROUBLE_STYLE)
