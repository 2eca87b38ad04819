"""The `winrm:` block of a host: every key typed, every mistake named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.inventory.load import load_inventory
from troubleshoot.inventory.model import Host
from troubleshoot.inventory.winrm import Login, Scheme, WinrmOptions, winrm_options

PIN = "AB:" * 31 + "AB"


def options(**winrm: object) -> WinrmOptions:
    return winrm_options(Host("hv01", "192.0.2.7", Platform.WINDOWS, winrm=winrm))


def test_without_a_block_it_is_sealed_ntlm() -> None:
    found = options()
    assert (found.login, found.scheme, found.port, found.path) == (Login.NTLM, Scheme.HTTP, 5985, "/wsman")
    assert (found.codepage, found.operation_timeout, found.delegates) == (65001, 5, False)


def test_all_of_a_kerberos_host() -> None:
    found = options(
        transport="Kerberos", delegation="yes", service="WSMAN", realm="CORP.EXAMPLE", server_name="hv01.corp.example"
    )
    assert (found.login, found.delegates, found.service) == (Login.KERBEROS, True, "WSMAN")


def test_all_of_an_https_host() -> None:
    found = options(scheme="https", ca_file="~/ca.pem", fingerprint=f"sha256:{PIN}", codepage="850")
    assert found.port == 5986 and found.fingerprint == "ab" * 32 and found.codepage == 850
    assert found.ca_file == Path.home() / "ca.pem"


@pytest.mark.parametrize(("login", "delegates"), [("credssp", True), ("ntlm", False), ("kerberos", False)])
def test_who_can_pass_credentials_on(login: str, delegates: bool) -> None:
    assert options(transport=login).delegates is delegates


def test_basic_and_certificate_are_https_by_themselves() -> None:
    assert options(transport="basic").scheme is Scheme.HTTPS
    assert options(transport="certificate", cert_pem="c.pem", cert_key_pem="k.pem").port == 5986


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"tranport": "ntlm"}, "tranport: unknown key"),
        ({"transport": "digest"}, "transport: 'digest' is not one of ntlm"),
        ({"transport": "basic", "scheme": "http"}, "basic needs scheme https"),
        ({"transport": "certificate"}, "certificate needs cert_pem and cert_key_pem"),
        ({"ca_file": "ca.pem"}, "ca_file: only https"),
        ({"fingerprint": PIN}, "fingerprint: only https"),
        ({"scheme": "https", "fingerprint": "ab:cd"}, "64 hexadecimal digits"),
        ({"cert_pem": "c.pem"}, "cert_pem: only transport certificate"),
        ({"delegation": "yes"}, "delegation: only transport kerberos"),
        ({"transport": "kerberos", "delegation": "perhaps"}, "neither yes nor no"),
        ({"codepage": "1"}, "codepage: 1 is not known"),
        ({"codepage": "utf8"}, "not a whole number"),
        ({"operation_timeout": "0"}, "from 1 to 60"),
        ({"operation_timeout": "99999999999999999999"}, "from 1 to 60"),
        ({"path": "wsman?x"}, "not a path"),
        ({"server_name": "a b"}, "not a host name"),
        ({"transport": ["ntlm"]}, "one text is needed"),
    ],
)
def test_a_mistake_is_named(block: dict[str, object], words: str) -> None:
    with pytest.raises(AuthorError) as caught:
        options(**block)
    assert caught.value.message.startswith("hv01: winrm: ") and words in caught.value.message


def test_a_mistake_in_a_file_has_its_place(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yaml"
    path.write_text(
        "hv01:\n  hostname: 192.0.2.7\n  platform: windows\n  data:\n    winrm:\n      transport: ntml\n",
        encoding="utf-8",
    )
    with pytest.raises(AuthorError) as caught:
        load_inventory(path)
    assert caught.value.message.startswith(f"{path}:6:18: winrm: transport: 'ntml' is not one of")


def test_a_good_block_survives_loading(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yaml"
    path.write_text(
        "hv01:\n  hostname: 192.0.2.7\n  platform: windows\n  data:\n    winrm: {scheme: https, codepage: 850}\n",
        encoding="utf-8",
    )
    found = winrm_options(load_inventory(path).hosts["hv01"])
    assert (found.scheme, found.codepage) == (Scheme.HTTPS, 850)


def ansible(tmp_path: Path, *variables: str) -> Path:
    path = tmp_path / "inventory.ini"
    path.write_text(
        f"[windows]\nhv01 ansible_host=192.0.2.7 ansible_connection=winrm {' '.join(variables)}\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(
    ("variables", "scheme", "port"),
    [
        ((), Scheme.HTTPS, 5986),
        (("ansible_port=5985",), Scheme.HTTP, 5985),
        (("ansible_port=8443",), Scheme.HTTPS, 5986),
        (("ansible_winrm_scheme=http",), Scheme.HTTP, 5985),
    ],
)
def test_ansible_hosts_keep_their_port_and_scheme(
    tmp_path: Path, variables: tuple[str, ...], scheme: Scheme, port: int
) -> None:
    found = winrm_options(load_inventory(ansible(tmp_path, *variables)).hosts["hv01"])
    assert (found.scheme, found.port) == (scheme, port)


def test_ansible_variables_of_the_plugin_are_understood(tmp_path: Path) -> None:
    path = ansible(
        tmp_path, "ansible_winrm_transport=kerberos", "ansible_winrm_kerberos_delegation=true",
        "ansible_winrm_kerberos_hostname_override=hv01.corp.example", "ansible_winrm_operation_timeout_sec=20",
        "ansible_winrm_ca_trust_path=/etc/ssl/corp.pem", "ansible_winrm_server_cert_validation=validate",
    )  # fmt: skip
    found = winrm_options(load_inventory(path).hosts["hv01"])
    assert (found.login, found.delegates, found.server_name) == (Login.KERBEROS, True, "hv01.corp.example")
    assert (found.operation_timeout, found.ca_file) == (20, Path("/etc/ssl/corp.pem"))


def test_certificates_are_checked_for_ansible_hosts_too(tmp_path: Path) -> None:
    path = ansible(tmp_path, "ansible_winrm_server_cert_validation=ignore")
    with pytest.raises(AuthorError, match=r"inventory\.ini:2:1: .*always checked"):
        load_inventory(path)
