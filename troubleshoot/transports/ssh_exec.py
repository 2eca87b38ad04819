"""Commands on a Linux host over SSH: one exec channel each, so that text is exact and there is an exit code."""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncssh

from troubleshoot.inventory.credentials import Credentials
from troubleshoot.transports.base import OnChunk, Output
from troubleshoot.transports.commands import check_sendable
from troubleshoot.transports.ssh_login import Attempt, connect_options, watched
from troubleshoot.transports.ssh_operation import Operations

_CHUNK = 65_536
_LIMIT = 64 * 1024 * 1024


async def open_exec(attempt: Attempt, credentials: Credentials, tunnel: Any, deadline: float) -> ExecTransport:
    """Log in. Raises TransportError."""
    options = await connect_options(attempt, credentials, tunnel)
    connection = await watched(attempt, asyncssh.connect(**options), deadline)
    return ExecTransport(attempt.target.where, connection)


class ExecTransport:
    """A shell host; implements :class:`~troubleshoot.transports.base.Transport`."""

    def __init__(self, where: str, connection: asyncssh.SSHClientConnection) -> None:
        self._where = where
        self._connection = connection
        self._operations = Operations(where, connection.abort, lambda: not connection.is_closed())

    async def read(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command; standard error is part of the text, in order."""
        check_sendable(command, where=self._where, interactive=False)
        return await self._operations.run(lambda: self._run(command, on_chunk), deadline=deadline)

    async def execute(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run one command that changes something."""
        return await self.read(command, deadline=deadline, on_chunk=on_chunk)

    async def configure(self, lines: Sequence[str], *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Run each line as a command; the first one that fails ends it and is named as the refusal."""
        for line in lines:
            check_sendable(line, where=self._where, interactive=False)
        return await self._operations.run(lambda: self._each(lines, on_chunk), deadline=deadline)

    async def close(self) -> None:
        """Close the connection; safe to call twice."""
        self._operations.drop("it was closed")
        with suppress(Exception):
            await asyncio.wait_for(self._connection.wait_closed(), 0.5)

    async def _each(self, lines: Sequence[str], on_chunk: OnChunk | None) -> Output:
        text, output = "", Output("", exit_code=0)
        for line in lines:
            output = await self._run(line, on_chunk)
            text += f"$ {line}\n{output.text}"
            if output.exit_code != 0:
                said = output.text.strip().rpartition("\n")[2]
                refusal = f"{line!r} ended with exit code {output.exit_code}: {said}"
                return Output(text, output.exit_code, output.doubt, refusal)
        return Output(text, output.exit_code, output.doubt)

    async def _run(self, command: str, on_chunk: OnChunk | None) -> Output:
        self._operations.sent = True
        process = await self._connection.create_process(
            command, stdin=asyncssh.DEVNULL, stderr=asyncssh.STDOUT, encoding=None
        )
        try:
            text = await _collect(process.stdout, on_chunk)
            done = await process.wait(check=False)
        finally:
            process.close()
        return Output(text, done.exit_status, _doubt(done))


async def _collect(stream: asyncssh.SSHReader[bytes], on_chunk: OnChunk | None) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    parts: list[str] = []
    size = 0
    while data := await stream.read(_CHUNK):
        parts.append(decoder.decode(data))
        size += len(data)
        if size > _LIMIT:
            raise EOFError(f"more than {_LIMIT} bytes of output")
        if on_chunk is not None:
            on_chunk(parts[-1])
    return "".join(parts) + decoder.decode(b"", final=True)


def _doubt(done: asyncssh.SSHCompletedProcess) -> str:
    if done.exit_signal is not None:
        return f"the command was ended by signal {done.exit_signal[0]}"
    return "the host did not say how the command ended" if done.exit_status is None else ""
