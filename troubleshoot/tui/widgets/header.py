"""The line on top: what is walked, where, how risky the next thing is, for how long, and against what."""

from __future__ import annotations

from textual.content import Content

from troubleshoot.core.kinds import Risk
from troubleshoot.tui import safe
from troubleshoot.tui.theme import RISK_STYLES
from troubleshoot.tui.widgets.calm import CalmLabel

_MODE_STYLES = {"live": "bold reverse $text-error", "lab": "bold reverse $text-success"}


class Header(CalmLabel):
    """One line; the most important words come first so that a narrow terminal cuts off the least."""

    def show(self, *, tree: str, host: str, mode: str, risk: Risk | None, elapsed: str, doing: str) -> None:
        mode_style = _MODE_STYLES.get(mode, "bold reverse $text-warning")
        self.show_page(
            Content(" ").join(
                [
                    Content.styled(f" {safe.line(mode.upper(), 10)} ", mode_style),
                    safe.content(tree, "bold", 40),
                    safe.content(f"@ {host or '-'}", "", 40),
                    Content.styled(f"next: {risk}", RISK_STYLES[risk]) if risk else Content("next: -"),
                    Content(elapsed),
                    safe.content(doing, "$text-muted", 60),
                ]
            )
        )
