"""SYSVOL of simulated domain controllers: what dfsrmig prints is what our parsers read, and what each helper really does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.unit.lab_windows.conftest import MakeBench
from tests.unit.lab_windows.windows_lab import DELEGATED, Bench
from troubleshoot.core.kinds import Platform
from troubleshoot.errors import AuthorError
from troubleshoot.lab.windows.events import event_log
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.sysvol.state import KEY, LOG, Sysvol
from troubleshoot.parsing.registry import parse


def estate(
    os: str = "2012r2", *, dc1: dict[str, Any] | None = None, rodc7: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Changes that give both domain controllers SYSVOL."""
    plain = {"goal": "prepared", "state": "prepared"}
    return {
        "hosts": {
            "dc1": {"os": os, "sysvol": plain | (dc1 or {})},
            "rodc7": {"os": os, "sysvol": plain | (rodc7 or {})},
        }
    }


def sysvol(bench: Bench, name: str) -> Sysvol:
    return bench.host(name).state("sysvol", Sysvol)


async def reached(bench: Bench, name: str, state: int) -> None:
    """Wait until a domain controller is in a state."""
    async with asyncio.timeout(5):
        while sysvol(bench, name).state != state:
            await asyncio.sleep(0.01)


async def read(bench: Bench, parser: str, line: str, host: str = "dc1") -> dict[str, Any]:
    return parse(parser, Platform.WINDOWS, [(await bench.run(host, line)).text])


@pytest.mark.parametrize("os", ["2008r2", "2019-de"])
@pytest.mark.parametrize(
    ("state", "number", "in_sync"), [("prepared", 1, True), ("start", 0, False), ("initial_sync", 5, False)]
)
async def test_the_list_is_what_the_parser_reads(
    os: str, state: str, number: int, in_sync: bool, make_bench: MakeBench
) -> None:
    bench = make_bench(estate(os, rodc7={"state": state}))
    record = await read(bench, "dfsrmig_state", "dfsrmig /getMigrationState")
    assert (record["initialized"], record["in_sync"]) == (True, in_sync)
    rows = [(dc["name"], dc["read_only"]) for dc in record["lagging"]]
    assert rows == ([] if in_sync else [("RODC7", True)])
    if not in_sync and os == "2008r2":
        assert record["lagging"][0]["state"] == number
    local = await read(bench, "dfsr_local_state", f'reg query "{KEY}" /v "Local State"', "rodc7")
    assert local["state"] == number


@pytest.mark.parametrize(("os", "state"), [("2008r2", 1), ("2019-de", None)])
async def test_the_global_state(os: str, state: int | None, make_bench: MakeBench) -> None:
    record = await read(make_bench(estate(os)), "dfsrmig_global", "dfsrmig /getGlobalState")
    assert (record["initialized"], record["state"]) == (True, state)


@pytest.mark.parametrize("os", ["2008r2", "2019-de"])
async def test_never_started(os: str, make_bench: MakeBench) -> None:
    never = {"goal": "none", "state": "start"}
    bench = make_bench(estate(os, dc1=never, rodc7=never))
    for parser, line in (
        ("dfsrmig_global", "dfsrmig /getGlobalState"),
        ("dfsrmig_state", "dfsrmig /getMigrationState"),
    ):
        assert not (await read(bench, parser, line))["initialized"]
    missing = await read(bench, "dfsr_local_state", f'reg query "{KEY}" /v "Local State"', "rodc7")
    assert missing["state"] is None


async def test_the_state_goes_on_through_the_directory(make_bench: MakeBench) -> None:
    bench = make_bench(estate())
    answer = await bench.run("dc1", "dfsrmig /setGlobalState 2")
    assert "Succeeded." in answer.lines
    await reached(bench, "dc1", 2)
    await reached(bench, "rodc7", 2)
    shares = await bench.run("rodc7", "net share")
    assert "C:\\Windows\\SYSVOL_DFSR\\sysvol" in shares.text
    events = [event.id for event in event_log(bench.host("rodc7")).read(LOG) or []]
    assert events[-1] == 8017


async def test_eliminated_is_no_way_back_and_leaves_the_rodc_waiting(make_bench: MakeBench) -> None:
    redirected = {"goal": "redirected", "state": "redirected"}
    bench = make_bench(estate(dc1=redirected, rodc7=redirected))
    await bench.run("dc1", "dfsrmig /setglobalstate 3")
    await reached(bench, "rodc7", 7)
    await reached(bench, "dc1", 3)
    assert (await bench.run("dc1", "dfsrmig /setglobalstate 0")).code != 0
    objects = sysvol(bench, "dc1").objects
    assert objects.find(objects.frs_dn("DC1")) is None, "a writable one deletes its own"
    assert objects.find(objects.frs_dn("RODC7")) is not None
    await bench.run("dc1", "dfsrmig /DeleteRoNtfrsMember RODC7")
    await reached(bench, "rodc7", 3)


