"""A restart of the whole device: send it, wait until the device is back, and prove that it did restart.

An answer proves nothing: it may come from before the restart. Proof is a device that has been up for less time than it
would have been without one. Where it was up too briefly before to tell, it must have been away in between.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Final

from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import OnChunk, Output, Restarting, Transport, TransportError

Connect = Callable[[float], Awaitable[Transport]]  # a new connection within so many seconds

_AWAY: Final = frozenset({Trouble.UNREACHABLE, Trouble.TIMEOUT})
_PAUSES: Final = (0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds between two attempts; the last one repeats
_CONNECT: Final = 20.0
_LOOK: Final = 30.0
_COARSE: Final = 60  # seconds: devices print their uptime in minutes
_UPTIME: Final = re.compile(r"uptime is (.+)")
_UNITS: Final = {"year": 31_536_000, "week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_AMOUNT: Final = re.compile(r"(\d{1,6}) (year|week|day|hour|minute|second)")


def uptime(text: str) -> int | None:
    """Seconds since the last start, from `show version`; None where it does not say.

    >>> uptime("sw1 uptime is 1 week, 2 days, 3 minutes"), uptime("Kernel uptime is 0 day(s), 0 hour(s), 3 minute(s)")
    (777780, 180)
    """
    found = _UPTIME.search(text)
    amounts = _AMOUNT.findall(found.group(1)) if found else []
    return sum(int(count) * _UNITS[unit] for count, unit in amounts) if amounts else None


class Restart:
    """One restart of one device. ``transport`` is the connection to go on with afterwards."""

    def __init__(self, transport: Transport, connect: Connect, where: str, on_chunk: OnChunk | None) -> None:
        self.transport: Transport | None = transport
        self._connect = connect
        self._where = where
        self._on_chunk = on_chunk
        self._text: list[str] = []
        self._went_away = False
        self._loop = asyncio.get_running_loop()

    async def run(self, deadline: float) -> Output:
        """Restart it within ``deadline`` seconds; ``refusal`` says that it did not, or that nothing proves it.

        Raises TransportError when the device did not come back, or does not take the login any more.
        """
        assert self.transport is not None
        if not isinstance(self.transport, Restarting):
            raise TransportError(Trouble.NOT_SUPPORTED, f"{self._where}: a restart is not possible over this wire")
        before = uptime((await self.transport.read("show version", deadline=_LOOK)).text)
        if before is None:
            message = f"{self._where}: `show version` does not say how long it is up; nothing was sent"
            raise TransportError(Trouble.PARSE, message)
        begun = self._loop.time()
        refusal = await self._send(self.transport)
        if refusal:
            return Output("".join(self._text), refusal=refusal)
        self.transport = None
        after = await self._back(begun + deadline)
        return self._judged(before, after, self._loop.time() - begun)

    async def _send(self, transport: Restarting) -> str:
        """Why the device does not restart, or an empty text. A device that falls silent is on its way down."""
        try:
            answer = await transport.restart(deadline=_LOOK, on_chunk=self._on_chunk)
        except TransportError as error:
            if not error.sent or error.kind not in _AWAY:
                raise
            return ""
        self._text.append(answer.text)
        return answer.refusal

    def _judged(self, before: int, after: int | None, passed: float) -> Output:
        """An uptime that did not simply run on proves the restart."""
        ran_on = before + passed
        proven = after is not None and after + _COARSE <= ran_on - _COARSE
        told = proven or (self._went_away and ran_on < 3 * _COARSE)
        self._say(f"it is back; up for {after} s" if after is not None else "it is back")
        return Output("".join(self._text), refusal="" if told else "it did not restart: its uptime ran on")

    async def _back(self, end: float) -> int | None:
        """Wait for the device; its uptime."""
        attempt = 0
        while (left := end - self._loop.time()) > 0:
            self._say(f"waiting for it to come back, {left:.0f} s left")
            await asyncio.sleep(min(_PAUSES[min(attempt, len(_PAUSES) - 1)], left))
            attempt += 1
            try:
                self.transport = await self._connect(min(_CONNECT, max(end - self._loop.time(), 1.0)))
                return uptime((await self.transport.read("show version", deadline=_LOOK)).text)
            except TransportError as error:
                if error.kind not in _AWAY:
                    raise TransportError(error.kind, error.message, hint=error.hint, sent=True) from error
                self._went_away = True
        message = f"{self._where}: it did not come back after its restart"
        raise TransportError(Trouble.UNREACHABLE, message, hint="Look at its console.", sent=True)

    def _say(self, text: str) -> None:
        line = f"[{text}]\n"
        self._text.append(line)
        if self._on_chunk is not None:
            self._on_chunk(line)
