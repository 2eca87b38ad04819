"""What every transport offers, so that nothing above it knows which wire carried a command.

A transport only observes and delivers; it never judges. It returns what the device said (:class:`Output`) or raises
:class:`TransportError`; there is no third way, so that *no answer* can never be mistaken for *an empty answer*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from troubleshoot.core.detached import Detached
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.lockout import Configuring
from troubleshoot.errors import ExitCode, TroubleshootError
from troubleshoot.inventory.model import Host

OnChunk = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Output:
    """What a device answered to one command (or to one block of configuration lines).

    ``text`` is the answer as received, undecodable bytes replaced, without the prompt. ``doubt`` says why the text may
    be incomplete and is empty when it is whole. ``refusal`` is the device's own error line (``% Invalid input ...``)
    when it did not accept the command: such an answer is evidence but must not be parsed. ``lossy`` tells that some
    characters did not survive the host's code page; the lines are all there.
    """

    text: str
    exit_code: int | None = None
    doubt: str = ""
    refusal: str = ""
    lossy: bool = False


class TransportError(TroubleshootError):
    """A command could not be delivered or its answer not be received.

    ``kind`` says what went wrong. ``sent`` is False only when it is certain that no byte of the command left: a change
    may be tried again only then.
    """

    exit_code = ExitCode.UNREACHABLE

    def __init__(self, kind: Trouble, message: str, *, hint: str = "", sent: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.kind = kind
        self.sent = sent


class Transport(Protocol):
    """One open connection to one host. Operations on it run one at a time, in the order asked."""

    async def read(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that only reads; ``deadline`` is the number of seconds it may take."""
        ...

    async def configure(self, lines: Sequence[str], *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Enter configuration mode, send ``lines`` in order, leave it. Stops at the first line the device refuses."""
        ...

    async def execute(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one EXEC command that changes something (a fix that is not configuration)."""
        ...

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        ...


@runtime_checkable
class Detaching(Protocol):
    """A transport that can restart the service which carries it."""

    async def detached(self, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Start the job, live through the loss of the connection, and prove the restart."""
        ...


@runtime_checkable
class Provisional(Protocol):
    """A transport to a device that may take a configuration back by itself."""

    async def provisionally(
        self, lines: Sequence[str], how: Configuring, *, deadline: float, on_chunk: OnChunk | None = None
    ) -> Output:
        """As ``configure``, but with another way into configuration mode or another way to make the lines active."""
        ...


@runtime_checkable
class Restarting(Protocol):
    """A transport that can restart the whole device."""

    async def restart(self, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Send the restart, answer its questions, and return when the device has cut the connection."""
        ...


Note = Callable[[str], None]


class Connector(Protocol):
    """Opens connections to hosts of some platforms; holds what connections share (jump hosts, thread pools)."""

    async def connect(self, host: Host, *, deadline: float, note: Note) -> Transport:
        """Open one connection within ``deadline`` seconds.

        ``note`` takes what a person should see about the connection (weak algorithms, an accepted host key).
        Raises TransportError, with exactly one login attempt behind it at most.
        """
        ...

    async def close(self) -> None:
        """Close what connections share; safe to call twice."""
        ...
