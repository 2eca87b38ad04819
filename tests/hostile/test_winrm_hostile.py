"""Hosts, proxies and wires that misbehave: always one typed outcome, soon after the deadline, and nothing left behind."""

from __future__ import annotations

import asyncio
import logging
import resource
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.winrm_raw_server import RawServer, constantly, http, raw_server
from tests.integration.winrm_support import PASSWORD, Windows, connected, connector, hub_of, read, served
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.inventory.model import Host
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.wire import FaultPlan, TlsFiles, make_tls
from troubleshoot.lab.windows.wire import disturbances as faults
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.winrm_errors import Cause, WinrmError

DEADLINE = 2.0
FAULT = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Sender</s:Value>'
    "</s:Code><s:Reason><s:Text>{text}</s:Text></s:Reason><s:Detail><f:WSManFault "
    'xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="{code}"/></s:Detail></s:Fault></s:Body>'
    "</s:Envelope>"
)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"), ["127.0.0.1"])


@asynccontextmanager
async def in_time(seconds: float = DEADLINE + 2) -> AsyncIterator[None]:
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


@pytest.mark.parametrize(
    "disturbance",
    [
        faults.reset(),
        faults.reset(after=True),
        faults.close(after=True),
        faults.half(),
        faults.silence(),
        faults.status(500),
        faults.status(400),
        faults.html(503),
        faults.html(200),
        faults.garble(),
        faults.fault(995),
        faults.fault(2150859173),
        faults.vanish(),
    ],
    ids=lambda one: f"{one.kind.value}{'-after' if one.after else ''}-{one.status}",
)
@pytest.mark.parametrize("nth", [1, 3])
async def test_a_wire_that_fails_at_the_kth_receive(disturbance: faults.Disturbance, nth: int) -> None:
    plan = FaultPlan({("Receive", nth): disturbance})
    async with served(faults=plan) as windows:
        async with hub_of(windows) as hub, in_time():
            try:
                await hub.execute("hv01", "ticks 6", deadline=DEADLINE)
            except TransportError as error:
                assert error.sent and error.kind in (Trouble.UNREACHABLE, Trouble.TIMEOUT, Trouble.REFUSED)
                assert error.message.startswith("hv01 (127.0.0.1:")
            else:
                pytest.fail("the answer was lost, and nobody said so")
        assert sum("ticks" in line for line in windows.started) == 1
        await asyncio.sleep(0.1)
        assert windows.listener.shells == []


@pytest.mark.parametrize("action", ["Create", "Command", "Login"])
@pytest.mark.parametrize(
    "disturbance",
    [faults.reset(), faults.half(), faults.silence(), faults.status(500), faults.html(502), faults.garble()],
    ids=lambda one: f"{one.kind.value}-{one.status}",
)
async def test_a_wire_that_fails_before_any_output(action: str, disturbance: faults.Disturbance) -> None:
    plan = FaultPlan({(action, faults.EVERY): disturbance})
    async with served(faults=plan) as windows, hub_of(windows) as hub, in_time():
        with pytest.raises(TransportError) as caught:
            await hub.execute("hv01", "say change", deadline=DEADLINE)
        assert caught.value.sent is (action == "Command")
        assert caught.value.kind in (Trouble.UNREACHABLE, Trouble.TIMEOUT, Trouble.AUTH)
        assert sum("change" in line for line in windows.started) <= 1


async def test_a_wrong_password_in_time_and_once() -> None:
    async with served() as windows, hub_of(windows, "Fals¢h") as hub, in_time():
        with pytest.raises(TransportError) as caught:
            await hub.read("hv01", "say no", deadline=DEADLINE)
        assert caught.value.kind is Trouble.AUTH and len(windows.listener.logins) == 1


async def test_a_proxy_page_instead_of_soap(tls: TlsFiles) -> None:
    for code in (200, 404, 407, 502):
        page = http(b"<html><body>Bitte anmelden</body></html>", code=code, kind="text/html")
        error = await refused_by(page, tls)
        assert (error.kind, error.cause) == (Trouble.UNREACHABLE, Cause.PROTOCOL)
        assert "<html" not in error.message


async def test_a_500_without_a_body(tls: TlsFiles) -> None:
    error = await refused_by(http(b"", code=500), tls)
    assert (error.cause, "500" in error.message) == (Cause.PROTOCOL, True)


async def test_a_redirect_is_not_followed(tls: TlsFiles) -> None:
    moved = http(b"", code=307, more="Location: https://127.0.0.1:9/wsman\r\n")
    async with raw_server(constantly(moved), tls) as server:
        error = await failure(server)
        assert error.cause is Cause.PROTOCOL and len(server.requests) == 1


