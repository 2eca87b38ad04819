"""What the screens need from the rest of the program, as one small interface.

The screens never open a session, a journal or an inventory themselves; they ask here. :mod:`troubleshoot.tui.wired` is
the implementation over the real rooms.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.session.front import Front
from troubleshoot.tui.work import Runner

AskPassword = Callable[[str], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Found:
    """A tree that fits a symptom; ``about`` says what matched, or what it is for where all trees are listed."""

    id: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident of the journal, as the first screen lists it."""

    id: str
    tree: str
    when: str
    note: str = ""


class Services(Protocol):
    """All of these may raise TroubleshootError; its message and hint are shown."""

    @property
    def mode(self) -> str:
        """live, captures or lab."""
        ...

    def find(self, text: str) -> Sequence[Found]:
        """The trees that fit a symptom, best first; every tree for an empty text."""
        ...

    def tree(self, problem: str) -> Tree: ...

    def given(self) -> Mapping[str, str]:
        """Parameter texts that are known already (command line, lab)."""
        ...

    def unfinished(self) -> Sequence[Incident]:
        """Incidents that can be resumed, newest first."""
        ...

    def notice(self) -> str:
        """What a person should know before starting; empty where all is well."""
        ...

    def host_names(self) -> tuple[str, ...]:
        """For completion; empty where there is no inventory."""
        ...

    def start(
        self, problem: str, parameters: Mapping[str, str], front: Front, ask: AskPassword
    ) -> AbstractAsyncContextManager[Runner]: ...

    def resume(self, incident: str, front: Front, ask: AskPassword) -> AbstractAsyncContextManager[Runner]: ...

    def export(self, state: State, format_: str) -> str:
        """The transcript as md, html or json."""
        ...

    def exit_code(self, state: State) -> int: ...
