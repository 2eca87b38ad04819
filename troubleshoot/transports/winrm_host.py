"""A Windows host over WinRM: operations one at a time, each with its deadline, none left running when nobody waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from troubleshoot.core.detached import Detached
from troubleshoot.core.exit_codes import shown_code
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.errors import TroubleshootError
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.refusals import change_refusal, read_refusal
from troubleshoot.transports.winrm_command import Prepared, prepare
from troubleshoot.transports.winrm_errors import Cause, WinrmError
from troubleshoot.transports.winrm_restart import Restart
from troubleshoot.transports.winrm_session import Ended, Means, Session

_UNUSABLE = frozenset({Cause.AUTH, Cause.TLS, Cause.LOST, Cause.PROTOCOL, Cause.TIMEOUT, Cause.UNREACHABLE, Cause.NAME})

RefusalOf = Callable[[Platform, str], str]


class Endings:
    """Shells that are being closed. Nobody has to wait for them for long, yet none is forgotten."""

    def __init__(self, patience: float) -> None:
        """``patience`` is the number of seconds that whoever starts an ending waits for it."""
        self._patience = patience
        self._tasks: dict[asyncio.Task[None], Session] = {}

    async def end(self, session: Session, how: Awaitable[None]) -> None:
        """Run ``how``, a method of ``session`` that ends it; it goes on when the patience is over."""
        task = asyncio.ensure_future(_plain(how))
        self._tasks[task] = session
        task.add_done_callback(lambda done: self._tasks.pop(done, None))
        await asyncio.wait({task}, timeout=self._patience)

    async def finish(self, patience: float) -> None:
        """Wait for all that are under way, then give them up."""
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=patience)
        for task, session in list(self._tasks.items()):
            session.abort()
            task.cancel()


async def _plain(how: Awaitable[None]) -> None:
    await how


class WinrmTransport:
    """One account on one host; implements :class:`~troubleshoot.transports.base.Transport`."""

    def __init__(self, means: Means, session: Session, endings: Endings, closed: Callable[[], None]) -> None:
        """``closed`` is called once, when the transport is closed."""
        self._means = means
        self._session = session
        self._endings = endings
        self._closed: Callable[[], None] | None = closed
        self._given_up = ""
        self._lock = asyncio.Lock()

    @property
    def delegates(self) -> bool:
        """Can a command there use our account on a further host?"""
        return self._means.target.options.delegates

    async def read(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command (a line for cmd.exe, or ``PS ...> script``) that only reads."""
        prepared = self._prepared(command)
        return await self._operate(lambda: self._one(prepared, on_chunk, read_refusal), deadline)

    async def execute(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that changes something."""
        prepared = self._prepared(command)
        return await self._operate(lambda: self._one(prepared, on_chunk, change_refusal), deadline)

    async def configure(self, lines: Sequence[str], *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run each line as a command; the first one that fails ends it and is named as the refusal."""
        steps = [(line, self._prepared(line)) for line in lines]
        return await self._operate(lambda: self._each(steps, on_chunk), deadline)

    async def detached(self, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run a job that outlives our session; see :class:`~troubleshoot.transports.winrm_restart.Restart`."""
        for command in job.commands:
            self._prepared(command)

        restart = Restart(self._means, self._session, job, on_chunk)

        async def work() -> Output:
            try:
                return await restart.run(deadline)
            finally:
                self._session = restart.session

        return await self._operate(work, deadline, lambda: restart.begun)

    async def close(self) -> None:
        """Close shell and connection; safe to call twice."""
        closed, self._closed = self._closed, None
        if closed is None:
            return
        busy = self._lock.locked()
        if not self._given_up:
            self._given_up = "it was closed"
            session = self._session
            await self._endings.end(session, session.stop() if busy else session.close())
        closed()

    def _prepared(self, command: str) -> Prepared:
        return prepare(command, where=self._means.target.where)

    async def _one(self, prepared: Prepared, on_chunk: OnChunk | None, refusal_of: RefusalOf) -> Output:
        return answer(await self._session.run(prepared, on_chunk), refusal_of)

    async def _each(self, steps: Sequence[tuple[str, Prepared]], on_chunk: OnChunk | None) -> Output:
        text, output = "", Output("", exit_code=0)
        for line, prepared in steps:
            output = await self._one(prepared, on_chunk, change_refusal)
            text += f"> {line}\r\n{output.text}"
            if output.exit_code or output.refusal:
                said = output.refusal or output.text.strip().rpartition("\n")[2]
                refusal = f"{line!r} ended with exit code {shown_code(output.exit_code or 0)}: {said}"
                return Output(text, output.exit_code, output.doubt, refusal, output.lossy)
        return Output(text, output.exit_code, output.doubt, lossy=output.lossy)

    async def _operate(
        self, work: Callable[[], Awaitable[Output]], deadline: float, left: Callable[[], bool] | None = None
    ) -> Output:
        """Run ``work``; ``left`` tells whether any of it may have reached the host, if the session does not know."""
        waiting = True
        try:
            async with asyncio.timeout(deadline), self._lock:
                waiting = False
                self._require_usable()
                return await work()
        except TimeoutError:
            sent = not waiting and await self._give_up(left)
            message = f"{self._means.target.where}: no complete answer within {deadline:.0f} s"
            raise WinrmError(Cause.TIMEOUT, message, hint="The host was told to stop it.", sent=sent) from None
        except WinrmError as error:
            if error.cause in _UNUSABLE:
                await self._leave(error)
            raise
        except TroubleshootError:
            raise
        except BaseException:  # cancelled, or a bug: what the host does now is not known
            if not waiting:
                await self._give_up()
            raise

    async def _leave(self, error: WinrmError) -> None:
        """The connection is of no use any more; its shell is closed over another, unless that would be refused too."""
        self._given_up = self._given_up or "it was lost"
        if error.kind in (Trouble.AUTH, Trouble.TLS):
            self._session.forget()
        else:
            await self._endings.end(self._session, self._session.close())

    async def _give_up(self, left: Callable[[], bool] | None = None) -> bool:
        """Stop what runs and close the shell. Returns whether the command may have reached the host."""
        self._given_up = "an operation on it did not end"
        session = self._session
        await self._endings.end(session, session.stop())
        return (left or session.left)()

    def _require_usable(self) -> None:
        if self._given_up:
            message = f"{self._means.target.where}: the connection was given up: {self._given_up}"
            raise WinrmError(Cause.LOST, message)


def answer(ended: Ended, refusal_of: RefusalOf) -> Output:
    """A command that ran to its end, as the session above sees it."""
    refusal = refusal_of(Platform.WINDOWS, ended.text)
    return Output(ended.text, ended.exit_code, ended.doubt, refusal, ended.lossy)
