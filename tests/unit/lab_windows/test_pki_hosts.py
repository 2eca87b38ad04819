"""A simulated CA: certutil, the service and its events, the own copy of NTAuth, in English and German."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.lab_windows.windows_lab import DELEGATED, FILTERED, Bench, on
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.pki import ntauth
from troubleshoot.lab.windows.pki.authority import Authority, authority
from troubleshoot.lab.windows.pki.ntauth import trust_copy

MakeBench = Callable[..., Bench]
CERTIFICATES = [
    {"days_ago": 900, "days": 3650, "new_key": True},
    {"days_ago": 400, "days": 3650, "new_key": True},
    {"days_ago": 3, "days": 3650},
]
CA: dict[str, Any] = {"name": "Test CA", "certificates": CERTIFICATES}
MISSING: dict[str, Any] = {
    **CA,
    "certificates": [*CERTIFICATES[:2], {**CERTIFICATES[2], "published": False, "cached": False}],
}
LDAP = '"ldap:///CN=NTAuthCertificates,CN=Public Key Services,CN=Services,CN=Configuration,DC=corp,DC=example?cACertificate"'
FILE = "C:\\Windows\\Temp\\x.cer"


def ca_of(bench: Bench, host: str = "web02") -> Authority:
    found = authority(bench.host(host))
    assert found is not None
    return found


def hashes(text: str) -> list[str]:
    return re.findall(r"Hash\(sha1\): ([0-9a-f ]+)", text)


async def test_properties_are_numbers_in_every_language(make_bench: MakeBench) -> None:
    bench = make_bench({"hosts": {"web02": {"ca": CA}, "de03": {"ca": {**CA, "name": "Deutsche CA"}}}})
    for line, tail in (
        ("certutil -cainfo certcount", ": 3"),
        ("certutil -cainfo certstate 2", "[2]: 3 -- "),
        ("certutil -cainfo certversion 2", "[2]: 0x10002 (65538) -- V2.1"),
        ("certutil -cainfo crossstate+ 0", "[0]: 3 -- "),
        ("certutil -cainfo crossstate+ 2", "[2]: 0 -- "),
    ):
        for host in ("web02", "de03"):
            answer = await bench.run(host, line)
            assert (answer.code, tail in answer.lines[0]) == (0, True), (host, answer.text)
            assert answer.lines[-1].startswith("CertUtil: -CAInfo")
    assert "erfolgreich" in (await bench.run("de03", "certutil -cainfo name")).text


async def test_without_a_ca_or_with_a_stopped_one(make_bench: MakeBench) -> None:
    bench = make_bench({"hosts": {"web02": {"ca": {**CA, "running": False}}}})
    stopped = await bench.run("web02", "certutil -cainfo certcount")
    none = await bench.run("hv01", "certutil -cainfo certcount")
    assert (stopped.code, none.code) == (0x800706BA, 0x80070103)
    assert "No local Certification Authority" in none.text
    remote = await bench.run("hv01", 'certutil -config "web02.corp.example\\Test CA" -ping')
    assert remote.code == 0x80070005


async def test_a_store_entry_shows_version_and_hash(make_bench: MakeBench) -> None:
    bench = make_bench({"hosts": {"web02": {"ca": CA}, "hv01": {"ca": {**CA, "name": "Old CA"}}}})
    answer = await bench.run("web02", "certutil -enterprise -store NTAuth")
    wanted = {item.sha1 for item in ca_of(bench).certificates}
    assert wanted <= set(hashes(answer.text))
    assert {"CA Version: V0.0", "CA Version: V1.1", "CA Version: V2.1"} <= set(answer.lines)
    old = hashes((await bench.run("hv01", "certutil -enterprise -store NTAuth")).text)
    assert all(len(value) == 59 for value in old), "Windows 7 and 2008 R2 put blanks between the bytes"


async def test_the_directory_needs_credentials_from_a_member(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca=CA))
    refused = await bench.run("web02", f"certutil -store {LDAP}")
    passed_on = await bench.run("web02", f"certutil -store {LDAP}", DELEGATED)
    at_home = await bench.run("dc1", f"certutil -store {LDAP}")
    elsewhere = await bench.run("dc1", f"certutil -dc rodc7 -store {LDAP}")
    assert (refused.code, passed_on.code, at_home.code, elsewhere.code) == (0x80072020, 0, 0, 0x80072020)
    assert len(hashes(passed_on.text)) == len(hashes(at_home.text)) == 3
    assert (await bench.run("web02", "certutil -CATemplates")).code == 0x80072020
    assert "User: User -- " in (await bench.run("web02", "certutil -CATemplates", DELEGATED)).text


async def test_publishing_adds_one_value_on_one_controller(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca=MISSING))
    directory = bench.estate.directory
    assert directory is not None
    await bench.run("web02", f"certutil -f -ca.cert {FILE} 2")
    der = bench.host("web02").sections["files"].read(FILE)
    assert ntauth.sha1(der) == ca_of(bench).certificates[2].sha1
    bench.host("dc1").sections["files"].put(FILE, der)
    first = await bench.run("dc1", f"certutil -f -dspublish {FILE} NTAuthCA")
    again = await bench.run("dc1", f"certutil -f -dspublish {FILE} NTAuthCA")
    assert "Certificate added to DS store." in first.lines
    assert "Certificate already in DS store." in again.lines
    assert [len(ntauth.published(directory, dc)) for dc in ("dc1", "rodc7")] == [3, 2]
    assert (await bench.run("rodc7", f"certutil -f -dspublish {FILE} NTAuthCA")).code == 0x80070002, (
        "no such file there"
    )


async def test_publishing_takes_a_certificate_and_the_right_keyword(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca={**MISSING, "may_publish": False}))
    files = bench.host("dc1").sections["files"]
    files.put(FILE, b"no certificate")
    assert (await bench.run("dc1", f"certutil -dspublish {FILE} NTAuthCA")).code == 0x8009310B
    files.put(FILE, ca_of(bench).certificates[2].der)
    assert (await bench.run("dc1", f"certutil -dspublish {FILE} NTAuth")).code == 0x80070057
    assert (await bench.run("dc1", f"certutil -dspublish {FILE} NTAuthCA")).code == 0x80070005


async def test_the_own_copy_follows_the_directory_after_a_pulse(make_bench: MakeBench) -> None:
    bench = make_bench(
        on("web02", ca={**CA, "certificates": [*CERTIFICATES[:2], {**CERTIFICATES[2], "cached": False}]})
    )
    copy, newest = trust_copy(bench.host("web02")), ca_of(bench).certificates[2].sha1
    assert newest not in copy.certificates
    for line in ("certutil -pulse", "gpupdate /force"):
        copy.remove(newest)
        assert (await bench.run("web02", line)).code == 0
        async with asyncio.timeout(5):
            while newest not in copy.certificates:
                await asyncio.sleep(0.01)
    listed = await bench.run("web02", f'reg query "{ntauth.CACHE_KEY}"')
    assert newest.upper() in listed.text


async def test_a_policy_stops_the_refresh_but_not_the_hand(make_bench: MakeBench) -> None:
    part = {
        **CA,
        "certificates": [*CERTIFICATES[:2], {**CERTIFICATES[2], "cached": False}],
        "automatic_enrolment": False,
    }
    bench = make_bench(on("web02", ca=part))
    copy, newest = trust_copy(bench.host("web02")), ca_of(bench).certificates[2].sha1
    await bench.run("web02", "certutil -pulse")
    await asyncio.sleep(0.05)
    assert newest not in copy.certificates
    await bench.run("web02", f"certutil -f -ca.cert {FILE} 2")
    denied = await bench.run("web02", f"certutil -enterprise -addstore NTAuth {FILE}", FILTERED)
    added = await bench.run("web02", f"certutil -enterprise -addstore NTAuth {FILE}")
    assert (denied.code, added.code) == (0x80070005, 0)
    assert newest in copy.certificates
    removed = await bench.run("web02", f"certutil -enterprise -delstore NTAuth {newest.upper()}")
    assert (removed.code, newest in copy.certificates) == (0, False)
    assert (await bench.run("web02", f"certutil -enterprise -delstore NTAuth {newest}")).code == 0x80092004


async def test_a_start_logs_what_is_missing(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca={**MISSING, "starts": [{"hours_ago": 9, "missing": []}]}))

    def logged() -> list[tuple[int, str]]:
        events = event_log(bench.host("web02")).read("Application") or []
        return [
            (event.id, dict(event.data).get("CACertIdentifier", ""))
            for event in events
            if "Certification" in event.provider
        ]

    assert logged() == [(26, "")]
    await bench.run("web02", "net stop certsvc")
    await bench.run("web02", "net start certsvc")
    assert logged() == [(26, ""), (93, "2"), (26, "")]


async def test_the_registry_knows_the_certificates_in_order(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca=CA))
    key = "HKLM\\SYSTEM\\CurrentControlSet\\Services\\CertSvc\\Configuration"
    active = await bench.run("web02", f"reg query {key} /v Active")
    hashes_of = await bench.run("web02", f'reg query "{key}\\Test CA" /v CACertHash')
    assert "Test CA" in active.text
    shown = hashes_of.text.replace(" ", "")
    places = [shown.index(item.sha1) for item in ca_of(bench).certificates]
    assert places == sorted(places)


async def test_the_newest_file_is_not_the_newest_certificate(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca={**CA, "certificates": CERTIFICATES[:2]}))
    answer = await bench.run("web02", "dir /b C:\\Windows\\System32\\CertSrv\\CertEnroll")
    assert {line.rpartition("Test CA")[2] for line in answer.lines} == {".crt", "(1).crt", "(0-1).crt", "(1-0).crt"}


async def test_unknown_words_are_refused(make_bench: MakeBench) -> None:
    bench = make_bench(on("web02", ca=CA))
    for line in (
        "certutil -frobnicate",
        "certutil -cainfo nonsense",
        "certutil -cainfo certstate 9",
        "certutil -ca.cert",
    ):
        assert (await bench.run("web02", line)).code == 0x80070057, line
    assert (await bench.run("web02", "certutil -store Nonsense")).code == 0x80092004
    existing = await bench.run("web02", f"certutil -ca.cert {FILE}")
    assert (existing.code, (await bench.run("web02", f"certutil -ca.cert {FILE}")).code) == (0, 0x80070050)


def test_a_ca_needs_a_domain(make_bench: MakeBench) -> None:
    from troubleshoot.lab.windows.build import build_estate

    with pytest.raises(AuthorError):
        build_estate({"hosts": {"ca01": {"os": "2019", "ca": CA}}})
