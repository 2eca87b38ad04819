"""Putting a session together: the tree, where observations come from, the journal, and the front end.

This is the one place where the rooms meet; the command line and the screens both open their sessions here.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from troubleshoot.core import events as ev
from troubleshoot.core.engine import Engine
from troubleshoot.core.model import Tree
from troubleshoot.core.values import Value, check_many, check_value
from troubleshoot.errors import OperatorError
from troubleshoot.session.front import Front
from troubleshoot.session.loop import Session
from troubleshoot.session.source import Source
from troubleshoot.trees.library import Library, bundled_dir


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything a session needs to know before it starts."""

    problem: str
    parameters: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    trees: tuple[Path, ...] = ()
    inventory: Path | None = None
    captures: Path | None = None
    lab_fault: str | None = None
    journal: Path | None = None
    known_hosts: Path | None = None
    accept_new_host_keys: bool = False
    ask_password: Callable[[str], Awaitable[str | None]] | None = None
