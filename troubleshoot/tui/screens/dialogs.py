"""Small questions above another screen: yes or no, a note, a password, a message."""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from troubleshoot.tui import safe
from troubleshoot.tui.widgets.fields import SafeInput, SafeTextArea

T = TypeVar("T")


class Dialog(ModalScreen[T], Generic[T]):
    """A box in the middle; Escape closes it without a result."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "cancel", "Cancel")]

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog"):
            yield from self.body()

    def body(self) -> ComposeResult:
        yield from ()

    def action_cancel(self) -> None:
        self.dismiss(None)


class Confirm(Dialog[bool]):
    """Yes or no; *no* has the focus first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "yes", "Yes"),
        Binding("n", "cancel", "No"),
        Binding("left,up,h,k", "app.focus_previous", show=False),
        Binding("right,down,j,l", "app.focus_next", show=False),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._question, self._yes, self._no = question, yes, no

    def body(self) -> ComposeResult:
        yield Static(safe.content(self._question), markup=False)
        with Horizontal(classes="buttons"):
            yield Button(safe.content(f"{self._no} (n)"), id="no", compact=True)
            yield Button(safe.content(f"{self._yes} (y)"), id="yes", compact=True, variant="warning")

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_yes(self) -> None:
        self.dismiss(True)


class Message(Dialog[None]):
    """Something that went wrong and what can be done about it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "cancel", "Close")]

    def __init__(self, title: str, text: str, hint: str = "") -> None:
        super().__init__()
        self._parts = (title, text, hint)

    def body(self) -> ComposeResult:
        title, text, hint = self._parts
        with VerticalScroll(can_focus=False):
            yield Static(
                safe.stack(
                    [safe.content(title, "bold $text-error"), safe.content(text), safe.content(hint, "$text-warning")]
                ),
                markup=False,
            )
        yield Static(Content.styled("Enter or Esc closes", "$text-muted"))


class NoteDialog(Dialog[str]):
    """A note for the record."""

    def body(self) -> ComposeResult:
        yield Static(Content("A note for the record (Enter stores it, Esc leaves it)"))
        yield SafeInput(id="note")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip() or None)


class PasswordDialog(Dialog[str]):
    """A password that is asked for by the session; never shown, never stored."""

    def __init__(self, prompt: str) -> None:
        super().__init__()
        self._prompt = prompt

    def body(self) -> ComposeResult:
        yield Static(safe.content(self._prompt), markup=False)
        yield SafeInput(password=True, id="password")
        yield Static(Content.styled("Enter: use it   Esc: none", "$text-muted"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)


class PasteDialog(Dialog[str]):
    """Output that a person brings for one command."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,f5", "accept", "Accept", priority=True)]

    def __init__(self, host: str, command: str, place: str) -> None:
        super().__init__()
        self._host, self._command, self._place = host, command, place

    def body(self) -> ComposeResult:
        head = Content(f"Paste the output of {self._place} here. Empty: the command is run instead.")
        yield Static(safe.stack([head, safe.content(f"{self._host}: {self._command}", "bold $text-accent")]))
        yield SafeTextArea(id="pasted", soft_wrap=False, tab_behavior="focus")
        yield Static(Content.styled("Ctrl+S or F5 accepts   Esc leaves everything as it was", "$text-muted"))

    def on_mount(self) -> None:
        self.query_one(SafeTextArea).focus()

    def action_accept(self) -> None:
        self.dismiss(self.query_one(SafeTextArea).text)
