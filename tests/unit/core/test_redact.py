"""Secrets go, everything else stays."""

from __future__ import annotations

import base64
import html
import json
import pickle
import re
import time
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core.redact import Redactor

TOKEN = re.compile(r"<redacted:[0-9a-f]{8}>")
KNOWN = 'Wint3r & "Rain"/öl'


def redactor(*known: str) -> Redactor:
    return Redactor(known, key=b"test")


# In each line the secret stands between « and ».
CONFIGURATION = """
enable secret 5 «$1$q7Zk$Fh2NwYvJd0sTtB1xRkLm3/»
enable secret 9 «$9$kU3nd0pQ1Ls7Ek$8vQwErTyUiOpAsDfGhJkLzXcVbNm1234567890abcd»
enable password level 7 7 «104D000A0618»
enable algorithm-type scrypt secret «plain-word»
R7(config)#enable secret 0 «two words»
username mara privilege 15 secret 8 «$8$dsYGNam3K1SIJO$7nv/35M/qr6t.dVc7UY9zrJDWRVqncHub1PE9UlMQFs»
username mara password 0 «plain-word»
username admin password 5 «$5$FKGHLM$oAi1»  role network-admin
no username mara secret 5 «$1$abcd$efghijkl»
 password 7 «13061E010803»
 password «line word»
password «zebra-word»
snmp-server community «s3e-ro» RO 98
snmp-server community «s3e-rw» view all RW
snmp-server community «s3e» group network-operator
snmp-server host 10.77.0.9 version 2c «s3e-ro» bgp
snmp-server host 10.77.0.9 traps version 2c «s3e-ro»
snmp-server host 10.77.0.9 «s3e-ro»
snmp-server user poll netmon v3 auth sha «auth-word» priv aes 128 «priv-word»
snmp-server user poll network-operator auth md5 «0x1f2e» priv aes-128 «0x3d4c» localizedkey
rocommunity «s3e-ro» 10.77.0.0/24
set snmp community «s3e» authorization read-only
    community «s3e» {
Aug 25 20:49:29 snmpd[5f07] >>>  Community:   «s3e»
Aug 25 20:49:29 snmpd[5f07]  <<<  Community:   «s3e»
snmpd[1439]: SNMPD_AUTH_FAILURE: nsa_log_community: unauthorized SNMP community from 10.7.3.4 to unknown community name («s3e»)
Community name: «s3e-ro»
 key-string 7 «070C285F4D06»
  key-string «word»
 key 7 «070C285F4D06»
 key «aaa-word»
tacacs-server key 7 «110A1016141D»
tacacs-server host 10.77.0.9 key «aaa-word»
tacacs-server host 10.77.0.9 key 7 "«fewhg»"
radius-server host 10.77.0.9 auth-port 1812 acct-port 1813 key 7 «110A1016141D»
 server-private 10.77.0.9 key 7 «110A1016141D»
 ppp chap password 7 «045802150C2E»
 ppp pap sent-username mara password 0 «word»
 wpa-psk ascii 7 «045802150C2E»
 ip ospf message-digest-key 1 md5 7 «121A0C041104»
 ip ospf message-digest-key 1 md5 «word»
 ip ospf authentication-key 7 «121A0C041104»
 area 2 virtual-link 10.77.9.9 message-digest-key 1 md5 7 «121A0C041104»
 neighbor 10.77.0.1 password 7 «121A0C041104»
 neighbor 10.77.0.1 password «word»
ip msdp password peer 10.77.0.1 0 «word»
 isis password «word» level-2
 area-password md5 «word»
 standby 4 authentication «word»
 standby 4 authentication md5 key-string 7 «121A0C041104»
 ip nhrp authentication «word»
ip rip authentication string «word»
 ip pim hello-authentication ah-md5 3 «a1b2c3»
ntp authentication-key 4 md5 «121A0C041104» 7
crypto isakmp key 6 «XWOh_[f» address 0.0.0.0
  pre-shared-key local «word»
vtp password «word»
ip ftp password 7 «121A0C041104»
  key 1 -- text "«word»"
        authentication-key "«$9$Xh1xds4aUHqf»"; ## SECRET-DATA
        secret "«$9$Xh1xds4aUHqf»"; ## SECRET-DATA
        encrypted-password "«$6$aB3dE$Fg7hIjKl»"; ## SECRET-DATA
set system root-authentication encrypted-password "«$6$aB3dE$Fg7hIjKl»"
set system ntp authentication-key 3 type md5 value "«$9$Xh1xds4aUHqf»"
set protocols bgp group a neighbor 10.77.0.1 authentication-key "«$9$Xh1xds4aUHqf»"
set security ike policy p pre-shared-key ascii-text "«$9$Xh1xds4aUHqf»"
archive path ftp://mara:«word»@10.77.0.9/c
"""