async def test_one_answer_of_a_hundred_megabytes(tls: TlsFiles) -> None:
    async def flood(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 104857600\r\n\r\n")
        for _block in range(1600):
            writer.write(b" " * 65536)
            await writer.drain()

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with raw_server(flood, tls) as server:
        error = await failure(server)
    assert error.cause is Cause.PROTOCOL and "larger" in error.message
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024


@pytest.mark.parametrize("after", ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<s:"])
async def test_an_answer_that_drips_does_not_outlast_the_deadline(tls: TlsFiles, after: str) -> None:
    async def drip(_: int, writer: asyncio.StreamWriter) -> None:
        writer.write(after.encode())
        for _letter in range(600):
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    async with raw_server(drip, tls) as server:
        error = await failure(server)
    assert error.kind in (Trouble.TIMEOUT, Trouble.UNREACHABLE)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"\x00\xff" * 4000,
        b"HTTP/1.1 999 \r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-Header: y\r\n" * 5000 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
    ],
    ids=["ssh", "binary", "odd-status", "headers", "chunks", "gzip"],
)
async def test_something_else_than_http(tls: TlsFiles, data: bytes) -> None:
    error = await refused_by(data, tls)
    # Where the end of the answer cannot be told, only the deadline ends it.
    assert error.kind in (Trouble.UNREACHABLE, Trouble.TIMEOUT) and error.message.isprintable()


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?><!DOCTYPE b [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
        b"<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY d '&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;'>"
        b"<!ENTITY e '&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;'><!ENTITY f '&e;&e;&e;&e;&e;&e;&e;&e;&e;&e;'>"
        b"<!ENTITY g '&f;&f;&f;&f;&f;&f;&f;&f;&f;&f;'><!ENTITY h '&g;&g;&g;&g;&g;&g;&g;&g;&g;&g;'>]><b>&h;</b>",
        b"<a>" * 100_000,
        b"<s:Envelope/>",
        b"",
        b"\xff\xfe<\x00a\x00",
    ],
    ids=["bomb", "deep", "unbound-prefix", "empty", "utf-16"],
)
async def test_an_answer_that_is_no_soap(tls: TlsFiles, body: bytes) -> None:
    for code in (200, 500):
        error = await refused_by(http(body, code=code), tls)
        assert error.cause is Cause.PROTOCOL


async def test_a_fault_says_its_number_and_its_words_stay_harmless(tls: TlsFiles) -> None:
    text = "Nope\x1b[31m " + "x" * 5000
    body = FAULT.format(code=2150858770, text=text.replace("\x1b", "&#x9b;")).encode()
    error = await refused_by(http(body, code=500), tls)
    assert error.kind is Trouble.REFUSED and error.code == 0x80338012
    assert "0x80338012" in error.message and error.message.isprintable() and len(error.message) < 400


async def test_our_own_no_output_yet_is_never_the_symptom(tls: TlsFiles) -> None:
    body = FAULT.format(code=2150858793, text="cannot complete the operation within the time").encode()
    error = await refused_by(http(body, code=500), tls)
    assert error.kind is Trouble.TIMEOUT
    assert "80338029" not in error.message and "2150858793" not in error.message