async def test_the_way_back_leaves_the_rodc_waiting_too(make_bench: MakeBench) -> None:
    bench = make_bench(estate())
    await bench.run("dc1", "dfsrmig /setglobalstate 0")
    await reached(bench, "rodc7", 9)
    await bench.run("dc1", "dfsrmig /DeleteRoDfsrMember rodc7")
    await reached(bench, "rodc7", 0)


async def test_global_objects_let_a_late_rodc_begin(make_bench: MakeBench) -> None:
    bench = make_bench(estate(rodc7={"state": "start", "dfsr_member": False}))
    await bench.run("rodc7", "dfsrdiag pollad")
    assert sysvol(bench, "rodc7").state == 0, "polling alone does not help"
    assert "Succeeded." in (await bench.run("dc1", "dfsrmig /CreateGlobalObjects")).lines
    await reached(bench, "rodc7", 1)


async def test_the_wrong_helper_takes_frs_away_and_does_not_help(make_bench: MakeBench) -> None:
    bench = make_bench(estate(rodc7={"state": "start", "dfsr_member": False}))
    await bench.run("dc1", "dfsrmig /DeleteRoNtfrsMember")
    objects = sysvol(bench, "dc1").objects
    assert objects.find(objects.frs_dn("RODC7")) is None
    assert objects.find(objects.frs_dn("DC1")) is not None, "only read-only ones"
    await bench.run("rodc7", "dfsrdiag pollad")
    assert sysvol(bench, "rodc7").state == 0


async def test_an_unknown_rodc_is_refused(make_bench: MakeBench) -> None:
    bench = make_bench(estate())
    assert (await bench.run("dc1", "dfsrmig /DeleteRoNtfrsMember DC1")).code != 0
    assert (await bench.run("dc1", "dfsrmig /Nonsense")).code != 0


async def test_second_hop(make_bench: MakeBench) -> None:
    bench = make_bench(estate())
    alone = await bench.run("rodc7", "dfsrmig /getGlobalState")
    assert alone.text.startswith("Unable to connect to the Primary DC's AD.")
    passed_on = await bench.run("rodc7", "dfsrmig /getGlobalState", DELEGATED)
    assert "'Prepared'" in passed_on.text
    assert "0x80070005" in (await bench.run("dc1", "dfsrdiag pollad /member:rodc7")).text
    assert (await bench.run("dc1", "dfsrdiag pollad /member:rodc7", DELEGATED)).code == 0


async def test_a_stopped_service_goes_on_when_it_starts(make_bench: MakeBench) -> None:
    bench = make_bench(estate(dc1={"state": "start"}))
    control = service_control(bench.host("dc1"))
    assert (await bench.run("dc1", "net stop dfsr")).code == 0
    assert (await bench.run("dc1", "dfsrdiag pollad")).code != 0
    assert (await bench.run("dc1", "net start dfsr")).code == 0
    assert control.running("DFSR")
    await reached(bench, "dc1", 1)


@pytest.mark.parametrize(
    ("hindrance", "error", "state", "ids"), [("process_blocked", 367, 0, {8013, 8028}), ("disk", 112, 4, {8013})]
)
async def test_what_hinders_is_in_the_log(
    hindrance: str, error: int, state: int, ids: set[int], make_bench: MakeBench
) -> None:
    bench = make_bench(estate("2019", dc1={"state": "start", "hindrance": hindrance}))
    await bench.run("dc1", "dfsrdiag pollad")
    query = '"*[System[(EventID=8013 or EventID=8028)]]"'
    record = await read(
        bench, "dfsr_events", f'wevtutil qe "DFS Replication" /q:{query} /c:20 /rd:true /f:xml /e:Events'
    )
    assert {event["id"] for event in record["events"]} == ids
    assert all(error in event["errors"] for event in record["events"])
    assert sysvol(bench, "dc1").state == state


def test_frs_is_gone_from_2019_on(make_bench: MakeBench) -> None:
    old, new = make_bench(estate("2012r2")), make_bench(estate("2019"))
    assert service_control(old.host("dc1")).find("NtFrs") is not None
    assert service_control(new.host("dc1")).find("NtFrs") is None


async def test_without_the_role_there_is_no_tool(bench: Bench) -> None:
    assert (await bench.run("web02", "dfsrmig /getGlobalState")).code == 1


def test_only_domain_controllers_have_sysvol(make_bench: MakeBench) -> None:
    with pytest.raises(AuthorError, match="only a domain controller"):
        make_bench({"hosts": {"web02": {"sysvol": {}}}})
