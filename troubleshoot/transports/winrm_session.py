"""One account on one host: a shell that is kept, the connection that works it, and its certain end.

Requests block, so each runs in a thread of the connector's pool while the session waits. A command is stopped over a
second connection, at once, whatever the first one waits for; that also closes the shell. A shell that comes into being
when nobody waits for it any more is closed by the thread that opened it.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypeVar

from troubleshoot.core.exit_codes import unsigned
from troubleshoot.core.kinds import Trouble
from troubleshoot.inventory.winrm import UTF_8
from troubleshoot.transports.base import OnChunk
from troubleshoot.transports.winrm_command import Prepared
from troubleshoot.transports.winrm_errors import Aborted, Cause, WinrmError, explain
from troubleshoot.transports.winrm_output import Received
from troubleshoot.transports.winrm_target import Secret, Target, WinrmLimits
from troubleshoot.transports.winrm_wire import Wire

T = TypeVar("T")

_FALLBACK: Final = 437
_NOT_AGAIN: Final = (Trouble.AUTH, Trouble.TLS)  # a second try could lock the account
_BREATH: Final = 0.05  # seconds between two questions for output that were both answered at once with nothing


@dataclass(frozen=True, slots=True)
class Means:
    """What every session to a host needs. ``helpers`` are threads for ending commands: never busy with waiting."""

    target: Target
    secret: Secret
    context: ssl.SSLContext | None
    limits: WinrmLimits
    threads: Executor
    helpers: Executor


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that ran to its end."""

    text: str
    exit_code: int
    doubt: str
    lossy: bool