ELSEWHERE = """
password=«word»
DomainAdminPassword=«Word!7»
Server=db1;Uid=sa;Pwd=«word»;Encrypt=yes
{"password": "«a\\"b»", "user": "mara"}
{'api_key': '«abc123»', 'port': 8080}
https://h/x?user=a&password=«word»&port=8080
Authorization: Basic «bWFyYTp3b3Jk»
Authorization: Bearer «abc.def-ghi»
curl -H 'Authorization: Negotiate «YIIJ»' https://h/
using bearer «abcdefghijklmnop1234»
token eyJ in a cookie: «eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.sflKxwRJ»
<AdministratorPassword><Value>«word»</Value></AdministratorPassword>
<S N="Password">«word»</S>
Add-Computer -Password «word» -Server dc1
netdom join pc1 /passwordd:«word»
ConvertTo-SecureString '«word»' -AsPlainText -Force
"""


def cases(table: str) -> list[str]:
    return [line for line in table.splitlines() if line]


@pytest.mark.parametrize("line", cases(CONFIGURATION) + cases(ELSEWHERE))
def test_a_secret_goes_and_the_rest_of_the_line_stays(line: str) -> None:
    secrets = re.findall("«(.*?)»", line)
    shown = redactor().text(re.sub("[«»]", "", line))
    assert TOKEN.sub("TOKEN", shown) == re.sub("«.*?»", "TOKEN", line)
    assert len(TOKEN.findall(shown)) == len(secrets)


@pytest.mark.parametrize("line", cases(CONFIGURATION) + cases(ELSEWHERE))
def test_redacting_twice_changes_nothing(line: str) -> None:
    once = redactor().text(re.sub("[«»]", "", line))
    assert redactor().text(once) == once


EVIDENCE = """
(10.77.4.9, 239.77.1.1), 00:04:11/00:02:50, flags: T
  Incoming interface: GigabitEthernet0/1, RPF nbr 10.77.12.1
R7#show running-config | include password
service password-encryption
no service password-encryption
key chain OSPF-KEYS
 key 1
   cryptographic-algorithm hmac-sha-256
 ip ospf authentication message-digest
 ip ospf authentication key-chain OSPF-KEYS
 standby 4 authentication md5 key-chain HSRP
  Youngest key id is 4
 tunnel key 77
crypto key generate rsa modulus 2048
aaa authentication login default group tacacs+ local
% Password required, but none set
% Bad secrets
Password:
Password required            Yes
PasswordLastSet       : 11/02/2026 07:11:02
PasswordNeverExpires  : False
Last Password change: Nov 02, 2026
"password": null, "passwordExpired": false
password: ********
Permission denied (publickey,password).
Failed password for mara from 10.77.0.4 port 51022 ssh2
ip community-list standard CUST permit 65010:77
 set community 65010:77 additive
 neighbor 10.77.0.1 send-community both
      Community: 65010:77 no-export
      Extended Community: RT:65010:77
set policy-options community CUST members 65010:77
snmp-server host 10.77.0.9 use-vrf management
The trust relationship between this workstation and the primary domain failed
Event 93: The certificate (#0) of the template could not be enrolled, keyset does not exist
-----BEGIN CERTIFICATE-----
MIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ
-----END CERTIFICATE-----
WWW-Authenticate: Negotiate
10.77.0.0/16 via 10.77.12.1, key 0x4D
"""


