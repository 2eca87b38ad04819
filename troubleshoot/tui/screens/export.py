"""Writing the transcript of the incident to a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from troubleshoot.errors import TroubleshootError
from troubleshoot.tui import safe
from troubleshoot.tui.saving import save
from troubleshoot.tui.screens.dialogs import Confirm, Dialog
from troubleshoot.tui.widgets.fields import SafeInput
from troubleshoot.tui.widgets.lists import KeyList

FORMATS: Final = (("md", "Markdown"), ("html", "HTML, one file"), ("json", "JSON"))


class ExportDialog(Dialog[Path]):
    """Format, then path; gives the path that was written."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,f5", "write", "Write", priority=True)]

    def __init__(self, incident: str, export: Callable[[str], str]) -> None:
        super().__init__()
        self._name = safe.typed(incident) or "incident"
        self._export = export
        self._format = FORMATS[0][0]

    def body(self) -> ComposeResult:
        yield Static(Content.styled("Export the transcript", "bold"))
        yield KeyList(id="format")
        yield Static(Content("File:"))
        yield SafeInput(f"{self._name}.md", id="path-input")
        yield Static(id="export-error", markup=False)
        yield Static(Content.styled("Enter writes   Tab: the file name   Esc leaves", "$text-muted"))

    def on_mount(self) -> None:
        formats = self.query_one("#format", KeyList)
        formats.set_options([Option(Content(f"{name:<5} {words}")) for name, words in FORMATS])
        formats.highlighted = 0
        formats.focus()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        field = self.query_one("#path-input", SafeInput)
        new = FORMATS[event.option_index][0]
        field.value = field.value.removesuffix(f".{self._format}") + f".{new}"
        self._format = new

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_write()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.action_write()

    def action_write(self) -> None:
        path = Path(self.query_one("#path-input", SafeInput).value.strip()).expanduser()
        if not path.name:
            self._failed("a file name is needed")
        elif path.exists():
            self.app.push_screen(
                Confirm(f"{path} exists. Overwrite it?", "Overwrite", "Keep it"), self._overwrite(path)
            )
        else:
            self._write(path)

    def _overwrite(self, path: Path) -> Callable[[bool | None], None]:
        return lambda yes: self._write(path) if yes else None

    def _write(self, path: Path) -> None:
        try:
            save(path, self._export(self._format))
        except (OSError, ValueError) as error:
            self._failed(f"{path}: {getattr(error, 'strerror', None) or error}")
        except TroubleshootError as error:
            self._failed(error.message)
        else:
            self.dismiss(path)

    def _failed(self, text: str) -> None:
        self.query_one("#export-error", Static).update(safe.content(text, "$text-error"))
