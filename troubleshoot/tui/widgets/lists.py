"""An option list with the keys of the action table (j, k, g, G)."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.widgets import OptionList

from troubleshoot.tui import actions

_LIST_ACTIONS = ("cursor_up", "cursor_down", "first", "last")


class KeyList(OptionList):
    """All prompts must be Content made by :mod:`troubleshoot.tui.safe`; markup is off in any case."""

    BINDINGS: ClassVar[list[BindingType]] = [
        binding for binding in actions.bindings(actions.LIST) if binding.action in _LIST_ACTIONS
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