@pytest.mark.parametrize("line", cases(EVIDENCE))
def test_evidence_stays(line: str) -> None:
    assert redactor().text(line) == line


def test_all_together_keep_their_lines() -> None:
    text = re.sub("[«»]", "", CONFIGURATION + EVIDENCE + ELSEWHERE)
    shown = redactor().text(text)
    assert shown.count("\n") == text.count("\n")
    for line in cases(EVIDENCE):
        assert line in shown.split("\n")


PEM = """-----BEGIN RSA PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED

MIIEowIBAAKCAQEAx1
  Zm9vYmFyYmF6cXV4==
-----END RSA PRIVATE KEY-----
route 10.77.0.0/16"""


def test_private_keys_go_line_by_line() -> None:
    shown = redactor().text(PEM).split("\n")
    assert len(shown) == len(PEM.split("\n"))
    assert shown[0] == "-----BEGIN RSA PRIVATE KEY-----" and shown[-1] == "route 10.77.0.0/16"
    assert TOKEN.fullmatch(shown[3]) and TOKEN.fullmatch(shown[4].strip())


def test_a_private_key_that_never_ends_takes_nothing_else_along() -> None:
    shown = redactor().text("-----BEGIN PRIVATE KEY-----\nMIIEow\nInterface Gi0/1 is up, line protocol is up\nR7#")
    assert "MIIEow" not in shown
    assert shown.endswith("\nInterface Gi0/1 is up, line protocol is up\nR7#")


def test_private_keys_on_one_line_and_of_putty() -> None:
    one = redactor().text(r'local "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIabc\n-----END EC PRIVATE KEY-----\n";')
    assert "MHcCAQEEIabc" not in one and one.endswith(r'-----END EC PRIVATE KEY-----\n";')
    putty = redactor().text("Private-Lines: 2\nAAAAgQDm\nKzX1\nPrivate-MAC: 00ff")
    assert TOKEN.sub("T", putty) == "Private-Lines: 2\nT\nT\nPrivate-MAC: 00ff"


def test_a_value_on_the_next_line_of_an_answer_file() -> None:
    text = "<Password>\r\n  <Value>hidden</Value>\r\n</Password>"
    shown = redactor().text(text)
    assert "hidden" not in shown and shown.count("\n") == 2


FORMS = [
    KNOWN,
    json.dumps(KNOWN)[1:-1],
    html.escape(KNOWN),
    quote(KNOWN, safe=""),
    re.sub("%..", lambda match: match.group().lower(), quote(KNOWN, safe="")),
    quote_plus(KNOWN),
    base64.b64encode(KNOWN.encode()).decode(),
    base64.urlsafe_b64encode(KNOWN.encode()).decode().rstrip("="),
    base64.b64encode(KNOWN.encode("utf-16-le")).decode(),
]


@pytest.mark.parametrize("form", FORMS)
def test_known_secrets_in_every_form(form: str) -> None:
    mine = redactor(KNOWN)
    assert mine.text(f"before {form} after") == f"before {mine.token(KNOWN)} after"


