"""``troubleshoot trees``: list, lint, test and describe decision trees."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import click

from troubleshoot.cli import output
from troubleshoot.cli.options import complete_problem
from troubleshoot.errors import ExitCode

_TREES = click.option("--trees", type=click.Path(path_type=Path), multiple=True, help="A folder of trees, in front.")


@click.group()
def trees() -> None:
    """List, check, test and describe decision trees."""


@trees.command("list")
@click.option("--json", "as_json", is_flag=True)
@_TREES
def list_trees(trees: Sequence[Path], as_json: bool) -> int:
    """Name all trees."""
    from troubleshoot.session.wiring import library

    known = library(trees)
    heads = known.heads()
    if as_json:
        output.json_data([{"id": head.id, "title": head.title, "path": str(head.path)} for head in heads])
    else:
        for head in heads:
            output.data(f"{head.id:28} {head.title}")
    for name, problem in known.unreadable.items():
        output.coloured(f"{name}: {problem}", "31")
    return int(ExitCode.USAGE) if known.unreadable else 0


@trees.command()
@click.argument("problems", nargs=-1, shell_complete=complete_problem)
@_TREES
def lint(problems: Sequence[str], trees: Sequence[Path]) -> int:
    """Check trees for mistakes; exit code 2 when there are errors."""
    from troubleshoot.session.wiring import library
    from troubleshoot.trees.lint import lint_library

    known = library(trees)
    for name in problems:
        known.folder(name)  # a name that is not there is an error, not a clean result
    findings = lint_library(known, only=problems)
    errors = 0
    for found in findings.values():
        errors += sum(finding.level == "error" for finding in found)
        for finding in found:
            output.data(f"{finding.place}: {finding.level}: {finding.message} [{finding.rule}]")
    output.say(f"{len(findings)} trees, {errors} errors")
    return int(ExitCode.USAGE) if errors else 0


@trees.command()
@click.argument("problems", nargs=-1, shell_complete=complete_problem)
@_TREES
def test(problems: Sequence[str], trees: Sequence[Path]) -> int:
    """Run the recorded cases of trees; exit code 1 when one gives another path or diagnosis."""
    from troubleshoot.session.tree_tests import run_cases
    from troubleshoot.session.wiring import library

    known = library(trees)
    failed = total = 0
    for name in problems or known.ids():
        for result in asyncio.run(run_cases(known, name)):
            total += 1
            failed += bool(result.problems)
            mark = "FAIL" if result.problems else "ok"
            output.data("\n".join([f"{mark:4} {name}: {result.case}", *(f"       {text}" for text in result.problems)]))
    output.say(f"{total} cases, {failed} failed")
    return int(ExitCode.FAULT) if failed else 0


@trees.command()
def schema() -> int:
    """Print the JSON Schema of tree files, for editors."""
    from troubleshoot.trees.schema import schema_text

    output.data(schema_text().rstrip("\n"))
    return 0
