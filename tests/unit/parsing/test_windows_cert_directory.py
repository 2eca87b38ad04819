"""NTAuth in the directory and in a host's own copy, controllers, enrolment services, rights, replication."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.failure import ParseFailure

ONE, TWO = b"\x30\x82\x00\x40" + bytes(64), b"\x30\x82\x00\x41" + bytes(65)
CONFIGURATION = "CN=Configuration,DC=corp,DC=example"
OBJECT = (
    f"server=DC1.corp.example\r\nconfiguration={CONFIGURATION}\r\n"
    f"dn=CN=NTAuthCertificates,CN=Public Key Services,CN=Services,{CONFIGURATION}\r\nrodc=False\r\n"
    f"certificate={base64.b64encode(ONE).decode()}\r\ncertificate={base64.b64encode(TWO).decode()}\r\nend\r\n"
)


def sha1(raw: bytes) -> str:
    return hashlib.sha1(raw).hexdigest()


def test_the_object_of_one_controller() -> None:
    found = read("nt_auth_object", OBJECT)
    assert (found["server"], found["configuration"], found["read_only"], found["may_write"]) == (
        "dc1.corp.example",
        CONFIGURATION,
        False,
        None,
    )
    assert [(item["hash"], item["at"]) for item in found["certificates"]] == [
        (sha1(ONE), [[0, 5, 5]]),
        (sha1(TWO), [[0, 6, 6]]),
    ]


@pytest.mark.parametrize(("line", "may"), [("writable=True", True), ("writable=False", False)])
def test_the_right_to_publish(line: str, may: bool) -> None:
    assert read("nt_auth_object", OBJECT.replace("end\r\n", f"{line}\r\nend\r\n"))["may_write"] is may


def test_an_object_without_values_is_an_answer() -> None:
    text = "\r\n".join(line for line in OBJECT.splitlines() if not line.startswith("certificate="))
    assert read("nt_auth_object", text)["certificates"] == []
    assert read("nt_auth_object", text.replace("rodc=False", "rodc=False\r\ncertificate=AA=="))["certificates"] == []


@pytest.mark.parametrize(
    "text",
    [
        OBJECT.replace("end\r\n", ""),
        OBJECT.replace("dn=CN=NTAuthCertificates", "dn=CN=AIA"),
        OBJECT.replace("dn=CN=NTAuthCertificates,CN=Public Key Services,CN=Services,", "dn="),
        OBJECT.replace(base64.b64encode(TWO).decode(), base64.b64encode(TWO[:-4]).decode()),
        OBJECT.replace("rodc=False", "rodc="),
        'The following exception occurred while retrieving member "cACertificate": "An operations error occurred."',
    ],
)
def test_half_an_object_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("nt_auth_object", text)


CACHE = f"present=True\r\nhash={sha1(ONE).upper()}\r\nhash={sha1(TWO).upper()}\r\npolicy=7\r\nend\r\n"


def test_the_own_copy() -> None:
    found = read("nt_auth_cache", CACHE)
    assert [item["hash"] for item in found["certificates"]] == [sha1(ONE), sha1(TWO)]
    assert found["certificates"][1]["at"] == [[0, 3, 3]]
    assert found["refreshes"] is True


@pytest.mark.parametrize(("policy", "refreshes"), [("policy=32768", False), ("policy=", True), ("policy=7", True)])
def test_a_policy_can_stop_the_refresh(policy: str, refreshes: bool) -> None:
    assert read("nt_auth_cache", f"present=False\n{policy}\nend")["refreshes"] is refreshes


def test_no_copy_is_an_answer() -> None:
    assert read("nt_auth_cache", "present=False\nend") == {
        "certificates": [],
        "refreshes": True,
        "at": [[0, 1, 2]],
        "unread": [],
    }


@pytest.mark.parametrize(
    "text",
    [
        "end",
        "present=perhaps\nend",
        CACHE.replace("end", ""),
        CACHE.replace("=True", "=False"),
        "present=True\nhash=12\nend",
    ],
)
def test_half_a_copy_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("nt_auth_cache", text)


SITES = f"CN=Sites,{CONFIGURATION}"


def settings(name: str, site: str = "Berlin") -> str:
    return f"CN=NTDS Settings,CN={name},CN=Servers,CN={site},{SITES}"


def ring(asked: str) -> str:
    return (
        f"self={asked}\r\n"
        f"dsa={settings('DC2')}\r\ncategory=CN=NTDS-DSA,CN=Schema,{CONFIGURATION}\r\n"
        f"dsa={settings('RODC7', 'Branch')}\r\ncategory=CN=NTDS-DSA-RO,CN=Schema,{CONFIGURATION}\r\n"
        f"dsa={settings('DC1')}\r\ncategory=CN=NTDS-DSA,CN=Schema,{CONFIGURATION}\r\n"
        f"server=CN=DC1,CN=Servers,CN=Berlin,{SITES}\r\ndns=DC1.corp.example\r\n"
        f"server=CN=DC2,CN=Servers,CN=Berlin,{SITES}\r\ndns=DC2.corp.example\r\n"
        f"server=CN=OLD,CN=Servers,CN=Berlin,{SITES}\r\ndns=\r\n"
        "end\r\n"
    )


def test_controllers_in_a_ring() -> None:
    found = read("controller_ring", ring("DC2.corp.example"))
    assert [(item["name"], item["dns"], item["read_only"]) for item in found["controllers"]] == [
        ("dc1", "dc1.corp.example", False),
        ("dc2", "dc2.corp.example", False),
        ("rodc7", None, True),
    ]
    assert (found["next"], found["next_dns"]) == ("rodc7", None)
    assert read("controller_ring", ring("rodc7.corp.example"))["next"] == "dc1"


@pytest.mark.parametrize(
    "text",
    [
        ring("DC9.corp.example"),
        ring("DC1.corp.example").replace("end", ""),
        ring("DC1.corp.example").replace("dns=DC2.corp.example\r\n", ""),
        ring("DC1.corp.example").replace("CN=NTDS Settings,CN=DC2", "CN=Something,CN=DC2"),
        "self=DC1.corp.example\nend",
    ],
)
def test_half_a_ring_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("controller_ring", text)


SERVICES = (
    "service=Corp Issuing CA 1\r\nserver=CA01.corp.example\r\ntemplate=User\r\ntemplate=Machine\r\n"
    "service=Corp Issuing CA 2\r\nserver=CA02.corp.example\r\ntemplate=\r\nend\r\n"
)


def test_enrolment_services_with_their_templates() -> None:
    found = read("enrollment_services", SERVICES)["services"]
    assert [(item["name"], item["server"], item["templates"], item["at"]) for item in found] == [
        ("Corp Issuing CA 1", "ca01.corp.example", ["User", "Machine"], [[0, 1, 4]]),
        ("Corp Issuing CA 2", "ca02.corp.example", [], [[0, 5, 7]]),
    ]
    assert read("enrollment_services", "end")["services"] == []


@pytest.mark.parametrize("text", ["template=User\nend", SERVICES.replace("end", ""), "service=x\nother=y\nend"])
def test_half_a_list_of_services_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("enrollment_services", text)


ENROLL, AUTO = "0e10c968-78fb-11d2-90d4-00c04f79dc55", "a05b8cc2-17bc-4802-a710-e7c15ab866a2"
RIGHTS = "dn=CN=User,CN=Certificate Templates\r\nsddl=O:S-1-5-21-1-2-3-519G:DAD:PAI{}S:AI(AU;SA;CR;;;WD)\r\nend\r\n"


@pytest.mark.parametrize(
    ("entries", "enrollers"),
    [
        (f"(OA;;CR;{ENROLL};;DU)(OA;;CR;{AUTO};;AU)(A;;LCRPRC;;;AU)", [("DU", False)]),
        (f"(OA;;RPWPCR;{ENROLL.upper()};;S-1-5-21-1-2-3-1105)", [("S-1-5-21-1-2-3-1105", False)]),
        (f"(OA;;CR;{ENROLL};;DA)(OA;;CR;{ENROLL};;S-1-5-21-1-2-3-519)", [("DA", True), ("S-1-5-21-1-2-3-519", True)]),
        ("(A;;GA;;;S-1-5-21-1-2-3-513)", [("S-1-5-21-1-2-3-513", False)]),
        ("(A;;0xf01ff;;;AU)", [("AU", False)]),
        ("(A;;CCDCLCSWRPWPDTLOSDRCWDWO;;;DA)", []),
        (f"(OA;CIIO;CR;{ENROLL};;DU)", []),
        ("", []),
    ],
)
def test_who_may_enrol(entries: str, enrollers: list[tuple[str, bool]]) -> None:
    found = read("template_rights", RIGHTS.format(entries))
    assert [(item["trustee"], item["administrative"]) for item in found["enrollers"]] == enrollers


def test_who_is_denied() -> None:
    found = read("template_rights", RIGHTS.format(f"(OD;;CR;{ENROLL};;AU)(OA;;CR;{ENROLL};;DU)"))
    assert [item["trustee"] for item in found["denied"]] == ["AU"]


@pytest.mark.parametrize(
    "text",
    [
        RIGHTS.format("(OA;;CR"),
        RIGHTS.format("").replace("D:PAI", ""),
        RIGHTS.format('(XA;;CR;;;AU;(@User.Title=="x"))'),
        RIGHTS.format("").replace("dn=CN=User,CN=Certificate Templates", "dn="),
    ],
)
def test_an_unreadable_descriptor_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("template_rights", text)


LINKS = (
    "showrepl_COLUMNS,Destination DSA Site,Destination DSA,Naming Context,Source DSA Site,Source DSA,Transport Type,"
    "Number of Failures,Last Failure Time,Last Success Time,Last Failure Status\r\n"
    'showrepl_INFO,Berlin,DC2,"CN=Configuration,DC=corp,DC=example",Berlin,DC1,RPC,0,0,2026-03-02 06:15:07,0\r\n'
    'showrepl_INFO,Berlin,DC2,"DC=corp,DC=example",Berlin,DC1,RPC,14,2026-03-02 06:15:07,2026-02-27 22:02:11,8524\r\n'
)


def test_links_by_the_place_of_their_columns() -> None:
    found = read(
        "replication_links", LINKS.replace("Destination DSA Site,Destination DSA", "Ziel-DSA-Standort,Ziel-DSA")
    )
    assert [(item["context"], item["source"], item["failures"], item["status"]) for item in found["links"]] == [
        ("cn=configuration,dc=corp,dc=example", "dc1", 0, 0),
        ("dc=corp,dc=example", "dc1", 14, 8524),
    ]
    assert found["links"][1]["at"] == [[0, 3, 3]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        LINKS.partition("\r\n")[2],
        LINKS[:-30],
        LINKS.replace("RPC,14", "RPC,many"),
        LINKS + "showrepl_ERROR,Berlin,DC2,,,,,1722,,,\r\n",
        "DsBindWithCred to DC2 failed with status 5 (0x5):\r\n    Access is denied.\r\n",
    ],
)
def test_half_a_table_is_none(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("replication_links", text)
