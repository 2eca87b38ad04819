"""Kerberos logins against a real KDC (Samba) and the lab's WinRM server."""

from __future__ import annotations

import importlib.util
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.integration.samba_domain import REALM, SambaDomain, missing, samba_domain
from tests.integration.winrm_support import Windows, connector, served
from troubleshoot.core.kinds import Trouble
from troubleshoot.lab.windows.wire import make_tls
from troubleshoot.transports.winrm_errors import Cause, WinrmError
from troubleshoot.transports.winrm_host import WinrmTransport

PASSWORD = "Zug-Brücke-4711"
SERVICE = "HTTP/hv01.corp.example"


def unable() -> str:
    packages = [name for name in ("kerberos", "gssapi", "krb5") if importlib.util.find_spec(name) is None]
    return missing() or (f"Python packages missing: {', '.join(packages)}" if packages else "")


# One domain controller, at one address: all of its tests in one worker.
pytestmark = [
    pytest.mark.integration,
    pytest.mark.xdist_group("samba"),
    pytest.mark.skipif(bool(unable()), reason=unable() or "-"),
]


@pytest.fixture(scope="module")
def domain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SambaDomain]:
    with samba_domain(tmp_path_factory.mktemp("samba"), "127.0.61.11") as running:
        running.add_user("admin", PASSWORD)
        running.add_service("hv01", SERVICE)
        yield running


@pytest.fixture(autouse=True)
def tickets(domain: SambaDomain, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in domain.environment.items():
        monkeypatch.setenv(name, value)
    domain.log_in("admin", PASSWORD)


@asynccontextmanager
async def kerberos(windows: Windows, **winrm: str) -> AsyncIterator[WinrmTransport]:
    block = {"transport": "kerberos", "realm": REALM, "server_name": "hv01.corp.example", **winrm}
    async with connector() as made:
        transport = await made.connect(windows.host(username="admin", **block), deadline=20, note=print)
        assert isinstance(transport, WinrmTransport)
        try:
            yield transport
        finally:
            await transport.close()


async def test_a_ticket_is_enough_and_messages_are_sealed(domain: SambaDomain) -> None:
    async with served(keytab=domain.folder / "hv01.keytab") as windows:
        async with kerberos(windows) as transport:
            assert not transport.delegates
            output = await transport.read("say Grüße", deadline=10)
        assert output.text == "Grüße\r\n"
        assert [login.outcome for login in windows.listener.logins] == ["ok"]
        assert windows.logons[-1].delegated is False
        assert windows.listener.shells == []


async def test_delegation_reaches_the_host(domain: SambaDomain) -> None:
    async with served(keytab=domain.folder / "hv01.keytab") as windows:
        async with kerberos(windows, delegation="yes") as transport:
            assert transport.delegates
            await transport.read("say far", deadline=10)
        assert windows.logons[-1].delegated is True


async def test_kerberos_over_tls(domain: SambaDomain, tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["hv01.corp.example"])
    async with (
        served(keytab=domain.folder / "hv01.keytab", https=files) as windows,
        kerberos(windows, scheme="https", ca_file=str(files.ca)) as transport,
    ):
        assert (await transport.read("say safe", deadline=10)).text == "safe\r\n"


async def test_the_deadline_holds_with_kerberos_too(domain: SambaDomain) -> None:
    async with served(keytab=domain.folder / "hv01.keytab") as windows, kerberos(windows) as transport:
        with pytest.raises(WinrmError) as caught:
            await transport.read("wait", deadline=1)
        assert caught.value.kind is Trouble.TIMEOUT
        assert windows.listener.shells == []


async def test_an_idle_connection_is_replaced(domain: SambaDomain) -> None:
    import asyncio

    async with (
        served(keytab=domain.folder / "hv01.keytab", idle_close=0.3) as windows,
        kerberos(windows) as transport,
    ):
        await transport.read("say one", deadline=10)
        await asyncio.sleep(0.8)
        assert (await transport.read("say two", deadline=10)).text == "two\r\n"


async def test_without_a_ticket_the_hint_is_kinit(domain: SambaDomain) -> None:
    domain.log_out()
    async with served(keytab=domain.folder / "hv01.keytab") as windows:
        with pytest.raises(WinrmError) as caught:
            async with kerberos(windows):
                pass
        assert caught.value.cause is Cause.AUTH and "kinit" in caught.value.hint
        assert windows.listener.logins == []


async def test_a_service_that_nobody_knows_is_a_login_problem(domain: SambaDomain) -> None:
    async with served(keytab=domain.folder / "hv01.keytab") as windows:
        with pytest.raises(WinrmError) as caught:
            async with kerberos(windows, server_name="hv99.corp.example"):
                pass
        assert caught.value.cause is Cause.AUTH and "SPN" in caught.value.hint
