"""DNS over real UDP and TCP against the lab's server: what is answered, and what must never look like an answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import cast

import pytest

from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.errors import ValueRefused
from troubleshoot.inventory.model import Host
from troubleshoot.lab.dns.server import DnsServer, ServerPart, serve
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.registry import parse
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.dns import DnsConnector
from troubleshoot.transports.hub import Hub

ZONES = {
    "corp.example": (
        "app A 10.99.1.5",
        "app A 10.99.1.6",
        "alias CNAME app",
        "_ldap._tcp.dc._msdcs 600 SRV 0 100 389 dc1.corp.example.",
        "dc1 A 10.0.0.5",
        "sub NS ns.sub",
        'note TXT "; <<>> a [/] b"',
        *(f"many A 10.7.{n // 250}.{n % 250 + 1}" for n in range(600)),
    ),
    "1.99.10.in-addr.arpa": ("5 PTR app.corp.example.",),
}


@asynccontextmanager
async def asked(trouble: str = "") -> AsyncIterator[tuple[Hub, DnsServer]]:
    async with serve("ns1", ServerPart(zones=ZONES, trouble=trouble)) as server:
        hub = hub_to(server.port)
        try:
            yield hub, server
        finally:
            await hub.close()


def hub_to(port: int) -> Hub:
    host = Host("ns1", "127.0.0.1", Platform.WINDOWS, dns={"port": port})
    return Hub({"ns1": host}.get, {Platform.DNS: DnsConnector()})


async def answer(hub: Hub, command: str, deadline: float = 5) -> dict[str, object]:
    output = await hub.read("ns1", command, deadline=deadline)
    return parse("dns_answer", Platform.DNS, [output.text])


async def data(command: str) -> list[str]:
    async with asked() as (hub, _):
        found = (await answer(hub, command))["answers"]
    assert isinstance(found, list)
    return sorted(f"{record['type']} {record['data']}" for record in found)


async def test_answers() -> None:
    assert await data("dig app.corp.example A") == ["A 10.99.1.5", "A 10.99.1.6"]
    assert await data("dig APP.corp.example.") == ["A 10.99.1.5", "A 10.99.1.6"]
    assert await data("dig alias.corp.example") == ["A 10.99.1.5", "A 10.99.1.6", "CNAME app.corp.example"]
    assert await data("dig _ldap._tcp.dc._msdcs.corp.example SRV") == ["SRV 0 100 389 dc1.corp.example"]
    assert await data("dig -x 10.99.1.5") == ["PTR app.corp.example"]
    assert await data("dig note.corp.example TXT") == ['TXT "; <<>> a [/] b"']


async def test_nothing_there_has_two_forms() -> None:
    async with asked() as (hub, _):
        no_name = await answer(hub, "dig nobody.corp.example A")
        no_data = await answer(hub, "dig app.corp.example AAAA +norecurse")
        above = await answer(hub, "dig _tcp.dc._msdcs.corp.example A")
    assert (no_name["status"], no_name["answers"], no_name["authoritative"]) == ("NXDOMAIN", [], True)
    assert (no_data["status"], no_data["answers"]) == ("NOERROR", [])
    assert above["status"] == "NOERROR", "an empty name above a record exists"


async def test_a_long_answer_comes_whole_over_tcp() -> None:
    assert len(await data("dig many.corp.example A")) == 600
    assert len(await data("dig many.corp.example A +tcp")) == 600


@pytest.mark.parametrize("trouble", ["servfail", "refused"])
async def test_a_server_that_does_not_answer_the_question_says_nothing_about_the_name(trouble: str) -> None:
    async with asked(trouble) as (hub, _):
        found = await answer(hub, "dig app.corp.example A")
    assert (found["status"], found["answers"]) == (trouble.upper(), None)


async def test_outside_its_zones_the_server_refuses() -> None:
    async with asked() as (hub, _):
        assert (await answer(hub, "dig www.example.org A"))["answers"] is None


async def test_a_delegation_is_no_answer_of_this_server() -> None:
    async with asked() as (hub, _):
        found = await answer(hub, "dig x.sub.corp.example A")
    assert (found["answers"], found["authoritative"]) == ([], False)


async def test_truncated_on_udp_is_asked_again_over_tcp() -> None:
    async with asked("truncate") as (hub, server):
        found = await answer(hub, "dig app.corp.example A")
    assert found["status"] == "NOERROR" and len(server.asked) == 2


async def test_silence_ends_at_the_deadline() -> None:
    async with asked("silent") as (hub, server):
        begun = time.monotonic()
        with pytest.raises(TransportError) as caught:
            await answer(hub, "dig app.corp.example A", deadline=1.0)
        took = time.monotonic() - begun
    assert caught.value.kind is Trouble.TIMEOUT
    assert took < 2.0 and len(server.asked) == 2, "a lost datagram is asked once more"


async def test_nobody_listens() -> None:
    hub = hub_to(1)
    with pytest.raises(TransportError) as caught:
        await answer(hub, "dig app.corp.example A", deadline=1.0)
    assert caught.value.kind in (Trouble.UNREACHABLE, Trouble.TIMEOUT)


Liar = Callable[[bytes], list[bytes]]


@asynccontextmanager
async def lying(liar: Liar) -> AsyncIterator[Hub]:
    """A server whose bytes a test makes up."""

    class Protocol(asyncio.DatagramProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = cast(asyncio.DatagramTransport, transport)

        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            for reply in liar(data):
                self.transport.sendto(reply, addr)

    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    hub = hub_to(transport.get_extra_info("sockname")[1])
    try:
        yield hub
    finally:
        await hub.close()
        transport.close()


def _honest(data: bytes, name: str = "app.corp.example", address: str = "10.66.6.6") -> bytes:
    import dns.message
    import dns.rrset

    query = dns.message.from_wire(data)
    asked_for = dns.message.make_query(name, "A")
    asked_for.id = query.id
    reply = dns.message.make_response(asked_for)
    reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "A", address))
    return reply.to_wire()


def _wrong_id(data: bytes) -> bytes:
    return bytes([data[0] ^ 0xFF, data[1]]) + _honest(data)[2:]


@pytest.mark.parametrize(
    "liar",
    [
        lambda data: [b""],
        lambda data: [b"\x00" * 5],
        lambda data: [data[:2] + b"\xff" * 40],
        lambda data: [_wrong_id(data)],
        lambda data: [_honest(data, "other.corp.example")],
        lambda data: [data],
    ],
    ids=["empty", "short", "garbage", "wrong id", "another question", "the question itself"],
)
async def test_what_is_no_answer_to_our_question_is_never_one(liar: Liar) -> None:
    async with lying(liar) as hub:
        with pytest.raises((TransportError, ParseFailure)):
            await answer(hub, "dig app.corp.example A", deadline=0.6)


async def test_the_right_answer_behind_a_forged_one_is_taken() -> None:
    async with lying(lambda data: [_wrong_id(data), b"junk", _honest(data, address="10.1.1.1")]) as hub:
        found = await answer(hub, "dig app.corp.example A")
    assert isinstance(found["answers"], list)
    assert [record["data"] for record in found["answers"]] == ["10.1.1.1"]


@pytest.mark.parametrize(
    "command",
    [
        "dig corp.example AXFR",
        "dig corp.example ANY",
        "dig -f /etc/passwd",
        "dig app.corp.example; reboot",
        "dig app.corp.example A +short | sh",
        "dig $(id).corp.example",
        "dig a b c",
        "dig",
        "dig -x localhost",
        "dig " + "a" * 64 + ".example",
    ],
)
async def test_only_questions_pass_the_guard(command: str) -> None:
    async with asked() as (hub, server):
        with pytest.raises(ValueRefused):
            await hub.read("ns1", command, deadline=1)
    assert server.asked == []


async def test_dns_is_never_changed() -> None:
    async with asked() as (hub, _):
        with pytest.raises(TransportError):
            await hub.configure("ns1", ["x"], deadline=1)
