"""A label that is drawn anew only when its text changed: clocks tick over slow lines, too."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static


class CalmLabel(Static):
    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._page: Content | None = None

    def show_page(self, page: Content) -> None:
        """Show ``page`` unless it is shown already."""
        if self._page is None or not page.is_same(self._page):
            self._page = page
            self.update(page)
