"""The front end of a session for the screens: every question becomes a request that a screen answers.

The session runs in its own task. It never calls into a widget: what it tells is posted to the desk (the run screen) as
messages, so that a mistake in drawing can never stop or damage an incident.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Final, Protocol

from troubleshoot.core.effects import Ask, Collect, Effect, Offer, Propose, Settle, Wait
from troubleshoot.core.events import Event
from troubleshoot.core.state import State
from troubleshoot.session.front import ARM, Consent, Go

MAX_LIVE: Final = 1_000_000  # characters of output that are kept for the live view; the journal keeps everything


@dataclass(frozen=True, slots=True, eq=False)
class Request:
    """Something a person is asked for; ``answer`` is awaited by the session."""

    effect: Effect
    state: State
    answer: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of output as it arrived (untrusted)."""

    host: str
    command: str
    text: str


class Desk(Protocol):
    """Where the news goes. None of these may raise or wait."""

    def asked(self, request: Request | None) -> None: ...

    def running(self, effect: Effect, until: float | None) -> None: ...

    def changed(self, state: State, event: Event) -> None: ...

    def warned(self, message: str) -> None: ...


class ScreenFront:
    """Implements :class:`troubleshoot.session.front.Front`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.auto = False
        self.run_next = False  # the next observation was asked for already
        self.hold_next = False  # stop before the next observation, whatever it is for
        self.request: Request | None = None
        self._chunks: deque[Chunk] = deque()
        self._kept = 0

    # --- what the screens do ---

    def answer(self, value: Any) -> bool:
        """Answer what is asked; False when nothing is."""
        if self.request is None or self.request.answer.done():
            return False
        self.request.answer.set_result(value)
        return True

    def chunks(self) -> list[Chunk]:
        """Take the output that arrived since the last call."""
        taken = list(self._chunks)
        self._chunks.clear()
        self._kept = 0
        return taken

    # --- what the session asks ---

    async def _put(self, effect: Effect, state: State) -> Any:
        self.request = Request(effect, state, asyncio.get_running_loop().create_future())
        self.desk.asked(self.request)
        try:
            return await self.request.answer
        finally:
            self.request = None
            self.desk.asked(None)

    async def before_collect(self, effect: Collect, state: State) -> Go:
        if not self._pauses(effect, state):
            go = Go()
        else:
            go = await self._put(effect, state)
        self.run_next = self.hold_next = False
        self.desk.running(effect, None)
        return go

    def _pauses(self, effect: Collect, state: State) -> bool:
        """A walk waits before each step; what belongs to a consented fix runs on."""
        if self.hold_next:
            return True
        return effect.purpose == "diagnose" and state.recheck is None and not (self.auto or self.run_next)

    async def ask(self, effect: Ask, state: State) -> str | None:
        answer: str | None = await self._put(effect, state)
        return answer

    async def choose_fix(self, effect: Offer, state: State) -> str | None:
        chosen: str | None = await self._put(effect, state)
        return chosen

    async def consent(self, effect: Propose, state: State) -> Consent:
        decision = await self._put(effect, state)
        return ARM if decision == ARM else decision is True

    async def settle(self, effect: Settle, state: State) -> str | None:
        statement: str | None = await self._put(effect, state)
        return statement

    async def wait(self, effect: Wait, state: State) -> None:
        self.desk.running(effect, time.monotonic() + effect.seconds)
        await asyncio.sleep(effect.seconds)

    # --- what the session tells ---

    def changed(self, state: State, event: Event) -> None:
        self.desk.changed(state, event)

    def output(self, host: str, command: str, chunk: str) -> None:
        self._chunks.append(Chunk(host, command, chunk[-MAX_LIVE:]))
        self._kept += len(self._chunks[-1].text)
        while self._kept > MAX_LIVE and len(self._chunks) > 1:
            self._kept -= len(self._chunks.popleft().text)

    def warn(self, message: str) -> None:
        self.desk.warned(message)
