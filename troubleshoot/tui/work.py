"""Keeps one session going: runs it, stops a step, goes on after a step back, and closes everything at the end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from troubleshoot.core.events import Event
from troubleshoot.core.state import State
from troubleshoot.errors import TroubleshootError


class Runner(Protocol):
    """The part of a session that the screens use."""

    @property
    def state(self) -> State: ...

    async def run(self) -> State: ...

    def submit(self, event: Event) -> bool: ...

    def now(self) -> float: ...


Opener = Callable[[], AbstractAsyncContextManager[Runner]]


class Work:
    """The life of one incident on the screen. :meth:`run` is the body of one task; all else may be called meanwhile."""

    def __init__(
        self, opener: Opener, on_idle: Callable[[State], None], on_error: Callable[[TroubleshootError], None]
    ) -> None:
        self._opener = opener
        self._on_idle = on_idle
        self._on_error = on_error
        self._wake = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[State] | None = None
        self._done = asyncio.Event()
        self.session: Runner | None = None

    async def run(self) -> None:
        """Open the session and work until :meth:`close`. What goes wrong in opening or running is raised."""
        try:
            async with self._opener() as session:
                self.session = session
                while not self._closing:
                    await self._turn(session)
        finally:
            self._done.set()

    async def _turn(self, session: Runner) -> None:
        self._task = asyncio.create_task(session.run())
        try:
            await asyncio.wait({self._task})
        finally:
            await self._end_task()
        self._wake.clear()
        if not self._task.cancelled() and self._idle(session, self._task):
            await self._wake.wait()

    def _idle(self, session: Runner, task: asyncio.Task[State]) -> bool:
        """True when there is nothing to do until a person does something."""
        try:
            ended = task.result()
        except TroubleshootError as error:
            self._on_error(error)
            return not self._closing
        if session.state is not ended:
            return False  # a person's event came in just after the end
        self._on_idle(ended)
        return not self._closing

    async def _end_task(self) -> None:
        """Nothing is left running; a change that is being sent is waited for by the session itself."""
        if self._task is not None and not self._task.done():
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def submit(self, event: Event) -> bool:
        """Bring in what a person did; an incident that had ended goes on."""
        if self.session is None or not self.session.submit(event):
            return False
        self._wake.set()
        return True

    def again(self) -> None:
        """Ask again what was left open."""
        self._wake.set()

    def stop_step(self) -> None:
        """Stop what runs; the session starts over at the same step."""
        if self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """End the work and wait until the session is closed. The incident stays resumable."""
        self._closing = True
        self._wake.set()
        if self._task is None:
            return
        self._task.cancel()
        await self._done.wait()
