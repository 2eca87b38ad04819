"""The listener follows the host's winrm service: down, refused, back on the same port; certificates; two listeners."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest

from tests.unit.lab_wire.conftest import Serve
from tests.unit.lab_wire.wire_http import Wire, output
from tests.unit.lab_wire.wire_support import Launcher, machine
from troubleshoot.lab.windows.wire import FaultPlan, TlsFiles, disturbances, make_client, make_tls, names
from troubleshoot.lab.windows.wire.certificates import principal_names
from troubleshoot.lab.windows.wire.listener import Comeback, Listener


async def refused(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def until_back(listener: Listener, seconds: float = 2.0) -> None:
    async with asyncio.timeout(seconds):
        while not listener.listening:
            await asyncio.sleep(0.01)


async def test_stop_ends_everything_and_start_comes_back(serve: Serve) -> None:
    host = machine()
    listener = await serve(host)
    launcher = listener.service.launch
    assert isinstance(launcher, Launcher)
    async with Wire(listener.port) as wire, Wire(listener.port) as idle:
        await wire.log_in()
        shell = await wire.shell()
        command = await wire.command(shell, "wait")
        await wire.receive(shell, command)
        polling = asyncio.create_task(wire.receive(shell, command))
        await asyncio.sleep(0.05)
        host.emit("service-stopped:winrm")
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(polling, 1)
        with pytest.raises((ConnectionResetError, asyncio.IncompleteReadError)):
            await idle.post()
    assert await refused(listener.port)
    assert listener.shells == []
    assert launcher.processes[0].exit_code is not None
    port = listener.port
    host.emit("service-started:winrm")
    host.emit("service-started:winrm")
    await until_back(listener)
    async with Wire(port) as wire:
        await wire.log_in()
        assert (await wire.ask(names.GET, shell=shell)).fault == 2150858843
        assert await wire.shell() != shell


async def test_a_command_that_stops_the_service_dies_with_it(serve: Serve) -> None:
    host = machine()
    reached: list[str] = []

    class Stopping(Launcher):
        pass

    launcher = Stopping()
    listener = await serve(host, launch=launcher)

    async def stop_then_start(process: object, _: str) -> int:
        host.emit("service-stopped:winrm")
        await asyncio.sleep(0.01)
        reached.append("net start winrm")
        return 0

    from tests.unit.lab_wire import wire_support

    wire_support.PROGRAMS["net"] = stop_then_start
    try:
        async with Wire(listener.port) as wire:
            await wire.log_in()
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await wire.receive(shell := await wire.shell(), await wire.command(shell, "net"))
    finally:
        del wire_support.PROGRAMS["net"]
    await asyncio.sleep(0.05)
    assert reached == []
    assert not listener.listening


@pytest.mark.parametrize("comeback", [Comeback(delay=0.2), Comeback(delay=float("inf"))])
async def test_it_comes_back_late_or_never(serve: Serve, comeback: Comeback) -> None:
    listener = await serve()
    listener.comeback = comeback
    await listener.restart()
    assert listener.listening is (comeback.delay < 1)


@pytest.mark.parametrize("after", [False, True])
async def test_a_request_that_restarts_the_service(serve: Serve, after: bool) -> None:
    listener = await serve(faults=FaultPlan({("Command", 1): disturbances.restart(0.2, after=after)}))
    async with Wire(listener.port) as wire:
        await wire.log_in()
        shell = await wire.shell()
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await wire.command(shell, "wait")
    assert await refused(listener.port)
    await until_back(listener)
    launcher = listener.service.launch
    assert isinstance(launcher, Launcher)
    assert [process.exit_code for process in launcher.processes] == ([1] if after else [])
    assert listener.log[-1].outcome in ("restart", "gone")


async def test_it_refuses_logins_at_first(serve: Serve) -> None:
    listener = await serve()
    listener.comeback = Comeback(unauthorized=0.2)
    await listener.restart()
    async with Wire(listener.port) as wire:
        assert (await wire.log_in()).status == 401
        await asyncio.sleep(0.25)
        assert (await wire.log_in()).status == 200


async def test_a_stop_while_it_comes_back(serve: Serve) -> None:
    host = machine()
    listener = await serve(host)
    listener.comeback = Comeback(delay=0.1)
    for event in ("stopped", "started", "stopped"):
        host.emit(f"service-{event}:winrm")
    await asyncio.sleep(0.2)
    assert await refused(listener.port)


async def test_a_service_that_is_stopped_from_the_beginning(serve: Serve) -> None:
    host = machine()
    listener = await serve(host, running=False)
    assert await refused(listener.port)
    host.emit("service-started:winrm")
    await until_back(listener)
    assert not await refused(listener.port)


async def test_closed_for_good(serve: Serve) -> None:
    host = machine()
    listener = await serve(host)
    await listener.close()
    await listener.close()
    host.emit("service-started:winrm")
    await asyncio.sleep(0.02)
    assert await refused(listener.port)


async def test_two_listeners_of_one_host_show_the_same_shells(serve: Serve) -> None:
    host = machine()
    first = await serve(host)
    second = await serve(host, service=first.service)
    async with Wire(first.port) as one, Wire(second.port) as two:
        await one.log_in()
        await two.log_in()
        shell = await one.shell()
        assert output(await two.receive(shell, await two.command(shell, "echo hi"))) == b"hi\r\n"


# --- certificates -----------------------------------------------------------------------------------------------------


async def greet(port: int, files: TlsFiles, client: TlsFiles | None = None) -> bytes:
    context = ssl.create_default_context(cafile=str(files.ca))
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context, server_hostname="web07.lab.example")
    writer.write(
        b"POST /wsman HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nAuthorization: "
        b"http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual\r\n\r\n"
    )
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.close()
    return head


async def test_certificates_log_in_by_their_principal_name(serve: Serve, tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["web07.lab.example", "127.0.0.1"])
    listener = await serve(https=files)
    good, other = make_client(tmp_path, "keeper@localhost"), make_client(tmp_path, "x@localhost", "other")
    assert b" 200 " in await greet(listener.port, files, good)
    assert b" 401 " in await greet(listener.port, files, other)
    head = await greet(listener.port, files)
    assert b" 401 " in head
    assert b"secprofile/https/mutual" in head
    assert [(a.user, a.outcome) for a in listener.logins] == [
        ("keeper@localhost", "ok"),
        ("x@localhost", "not mapped"),
        ("", "no certificate"),
    ]


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ({"expired": True}, "expired"),
        ({"trusted": False}, "self.signed|unable to get"),
        ({"self_signed": True, "trusted": False}, "self.signed|unable to get"),
        ({}, "Hostname mismatch"),
    ],
)
async def test_bad_server_certificates(serve: Serve, tmp_path: Path, flaw: dict[str, bool], reason: str) -> None:
    files = make_tls(tmp_path, ["web07.lab.example" if flaw else "elsewhere.example"], **flaw)
    listener = await serve(https=files)
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        await greet(listener.port, files)
    assert files.key.stat().st_mode & 0o777 == 0o600


async def test_a_self_signed_certificate_can_be_trusted(serve: Serve, tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["web07.lab.example"], self_signed=True)
    listener = await serve(https=files)
    assert b" 401 " in await greet(listener.port, files)


async def test_it_comes_back_with_another_certificate(serve: Serve, tmp_path: Path) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    old, new = make_tls(before, ["web07.lab.example"]), make_tls(after, ["web07.lab.example"])
    listener = await serve(https=old)
    listener.comeback = Comeback(https=new)
    await listener.restart()
    with pytest.raises(ssl.SSLCertVerificationError):
        await greet(listener.port, old)
    assert b" 401 " in await greet(listener.port, new)


async def test_plain_http_to_a_tls_port_and_the_other_way(serve: Serve, tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["web07.lab.example"])
    secure, plain = await serve(https=files), await serve()
    async with Wire(secure.port) as wire:
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError, ValueError)):
            await wire.post()
    with pytest.raises(ssl.SSLError):
        await greet(plain.port, files)
    assert not await refused(secure.port)


def test_what_is_no_certificate_has_no_principal_name() -> None:
    assert principal_names(b"") == []
    assert principal_names(b"\x30\x03abc") == []
