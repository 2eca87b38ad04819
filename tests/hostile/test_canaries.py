"""Secrets planted wherever a device or a person may write one: no byte of what the program leaves behind holds them."""

from __future__ import annotations

import base64
import json
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.cli.support import lab, settings, troubleshoot
from tests.cli.test_run import killed_run, newest
from tests.figures import Figures
from troubleshoot.trees.cases import load_case

# What is planted: a line with {} in the place of the secret, and the secret.
LINES: tuple[tuple[str, str], ...] = (
    ("enable secret 5 {}", "$1$mERr$Can4ryhx5rVt7rPNoS4w01"),
    ("enable secret 9 {}", "$9$nhEmQVczB7dqsO$Can4ry.X06fyRNLn91JTeE02"),
    ("enable password 7 {}", "0822455D0A16Can403"),
    ("username admin privilege 15 secret 8 {}", "$8$dsYGNam3K1SIJO$Can4ry7nv3S31z04"),
    ("username bob password 0 {}", "Can4ry-username-05"),
    (" password 7 {}", "070C285F4D06Can406"),
    ("snmp-server community {} RO 10", "Can4ryCommunity07"),
    ("snmp-server host 192.0.2.9 version 2c {}", "Can4ryTrapHost08"),
    ("snmp-server user nms grp v3 auth sha {} priv aes 128 x", "Can4ryAuthPass09"),
    ("  key-string 7 {}", "0145545E0A03Can410"),
    (" ip ospf message-digest-key 1 md5 7 {}", "01100F175804Can411"),
    (" ip ospf authentication-key 0 {}", "Can4ryOspf12"),
    (" neighbor 192.0.2.1 password 7 {}", "13061E010803Can413"),
    ("ip msdp password peer 192.0.2.2 0 {}", "Can4ryMsdp14"),
    ("tacacs-server key 7 {}", "02050D480809Can415"),
    ("radius-server host 192.0.2.7 auth-port 1812 key {}", "Can4ryRadius16"),
    ("crypto isakmp key {} address 192.0.2.20", "Can4ryIsakmp17"),
    (" pre-shared-key local {}", "Can4ryIkev218"),
    ("ntp authentication-key 1 md5 {} 7", "Can4ryNtpKey19"),
    (" ppp chap password 0 {}", "Can4ryChap20"),
    (" standby 1 authentication text {}", "Can4ryHsrp21"),
    (" ip nhrp authentication {}", "Can4ryNh22"),
    (" wpa-psk ascii 0 {}", "Can4ryWifiPsk23"),
    ("username admin password 5 {}  role network-admin", "$5$CKHPEF$Can4ry7nxosHashx24"),
    ('set system root-authentication encrypted-password "{}"', "$6$Can4ryJ1$hashhashhash25"),
    ('set protocols bgp group X authentication-key "{}"', "$9$Can4ry-junos.26"),
    ('set security ike policy P pre-shared-key ascii-text "{}"', "$9$Can4ry.ike-27"),
    ('            secret "{}"; ## SECRET-DATA', "$9$Can4ryMarked28"),
    ("set snmp community {} authorization read-only", "Can4rySnmpJ29"),
    ("cmdkey /add:srv /user:CORP\\bob /password:{}", "Can4ryCmdkey30"),
    ("<Password><Value>{}</Value></Password>", "Can4ryUnattend31"),
    ("        Key Content            : Password: {}", "Can4ryWlan32"),
    ('connectionString="Server=db;Database=x;User Id=sa;Password={};"', "Can4rySql33"),
    ("Authorization: Bearer {}", "Can4ryBearerTokenAbcdef0123456734"),
    ("Authorization: Basic {}", "Q2FuNHJ5OmJhc2ljMzU1NTU1"),
    ("token={}", "eyJhbGciOiJIUzI1NiJ9.eyJDYW40cnkiOjM2fQ.c2lnbmF0dXJlMzY"),
    ("https://user:{}@repo.example.net/x.git", "Can4ryUrlPass37"),
    ("api_key: {}", "Can4ryApiKey0123456738"),
    ("      {}", "470639-120637-386232-114939-395714-283943-672089-451939"),
    ("bob:1104:aad3b435b51404eeaad3b435b51404ee:{}:::", "8846f7eaee8fb117ad06bdd830b7c540"),
    ("export DB_PASSWORD={}", "Can4ryShell41"),
    ("$p = ConvertTo-SecureString {} -AsPlainText -Force", "Can4rySecureString42"),
)
PEM = "Can4ryPemBodyLineAbcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJK"
KEY = f"-----BEGIN RSA PRIVATE KEY-----\n{PEM}\n-----END RSA PRIVATE KEY-----"
ROOT = Path(__file__).resolve().parents[2]


