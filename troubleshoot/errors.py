"""One small family of errors: what happened, what to do about it, and whose turn it is.

Every error that reaches a user carries a message that names the place (``file:line`` or ``host: command``), a hint,
and the exit code of the command line contract. Nothing here knows where it is shown.
"""

from __future__ import annotations

import enum


class ExitCode(enum.IntEnum):
    """The exit codes of the command line; they are public and never change meaning."""

    HEALTHY = 0
    FAULT = 1
    USAGE = 2
    INTERNAL = 3
    UNREACHABLE = 4
    INCONCLUSIVE = 5
    FIX_TROUBLE = 6
    INTERRUPTED = 130


class TroubleshootError(Exception):
    """Base of all expected errors.

    ``message`` says what happened and where; ``hint`` says what the reader can do next (may be empty).
    """

    exit_code = ExitCode.INTERNAL

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class OperatorError(TroubleshootError):
    """The person who called us can mend it: a wrong option, a missing file, an unknown host."""

    exit_code = ExitCode.USAGE


class AuthorError(TroubleshootError):
    """The author of a tree, inventory or captures file can mend it."""

    exit_code = ExitCode.USAGE


class ValueRefused(TroubleshootError):
    """A value does not fit its type; ``origin`` says where the value came from."""

    exit_code = ExitCode.USAGE

    def __init__(self, message: str, *, origin: str = "", hint: str = "") -> None:
        super().__init__(f"{message} (from {origin})" if origin else message, hint=hint)
        self.origin = origin


class JournalError(TroubleshootError):
    """The journal cannot be read or written; without it no fix is offered."""

    exit_code = ExitCode.INTERNAL


class UnknownIncident(JournalError):
    """The journal is fine but has no such incident."""

    exit_code = ExitCode.USAGE
