"""The first screen: resume what was left, or find a tree by its symptom."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from troubleshoot.errors import TroubleshootError
from troubleshoot.tui import actions, safe, views
from troubleshoot.tui.screens.reading import Reading, help_page
from troubleshoot.tui.services import Found, Incident, Services
from troubleshoot.tui.widgets.fields import SafeInput
from troubleshoot.tui.widgets.keys import Keys
from troubleshoot.tui.widgets.lists import KeyList


class HomeScreen(Screen[None]):
    """``open_with`` is called with ("tree", id) or ("resume", incident)."""

    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actions.HOME)]

    def __init__(self, services: Services, open_with: Callable[[str, str], None]) -> None:
        super().__init__(id="home")
        self.services = services
        self._open_with = open_with
        self._choices: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Static(Content.styled(" troubleshoot ", "bold reverse") + Content(" What do you see?"), id="home-title")
        yield SafeInput(placeholder="Type a symptom, or paste an error text, code or log line", id="symptom")
        yield KeyList(id="choices")
        yield Static(id="home-hint", markup=False)
        yield Keys(actions.HOME)

    def on_mount(self) -> None:
        self.query_one("#symptom").focus()
        self._fill("")

    def on_screen_resume(self) -> None:
        self._fill(self.query_one("#symptom", SafeInput).value)

    # --- the list ---

    def _fill(self, text: str) -> None:
        try:
            unfinished = () if text.strip() else self.services.unfinished()
            found = self.services.find(text.strip())
        except TroubleshootError as error:
            self._hint(f"{error.message}. {error.hint}")
            return
        options = self.query_one("#choices", KeyList)
        self._choices = [("resume", item.id) for item in unfinished] + [("tree", item.id) for item in found]
        options.set_options([*map(_resumable, unfinished), *map(_tree, found)])
        options.highlighted = 0 if self._choices else None
        self._hint(self.services.notice() if self._choices else "No tree fits this text. Clear it to see all.")

    def _hint(self, text: str) -> None:
        self.query_one("#home-hint", Static).update(safe.content(text, "$text-muted"))

    def on_input_changed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    # --- keys ---

    def action_into_list(self) -> None:
        """Down from the field goes on in the list."""
        options = self.query_one("#choices", KeyList)
        options.focus()
        options.action_cursor_down()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_open()

    def action_open(self) -> None:
        highlighted = self.query_one("#choices", KeyList).highlighted
        if highlighted is not None:
            self._open(highlighted)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self._open(event.option_index)

    def _open(self, index: int) -> None:
        if index < len(self._choices):
            self._open_with(*self._choices[index])

    def action_symptom(self) -> None:
        self.query_one("#symptom").focus()

    async def action_leave(self) -> None:
        await self.app.action_quit()

    def action_help(self) -> None:
        self.app.push_screen(Reading(help_page()))


def _resumable(item: Incident) -> Option:
    head = Content.styled("RESUME ", "bold $text-warning") + safe.content(f"{item.tree}  {item.when}", "bold", 120)
    return Option(safe.stack([head, safe.content(f"       {item.id}  {item.note}", "$text-muted", 200)]))


def _tree(item: Found) -> Option:
    head = safe.content(item.title, "bold", 160)
    about = safe.content(views.first_sentence(item.about), "$text-muted", 200) if item.about else Content("")
    return Option(safe.stack([head, Content("   ") + safe.content(f"{item.id}  ", "", 60) + about]))
