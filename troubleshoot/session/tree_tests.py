"""Running the recorded cases of a tree: the same evidence must give the same path, diagnosis and proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.fixing import outcome
from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.errors import AuthorError
from troubleshoot.journal import MemoryJournal
from troubleshoot.session import sources
from troubleshoot.session.headless import Headless
from troubleshoot.session.loop import Session
from troubleshoot.session.wiring import typed_parameters
from troubleshoot.trees.cases import Case, Expected, load_cases
from troubleshoot.trees.library import Library
from troubleshoot.trees.lint import lint


@dataclass(frozen=True, slots=True)
class CaseResult:
    """``problems`` is empty when the case gave what it must."""

    case: str
    problems: tuple[str, ...]
    state: State


async def run_cases(library: Library, problem: str) -> list[CaseResult]:
    """Run every case of a problem against its tree.

    Raises:
        AuthorError: a tree has a condition that cannot be evaluated; the message begins with ``file:line:column``.
    """
    trees: dict[str, Tree] = dict(library.closure(problem))
    _refuse_unreadable(trees)
    return [await run_case(trees, problem, case) for case in load_cases(library.folder(problem))]


async def run_case(trees: dict[str, Tree], problem: str, case: Case) -> CaseResult:
    """Run one case on its captured evidence and compare."""
    source = _evidence(case)
    session = Session(Engine(trees), source, MemoryJournal(), Headless(answers=case.answers))
    parameters = typed_parameters(trees[problem], case.parameters)
    session.begin(ev.Started(0.0, case.name, problem, trees[problem].sha256, parameters, source.mode))
    state = await session.run()
    return CaseResult(case.name, tuple(_problems(case.expect, state)), state)


def _refuse_unreadable(trees: dict[str, Tree]) -> None:
    """Such a condition would only make cases come out as inconclusive, without saying where it stands."""
    for tree in trees.values():
        for finding in lint(tree, trees):
            if finding.level == "error" and finding.rule in ("condition", "call-circle"):
                raise AuthorError(f"{finding.place}: {finding.message}")


def _evidence(case: Case) -> sources.HubSource:
    if case.captures is not None:
        return sources.captured(case.captures)
    assert case.hosts is not None  # a case has one of the two
    return sources.captured_in(case.hosts)


def _problems(expect: Expected, state: State) -> list[str]:
    found = state.conclusion
    diagnosis = found.id if found and found.verdict == "diagnosis" else None
    path = [f"{entry.step}@{entry.host}" for entry in state.path if entry.kind != "concluded"]
    proof = "\n".join(item.text for item in found.evidence) if found else ""
    checks: list[tuple[str, Any, Any]] = [
        ("outcome", expect.outcome, outcome(state)),
        ("diagnosis", expect.diagnosis, diagnosis),
    ]
    if expect.host:
        checks.append(("host", expect.host, found.host if found else None))
    if expect.path:
        checks.append(("path", list(expect.path), path))
    wrong = [f"{name}: expected {wanted}, got {got}" for name, wanted, got in checks if wanted != got]
    if wrong and found and found.verdict == "error":
        wrong.append(found.explanation)
    return wrong + [f"evidence: {text!r} is not cited" for text in expect.evidence if text not in proof]
