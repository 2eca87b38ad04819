"""The directory has one copy per controller, and repadmin moves what is newer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.lab_windows.windows_lab import DELEGATED, Bench
from troubleshoot.lab.windows.directory import Directory

MakeBench = Callable[..., Bench]
CONFIGURATION = "CN=Configuration,DC=corp,DC=example"
THREE = {
    "domain": {"controllers": {"dc1": {"pdc": "true"}, "dc2": {}, "rodc7": {"read_only": "true", "partners": ["dc2"]}}},
    "hosts": {"dc2": {"os": "2019-de", "addresses": ["10.41.0.6"]}},
}
OBJECT, OTHER = f"CN=x,CN=Services,{CONFIGURATION}", "CN=y,CN=System,DC=corp,DC=example"


def directory_of(bench: Bench) -> Directory:
    assert bench.estate.directory is not None
    return bench.estate.directory


def value(bench: Bench, dc: str, dn: str = OBJECT) -> object:
    found = directory_of(bench).read(dn, dc)
    return found["v"] if found else None


@pytest.fixture
def changed(make_bench: MakeBench) -> Bench:
    """Two changes on dc1 that nobody else has."""
    bench = make_bench(THREE)
    directory_of(bench).write(OBJECT, {"v": 1}, "dc1")
    directory_of(bench).write(OTHER, {"v": 1}, "dc1")
    return bench


async def test_one_context_moves_to_one_controller(changed: Bench) -> None:
    answer = await changed.run("dc2", f'repadmin /replicate dc2.corp.example dc1.corp.example "{CONFIGURATION}"')
    assert answer.code == 0
    assert (value(changed, "dc2"), value(changed, "dc2", OTHER), value(changed, "rodc7")) == (1, None, None)


async def test_only_partners_are_pulled_from(changed: Bench) -> None:
    answer = await changed.run("rodc7", f'repadmin /replicate rodc7 dc1 "{CONFIGURATION}"')
    assert answer.code == 8452
    assert value(changed, "rodc7") is None


async def test_syncall_of_the_own_host_pulls_the_configuration_only(changed: Bench) -> None:
    answer = await changed.run("dc2", "repadmin /syncall")
    assert "SyncAll wurde ohne Fehler beendet." in answer.lines
    assert (value(changed, "dc2"), value(changed, "dc2", OTHER)) == (1, None)
    await changed.run("dc2", "repadmin /syncall dc2 /A")
    assert value(changed, "dc2", OTHER) == 1


async def test_other_controllers_need_credentials(changed: Bench) -> None:
    refused = await changed.run("dc1", "repadmin /syncall dc2")
    assert (refused.code, "status 5 (0x5)" in refused.text) == (5, True)
    half = await changed.run("dc1", "repadmin /syncall dc1 /AdeP")
    assert half.code == 0, "the errors stand in the text"
    assert "SyncAll reported the following errors:" in half.lines
    assert value(changed, "dc2") is None
    whole = await changed.run("dc1", "repadmin /syncall dc1 /AdeP", DELEGATED)
    assert "SyncAll terminated with no errors." in whole.lines
    assert (value(changed, "dc2"), value(changed, "dc2", OTHER)) == (1, 1)


async def test_names_are_dns_names_or_identities(changed: Bench) -> None:
    assert "CN=NTDS Settings,CN=DC1," in (await changed.run("dc2", "repadmin /syncall dc2 /d")).text
    assert "._msdcs.corp.example" in (await changed.run("dc2", "repadmin /syncall dc2")).text


async def test_failing_replication_shows_its_status(make_bench: MakeBench) -> None:
    bench = make_bench({**THREE, "domain": {"controllers": {"dc1": {"pdc": "true"}, "dc2": {"blocked": "true"}}}})
    directory_of(bench).write(OBJECT, {"v": 1}, "dc1")
    table = await bench.run("dc2", "repadmin /showrepl dc2 /csv")
    assert table.lines[0].startswith("showrepl_COLUMNS,Ziel-DSA-Standort,")
    assert all(line.endswith(",1722") and ",RPC,41," in line for line in table.lines[1:])
    answer = await bench.run("dc2", f'repadmin /replicate dc2 dc1 "{CONFIGURATION}"')
    assert (answer.code, value(bench, "dc2")) == (1722, None)
    assert "(1722)" in (await bench.run("dc2", "repadmin /replsummary")).text


async def test_a_member_has_no_repadmin(changed: Bench) -> None:
    answer = await changed.run("web02", "repadmin /showrepl")
    assert "is not recognized as an internal or external command" in answer.text
    assert (await changed.run("dc1", "repadmin /nonsense")).code == 87
