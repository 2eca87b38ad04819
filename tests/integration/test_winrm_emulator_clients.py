"""The lab's WinRM service against clients that others wrote: none of them can tell it from Windows."""

from __future__ import annotations

import asyncio
import ssl
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.integration.winrm_clients_support import go_program, need, node_folder, run_json
from tests.unit.lab_wire.wire_support import ACCOUNTS, BLOB, LOCAL, NOBODY, PASSWORD, PLAIN, Launcher, machine
from troubleshoot.lab.windows.wire import TlsFiles, disturbances, listen, make_client, make_tls
from troubleshoot.lab.windows.wire.disturbances import FaultPlan
from troubleshoot.lab.windows.wire.listener import Listener

HOST = "127.0.0.1"
USER = "LABDOM\\operator"
SH = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TALKERS = ["ntlm", "credssp"]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
async def plan() -> FaultPlan:
    return FaultPlan()


@pytest.fixture
async def sealed(plan: FaultPlan) -> AsyncIterator[Listener]:
    """http, NTLM messages sealed."""
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), faults=plan)
    yield listener
    await listener.close()


@pytest.fixture
async def unsealed() -> AsyncIterator[Listener]:
    """http with AllowUnencrypted."""
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), allow_unencrypted=True)
    yield listener
    await listener.close()


@pytest.fixture
async def tls(tmp_path: Path) -> TlsFiles:
    return make_tls(tmp_path, ["localhost", HOST])


@pytest.fixture
async def secure(tls: TlsFiles) -> AsyncIterator[Listener]:
    """https."""
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), https=tls)
    yield listener
    await listener.close()


async def in_thread(work: Callable[..., Any], *arguments: Any) -> Any:
    return await asyncio.wait_for(asyncio.to_thread(work, *arguments), 60)


# --- pywinrm ----------------------------------------------------------------------------------------------------------


def pywinrm(listener: Listener, transport: str = "ntlm", *, secure: bool = False, **options: Any) -> Any:
    protocol = pytest.importorskip("winrm.protocol", reason="install pywinrm")
    settings = {
        "username": USER,
        "password": PASSWORD,
        "proxy": None,
        "operation_timeout_sec": 1,
        "read_timeout_sec": 10,
        "message_encryption": "auto" if secure else "always",
    }
    url = f"{'https' if secure else 'http'}://{HOST}:{listener.port}/wsman"
    return protocol.Protocol(url, transport=transport, **(settings | options))


def run_once(client: Any, command: str, *arguments: str, codepage: int = 65001) -> tuple[bytes, bytes, int]:
    shell = client.open_shell(codepage=codepage)
    command_id = client.run_command(shell, command, list(arguments))
    result: tuple[bytes, bytes, int] = client.get_command_output(shell, command_id)
    client.cleanup_command(shell, command_id)
    client.close_shell(shell)
    return result


@pytest.mark.parametrize("transport", TALKERS)
async def test_pywinrm_runs_commands(sealed: Listener, transport: str) -> None:
    assert await in_thread(run_once, pywinrm(sealed, transport), "echo", "größe", "& <x>") == (
        "größe & <x>\r\n".encode(),
        b"",
        0,
    )
    assert sealed.shells == []
    actions = [entry.action for entry in sealed.log if entry.action != "Login"]
    assert actions[:2] == ["Create", "Command"]
    assert actions[-2:] == ["Signal", "Delete"]
    assert {entry.outcome for entry in sealed.log if entry.action != "Login"} == {"ok"}


async def test_pywinrm_session_runs_cmd_and_powershell(sealed: Listener) -> None:
    winrm = pytest.importorskip("winrm", reason="install pywinrm")

    def work() -> Any:
        session = winrm.Session(
            f"http://{HOST}:{sealed.port}/wsman", auth=(USER, PASSWORD), transport="ntlm", proxy=None
        )
        return session.run_cmd("exit", ["4294967295"]).status_code, session.run_ps("Get-Date").std_out

    assert await in_thread(work) == (4294967295, "grün\r\n".encode("cp437"))


