"""HTTP and logins: limits, refusals, schemes, and that nothing a client sends harms the listener."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import random
import re
from typing import Any

import pytest

from tests.unit.lab_wire.conftest import Serve
from tests.unit.lab_wire.wire_http import Wire, envelope
from tests.unit.lab_wire.wire_support import LOCAL, OPERATOR, PASSWORD, machine
from troubleshoot.lab.windows.wire import disturbances, framing, names
from troubleshoot.lab.windows.wire.listener import Listener

IDENTIFY = (
    f'<s:Envelope xmlns:s="{names.SOAP}" xmlns:i="{names.IDENTITY}"><s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>'
).encode()


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


async def alive(listener: Listener) -> bool:
    async with Wire(listener.port) as wire:
        return (await wire.post(IDENTIFY, WSMANIDENTIFY="unauthenticated")).status == 200


@pytest.mark.parametrize(
    ("method", "path", "headers", "status"),
    [
        ("GET", "/wsman", {}, 405),
        ("PUT", "/wsman", {}, 405),
        ("POST", "/", {}, 404),
        ("POST", "/wsmanx", {}, 404),
        ("POST", "//[", {}, 404),
        ("POST", "*", {}, 404),
        ("HEAD", "/wsman", {}, 405),
        ("POST", "/wsman/", {"Upgrade": "h2c", "Connection": "Upgrade"}, 401),
        ("POST", "http://h/wsman", {}, 404),
        ("POST", "/wsman", {}, 401),
        ("POST", "/WSMAN?PSVersion=5.1", {}, 401),
        ("POST", "/wsman", {"Authorization": "Negotiate !!!"}, 401),
        ("POST", "/wsman", {"Authorization": "Negotiate"}, 401),
        ("POST", "/wsman", {"Authorization": "Negotiate TlRMTVNTUAADAAAA"}, 401),
        ("POST", "/wsman", {"Authorization": "Negotiate YIIBAA=="}, 401),
        ("POST", "/wsman", {"Authorization": "CredSSP R0VUIC8gSFRUUC8xLjENCg0KR0VUIC8gSFRUUC8xLjENCg0K"}, 401),
        ("POST", "/wsman", {"Authorization": "Basic !!!"}, 401),
        ("POST", "/wsman", {"Authorization": "Basic /w=="}, 401),
        ("POST", "/wsman", {"Authorization": "Digest x"}, 401),
    ],
)
async def test_refusals(serve: Serve, method: str, path: str, headers: dict[str, Any], status: int) -> None:
    listener = await serve(allow_unencrypted=True)
    async with Wire(listener.port) as wire:
        answer = await wire.post(method=method, path=path, **headers)
        assert (answer.status, answer.body) == (status, b"")
        assert answer.all("server") == ["Microsoft-HTTPAPI/2.0"]
        if status == 401:
            assert answer.all("www-authenticate") == ["Negotiate", 'Basic realm="WSMAN"', "CredSSP"]
    assert await alive(listener)


async def test_basic_is_offered_only_where_it_is_safe_or_allowed(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        answer = await wire.post(Authorization=basic("keeper", LOCAL.password))
        assert (answer.status, answer.all("www-authenticate")) == (401, ["Negotiate", "CredSSP"])


async def test_schemes_follow_the_hosts_configuration(serve: Serve) -> None:
    host = machine()
    host.sections["wsman"] = {
        "Service/Auth/CredSSP": "false",
        "Service/Auth/Basic": "true",
        "Service/AllowUnencrypted": "true",
    }
    listener = await serve(host)
    async with Wire(listener.port) as wire:
        assert (await wire.post()).all("www-authenticate") == ["Negotiate", 'Basic realm="WSMAN"']
    host.sections["wsman"]["Service/Auth/Negotiate"] = "false"
    async with Wire(listener.port) as wire:
        assert (await wire.post()).all("www-authenticate") == ['Basic realm="WSMAN"']


@pytest.mark.parametrize(
    ("name", "password", "status"),
    [
        ("keeper", LOCAL.password, 200),
        ("WEB07\\keeper", LOCAL.password, 200),
        (".\\KEEPER", LOCAL.password, 200),
        ("keeper", "wrong", 401),
        ("LABDOM\\keeper", LOCAL.password, 401),
        ("LABDOM\\operator", PASSWORD, 401),
        ("", "", 401),
    ],
)
async def test_basic(serve: Serve, name: str, password: str, status: int) -> None:
    listener = await serve(allow_unencrypted=True)
    async with Wire(listener.port) as wire:
        answer = await wire.post(IDENTIFY, Authorization=basic(name, password))
        assert answer.status == status
    assert [attempt.outcome == "ok" for attempt in listener.logins] == [status == 200]
    assert LOCAL.password not in repr(listener.logins) + repr(listener.log) + repr(OPERATOR)


@pytest.mark.parametrize("protocol", ["ntlm", "negotiate"])
async def test_ntlm_names_the_lab_host(serve: Serve, protocol: str) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        done = await wire.log_in(protocol=protocol)
        assert (done.status, done.body) == (200, b"")
    async with Wire(listener.port) as wire:
        token = (
            b"NTLMSSP\x00\x01\x00\x00\x00"
            + (0xE2898235).to_bytes(4, "little")
            + bytes(16)
            + b"\x0a\x00\x61\x4a\x00\x00\x00\x0f"
        )
        answer = await wire.post(Authorization="Negotiate " + base64.b64encode(token).decode())
        (line,) = answer.all("www-authenticate")
        challenge = base64.b64decode(line.removeprefix("Negotiate "))
        for name in ("LABDOM", "WEB07", "web07.lab.example", "lab.example"):
            assert name.encode("utf-16-le") in challenge
        assert bytes((10, 0)) + (20348).to_bytes(2, "little") + b"\0\0\0\x0f" in challenge
        import socket

        assert socket.gethostname().encode("utf-16-le") not in challenge
        assert b"W\0O\0R\0K\0S\0T\0A\0T\0I\0O\0N" not in challenge


async def test_a_standalone_host_is_its_own_domain(serve: Serve) -> None:
    listener = await serve(machine(joined=False))
    async with Wire(listener.port) as wire:
        assert (await wire.log_in("WEB07\\keeper", LOCAL.password)).status == 200
        assert (await wire.log_in("LABDOM\\keeper", LOCAL.password)).status == 401


async def test_identify_without_login_hides_the_version(serve: Serve) -> None:
    listener = await serve(machine("2008r2"))
    async with Wire(listener.port) as wire:
        hidden = await wire.post(IDENTIFY, WSMANIDENTIFY="unauthenticated")
        assert b"OS: 0.0.0 SP: 0.0 Stack: 2.0" in hidden.body
        assert b"OS: 0.0.0" in (await wire.post(IDENTIFY, path="/wsman-anon/identify")).body
        assert (await wire.post(envelope(names.GET), WSMANIDENTIFY="unauthenticated")).status == 401
        assert (await wire.post(b"<", WSMANIDENTIFY="unauthenticated")).status == 400
        await wire.log_in()
        assert b"OS: 6.1.7601 SP: 1.0 Stack: 2.0" in (await wire.sealed(IDENTIFY)).body


async def test_unsealed_messages_over_http(serve: Serve) -> None:
    closed, opened = await serve(), await serve(allow_unencrypted=True)
    async with Wire(closed.port) as wire:
        await wire.log_in()
        answer = await wire.post(IDENTIFY)
        assert (answer.status, answer.body) == (500, b"")
        assert (await wire.sealed(IDENTIFY)).status == 200
    async with Wire(opened.port) as wire:
        await wire.log_in()
        assert (await wire.post(IDENTIFY)).status == 200
        assert (await wire.post(IDENTIFY, Content_Type="text/xml")).status == 415


async def test_old_keys_on_a_new_connection(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as first, Wire(listener.port) as second:
        await first.log_in()
        second.context = first.context
        answer = await second.sealed(IDENTIFY)
        assert (answer.status, answer.body) == (400, b"")


async def test_a_changed_message_gets_400_and_ends_the_keys(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        await wire.log_in()
        kind, body = framing.seal(IDENTIFY, framing.SPNEGO, lambda plain: (b"\x01" * 16, plain, 0))
        assert (await wire.post(body, Content_Type=kind)).status == 400
        assert (await wire.sealed(IDENTIFY)).status == 400
        assert (await wire.log_in()).status == 200
        assert (await wire.sealed(IDENTIFY)).status == 200


async def test_header_and_body_limits(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        assert (await wire.post(X="y" * 70_000)).status == 400
    async with Wire(listener.port) as wire:
        assert (await wire.raw(b"POST /wsman HTTP/1.1\r\nX: " + b"y" * 400_000)).status == 400
    async with Wire(listener.port) as wire:
        wire.writer.write(b"POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Length: 3000000\r\n\r\n" + b"x" * 1_100_000)
        assert (await wire.answer()).status == 413
    async with Wire(listener.port) as wire:
        assert (await wire.post(b"x" * 1_000_000)).status == 401
        await wire.log_in()
        assert (await wire.post(b"x" * 700_000)).status == 413
    assert await alive(listener)


async def test_a_client_that_asks_before_it_sends(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        wire.writer.write(b"POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        assert (await wire.reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
        assert (await wire.raw(b"abcd")).status == 401


async def test_chunked_bodies_and_requests_ahead_of_their_answers(serve: Serve) -> None:
    listener = await serve()
    async with Wire(listener.port) as wire:
        head = (
            b"POST /wsman HTTP/1.1\r\nHost: h\r\nWSMANIDENTIFY: unauthenticated\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        one = head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(IDENTIFY), IDENTIFY)
        wire.writer.write(one + one)
        assert [(await wire.answer()).status for _ in range(2)] == [200, 200]


async def test_idle_connections_are_closed(serve: Serve) -> None:
    listener = await serve(idle_close=0.1)
    async with Wire(listener.port) as wire:
        assert (await wire.post()).status == 401
        assert await asyncio.wait_for(wire.reader.read(), 2) == b""


async def test_any_bytes_leave_the_listener_alive(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    listener = await serve(idle_close=0.2)
    dice = random.Random(20261122)
    good = b"POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Type: a\r\nAuthorization: Negotiate TlRMTVNTUAABAAAA\r\nContent-Length: 5\r\n\r\nabcde"

    async def throw(data: bytes) -> None:
        async with Wire(listener.port) as wire:
            wire.writer.write(data)
            wire.writer.write_eof()
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(wire.reader.read(), 5)

    def damaged() -> bytes:
        data = bytearray(good)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        return bytes(data[: dice.randint(1, len(data))])

    await asyncio.gather(*(throw(damaged()) for _ in range(150)))
    await asyncio.gather(*(throw(dice.randbytes(dice.randint(1, 400))) for _ in range(50)))
    assert await alive(listener)
    assert caplog.records == []


async def test_damaged_tokens_and_envelopes(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    listener = await serve(allow_unencrypted=True)
    dice = random.Random(7)
    import spnego

    token = spnego.client("a", "b", protocol="negotiate", options=spnego.NegotiateOptions.use_negotiate).step() or b""
    request = envelope(names.CREATE, "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams></rsp:Shell>")
    async with Wire(listener.port) as wire:
        for _ in range(150):
            broken = bytearray(token)
            broken[dice.randrange(len(broken))] = dice.randrange(256)
            header = "Negotiate " + base64.b64encode(bytes(broken)).decode()
            assert (await wire.post(Authorization=header)).status == 401
        for _ in range(150):
            broken = bytearray(request)
            for _ in range(dice.randint(1, 3)):
                broken[dice.randrange(len(broken))] = dice.randrange(256)
            answer = await wire.post(bytes(broken), Authorization=basic("keeper", LOCAL.password))
            assert answer.status in (200, 500)
            assert answer.body.startswith(b"<s:Envelope")
    assert caplog.records == []


@pytest.mark.parametrize("secret", [PASSWORD, LOCAL.password])
async def test_no_secret_reaches_the_disk_in_clear(serve: Serve, secret: str) -> None:
    listener = await serve()
    (file,) = listener._folder.iterdir()
    assert (file.stat().st_mode & 0o777, listener._folder.stat().st_mode & 0o777) == (0o600, 0o700)
    text = file.read_text(encoding="utf-8")
    assert secret not in text
    assert re.search(r"^LABDOM\\operator:0:0{32}:[0-9A-F]{32}:\[U\]:LCT-0$", text, re.MULTILINE)
    await listener.close()
    assert not listener._folder.exists()


@pytest.mark.parametrize(("nth", "statuses"), [(1, [401, 200]), (2, [200, 401]), (0, [401, 401])])
async def test_disturbed_logins(serve: Serve, nth: int, statuses: list[int]) -> None:
    listener = await serve(faults=disturbances.FaultPlan({("Login", nth): disturbances.status(401)}))
    for expected in statuses:
        async with Wire(listener.port) as wire:
            assert (await wire.log_in()).status == expected
            assert (await wire.post()).status == expected


@pytest.mark.parametrize("kind", [disturbances.reset(), disturbances.close(), disturbances.silence()])
async def test_disturbed_connections(serve: Serve, kind: disturbances.Disturbance) -> None:
    listener = await serve(faults=disturbances.FaultPlan({("Connect", 1): kind}))
    async with Wire(listener.port) as wire:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError, TimeoutError)):
            await asyncio.wait_for(wire.post(), 0.3)
    assert await alive(listener)
