"""What a parser says when it cannot tell: never an empty record, never a guess."""

from __future__ import annotations

from troubleshoot.errors import ExitCode, TroubleshootError

_EXCERPT = 60


def excerpt(text: str) -> str:
    """Return at most 60 characters of device text, printable ASCII only, so that a message cannot carry controls."""
    shown = text.strip()
    cut = shown[:_EXCERPT].encode("ascii", "backslashreplace").decode("ascii")
    safe = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in cut)
    return f"{safe}..." if len(shown) > _EXCERPT else safe


class ParseFailure(TroubleshootError):
    """Device output that could not be understood: the outcome is *cannot tell*.

    ``part`` is the index of the output among those given to the parser, ``line`` the 1-based line of the raw text
    (``None`` where the output as a whole is meant).
    """

    exit_code = ExitCode.INCONCLUSIVE

    def __init__(self, message: str, part: int = 0, line: int | None = None, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.part = part
        self.line = line
