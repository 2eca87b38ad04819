"""A server that answers a WinRM client with whatever bytes a test wants: over TLS, so that Basic needs no handshake."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from troubleshoot.core.kinds import Platform
from troubleshoot.inventory.model import Host
from troubleshoot.lab.windows.wire import TlsFiles

Answer = Callable[[int, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class RawServer:
    """``requests`` holds the head of every request, in order."""

    port: int = 0
    requests: list[str] = field(default_factory=list)
    ca: Path | None = None

    def host(self, **winrm: object) -> Host:
        block = {"transport": "basic", "ca_file": str(self.ca), **winrm}
        return Host("hv01", "127.0.0.1", Platform.WINDOWS, port=self.port, username="admin", winrm=block)


def http(body: bytes, *, code: int = 200, kind: str = "application/soap+xml;charset=UTF-8", more: str = "") -> bytes:
    head = f"HTTP/1.1 {code} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
    return head.encode() + body


def constantly(data: bytes) -> Answer:
    """The same answer to everything."""

    async def answer(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()

    return answer


@asynccontextmanager
async def raw_server(answer: Answer, tls: TlsFiles | None, *, address: str = "127.0.0.1") -> AsyncIterator[RawServer]:
    """Serve ``answer(number of the request, writer)`` for every request with a body of known length."""
    made = RawServer(ca=tls.ca if tls else None)
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError, ssl.SSLError, asyncio.CancelledError, asyncio.LimitOverrunError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = next((line for line in head.lower().split("\r\n") if line.startswith("content-length:")), ":0")
                await reader.readexactly(int(length.partition(":")[2]))
                made.requests.append(head)
                await answer(len(made.requests), writer)
        writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    context = None
    if tls is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tls.certificate, tls.key)
    server = await asyncio.start_server(accept, address, 0, ssl=context)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
