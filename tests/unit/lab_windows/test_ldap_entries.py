"""[ADSI] and DirectorySearcher: what scripts see of the directory, from where, and how they fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.lab_windows.windows_lab import DELEGATED, OPERATOR, Bench
from troubleshoot.lab.windows.ldap.entries import Entry, Searcher
from troubleshoot.lab.windows.ldap.filters import BadFilter, compile_filter
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Call, Logon, PsError

MakeBench = Callable[..., Bench]
ITEM: dict[str, Any] = {
    "objectClass": "computer",
    "cn": "WEB02",
    "userAccountControl": 0x1002,
    "servicePrincipalName": ["HOST/WEB02", "HOST/web02.corp.example"],
    "nothing": [],
}


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("(objectClass=computer)", True),
        ("(objectClass=user)", True),  # a computer is a user
        ("(objectClass=group)", False),
        ("objectClass=*", True),
        ("(nothing=*)", False),
        ("(CN=web*)", True),
        ("(&(objectClass=computer)(!(cn=dc*)))", True),
        ("(|(cn=dc1)(servicePrincipalName=HOST/web02.corp.example))", True),
        ("(userAccountControl:1.2.840.113556.1.4.803:=2)", True),
        ("(userAccountControl:1.2.840.113556.1.4.803:=6)", False),
        ("(userAccountControl:1.2.840.113556.1.4.804:=6)", True),
        ("(objectCategory=computer)", True),
        ("(cn=WEB\\30\\32)", True),
    ],
)
def test_filters(text: str, holds: bool) -> None:
    assert compile_filter(text)(ITEM) is holds


@pytest.mark.parametrize("text", ["", "(cn=a", "(cn=a))", "(&(cn=a)", "(cn>>a)", "(cn:1.2.3:=4)"])
def test_wrong_filters_are_refused(text: str) -> None:
    with pytest.raises(BadFilter):
        compile_filter(text)


def call_of(bench: Bench, host: str, logon: Logon = OPERATOR) -> Call:
    return Call(bench.host(host), Process(), logon)


def entry(bench: Bench, host: str, path: str, logon: Logon = OPERATOR) -> Entry:
    return Entry(call_of(bench, host, logon), path)


BASE = "DC=corp,DC=example"


def test_the_root_is_open_to_everybody(bench: Bench) -> None:
    assert entry(bench, "web02", "LDAP://dc1/RootDSE").prop("defaultNamingContext") == BASE
    assert entry(bench, "rodc7", "LDAP://localhost/RootDSE").prop("dnsHostName") == "rodc7.corp.example"
    capabilities = entry(bench, "rodc7", "LDAP://localhost/RootDSE").prop("supportedCapabilities")
    assert "1.2.840.113556.1.4.1920" in capabilities


@pytest.mark.parametrize(
    ("host", "path", "message"),
    [
        ("web02", f"LDAP://{BASE}", "An operations error occurred."),
        ("dc1", f"LDAP://rodc7/{BASE}", "An operations error occurred."),
        ("dc1", f"LDAP://localhost/CN=Nothing,{BASE}", "There is no such object on the server."),
        ("web02", f"LDAP://localhost/{BASE}", "The server is not operational."),
        ("kiosk", f"LDAP://{BASE}", "The server is not operational."),
        ("de03", f"LDAP://{BASE}", "Es ist ein Vorgangsfehler aufgetreten."),
    ],
)
def test_failures_come_when_a_member_is_read(bench: Bench, host: str, path: str, message: str) -> None:
    found = entry(bench, host, path)
    with pytest.raises(PsError) as error:
        found.prop("cn")
    assert message in error.value.message


def test_delegation_opens_the_way(bench: Bench) -> None:
    assert entry(bench, "web02", f"LDAP://{BASE}", DELEGATED).prop("name") == "corp"
    assert entry(bench, "web02", f"LDAP://rodc7/{BASE}", Logon("x", system=True)).prop("name") == "corp"


def test_members_that_are_no_attributes(bench: Bench) -> None:
    users = entry(bench, "dc1", f"LDAP://localhost/{BASE}")
    assert "Computers" in [child.prop("name") for child in users.prop("Children")]
    assert users.prop("psbase") is users
    assert users.prop("PATH") == f"LDAP://localhost/{BASE}"
    assert users.prop("Properties")["name"] == ["corp"]


async def test_changes_are_written_at_once_and_where_they_may(bench: Bench) -> None:
    dn = f"CN=Computers,{BASE}"
    found = entry(bench, "dc1", f"LDAP://localhost/{dn}")
    await found.methods["putex"](3, "description", ["a", "b"])
    directory = bench.estate.directory
    assert directory is not None
    assert "description" not in (directory.read(dn) or {})
    await found.methods["setinfo"]()
    await found.methods["putex"](4, "description", ["a"])
    await found.methods["setinfo"]()
    assert (directory.read(dn) or {})["description"] == ["b"]
    for host, refuse in (("rodc7", False), ("dc1", True)):
        if refuse:
            directory.denied.add(dn.casefold())
        other = entry(bench, host, f"LDAP://localhost/{dn}")
        await other.methods["putex"](2, "description", ["c"])
        with pytest.raises(PsError):
            await other.methods["setinfo"]()
    assert (directory.read(dn) or {})["description"] == ["b"]


async def test_searching(bench: Bench) -> None:
    call = call_of(bench, "dc1")
    sites = f"LDAP://localhost/CN=Sites,CN=Configuration,{BASE}"
    arguments = [Entry(call, sites), "(objectClass=nTDSDSA)", ["distinguishedName", "objectCategory"]]
    found = [item["Properties"] for item in await Searcher(call, arguments).methods["findall"]()]
    assert {item["objectcategory"][0].partition(",")[0] for item in found} == {"CN=NTDS-DSA", "CN=NTDS-DSA-RO"}
    assert all(set(item) == {"distinguishedname", "objectcategory", "adspath"} for item in found)
    own = await Searcher(call, [Entry(call, sites), "(objectClass=*)", [], "Base"]).methods["findone"]()
    assert own["Properties"]["name"] == ["Sites"]
    direct = await Searcher(call, [Entry(call, sites), "(objectClass=site)", [], "OneLevel"]).methods["findall"]()
    assert len(direct) == 1
    with pytest.raises(PsError, match="invalid"):
        await Searcher(call, [Entry(call, sites), "(cn"]).methods["findall"]()
    with pytest.raises(PsError, match="operations error"):
        await Searcher(call_of(bench, "web02"), ["(cn=*)"]).methods["findall"]()


async def test_what_the_caller_may_write(bench: Bench) -> None:
    call, dn = call_of(bench, "dc1"), f"CN=Computers,{BASE}"
    directory = bench.estate.directory
    assert directory is not None

    async def allowed() -> list[str]:
        found = Searcher(
            call, [Entry(call, f"LDAP://localhost/{dn}"), "(cn=*)", ["allowedAttributesEffective"], "Base"]
        )
        return list((await found.methods["findone"]())["Properties"].get("allowedattributeseffective", []))

    assert "name" in await allowed()
    directory.denied.add(dn.casefold())
    assert await allowed() == []
