"""Kerberos against the lab's WinRM service, with a real KDC of this test's own: delegated and not, sealed over http."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lab_wire.wire_support import ACCOUNTS, BLOB, Launcher, machine
from troubleshoot.lab.windows.wire import listen

REALM, SERVICE, PASSWORD = "LAB.EXAMPLE", "HTTP/web07.lab.example", "k3rb-Secret"


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip("no KDC: install krb5-kdc krb5-admin-server")
    return found


def _configure(folder: Path, port: int, plugins: Path | None) -> dict[str, str]:
    modules = f"[dbmodules]\n db_module_dir = {plugins}\n" if plugins else ""
    (folder / "krb5.conf").write_text(
        f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_realm = false\n dns_lookup_kdc = false\n rdns = false\n"
        " dns_canonicalize_hostname = false\n forwardable = true\n udp_preference_limit = 1\n"
        f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{port}\n }}\n"
        f"[domain_realm]\n .lab.example = {REALM}\n{modules}",
        encoding="utf-8",
    )
    (folder / "kdc.conf").write_text(
        f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{port}\n kdc_tcp_listen = 127.0.0.1:{port}\n"
        f"[realms]\n {REALM} = {{\n  database_name = {folder}/principal\n  key_stash_file = {folder}/stash\n"
        f"  acl_file = {folder}/acl\n }}\n",
        encoding="utf-8",
    )
    return {"KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert time.monotonic() < deadline, "the KDC did not start"
            time.sleep(0.05)


@pytest.fixture(scope="module")
def keytab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A KDC on a loopback port, and the keytab of the lab host; this process and its clients use the KDC."""
    pytest.importorskip("gssapi", reason="install gssapi")
    pytest.importorskip("krb5", reason="install krb5")
    kdc, util, admin = _program("krb5kdc"), _program("kdb5_util"), _program("kadmin.local")
    folder, port = tmp_path_factory.mktemp("kdc"), _free_port()
    plugins = next(iter(Path(kdc).resolve().parents[1].glob("lib/*/krb5/plugins/kdb")), None)
    settings = _configure(folder, port, plugins)
    environment = {**os.environ, **settings}
    subprocess.run(
        [util, "create", "-s", "-r", REALM, "-P", "m4ster"], env=environment, check=True, capture_output=True
    )
    for query in (
        f"addprinc -pw {PASSWORD} operator",
        f"addprinc -randkey +ok_as_delegate {SERVICE}",
        f"ktadd -k {folder}/host.keytab {SERVICE}",
    ):
        subprocess.run([admin, "-r", REALM, "-q", query], env=environment, check=True, capture_output=True)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in settings.items():
            patch.setenv(name, value)
        running = subprocess.Popen([kdc, "-n", "-r", REALM], env=environment, stdout=subprocess.DEVNULL)
        try:
            _wait_for(port)
            yield folder / "host.keytab"
        finally:
            running.terminate()
            running.wait(10)


@pytest.mark.parametrize(("auth", "delegate"), [("kerberos", False), ("kerberos", True), ("negotiate", False)])
async def test_pypsrp_with_a_ticket(keytab: Path, auth: str, delegate: bool) -> None:
    wsman = pytest.importorskip("pypsrp.wsman", reason="install pypsrp")
    shell = pytest.importorskip("pypsrp.shell", reason="install pypsrp")
    launcher = Launcher()
    listener = await listen(machine(), ACCOUNTS, launch=launcher, keytab=keytab)
    settings = {
        "username": f"operator@{REALM}",
        "password": PASSWORD,
        "negotiate_hostname_override": "web07.lab.example",
        "negotiate_service": "HTTP",
        "negotiate_delegate": delegate,
    }

    def work() -> Any:
        with (
            wsman.WSMan(
                "127.0.0.1", port=listener.port, ssl=False, auth=auth, encryption="always", no_proxy=True, **settings
            ) as connection,
            shell.WinRS(connection) as winrs,
        ):
            process = shell.Process(winrs, "blob")
            process.invoke()
            return process.stdout

    try:
        assert await asyncio.wait_for(asyncio.to_thread(work), 60) == BLOB
    finally:
        await listener.close()
    logon = launcher.started[0]["logon"]
    assert (logon.user, logon.delegated) == ("LABDOM\\operator", delegate)
    assert [(a.user, a.outcome) for a in listener.logins] == [(f"operator@{REALM}", "ok")]


@pytest.mark.parametrize("delegate", [False, True])
async def test_pywinrm_with_a_ticket(
    keytab: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, delegate: bool
) -> None:
    protocol = pytest.importorskip("winrm.protocol")
    transport = pytest.importorskip("winrm.transport")
    if not transport.HAVE_KERBEROS:
        pytest.skip("install pywinrm[kerberos]")
    kinit = shutil.which("kinit")
    if kinit is None:
        pytest.skip("install krb5-user")
    monkeypatch.setenv("KRB5CCNAME", f"FILE:{tmp_path}/tickets")
    ticket = [kinit, "-f", f"operator@{REALM}"]
    subprocess.run(ticket, input=PASSWORD.encode(), check=True, capture_output=True, timeout=20)
    launcher = Launcher()
    listener = await listen(machine(), ACCOUNTS, launch=launcher, keytab=keytab)

    def work() -> Any:
        client = protocol.Protocol(
            f"http://127.0.0.1:{listener.port}/wsman",
            transport="kerberos",
            username=f"operator@{REALM}",
            service="HTTP",
            kerberos_hostname_override="web07.lab.example",
            kerberos_delegation=delegate,
            message_encryption="always",
            proxy=None,
        )
        shell = client.open_shell(codepage=65001)
        command = client.run_command(shell, "blob")
        result = client.get_command_output(shell, command)
        client.close_shell(shell)
        return result

    try:
        out, _, code = await asyncio.wait_for(asyncio.to_thread(work), 60)
    finally:
        await listener.close()
    assert (out == BLOB, code) == (True, 0)
    assert launcher.started[0]["logon"].delegated is delegate