@pytest.mark.parametrize("transport", TALKERS)
async def test_pywinrm_gets_8_mb_of_every_byte_at_5_mb_a_second(sealed: Listener, transport: str) -> None:
    client = pywinrm(sealed, transport, operation_timeout_sec=5)
    started = time.monotonic()
    out, err, code = await in_thread(run_once, client, "blob")
    assert (out == BLOB, err, code) == (True, b"", 0)
    assert time.monotonic() - started < 10  # 0.6 s on an idle machine


async def test_pywinrm_streams_a_running_command(sealed: Listener) -> None:
    def work() -> list[bytes]:
        client = pywinrm(sealed)
        shell = client.open_shell()
        command = client.run_command(shell, "ticks", ["10"])
        pieces, done = [], False
        while not done:
            out, _, _, done = client.get_command_output_raw(shell, command)
            pieces.append(out)
        client.close_shell(shell)
        return pieces

    pieces = await in_thread(work)
    assert len([piece for piece in pieces if piece]) > 3
    assert b"".join(pieces) == b"".join(b"tick %d\r\n" % n for n in range(10))


async def test_pywinrm_polls_and_is_told_of_silence(sealed: Listener) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")

    def work() -> float:
        client = pywinrm(sealed)
        shell = client.open_shell()
        command = client.run_command(shell, "wait")
        assert client.get_command_output_raw(shell, command)[0] == b"waiting\r\n"
        started = time.monotonic()
        with pytest.raises(exceptions.WinRMOperationTimeoutError):
            client.get_command_output_raw(shell, command)
        taken = time.monotonic() - started
        client.cleanup_command(shell, command)
        with pytest.raises(exceptions.WSManFaultError) as gone:
            client.get_command_output_raw(shell, command)
        assert gone.value.wsman_fault_code == 2150858843
        assert "command identifier" in gone.value.reason
        client.close_shell(shell)
        with pytest.raises(exceptions.WSManFaultError) as closed:
            client.close_shell(shell, close_session=False)
        assert closed.value.wsman_fault_code == 2150858843
        assert shell in closed.value.reason
        return taken

    assert 0.9 < await in_thread(work) < 2


async def test_pywinrm_sends_input(sealed: Listener) -> None:
    def work() -> Any:
        client = pywinrm(sealed)
        shell = client.open_shell()
        command = client.run_command(shell, "stdin")
        client.send_command_input(shell, command, b"abc")
        client.send_command_input(shell, command, bytes(range(256)), end=True)
        result = client.get_command_output(shell, command)
        client.close_shell(shell)
        return result

    assert await in_thread(work) == ((b"abc" + bytes(range(256)))[::-1], b"", 0)


@pytest.mark.parametrize(("signal", "code"), [("terminate", 995), ("delete", 995), ("ctrl_c", 3221225786)])
async def test_pywinrm_cancels_from_a_second_connection(sealed: Listener, signal: str, code: int) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    xmltodict = pytest.importorskip("xmltodict")
    poller, other = pywinrm(sealed, operation_timeout_sec=5), pywinrm(sealed)
    shell = await in_thread(poller.open_shell)
    command = await in_thread(poller.run_command, shell, "wait")
    await in_thread(poller.get_command_output_raw, shell, command)

    def cancel() -> None:
        if signal == "terminate":
            other.cleanup_command(shell, command)
        elif signal == "delete":
            other.close_shell(shell)
        else:
            envelope = other.build_wsman_header(f"{SH}/Signal", f"{SH}/cmd", shell_id=shell)
            envelope["env:Body"] = {"rsp:Signal": {"@CommandId": command, "rsp:Code": f"{SH}/signal/ctrl_c"}}
            other.send_message(xmltodict.unparse({"env:Envelope": envelope}))

    def poll() -> int:
        try:
            return int(poller.get_command_output_raw(shell, command)[2])
        except exceptions.WSManFaultError as fault:
            return int(fault.wsman_fault_code)

    polling = asyncio.create_task(in_thread(poll))
    await asyncio.sleep(0.2)
    await in_thread(cancel)
    assert await polling == code


