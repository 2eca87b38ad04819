"""The other commands: version, help, find, trees, incidents, export, demo."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.support import Ran, troubleshoot


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def demo(home: Path) -> Ran:
    return troubleshoot(home, "demo", "--headless", "--json")


def test_version_and_help_are_answered(home: Path) -> None:
    assert troubleshoot(home, "--version").out.startswith("troubleshoot ")
    text = troubleshoot(home, "--help").out
    for command in ("demo", "run", "find", "incidents", "resume", "export", "trees", "lab"):
        assert f"\n  {command}" in text


@pytest.mark.parametrize(
    "command", ["demo", "run", "find", "incidents", "show", "resume", "export", "replay", "trees", "lab"]
)
def test_every_command_has_help(home: Path, command: str) -> None:
    ran = troubleshoot(home, command, "--help")
    assert (ran.code, "Usage: troubleshoot" in ran.out) == (0, True)


def test_the_demo_without_a_terminal_prints_the_walk_and_heals_the_lab(demo: Ran) -> None:
    assert (demo.code, demo.result["outcome"], demo.result["mode"]) == (0, "fixed", "lab")
    assert "r3# show ip route 10.1.12.4" in demo.err


def test_the_screens_need_a_terminal(home: Path) -> None:
    ran = troubleshoot(home)
    assert (ran.code, "needs a terminal" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "text", ["Incoming interface: Null, RPF nbr 0.0.0.0", "RPF lookup failed for source", "no picture iptv"]
)
def test_find_names_the_tree_for_a_symptom(home: Path, text: str) -> None:
    assert troubleshoot(home, "find", text).out.startswith("rpf-trace")
    assert troubleshoot(home, "find", stdin=text).out.startswith("rpf-trace")


def test_find_says_when_nothing_matches(home: Path) -> None:
    ran = troubleshoot(home, "find", "the coffee machine is empty")
    assert (ran.code, ran.out) == (5, "")


def test_trees_are_listed_linted_and_described(home: Path) -> None:
    assert "rpf-trace" in troubleshoot(home, "trees", "list").out
    assert troubleshoot(home, "trees", "lint").code == 0
    assert json.loads(troubleshoot(home, "trees", "schema").out)["title"]


def test_lint_names_file_line_and_column(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "tree.yaml").write_text("id: broken\ntitle: x\nversion: 1\nstart: a\nsteps: {}\n", encoding="utf-8")
    ran = troubleshoot(home, "trees", "lint", "broken", "--trees", tmp_path)
    assert ran.code == 2
    assert "tree.yaml:5:" in ran.out


@pytest.mark.parametrize(("form", "first"), [("md", "# "), ("html", "<!doctype html>"), ("json", "{")])
def test_an_incident_is_exported_and_never_overwritten_by_accident(
    home: Path, demo: Ran, tmp_path: Path, form: str, first: str
) -> None:
    incident = demo.result["incident"]
    target = tmp_path / f"x.{form}"
    assert troubleshoot(home, "export", incident, "--format", form, "-o", target).code == 0
    assert target.read_text(encoding="utf-8").lower().startswith(first)
    again = troubleshoot(home, "export", incident, "--format", form, "-o", target)
    assert (again.code, "--force" in again.err) == (2, True)


def test_incidents_are_listed_shown_searched_and_replayed(home: Path, demo: Ran) -> None:
    incident = demo.result["incident"]
    assert incident in troubleshoot(home, "incidents").out
    assert incident not in troubleshoot(home, "incidents", "--search", "zzz-nothing").out
    assert "PIM is not enabled" in troubleshoot(home, "show", incident).out
    replayed = troubleshoot(home, "replay", incident)
    assert (replayed.code, "same verdict" in replayed.out or "not changed" in replayed.out) == (0, True)


def test_an_unknown_incident_is_named(home: Path, demo: Ran) -> None:
    ran = troubleshoot(home, "show", "20000101-0000-dead")
    assert ran.code == 2
    assert "20000101-0000-dead" in ran.err and "Traceback" not in ran.err


def test_no_secret_of_the_lab_is_in_the_journal(home: Path, demo: Ran) -> None:
    data = b"".join(path.read_bytes() for path in (home / "data").rglob("*") if path.is_file())
    assert b"10.1.12.4" in data
    assert b"password" not in data.lower()
