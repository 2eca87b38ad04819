"""A door to the hosts behind which no verify is ever satisfied."""

from __future__ import annotations

from troubleshoot.session.sources import HubSource
from troubleshoot.transports.base import OnChunk, Output


class Unsatisfied(HubSource):
    """Once a fix has sent all its ``lines``, every command is answered as before it, until the way back begins.

    The before-state is answered truly when it is read again: after the way back it has to be as it was.
    """

    def __init__(self, inner: HubSource, lines: int) -> None:
        super().__init__(inner.mode, inner._hub, inner.inventory, inner.credentials)
        self._lines = lines
        self._sent = 0
        self._known: dict[tuple[str, str], Output] = {}

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        if self._sent == self._lines and (host, command) in self._known:
            return self._known[host, command]
        answer = await super().read(host, command, deadline=deadline, on_chunk=on_chunk)
        self._known.setdefault((host, command), answer)
        return answer

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        self._sent += 1
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)
