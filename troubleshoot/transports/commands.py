"""What may be sent as one command, whatever the wire."""

from __future__ import annotations

from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import TransportError


def check_sendable(command: str, *, where: str, interactive: bool = True) -> None:
    """Pass silently when ``command`` is one command and nothing else.

    A line break would start a second command, and on an interactive command line ``?`` and TAB call the help and leave
    a half-typed line behind. Raises TransportError (refused, nothing sent).
    """
    if not command.strip():
        raise _refused(where, "an empty command")
    for character in command:
        if not character.isprintable():
            raise _refused(where, f"a command with the control character U+{ord(character):04X}")
    if interactive and "?" in command:
        raise _refused(where, "a command with `?`, which calls the help")


def _refused(where: str, what: str) -> TransportError:
    return TransportError(Trouble.REFUSED, f"{where}: {what} is not sent", hint="Send one plain command at a time.")