@pytest.mark.parametrize("lead", ["", "a", "ab", "abc", "mara:"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_known_secrets_inside_longer_base64(lead: str, codec: str) -> None:
    coded = base64.b64encode(f"{lead}correct-horse-battery;x".encode(codec)).decode()
    shown = redactor("correct-horse-battery").text(f"-EncodedCommand {coded}")
    assert TOKEN.search(shown)
    left = TOKEN.sub("", shown).removeprefix("-EncodedCommand ")
    assert len(left) < 24  # what is left codes the neighbours, not the secret


def test_the_same_secret_has_the_same_token_wherever_it_stands() -> None:
    mine = redactor("hunter2-hunter2")
    shown = mine.text("neighbor 10.77.0.1 password hunter2-hunter2\npassword=hunter2-hunter2\nhunter2-hunter2!")
    assert len(TOKEN.findall(shown)) == 3 and len(set(TOKEN.findall(shown))) == 1


def test_different_secrets_and_different_keys_give_different_tokens() -> None:
    assert redactor().token("one") != redactor().token("two")
    assert Redactor(key=b"a").token("one") != Redactor(key=b"b").token("one") != Redactor().token("one")
    assert Redactor(key=b"a").token("one") == Redactor(key=b"a").token("one")


def test_short_known_secrets_do_not_destroy_words() -> None:
    mine = redactor("cisco", "lab", "1")
    assert mine.text("francisco Vlan1 lab") == "francisco Vlan1 lab"
    assert mine.text("login cisco/x") == f"login {mine.token('cisco')}/x"


def test_secrets_that_are_learned_later() -> None:
    mine = redactor()
    assert mine.text("echo correct-horse") == "echo correct-horse"
    mine.learn(["correct-horse"])
    assert mine.text("echo correct-horse") == f"echo {mine.token('correct-horse')}"


def test_a_known_secret_cannot_eat_tokens() -> None:
    mine = redactor("redacted", "correct-horse")
    shown = mine.text("correct-horse redacted")
    assert len(TOKEN.findall(shown)) == 2
    assert mine.text(shown) == shown


def test_plain_values() -> None:
    mine = redactor("correct-horse")
    value = {"lines": [{"text": "enable secret 5 $1$q7Zk$Fh2NwYvJ", "at": [[0, 1, 1]]}], "password": "x", "up": True}
    shown = mine.plain({**value, "password_known": ("correct-horse", 7, None), "token": "", "correct-horse": 1})
    assert shown["lines"][0]["text"] == f"enable secret 5 {mine.token('$1$q7Zk$Fh2NwYvJ')}"
    assert shown["lines"][0]["at"] == [[0, 1, 1]]
    assert shown["password"] == mine.token("x") and shown["up"] is True and shown["token"] == ""
    assert shown["password_known"] == [mine.token("correct-horse"), 7, None]
    assert "correct-horse" not in json.dumps(shown)


def test_nothing_of_it_can_be_printed_or_copied() -> None:
    mine = redactor("correct-horse")
    assert "horse" not in repr(mine)
    with pytest.raises(TypeError):
        pickle.dumps(mine)


PIECES = st.sampled_from(
    [
        "password",
        "secret",
        "key",
        "7",
        "0",
        "enable",
        "username",
        "neighbor",
        "authorization:",
        "bearer",
        "basic",
        "://",
        "=",
        ":",
        " ",
        "  ",
        '"',
        "'",
        ";",
        "\n",
        "\t",
        "$9$abcdefgh",
        "<value>",
        "<password>",
        "community",
        "x",
        "10.77.0.1",
        "correct-horse",
        "snmp-server",
        "host",
        "version",
        "2c",
        "md5",
        "-----BEGIN PRIVATE KEY-----",
        "@",
        "-password",
        "\r\n",
    ]
)


def test_letters_that_grow_in_lower_case_do_not_move_the_places() -> None:
    text = "İİİİ\nmara\npassword=hidden\nİ"
    assert redactor().text(text) == f"İİİİ\nmara\npassword={redactor().token('hidden')}\nİ"


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_keeps_its_lines_loses_known_secrets_and_is_stable(text: str) -> None:
    mine = redactor("correct-horse")
    shown = mine.text(text)
    assert shown.count("\n") == text.count("\n")
    assert "correct-horse" not in shown
    assert mine.text(shown) == shown


@pytest.mark.parametrize(
    "unit",
    [
        "password ",
        " ",
        '"',
        "key ",
        "key\n",
        "x://",
        "user x ",
        "<",
        "snmp-server user ",
        "password=)",
        "$1$",
        "eyJ",
        "tacacs ",
        "community ",
        "authorization ",
        'secret=\\"',
        "-----BEGIN PRIVATE KEY-----",
        "a-password ",
    ],
)
def test_time_is_linear(unit: str) -> None:
    def seconds(size: int) -> float:
        text = f"password {unit * (size // len(unit))} secret"
        best = 10.0
        for _ in range(3):
            begin = time.process_time()
            redactor().text(text)
            best = min(best, time.process_time() - begin)
        return best

    small = seconds(4_000)
    assert seconds(32_000) < 24 * small + 0.02  # eight times the text; quadratic would be 64 times
