"""The hop trace as a small map, with the broken host marked by sign, word and colour."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from troubleshoot.core.state import State
from troubleshoot.tui import safe, views
from troubleshoot.tui.theme import Glyphs


class HopMap(Static):
    def __init__(self, glyphs: Glyphs) -> None:
        super().__init__(id="hopmap")
        self.glyphs = glyphs

    def show(self, state: State) -> None:
        hops = views.hops(state)
        self.display = bool(hops)
        self.update(draw(hops, self.glyphs))


def draw(hops: tuple[views.Hop, ...], glyphs: Glyphs) -> Content:
    """``r5 ─▶ r3 ─▶ ✗ r2 BROKEN``; the map wraps between hops."""
    return Content(f" {glyphs.arrow} ").join([_hop(hop, glyphs) for hop in hops])


def _hop(hop: views.Hop, glyphs: Glyphs) -> Content:
    name = safe.line(hop.name, 40)
    if hop.mark == "broken":
        return Content.styled(f"{glyphs.broken} {name} BROKEN", "bold reverse $text-error")
    if hop.mark == "mended":
        return Content.styled(f"{glyphs.done} {name} FIXED", "bold reverse $text-success")
    return Content.styled(name, "bold underline" if hop.mark == "now" else "")