async def test_a_black_hole(tls: TlsFiles) -> None:
    async def nothing(_: int, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    async with raw_server(nothing, None) as server, in_time():
        host = Host("hv01", "127.0.0.1", Platform.WINDOWS, port=server.port, username="CORP\\admin")
        async with connector() as made:
            with pytest.raises(WinrmError) as caught:
                await made.connect(host, deadline=DEADLINE, note=print)
        assert (caught.value.kind, caught.value.sent) == (Trouble.TIMEOUT, False)


async def test_a_port_that_is_closed_and_a_name_that_is_none() -> None:
    async with raw_server(constantly(b""), None) as server:
        port = server.port
    async with connector() as made, in_time():
        for hostname, words in (("127.0.0.1", "refused"), ("no-such-host.invalid", "resolved")):
            host = Host("hv01", hostname, Platform.WINDOWS, port=port, username="CORP\\admin")
            with pytest.raises(WinrmError) as caught:
                await made.connect(host, deadline=DEADLINE, note=print)
            assert caught.value.kind is Trouble.UNREACHABLE and words in caught.value.message


async def test_http_where_https_is_spoken_and_the_other_way_round(tls: TlsFiles) -> None:
    async with served() as windows, in_time():
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", scheme="https")
        assert "scheme be http" in caught.value.hint
    async with served(https=tls) as windows, in_time():
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no")
        assert caught.value.kind is Trouble.UNREACHABLE


async def test_an_ipv6_endpoint(tls: TlsFiles) -> None:
    try:
        context = raw_server(constantly(http(b"", code=503)), None, address="::1")
        async with context as server, connector() as made:
            host = Host("hv01", "::1", Platform.WINDOWS, port=server.port, username="CORP\\admin")
            with pytest.raises(WinrmError) as caught:
                await made.connect(host, deadline=DEADLINE, note=print)
            assert "503" in caught.value.message and f"([::1]:{server.port})" in caught.value.message
            assert f"host: [::1]:{server.port}" in server.requests[0].lower()
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")


async def test_noise_in_the_error_stream() -> None:
    noise = (
        "#< CLIXML\r\n<Objs Version='1'><S S='Error'>_x0041_bc</S><S S=\"Error\">one_x000D__x000A_</S>"
        + '<Obj S="progress"><S>never</S></Obj>' * 2000
        + '<S S="Error">two</S></Objs>plain words<Objs><S S="Error">cut of'
    )

    async def noisy(_: Windows, process: Process, __: str, ___: int) -> int:
        process.put("stdout", b"end\r\n")
        process.put("stderr", noise.encode())
        return 0

    async with served() as windows:
        windows.programs["powershell"] = noisy
        async with in_time():
            output = await read(windows, "PS> Get-Thing; 'end'", deadline=DEADLINE)
    assert output.text.startswith("end\r\none\r\ntwo") and "plain words" in output.text
    assert "progress" not in output.text and "never" not in output.text


async def test_a_command_that_never_ends_but_keeps_talking() -> None:
    async def chatter(_: Windows, process: Process, __: str, ___: int) -> int:
        while True:
            process.put("stdout", b"still here\r\n" * 100)
            await process.drain()
            await asyncio.sleep(0.01)

    async with served() as windows:
        windows.programs["chatter"] = chatter
        async with connected(windows) as transport, in_time():
            with pytest.raises(WinrmError) as caught:
                await transport.read("chatter", deadline=DEADLINE)
            assert caught.value.kind is Trouble.TIMEOUT
        assert windows.listener.shells == []


async def test_a_host_that_is_slow_to_forget_a_command_does_not_delay_its_answer() -> None:
    plan = FaultPlan({("Signal", 1): faults.silence()})
    async with served(faults=plan) as windows:
        async with connected(windows) as transport, in_time(1.0):
            assert (await transport.execute("say done", deadline=DEADLINE)).text == "done\r\n"
        assert windows.listener.shells == []


async def test_many_waiting_commands_do_not_delay_an_end() -> None:
    async with served() as windows, connector(threads=2, shells=9) as made:
        transports = [await made.connect(windows.host(), deadline=10, note=print) for _ in range(4)]
        waiting = [asyncio.ensure_future(one.read("wait", deadline=60)) for one in transports]
        await asyncio.sleep(0.5)
        async with in_time(2.5):
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in transports))
        assert windows.listener.shells == []


async def test_an_unsealed_answer_on_a_sealed_connection_is_not_believed() -> None:
    forged = (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><r:ReceiveResponse xmlns:r="x">'
        b'<r:Stream Name="stdout">YWxsIGlzIHdlbGw=</r:Stream><r:CommandState State="x/CommandState/Done">'
        b"<r:ExitCode>0</r:ExitCode></r:CommandState></r:ReceiveResponse></s:Body></s:Envelope>"
    )
    plan = FaultPlan({("Receive", 1): faults.status(200, forged, "application/soap+xml;charset=UTF-8")})
    async with served(faults=plan) as windows:
        async with connected(windows) as transport:
            with pytest.raises(WinrmError) as caught:
                await transport.read("say truth", deadline=10)
        assert "sealed" in caught.value.message


async def test_the_debug_log_holds_no_secret(caplog: pytest.LogCaptureFixture, tls: TlsFiles) -> None:
    caplog.set_level(logging.DEBUG)
    async with served() as windows:
        await read(windows, "say hello")
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say hello", password="Un-Richtig-88")
    async with served(https=tls) as windows:
        options: dict[str, Any] = {"ca_file": str(tls.ca), "username": "svc-watch"}
        await read(windows, "say hello", transport="basic", password="unused-0815", **options)
    everything = caplog.text + repr(caught.value.__dict__) + repr(caught.value.__cause__)
    for secret in (PASSWORD, "Un-Richtig-88", "unused-0815", "Authorization", "TlRMTVNTU"):
        assert secret not in everything


async def test_netrc_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tls: TlsFiles) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password stolen\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    import base64

    async with raw_server(constantly(http(b"", code=503)), tls) as server:
        await failure(server)
        assert "Authorization: Basic" in server.requests[0]
        assert base64.b64encode(b"thief:stolen").decode() not in server.requests[0]


async def refused_by(data: bytes, tls: TlsFiles) -> WinrmError:
    async with raw_server(constantly(data), tls) as server:
        return await failure(server)


async def failure(server: RawServer) -> WinrmError:
    """What opening a connection to this server ends with, in time."""
    async with connector() as made, in_time():
        with pytest.raises(WinrmError) as caught:
            await made.connect(server.host(), deadline=DEADLINE, note=print)
    assert not caught.value.sent
    return caught.value
