"""Options and argument forms that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from troubleshoot.core.kinds import Platform
from troubleshoot.errors import OperatorError

Command = TypeVar("Command", bound=Callable[..., Any])

_PATH = click.Path(path_type=Path)


def source_options(command: Command) -> Command:
    """Where observations come from and where trees are."""
    for option in reversed(_SOURCE_OPTIONS):
        command = option(command)
    return command


_SOURCE_OPTIONS = (
    click.option("--inventory", type=_PATH, help="Nornir SimpleInventory folder, YAML host file or Ansible inventory."),
    click.option("--captures", type=_PATH, help="Captured evidence (file or folder); no network is touched."),
    click.option("--trees", "trees", type=_PATH, multiple=True, help="A folder of trees, before the bundled ones."),
    click.option("--journal", type=_PATH, help="The journal file to use."),
    click.option("--known-hosts", type=_PATH, help="Host keys to trust (default: the user's own and ours)."),
    click.option("--password-command", default="", metavar="CMD", help="Prints a password; {host} is the host's name."),
    click.option("--keyring", is_flag=True, help="Look passwords up in the system's keyring."),
    click.option("--platform", type=click.Choice([str(item) for item in Platform]), help="For logs that do not tell."),
    click.option("--accept-new-host-keys", is_flag=True, help="Store the key of an unknown host; never a changed key."),
)


def pairs(given: Sequence[str]) -> dict[str, str]:
    """``k=v`` arguments as a dictionary.

    Raises:
        OperatorError: no ``=``, or a name given twice.
    """
    found: dict[str, str] = {}
    for item in given:
        name, equals, value = item.partition("=")
        if not equals or not name.strip():
            raise OperatorError(f"--set {item!r} is not of the form name=value")
        if name.strip() in found:
            raise OperatorError(f"--set {name.strip()} is given twice")
        found[name.strip()] = value.strip()
    return found


def complete_problem(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion: the ids of all trees."""
    from troubleshoot.session.wiring import library

    return [tree for tree in library(ctx.params.get("trees") or ()).ids() if tree.startswith(incomplete)]


def complete_incident(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Shell completion: the newest incidents."""
    from troubleshoot.errors import JournalError
    from troubleshoot.journal import Journal

    try:
        with Journal.open(ctx.params.get("journal"), create=False) as journal:
            return [item.id for item in journal.incidents(50) if item.id.startswith(incomplete)]
    except JournalError:
        return []