@pytest.mark.parametrize(
    ("user", "password", "outcome"),
    [
        (USER, "wrong", "InvalidTokenError"),
        ("LABDOM\\stranger", PASSWORD, "SpnegoError"),
        ("OTHER\\operator", PASSWORD, "SpnegoError"),
    ],
)
async def test_pywinrm_wrong_login(sealed: Listener, user: str, password: str, outcome: str) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    with pytest.raises(exceptions.InvalidCredentialsError):
        await in_thread(pywinrm(sealed, username=user, password=password).open_shell)
    assert [(attempt.user, attempt.outcome) for attempt in sealed.logins] == [(user, outcome)]
    assert "wrong" not in repr(sealed.log) + repr(sealed.logins)


@pytest.mark.parametrize(
    "user", ["LABDOM\\OPERATOR", "labdom\\operator", "operator", "operator@lab.example", "keeper", "WEB07\\keeper"]
)
async def test_pywinrm_every_form_of_a_name(sealed: Listener, user: str) -> None:
    password = LOCAL.password if "keeper" in user else PASSWORD
    assert (await in_thread(run_once, pywinrm(sealed, username=user, password=password), "echo", "x"))[2] == 0


async def test_pywinrm_account_without_rights(sealed: Listener) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    with pytest.raises(exceptions.WSManFaultError) as refused:
        await in_thread(pywinrm(sealed, username="LABDOM\\nobody", password=NOBODY.password).open_shell)
    assert refused.value.wsman_fault_code == 5
    assert refused.value.fault_subcode == "w:AccessDenied"


async def test_pywinrm_unsealed_ntlm_over_http_is_refused(sealed: Listener) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    with pytest.raises(exceptions.WinRMTransportError) as refused:
        await in_thread(pywinrm(sealed, message_encryption="never").open_shell)
    assert (refused.value.code, refused.value.response_text) == (500, "")


@pytest.mark.parametrize("transport", ["ntlm", "basic", "credssp"])
async def test_pywinrm_over_https(secure: Listener, tls: TlsFiles, transport: str) -> None:
    login = {"username": "keeper", "password": LOCAL.password} if transport == "basic" else {}
    client = pywinrm(secure, transport, secure=True, ca_trust_path=str(tls.ca), **login)
    assert await in_thread(run_once, client, "echo", "x") == (b"x\r\n", b"", 0)
    logon = (await started(secure))["logon"]
    assert logon.delegated is (transport != "ntlm")
    assert logon.user == ("WEB07\\keeper" if transport == "basic" else USER)


async def started(listener: Listener) -> dict[str, Any]:
    launcher = listener.service.launch
    assert isinstance(launcher, Launcher)
    return launcher.started[-1]


async def test_pywinrm_basic_is_not_for_domain_accounts(secure: Listener, tls: TlsFiles) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    with pytest.raises(exceptions.InvalidCredentialsError):
        await in_thread(pywinrm(secure, "basic", secure=True, ca_trust_path=str(tls.ca)).open_shell)


@pytest.mark.parametrize(("upn", "mapped"), [("keeper@localhost", True), ("other@localhost", False)])
async def test_pywinrm_client_certificate(
    secure: Listener, tls: TlsFiles, tmp_path: Path, upn: str, mapped: bool
) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    files = make_client(tmp_path, upn)
    options = {"cert_pem": str(files.certificate), "cert_key_pem": str(files.key), "ca_trust_path": str(tls.ca)}
    client = pywinrm(secure, "certificate", secure=True, **options)
    if mapped:
        assert await in_thread(run_once, client, "echo", "x") == (b"x\r\n", b"", 0)
    else:
        with pytest.raises(exceptions.InvalidCredentialsError):
            await in_thread(client.open_shell)


