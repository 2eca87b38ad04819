"""The public JSON and the exit codes, on incidents walked by the real engine."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from tests.unit.report import incidents
from tests.unit.report.incidents import TREE, Incident, record
from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.model import CollectStep
from troubleshoot.errors import ExitCode
from troubleshoot.report.exit_code import exit_code
from troubleshoot.report.export import result_text
from troubleshoot.report.result import result

SCHEMA = json.loads((files("troubleshoot.report") / "result.schema.json").read_text("utf-8"))

CASES = [
    (incidents.healthy, "healthy", ExitCode.HEALTHY),
    (incidents.closed, "diagnosed", ExitCode.FAULT),
    (incidents.diagnosed, "aborted", ExitCode.INTERRUPTED),
    (incidents.fixed, "fixed", ExitCode.HEALTHY),
    (incidents.rolled_back, "rolled_back", ExitCode.FIX_TROUBLE),
    (incidents.not_seen, "inconclusive", ExitCode.INCONCLUSIVE),
    (incidents.unknown_next_hop, "inconclusive", ExitCode.INCONCLUSIVE),
    (incidents.unreachable, "inconclusive", ExitCode.UNREACHABLE),
    (incidents.cut_off, "inconclusive", ExitCode.INCONCLUSIVE),
    (incidents.cancelled, "aborted", ExitCode.INTERRUPTED),
]


def got(walk: Incident) -> dict[str, Any]:
    return result(walk.state, walk.tree)


@pytest.mark.parametrize(("make", "outcome", "code"), CASES, ids=[case[0].__name__ for case in CASES])
def test_outcome_code_and_schema(make: Callable[[], Incident], outcome: str, code: ExitCode) -> None:
    walk = make()
    found = json.loads(result_text(got(walk)))
    jsonschema.validate(found, SCHEMA, cls=jsonschema.Draft202012Validator)
    assert found["outcome"] == outcome
    assert exit_code(walk.state) is code


def test_the_schema_refuses_what_the_contract_does_not_know() -> None:
    found = got(incidents.closed())
    for key in ("diagnosis", "needs", "outcome"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({name: value for name, value in found.items() if name != key}, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found | {"outcome": "perhaps"}, SCHEMA)


def test_healthy_has_no_diagnosis_and_says_why() -> None:
    found = got(incidents.healthy())
    assert found["diagnosis"] is None
    assert found["conclusion"]["verdict"] == "healthy"
    assert found["tree"] == {"id": "lost-route", "version": 3, "sha256": "ab" * 32, "title": "Where a route gets lost"}
    assert found["parameters"] == {"router": "edge1", "target": "172.18.4.9"}
    assert found["fixes"] == [] and found["needs"] == [] and found["errors"] == []


def test_a_diagnosis_cites_the_lines_that_prove_it() -> None:
    found = got(incidents.closed())["diagnosis"]
    assert (found["id"], found["host"]) == ("blackhole", "core1")
    assert found["title"] == "core1 throws 172.18.4.9 away"
    assert {
        "host": "core1",
        "command": "show ip route 172.18.4.9",
        "lines": [3],
        "text": "  * directly connected, via Null0",
        "observation": 1,
    } in found["evidence"]


def test_the_path_names_every_decision() -> None:
    path = got(incidents.closed())["path"]
    assert [(entry["step"], entry["host"], entry["branch"]) for entry in path] == [
        ("look", "edge1", "onward"),
        ("onward", "edge1", "look"),
        ("look", "core1", "blackhole"),
        ("blackhole", "core1", "blackhole"),
    ]
    assert path[2]["because"] == "172.18.4.9 falls into Null0."


def test_offered_declined_and_unfit_fixes() -> None:
    walk = incidents.diagnosed()
    found = got(walk)
    assert [(fix["id"], fix["status"]) for fix in found["fixes"]] == [("remove", "offered")]
    assert found["fixes"][0]["commands"] == ["no ip route 172.18.4.9 255.255.255.255 Null0"]
    assert found["fixes"][0]["rollback"] == ["ip route 172.18.4.9 255.255.255.255 Null0"]
    assert "core1: show ip route 172.18.4.9" in found["fixes"][0]["verify"]
    assert found["not_offered"] == [{"id": "reload", "host": "core1", "reason": "this fix has no form for ios"}]
    walk.prepares()
    walk.add(ev.Declined(walk.at, "remove", reason="not now"))
    assert got(walk)["fixes"][0]["status"] == "offered"


def test_a_fixed_fault_is_still_named() -> None:
    found = got(incidents.fixed())
    assert found["diagnosis"]["id"] == "blackhole"
    assert found["fixes"][0]["status"] == "verified"


def test_a_fix_sent_without_an_answer_is_unknown() -> None:
    walk = incidents.diagnosed()
    walk.prepares().consents("apply")
    found = got(walk)
    assert (found["outcome"], found["fixes"][0]["status"]) == ("unknown", "unknown")
    assert found["diagnosis"]["id"] == "blackhole"
    assert exit_code(walk.state) is ExitCode.FIX_TROUBLE


def test_what_was_not_captured_is_needed_and_no_error() -> None:
    found = got(incidents.not_seen())
    assert found["needs"] == [{"host": "edge1", "command": "show ip route 172.18.4.9"}]
    assert found["errors"] == []


def test_only_the_missing_part_is_needed() -> None:
    two = replace(incidents.ROUTE, commands={Platform.IOS: ("show clock", "show ip route <target>")})
    look = TREE.steps["look"]
    assert isinstance(look, CollectStep)
    tree = replace(TREE, steps={**TREE.steps, "look": replace(look, collect=(two,))})
    walk = Incident("captures", tree).known("edge1")
    parts = (ev.Part("show clock", "12:00"),)
    walk.add(ev.Observed(walk.at, walk.state.round, "route", "edge1", parts, trouble=Trouble.NOT_SEEN))
    assert got(walk)["needs"] == [{"host": "edge1", "command": "show ip route 172.18.4.9"}]


def test_an_unknown_next_hop_is_needed_by_its_address() -> None:
    found = got(incidents.unknown_next_hop())
    assert found["needs"] == [{"host": "172.30.0.2", "command": "show ip route 172.18.4.9"}]
    assert found["errors"] == []


def test_a_host_without_captures_is_needed_and_not_unreachable() -> None:
    walk = Incident("captures")
    walk.add(ev.HostUnknown(walk.at, "edge1"))
    found = got(walk)
    assert found["needs"] == [{"host": "edge1", "command": "show ip route 172.18.4.9"}]
    assert found["errors"] == []
    assert exit_code(walk.state) is ExitCode.INCONCLUSIVE


def test_a_live_host_outside_the_inventory_is_an_error() -> None:
    walk = Incident()
    walk.add(ev.HostUnknown(walk.at, "edge1"))
    found = got(walk)
    assert found["needs"] == []
    assert [error["kind"] for error in found["errors"]] == ["unreachable"]
    assert exit_code(walk.state) is ExitCode.UNREACHABLE


def test_errors_are_named_once_by_public_kinds() -> None:
    walk = incidents.cut_off()
    assert got(walk)["errors"] == [{"host": "edge1", "kind": "parse", "message": "the output may be cut off"}]
    walk.add(ev.SteppedBack(walk.at, 0)).fails(Trouble.DOUBTFUL, "the output may be cut off")
    assert len(got(walk)["errors"]) == 1
    walk.add(ev.SteppedBack(walk.at, 0)).fails(Trouble.AUTH, "login refused")
    assert [error["kind"] for error in got(walk)["errors"]] == ["parse", "auth"]
    assert exit_code(walk.state) is ExitCode.UNREACHABLE


def test_trouble_on_the_way_to_a_diagnosis_does_not_change_the_code() -> None:
    walk = Incident().known("edge1").fails(Trouble.TIMEOUT, "no answer")
    walk.add(ev.SteppedBack(walk.at, 0)).sees(incidents.BAD_TEXT, record("blackhole"))
    walk.add(ev.FixesClosed(walk.at))
    assert exit_code(walk.state) is ExitCode.FAULT
    assert [error["kind"] for error in got(walk)["errors"]] == ["timeout"]


def test_a_tree_in_circles_is_an_authors_error() -> None:
    look = TREE.steps["look"]
    assert isinstance(look, CollectStep)
    around = replace(look, collect=(), branches=(), unknown="look")
    tree = replace(TREE, steps={**TREE.steps, "look": around})
    walk = Incident(tree=tree)
    found = got(walk)
    assert (found["outcome"], found["errors"][0]["kind"]) == ("error", "author")
    assert exit_code(walk.state) is ExitCode.USAGE


def test_lists_stay_lists() -> None:
    assert got(Incident(seen_by=("a", "b")))["parameters"]["seen_by"] == ["a", "b"]
