"""The services of the screens over the real rooms: trees, journal, inventory, session, report."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from functools import cached_property

from troubleshoot.core.model import Tree
from troubleshoot.core.state import State
from troubleshoot.errors import JournalError, TroubleshootError
from troubleshoot.inventory.load import load_inventory
from troubleshoot.journal.base import UNFINISHED, IncidentSummary
from troubleshoot.journal.store import Journal
from troubleshoot.report.exit_code import exit_code
from troubleshoot.report.export import export
from troubleshoot.session.front import Front
from troubleshoot.session.wiring import Setup, inventory_path, library, open_session, resume_session
from troubleshoot.trees.library import Library
from troubleshoot.trees.match import find
from troubleshoot.tui.services import AskPassword, Found, Incident
from troubleshoot.tui.work import Runner

_MAX_SEARCHED, _MAX_LISTED = 200, 5


class WiredServices:
    """Implements :class:`troubleshoot.tui.services.Services` for one :class:`Setup`."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup

    @property
    def mode(self) -> str:
        if self.setup.captures is not None:
            return "captures"
        return "lab" if self.setup.lab_fault is not None else "live"

    @cached_property
    def _library(self) -> Library:
        return library(self.setup.trees)

    def find(self, text: str) -> Sequence[Found]:
        if text:
            return [Found(item.tree, item.title, f"matches: {item.phrase}") for item in find(self._library, text)]
        return [Found(head.id, head.title, head.summary) for head in self._library.heads()]

    def tree(self, problem: str) -> Tree:
        return self._library.get(problem)

    def given(self) -> Mapping[str, str]:
        return {name: _as_text(value) for name, value in self.setup.parameters.items()}

    def unfinished(self) -> Sequence[Incident]:
        """A journal that is not there yet has no incidents; one that cannot be read says so when it is used."""
        try:
            journal = Journal.open(self.setup.journal, create=False)
        except JournalError:
            return ()
        try:
            found = [item for item in journal.incidents(_MAX_SEARCHED) if item.outcome == UNFINISHED]
        finally:
            journal.close()
        return [_listed(item) for item in found[:_MAX_LISTED]]

    def notice(self) -> str:
        if self.mode != "live" or inventory_path(self.setup) is not None:
            return ""
        return "No inventory is set up, so no host can be reached (--inventory). To look around: troubleshoot demo"

    def host_names(self) -> tuple[str, ...]:
        path = None if self.setup.captures or self.setup.lab_fault else inventory_path(self.setup)
        if path is None:
            return ()
        try:
            return tuple(load_inventory(path).hosts)
        except (TroubleshootError, OSError):
            return ()  # completion is a comfort; the session reports the broken inventory

    def start(
        self, problem: str, parameters: Mapping[str, str], front: Front, ask: AskPassword
    ) -> AbstractAsyncContextManager[Runner]:
        given = {**parameters}
        return _runner(open_session(replace(self.setup, problem=problem, parameters=given, ask_secret=ask), front))

    def resume(self, incident: str, front: Front, ask: AskPassword) -> AbstractAsyncContextManager[Runner]:
        return _runner(resume_session(incident, replace(self.setup, ask_secret=ask), front))

    def export(self, state: State, format_: str) -> str:
        root = state.path[0].before if state.path and state.path[0].before else state.frames
        return export(state, root[0].tree, format_)

    def exit_code(self, state: State) -> int:
        return int(exit_code(state))


@asynccontextmanager
async def _runner(opened: AbstractAsyncContextManager[Runner]) -> AsyncIterator[Runner]:
    async with opened as session:
        yield session


def _as_text(value: str | Sequence[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def _listed(item: IncidentSummary) -> Incident:
    given = ", ".join(f"{name} {_as_text(value)}" for name, value in item.parameters.items() if value)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(item.last))
    return Incident(item.id, item.tree, when, f"{item.mode}; {given}")
