"""The trees of docs/examples are what the documentation says: clean under lint, proven by their cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.core.model import ConclusionStep
from troubleshoot.session.tree_tests import run_cases
from troubleshoot.trees.library import Library
from troubleshoot.trees.lint import lint

EXAMPLES = Library((Path(__file__).resolve().parents[2] / "docs" / "examples",))


def test_there_are_examples() -> None:
    assert EXAMPLES.ids()


@pytest.mark.parametrize("name", EXAMPLES.ids())
def test_an_example_has_no_findings(name: str) -> None:
    tree = EXAMPLES.get(name)
    assert lint(tree, {name: tree}) == []


@pytest.mark.parametrize("name", EXAMPLES.ids())
async def test_the_cases_of_an_example_hold_and_reach_every_end(name: str) -> None:
    results = await run_cases(EXAMPLES, name)
    assert [(result.case, result.problems) for result in results if result.problems] == []
    reached = {result.state.conclusion.id for result in results if result.state.conclusion}
    ends = {step.id for step in EXAMPLES.get(name).steps.values() if isinstance(step, ConclusionStep)}
    assert reached == ends | {"inconclusive"}
