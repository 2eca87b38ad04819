"""The form of the code that CONTRIBUTING promises: small modules and functions, docstrings, no stray output."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "troubleshoot"
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_LINES, MAX_MEDIAN = 400, 10
Function = ast.FunctionDef | ast.AsyncFunctionDef


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def lengths(module: ast.Module) -> Iterator[int]:
    """Lines of each function, decorators aside."""
    for node in ast.walk(module):
        if isinstance(node, Function) and node.end_lineno is not None:
            yield node.end_lineno - node.lineno + 1


def prints(module: ast.Module) -> list[int]:
    """Lines that print to stdout; a message to stderr names its file."""
    calls = (node for node in ast.walk(module) if isinstance(node, ast.Call))
    return [
        call.lineno
        for call in calls
        if isinstance(call.func, ast.Name)
        and call.func.id == "print"
        and all(keyword.arg != "file" for keyword in call.keywords)
    ]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_documented_and_silent(path: Path) -> None:
    module = parsed(path)
    assert len(path.read_text(encoding="utf-8").splitlines()) < MAX_LINES
    assert prints(module) == []
    assert ast.get_docstring(module) or not module.body


def test_the_median_function_is_small() -> None:
    found = [length for path in MODULES for length in lengths(parsed(path))]
    assert statistics.median(found) < MAX_MEDIAN


def test_the_measures_see_something() -> None:
    module = ast.parse("def f():\n    print(1)\n    print(2, file=x)\n")
    assert list(lengths(module)) == [3]
    assert prints(module) == [2]
