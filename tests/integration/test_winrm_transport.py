"""The WinRM transport against the lab's server: every kind of login, every way a command can end."""

from __future__ import annotations

import asyncio
import ssl
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.winrm_support import PASSWORD, Windows, connected, connector, hub_of, read, served
from troubleshoot.core.detached import detached
from troubleshoot.core.kinds import Trouble
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.wire import FaultPlan, TlsFiles, make_client, make_tls
from troubleshoot.lab.windows.wire import disturbances as faults
from troubleshoot.lab.windows.wire.listener import Comeback
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.winrm_errors import Cause, WinrmError


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> TlsFiles:
    return make_tls(tmp_path_factory.mktemp("tls"), ["127.0.0.1", "hv01.corp.example"])


def fingerprint(files: TlsFiles) -> str:
    import hashlib

    leaf = files.certificate.read_text(encoding="ascii").partition("-----END")[0] + "-----END CERTIFICATE-----\n"
    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(leaf)).hexdigest()


# --- logins --------------------------------------------------------------------------------------------------------


async def test_ntlm_over_http_is_sealed_and_reuses_its_shell() -> None:
    async with served() as windows:
        async with connected(windows) as transport:
            first = await transport.read("say Grüße aus Köln", deadline=10)
            second = await transport.execute("exit 0", deadline=10)
        assert (first.text, first.exit_code, first.lossy) == ("Grüße aus Köln\r\n", 0, False)
        assert second.exit_code == 0
        assert [entry.action for entry in windows.listener.log].count("Create") == 1
        assert windows.started[0] == "say Grüße aus Köln <NUL"
        assert windows.listener.shells == []
        assert [login.outcome for login in windows.listener.logins] == ["ok"]


async def test_https_with_a_custom_ca(tls: TlsFiles) -> None:
    async with served(https=tls) as windows:
        output = await read(windows, "say hello", scheme="https", ca_file=str(tls.ca))
        assert output.text == "hello\r\n"


async def test_https_with_a_pin_needs_no_ca(tls: TlsFiles) -> None:
    async with served(https=tls) as windows:
        pin = fingerprint(tls).upper()
        output = await read(windows, "say hello", scheme="https", fingerprint=pin)
        assert output.text == "hello\r\n"


async def test_the_name_of_a_certificate_can_differ_from_the_address(tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["hv01.corp.example"])
    async with served(https=files) as windows:
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", scheme="https", ca_file=str(files.ca))
        assert caught.value.kind is Trouble.TLS
        output = await read(windows, "say yes", scheme="https", ca_file=str(files.ca), server_name="hv01.corp.example")
        assert output.text == "yes\r\n"


@pytest.mark.parametrize(
    ("case", "words"), [("unknown_ca", "is not accepted"), ("expired", "expired"), ("pin", "not the pinned one")]
)
async def test_an_unfit_certificate_is_tls_trouble_and_costs_no_login(
    tmp_path: Path, tls: TlsFiles, case: str, words: str
) -> None:
    files = make_tls(tmp_path, ["127.0.0.1"], expired=case == "expired")
    trust: dict[str, Any] = {
        "unknown_ca": {"ca_file": str(tls.ca)},
        "expired": {"ca_file": str(files.ca)},
        "pin": {"fingerprint": "ab" * 32},
    }[case]
    async with served(https=files) as windows:
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", scheme="https", **trust)
        assert (caught.value.kind, caught.value.sent) == (Trouble.TLS, False)
        assert words in caught.value.message
        assert windows.listener.logins == []


async def test_client_certificate(tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["127.0.0.1"])
    client = make_client(tmp_path, "svc-watch@localhost")
    async with served(https=files) as windows:
        options: dict[str, Any] = {
            "cert_pem": str(client.certificate),
            "cert_key_pem": str(client.key),
            "ca_file": str(files.ca),
        }
        output = await read(windows, "say by certificate", transport="certificate", username="", **options)
        assert output.text == "by certificate\r\n"
        assert windows.listener.logins[0].outcome == "ok"


