"""Screens that only show something: all keys, and why the other branches were not taken."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from troubleshoot.core.state import Judged, PathStep
from troubleshoot.tui import actions, safe
from troubleshoot.tui.theme import Glyphs

_HOME_KEYS = (
    ("Enter", "Home: open the tree or resume the incident. Parameters: next field."),
    ("F5, Ctrl+S", "Parameters: start the walk. Paste and export: accept."),
    ("Tab, Shift+Tab", "Next pane, previous pane."),
    ("Ctrl+P", "Palette: every action by name."),
    ("1-9", "Questions: choose an answer by its number."),
    ("A", "Fix: apply what is shown (from risk `session` up the host name must be typed first)."),
)


class Reading(ModalScreen[None]):
    """A scrolling page; Escape, q or ? closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter,w", "dismiss(None)", "Close"),
        Binding("j,down", "scroll(1)", show=False),
        Binding("k,up", "scroll(-1)", show=False),
        Binding("g,home", "scroll(-100000)", show=False),
        Binding("G,end", "scroll(100000)", show=False),
        Binding("pagedown,space", "scroll(10)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
    ]

    def __init__(self, page: Content) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog reading"):
            yield Static(self._page, markup=False)
            yield Static(Content.styled("\nEsc closes   j/k scroll", "$text-muted"))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_page() -> Content:
    """Every key, from the action table."""
    run = [_help_row(actions.key_name(action), action.help) for action in actions.of(actions.RUN)]
    moving = [_help_row(actions.key_name(action), action.help) for action in actions.of(actions.LIST)]
    more = [_help_row(key, text) for key, text in _HOME_KEYS]
    return safe.stack([_head("The walk"), *run, _head("Moving in a pane"), *moving, _head("Everywhere"), *more])


def _head(text: str) -> Content:
    return Content.styled(text, "bold underline")


def _help_row(key: str, text: str) -> Content:
    return Content.styled(f"{key:>14}  ", "bold $text-accent") + Content(text)


def why_page(entry: PathStep, glyphs: Glyphs) -> Content:
    """Every branch of a decision, how it was judged, and the reason where that could not be said."""
    head = safe.content(f"Why {entry.go}, and not the others?", "bold underline")
    return safe.stack([head, *(_judged(item, glyphs) for item in entry.judged)])


def _judged(item: Judged, glyphs: Glyphs) -> Content:
    sign, word, style = _verdict(item.verdict, glyphs)
    head = Content.styled(f"\n{sign} {word}: ", style) + safe.content(item.because, style)
    condition = safe.content(f"   when {item.when}" if item.when else "   otherwise", "$text-muted")
    reason = safe.content(f"   {item.reason}", "$text-warning") if item.reason else Content("")
    return safe.stack([head, condition, reason, safe.content(f"   leads to {item.go}", "$text-muted")])


def _verdict(verdict: bool | None, glyphs: Glyphs) -> tuple[str, str, str]:
    if verdict is None:
        return glyphs.unknown, "CANNOT TELL", "bold $text-warning"
    return (glyphs.done, "holds", "bold $text-success") if verdict else (glyphs.broken, "does not hold", "")
