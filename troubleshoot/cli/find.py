"""``troubleshoot find``: from an error text, code or log line to the trees that know it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from troubleshoot.cli import output
from troubleshoot.errors import ExitCode


# A negative code must not be taken for options.
@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("text", nargs=-1, type=click.UNPROCESSED)
@click.option("--trees", type=click.Path(path_type=Path), multiple=True, help="A folder of trees, in front.")
@click.option("--json", "as_json", is_flag=True, help="Print the matches as JSON.")
def find(text: Sequence[str], trees: Sequence[Path], as_json: bool) -> int:
    """Find trees by symptom TEXT (or by text on stdin). Exit code 5 when none matches."""
    from troubleshoot.session.wiring import library
    from troubleshoot.trees import match

    symptom = " ".join(text) or ("" if sys.stdin.isatty() else sys.stdin.read(100_000))
    if not symptom.strip():
        raise click.UsageError("give the text to look for, or pipe it in")
    found = match.find(library(trees), symptom)
    if as_json:
        output.json_data([{"tree": item.tree, "title": item.title, "phrase": item.phrase} for item in found])
    else:
        for item in found:
            output.data(f"{item.tree:28} {item.title}\n{'':28} matches: {item.phrase}")
    if not found:
        output.say("no tree matches; `troubleshoot trees list` names them all")
    return 0 if found else int(ExitCode.INCONCLUSIVE)