async def test_basic_goes_over_tls_only(tls: TlsFiles) -> None:
    async with served(https=tls) as windows:
        output = await read(
            windows, "say basic", transport="basic", ca_file=str(tls.ca), username="svc-watch", password="unused-0815"
        )
        assert output.text == "basic\r\n"
        with pytest.raises(AuthorError, match="basic needs scheme https"):
            await read(windows, "say no", transport="basic", scheme="http")


async def test_basic_sends_a_password_of_any_characters(tls: TlsFiles) -> None:
    async with served(https=tls) as windows:
        options: dict[str, Any] = {"username": "keeper", "password": "Schlüssel€7:x", "ca_file": str(tls.ca)}
        assert (await read(windows, "say yes", transport="basic", **options)).text == "yes\r\n"
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", transport="basic", **{**options, "password": "Schlüssel€8"})
        assert caught.value.cause is Cause.AUTH
        assert [login.outcome == "ok" for login in windows.listener.logins].count(False) == 1


async def test_a_wrong_credssp_password_is_not_tried_again() -> None:
    async with served() as windows, hub_of(windows, "falsch", transport="credssp") as hub:
        tries = []
        for _ in range(2):
            with pytest.raises(TransportError) as caught:
                await hub.read("hv01", "say no", deadline=10)
            assert caught.value.kind is Trouble.AUTH
            tries.append(len(windows.listener.log))
        assert tries[0] == tries[1] > 0


async def test_a_certificate_that_is_not_mapped(tmp_path: Path) -> None:
    files = make_tls(tmp_path, ["127.0.0.1"])
    client = make_client(tmp_path, "stranger@localhost")
    async with served(https=files) as windows:
        options = {"cert_pem": str(client.certificate), "cert_key_pem": str(client.key), "ca_file": str(files.ca)}
        host = windows.host(username="", transport="certificate", **options)
        async with connector() as made:
            with pytest.raises(WinrmError) as caught:
                await made.connect(host, deadline=10, note=print)
        assert caught.value.kind is Trouble.AUTH and "certmapping" in caught.value.hint


async def test_an_old_host_that_declines_our_idle_timeout_gets_its_own() -> None:
    plan = FaultPlan({("Create", 1): faults.fault(0x80338150)})
    async with served(faults=plan) as windows:
        assert (await read(windows, "say yes")).text == "yes\r\n"


async def test_credssp_delegates_and_says_what_it_gives_away() -> None:
    notes: list[str] = []
    async with served() as windows, connected(windows, notes=notes, transport="credssp") as transport:
        assert (await transport.read("say far", deadline=20)).text == "far\r\n"
        assert transport.delegates
    assert any("password" in note for note in notes)


async def test_ntlm_does_not_delegate() -> None:
    async with served() as windows, connected(windows) as transport:
        assert not transport.delegates


async def test_a_wrong_password_costs_exactly_one_attempt() -> None:
    async with served() as windows, hub_of(windows, "wrong") as hub:
        for _ in range(3):
            with pytest.raises(TransportError) as caught:
                await hub.read("hv01", "say no", deadline=10)
            assert caught.value.kind is Trouble.AUTH
            assert "wrong" not in f"{caught.value.message}{caught.value.hint}{caught.value!r}".replace("Wrong", "")
        assert [login.outcome == "ok" for login in windows.listener.logins] == [False]


async def test_a_password_that_changed_meanwhile_costs_one_attempt_too() -> None:
    async with served(idle_close=0.3) as windows, hub_of(windows) as hub:
        await hub.read("hv01", "say one", deadline=10)
        await asyncio.sleep(0.6)
        before = len(windows.listener.logins)
        windows.listener.plan.add("Login", faults.EVERY, faults.status(401))
        for _ in range(2):
            with pytest.raises(TransportError) as caught:
                await hub.read("hv01", "say two", deadline=10)
            assert caught.value.kind is Trouble.AUTH
        assert len(windows.listener.logins) - before <= 1
        assert windows.listener.plan.count("Login") <= 3


