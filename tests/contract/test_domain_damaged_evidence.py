"""Damaged evidence of two recorded Windows problems: cut, empty, refused or missing, it never makes a wrong verdict.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from troubleshoot import strict_yaml
from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.state import State
from troubleshoot.journal import MemoryJournal
from troubleshoot.session.headless import Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.sources import captured_in
from troubleshoot.session.wiring import library, typed_parameters

LIBRARY = library()
PROBLEMS = ("dfsr-migration-rodc", "computer-account-reset")
CASES = [
    (problem, path)
    for problem in PROBLEMS
    for path in sorted((LIBRARY.folder(problem) / "cases").glob("*.yaml"))
    if "outcome: inconclusive" not in path.read_text(encoding="utf-8")
]
# What a missing second opinion may leave: the same finding, with less that is known about it.
WEAKER = {
    ("frs_unsupported", "not_started"),
    ("replication_failing", "replication_late"),
    ("password_mismatch", "password_mismatch_unguarded"),
    ("password_mismatch_protected", "password_mismatch_unguarded"),
}
DENIED = "Access is denied.\n"

Plain = dict[str, Any]


def damages(case: Plain) -> Iterator[tuple[str, Plain]]:
    """The hosts of a case with one answer missing, empty, refused or cut at half."""
    for host, spec in case["hosts"].items():
        for number, entry in enumerate(spec["commands"]):
            text = entry.get("output") or ""
            for what, output in (
                ("missing", None),
                ("empty", ""),
                ("denied", DENIED),
                ("half", text[: len(text) // 2]),
            ):
                hosts = deepcopy(case["hosts"])
                if output is None:
                    del hosts[host]["commands"][number]
                else:
                    hosts[host]["commands"][number]["output"] = output
                yield f"{host}: {what}: {entry['command'][:60]}", hosts


async def walked(problem: str, parameters: Plain, hosts: Plain, folder: Path) -> State:
    file = folder / "hosts.yaml"
    file.write_text(json.dumps(hosts), encoding="utf-8")  # JSON is YAML
    trees = dict(LIBRARY.closure(problem))
    source = captured_in(strict_yaml.load_file(file))
    session = Session(Engine(trees), source, MemoryJournal(), Headless())
    typed = typed_parameters(trees[problem], parameters)
    session.begin(ev.Started(0.0, "damaged", problem, trees[problem].sha256, typed, source.mode))
    return await session.run()


def loaded(path: Path) -> Plain:
    plain = strict_yaml.to_plain(strict_yaml.load_file(path))
    assert isinstance(plain, dict)
    return plain


@pytest.mark.parametrize(("problem", "path"), CASES, ids=[f"{problem}-{path.stem}" for problem, path in CASES])
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    case = loaded(path)
    own = case["expect"]["diagnosis"] if case["expect"]["diagnosis"] != "null" else None
    wrong: list[str] = []
    for what, hosts in damages(case):
        state = await walked(problem, case["parameters"], hosts, tmp_path)
        assert state.conclusion is not None
        found = state.conclusion.id if state.conclusion.verdict == "diagnosis" else state.conclusion.verdict
        if found not in (own or "healthy", "inconclusive") and (own, found) not in WEAKER:
            wrong.append(f"{what} -> {found}")
    assert wrong == []
