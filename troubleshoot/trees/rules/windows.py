"""Rules about commands for Windows: quoting for cmd.exe, the length of scripts, jobs that outlive the session."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from troubleshoot.core.command_text import fillable
from troubleshoot.core.detached import detached
from troubleshoot.errors import TroubleshootError
from troubleshoot.trees.graph import Path
from troubleshoot.trees.rules.context import Context

# Values of these types may hold blanks and brackets.
_SPACED: Final = frozenset({"label", "dn"})
_PLACEHOLDER: Final = re.compile(r"<([a-z_][a-z0-9_]*)>")


def command_form(context: Context, path: Path, command: str) -> None:
    """Check one command template for Windows."""
    if command.startswith("PS"):
        _script(context, path, command)
        return
    for found in _PLACEHOLDER.finditer(command):
        bare = command[: found.start()].count('"') % 2 == 0
        if bare and context.types.get(found.group(1)) in _SPACED:
            message = f"<{found.group(1)}> may hold blanks: write it inside double quotes"
            context.error("quoting", path, message)


def _script(context: Context, path: Path, command: str) -> None:
    from troubleshoot.core.powershell import MAX_SCRIPT, parser  # only trees for Windows need it

    script = fillable(command)[1]
    if not script:
        context.error("powershell-form", path, 'write `PS> script` or `PS name="<value>"> script` on one line')
        return
    if len(script) > MAX_SCRIPT:
        context.error("script-length", path, f"the script takes {len(script)} of {MAX_SCRIPT} characters")
    try:
        parser.parse(script)
    except TroubleshootError as error:
        context.error("powershell-form", path, error.message)


def detached_form(context: Context, path: Path, lines: Sequence[str], service: str) -> None:
    """Check that filled-in lines can be wrapped into a scheduled task."""
    try:
        detached(f"ts-{'0' * 8}", lines, service)
    except TroubleshootError as error:
        context.error("detached", path, error.message)