@pytest.mark.parametrize("flaw", ["expired", "untrusted", "name", "http"])
async def test_pywinrm_tls_trouble(tmp_path: Path, flaw: str) -> None:
    requests = pytest.importorskip("requests")
    names = ["elsewhere.example"] if flaw == "name" else [HOST]
    files = make_tls(tmp_path, names, expired=flaw == "expired", trusted=flaw != "untrusted")
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), https=None if flaw == "http" else files)
    try:
        with pytest.raises(requests.exceptions.SSLError):
            await in_thread(pywinrm(listener, secure=True, ca_trust_path=str(files.ca)).open_shell)
    finally:
        await listener.close()


async def test_pywinrm_idle_connection_then_400(plan: FaultPlan) -> None:
    exceptions = pytest.importorskip("winrm.exceptions")
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), idle_close=0.3)
    client = pywinrm(listener)
    try:
        shell = await in_thread(client.open_shell)
        await asyncio.sleep(0.6)
        with pytest.raises(exceptions.WinRMTransportError) as refused:
            await in_thread(client.run_command, shell, "echo", ["x"])
        assert (refused.value.code, refused.value.response_text) == (400, "")
        await in_thread(client.transport.close_session)
        command = await in_thread(client.run_command, shell, "echo", ["x"])  # the shell outlives the connection
        assert (await in_thread(client.get_command_output, shell, command))[0] == b"x\r\n"
    finally:
        await listener.close()


async def test_pywinrm_60_clients_at_once(sealed: Listener) -> None:
    failures: list[object] = []

    def one(number: int) -> None:
        result = run_once(pywinrm(sealed, operation_timeout_sec=5, read_timeout_sec=30), "ticks", "5")
        if result != (b"".join(b"tick %d\r\n" % n for n in range(5)), b"", 0):
            failures.append((number, result))

    sealed.service.machine.sections["wsman"] = {"Winrs/MaxShellsPerUser": "100"}
    threads = [threading.Thread(target=one, args=(n,)) for n in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join, 60)
    assert failures == []
    assert len([e for e in sealed.log if e.action == "Delete" and e.outcome == "ok"]) == 60


@pytest.mark.parametrize(
    ("action", "disturbance", "expected"),
    [
        ("Create", disturbances.reset(), "ConnectionError"),
        ("Create", disturbances.close(), "ConnectionError"),
        ("Create", disturbances.half(), "ConnectionError ChunkedEncodingError"),
        ("Create", disturbances.silence(), "ReadTimeout"),
        ("Create", disturbances.status(503), "WinRMTransportError"),
        ("Create", disturbances.status(500), "WinRMTransportError"),
        ("Create", disturbances.status(400), "WinRMTransportError"),
        ("Create", disturbances.html(), "WinRMTransportError"),
        ("Create", disturbances.fault(2150859173), "WSManFaultError"),
        ("Create", disturbances.garble(), "ParseError"),
        ("Receive", disturbances.vanish(), "WSManFaultError"),
        ("Delete", disturbances.wrong_relation(), "AssertionError"),
        ("Login", disturbances.status(401), "InvalidCredentialsError"),
    ],
)
async def test_pywinrm_meets_each_disturbance(
    sealed: Listener, plan: FaultPlan, action: str, disturbance: disturbances.Disturbance, expected: str
) -> None:
    plan.add(action, disturbances.EVERY, disturbance)
    with pytest.raises(Exception) as met:
        await in_thread(run_once, pywinrm(sealed, read_timeout_sec=2), "echo", "x")
    assert type(met.value).__name__ in expected.split()
    plan.clear()
    assert await in_thread(run_once, pywinrm(sealed), "echo", "x") == (b"x\r\n", b"", 0)


# --- pypsrp -----------------------------------------------------------------------------------------------------------


def pypsrp_wsman(listener: Listener, auth: str, **options: Any) -> Any:
    wsman = pytest.importorskip("pypsrp.wsman", reason="install pypsrp")
    settings = {"username": USER, "password": PASSWORD, "ssl": False, "encryption": "always", "no_proxy": True}
    return wsman.WSMan(
        HOST, port=listener.port, auth=auth, operation_timeout=2, read_timeout=10, **(settings | options)
    )


