"""The line at the bottom: the keys that do something now, from the action table."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from troubleshoot.tui import actions
from troubleshoot.tui.actions import Situation


class Keys(Static):
    def __init__(self, screen: str) -> None:
        super().__init__(id="keys", markup=False)
        self._for = screen
        self._last: Content | None = None

    def on_mount(self) -> None:
        self.show(Situation())

    def show(self, situation: Situation) -> None:
        """Only what is enabled is shown, so that the line fits 80 columns."""
        shown = [action for action in actions.of(self._for) if action.footer and action.enabled(situation)]
        page = Content("  ").join(
            [
                Content.styled(actions.key_name(action), "bold $text-accent") + Content(f" {action.label}")
                for action in shown
            ]
        )
        if page != self._last:
            self._last = page
            self.update(page)
