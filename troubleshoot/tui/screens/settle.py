"""Ending the doubt about a fix that may or may not have reached the device."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from troubleshoot.core.effects import Settle
from troubleshoot.tui import safe
from troubleshoot.tui.screens.dialogs import Dialog
from troubleshoot.tui.widgets.lists import KeyList


class SettleDialog(Dialog[str]):
    """Gives verify, rollback, applied or not_applied; nothing leaves it open (it can be resumed later)."""

    def __init__(self, effect: Settle, message: str) -> None:
        super().__init__()
        self._effect, self._message = effect, message
        self._choices = choices(effect)

    def body(self) -> ComposeResult:
        plan = self._effect.plan
        what = {"rollback": "rollback of", "confirm": "end of the revert of"}.get(self._effect.action, "fix")
        yield Static(
            safe.stack(
                [
                    Content.styled(" OUTCOME UNKNOWN ", "bold reverse $text-error"),
                    safe.content(f"The {what} '{plan.title}' was sent to {plan.host}, and no whole answer came."),
                    safe.content(self._message, "$text-warning"),
                    Content("It is never sent a second time by itself. How shall it be settled?"),
                ]
            ),
            markup=False,
        )
        yield KeyList(id="settle-list")

    def on_mount(self) -> None:
        options = self.query_one(KeyList)
        options.set_options([Option(safe.content(label)) for _, label in self._choices])
        options.highlighted = 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._choices[event.option_index][0])


def choices(effect: Settle) -> tuple[tuple[str | None, str], ...]:
    """What a person can say, in the order of safety."""
    found: list[tuple[str | None, str]] = []
    if effect.revert_left is not None:
        when = f"{effect.revert_left / 60:.0f} min" if effect.revert_left >= 60 else f"{effect.revert_left:.0f} s"
        found.append(("await_revert", f"Wait until the device has taken it back by itself ({when}), then look"))
    found.append(("verify", "Verify: look at the device now (only reads)"))
    if effect.plan.rollback and effect.action != "rollback":
        found.append(("rollback", "Roll back: show the rollback and ask for consent"))
    if effect.action != "confirm":
        found += [
            ("applied", "It was applied: I know that all of it reached the device"),
            ("not_applied", "It was not applied: I know that nothing reached the device"),
        ]
    return (*found, (None, "Leave it open: settle it later (Esc)"))
