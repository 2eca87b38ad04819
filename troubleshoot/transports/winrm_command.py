"""What is sent for a command of a tree: one line for cmd.exe, and perhaps something on its standard input."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Final

from troubleshoot.core.cmd_line import MAX_LINE
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.powershell import PsCommand, split_command, stdin, wrapped
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.commands import check_sendable

_POWERSHELL: Final = "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand "
_NO_INPUT: Final = " <NUL"  # a tool that asks a question gets an end of input instead of waiting for ever


@dataclass(frozen=True, slots=True)
class Prepared:
    """A line for cmd.exe. ``stdin`` is sent and closed, None where the line redirects it.

    ``powershell`` tells that standard error holds PowerShell's own serialisation.
    """

    line: str
    stdin: bytes | None = None
    powershell: bool = False


def prepare(command: str, *, where: str) -> Prepared:
    """Raises TransportError (refused, nothing sent) for what cannot be sent as one command.

    Characters that XML 1.0 forbids are not printable, so they do not get past the check either.
    """
    check_sendable(command, where=where, interactive=False)
    script = split_command(command)
    prepared = Prepared(f"{command}{_NO_INPUT}") if script is None else _script(script)
    if len(prepared.line) > MAX_LINE:
        message = f"{where}: a command line of {len(prepared.line)} characters is not sent"
        raise TransportError(Trouble.REFUSED, message, hint=f"cmd.exe takes {MAX_LINE}, a script about 3,040.")
    return prepared


def _script(script: PsCommand) -> Prepared:
    encoded = base64.b64encode(wrapped(script).encode("utf-16-le")).decode("ascii")
    line = f"{_POWERSHELL}{encoded}"
    if script.data:
        return Prepared(line, stdin(script), powershell=True)
    return Prepared(f"{line}{_NO_INPUT}", powershell=True)
