"""A job that restarts the service our own connection runs through, and the proof that it did.

An answer from the host proves nothing: it may come from before the stop. Proof is a changed marker: the shell that was
open before is gone (WinRM's shells end with it), or the service runs in another process. Both are asked for by the
same command, sent to the *old* shell over a new connection. The host names the process number of a service under
``PID`` in every display language.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from troubleshoot.core.detached import Detached
from troubleshoot.core.exit_codes import shown_code
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.transports.base import OnChunk, Output, TransportError
from troubleshoot.transports.refusals import change_refusal
from troubleshoot.transports.winrm_command import prepare
from troubleshoot.transports.winrm_errors import Cause, WinrmError
from troubleshoot.transports.winrm_session import Ended, Means, Session

_AWAY: Final = frozenset({Cause.LOST, Cause.UNREACHABLE, Cause.TIMEOUT, Cause.PROTOCOL})
_PID: Final = re.compile(r"^\s*PID\s*:\s*(\d+)\s*$", re.MULTILINE | re.IGNORECASE)
_PAUSES: Final = (0.5, 0.5, 1.0, 1.0, 2.0, 3.0, 5.0)  # seconds between two attempts; the last one repeats
_REFUSED_LOGINS: Final = 2  # right after the start a host may refuse for a moment what it accepted before
_CONNECT: Final = 5.0
_ASK: Final = 15.0  # seconds for one look at the host
_RESERVE: Final = 30.0  # seconds of the deadline that are kept for reading the log and tidying up
_LOG_WAIT: Final = 30.0
_LINES_DONE: Final = "127.0.0.1"  # the job's own pause pings it: the tree's lines are through by then
_TIDY_TRIES: Final = 3


class Restart:
    """One run of such a job. ``session`` is the one to go on with afterwards."""

    def __init__(self, means: Means, session: Session, job: Detached, on_chunk: OnChunk | None) -> None:
        self.session = session
        self.begun = False  # something of the job may have reached the host
        self._means = means
        self._job = job
        self._on_chunk = on_chunk
        self._text: list[str] = []
        self._process = 0
        self._created = False
        self._went_away = False
        self._refused = 0
        self._barred = False
        self._loop = asyncio.get_running_loop()

    async def run(self, deadline: float) -> Output:
        """Start the job, wait for the restart, read its log, remove its traces; all within ``deadline`` seconds.

        ``refusal`` of the answer says that the job could not be started, or that nothing restarted. Raises
        TransportError when the host did not come back, or came back as somebody else.
        """
        begun = self._loop.time()
        await self._mark()
        refusal = await self._start()
        if refusal:
            if self._created:
                await self._tidy()
            return self._output(refusal)
        limit = min(self._means.limits.restart, deadline - (self._loop.time() - begun) - _RESERVE)
        self._say(f"waiting up to {limit:.0f} s for {self._job.service} to restart")
        proof = await self._proof(self._loop.time() + max(limit, 1.0))
        if proof:
            self._say(f"{self._job.service} restarted: {proof}")
            await self._log()
        await self._tidy()
        return self._output("" if proof else f"{self._job.service} did not restart within {limit:.0f} s")

    async def _mark(self) -> None:
        """Look at what must change. Nothing but a read is sent."""
        try:
            self._process = await self._service_process()
        except WinrmError as error:
            error.sent = False
            raise

    async def _start(self) -> str:
        """Send what starts the job; why it did not start, or an empty text."""
        for number, command in enumerate(self._job.start):
            last = number == len(self._job.start) - 1
            self.begun = True
            try:
                ended = await self._send(command)
            except WinrmError as error:
                if last and error.sent and error.cause in _AWAY:
                    self._away()  # the job was quicker than its answer
                    break
                error.sent = error.sent or number > 0
                raise
            refusal = change_refusal_of(ended)
            if refusal:
                return f"{command!r}: {refusal}"
            self._created = True
        return ""

    async def _proof(self, end: float) -> str:
        """Wait until the marker has changed; what proves it, or an empty text if it never did."""
        attempt = 0
        while (left := end - self._loop.time()) > 0:
            await asyncio.sleep(min(_PAUSES[min(attempt, len(_PAUSES) - 1)], left))
            attempt += 1
            try:
                async with asyncio.timeout(_ASK):
                    proof = await self._look()
            except TimeoutError:
                self._away()
                continue
            except WinrmError as error:
                self._judge(error)
                continue
            if proof:
                return proof
        if self._went_away:
            message = f"{self._means.target.where}: the host did not come back after its service was stopped"
            raise WinrmError(Cause.UNREACHABLE, message, hint=_ESCALATE, sent=True)
        return ""

    def _judge(self, error: WinrmError) -> None:
        """Is this how a service looks that is on its way? Raises what will not pass by waiting."""
        self._refused += error.cause is Cause.AUTH
        if error.cause in _AWAY or (error.cause is Cause.AUTH and self._refused <= _REFUSED_LOGINS):
            self._away()
            return
        message = f"{error.message} (while waiting for {self._job.service} to restart)"
        raise WinrmError(error.cause, message, hint=error.hint, sent=True, code=error.code) from None

    def _away(self) -> None:
        if not self._went_away:
            self._say("the connection ended; trying again")
        self._went_away = True
        self.session.lose()

    async def _look(self) -> str:
        """Ask the old shell for the service's process, over a new connection where the old one is lost."""
        if self.session.lost:
            await self.session.reconnect(_CONNECT)
        try:
            process = await self._service_process()
        except WinrmError as error:
            if error.cause is not Cause.SHELL_GONE:
                raise
            await self._new_session()
            return "the shell that was open before it is gone"
        if process and self._process and process != self._process:
            return f"its process was {self._process} and is {process}"
        return ""

    async def _new_session(self) -> None:
        fresh = Session(self._means, connect=_CONNECT)
        try:
            await fresh.open()
        except BaseException:
            fresh.abort()
            raise
        self.session.forget()
        self.session = fresh

    async def _service_process(self) -> int:
        """The process number of the service; 0 while it does not run, or where the host does not tell."""
        command = prepare(f"sc queryex {self._job.service}", where=self._means.target.where)
        ended = await self.session.run_in_shell(command, None)
        found = _PID.search(ended.text)
        return int(found.group(1)) if found else 0

    async def _log(self) -> None:
        """What the lines printed, once all of them are through."""
        end = self._loop.time() + _LOG_WAIT
        while True:
            ended = await self._quietly(self._job.log)
            if ended is None or _LINES_DONE in ended.text or self._loop.time() > end:
                break
            await asyncio.sleep(1.0)
        if ended is not None:
            self._add(f"> {self._job.log}\r\n{_of_the_lines(ended.text)}")

    async def _tidy(self) -> None:
        """Remove the task and the log; what stays behind is said."""
        for command in self._job.clean:
            said = "the connection was lost"
            for attempt in range(_TIDY_TRIES):
                ended = await self._quietly(command)
                said = "the connection was lost" if ended is None else _complaint(command, ended)
                if not said:
                    break
                await asyncio.sleep(attempt + 1.0)
            if said:
                self._say(f"not removed, please do it by hand: {command} ({said})")

    async def _quietly(self, command: str) -> Ended | None:
        """Run a command whose failure changes nothing about the restart."""
        if self._barred:
            return None
        try:
            return await self.session.run(prepare(command, where=self._means.target.where), None)
        except TransportError as error:
            self._barred = error.kind in (Trouble.AUTH, Trouble.TLS)  # one more login would be refused as well
        return None

    async def _send(self, command: str) -> Ended:
        ended = await self.session.run(prepare(command, where=self._means.target.where), None)
        self._add(f"> {command}\r\n{ended.text}")
        return ended

    def _say(self, text: str) -> None:
        self._add(f"-- {text}\r\n")

    def _add(self, text: str) -> None:
        ended = text if text.endswith("\n") else f"{text}\r\n"
        self._text.append(ended)
        if self._on_chunk is not None:
            self._on_chunk(ended)

    def _output(self, refusal: str) -> Output:
        return Output("".join(self._text), 1 if refusal else 0, refusal=refusal)


_ESCALATE: Final = (
    "Its job starts the service again and again for two minutes. If it stays away, go to the console or RDP: "
    "`sc queryex` there tells whether the service hangs while stopping. Do not kill its process: others share it."
)


def _of_the_lines(log: str) -> str:
    """The log without the pings of the job's own pause."""
    lines = log.splitlines(keepends=True)
    paused = next((number for number, line in enumerate(lines) if _LINES_DONE in line), len(lines))
    return "".join(lines[:paused])


def change_refusal_of(ended: Ended) -> str:
    """Why a command that changes something failed, or an empty text."""
    refusal = change_refusal(Platform.WINDOWS, ended.text)
    if refusal or not ended.exit_code:
        return refusal
    return f"exit code {shown_code(ended.exit_code)}: {ended.text.strip()[-200:]}"


def _complaint(command: str, ended: Ended) -> str:
    """Why a clean-up failed. ``del`` ends with 0 also when it did not delete: then, and only then, it prints."""
    said = change_refusal_of(ended)
    return said or (ended.text.strip()[-200:] if command.lower().startswith("del ") else "")
