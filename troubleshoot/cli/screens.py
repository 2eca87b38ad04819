"""Opening the full-screen walkthrough: the one place where the command line starts Textual."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshoot.errors import OperatorError

if TYPE_CHECKING:
    from troubleshoot.session.wiring import Setup


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hint = "use `troubleshoot run`, or `troubleshoot demo --headless`; see --help"
        raise OperatorError("the walkthrough needs a terminal", hint=hint)


def open_home(source: Mapping[str, Any]) -> int:
    """The home screen: find a tree by symptom, resume, browse. ``source`` are the fields of a Setup."""
    _need_terminal()
    from troubleshoot.session.wiring import Setup
    from troubleshoot.tui.app import run_app

    return run_app(Setup("", **source))


def open_walk(setup: Setup) -> int:
    """The walkthrough of one problem."""
    _need_terminal()
    from troubleshoot.tui.app import run_app

    return run_app(setup, start="run")


def open_resumed(setup: Setup, incident: str) -> int:
    """The walkthrough of an unfinished incident."""
    _need_terminal()
    from troubleshoot.tui.app import run_app

    return run_app(setup, resume=incident)