def encodings(secret: str) -> Iterator[bytes]:
    """The forms in which a secret may stand in a file."""
    plain, wide = secret.encode(), secret.encode("utf-16-le")
    yield from (plain, wide, plain.hex().encode(), json.dumps(secret)[1:-1].encode(), quote(secret, safe="").encode())
    for data in (plain, wide):
        for start in range(3):  # base64 looks different at each of three offsets; its ends depend on the neighbours
            text = base64.b64encode(b"\0" * start + data)
            yield text[(0, 4, 4)[start] : len(text) - 4]


def files(*places: Path) -> list[Path]:
    return [
        path
        for place in places
        for path in ([place] if place.is_file() else sorted(place.rglob("*")))
        if path.is_file()
    ]


def hits(secrets: list[str], sinks: dict[str, bytes]) -> list[tuple[str, str]]:
    """Where a secret was found, in which place."""
    found = []
    for secret in secrets:
        forms = {form for form in encodings(secret) if len(form) > 7}
        found += [(secret, sink) for sink, data in sinks.items() if any(form in data for form in forms)]
    return found


def with_canaries(case: Path, into: Path) -> Path:
    """The evidence of a case, with every canary in its configurations and behind another output."""
    text = case.read_text(encoding="utf-8").partition("\nexpect:")[0]
    lines = [line.format(secret) if "{}" in line else line for line, secret in LINES] + KEY.splitlines()
    block = "\n".join(f"          {line}" for line in lines)
    text, count = re.subn(r"(?m)^          end$", lambda _: f"{block}\n          end", text)
    assert count
    into.write_text("hosts:" + text.partition("\nhosts:")[2] + "\n", encoding="utf-8")
    return into


def test_no_secret_of_a_device_is_left_behind(tmp_path: Path, figure: Figures) -> None:
    case = ROOT / "decision_trees" / "mvpn-extranet" / "cases" / "ios_loopback_without_pim.yaml"
    captures = with_canaries(case, tmp_path / "captures.yaml")
    options = [text for name, value in load_case(case).parameters.items() for text in ("--set", f"{name}={value}")]
    ran = troubleshoot(tmp_path, "run", "mvpn-extranet", "--captures", captures, "--json", *options)
    assert ran.code == 1, ran.err
    assert ran.result["diagnosis"]["id"] == "loopback_without_pim", ran.err  # redacted, and the diagnosis stays
    incident, sinks = ran.result["incident"], {"stdout": ran.out.encode(), "stderr": ran.err.encode()}
    for form in ("md", "html", "json"):
        done = troubleshoot(tmp_path, "export", incident, "--format", form, "-o", tmp_path / f"x.{form}")
        sinks[f"export {form}"] = (tmp_path / f"x.{form}").read_bytes() + done.err.encode()
    for verb in (("show", incident), ("show", incident, "--json"), ("incidents",), ("replay", incident)):
        done = troubleshoot(tmp_path, *verb)
        assert done.code in (0, 1), done.err
        sinks[" ".join(verb)] = (done.out + done.err).encode()
    sinks |= {str(path): path.read_bytes() for path in files(tmp_path / "data", tmp_path / "config")}
    secrets = [secret for _, secret in LINES] + [PEM]
    found = hits(secrets, sinks)
    figure("canaries planted", len(secrets))
    figure("canaries: sinks searched", len(sinks))
    figure("canaries found", len(found))
    assert found == []
    assert b"redacted" in b"".join(sinks.values()).lower()  # they were there, and something stands in their place


