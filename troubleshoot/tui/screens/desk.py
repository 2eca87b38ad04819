"""What a walk tells the screen and asks of a person: news in, drawing out. The keys are in the run screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from textual.app import ComposeResult
from textual.screen import Screen

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Collect, Effect, Propose, Settle
from troubleshoot.core.engine import pending
from troubleshoot.core.state import Phase, State
from troubleshoot.errors import TroubleshootError
from troubleshoot.session.front import Front
from troubleshoot.tui import actions, safe, views
from troubleshoot.tui.front import Request, ScreenFront
from troubleshoot.tui.screens.dialogs import Message
from troubleshoot.tui.screens.fix import FixScreen
from troubleshoot.tui.screens.settle import SettleDialog
from troubleshoot.tui.theme import Glyphs
from troubleshoot.tui.widgets.board import Board, Moment
from troubleshoot.tui.widgets.header import Header
from troubleshoot.tui.widgets.keys import Keys
from troubleshoot.tui.work import Runner, Work

Open = Callable[[Front], AbstractAsyncContextManager[Runner]]
_TICK = 0.1


class DeskScreen(Screen[None]):
    """Implements :class:`troubleshoot.tui.front.Desk`: news only changes the moment and asks for a redraw."""

    AUTO_FOCUS = "#path"

    def __init__(
        self,
        title: str,
        mode: str,
        opener: Open,
        export: Callable[[State, str], str],
        *,
        glyphs: Glyphs,
        hosts: tuple[str, ...] = (),
    ) -> None:
        super().__init__(id="run")
        self._tree_title, self._mode, self._export = title, mode, export
        self.glyphs, self._hosts = glyphs, hosts
        self.front = ScreenFront(self)
        self.walk = Work(lambda: opener(self.front), self._stopped, self._trouble)
        self.moment = Moment(State())
        self.trouble: TroubleshootError | None = None  # why the walk could not be opened
        self._drawing = False
        self._clear = False  # a new step begins: its output starts on an empty pane
        self._fix: FixScreen | None = None
        self._served: Request | None = None  # the request whose screen was opened already

    def compose(self) -> ComposeResult:
        yield Header(id="header")
        yield Board(self.glyphs, self._hosts)
        yield Keys(actions.RUN)

    def on_mount(self) -> None:
        self._head()
        self.set_interval(_TICK, self._tick)
        self.run_worker(self._run(), name="session", exit_on_error=True)

    async def _run(self) -> None:
        try:
            await self.walk.run()
        except TroubleshootError as error:
            self.trouble = error
            self.app.push_screen(Message("This walk cannot go on", error.message, error.hint), self._give_up)

    def _give_up(self, _: None) -> None:
        self.dismiss(None)

    # --- news (Desk) ---

    def asked(self, request: Request | None) -> None:
        self.moment.request = request
        if request is not None:
            self.moment.effect, self.moment.until = None, None
        self._redraw()

    def running(self, effect: Effect, until: float | None) -> None:
        self.moment.effect, self.moment.until, self.moment.idle = effect, until, False
        if isinstance(effect, Collect) and effect.purpose == "diagnose":
            self.moment.live, self.moment.selected = True, None
            self._clear = True
        self._redraw()

    def changed(self, state: State, event: ev.Event) -> None:
        decided = len(state.path) != len(self.moment.state.path) or state.phase is not Phase.COLLECT
        self.moment.state, self.moment.idle = state, False
        if decided:
            self.moment.live = False
        if isinstance(event, ev.SteppedBack):
            self.moment.selected, self.moment.effect = None, None
        self._redraw()

    def warned(self, message: str) -> None:
        self.call_later(safe.notify, self, message, warning=True)

    def _stopped(self, state: State) -> None:
        self.moment.state, self.moment.idle, self.moment.effect = state, True, None
        self._redraw()

    def _trouble(self, error: TroubleshootError) -> None:
        self.moment.idle = True
        self.call_later(self.app.push_screen, Message("The walk has stopped", error.message, error.hint))
        self._redraw()

    # --- drawing ---

    def _redraw(self) -> None:
        if not self._drawing:
            self._drawing = True
            self.call_later(self._draw)

    async def _draw(self) -> None:
        self._drawing = False
        self._head()
        if self._clear:
            self._clear = False
            self.query_one(Board).clear_output()
        self._drain()
        self.query_one(Board).show(self.moment)
        self.query_one(Keys).show(self.situation())
        self.refresh_bindings()
        await self._serve()

    def _shown_fix(self) -> FixScreen | None:
        return self._fix if self._fix in self.app.screen_stack else None

    def _head(self) -> None:
        state, request = self.moment.state, self.moment.request
        effect = request.effect if request else self.moment.effect or pending(state)
        ended = state.phase is Phase.ENDED
        end = state.now if ended else time.time()
        doing = "waiting for you" if request else views.PHASE_WORDS[state.phase]
        self.query_one(Header).show(
            tree=state.tree or self._tree_title,
            host=views.current_host(state, effect),
            mode=state.mode or self._mode,
            risk=None if ended else views.next_risk(effect),
            elapsed=views.elapsed(end - state.started) if state.started else "00:00",
            doing=f"{doing} AUTO" if self.front.auto and not ended else doing,
        )

    def _tick(self) -> None:
        self._head()
        self._drain()
        if self.moment.until is not None and self.moment.request is None:
            self.query_one(Board).show_next(self.moment)
        self._follow()

    def _follow(self) -> None:
        fix = self._shown_fix()
        if fix is not None:
            moment = self.moment
            fix.follow(moment.state, time.time(), idle=moment.idle)

    def _drain(self) -> None:
        fix = self._shown_fix()
        for chunk in self.front.chunks():
            if fix is not None:
                fix.stream(chunk)
            if self.moment.live and self.moment.selected is None:
                self.query_one(Board).stream(chunk)

    # --- screens that a request opens by itself ---

    async def _serve(self) -> None:
        request = self.moment.request
        self._follow()
        if request is None or request is self._served:
            return
        if isinstance(request.effect, Propose):
            self._served = request
            await self._propose(request.effect)
        elif isinstance(request.effect, Settle):
            self._served = request
            self._settle(request.effect)

    async def _propose(self, effect: Propose) -> None:
        if self._fix is None:
            screen = FixScreen(self.glyphs, self.front.answer, self.walk.stop_step)
            await self.app.push_screen(screen, self._fix_closed)
            self._fix = screen
        self._fix.propose(effect)

    def _fix_closed(self, _: None) -> None:
        self._fix = None
        self._redraw()

    def _settle(self, effect: Settle) -> None:
        message = self.moment.state.fix.message if self.moment.state.active is not None else ""
        self.app.push_screen(SettleDialog(effect, message), self._settled)

    def _settled(self, statement: str | None) -> None:
        self.front.answer(statement)

    # --- what the keys depend on ---

    def situation(self) -> actions.Situation:
        """What the keys depend on."""
        moment = self.moment
        state, request = moment.state, moment.request
        ended = state.phase is Phase.ENDED
        waiting = views.waiting_word(request.effect) if request else ""
        open_doubt = moment.idle and not ended
        return actions.Situation(
            waiting="settle" if open_doubt else waiting,
            busy=request is None and not moment.idle,
            sending=state.phase in views.SENDING,
            fixing=state.phase in views.FIXING,
            ended=ended,
            command=bool(self._commands()),
            back=views.back_target(state, moment.selected) is not None,
            rivals=moment.entry is not None and bool(moment.entry.judged),
            facts=bool(moment.observations()),
            state=bool(state.incident),
            below=len(self.app.screen_stack) > 2,
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return actions.enabled(actions.RUN, action, self.situation())

    def _commands(self) -> tuple[str, ...]:
        request = self.moment.request
        if request is not None and isinstance(request.effect, Collect):
            return tuple(command for _, command in views.commands(request.effect))
        return tuple(part.command for seen in self.moment.observations() for part in seen.parts)
