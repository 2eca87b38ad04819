"""The walk itself: one incident, from its first step to its outcome."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.binding import BindingType
from textual.widgets import OptionList

from troubleshoot.core import events as ev
from troubleshoot.core.effects import Collect, Propose
from troubleshoot.session.front import Front, Go
from troubleshoot.tui import actions, safe, views
from troubleshoot.tui.screens.desk import DeskScreen
from troubleshoot.tui.screens.dialogs import Confirm, NoteDialog, PasteDialog
from troubleshoot.tui.screens.export import ExportDialog
from troubleshoot.tui.screens.reading import Reading, help_page, why_page
from troubleshoot.tui.widgets.board import Board
from troubleshoot.tui.widgets.dock import Dock
from troubleshoot.tui.widgets.path import PathList
from troubleshoot.tui.work import Runner

Open = Callable[[Front], AbstractAsyncContextManager[Runner]]
_TICK = 0.1


class RunScreen(DeskScreen):
    """The keys of a walk."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actions.RUN)]

    # --- going on ---

    def action_go(self) -> None:
        request = self.moment.request
        if request is None:
            self.walk.again()
        elif isinstance(request.effect, Collect):
            self.front.answer(Go())
        elif isinstance(request.effect, Propose):
            self._served = None
            self._redraw()
        else:
            self.query_one(Dock).focus_input()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        if isinstance(event.option_list, PathList):
            self.action_go()

    def on_path_list_picked(self, event: PathList.Picked) -> None:
        self.moment.selected = event.index
        self._redraw()

    def on_dock_answered(self, event: Dock.Answered) -> None:
        self._to_path()
        self.front.answer(event.value)

    def on_dock_fix_picked(self, event: Dock.FixPicked) -> None:
        self._to_path()
        self.front.answer(event.fix)

    def on_key(self, event: object) -> None:
        character = getattr(event, "character", None) or ""
        if character.isdigit() and character != "0" and self.query_one(Dock).pick_number(int(character)):
            event.stop()  # type: ignore[attr-defined]

    def _to_path(self) -> None:
        self.query_one(Board).focus_start()

    def action_auto(self) -> None:
        self.front.auto = not self.front.auto
        request = self.moment.request
        if self.front.auto and request is not None and isinstance(request.effect, Collect):
            self.front.answer(Go())
        self._redraw()

    def action_fix(self) -> None:
        request = self.moment.request
        if request is not None and views.waiting_word(request.effect) == "offer":
            self._to_path()
            self.front.answer(self.query_one(Dock).highlighted_fix())
        else:
            self.action_go()

    def action_cancel(self) -> None:
        self.front.hold_next, self.front.auto = True, False
        self.walk.stop_step()

    # --- keys: going back ---

    def action_back(self) -> None:
        self.front.auto = False
        self._return(run=False)

    def action_rerun(self) -> None:
        self._return(run=True)

    def _return(self, *, run: bool) -> None:
        state = self.moment.state
        target = views.back_target(state, self.moment.selected)
        if target is None or self.walk.session is None:
            return
        self.front.run_next = run and bool(state.path[target].observations)
        if not self.walk.submit(ev.SteppedBack(self.walk.session.now(), target)):
            self.front.run_next = False
            safe.notify(self, "Going back is not possible now.", warning=True)

    # --- keys: looking and keeping ---

    def action_why(self) -> None:
        if self.moment.entry is not None:
            self.app.push_screen(Reading(why_page(self.moment.entry, self.glyphs)))

    def action_facts(self) -> None:
        self.query_one(Board).toggle_facts()

    def action_zoom(self) -> None:
        if self.maximized is not None:
            self.minimize()
        else:
            self.maximize(self.query_one(Board).pane(self.focused), container=False)

    def action_follow(self) -> None:
        self.moment.selected = None
        self._redraw()

    def action_help(self) -> None:
        self.app.push_screen(Reading(help_page()))

    def action_copy(self) -> None:
        text = "\n".join(self._commands())
        self.app.copy_to_clipboard(text)
        safe.notify(self, f"Copied: {text}")

    def action_note(self) -> None:
        self.app.push_screen(NoteDialog(), self._noted)

    def _noted(self, text: str | None) -> None:
        if text and self.walk.session is not None:
            self.walk.submit(ev.NoteAdded(self.walk.session.now(), text))
            safe.notify(self, "The note is in the record.")

    @work
    async def action_paste(self) -> None:
        request = self.moment.request
        if request is None or not isinstance(request.effect, Collect):
            return
        pairs = views.commands(request.effect)
        pasted: dict[tuple[str, str], str] = {}
        for place, (host, command) in enumerate(pairs, 1):
            text = await self.app.push_screen_wait(PasteDialog(host, command, f"command {place} of {len(pairs)}"))
            if text is None:
                return
            if text.strip():
                pasted[host, command] = text
        self.front.answer(Go(pasted))

    def action_export(self) -> None:
        state = self.moment.state
        dialog = ExportDialog(state.incident, lambda format_: self._export(state, format_))
        self.app.push_screen(dialog, self._exported)

    def _exported(self, path: Path | None) -> None:
        if path is not None:
            safe.notify(self, f"Written: {path}")

    # --- leaving ---

    @work
    async def action_close(self) -> None:
        """Back to where this walk was opened; it is over."""
        await self.walk.close()
        self.dismiss(None)

    @work
    async def action_leave(self) -> None:
        question = leaving_question(self.situation())
        if question and not await self.app.push_screen_wait(Confirm(question, "Leave", "Stay")):
            return
        await self.walk.close()
        self.app.exit()


def leaving_question(now: actions.Situation) -> str:
    """What is said before leaving while something runs; empty where nothing is lost by it."""
    if now.sending:
        return "A change is being sent. Leaving waits for its answer; the incident stays resumable. Leave?"
    if now.fixing:
        return "A fix was sent and is being verified. Leaving stops that; resume the incident to finish it. Leave?"
    if now.busy:
        return "A step is running. It is stopped; the incident stays in the journal and can be resumed. Leave?"
    return ""
