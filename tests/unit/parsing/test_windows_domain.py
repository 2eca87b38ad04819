"""What our own scripts read from the directory and from WMI."""

from __future__ import annotations

import pytest

from tests.unit.parsing.windows_reading import read_crlf
from troubleshoot.parsing.failure import ParseFailure

ROLE = "role=5\nname=DC2\ndomain=lab.example\nversion=10.0.17763\nend\n"
SETTINGS = "domain_dn=DC=lab,DC=example\nflags=16\nchanged=2026-10-04T04:12:55.0000000Z\nnow=2026-10-04T06:12:56.5000000Z\nend\n"
CONTROLLERS = """\
"name","group","version","flags"
"DC2","516","10.0 (17763)","16"
"RODC4","521","6.3 (9600)",""
"AzureADKerberos","521","",""
end
"""
ACCOUNT = (
    "domain_dn=DC=lab,DC=example\nserver=DC2\nnow=2026-10-04T06:00:00.0000000Z\ncount=1\n"
    "dn=CN=WS31,OU=Desks,DC=lab,DC=example\nuac=4096\npwdlastset=134034756000000000\nend\n"
)
SERVICES = '"name"\n"CertSvc"\nend\n'


@pytest.mark.parametrize(
    ("role", "controller", "pdc", "joined"),
    [
        (0, False, False, False),
        (1, False, False, True),
        (2, False, False, False),
        (3, False, False, True),
        (4, True, False, True),
        (5, True, True, True),
    ],
)
def test_role(role: int, controller: bool, pdc: bool, joined: bool) -> None:
    record = read_crlf("domain_role", ROLE.replace("=5", f"={role}"))
    assert (record["controller"], record["pdc"], record["joined"]) == (controller, pdc, joined)
    assert (record["name"], record["domain"], record["build"]) == ("DC2", "lab.example", 17763)


@pytest.mark.parametrize(
    "text",
    [
        "",
        ROLE.replace("end\n", ""),
        ROLE.replace("role=5", "role="),
        ROLE.replace("role=5", "role=9"),
        ROLE.replace("10.0.17763", "ten"),
        ROLE.replace("name=DC2\n", ""),
        "role=5\n" + ROLE,
    ],
)
def test_no_role(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("domain_role", text)


def test_settings() -> None:
    record = read_crlf("dfsr_settings", SETTINGS)
    assert (record["initialized"], record["state"], record["age"]) == (True, 1, 7201)
    assert record["domain_dn"] == "DC=lab,DC=example"
    never = read_crlf("dfsr_settings", "domain_dn=DC=lab,DC=example\nflags=\nchanged=\nnow=2026-10-04T06:12:56Z\nend\n")
    assert (never["initialized"], never["state"], never["age"]) == (False, None, None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flags=16", "flags=17"),
        ("flags=16", "flags=4000"),
        ("2026-10-04T04", "yesterday"),
        ("DC=lab,DC=example", ""),
        ("end", ""),
        ("56.5000000Z", "56.5000000"),
    ],
)
def test_damaged_settings(old: str, new: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsr_settings", SETTINGS.replace(old, new))


def test_controllers() -> None:
    record = read_crlf("dfsr_controllers", CONTROLLERS)
    rows = [(dc["name"], dc["read_only"], dc["build"], dc["entra"], dc["state"]) for dc in record["controllers"]]
    assert rows == [
        ("DC2", False, 17763, False, 1),
        ("RODC4", True, 9600, False, None),
        ("AzureADKerberos", True, None, True, None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "end\n",
        CONTROLLERS.replace("end\n", ""),
        CONTROLLERS.replace("10.0 (17763)", "Windows"),
        CONTROLLERS.replace('"RODC4"', '""'),
        CONTROLLERS.replace('"16"', '"15"'),
    ],
)
def test_damaged_controllers(text: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsr_controllers", text)


@pytest.mark.parametrize(
    ("rows", "dfsr", "frs"),
    [
        ("", False, False),
        ('"name","class"\n"RODC4","nTFRSMember"\n', False, True),
        ('"name","class"\n"RODC4","msDFSR-Member"\n"RODC4","nTFRSMember"\n', True, True),
    ],
)
def test_members(rows: str, dfsr: bool, frs: bool) -> None:
    record = read_crlf("dfsr_members", f"{rows}end\n")
    assert (record["dfsr"], record["frs"]) == (dfsr, frs)


def test_a_member_of_a_strange_class() -> None:
    with pytest.raises(ParseFailure):
        read_crlf("dfsr_members", '"name","class"\n"RODC4","computer"\nend\n')


@pytest.mark.parametrize(("control", "enabled"), [("4096", True), ("4098", False), ("83890176", True)])
def test_account(control: str, enabled: bool) -> None:
    record = read_crlf("ad_computer", ACCOUNT.replace("4096", control))
    assert (record["found"], record["enabled"], record["copies"]) == (True, enabled, 1)
    assert record["dn"] == "CN=WS31,OU=Desks,DC=lab,DC=example"
    assert record["password_set"] == "2025-09-27T19:40:00+00:00"
    assert record["password_age"] == 32091600


def test_no_account_is_a_finding_and_an_unanswered_question_is_not() -> None:
    none = "domain_dn=DC=lab,DC=example\nserver=DC2\nnow=2026-10-04T06:00:00Z\ncount=0\ndn=\nuac=\npwdlastset=\nend\n"
    assert not read_crlf("ad_computer", none)["found"]
    with pytest.raises(ParseFailure, match="did not answer"):
        read_crlf("ad_computer", none.replace("DC=lab,DC=example", ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("uac=4096", "uac="),
        ("count=1", "count=0"),
        ("count=1", "count="),
        ("=134034756000000000", "=" + "9" * 20),
        ("end\n", ""),
        ("now=2026-10-04T06:00:00.0000000Z", "now=04.10.2026"),
    ],
)
def test_damaged_account(old: str, new: str) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("ad_computer", ACCOUNT.replace(old, new))


@pytest.mark.parametrize(("user", "local"), [("ws31\\helpdesk", True), ("lab\\helpdesk", False)])
def test_rejoin_guard(user: str, local: bool) -> None:
    record = read_crlf("rejoin_guard", SERVICES, f"{user}\n", "WS31\n")
    assert (record["services"], record["user"], record["local_login"]) == (["CertSvc"], user, local)


@pytest.mark.parametrize(
    "texts",
    [(SERVICES, "ws31\\a\n"), (SERVICES, "nobody\n", "WS31\n"), (SERVICES.replace("end", ""), "ws31\\a\n", "WS31\n")],
)
def test_damaged_rejoin_guard(texts: tuple[str, ...]) -> None:
    with pytest.raises(ParseFailure):
        read_crlf("rejoin_guard", *texts)
