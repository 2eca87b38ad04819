"""Where observations come from: live hosts, captured evidence or the built-in lab; the session does not care which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from troubleshoot.core.detached import Detached
from troubleshoot.core.lockout import PLAINLY, Configuring
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import OnChunk, Output


class Source(Protocol):
    """The door to the hosts. Reading is guarded; only consented fixes use the other two."""

    @property
    def mode(self) -> str:
        """live, captures or lab."""
        ...

    def find(self, query: str) -> Host | None:
        """The host with this name or address."""
        ...

    async def read(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output: ...

    async def configure(
        self,
        host: str,
        lines: Sequence[str],
        *,
        deadline: float,
        on_chunk: OnChunk | None = None,
        how: Configuring = PLAINLY,
    ) -> Output: ...

    async def restart(self, host: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output: ...

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output: ...

    async def detached(
        self, host: str, job: Detached, *, deadline: float, on_chunk: OnChunk | None = None
    ) -> Output: ...

    async def close(self) -> None: ...
