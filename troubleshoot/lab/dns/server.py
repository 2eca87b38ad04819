"""One simulated DNS server on a loopback port: UDP and TCP, with the troubles that a fault wants."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, cast

import dns.exception
import dns.flags
import dns.message
from pydantic import BaseModel, ConfigDict, ValidationError

from troubleshoot.errors import AuthorError
from troubleshoot.lab.dns.zones import Zones, zones_from
from troubleshoot.lab.ssh import LOOPBACK

_UDP = 512  # bytes, without EDNS
_TRIES = 20
Log = Callable[[str], None]


class ServerPart(BaseModel):
    """One server of `dns:` in a lab. ``trouble``: servfail, refused, silent, garbage, truncate (UDP answers only)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    addresses: tuple[str, ...] = ()
    zones: dict[str, tuple[str, ...]] = {}
    trouble: str = ""


def read_servers(part: dict[str, Any]) -> dict[str, ServerPart]:
    """The servers of a lab's `dns:` block. Raises AuthorError."""
    try:
        return {name: ServerPart.model_validate(each) for name, each in part.items()}
    except ValidationError as error:
        first = error.errors()[0]
        raise AuthorError(f"lab: dns: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


@dataclass(slots=True)
class DnsServer:
    """A running server."""

    name: str
    addresses: tuple[str, ...]
    zones: Zones
    port: int = 0
    asked: list[str] = field(default_factory=list)  # questions, oldest first

    def reply(self, data: bytes, *, udp: bool) -> bytes | None:
        """The answer to one message; None: silence."""
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        self.asked += [question.to_text() for question in query.question]
        answer = self.zones.answer(query)
        if answer is None:
            return None
        if self.zones.trouble == "garbage":
            return data[:2] + b"\xff" * 20
        wire = answer.to_wire()
        if udp and (len(wire) > _UDP or self.zones.trouble == "truncate"):
            short = dns.message.make_response(query)
            short.flags |= dns.flags.TC
            return short.to_wire()
        return wire


@asynccontextmanager
async def serve(name: str, part: ServerPart) -> AsyncIterator[DnsServer]:
    """Serve on one free loopback port, the same for UDP and TCP."""
    server = DnsServer(name, part.addresses, zones_from(part.zones, name, part.trouble))
    datagrams, streams = await _listen(server)
    try:
        yield server
    finally:
        datagrams.close()
        streams.close()


async def _listen(server: DnsServer) -> tuple[asyncio.DatagramTransport, asyncio.Server]:
    loop = asyncio.get_running_loop()
    for _ in range(_TRIES):
        datagrams, _protocol = await loop.create_datagram_endpoint(lambda: _Udp(server), (LOOPBACK, 0))
        server.port = datagrams.get_extra_info("sockname")[1]
        with suppress(OSError):
            return datagrams, await asyncio.start_server(lambda r, w: _tcp(server, r, w), LOOPBACK, server.port)
        datagrams.close()
    raise OSError("no port is free for both UDP and TCP")


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: DnsServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        answer = self._server.reply(data, udp=True)
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)


async def _tcp(server: DnsServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            (length,) = struct.unpack("!H", await reader.readexactly(2))
            answer = server.reply(await reader.readexactly(length), udp=False)
            if answer is not None:
                writer.write(struct.pack("!H", len(answer)) + answer)
                await writer.drain()
    writer.close()
