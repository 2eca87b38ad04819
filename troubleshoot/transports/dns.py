"""DNS queries that we send ourselves, to exactly the server that is named: no resolver of the system, no search list.

UDP first, TCP when the answer was truncated (RFC 7766). Answers from another address, with another id or for another
question are not ours and are passed over (RFC 5452); what cannot be read as a message is too. The answer is shown as
`dig` shows it, so that pasted and captured output of `dig` reads the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from troubleshoot.core.dns_query import Query, read_query
from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import Note, OnChunk, Output, Transport, TransportError

if TYPE_CHECKING:
    from dns.message import Message

    from troubleshoot.inventory.model import Host

PORT: Final = 53
_TRIES: Final = 2  # a lost datagram is no answer: it is asked once more within the deadline
_LONGEST: Final = 5.0  # seconds for one try
_SECTIONS: Final = ("ANSWER", "AUTHORITY", "ADDITIONAL")


class DnsConnector:
    """Makes :class:`DnsTransport`; there is no connection and no login."""

    async def connect(self, host: Host, *, deadline: float, note: Note) -> Transport:
        """Find the server's address. Raises TransportError."""
        address, port = _server(host)
        if not address:
            address = await _resolved(host, deadline)
        return DnsTransport(f"{host.name} ({address}:{port})", address, port)

    async def close(self) -> None:
        """Nothing is shared."""


def _server(host: Host) -> tuple[str, int]:
    """The address and port in the inventory's ``dns:`` block, else the host's own address."""
    from ipaddress import ip_address

    given = str(host.dns.get("address") or host.hostname)
    port = int(host.dns.get("port") or PORT)
    try:
        return str(ip_address(given)), port
    except ValueError:
        return "", port


async def _resolved(host: Host, deadline: float) -> str:
    """A DNS server that the inventory names by a name is looked up by the system."""
    import socket

    name = str(host.dns.get("address") or host.hostname)
    try:
        async with asyncio.timeout(deadline):
            found = await asyncio.get_running_loop().getaddrinfo(name, None, type=socket.SOCK_DGRAM)
        return str(found[0][4][0])
    except (OSError, TimeoutError):
        message = f"{host.name}: the name {name!r} has no address"
        raise TransportError(Trouble.UNREACHABLE, message, hint="Give the address in the inventory.") from None


class DnsTransport:
    """One DNS server; implements :class:`~troubleshoot.transports.base.Transport`."""

    def __init__(self, where: str, address: str, port: int) -> None:
        self._where = where
        self._address = address
        self._port = port

    async def read(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Ask one question within ``deadline`` seconds. Raises TransportError; SERVFAIL and the like are answers."""
        query = read_query(command)
        text = _shown(query, await self._asked(query, deadline), f"{self._address}#{self._port}")
        if on_chunk is not None:
            on_chunk(text)
        return Output(text)

    async def configure(self, lines: Sequence[str], *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Never possible."""
        raise self._read_only()

    async def execute(self, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        """Never possible."""
        raise self._read_only()

    async def close(self) -> None:
        """Nothing to close."""

    def _read_only(self) -> TransportError:
        return TransportError(Trouble.NOT_SUPPORTED, f"{self._where}: DNS is only asked, never changed")

    async def _asked(self, query: Query, deadline: float) -> Message:
        import dns.exception

        end = asyncio.get_running_loop().time() + deadline
        for last in (False, True):
            left = end - asyncio.get_running_loop().time()
            try:
                return await self._once(query, min(_LONGEST, left if last else left / _TRIES))
            except dns.exception.Timeout:
                if last:
                    break
            except (OSError, EOFError) as error:
                reason = getattr(error, "strerror", None) or type(error).__name__
                raise TransportError(Trouble.UNREACHABLE, f"{self._where}: {reason}", sent=True) from None
            except dns.exception.DNSException as error:
                message = f"{self._where}: what came back is no DNS answer ({type(error).__name__})"
                raise TransportError(Trouble.PARSE, message, sent=True) from None
        raise TransportError(Trouble.TIMEOUT, f"{self._where}: no answer within {deadline:.0f} s", sent=True)

    async def _once(self, query: Query, seconds: float) -> Message:
        import dns.asyncquery
        import dns.flags
        import dns.message

        message = dns.message.make_query(query.name, query.type)
        if not query.recurse:
            message.flags &= ~dns.flags.RD
        options: dict[str, Any] = {"where": self._address, "port": self._port, "timeout": max(seconds, 0.1)}
        if query.tcp:
            return await dns.asyncquery.tcp(message, **options)
        found, _ = await dns.asyncquery.udp_with_fallback(
            message, **options, ignore_unexpected=True, ignore_errors=True
        )
        return found


# --- as dig shows it ----------------------------------------------------------------------------------------------


def _shown(query: Query, message: Message, server: str) -> str:
    return "".join(f"{line}\n" for line in _lines(query, message, server))


def _lines(query: Query, message: Message, server: str) -> Iterator[str]:
    import dns.flags
    import dns.opcode
    import dns.rcode

    status = dns.rcode.to_text(message.rcode())
    flags = dns.flags.to_text(message.flags).lower()
    counts = ", ".join(f"{name}: {_count(message.sections[n + 1])}" for n, name in enumerate(_SECTIONS))
    yield f";; ->>HEADER<<- opcode: {dns.opcode.to_text(message.opcode())}, status: {status}"
    yield f";; flags: {flags}; QUERY: {len(message.question)}, {counts}"
    yield ""
    yield ";; QUESTION SECTION:"
    yield f";{query.name}. IN {query.type}"
    for number, name in enumerate(_SECTIONS):
        rrsets = message.sections[number + 1]
        if rrsets:
            yield from ("", f";; {name} SECTION:")
            yield from (line for rrset in rrsets for line in rrset.to_text().splitlines())
    yield from ("", f";; SERVER: {server}")


def _count(rrsets: Sequence[Any]) -> int:
    return sum(len(rrset) for rrset in rrsets)
