"""One field for each parameter of a tree, checked while typing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Button, Input, Static

from troubleshoot.core.model import Parameter, Tree
from troubleshoot.core.values import check_value, wanted
from troubleshoot.errors import ValueRefused
from troubleshoot.tui import actions, safe, views
from troubleshoot.tui.screens.reading import Reading, help_page
from troubleshoot.tui.widgets.fields import SafeInput
from troubleshoot.tui.widgets.keys import Keys

_HOST_TYPES = frozenset({"host", "hostname"})


def refusal(parameter: Parameter, raw: str) -> str:
    """Why this text does not fit the parameter; empty when it does."""
    text = raw.strip()
    if not text:
        return "this is needed" if parameter.required and parameter.default is None else ""
    items = [item.strip() for item in text.split(",")] if parameter.many else [text]
    try:
        for item in items:
            check_value(parameter.type, item, choices=parameter.choices)
    except ValueRefused as error:
        return error.message
    return ""


class Field(Vertical):
    """Question, field, and below it either what is expected or what is wrong."""

    def __init__(self, parameter: Parameter, value: str, hosts: tuple[str, ...]) -> None:
        super().__init__(classes="field")
        self.parameter = parameter
        self._start = value or parameter.default or ""
        self._suggestions = hosts if parameter.type in _HOST_TYPES and not parameter.many else parameter.choices

    def compose(self) -> ComposeResult:
        needed = Content("") if self.parameter.required else Content.styled("  (optional)", "$text-muted")
        yield Static(safe.content(self.parameter.ask or self.parameter.name, "bold") + needed, markup=False)
        yield SafeInput(self._start, placeholder=_example(self.parameter), suggestions=self._suggestions)
        yield Static(classes="field-note", markup=False)

    def on_mount(self) -> None:
        self.check(show_missing=False)

    @property
    def input(self) -> SafeInput:
        return self.query_one(SafeInput)

    @property
    def value(self) -> str:
        return self.input.value.strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        self.check(show_missing=True)

    def check(self, *, show_missing: bool) -> bool:
        """True when the field fits; the note below says what is wrong or expected."""
        problem = refusal(self.parameter, self.value)
        shown = problem if self.value or show_missing else ""
        wrong = safe.content(f"! {shown}", "$text-error")
        note = wrong if shown else safe.content(_hint(self.parameter), "$text-muted")
        self.query_one(".field-note", Static).update(note)
        return not problem


def _example(parameter: Parameter) -> str:
    return f"for example {parameter.example}" if parameter.example else ""


def _hint(parameter: Parameter) -> str:
    parts = [
        parameter.help.strip().rstrip(".") or wanted(parameter.type),
        f"one of: {', '.join(parameter.choices)}" if parameter.choices else "",
        "several, separated by commas" if parameter.many else "",
    ]
    return "; ".join(part for part in parts if part)


class ParametersScreen(Screen[None]):
    """``start`` is called with the texts of the fields that were filled."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actions.PARAMETERS)]

    def __init__(
        self, tree: Tree, given: Mapping[str, str], hosts: tuple[str, ...], start: Callable[[dict[str, str]], None]
    ) -> None:
        super().__init__(id="parameters")
        self.problem = tree
        self._given, self._hosts, self._start = given, hosts, start

    def compose(self) -> ComposeResult:
        head = safe.content(self.problem.title, "bold reverse")
        yield Static(
            safe.stack([head, safe.content(views.first_sentence(self.problem.summary), "$text-muted")]),
            id="tree-title",
            markup=False,
        )
        with VerticalScroll(id="fields", can_focus=False):
            for parameter in self.problem.parameters.values():
                yield Field(parameter, self._given.get(parameter.name, ""), self._hosts)
            yield Button("Start (F5)", id="start", compact=True, variant="success")
        yield Keys(actions.PARAMETERS)

    def on_mount(self) -> None:
        unfilled = [field for field in self.query(Field) if not field.check(show_missing=False)]
        if unfilled:
            unfilled[0].input.focus()
        else:
            self.query_one("#start").focus()

    def action_next_field(self) -> None:
        if self.focused is self.query_one("#start"):
            self.action_start()
        else:
            self._focused(self.focus_next())

    def _focused(self, widget: Widget | None) -> None:
        """The question above a field comes into view with it."""
        if widget is not None and isinstance(widget.parent, Field):
            widget.parent.scroll_visible(animate=False)

    def action_previous_field(self) -> None:
        self._focused(self.focus_previous())

    async def action_leave(self) -> None:
        await self.app.action_quit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.action_start()

    def action_start(self) -> None:
        wrong = [field for field in self.query(Field) if not field.check(show_missing=True)]
        if wrong:
            wrong[0].input.focus()
            return
        self._start({field.parameter.name: field.value for field in self.query(Field) if field.value})

    def action_back(self) -> None:
        self.dismiss(None)

    def action_help(self) -> None:
        self.app.push_screen(Reading(help_page()))
