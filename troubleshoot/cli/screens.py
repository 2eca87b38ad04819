"""Opening the full-screen walkthrough: the one place where the command line starts Textual."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from troubleshoot.errors import OperatorError

if TYPE_CHECKING:
    from troubleshoot.session.wiring import Setup


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        hint = "use `troubleshoot run`, or `troubleshoot demo --headless`; see --help"
        raise OperatorError("the walkthrough needs a terminal", hint=hint)


def open_home() -> int:
    """The home screen: find a tree by symptom, resume, browse."""
    _need_terminal()
    from troubleshoot.session.wiring import Setup
    from troubleshoot.tui.app import run_app

    return run_app(Setup(""))


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
