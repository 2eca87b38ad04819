"""``troubleshoot demo``: the built-in lab with a fault, and the walkthrough on it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshoot.cli import output
from troubleshoot.cli.options import complete_problem
from troubleshoot.core.kinds import Risk

if TYPE_CHECKING:
    from troubleshoot.lab.description import LabDescription
    from troubleshoot.session.wiring import Setup


@click.command()
@click.argument("problem", default="rpf-trace", shell_complete=complete_problem)
@click.option("--fault", help="The fault to rehearse (default: one with a fix); see --list.")
@click.option("--list", "list_faults", is_flag=True, help="List the faults of the lab and stop.")
@click.option("--headless", is_flag=True, help="Print the walk instead of opening the screens.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: print the result as JSON on stdout.")
@click.option("--fix", "fixes", multiple=True, help="With --headless: apply this fix if it is offered; repeatable.")
@click.option("--no-fix", is_flag=True, help="With --headless: stop at the diagnosis.")
@click.option("--journal", type=click.Path(path_type=Path), help="The journal file to use.")
@click.option("--trees", type=click.Path(path_type=Path), multiple=True, help="A folder of trees, in front.")
def demo(
    problem: str,
    fault: str | None,
    list_faults: bool,
    headless: bool,
    as_json: bool,
    fixes: Sequence[str],
    no_fix: bool,
    journal: Path | None,
    trees: Sequence[Path],
) -> int:
    """Boot the lab of PROBLEM on loopback and walk through it (without a terminal: print the walk)."""
    from troubleshoot.lab.description import load
    from troubleshoot.session.wiring import Setup, library

    description = load(library(trees).folder(problem))
    if list_faults:
        return _list(description)
    first = description.first
    chosen = fault or first.fault
    setup = Setup(problem, trees=tuple(trees), lab_fault=chosen, journal=journal)
    if headless or as_json or not (sys.stdin.isatty() and sys.stdout.isatty()):
        named = fixes or (first.fixes if chosen == first.fault else ())
        return _headless(setup, () if no_fix else named, as_json)
    from troubleshoot.cli.screens import open_walk

    return open_walk(setup)


def _headless(setup: Setup, fixes: Sequence[str], as_json: bool) -> int:
    from troubleshoot.cli.plain import Progress
    from troubleshoot.cli.run import run_session
    from troubleshoot.session.headless import ApplyPolicy, Headless

    output.say(f"lab: {setup.problem}, fault: {setup.lab_fault}")
    progress = Progress(quiet=False)
    policy = ApplyPolicy(frozenset(fixes), Risk.IRREVERSIBLE)  # whoever asks for a rehearsal wants to see it
    front = Headless(policy, {}, progress.changed, progress.output, progress.warn)
    return run_session(setup, front, as_json=as_json)


def _list(description: LabDescription) -> int:
    for name, fault in description.faults.items():
        output.data(f"{name:24} {fault.title}")
    return 0