async def test_closing_after_the_password_changed_costs_one_attempt() -> None:
    async with served(idle_close=0.3) as windows, connected(windows) as transport:
        await transport.read("say one", deadline=10)
        await asyncio.sleep(0.6)
        before = windows.listener.plan.count("Login")
        windows.listener.plan.add("Login", faults.EVERY, faults.status(401))
        await transport.close()
        assert windows.listener.plan.count("Login") - before <= 1


async def test_stopping_a_command_after_the_password_changed_costs_one_attempt() -> None:
    async with served() as windows, connected(windows) as transport:
        task = asyncio.create_task(transport.execute("wait", deadline=30))
        while "wait <NUL" not in windows.started:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        before = windows.listener.plan.count("Login")
        windows.listener.plan.add("Login", faults.EVERY, faults.status(401))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await transport.close()
        assert windows.listener.plan.count("Login") - before <= 1


async def test_no_rights_is_not_a_wrong_password() -> None:
    async with served() as windows:
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", username="CORP\\guest")
        assert caught.value.cause is Cause.ACCESS_DENIED
        assert "password is right" in caught.value.hint


async def test_a_login_that_is_not_offered_is_said_and_no_password_sent(tls: TlsFiles) -> None:
    async with served(https=tls, basic=False) as windows:
        with pytest.raises(WinrmError) as caught:
            await read(windows, "say no", transport="basic", ca_file=str(tls.ca))
        assert caught.value.cause is Cause.AUTH
        assert "Negotiate" in caught.value.hint


async def test_nothing_of_the_environment_is_obeyed(monkeypatch: pytest.MonkeyPatch, tls: TlsFiles) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, "/nowhere/ca.pem")
    async with served() as windows:
        assert (await read(windows, "say direct", deadline=10)).text == "direct\r\n"
    async with served(https=tls) as windows:
        output = await read(windows, "say direct", scheme="https", ca_file=str(tls.ca))
        assert output.text == "direct\r\n"


# --- commands ------------------------------------------------------------------------------------------------------


async def test_output_arrives_while_the_command_runs() -> None:
    arrived: list[tuple[float, str]] = []
    async with served() as windows, connected(windows) as transport:
        begun = time.monotonic()
        output = await transport.read(
            "ticks 4", deadline=10, on_chunk=lambda text: arrived.append((time.monotonic() - begun, text))
        )
    assert output.text == "tick 0\r\ntick 1\r\ntick 2\r\ntick 3\r\n" == "".join(text for _, text in arrived)
    assert arrived[0][0] < 0.25 and len(arrived) >= 4


async def test_errors_follow_the_output_on_lines_of_their_own() -> None:
    async with served() as windows:
        output = await read(windows, "both")
    assert output.text == "found 3 items\r\nand one complaint\r\n"
    assert output.exit_code == 3


async def test_exit_codes_are_unsigned() -> None:
    async with served() as windows:
        assert (await read(windows, "exit -2147024891")).exit_code == 0x80070005


async def test_a_missing_tool_is_a_refusal() -> None:
    async with served() as windows:
        output = await read(windows, "dfsrmig /getglobalstate")
    assert "is not recognized" in output.refusal


async def test_a_script_gets_its_values_as_data() -> None:
    async with served() as windows:
        output = await read(windows, "PS name=\"Bob's $(calc) VM\"> Get-VM -Name $name; 'end'")
    assert windows.started[0].startswith(
        "powershell -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand "
    )
    import base64

    script = base64.b64decode(windows.started[0].rpartition(" ")[2]).decode("utf-16-le")
    assert script.endswith("Get-VM -Name $name; 'end'") and "calc" not in script
    assert windows.stdin[0].startswith(b"name=") and b"calc" not in windows.stdin[0]
    assert base64.b64decode(windows.stdin[0].strip().partition(b"=")[2]).decode() == "Bob's $(calc) VM"
    assert output.text.startswith("Grüße\r\nend\r\nGet-Thing : The term 'Get-Thing' fehlt für uns\r\n")
    assert "warning" not in output.text and "Objs" not in output.text
    assert output.exit_code == 1


