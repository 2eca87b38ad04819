"""What a CA says about itself: its registry values, `certutil -cainfo`, a certificate, its templates."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.failure import ParseFailure

FIRST, SECOND = "aa" * 20, "0b" * 20
BLANKS = " ".join(["0B"] * 20)

CONFIGURATION = (
    f"ca=Corp Issuing CA 1\r\nserver=CA01.corp.example\r\ntype=1\r\nhash={FIRST}\r\nhash={BLANKS}\r\nend\r\n"
)


def test_configuration_numbers_its_certificates() -> None:
    found = read("ca_configuration", CONFIGURATION)
    assert (found["name"], found["server"], found["enterprise"], found["newest"]) == (
        "Corp Issuing CA 1",
        "ca01.corp.example",
        True,
        1,
    )
    assert [(item["index"], item["hash"], item["at"]) for item in found["certificates"]] == [
        (0, FIRST, [[0, 4, 4]]),
        (1, SECOND, [[0, 5, 5]]),
    ]


def test_a_removed_certificate_keeps_its_index() -> None:
    found = read("ca_configuration", CONFIGURATION.replace(f"hash={FIRST}", "hash=-"))
    assert [item["hash"] for item in found["certificates"]] == [None, SECOND]


@pytest.mark.parametrize(("kind", "enterprise"), [("0", True), ("1", True), ("3", False), ("4", False)])
def test_only_enterprise_cas_use_ntauth(kind: str, enterprise: bool) -> None:
    assert read("ca_configuration", CONFIGURATION.replace("type=1", f"type={kind}"))["enterprise"] is enterprise


@pytest.mark.parametrize(
    "text",
    [
        CONFIGURATION.replace("end\r\n", ""),
        CONFIGURATION.replace("type=1", "type=2"),
        CONFIGURATION.replace("type=1", "type="),
        CONFIGURATION.replace("ca=Corp Issuing CA 1", "ca="),
        CONFIGURATION.replace(f"hash={BLANKS}", "hash=0B 0B"),
        CONFIGURATION.replace(f"hash={BLANKS}", "hash=-"),
        "ca=x\nserver=y\ntype=1\nend",
        "Get-ItemProperty : Cannot find path 'HKLM:\\SYSTEM' because it does not exist.",
    ],
)
def test_half_a_configuration_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("ca_configuration", text)


STATE = "CA cert[2]: 3 -- Valid\r\nCertUtil: -CAInfo command completed successfully.\r\n"
VERSION = "CA cert version[2]: 0x10002 (65538) -- V2.1\r\nCertUtil: -CAInfo command completed successfully.\r\n"
GERMAN_STATE = (
    "Zertifizierungsstellenzertifikat[2]: 3 -- Gültig\r\nCertUtil: -CAInfo-Befehl wurde erfolgreich ausgeführt.\r\n"
)
GERMAN_VERSION = (
    "Version des Zertifizierungsstellenzertifikats[2]: 0x10002 (65538) -- V2.1\r\n"
    "CertUtil: -CAInfo-Befehl wurde erfolgreich ausgeführt.\r\n"
)


@pytest.mark.parametrize(("state", "version"), [(STATE, VERSION), (GERMAN_STATE, GERMAN_VERSION)])
def test_state_and_version_by_number(state: str, version: str) -> None:
    found = read("ca_certificate_state", state, version)
    assert (found["state"], found["index"], found["key"]) == (3, 2, 1)
    assert found["at"] == [[0, 1, 2], [1, 1, 2]]


def test_the_packed_version_alone_is_enough() -> None:
    found = read("ca_certificate_state", STATE, VERSION.replace(" (65538) -- V2.1", ""))
    assert (found["index"], found["key"]) == (2, 1)


@pytest.mark.parametrize(
    ("state", "version"),
    [
        (STATE, VERSION.replace("[2]", "[1]")),
        (STATE.replace(": 3", ": ?"), VERSION),
        (STATE.partition("\r\n")[0], VERSION),
        (STATE, "CertUtil: -CAInfo command FAILED: 0x80070057 (WIN32: 87 ERROR_INVALID_PARAMETER)\r\n"),
        (STATE, "CertUtil: -CAInfo-Befehl ist fehlgeschlagen: 0x800706ba (WIN32: 1722 RPC_S_SERVER_UNAVAILABLE)\r\n"),
        (STATE, "CertUtil: -CAInfo command completed successfully.\r\n"),
        (STATE, VERSION.replace("-CAInfo", "-ping")),
    ],
)
def test_half_a_state_is_none(state: str, version: str) -> None:
    with pytest.raises(ParseFailure):
        read("ca_certificate_state", state, version)


DER = b"\x30\x82\x01\x00" + bytes(range(256))
HASH = hashlib.sha1(DER).hexdigest()
TEXT = base64.b64encode(DER).decode()
CERTIFICATE = (
    f"hash={HASH.upper()}\r\nsubject=CN=Corp Issuing CA 1, DC=corp, DC=example\r\n"
    f"until=2031-03-02T06:15:07.0000000Z\r\ncertificate={TEXT}\r\nend\r\n"
)


def test_a_certificate_with_its_bytes() -> None:
    found = read("ca_certificate", CERTIFICATE)
    assert (found["hash"], found["certificate"], found["expires"]) == (HASH, TEXT, 1930198507)
    assert found["subject"] == "CN=Corp Issuing CA 1, DC=corp, DC=example"


@pytest.mark.parametrize(
    "text",
    [
        CERTIFICATE.replace(TEXT, base64.b64encode(DER[:-3]).decode()),
        CERTIFICATE.replace(TEXT, TEXT[:-8]),
        CERTIFICATE.replace(TEXT, TEXT[:100] + "A" + TEXT[101:]),  # another certificate than the hash says
        CERTIFICATE.replace(TEXT, base64.b64encode(b"\x30\x82\x20\x00" + bytes(8192)).decode()),
        CERTIFICATE.replace("2031-03-02T06:15:07.0000000Z", "02.03.2031 06:15"),
        CERTIFICATE.replace("end\r\n", ""),
        CERTIFICATE.replace(TEXT, "not base64!"),
    ],
)
def test_a_damaged_certificate_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("ca_certificate", text)


TEMPLATES = (
    "User: User -- Auto-Enroll: Access is denied.\r\nWebServer: Web Server\r\n"
    "CertUtil: -CATemplates command completed successfully.\r\n"
)


def test_templates_by_name() -> None:
    found = read("ca_templates", TEMPLATES)
    assert [(item["name"], item["at"]) for item in found["templates"]] == [
        ("User", [[0, 1, 1]]),
        ("WebServer", [[0, 2, 2]]),
    ]


def test_no_template_is_an_answer() -> None:
    german = "CertUtil: -CATemplates-Befehl wurde erfolgreich ausgeführt.\r\n"
    assert read("ca_templates", german)["templates"] == []


@pytest.mark.parametrize(
    "text",
    [
        TEMPLATES.splitlines()[0],
        TEMPLATES + "Drücken Sie eine Taste\r\n",
        "CertUtil: -CATemplates command FAILED: 0x80072020 (WIN32: 8224 ERROR_DS_OPERATIONS_ERROR)\r\n",
        "something else\r\n" + TEMPLATES,
    ],
)
def test_templates_are_whole_or_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("ca_templates", text)
