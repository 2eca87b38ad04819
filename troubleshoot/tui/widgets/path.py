"""The path so far: one entry for each decision, with its host, where it went and why."""

from __future__ import annotations

from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from troubleshoot.core.engine import pending
from troubleshoot.core.state import PathStep, Phase, State
from troubleshoot.tui import safe, views
from troubleshoot.tui.theme import OUTCOME_WORDS, Glyphs
from troubleshoot.tui.widgets.lists import KeyList


class PathList(KeyList):
    """The last option is the present; every other one is an entry of the path."""

    class Picked(Message):
        """A person moved to an entry; None is the present."""

        def __init__(self, index: int | None) -> None:
            super().__init__()
            self.index = index

    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="path")
        self.glyphs = glyphs
        self._entries = 0
        self._following = True
        self._drawn: tuple[object, ...] = ()

    def show(self, state: State, selected: int | None) -> None:
        """Draw the path. ``selected`` is the entry that stays highlighted, None the present."""
        drawn = (state.path, state.notes, state.phase, views.current_host(state), selected)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        self._following = True
        self._entries = len(state.path)
        options = [Option(self._entry(entry, _notes(state, place))) for place, entry in enumerate(state.path, 1)]
        self.set_options([*options, Option(self._present(state))])
        self.highlighted = self._entries if selected is None else min(selected, self._entries)
        self.call_after_refresh(self._settled)

    def _settled(self) -> None:
        self._following = False

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        if highlighted is not None and not self._following:
            self.post_message(self.Picked(highlighted if highlighted < self._entries else None))

    def _entry(self, entry: PathStep, notes: list[Content]) -> Content:
        host = safe.content(f"{entry.host}: ", "$text-accent", 60) if entry.host else Content("")
        head = Content(f"{self._sign(entry)} ") + host + safe.content(_title(entry), "bold", 160)
        return safe.stack([head, self._because(entry), *notes])

    def _sign(self, entry: PathStep) -> str:
        if entry.kind == "unknown":
            return self.glyphs.unknown
        return self.glyphs.end if entry.kind == "concluded" else self.glyphs.done

    def _because(self, entry: PathStep) -> Content:
        if entry.kind == "concluded":
            return Content("")
        arrow = Content.styled(f"  {self.glyphs.arrow} ", "$text-muted")
        return arrow + safe.content(entry.because or entry.go, "$text-muted", 160)

    def _present(self, state: State) -> Content:
        if state.phase is Phase.ENDED:
            effect = pending(state)
            outcome = getattr(effect, "outcome", "")
            return Content.styled(f"{self.glyphs.now} {OUTCOME_WORDS.get(outcome, 'ended')}", "bold")
        title = state.frame.current.title or state.frame.current.id if state.frames else ""
        host = views.current_host(state)
        name = title if state.phase is Phase.COLLECT else views.PHASE_WORDS[state.phase]
        where = f"{host}: " if host and "," not in host else ""
        return safe.content(f"{self.glyphs.now} {where}{name}", "italic", 160)


def _notes(state: State, place: int) -> list[Content]:
    """The notes written after this many decisions; those before the first stand with it, too."""
    wanted = (note for note in state.notes if max(1, note.after) == place)
    return [safe.content(f"  note: {note.text}", "italic $text-warning", 160) for note in wanted]


def _title(entry: PathStep) -> str:
    untitled = entry.title in ("", entry.step)
    return {"hop": "Next hop", "called": "Another tree"}.get(entry.kind, entry.title) if untitled else entry.title
