"""Input fields that take pasted text safely."""

from __future__ import annotations

from rich.text import Text
from textual import events
from textual.suggester import SuggestFromList
from textual.widgets import Input, TextArea

from troubleshoot.tui import safe


class SafeInput(Input):
    """One line. Pasted line ends become blanks, and what cannot be printed never reaches the field."""

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        suggestions: tuple[str, ...] = (),
        password: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        suggester = SuggestFromList([safe.typed(item) for item in suggestions], case_sensitive=False)
        super().__init__(
            safe.typed(value),
            placeholder=safe.typed(placeholder),
            suggester=suggester if suggestions else None,
            password=password,
            compact=True,
            select_on_focus=False,
            id=id,
        )

    def _on_paste(self, event: events.Paste) -> None:
        self.insert_text_at_cursor(safe.typed(event.text))
        event.prevent_default()
        event.stop()


class SafeTextArea(TextArea):
    """Several lines. The text is kept as it was pasted; what is drawn of it is harmless."""

    def get_line(self, line_index: int) -> Text:
        return Text(safe.same_length(self.document.get_line(line_index)), end="", no_wrap=True)