@pytest.mark.parametrize("auth", ["negotiate", "ntlm", "credssp"])
async def test_pypsrp_process(sealed: Listener, auth: str) -> None:
    shell = pytest.importorskip("pypsrp.shell", reason="install pypsrp")

    def work() -> Any:
        options = {
            "codepage": 65001,
            "environment": {"COLOUR": "blü"},
            "working_directory": "C:\\Temp",
            "name": "check",
        }
        with (
            pypsrp_wsman(sealed, auth) as wsman,
            shell.WinRS(wsman, idle_time_out=300, lifetime=900, **options) as winrs,
        ):
            wsman.update_max_payload_size()
            process = shell.Process(winrs, "both", ["a", "b"])
            process.invoke()
            process.signal(shell.SignalCode.CTRL_C)
            return process, winrs.owner, winrs.client_ip, wsman.max_envelope_size

    process, owner, client, size = await in_thread(work)
    assert (process.rc, process.stdout.split(), process.stderr.split()) == (
        5,
        [b"o%d" % n for n in range(200)],
        [b"e%d" % n for n in range(200)],
    )
    assert (owner, client, size) == (USER, HOST, 500 * 1024)
    first = await started(sealed)
    assert (first["line"], first["codepage"], first["cwd"]) == ("both a b", 65001, "C:\\Temp")
    assert first["environment"] == {"COLOUR": "blü"}


@pytest.mark.parametrize("auth", ["negotiate", "ntlm"])
async def test_pypsrp_client_executes_cmd(sealed: Listener, auth: str) -> None:
    client = pytest.importorskip("pypsrp.client", reason="install pypsrp")

    def work() -> Any:
        settings = {"username": USER, "password": PASSWORD, "ssl": False, "encryption": "always", "no_proxy": True}
        with client.Client(HOST, port=sealed.port, auth=auth, **settings) as made:
            return made.execute_cmd("echo käse")

    assert await in_thread(work) == ("käse\r\n", "", 0)


async def test_pypsrp_sends_input_and_stops(sealed: Listener) -> None:
    shell = pytest.importorskip("pypsrp.shell", reason="install pypsrp")

    def work() -> Any:
        with pypsrp_wsman(sealed, "negotiate") as wsman, shell.WinRS(wsman) as winrs:
            process = shell.Process(winrs, "stdin")
            process.begin_invoke()
            process.send(b"xyz", end=True)
            process.end_invoke()
            return process.stdout, process.rc

    assert await in_thread(work) == (b"zyx", 0)


async def test_powershell_remoting_gets_a_clean_refusal(sealed: Listener) -> None:
    client = pytest.importorskip("pypsrp.client", reason="install pypsrp")
    exceptions = pytest.importorskip("pypsrp.exceptions")

    def work() -> None:
        settings = {"username": USER, "password": PASSWORD, "ssl": False, "encryption": "always", "no_proxy": True}
        with client.Client(HOST, port=sealed.port, **settings) as made:
            made.execute_ps("Get-Date")

    with pytest.raises(exceptions.WSManFaultError) as refused:
        await in_thread(work)
    assert refused.value.code == 2150858811


# --- awinrm -----------------------------------------------------------------------------------------------------------


async def awinrm_run(listener: Listener, *, secure: bool = False, verify: ssl.SSLContext | None = None) -> Any:
    awinrm = pytest.importorskip("awinrm", reason="install awinrm")
    httpx = pytest.importorskip("httpx")
    credentials = pytest.importorskip("asyauth.common.credentials")
    url = f"http+ntlm-password://LABDOM\\plain:{quote(PLAIN.password)}@{HOST}"
    credential = credentials.UniCredential.from_url(url)
    protocol = awinrm.Protocol(
        f"{'https' if secure else 'http'}://{HOST}:{listener.port}/wsman",
        credential,
        http_transport=httpx.AsyncHTTPTransport(verify=verify) if verify else None,  # it ignores its own ssl_ctx
        authtype="spnego",
        operation_timeout_sec=2,
        read_timeout_sec=10,
        **({"transport_type": "ssl"} if secure else {}),
    )
    try:
        shell = await protocol.open_shell(codepage=65001)
        command = await protocol.run_command(shell, "echo", ("x", "größe"))
        answers = [answer async for answer in protocol.get_command_output(shell, command)]
        await protocol.cleanup_command(shell, command)
        await protocol.close_shell(shell)
    finally:
        await protocol.close()
    return b"".join(out for out, _, _ in answers), answers[-1][2]


