"""Traces of the simulated Junos routers are computed: what is configured at both ends decides what a daemon writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.unit.lab.junos_bench import FOLDER, Bench
from troubleshoot.core.kinds import Platform
from troubleshoot.lab.description import list_faults
from troubleshoot.parsing.registry import parse


def texts(lines: Sequence[str], word: str) -> list[str]:
    return [line for line in lines if word in line]


def test_a_trace_begins_with_its_heading_and_has_times() -> None:
    lines = Bench().trace("protocols ospf", ["hello"])
    assert lines[0].endswith(' trace_on: Tracing to "/var/log/t" started')
    assert lines[1:] == sorted(lines[1:])
    assert 12 <= len(texts(lines, "OSPF sent Hello")) <= 13, "every ten seconds"
    assert texts(lines, "OSPF rcvd Hello") and not texts(lines, "ignored")


def test_flags_decide_what_is_written() -> None:
    bench = Bench("ospf_timers")
    errors = bench.trace("protocols ospf", ["error"])
    assert texts(errors, "ignored") and not texts(errors, "Hello")
    bench.commit("delete protocols ospf traceoptions")
    detail = bench.trace("protocols ospf", ["hello detail"], file="u")
    assert texts(detail, "hello_ivl 30") and texts(detail, "hello_ivl 10") and not texts(detail, "ignored")


def test_a_routing_instance_has_traces_of_its_own() -> None:
    bench = Bench("red_timers")
    assert not texts(bench.trace("protocols ospf", ["error"]), "ignored")
    assert texts(bench.trace("routing-instances RED protocols ospf", ["error"], file="red"), "ge-0/0/2.0")


def test_nothing_is_written_before_the_commit_or_after_the_removal() -> None:
    bench = Bench()
    bench.now += 500
    before = len(bench.trace("protocols ospf", ["hello"]))
    bench.commit("delete protocols ospf traceoptions")
    bench.now += 500
    assert len(bench.log("t")) == before


def test_a_change_at_the_other_end_shows_from_that_moment() -> None:
    bench = Bench()
    bench.trace("protocols ospf", ["error", "hello"], seconds=60)
    bench.commit("set protocols ospf area 0.0.0.0 interface ge-0/0/1.0 hello-interval 30", name="mx2")
    bench.now += 60
    lines = bench.log("t")
    ignored = [number for number, line in enumerate(lines) if "configuration mismatch" in line]
    assert ignored and not texts(lines[: ignored[0] - 1], "ignored")
    assert ignored[0] > len(lines) / 3


def test_files_turn_over_and_the_oldest_is_lost() -> None:
    bench = Bench()
    bench.commit(
        "set protocols ospf traceoptions file t size 10k files 3", "set protocols ospf traceoptions flag hello detail"
    )
    bench.now += 3 * 3600
    bench.plant.now()
    files = {name: file.size for name, file in bench.plant.machines["mx1"].files.by_name.items() if name[0] == "t"}
    assert sorted(files) == ["t", "t.0", "t.1"]
    assert all(size < 10 * 1024 + 200 for size in files.values())
    assert bench.plant.machines["mx1"].free_kilobytes() < 6451 * 1024


def test_match_filters_lines() -> None:
    bench = Bench()
    bench.commit('set protocols ospf traceoptions file t match "rcvd"', "set protocols ospf traceoptions flag hello")
    bench.now += 60
    lines = bench.log("t")
    assert len(lines) > 3 and all("rcvd" in line for line in lines[1:])


def test_a_protocol_without_ends_opens_no_file() -> None:
    bench = Bench()
    bench.commit("delete protocols rip group edge", "set protocols rip traceoptions file t")
    bench.now += 60
    assert bench.log("t") == ["error: could not resolve file: t"]


@pytest.mark.parametrize(
    ("fault", "state"), [("healthy", "Full"), ("ospf_mtu", "ExStart"), ("ospf_timers", ""), ("ospf_mask", "")]
)
def test_the_neighbor_table_agrees_with_the_trace(fault: str, state: str) -> None:
    shown = Bench(fault).shell().execute("show ospf neighbor")
    assert (state in shown and "10.0.12.2" in shown) if state else "10.0.12.2" not in shown


# --- what the lab prints is read by the product's own parsers ------------------------------------------------------

FILE = "guided-ospf-adj"
COMMANDS: dict[str, Sequence[str]] = {
    "traces": (
        "show configuration | display set | match traceoptions",
        "show configuration | display set | match traceoptions | count",
    ),
    "statements": ("show configuration | display set", "show configuration | display set | count"),
    "routing_instances": (
        'show configuration routing-instances | display set | match "protocols ospf "',
        'show configuration routing-instances | display set | match "protocols ospf " | count',
    ),
    "commits": ("show system commit", "show system uptime"),
    "editors": (
        "show log messages | match UI_DBASE_LOG",
        "show log messages | match UI_DBASE_LOG | count",
        "show system users",
    ),
    "log_files": ("show log",),
    "routing_engines": ("show chassis routing-engine",),
    "storage": ("show system storage",),
    "trace_log": (f"show log {FILE}", f"show log {FILE} | count", "show system uptime"),
    "interfaces": ("show interfaces terse",),
    "route": ("show route 10.0.12.2 table inet.0",),
    "config_lines": ("show configuration | display set",),
}


def records(bench: Bench) -> dict[str, dict[str, Any]]:
    shell = bench.shell()
    return {
        name: parse(name, Platform.JUNOS, [f"{line}\n{shell.execute(line)}\n{shell.prompt}" for line in lines])
        for name, lines in COMMANDS.items()
    }


@pytest.mark.parametrize("fault", list_faults(FOLDER))
def test_every_output_is_understood(fault: str) -> None:
    bench = Bench(fault)
    bench.now += 90
    found = records(bench)
    assert {name: record["unread"] for name, record in found.items() if record["unread"]} == {}
    machine = bench.plant.machines["mx1"]
    assert found["statements"]["total"] == len(machine.database.active.lines())
    assert found["storage"]["log_free"] == pytest.approx(machine.free_kilobytes(), rel=0.03)
    assert found["routing_engines"]["engines"][0]["idle"] == machine.hardware.idle
    assert [user["user"] for user in found["editors"]["users"]][-1] == "netops"
    assert len(found["commits"]["commits"]) == len(machine.database.commits)
    assert found["commits"]["commits"][0]["waiting"] is (fault == "waiting")
    assert {editor["user"] for editor in found["editors"]["editing"]} == {editor.user for editor in machine.people}


@pytest.mark.parametrize("place", ["snmp", "protocols ospf", "protocols pim", "protocols rip", "protocols bgp"])
def test_every_trace_is_read_without_a_line_left_over(place: str) -> None:
    bench = Bench()
    lines = bench.trace(place, ["all"], file=FILE)
    record = records(bench)["trace_log"]
    assert record["unread"] == [] and record["total"] == len(lines)
    kinds = {line["kind"] for line in record["lines"]}
    assert {"sent", "received"} <= kinds and "rejected" not in kinds
    assert record["idle"] is not None and record["idle"] < 40