async def test_a_command_longer_than_cmd_takes_is_not_sent() -> None:
    async with served() as windows, connected(windows) as transport:
        with pytest.raises(TransportError, match="characters is not sent"):
            await transport.read("say " + "x" * 8200, deadline=10)
        assert windows.started == []


async def test_a_silent_command_is_no_trouble_for_longer_than_an_operation() -> None:
    async with served() as windows:

        async def slow(host: Windows, process: Process, text: str, page: int) -> int:
            await asyncio.sleep(2.5)
            return await windows.programs["say"](host, process, text, page)

        windows.programs["slow"] = slow
        output = await read(windows, "slow but sure", operation_timeout="1")
        assert output.text == "but sure\r\n"
        assert "fault 2150858793" in [entry.outcome for entry in windows.listener.log]


async def test_a_host_that_refuses_utf8_gets_437_and_the_text_its_mark() -> None:
    notes: list[str] = []
    async with served(codepages={437, 850}) as windows, connected(windows, notes=notes) as transport:
        output = await transport.read("say Überprüfung", deadline=10)
    assert (output.text, output.lossy) == ("Überprüfung\r\n", True)
    assert any("437" in note for note in notes)


async def test_a_code_page_of_choice() -> None:
    async with served() as windows:
        output = await read(windows, "say Überprüfung", codepage="850")
        assert (output.text, output.lossy, windows.codepages) == ("Überprüfung\r\n", False, [850])


async def test_bytes_that_mean_nothing_are_marked() -> None:
    async with served() as windows:
        output = await read(windows, "raw 84204f4b0d0a")
        assert output.lossy and output.text.endswith(" OK\r\n")


async def test_a_hundred_megabytes_stay_small() -> None:
    import resource

    seen = 0

    def count(text: str) -> None:
        nonlocal seen
        seen += len(text)

    async with served() as windows, connected(windows) as transport:
        await transport.read("large 2", deadline=30)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        output = await transport.read("large 100", deadline=120, on_chunk=count)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert seen == 100 * 1024 * 1024 + len("the last line\r\n")
    assert output.text.endswith("the last line\r\n") and "not kept" in output.doubt
    assert len(output.text) < 10 * 1024 * 1024
    assert grown < 64 * 1024  # kilobytes


async def test_a_block_of_lines_ends_at_the_first_that_fails() -> None:
    async with served() as windows, connected(windows) as transport:
        output = await transport.configure(["say one", "exit -2147023843", "say three"], deadline=20)
        whole = await transport.configure(["say one", "exit 0"], deadline=20)
    assert output.refusal.startswith("'exit -2147023843' ended with exit code 0x8007041d")
    assert output.text == "> say one\r\none\r\n> exit -2147023843\r\n"
    assert [line for line in windows.started if "three" in line] == []
    assert (whole.refusal, whole.exit_code) == ("", 0)


# --- ends ----------------------------------------------------------------------------------------------------------


async def test_the_deadline_stops_the_command_and_closes_the_shell() -> None:
    async with served() as windows, connected(windows) as transport:
        begun = time.monotonic()
        with pytest.raises(WinrmError) as caught:
            await transport.read("wait", deadline=1)
        assert time.monotonic() - begun < 3
        assert (caught.value.kind, caught.value.sent) == (Trouble.TIMEOUT, True)
        assert windows.listener.shells == []
        with pytest.raises(WinrmError, match="given up"):
            await transport.read("say more", deadline=1)


async def test_cancel_stops_the_command_at_once() -> None:
    async with served() as windows, connected(windows) as transport:
        waiting = asyncio.Event()
        task = asyncio.ensure_future(transport.read("wait", deadline=60, on_chunk=lambda _: waiting.set()))
        await waiting.wait()
        begun = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - begun < 2
        assert windows.listener.shells == []
        assert ("Signal", "ok") in [(entry.action, entry.outcome) for entry in windows.listener.log]


