"""The line at the bottom: the keys that do something now, from the action table."""

from __future__ import annotations

from textual.content import Content

from troubleshoot.tui import actions
from troubleshoot.tui.actions import Situation
from troubleshoot.tui.widgets.calm import CalmLabel


class Keys(CalmLabel):
    def __init__(self, screen: str) -> None:
        super().__init__(id="keys")
        self._for = screen

    def on_mount(self) -> None:
        self.show(Situation())

    def show(self, situation: Situation) -> None:
        """Only what is enabled is shown, so that the line fits 80 columns."""
        shown = [action for action in actions.of(self._for) if action.footer and action.enabled(situation)]
        self.show_page(
            Content("  ").join(
                [
                    Content.styled(actions.key_name(action), "bold $text-accent") + Content(f" {action.label}")
                    for action in shown
                ]
            )
        )
