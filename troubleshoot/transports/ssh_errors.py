"""Sorts what scrapli, asyncssh and the system raise into our few kinds, by the phase in which it was raised.

scrapli reports every time-out while opening as a failed authentication; the phase tells what it really was.
"""

from __future__ import annotations

import socket
from enum import StrEnum

import asyncssh
from scrapli.exceptions import ScrapliAuthenticationFailed, ScrapliException

from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import TransportError

WIRE_ERRORS = (asyncssh.Error, ScrapliException, OSError, EOFError)


class Phase(StrEnum):
    """The parts of a login, in order."""

    CONNECT = "connecting"
    KEY_EXCHANGE = "key exchange"
    LOGIN = "login"
    ASKING = "waiting for a password to be typed"
    PROMPT = "waiting for the prompt"


def timed_out(where: str, phase: Phase, seconds: float) -> TransportError:
    """A phase took longer than it may."""
    kind = Trouble.UNREACHABLE if phase is Phase.CONNECT else Trouble.TIMEOUT
    hint = _TIMEOUT_HINTS.get(phase, "")
    return TransportError(kind, f"{where}: no answer within {seconds:.0f} s ({phase})", hint=hint)


def connect_error(where: str, phase: Phase, error: BaseException) -> TransportError:
    """What went wrong while a connection was opened; nothing was sent to the device."""
    cause = _root(error)
    if isinstance(cause, asyncssh.PermissionDenied | ScrapliAuthenticationFailed):
        return TransportError(Trouble.AUTH, f"{where}: the login was refused")
    if isinstance(cause, asyncssh.HostKeyNotVerifiable):
        return TransportError(Trouble.HOST_KEY, f"{where}: the host key is not accepted: {cause.reason}")
    if isinstance(cause, asyncssh.KeyExchangeFailed):
        return TransportError(Trouble.UNREACHABLE, f"{where}: {cause.reason}", hint=_LEGACY_HINT)
    if isinstance(cause, socket.gaierror):
        hint = "Check the name in the inventory, or give an address as `hostname`."
        return TransportError(Trouble.UNREACHABLE, f"{where}: the name cannot be resolved", hint=hint)
    return TransportError(Trouble.UNREACHABLE, f"{where}: {_words(cause)} ({phase})")


def lost(where: str, error: BaseException, *, sent: bool) -> TransportError:
    """The connection broke while it was in use."""
    message = f"{where}: the connection was lost: {_words(_root(error))}"
    return TransportError(Trouble.UNREACHABLE, message, sent=sent)


def _root(error: BaseException) -> BaseException:
    """scrapli wraps what asyncssh says in its own words; asyncssh's are the better ones."""
    while isinstance(error, ScrapliException) and error.__cause__ is not None:
        error = error.__cause__
    return error


def _words(error: BaseException) -> str:
    if isinstance(error, asyncssh.Error):
        return error.reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


_LEGACY_HINT = "An old device may need `ssh: {legacy: yes}` for this host in the inventory."
_TIMEOUT_HINTS = {
    Phase.CONNECT: "Check address, port, routes and firewalls between here and the host.",
    Phase.PROMPT: "The host logged us in but showed no prompt that its `platform` would show.",
}
