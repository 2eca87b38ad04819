"""The frame around an operation on an open connection: one at a time, a deadline, typed errors, no reuse in doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from troubleshoot.core.kinds import Trouble
from troubleshoot.errors import TroubleshootError
from troubleshoot.transports.base import Output, TransportError
from troubleshoot.transports.ssh_errors import WIRE_ERRORS, lost


class Operations:
    """Runs operations one after another until one of them leaves the connection in doubt."""

    def __init__(self, where: str, drop: Callable[[], None], alive: Callable[[], bool]) -> None:
        self.where = where
        self.sent = False
        self._drop = drop
        self._alive = alive
        self._dropped = ""
        self._lock = asyncio.Lock()

    async def run(self, work: Callable[[], Awaitable[Output]], *, deadline: float) -> Output:
        """Run ``work`` within ``deadline`` seconds, waiting for earlier operations included."""
        waiting = True
        try:
            async with asyncio.timeout(deadline), self._lock:
                waiting, self.sent = False, False
                self._require_usable()
                return await self._framed(work)
        except TimeoutError:
            message = f"{self.where}: no complete answer within {deadline:.0f} s"
            raise TransportError(Trouble.TIMEOUT, message, sent=self.sent and not waiting) from None

    def drop(self, reason: str) -> None:
        """Give the connection up."""
        if not self._dropped:
            self._dropped = reason
            self._drop()

    async def _framed(self, work: Callable[[], Awaitable[Output]]) -> Output:
        try:
            return await work()
        except WIRE_ERRORS as error:
            self.drop("it was lost")
            raise lost(self.where, error, sent=self.sent) from None
        except TroubleshootError:
            raise
        except BaseException:  # cancelled, timed out, or a bug: what the device does now is not known
            self.drop("an operation on it did not end")
            raise

    def _require_usable(self) -> None:
        if not self._dropped and not self._alive():
            self.drop("the host closed it")
        if self._dropped:
            raise TransportError(Trouble.UNREACHABLE, f"{self.where}: the connection was given up: {self._dropped}")
