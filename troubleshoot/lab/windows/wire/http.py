"""HTTP/1.1 on one connection: h11 for the grammar, asyncio streams for the bytes, limits on both."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

import h11

HEADER_LIMIT: Final = 64 * 1024
_READ: Final = 256 * 1024
_AHEAD: Final = 1024 * 1024  # what a client may send ahead of its answer
_RESET: Final = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # struct linger: on, 0 s
_LINGER: Final = 1.0
SERVER_NAME: Final = "Microsoft-HTTPAPI/2.0"


class HttpRefusal(Exception):
    """A request that gets a bare HTTP status; ``closing`` ends the connection, as its rest cannot be understood."""

    def __init__(self, status: int, *, headers: Iterable[tuple[str, str]] = (), closing: bool = False) -> None:
        super().__init__(f"HTTP {status}")
        self.status, self.headers, self.closing = status, tuple(headers), closing


@dataclass(frozen=True, slots=True)
class Head:
    """Request line and headers; header names are lower-case, the last of several wins."""

    method: str
    path: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer."""

    status: int
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    closing: bool = False


class HttpStream:
    """One TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._socket = writer.get_extra_info("socket")  # a TLS transport forgets it when it is closed
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_LIMIT)

    async def next_head(self) -> Head | None:
        """The next request, or None when the client has ended. Raises :class:`HttpRefusal`."""
        if self._http.our_state is h11.MUST_CLOSE or self._http.their_state is h11.CLOSED:
            return None
        if self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
        event = await self._event()
        if not isinstance(event, h11.Request):
            return None
        if len(event.target) + sum(len(name) + len(value) for name, value in event.headers) > HEADER_LIMIT:
            raise HttpRefusal(400, closing=True)
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in event.headers}
        return Head(event.method.decode("latin-1"), event.target.decode("latin-1"), headers)

    async def body(self, limit: int) -> bytes:
        """The body. Raises :class:`HttpRefusal` 413 above ``limit`` bytes."""
        taken = bytearray()
        if self._http.they_are_waiting_for_100_continue:
            await self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))
        while isinstance(event := await self._event(), h11.Data):
            taken += event.data
            if len(taken) > limit:
                raise HttpRefusal(413, closing=True)
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError("the client left within its request")
        return bytes(taken)

    async def _event(self) -> object:
        while True:
            try:
                event = self._http.next_event()
                if event is not h11.NEED_DATA:
                    return event
                self._http.receive_data(await self._reader.read(_READ))
            except h11.RemoteProtocolError as error:
                raise HttpRefusal(400, closing=True) from error  # what http.sys says to any request it cannot read

    async def left(self) -> None:
        """Return when the client has closed the connection; what it sends ahead is kept."""
        ahead = 0
        while data := await self._reader.read(_READ):
            self._http.receive_data(data)
            ahead += len(data)
            if ahead > _AHEAD:
                await asyncio.Event().wait()  # unread, the stream's own limit stops the sender
        self._http.receive_data(b"")

    async def send(self, reply: Reply) -> None:
        """Send an answer."""
        await self._write(self._encode(reply))

    async def send_half(self, reply: Reply) -> None:
        """Send half of an answer's bytes."""
        data = self._encode(reply)
        await self._write(data[: len(data) - max(1, len(reply.body) // 2)])

    def _encode(self, reply: Reply) -> bytes:
        headers = [("Content-Type", reply.content_type)] if reply.content_type else []
        headers += [("Server", SERVER_NAME), *reply.headers, ("Date", formatdate(usegmt=True))]
        headers.append(("Content-Length", str(len(reply.body))))
        if reply.closing:
            headers.append(("Connection", "close"))
        data = self._http.send(h11.Response(status_code=reply.status, headers=headers, reason=_REASONS[reply.status]))
        data = (data or b"") + (self._http.send(h11.Data(data=reply.body)) or b"")
        return data + (self._http.send(h11.EndOfMessage()) or b"")

    async def _write(self, data: bytes | None) -> None:
        self.writer.write(data or b"")
        await self.writer.drain()

    async def finish(self) -> None:
        """End the connection; what the client still sends is read, as a reset would take the answer away from it."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
        unread = _AHEAD * 8
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_LINGER):
                while unread > 0 and (data := await self._reader.read(_READ)):
                    unread -= len(data)

    def reset(self) -> None:
        """End with a TCP reset."""
        if self._socket is not None and self._socket.fileno() >= 0:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.writer.transport.abort()


class _Reasons(dict[int, str]):
    def __missing__(self, status: int) -> str:
        return ""


_REASONS: Final = _Reasons(
    {
        400: "Bad Request",
        401: "",
        404: "Not Found",
        405: "Method Not Allowed",
        413: "Request Entity Too Large",
        415: "Unsupported Media Type",
        500: "Internal Server Error",
        503: "Service Unavailable",
    }
)