async def test_a_listener_of_ours_that_fails_leaves_no_command_behind() -> None:
    def broken(_: str) -> None:
        raise ZeroDivisionError

    async with served() as windows, connected(windows) as transport:
        with pytest.raises(ZeroDivisionError):
            await transport.read("wait", deadline=20, on_chunk=broken)
        assert windows.listener.shells == []


async def test_a_shell_that_opens_after_we_gave_up_is_closed() -> None:
    plan = FaultPlan({("Create", 1): faults.delay(1.0)})
    async with served(faults=plan) as windows, connector() as made:
        with pytest.raises(WinrmError) as caught:
            await made.connect(windows.host(), deadline=0.5, note=print)
        assert (caught.value.kind, caught.value.sent) == (Trouble.TIMEOUT, False)
        await asyncio.sleep(1.5)
        assert windows.listener.shells == []


async def test_an_idle_connection_that_was_dropped_is_replaced_in_silence() -> None:
    async with served(idle_close=0.3) as windows:
        async with connected(windows) as transport:
            await transport.read("say one", deadline=10)
            await asyncio.sleep(0.8)
            output = await transport.execute("say two", deadline=10)
        assert output.text == "two\r\n"
        assert [line for line in windows.started if "two" in line] == ["say two <NUL"]
        assert [entry.action for entry in windows.listener.log].count("Create") == 1
        assert [entry.outcome for entry in windows.listener.log if entry.action == "Command"] == ["ok", "ok"]
        assert windows.listener.shells == []


async def test_a_shell_that_is_gone_is_replaced_before_the_command() -> None:
    async with served() as windows:
        async with connected(windows) as transport:
            await transport.read("say one", deadline=10)
            windows.listener.service.end_all()
            assert (await transport.execute("say two", deadline=10)).text == "two\r\n"
        assert windows.listener.shells == []


async def test_the_quota_of_shells_is_said() -> None:
    async with served(key="2008r2") as windows, connector(shells=20) as made:
        opened = []
        with pytest.raises(WinrmError) as caught:
            for _ in range(20):
                opened.append(await made.connect(windows.host(), deadline=10, note=print))
        assert caught.value.cause is Cause.QUOTA and "winrs" in caught.value.hint
        for transport in opened:
            await transport.close()
        assert windows.listener.shells == []


async def test_no_more_than_three_shells_of_ours_on_a_host() -> None:
    async with served() as windows, connector() as made:
        opened = [await made.connect(windows.host(), deadline=10, note=print) for _ in range(3)]
        with pytest.raises(TransportError, match="3 shells"):
            await made.connect(windows.host(), deadline=10, note=print)
        await opened.pop().close()
        opened.append(await made.connect(windows.host(), deadline=10, note=print))
        await asyncio.gather(*(transport.close() for transport in opened))


async def test_closing_everything_closes_all_shells_of_all_hosts() -> None:
    async with served() as one, served() as two:
        async with hub_of(one) as first, hub_of(two) as second:
            await asyncio.gather(first.read("hv01", "say 1", deadline=10), second.read("hv01", "say 2", deadline=10))
            assert len(one.listener.shells) == len(two.listener.shells) == 1
        assert one.listener.shells == two.listener.shells == []


async def test_a_read_is_repeated_after_a_lost_connection_and_a_change_is_not() -> None:
    async with served() as windows, hub_of(windows) as hub:
        await hub.read("hv01", "say warm", deadline=10)
        windows.listener.plan.add("Receive", windows.listener.plan.count("Receive") + 1, faults.reset())
        assert (await hub.read("hv01", "say again", deadline=10)).text == "again\r\n"
        windows.listener.plan.add("Receive", windows.listener.plan.count("Receive") + 1, faults.reset())
        with pytest.raises(TransportError) as caught:
            await hub.execute("hv01", "say change", deadline=10)
        assert (caught.value.kind, caught.value.sent) == (Trouble.UNREACHABLE, True)
        assert sum("change" in line for line in windows.started) == 1
    assert windows.listener.shells == []


# --- restart -------------------------------------------------------------------------------------------------------