class Session:
    """Its methods are called one at a time, :meth:`stop` excepted."""

    def __init__(self, means: Means, *, connect: float | None = None) -> None:
        """``connect`` limits the seconds of opening a TCP connection further."""
        self._means = means
        self._connect = min(means.limits.connect, connect or means.limits.connect)
        self._wire = self._new_wire(self._connect)
        self._wires = {self._wire}
        self._lock = threading.Lock()
        self._shell = ""
        self._command = ""  # the one that runs
        self._finished = ""  # one that has ended, and that the host still remembers
        self._opening: asyncio.Future[None] | None = None
        self._abandoned = False
        self._broken = False
        self._starting = False
        self.codepage = means.target.options.codepage
        self.sent = False  # whether the newest command may have reached the host

    @property
    def lossy(self) -> bool:
        """Did the host refuse UTF-8, so that some characters cannot come through?"""
        return self.codepage != self._means.target.options.codepage

    @property
    def lost(self) -> bool:
        """Is the connection of no use any more?"""
        return self._broken

    def lose(self) -> None:
        """Take the connection for lost."""
        self._broken = True

    @property
    def reached(self) -> bool:
        """Has there been a TCP connection?"""
        return self._wire.reached

    async def open(self) -> None:
        """Log in and open the shell. Raises WinrmError."""
        await self._run(self._wire.login)
        await self._open_shell()

    async def run(self, prepared: Prepared, on_chunk: OnChunk | None) -> Ended:
        """Run one command to its end. A shell that is gone is replaced first. Raises WinrmError."""
        self.sent = False
        try:
            return await self.run_in_shell(prepared, on_chunk)
        except WinrmError as error:
            if error.cause is not Cause.SHELL_GONE or error.sent:
                raise
        await self._open_shell()
        return await self.run_in_shell(prepared, on_chunk)

    async def run_in_shell(self, prepared: Prepared, on_chunk: OnChunk | None) -> Ended:
        """The same in this very shell, or not at all."""
        received = Received(self.codepage, on_chunk, powershell=prepared.powershell)
        self.sent = self._starting = False
        try:
            await self._start(prepared)
            code = await self._receive(received)
        except WinrmError as error:
            error.sent = self.sent = error.sent or self.sent
            self._broken = self._broken or error.cause in (Cause.LOST, Cause.PROTOCOL, Cause.TIMEOUT)
            raise
        self._finished, self._command = self._command, ""
        return Ended(received.text(), unsigned(code), received.doubt, self.lossy or received.lossy)

    async def reconnect(self, connect: float) -> None:
        """Go on with the same shell over a new connection, after the old one was lost."""
        self._drop(self._wire)
        self._wire = self._new_wire(connect)
        self._wires.add(self._wire)
        self._broken = False
        await self._run(self._wire.login)

    def left(self) -> bool:
        """May the newest command have reached the host? Exact once :meth:`stop` has begun."""
        return self.sent or (self._starting and self._wire.began)

    async def close(self) -> None:
        """Close the shell and the connection; never raises."""
        with self._lock:
            self._abandoned = True
        if not self._broken:
            try:
                await self._try(lambda: self._delete(self._wire))
            except WinrmError:  # another connection would only log in once more, and be refused as well
                self.forget()
        await self.stop()

    async def stop(self) -> None:
        """End the running command, if any, and the shell, over a connection of their own; never raises.

        What happens before the first pause cannot be undone by any thread: from then on no command leaves.
        """
        with self._lock:
            self._abandoned = True
        if self._opening is not None and not self._opening.done():
            await asyncio.wait({self._opening})  # the thread that opens the shell will close it
            self._drop_all()
            return
        if not self._command:
            self._wire.abort()
        if self._shell:
            with suppress(WinrmError):
                await self._run(self._kill, self._means.helpers)
        self._drop_all()

    def forget(self) -> None:
        """The shell is known to be gone: close the connections only."""
        self._shell = ""
        self._drop_all()

    def abort(self) -> None:
        """End all connections now."""
        for wire in list(self._wires):
            wire.abort()

    async def _start(self, prepared: Prepared) -> None:
        wire, shell, given = self._wire, self._shell, prepared.stdin
        if not shell:
            raise WinrmError(Cause.SHELL_GONE, f"{wire.where}: there is no open shell")
        self._command = ""
        await self._tidy()
        wire.began = False
        self._starting = True
        try:
            self._command = await self._run(lambda: wire.command(shell, prepared.line, piped=given is not None))
        except WinrmError:
            self._starting = False
            raise
        self._starting, self.sent = False, True
        if given is not None:
            # A command that ended at once takes no input any more; its output says why.
            await self._try(lambda: wire.send(shell, self._command, given))

    async def _receive(self, received: Received) -> int:
        wire, shell, command = self._wire, self._shell, self._command
        clock = asyncio.get_running_loop().time
        while True:
            asked = clock()
            out, errors, code = await self._run(lambda: wire.receive(shell, command))
            received.add(out, errors)
            if code is not None:
                return code
            if not out and not errors and clock() - asked < _BREATH:
                await asyncio.sleep(_BREATH)

    async def _tidy(self) -> None:
        """Let the host forget the command before; how that one ended has long been known, so nobody waited for this."""
        wire, shell, finished = self._wire, self._shell, self._finished
        self._finished = ""
        if shell and finished:
            await self._try(lambda: wire.terminate(shell, finished))

    async def _try(self, work: Callable[[], None]) -> None:
        """Run a request that may fail, unless by something that the next one must not repeat (a refused login)."""
        try:
            await self._run(work)
        except WinrmError as error:
            if error.kind in _NOT_AGAIN:
                raise

    def _create(self) -> None:
        """In a thread: open the shell, in the fall-back code page where the host refuses UTF-8."""
        wire, wanted = self._wire, self._means.target.options.codepage
        with self._lock:
            if self._abandoned:
                raise explain(wire.where, Aborted())
        self._finished = ""
        shell, page = _opened(wire, wanted)
        with self._lock:
            self._shell, self.codepage, abandoned = shell, page, self._abandoned
        if abandoned:
            with suppress(WinrmError):
                self._delete(wire)

    def _delete(self, wire: Wire) -> None:
        """In a thread: close the shell; it stays ours until the host has said so."""
        if self._shell:
            try:
                wire.delete(self._shell)
            except WinrmError as error:
                if error.cause is not Cause.SHELL_GONE:
                    raise
        self._shell = ""

    def _kill(self) -> None:
        """In a thread: what the first connection waits for ends by this."""
        shell, command = self._shell, self._command
        wire = self._new_wire(self._connect)
        self._wires.add(wire)
        if command:
            try:
                wire.terminate(shell, command)
            except WinrmError as error:
                if error.kind in _NOT_AGAIN:
                    raise
        self._delete(wire)

    def _new_wire(self, connect: float) -> Wire:
        means = self._means
        return Wire(means.target, means.secret, means.context, connect=connect)

    def _drop(self, wire: Wire) -> None:
        self._wires.discard(wire)
        wire.abort()

    def _drop_all(self) -> None:
        for wire in list(self._wires):
            self._drop(wire)

    async def _open_shell(self) -> None:
        """Not to be interrupted: an answer that nobody takes would leave a shell behind."""
        self._opening = self._submit(self._create, self._means.threads)
        self._opening.add_done_callback(lambda done: done.cancelled() or done.exception())
        await asyncio.shield(self._opening)

    async def _run(self, work: Callable[[], T], threads: Executor | None = None) -> T:
        return await self._submit(work, threads or self._means.threads)

    def _submit(self, work: Callable[[], T], threads: Executor) -> asyncio.Future[T]:
        try:
            return asyncio.get_running_loop().run_in_executor(threads, work)
        except RuntimeError:  # the connector was closed
            raise explain(self._means.target.where, Aborted()) from None


def _opened(wire: Wire, wanted: int) -> tuple[str, int]:
    try:
        return wire.create(wanted), wanted
    except WinrmError as error:
        if error.cause is not Cause.CODEPAGE or wanted != UTF_8:
            raise
    return wire.create(_FALLBACK), _FALLBACK