def test_replay_of_what_was_redacted_comes_to_the_same_diagnosis(tmp_path: Path) -> None:
    case = ROOT / "decision_trees" / "mvpn-extranet" / "cases" / "ios_loopback_without_pim.yaml"
    captures = with_canaries(case, tmp_path / "captures.yaml")
    options = [text for name, value in load_case(case).parameters.items() for text in ("--set", f"{name}={value}")]
    ran = troubleshoot(tmp_path, "run", "mvpn-extranet", "--captures", captures, "--json", *options)
    assert ran.code == 1, ran.err
    replayed = troubleshoot(tmp_path, "replay", ran.result["incident"])
    assert replayed.code in (0, 1), replayed.err
    assert "loopback" in replayed.out.lower() + replayed.err.lower()


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_the_password_of_a_login_is_nowhere_even_after_a_kill(tmp_path: Path, figure: Figures) -> None:
    with lab(tmp_path, "no_route") as inventory:
        hosts = json.loads((inventory / "hosts.yaml").read_text())
        passwords = sorted({host["password"] for host in hosts.values()})
        assert passwords
        asked = tmp_path / "asked"
        program = tmp_path / "pass.py"
        program.write_text(
            f"import os, sys\nopen({str(asked)!r}, 'a').write(repr(dict(os.environ)) + repr(sys.argv))\nprint('x')\n"
        )
        options = ["--known-hosts", str(inventory / "known_hosts"), "--password-command", f"{sys.executable} {program}"]
        killed_run(tmp_path, inventory, "Next hop towards the source", *options[2:])
        sinks = {str(path): path.read_bytes() for path in files(tmp_path / "data", tmp_path / "config")}
        assert any(path.endswith(("-wal", "sqlite3")) for path in sinks)
        ran = troubleshoot(tmp_path, "run", "rpf-trace", "--inventory", inventory, *options[:2], *settings(), "--json")
        exported = troubleshoot(tmp_path, "export", newest(tmp_path), "--format", "html", "-o", tmp_path / "x.html")
    sinks |= {"stdout": ran.out.encode(), "stderr": ran.err.encode(), "html": (tmp_path / "x.html").read_bytes()}
    sinks |= {"export": exported.err.encode(), "program": asked.read_bytes() if asked.exists() else b""}
    found = hits(passwords, sinks)
    figure("canaries found", len(found))
    assert found == []


def test_an_environment_of_passwords_does_not_reach_the_password_program(tmp_path: Path) -> None:
    with lab(tmp_path, "healthy") as inventory:
        hosts = json.loads((inventory / "hosts.yaml").read_text())
        without = {name: {key: host[key] for key in host if key != "password"} for name, host in hosts.items()}
        (inventory / "hosts.yaml").write_text(json.dumps(without))
        asked, program = tmp_path / "asked", tmp_path / "pass.py"
        program.write_text(f"import os\nopen({str(asked)!r}, 'a').write(repr(dict(os.environ)))\nprint('wrong')\n")
        secret = "Can4ry-environment-50"
        troubleshoot(
            tmp_path, "run", "rpf-trace", "--inventory", inventory, "--known-hosts", inventory / "known_hosts",
            "--password-command", f"{sys.executable} {program}", *settings(),
            TROUBLESHOOT_PASSWORD_OTHER=secret,
        )  # fmt: skip
        assert asked.exists() and secret not in asked.read_text()


def test_the_search_finds_what_is_there() -> None:
    """The judge itself: every encoding of a planted secret is found."""
    secret = "Can4ry-judge-99"
    for data in encodings(secret):
        assert hits([secret], {"x": b"before" + data + b"after"}) == [(secret, "x")]
    database = sqlite3.connect(":memory:")
    database.execute("create table t (x)")
    database.execute("insert into t values (?)", (secret,))
    assert hits([secret], {"db": bytes(database.serialize())}) == [(secret, "db")]
