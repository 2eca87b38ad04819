"""Screens that only show something: all keys, and why the other branches were not taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from troubleshoot.core.state import Judged, PathStep
from troubleshoot.tui import actions, safe
from troubleshoot.tui.theme import Glyphs

_SECTIONS = (
    (actions.RUN, "The walk"),
    (actions.LIST, "Moving in a pane"),
    (actions.FIX, "A fix"),
    (actions.HOME, "The first screen"),
    (actions.PARAMETERS, "Parameters"),
)
_EVERYWHERE = (
    ("Tab, Shift+Tab", "Next pane, previous pane."),
    ("1-9", "Choose an answer by its number."),
    ("Ctrl+P", "Palette: every action by name."),
    ("Ctrl+S, F5", "Accept what was pasted; write the export."),
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

    def __init__(self, page: Content | Table) -> None:
        super().__init__()
        self._page = page

    def compose(self) -> ComposeResult:
        with VerticalScroll(classes="dialog reading"):
            yield Static(self._page, markup=False)
            yield Static(Content.styled("\nEsc closes   j/k scroll", "$text-muted"))

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)


def help_page() -> Table:
    """Every key, from the action table."""
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    for screen, title in _SECTIONS:
        _section(table, title, [(actions.key_name(action), action.help) for action in actions.of(screen)])
    _section(table, "Everywhere", _EVERYWHERE)
    return table


def _section(table: Table, title: str, rows: Iterable[tuple[str, str]]) -> None:
    table.add_row(Text(""), Text(title, "bold underline"))
    for key, text in rows:
        table.add_row(Text(key, "bold"), Text(text))


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
