"""A running program of a simulated host: bytes out, bytes in, an exit code, and an end that others can force."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

CTRL_C: Final = 0xC000013A
_UNREAD: Final = 256 * 1024  # a program that nobody reads waits, it does not fill the memory


class Process:
    """One program. Whoever started it takes its output with :meth:`take` and may end it with :meth:`kill`."""

    def __init__(self) -> None:
        self.exit_code: int | None = None  # unsigned 32 bit, once the program has ended
        self._output: deque[tuple[str, bytes]] = deque()
        self._unread = 0
        self._changed = asyncio.Event()
        self._input = bytearray()
        self._input_closed = False
        self._task: asyncio.Task[None] | None = None

    def start(self, main: Callable[[Process], Awaitable[int]]) -> None:
        """Run ``main`` in the background; its result becomes the exit code."""
        self._task = asyncio.get_running_loop().create_task(self._run(main))

    async def _run(self, main: Callable[[Process], Awaitable[int]]) -> None:
        code = 1
        try:
            code = await main(self)
        finally:
            self._end(code)

    def _end(self, code: int) -> None:
        if self.exit_code is None:
            self.exit_code = code & 0xFFFFFFFF
        self._notify()

    def _notify(self) -> None:
        event, self._changed = self._changed, asyncio.Event()
        event.set()

    async def changed(self) -> None:
        """Wait until there is news: output, room for output, input, or the end."""
        await self._changed.wait()

    # --- the program's side ----------------------------------------------------------------------------------------

    def put(self, stream: str, data: bytes) -> None:
        """Queue output on ``stdout`` or ``stderr`` without waiting."""
        if data and self.exit_code is None:
            self._output.append((stream, data))
            self._unread += len(data)
            self._notify()

    async def drain(self) -> None:
        """Wait until the reader has caught up."""
        while self._unread > _UNREAD and self.exit_code is None:
            await self.changed()

    async def read_input(self) -> bytes:
        """All of stdin up to its end."""
        while not self._input_closed:
            await self.changed()
        return bytes(self._input)

    async def read_line(self) -> bytes | None:
        """The next line of stdin without its end, or None at the end of input."""
        while b"\n" not in self._input and not self._input_closed:
            await self.changed()
        if not self._input:
            return None
        line, _, rest = bytes(self._input).partition(b"\n")
        self._input = bytearray(rest)
        return line.rstrip(b"\r")

    # --- the starter's side ----------------------------------------------------------------------------------------

    def send(self, data: bytes, *, end: bool = False) -> None:
        """Give bytes to stdin; ``end`` closes it."""
        self._input += data
        self._input_closed = self._input_closed or end
        self._notify()

    def take(self, limit: int) -> list[tuple[str, bytes]]:
        """Output in the order written, at most ``limit`` bytes; empty when there is none now."""
        taken: list[tuple[str, bytes]] = []
        while self._output and limit > 0:
            stream, data = self._output.popleft()
            head, tail = data[:limit], data[limit:]
            if tail:
                self._output.appendleft((stream, tail))
            taken.append((stream, head))
            limit -= len(head)
            self._unread -= len(head)
        if taken:
            self._notify()
        return taken

    @property
    def finished(self) -> bool:
        """True when the program has ended and all its output was taken."""
        return self.exit_code is not None and not self._output

    def kill(self, code: int = 1) -> None:
        """End the program now; what it wrote before stays readable."""
        self._end(code)
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
