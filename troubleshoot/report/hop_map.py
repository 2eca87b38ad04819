"""The hosts of a walk as a small drawing: inline SVG, styled by the page alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from troubleshoot.report.model import Hop
from troubleshoot.report.safe import html, one_line

_ROW: Final = 52  # pixels between two hosts
_WIDTH: Final = 640
_LONGEST: Final = 80  # characters of a note that fit
_CLASSES: Final = {"ok": "ok", "broken": "broken", "unknown": "doubt"}
_MARKS: Final = {"ok": "✓", "broken": "✗", "unknown": "?"}


def hop_map(hops: tuple[Hop, ...]) -> str:
    """From the first host at the top to the last one; shape and sign say the state, not colour alone."""
    height = _ROW * len(hops)
    label = html(", ".join(f"{one_line(hop.host)}: {hop.state}" for hop in hops))
    body = "".join(piece for index, hop in enumerate(hops) for piece in _pieces(index, hop))
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{label}">{body}</svg>'


def _pieces(index: int, hop: Hop) -> Iterator[str]:
    middle = index * _ROW + _ROW // 2
    if index:
        yield f'<line x1="20" y1="{middle - _ROW + 13}" x2="20" y2="{middle - 13}"/>'
    yield f'<circle cx="20" cy="{middle}" r="12" class="{_CLASSES[hop.state]}"/>'
    yield f'<text x="20" y="{middle + 5}" class="mark">{_MARKS[hop.state]}</text>'
    yield f'<text x="44" y="{middle + (0 if hop.note else 5)}">{_short(hop.host)}</text>'
    if hop.note:
        yield f'<text x="44" y="{middle + 16}" class="note">{_short(hop.note)}</text>'


def _short(text: str) -> str:
    line = one_line(text)
    return html(line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…")