JOB = detached("ts-job", ["net stop winrm /y", "net start winrm", "net start vmmagent"], "winrm")
LOG = "The service was stopped.\r\nPinging 127.0.0.1 with 32 bytes of data:\r\n"


async def test_a_detached_job_restarts_winrm_and_proves_it() -> None:
    chunks: list[str] = []
    async with served() as windows:

        async def restart(host: object) -> None:
            await asyncio.sleep(0.7)
            windows.log = LOG
            await windows.listener.restart(down=1.0)

        windows.on_run = restart
        async with connected(windows) as transport:
            output = await transport.detached(JOB, deadline=60, on_chunk=chunks.append)
            assert (await transport.read("say back", deadline=10)).text == "back\r\n"
        assert (output.refusal, output.exit_code) == ("", 0)
        assert "is gone" in output.text and "The service was stopped." in output.text
        assert output.text == "".join(chunks)
        assert windows.tasks == {} and windows.log is None
        assert sum(line.startswith("schtasks /run") for line in windows.started) == 1
        assert windows.listener.shells == []


async def test_a_changed_process_proves_the_restart_of_another_service() -> None:
    async with served() as windows:

        async def restart(host: object) -> None:
            await asyncio.sleep(0.3)
            windows.log, windows.pid = LOG, 0
            await asyncio.sleep(0.7)
            windows.pid = 4004

        windows.on_run = restart
        async with connected(windows) as transport:
            output = await transport.detached(JOB, deadline=60)
        assert output.refusal == "" and "is 4004" in output.text


async def test_a_service_that_never_went_down_did_not_restart() -> None:
    async with served() as windows:
        windows.log = LOG
        async with connected(windows, limits={"restart": 2.0}) as transport:
            output = await transport.detached(JOB, deadline=60)
        assert "did not restart" in output.refusal
        assert windows.tasks == {} and windows.listener.shells == []


async def test_a_host_that_does_not_come_back_is_unreachable_and_the_job_sent() -> None:
    async with served() as windows:

        async def gone(host: object) -> None:
            windows.listener.comeback = Comeback(delay=float("inf"))
            windows.listener.stop()

        windows.on_run = gone
        async with connected(windows, limits={"restart": 3.0}) as transport:
            with pytest.raises(WinrmError) as caught:
                await transport.detached(JOB, deadline=60)
        assert (caught.value.kind, caught.value.sent) == (Trouble.UNREACHABLE, True)
        assert "console" in caught.value.hint


async def test_a_login_refused_for_a_moment_after_the_restart_is_tried_again() -> None:
    async with served() as windows:

        async def restart(host: object) -> None:
            windows.log = LOG
            windows.listener.comeback = Comeback(unauthorized=0.8)
            await windows.listener.restart(down=0.5)

        windows.on_run = restart
        async with connected(windows) as transport:
            output = await transport.detached(JOB, deadline=60)
        assert output.refusal == ""
    assert PASSWORD not in output.text


async def test_a_host_that_comes_back_with_another_certificate_is_not_trusted(tmp_path: Path, tls: TlsFiles) -> None:
    other = make_tls(tmp_path, ["127.0.0.1"])
    async with served(https=tls) as windows:

        async def restart(host: object) -> None:
            windows.listener.comeback = Comeback(https=other)
            await windows.listener.restart(down=0.5)

        windows.on_run = restart
        async with connected(windows, scheme="https", fingerprint=fingerprint(tls)) as transport:
            with pytest.raises(WinrmError) as caught:
                await transport.detached(JOB, deadline=60)
        assert (caught.value.kind, caught.value.sent) == (Trouble.TLS, True)


async def test_a_job_that_cannot_be_created_is_refused_and_nothing_waited_for() -> None:
    async with served() as windows:

        async def denied(*_: object) -> int:
            return 5

        windows.programs["schtasks"] = denied
        async with connected(windows) as transport:
            begun = time.monotonic()
            output = await transport.detached(JOB, deadline=60)
        assert "/create" in output.refusal and "exit code 5" in output.refusal
        assert time.monotonic() - begun < 2
