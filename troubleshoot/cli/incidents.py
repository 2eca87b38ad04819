"""The past: list, show, resume, export and replay incidents of the journal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from troubleshoot.cli import output
from troubleshoot.cli.options import complete_incident, source_options
from troubleshoot.errors import ExitCode, OperatorError

_JOURNAL = click.option("--journal", type=click.Path(path_type=Path), help="The journal file to use.")
_INCIDENT = click.argument("incident", shell_complete=complete_incident)


@click.command()
@click.option("--search", default="", metavar="TEXT", help="Only incidents that mention TEXT.")
@click.option("-n", "--number", default=20, show_default=True, help="How many, newest first.")
@click.option("--json", "as_json", is_flag=True)
@_JOURNAL
def incidents(search: str, number: int, as_json: bool, journal: Path | None) -> int:
    """List the incidents of the journal, newest first."""
    from troubleshoot.journal import Journal, default_path

    if not (journal or default_path()).exists():
        found = []
    else:
        with Journal.open(journal, create=False) as opened:
            found = opened.incidents(number, search)
    if as_json:
        output.json_data([{name: getattr(item, name) for name in item.__dataclass_fields__} for item in found])
        return 0
    for item in found:
        when = datetime.fromtimestamp(item.started).strftime("%Y-%m-%d %H:%M")
        output.data(f"{item.id}  {when}  {item.outcome:13} {item.tree:20} {item.title}")
    if not found:
        output.say("no incidents")
    return 0


@click.command()
@_INCIDENT
@click.option("--json", "as_json", is_flag=True, help="The public result as JSON.")
@_JOURNAL
def show(incident: str, as_json: bool, journal: Path | None) -> int:
    """Show what was found in INCIDENT."""
    from troubleshoot.cli.plain import summary
    from troubleshoot.report.result import result

    plain = _recorded(incident, journal, result)
    if as_json:
        output.json_data(plain)
    else:
        output.data(summary(plain))
    return 0


def _recorded(incident: str, journal: Path | None, make: Callable[[Any, Any], Any]) -> Any:
    from troubleshoot.journal import Journal
    from troubleshoot.session.wiring import recorded

    with Journal.open(journal, create=False) as opened:
        state, trees = recorded(opened, incident)
    return make(state, trees[state.tree])


@click.command()
@_INCIDENT
@click.option("--headless", is_flag=True, help="Without screens; only reads, and verifies a fix in doubt.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: print the result as JSON.")
@source_options
def resume(incident: str, headless: bool, as_json: bool, **source: Any) -> int:
    """Go on with INCIDENT where it stopped."""
    from troubleshoot.session.wiring import Setup

    setup = Setup("", **source)
    if not headless:
        from troubleshoot.cli.screens import open_resumed

        return open_resumed(setup, incident)
    return asyncio.run(_resume(incident, setup, as_json))


async def _resume(incident: str, setup: Any, as_json: bool) -> int:
    from troubleshoot.cli.plain import Progress
    from troubleshoot.cli.run import run_opened
    from troubleshoot.session.headless import Headless
    from troubleshoot.session.wiring import resume_session

    progress = Progress(quiet=False)
    front = Headless(on_change=progress.changed, on_warning=progress.warn)
    async with resume_session(incident, setup, front) as session:
        return await run_opened(session, as_json)


@click.command()
@_INCIDENT
@click.option("--format", "form", type=click.Choice(["md", "html", "json"]), default="md", show_default=True)
@click.option("-o", "--output", "target", type=click.Path(path_type=Path), help="File to write (default: stdout).")
@click.option("--force", is_flag=True, help="Overwrite an existing file.")
@_JOURNAL
def export(incident: str, form: str, target: Path | None, force: bool, journal: Path | None) -> int:
    """Export the transcript of INCIDENT."""
    from troubleshoot.report.export import export as exported

    text = _recorded(incident, journal, lambda state, tree: exported(state, tree, form))
    if target is None:
        output.data(text.rstrip("\n"))
        return 0
    write_private(target, text, force=force)
    output.say(f"written: {target}")
    return 0


def write_private(target: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner may read.

    Raises:
        OperatorError: it exists (and ``force`` is not given), or cannot be written.
    """
    if target.exists() and not force:
        raise OperatorError(f"{target} exists", hint="--force overwrites it")
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise OperatorError(f"{target}: {error.strerror or error}") from error


@click.command()
@click.argument("incident", shell_complete=complete_incident)
@click.option("--trees", type=click.Path(path_type=Path), multiple=True, help="Judge with the trees of this folder.")
@_JOURNAL
def replay(incident: str, trees: tuple[Path, ...], journal: Path | None) -> int:
    """Judge the stored observations of INCIDENT again with today's trees; exit code 1 when the verdict differs."""
    from troubleshoot.session.replay import compare

    difference = compare(incident, journal, trees)
    output.data(difference.text)
    return int(ExitCode.FAULT) if difference.differs else 0
