"""The parts of the WinRM transport that need no wire: what is sent, what is understood, what is refused."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest
import requests
import urllib3.exceptions
from winrm.exceptions import (
    InvalidCredentialsError,
    WinRMError,
    WinRMOperationTimeoutError,
    WinRMTransportError,
    WSManFaultError,
)

from troubleshoot.core.exit_codes import shown_code, unsigned
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.errors import AuthorError
from troubleshoot.inventory.model import Host
from troubleshoot.transports.base import TransportError
from troubleshoot.transports.clixml import plain_errors
from troubleshoot.transports.winrm_command import prepare
from troubleshoot.transports.winrm_errors import Cause, LoginRefused, explain
from troubleshoot.transports.winrm_output import Kept, Received
from troubleshoot.transports.winrm_target import Secret, Target, target_of
from troubleshoot.transports.winrm_tls import needs_passphrase, tls_context

WHERE = "hv01 (192.0.2.7:5985)"


def target(hostname: str = "192.0.2.7", port: int | None = None, **winrm: str) -> Target:
    return target_of(Host("hv01", hostname, Platform.WINDOWS, port=port, username="CORP\\admin", winrm=winrm))


# --- what is sent --------------------------------------------------------------------------------------------------


def test_a_line_gets_an_end_of_input() -> None:
    prepared = prepare("net stop winrm", where=WHERE)
    assert (prepared.line, prepared.stdin, prepared.powershell) == ("net stop winrm <NUL", None, False)


def test_a_script_without_data_is_one_line_without_input() -> None:
    prepared = prepare("PS> Get-Service winrm; 'end'", where=WHERE)
    encoded = prepared.line.removesuffix(" <NUL").rpartition(" ")[2]
    assert prepared.stdin is None and prepared.powershell
    assert base64.b64decode(encoded).decode("utf-16-le").endswith("Get-Service winrm; 'end'")


def test_the_longest_script_fits_into_a_command_line() -> None:
    from troubleshoot.core.powershell import MAX_SENT, PROLOG

    script = "PS> " + "x" * (MAX_SENT - len(PROLOG))
    assert len(prepare(script, where=WHERE).line) <= 8191
    with pytest.raises(TransportError) as caught:
        prepare(script + "x" * 8, where=WHERE)
    assert (caught.value.kind, caught.value.sent) == (Trouble.REFUSED, False)


@pytest.mark.parametrize("bad", ["", "a\nb", "a\x00b", "a\x1bb", "a\ufffeb", "a\ud800b"])
def test_what_xml_forbids_is_not_sent(bad: str) -> None:
    with pytest.raises(TransportError) as caught:
        prepare(bad, where=WHERE)
    assert caught.value.kind is Trouble.REFUSED


@pytest.mark.parametrize(
    ("hostname", "port", "options", "endpoint"),
    [
        ("hv01.corp.example", None, {}, "http://hv01.corp.example:5985/wsman"),
        ("hv01", None, {"scheme": "https"}, "https://hv01:5986/wsman"),
        ("2001:db8::7", 8443, {"scheme": "https"}, "https://[2001:db8::7]:8443/wsman"),
        ("fe80::1%eth0", None, {"path": "/wsman-test"}, "http://[fe80::1%25eth0]:5985/wsman-test"),
    ],
)
def test_the_endpoint_is_always_complete(
    hostname: str, port: int | None, options: dict[str, str], endpoint: str
) -> None:
    assert target(hostname, port, **options).endpoint == endpoint


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_address_with_a_zone_is_called_by_the_system_s_name(scheme: str) -> None:
    from troubleshoot.transports.winrm_http import Http

    there = target("fe80::1%eth0", scheme=scheme)
    pool = Http(there, Secret("x"), tls_context(there, Secret()), connect=1)._pool()
    assert pool.host == "fe80::1%eth0"


def test_a_realm_makes_a_principal() -> None:
    assert target(transport="kerberos", realm="CORP.EXAMPLE").account == "admin@CORP.EXAMPLE"
    assert target(transport="kerberos").account == "admin"
    assert target().account == "CORP\\admin"


def test_a_user_name_is_needed_for_a_password() -> None:
    with pytest.raises(AuthorError, match="needs a username"):
        target_of(Host("hv01", "hv01", Platform.WINDOWS))


def test_a_secret_is_not_shown() -> None:
    assert "geheim" not in repr(Secret("geheim", "geheim"))


# --- what is understood --------------------------------------------------------------------------------------------


def test_errors_of_clixml_and_the_text_around_them() -> None:
    text = (
        'native: not found\r\n#< CLIXML\r\n<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">'
        '<Obj S="progress" RefId="0"><MS><S N="a">Preparing</S></MS></Obj>'
        '<S S="verbose">talk_x000D__x000A_</S><S S="Error">Zugriff verweigert &lt;5&gt;: f_x00FC_r_x000D__x000A_</S>'
        '<S S="Error">    + CategoryInfo_x000D__x000A_</S></Objs>and after\r\n'
    )
    assert plain_errors(text) == (
        "native: not found\r\nZugriff verweigert <5>: für\r\n    + CategoryInfo\r\nand after\r\n"
    )


def test_progress_alone_is_no_error() -> None:
    assert plain_errors('#< CLIXML\r\n<Objs Version="1"><Obj S="progress"><S>x</S></Obj></Objs>') == ""


def test_lines_that_the_console_broke_are_joined() -> None:
    long = "Get-ADDomain : Unable to contact the server. This may be because this server does not exist"
    pieces = "".join(f'<S S="Error">{long[at : at + 79]}_x000D__x000A_</S>' for at in range(0, len(long), 79))
    assert plain_errors(f"<Objs>{pieces}</Objs>") == f"{long}\r\n"


def test_surrogates_and_escaped_underscores() -> None:
    assert plain_errors('<Objs><S S="Error">_xD83D__xDE00_ a_x005F_x0041_</S></Objs>') == "😀 a_x0041_"


def test_a_character_split_between_two_answers() -> None:
    data = "Größe: 5 €\r\n".encode()
    for cut in range(len(data)):
        received = Received(65001, None, powershell=False)
        received.add(data[:cut], b"")
        received.add(data[cut:], b"")
        assert received.text() == "Größe: 5 €\r\n" and not received.lossy


def test_code_page_850_is_not_1252() -> None:
    for page, raw in ((850, b"\x81"), (1252, b"\xfc"), (437, b"\x81")):
        received = Received(page, None, powershell=False)
        received.add(raw, b"")
        assert received.text() == "ü"


def test_a_long_text_keeps_its_ends() -> None:
    kept = Kept(head=10, tail=10)
    for number in range(1000):
        kept.add(f"{number:04}\n")
    text = kept.text()
    assert text.startswith("0000\n0001\n") and text.endswith("0998\n0999\n")
    assert kept.missing == 5000 - len(text.replace(f"\n[... {kept.missing} characters were not kept ...]\n", ""))


def test_powershell_errors_are_handed_on_decoded() -> None:
    chunks: list[str] = []
    received = Received(65001, chunks.append, powershell=True)
    received.add(b"end\r\n", b'#< CLIXML\r\n<Objs><S S="Error">no_x000D_')
    received.add(b"", b"_x000A_</S></Objs>")
    assert received.text() == "end\r\nno\r\n" == "".join(chunks)


@pytest.mark.parametrize(
    ("code", "shown"), [(0, "0"), (1051, "1051"), (-2147024891, "0x80070005"), (4294967295, "0xffffffff")]
)
def test_exit_codes(code: int, shown: str) -> None:
    assert shown_code(code) == shown and unsigned(code) == code % 2**32


# --- errors --------------------------------------------------------------------------------------------------------


def fault(code: int | None = None, *, wmi: int | None = None, subcode: str | None = None) -> WSManFaultError:
    return WSManFaultError(
        500, "x", "<xml/>", "Der Grund", wsman_fault_code=code, wmierror_code=wmi, fault_subcode=subcode
    )


def wrapped_by_urllib3(reason: Exception) -> urllib3.exceptions.MaxRetryError:
    return urllib3.exceptions.MaxRetryError(urllib3.HTTPConnectionPool("192.0.2.7"), "/wsman", reason)


def certificate_error() -> requests.exceptions.SSLError:
    inner = ssl.SSLCertVerificationError(1, "certificate verify failed")
    inner.verify_message = "certificate has expired"
    return requests.exceptions.SSLError(wrapped_by_urllib3(urllib3.exceptions.SSLError(inner)))


def refused_connection() -> requests.ConnectionError:
    inner = urllib3.exceptions.NewConnectionError(urllib3.connection.HTTPConnection("192.0.2.7"), "refused")
    inner.__cause__ = ConnectionRefusedError(111, "Connection refused")
    return requests.ConnectionError(wrapped_by_urllib3(inner))


@pytest.mark.parametrize(
    ("error", "cause", "kind"),
    [
        (LoginRefused(("Negotiate",), tried=True), Cause.AUTH, Trouble.AUTH),
        (InvalidCredentialsError("x"), Cause.AUTH, Trouble.AUTH),
        (PermissionError("Access denied"), Cause.AUTH, Trouble.AUTH),
        (certificate_error(), Cause.TLS, Trouble.TLS),
        (refused_connection(), Cause.UNREACHABLE, Trouble.UNREACHABLE),
        (requests.ConnectTimeout(), Cause.UNREACHABLE, Trouble.UNREACHABLE),
        (requests.ReadTimeout(), Cause.TIMEOUT, Trouble.TIMEOUT),
        (WinRMOperationTimeoutError(), Cause.TIMEOUT, Trouble.TIMEOUT),
        (requests.ConnectionError("reset"), Cause.LOST, Trouble.UNREACHABLE),
        (requests.exceptions.ChunkedEncodingError(), Cause.LOST, Trouble.UNREACHABLE),
        (ConnectionResetError(104, "reset"), Cause.LOST, Trouble.UNREACHABLE),
        (WinRMTransportError("http", 400, ""), Cause.LOST, Trouble.UNREACHABLE),
        (WinRMTransportError("http", 403, ""), Cause.ACCESS_DENIED, Trouble.AUTH),
        (WinRMTransportError("http", 404, ""), Cause.PROTOCOL, Trouble.UNREACHABLE),
        (WinRMTransportError("http", 500, ""), Cause.PROTOCOL, Trouble.UNREACHABLE),
        (WinRMTransportError("http", 503, ""), Cause.UNREACHABLE, Trouble.UNREACHABLE),
        (fault(2150858843), Cause.SHELL_GONE, Trouble.UNREACHABLE),
        (fault(2150859173), Cause.QUOTA, Trouble.REFUSED),
        (fault(None, wmi=2150859174), Cause.QUOTA, Trouble.REFUSED),
        (fault(77, subcode="w:QuotaLimit"), Cause.QUOTA, Trouble.REFUSED),
        (fault(5, subcode="w:AccessDenied"), Cause.ACCESS_DENIED, Trouble.AUTH),
        (fault(None, subcode="wsman:AccessDenied"), Cause.ACCESS_DENIED, Trouble.AUTH),
        (fault(995), Cause.LOST, Trouble.UNREACHABLE),
        (fault(2150859072), Cause.CODEPAGE, Trouble.NOT_SUPPORTED),
        (fault(2150858770), Cause.FAULT, Trouble.REFUSED),
        (WinRMError("requested auth method is kerberos, but pykerberos is not installed"), Cause.NOT_SUPPORTED, Trouble.NOT_SUPPORTED),
        (StopIteration(), Cause.PROTOCOL, Trouble.UNREACHABLE),
        (AssertionError(), Cause.PROTOCOL, Trouble.UNREACHABLE),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)  # fmt: skip
def test_every_error_has_its_kind(error: BaseException, cause: Cause, kind: Trouble) -> None:
    found = explain(WHERE, error)
    assert (found.cause, found.kind, found.sent) == (cause, kind, False)
    assert found.message.startswith(f"{WHERE}: ") and found.hint
    assert found.__cause__ is None


def test_a_wrong_certificate_says_what_is_wrong() -> None:
    assert "certificate has expired" in explain(WHERE, certificate_error()).message


def test_a_pin_that_does_not_match_says_what_it_is() -> None:
    got = "0123456789abcdef" * 4
    error = urllib3.exceptions.SSLError(f'Fingerprints did not match. Expected "{"ab" * 32}", got "{got}"')
    assert got in explain(WHERE, requests.exceptions.SSLError(error)).message


# --- certificates --------------------------------------------------------------------------------------------------


def test_no_context_for_plain_http() -> None:
    assert tls_context(target(), Secret()) is None


def test_certificates_are_checked_unless_one_is_pinned() -> None:
    checked = tls_context(target(scheme="https"), Secret())
    pinned = tls_context(target(scheme="https", fingerprint="ab" * 32), Secret())
    assert checked is not None and checked.verify_mode is ssl.CERT_REQUIRED and checked.check_hostname
    assert pinned is not None and pinned.verify_mode is ssl.CERT_NONE


def test_an_authority_and_a_pin_must_both_fit(tmp_path: Path) -> None:
    from troubleshoot.lab.windows.wire import make_tls

    files = make_tls(tmp_path, ["hv01"])
    both = tls_context(target(scheme="https", fingerprint="ab" * 32, ca_file=str(files.ca)), Secret())
    assert both is not None and both.verify_mode is ssl.CERT_REQUIRED


def test_files_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    with pytest.raises(TransportError, match=r"nothing\.pem cannot be used: No such file"):
        tls_context(target(scheme="https", ca_file=str(tmp_path / "nothing.pem")), Secret())
    bad = tmp_path / "bad.pem"
    bad.write_text("no certificate", encoding="ascii")
    with pytest.raises(TransportError, match=r"bad\.pem cannot be used"):
        tls_context(target(scheme="https", ca_file=str(bad)), Secret())


def test_a_locked_key_needs_its_passphrase(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization

    from troubleshoot.lab.windows.wire import make_client, make_tls

    make_tls(tmp_path, ["hv01"])
    client = make_client(tmp_path, "svc-watch@localhost")
    key = serialization.load_pem_private_key(client.key.read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"sesam"),
        )
    )
    assert needs_passphrase(locked) and not needs_passphrase(client.key)
    wanted = target(transport="certificate", cert_pem=str(client.certificate), cert_key_pem=str(locked))
    assert tls_context(wanted, Secret(passphrase="sesam")) is not None
    for wrong in (None, "falsch"):
        with pytest.raises(TransportError) as caught:
            tls_context(wanted, Secret(passphrase=wrong))
        assert caught.value.kind is Trouble.AUTH and "falsch" not in caught.value.message
