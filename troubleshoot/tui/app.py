"""The application: which screen comes when, what happens on a crash, and the exit code. The rest is elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.scrollbar import ScrollBar

from troubleshoot.core.state import State
from troubleshoot.errors import ExitCode, TroubleshootError
from troubleshoot.session.front import Front
from troubleshoot.tui import actions, safe
from troubleshoot.tui.screens.dialogs import Message, PasswordDialog
from troubleshoot.tui.screens.home import HomeScreen
from troubleshoot.tui.screens.parameters import ParametersScreen
from troubleshoot.tui.screens.run import RunScreen
from troubleshoot.tui.services import Services
from troubleshoot.tui.theme import PlainScrollBar, glyphs
from troubleshoot.tui.work import Runner

if TYPE_CHECKING:
    from troubleshoot.session.wiring import Setup

_log = logging.getLogger(__name__)

Start = Literal["home", "parameters", "run"]


class TroubleshootApp(App[None]):
    """Begins at home, at the parameters of ``problem``, in its walk, or in the incident to ``resume``."""

    TITLE = "troubleshoot"
    CSS_PATH = "app.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - Textual declares it
        (0, "-narrow"),
        (76, "-normal"),
        (120, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c", "quit", show=False),
        # With priority these take effect before the next key is routed: fast typing does not end in the wrong field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]

    def __init__(
        self, services: Services, *, start: Start = "home", problem: str = "", resume: str | None = None
    ) -> None:
        super().__init__()
        self.services = services
        self.glyphs = glyphs()
        self._start: Start = start
        self._problem, self._resume = problem, resume
        self._screen: RunScreen | None = None
        self._ending: asyncio.Task[None] | None = None

    def on_mount(self) -> None:
        self._leave_on_signals()
        if self.glyphs.ascii_only:
            self.add_class("-ascii")
            ScrollBar.renderer = PlainScrollBar
        if self._resume is not None:
            self._walk_resumed(self._resume)
        elif self._problem and self._start == "run":
            self._walk(self._problem, dict(self.services.given()))
        elif self._problem:
            self._parameters(self._problem)
        else:
            self.push_screen(HomeScreen(self.services, self._open))

    def _leave_on_signals(self) -> None:
        """A terminal that is closed, or a `kill`, ends the program as `q` does, without questions."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                    loop.add_signal_handler(getattr(signal, name), self._told_to_end)

    def _told_to_end(self) -> None:
        if self._ending is not None:  # told twice: at once
            self.exit()
        else:
            self._ending = asyncio.create_task(self._end())

    async def _end(self) -> None:
        try:
            if self._screen is not None and self._screen in self.screen_stack:
                await self._screen.walk.close()
        finally:
            self.exit()

    # --- from screen to screen ---

    def _open(self, what: str, name: str) -> None:
        try:
            if what == "resume":
                self._walk_resumed(name)
            else:
                self._parameters(name)
        except TroubleshootError as error:
            self.push_screen(Message("This cannot be opened", error.message, error.hint))

    def _parameters(self, problem: str) -> None:
        tree = self.services.tree(problem)
        screen = ParametersScreen(
            tree, self.services.given(), self.services.host_names(), lambda values: self._walk(problem, values)
        )
        self.push_screen(screen, self._left)

    def _walk(self, problem: str, values: Mapping[str, str]) -> None:
        title = self.services.tree(problem).title
        self._run(title, lambda front: self.services.start(problem, values, front, self.ask_password))

    def _walk_resumed(self, incident: str) -> None:
        self._run(incident, lambda front: self.services.resume(incident, front, self.ask_password))

    def _run(self, title: str, opener: Callable[[Front], AbstractAsyncContextManager[Runner]]) -> None:
        services = self.services
        self._screen = RunScreen(
            title, services.mode, opener, services.export, glyphs=self.glyphs, hosts=services.host_names()
        )
        self.push_screen(self._screen, self._left)

    def _left(self, _: None) -> None:
        """A screen was left without success: the one before is shown, or the application ends with nothing below."""
        if len(self.screen_stack) <= 1:
            self.exit()

    async def ask_password(self, prompt: str) -> str | None:
        """Asked by the session while it opens a connection."""
        return await self.push_screen_wait(PasswordDialog(prompt))

    async def action_quit(self) -> None:
        if self._screen is not None and self._screen in self.screen_stack:
            self._screen.action_leave()
        else:
            self.exit()

    # --- the palette ---

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the run screen that makes sense now."""
        if isinstance(screen, RunScreen):
            for action in actions.of(actions.RUN):
                if actions.enabled(actions.RUN, action.id, screen.situation()):
                    yield SystemCommand(action.label, action.help, getattr(screen, f"action_{action.id}"))
        yield SystemCommand("Quit", "Leave the program; an incident stays resumable.", self.action_quit)

    # --- results ---

    @property
    def trouble(self) -> TroubleshootError | None:
        """Why the last walk could not be opened or go on."""
        return self._screen.trouble if self._screen is not None else None

    @property
    def state(self) -> State | None:
        """The state of the incident that was worked on."""
        return self._screen.moment.state if self._screen is not None else None

    # --- crashes ---

    def _handle_exception(self, error: Exception) -> None:
        """End with a short message. Textual would print source and local variables, which may hold anything."""
        self._return_code = int(ExitCode.INTERNAL)
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
            _log.error("%s", crash_trace(error))
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        self._exit_renderables.clear()

    @property
    def crash(self) -> Exception | None:
        """What the application crashed on."""
        return self._exception


def crash_trace(error: BaseException) -> str:
    """Where it happened, without messages and values: they may hold device text or secrets."""
    cause = error.__cause__ or error.__context__
    frames = "".join(traceback.format_tb(error.__traceback__))
    inner = crash_trace(cause) if cause is not None else ""
    return f"{inner}{frames}{type(error).__name__}"


def crash_message(error: Exception, incident: str) -> str:
    """What the person at the terminal is told."""
    cause = error.__cause__ or error
    frames = traceback.extract_tb(cause.__traceback__)
    place = f" ({frames[-1].name}, line {frames[-1].lineno})" if frames else ""
    kept = f"\nThe incident is kept: troubleshoot resume {safe.line(incident, 80)}" if incident else ""
    log = next(iter(log_files()), "")
    where = f"\nDetails are in {safe.line(log)}" if log else ""
    return f"troubleshoot: internal error: {type(cause).__name__}{place}{kept}{where}"


def log_files() -> list[str]:
    """The files that log records go to."""
    handlers = [*logging.getLogger("troubleshoot").handlers, *logging.getLogger().handlers]
    return [handler.baseFilename for handler in handlers if isinstance(handler, logging.FileHandler)]


def finish(app: TroubleshootApp) -> int:
    """The exit code, after telling on stderr what remains to be known."""
    state = app.state
    incident = state.incident if state is not None else ""
    if app.crash is not None:
        print(crash_message(app.crash, incident), file=sys.stderr)  # noqa: T201 - the screen is gone
        return int(ExitCode.INTERNAL)
    if app.trouble is not None:
        print(f"troubleshoot: {safe.line(app.trouble.message)}", file=sys.stderr)  # noqa: T201
        return int(app.trouble.exit_code)
    if state is None or not incident:
        return int(ExitCode.HEALTHY)
    print(f"Incident {safe.line(incident, 80)} is in the journal.", file=sys.stderr)  # noqa: T201
    return app.services.exit_code(state)


def run_app(setup: Setup, *, start: Start = "home", resume: str | None = None) -> int:
    """Run the screens until they are left; returns the exit code of the command line contract.

    ``start`` is home (find a tree), parameters (of ``setup.problem``, filled with what is known) or run (at once).
    Raises OperatorError or AuthorError for a problem whose tree cannot be used.
    """
    from troubleshoot.tui.wired import WiredServices

    services = WiredServices(setup)
    problem = setup.problem if start != "home" else ""
    if problem:
        services.tree(problem)
    app = TroubleshootApp(services, start=start, problem=problem, resume=resume)
    app.run()
    return finish(app)
