"""`nltest` and `w32tm`: status lines decide, whatever the last line claims."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_reading import read_crlf
from troubleshoot.parsing.failure import ParseFailure

DONE = "The command completed successfully\n"
GOOD = f"""\
Flags: b0 HAS_IP  HAS_TIMESERV
Trusted DC Name \\\\DC2.lab.example
Trusted DC Connection Status Status = 0 0x0 NERR_Success
Trust Verification Status = 0 0x0 NERR_Success
{DONE}"""
NO_LOGON_SERVER = f"""\
Flags: 80
Trusted DC Name
Trusted DC Connection Status Status = 1311 0x51f ERROR_NO_LOGON_SERVERS
Trust Verification Status = 1311 0x51f ERROR_NO_LOGON_SERVERS
{DONE}"""
REFUSED = f"""\
Flags: 80
Trusted DC Name \\\\DC2.lab.example
Trusted DC Connection Status Status = 5 0x5 ERROR_ACCESS_DENIED
Trust Verification Status = 5 0x5 ERROR_ACCESS_DENIED
{DONE}"""
GERMAN = """\
Kennzeichen: b0 HAS_IP  HAS_TIMESERV
Name des vertrauenswürdigen Domänencontrollers \\\\DC2.lab.example
Verbindungsstatus des vertrauenswürdigen Domänencontrollers Status = 0 0x0 NERR_Success
Vertrauensüberprüfung Status = 1789 0x6fd ERROR_TRUSTED_RELATIONSHIP_FAILURE
Der Befehl wurde ausgeführt.
"""
QUERY = f"""\
Flags: 30 HAS_IP  HAS_TIMESERV
Trusted DC Name \\\\DC2.lab.example
Trusted DC Connection Status Status = 0 0x0 NERR_Success
{DONE}"""
LOCATED = f"""\
           DC: \\\\DC2.lab.example
      Address: \\\\10.77.0.12
     Dom Guid: 0c5e2f3a-6d1b-4f0e-9a34-5d2f6ab1c001
     Dom Name: lab.example
  Forest Name: lab.example
 Dc Site Name: Harbour
Our Site Name: Harbour
        Flags: PDC GC DS LDAP KDC TIMESERV WRITABLE DNS_DC DNS_DOMAIN DNS_FOREST CLOSE_SITE FULL_SECRET WS DS_8
{DONE}"""
CHART = """\
Tracking DC2.lab.example [10.77.0.12:123].
Collecting 3 samples.
The current time is 11/3/2026 9:15:01 PM.
21:15:01, -00.0021511s
21:15:03, -00.0020112s
21:15:05, +00.0000043s
"""


@pytest.mark.parametrize(
    ("text", "connection", "verification", "controller"),
    [
        (GOOD, 0, 0, "DC2.lab.example"),
        (NO_LOGON_SERVER, 1311, 1311, None),
        (REFUSED, 5, 5, "DC2.lab.example"),
        (GERMAN, 0, 1789, "DC2.lab.example"),
        (QUERY, 0, None, "DC2.lab.example"),
    ],
)
def test_both_status_lines(text: str, connection: int, verification: int | None, controller: str | None) -> None:
    record = read_crlf("nltest_sc", text)
    assert (record["connection"], record["verification"]) == (connection, verification)
    assert (record["controller"], record["failed"]) == (controller, None)
    assert record["healthy"] is (text == GOOD)


def test_success_in_the_last_line_is_no_success() -> None:
    assert NO_LOGON_SERVER.endswith(DONE)
    assert not read_crlf("nltest_sc", NO_LOGON_SERVER)["healthy"]


def test_a_query_alone_is_not_called_healthy() -> None:
    assert not read_crlf("nltest_sc", QUERY)["healthy"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("I_NetLogonControl failed: Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN\n", 1355),
        ("I_NetLogonControl failed: Status = 1062 0x426 ERROR_SERVICE_NOT_ACTIVE\n", 1062),
    ],
)
def test_a_refused_program_says_nothing_about_the_channel(text: str, code: int) -> None:
    record = read_crlf("nltest_sc", text)
    assert (record["failed"], record["connection"], record["verification"]) == (code, None, None)


def test_the_place_of_the_five() -> None:
    assert read_crlf("nltest_sc", REFUSED)["connection"] == 5
    with pytest.raises(ParseFailure, match="refused"):
        read_crlf("nltest_sc", "I_NetLogonControl failed: Status = 5 0x5 ERROR_ACCESS_DENIED\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        DONE,
        "\n".join(GOOD.split("\n")[:3]),
        "\n".join(GOOD.split("\n")[:4]),
        GOOD.replace("Trust Verification Status = 0 0x0 NERR_Success\n", ""),
        GOOD.replace("0 0x0", "0 0x5"),
        GOOD + GOOD,
        "Flags: b0\nTrusted DC Name \\\\DC2\n",
    ],
)
def test_cut_or_contradicting_channel(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("nltest_sc", text)


def test_located() -> None:
    record = read_crlf("nltest_dsgetdc", LOCATED)
    assert (record["found"], record["name"], record["address"]) == (True, "DC2.lab.example", "10.77.0.12")
    assert record["domain"] == "lab.example"
    assert {"PDC", "WRITABLE"} <= set(record["flags"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Getting DC name failed: Status = 1355 0x54b ERROR_NO_SUCH_DOMAIN\n", 1355),
        ("DsGetDcName failed: Status = 1311 0x51f ERROR_NO_LOGON_SERVERS\n", 1311),
    ],
)
def test_not_located(text: str, code: int) -> None:
    record = read_crlf("nltest_dsgetdc", text)
    assert (record["found"], record["error"]) == (False, code)


@pytest.mark.parametrize("cut", [1, 2, 7, 8])
def test_a_cut_answer_locates_nobody(cut: int) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("nltest_dsgetdc", "\n".join(LOCATED.split("\n")[:cut]))


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        (CHART, 0),
        (CHART.replace("-00.002", "-412.902").replace("+00.0000043", "-412.9020000"), -413),
        (CHART.replace("-00.002", "+3611,402").replace("+00.0000043", "+3611,4020000"), 3611),
    ],
)
def test_offset(text: str, offset: int) -> None:
    record = read_crlf("w32tm_offset", text)
    assert (record["offset"], record["skew"], record["samples"]) == (offset, abs(offset), 3)


def test_offset_of_a_german_host() -> None:
    german = (
        CHART.replace("Tracking DC2.lab.example", "DC2.lab.example wird verfolgt")
        .replace("Collecting 3 samples.", "3 Proben werden gesammelt.")
        .replace("The current time is 11/3/2026 9:15:01 PM.", "Es ist 03.11.2026 21:15:01.")
    )
    assert read_crlf("w32tm_offset", german)["samples"] == 3


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n".join(CHART.split("\n")[:4]),
        "\n".join(CHART.split("\n")[3:]),
        CHART.replace("21:15:03, -00.0020112s", "21:15:03, error: 0x800705B4"),
        "The following error occurred: No such host is known. (0x80072AF9)\n",
    ],
)
def test_missing_samples(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("w32tm_offset", text)