@pytest.mark.parametrize("over_tls", [False, True])
async def test_awinrm(tls: TlsFiles, over_tls: bool) -> None:
    listener = await listen(machine(), ACCOUNTS, launch=Launcher(), https=tls if over_tls else None)
    context = ssl.create_default_context(cafile=str(tls.ca)) if over_tls else None
    try:
        result = await asyncio.wait_for(awinrm_run(listener, secure=over_tls, verify=context), 30)
    finally:
        await listener.close()
    assert result == ("x größe\r\n".encode(), 0)


# --- other languages --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", ["basic", "ntlm"])
async def test_go_over_https(secure: Listener, tls: TlsFiles, auth: str) -> None:
    program = str(go_program())
    user, password = ("keeper", LOCAL.password) if auth == "basic" else (USER, PASSWORD)
    arguments = [program, HOST, str(secure.port), "https", str(tls.ca), auth]
    assert await in_thread(run_json, [*arguments, "echo größe"], user, password) == {
        "stdout": "größe\r\n",
        "stderr": "",
        "code": 0,
        "error": "",
    }
    assert (await in_thread(run_json, [*arguments, "exit 77"], user, password))["code"] == 77
    wrong = await in_thread(run_json, [*arguments, "echo x"], user, "wrong")
    assert "401" in wrong["error"]


async def test_go_over_unencrypted_http_with_input(unsealed: Listener) -> None:
    arguments = [str(go_program()), HOST, str(unsealed.port), "http", "", "ntlm"]
    result = await in_thread(run_json, [*arguments, "both"], USER, PASSWORD)
    assert (result["code"], len(result["stdout"].split()), len(result["stderr"].split())) == (5, 200, 200)


async def test_go_ntlm_over_sealed_http_is_refused(sealed: Listener) -> None:
    arguments = [str(go_program()), HOST, str(sealed.port), "http", "", "ntlm", "echo x"]
    assert "500" in (await in_thread(run_json, arguments, USER, PASSWORD))["error"]


@pytest.mark.parametrize("local", [True, False])
async def test_javascript_over_unencrypted_http(unsealed: Listener, local: bool) -> None:
    arguments = [need("node"), str(node_folder() / "main.js"), HOST, str(unsealed.port), "echo abc"]
    user, password = ("keeper", LOCAL.password) if local else (USER, PASSWORD)
    assert (await in_thread(run_json, arguments, user, password))["output"].strip() == "abc"


IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:i="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><i:Identify/></s:Body></s:Envelope>"
)


@pytest.mark.parametrize("scheme", ["--ntlm", "--basic"])
async def test_curl_identifies(secure: Listener, tls: TlsFiles, scheme: str, tmp_path: Path) -> None:
    curl = need("curl")
    user, password = ("keeper", LOCAL.password) if scheme == "--basic" else ("LABDOM\\\\plain", PLAIN.password)
    secret = tmp_path / "curlrc"
    secret.write_text(f'user = "{user}:{password}"\n', encoding="utf-8")

    def work() -> str:
        command = [curl, "-sS", "-i", "--noproxy", "*", scheme, "-K", str(secret), "--cacert", str(tls.ca)]
        command += ["-H", "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", IDENTIFY]
        command.append(f"https://{HOST}:{secure.port}/wsman")
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout

    answer = await in_thread(work)
    assert "OS: 10.0.20348 SP: 0.0 Stack: 3.0" in answer
    assert "Microsoft Corporation" in answer
