"""The body of the run screen: path and map on the left; step, output, facts and what stands next on the right."""

from __future__ import annotations

import time
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from troubleshoot.core.effects import Ask, Collect, Effect, Offer, Propose, Settle, Wait
from troubleshoot.core.engine import pending
from troubleshoot.core.state import Observation, PathStep, Phase, State
from troubleshoot.tui import views
from troubleshoot.tui.front import Chunk, Request
from troubleshoot.tui.theme import Glyphs
from troubleshoot.tui.widgets.dock import Dock
from troubleshoot.tui.widgets.hopmap import HopMap
from troubleshoot.tui.widgets.output import OutputView, Row, observed, proof, read_facts
from troubleshoot.tui.widgets.path import PathList
from troubleshoot.tui.widgets.step import StepView, beginning


@dataclass(slots=True)
class Moment:
    """Everything the board draws from; the run screen changes it as news arrives."""

    state: State
    request: Request | None = None
    effect: Effect | None = None  # what runs now
    until: float | None = None  # monotonic end of a wait
    selected: int | None = None  # an earlier entry that a person looks at
    live: bool = False  # the output of the present step is being received
    idle: bool = False  # the session has stopped and waits for a person

    @property
    def entry(self) -> PathStep | None:
        """The path entry that is shown."""
        if self.selected is not None and self.selected < len(self.state.path):
            return self.state.path[self.selected]
        if self.live:
            return None
        told = (entry for entry in reversed(self.state.path) if entry.kind not in ("hop", "called"))
        return next(told, None)

    def observations(self) -> tuple[Observation, ...]:
        entry = self.entry
        if entry is None:
            return views.running_observations(self.state)
        if entry.kind == "concluded" and entry is not self.state.path[0]:
            return views.shown_observations(self.state, self._deciding(entry))
        return views.shown_observations(self.state, entry)

    def _deciding(self, end: PathStep) -> PathStep:
        """For a conclusion: the decision that led to it."""
        index = next(place for place, entry in enumerate(self.state.path) if entry is end)
        return self.state.path[max(0, index - 1)]

    def marks(self) -> dict[tuple[int, int], set[int]]:
        entry = self.entry
        if entry is None:
            return {}
        return views.marked(self._deciding(entry).cites if entry.kind == "concluded" else entry.cites)


class Board(Horizontal):
    def __init__(self, glyphs: Glyphs, hosts: tuple[str, ...]) -> None:
        super().__init__(id="board")
        self.glyphs = glyphs
        self._hosts = hosts
        self._shown: object = None
        self._dock: object = None
        self.facts_first = False

    def compose(self) -> ComposeResult:
        with Vertical(id="left"):
            yield PathList(self.glyphs)
            yield HopMap(self.glyphs)
        with Vertical(id="right"):
            yield StepView(self.glyphs)
            with Horizontal(id="panes"):
                yield OutputView(self.glyphs.mark, id="output")
                yield OutputView(self.glyphs.mark, id="facts")
            yield Dock(self._hosts)

    @property
    def dock(self) -> Dock:
        return self.query_one(Dock)

    # --- drawing ---

    def show(self, moment: Moment) -> None:
        self.query_one(PathList).show(moment.state, moment.selected)
        self.query_one(HopMap).show(moment.state)
        self._step(moment)
        self._panes(moment)
        self.show_next(moment)

    def _step(self, moment: Moment) -> None:
        card = self.query_one(StepView)
        entry = moment.entry
        self.set_class(entry is not None and entry.kind == "concluded", "-concluded")
        self.set_class(entry is None and not moment.live, "-beginning")
        if entry is not None:
            card.show_entry(moment.state, entry)
        elif not moment.live and moment.state.frames:
            card.show(beginning(moment.state))
        elif moment.state.frames:
            card.show_running(moment.state, moment.effect or pending(moment.state))

    def _panes(self, moment: Moment) -> None:
        """Only what changed is drawn anew: reading on in long output must not be disturbed by a clock tick."""
        entry = moment.entry
        seen = moment.observations()
        shown = (id(entry), tuple(item.number for item in seen))
        if shown == self._shown:
            return
        self._shown = shown
        self.query_one("#output", OutputView).show(self._rows(moment, seen))
        self.query_one("#facts", OutputView).show(read_facts(seen))

    def _rows(self, moment: Moment, seen: tuple[Observation, ...]) -> list[Row]:
        """For a conclusion the proof alone; the whole output is shown with the decision before it."""
        entry, end = moment.entry, moment.state.conclusion
        if entry is not None and entry.kind == "concluded" and end is not None and end.evidence:
            return proof(end.evidence)
        return observed(seen, moment.marks())

    def clear_output(self) -> None:
        self._shown = None
        self.query_one("#output", OutputView).show([])
        self.query_one("#facts", OutputView).show([])

    def stream(self, chunk: Chunk) -> None:
        self._shown = None
        self.query_one("#output", OutputView).stream(chunk.host, chunk.command, chunk.text)

    def pane(self, focused: Widget | None) -> Widget:
        """The pane that is meant: the focused one, else the output."""
        if isinstance(focused, PathList | StepView | OutputView):
            return focused
        return self.query_one("#facts" if self.facts_first else "#output")

    def toggle_facts(self) -> None:
        self.facts_first = not self.facts_first
        self.set_class(self.facts_first, "-facts")
        self.query_one("#facts" if self.facts_first else "#output").focus()

    # --- what stands next ---

    def show_next(self, moment: Moment) -> None:
        """The dock is filled once for each request, so that typing in it is never disturbed."""
        dock = self.dock
        if moment.request is None:
            self._dock = None
            self._without_request(dock, moment)
        elif moment.request is not self._dock:
            self._dock = moment.request
            self._asked(dock, moment.request)

    def _asked(self, dock: Dock, request: Request) -> None:
        match request.effect:
            case Collect() as effect:
                dock.show_next(effect)
            case Ask() as effect:
                dock.show_ask(effect)
            case Offer() as effect:
                refused = tuple(record.plan for record in request.state.fixes if record.plan.refused)
                dock.show_offer(effect, refused)
            case Settle() as effect:
                dock.show_settle(effect.plan)
            case Propose():
                dock.show_busy("Your decision about the fix is awaited.")
            case _:
                dock.show_busy("")

    def _without_request(self, dock: Dock, moment: Moment) -> None:
        state = moment.state
        if state.phase is Phase.ENDED and moment.idle:
            dock.show_end(state, open_ended=False)
        elif moment.idle:
            dock.show_end(state, open_ended=True)
        else:
            dock.show_busy(busy_text(moment))

    def focus_start(self) -> None:
        self.query_one(PathList).focus()


def busy_text(moment: Moment) -> str:
    """What runs now, in words."""
    effect = moment.effect
    if isinstance(effect, Wait) and moment.until is not None:
        left = max(0, round(moment.until - time.monotonic()))
        return f"Waiting {left} s: {effect.reason}"
    if isinstance(effect, Collect) and moment.live:
        todo = [f"{host}: {command}" for host, command in views.commands(effect)]
        return "; ".join(todo[:3]) + (f" and {len(todo) - 3} more" if len(todo) > 3 else "")
    return views.PHASE_WORDS[moment.state.phase] + " ..."
