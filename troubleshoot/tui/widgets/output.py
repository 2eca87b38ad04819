"""Raw output, line by line: numbered, deciding lines marked, drawn only where it is visible."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.cache import LRUCache
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from troubleshoot.core.exit_codes import shown_code
from troubleshoot.core.state import Evidence, Observation
from troubleshoot.tui import actions, safe, views

_GUTTER: Final = 6
HEAD: Final = "head"
MARKED: Final = "marked"
PROOF: Final = "proof"
TROUBLE: Final = "trouble"
PLAIN: Final = "plain"


@dataclass(frozen=True, slots=True)
class Row:
    """One line that is shown. ``text`` is safe already; ``number`` is its line in the stored output."""

    text: str
    number: int | None = None
    kind: str = PLAIN


def observed(seen: Sequence[Observation], marks: dict[tuple[int, int], set[int]]) -> list[Row]:
    """Rows for stored observations, as raw text with the deciding lines marked."""
    return [row for item in seen for row in _one(item, marks)]


def _one(seen: Observation, marks: dict[tuple[int, int], set[int]]) -> Iterable[Row]:
    for part, piece in enumerate(seen.parts):
        how = f"  ({seen.via})" if seen.via != "live" else ""
        yield Row(safe.line(f"{seen.host}: {piece.command}{how}"), kind=HEAD)
        wanted = marks.get((seen.number, part), set())
        for number, text in enumerate(safe.lines(piece.text.removesuffix("\n")), 1):
            yield Row(text, number, MARKED if number in wanted else PLAIN)
        if piece.exit_code:
            yield Row(f"exit code {shown_code(piece.exit_code)}", kind=TROUBLE)
    yield from _troubles(seen)


def _troubles(seen: Observation) -> Iterable[Row]:
    if seen.trouble is not None:
        yield Row(safe.line(f"CANNOT TELL ({seen.trouble}) {seen.host} {seen.name}: {seen.message}"), kind=TROUBLE)
    for text in (seen.doubt, seen.hint):
        if text:
            yield Row(safe.line(text), kind=TROUBLE)


def proof(evidence: Sequence[Evidence]) -> list[Row]:
    """Rows for the lines that prove a conclusion, with their numbers in the stored output."""
    rows: list[Row] = []
    for item in evidence:
        rows.append(Row(safe.line(f"PROOF  {item.host}: {item.command}"), kind=HEAD))
        texts = zip(item.lines, item.text.split("\n"), strict=False)
        rows += [Row(safe.lines(text)[0], number, PROOF) for number, text in texts]
    return rows


def read_facts(seen: Sequence[Observation]) -> list[Row]:
    """Rows for what the parsers read."""
    return [row for item in seen for row in _facts_of(item)]


def _facts_of(seen: Observation) -> Iterable[Row]:
    found = list(views.facts(seen))
    width = min(44, max((len(fact.path) for fact in found), default=0))
    yield Row(safe.line(f"{seen.host}: {seen.name}"), kind=HEAD)
    if not found:
        yield Row("nothing was read" if seen.trouble else "no facts", kind=TROUBLE)
    for fact in found:
        yield Row(f"{safe.line(fact.path, 120):<{width}}  {safe.line(fact.value)}")
    if count := views.unread(seen):
        yield Row(f"{count} places of the output were not understood", kind=TROUBLE)


class OutputView(ScrollView):
    """A pane of rows. Scrolls both ways; ``m`` goes from mark to mark."""

    can_focus = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {"output--head", "output--marked", "output--trouble", "output--number"}
    BINDINGS: ClassVar[list[BindingType]] = [*actions.bindings(actions.LIST)]

    def __init__(self, mark: str, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.mark = mark
        self.rows: list[Row] = []
        self._partial: tuple[str, str] | None = None  # host and command of the stream whose last line is open
        self._widest = 0
        self._goal: int | None = None  # the row that belongs on top until a person scrolls
        self._strips: LRUCache[tuple[int, int, int], Strip] = LRUCache(1000)

    # --- content ---

    def show(self, rows: list[Row], *, to_mark: bool = True) -> None:
        """Replace the content; the first marked line comes into view."""
        self.rows = rows
        self._partial = None
        self._resized(rows)
        first = next((index for index, row in enumerate(rows) if row.kind == MARKED), None)
        self._goal = max(0, (first or 0) - 2) if to_mark else 0
        self.call_after_refresh(self._to_goal)

    def on_resize(self) -> None:
        """What stands around this pane changes its height: the deciding lines stay in view."""
        self.call_after_refresh(self._to_goal)

    def _to_goal(self) -> None:
        if self._goal is not None:
            self.scroll_to(0, self._goal, animate=False)

    def stream(self, host: str, command: str, text: str) -> None:
        """Add live output; the view stays at its end."""
        before = len(self.rows)
        if not any(row.kind == HEAD and row.text == _title(host, command) for row in self.rows[-2000:]):
            self.rows.append(Row(_title(host, command), kind=HEAD))
            self._partial = None
        self._append(host, command, text.replace("\r\n", "\n"))
        self._goal = None
        self._resized(self.rows[max(0, before - 1) :], self._widest)
        self.call_after_refresh(self.scroll_end, animate=False)

    def _append(self, host: str, command: str, text: str) -> None:
        first, *rest = text.split("\n")
        if self._partial == (host, command) and self.rows:
            self.rows[-1] = Row(safe.line(self.rows[-1].text + safe.line(first)))
        else:
            self.rows.append(Row(safe.line(first)))
        self.rows.extend(Row(safe.line(raw)) for raw in rest)
        self._partial = (host, command)

    def _resized(self, new: Sequence[Row], widest: int = 0) -> None:
        self._strips.clear()
        self._widest = max(widest, *(len(row.text) for row in new), 0)
        self.virtual_size = Size(self._widest + _GUTTER, len(self.rows))
        self.refresh()

    # --- drawing ---

    def render_line(self, y: int) -> Strip:
        offset_x, offset_y = self.scroll_offset
        key = (offset_x, offset_y + y, self.size.width)
        strip = self._strips.get(key)
        if strip is None:
            strip = self._strips[key] = self._strip(offset_y + y, offset_x, self.size.width)
        return strip

    def _strip(self, index: int, left: int, width: int) -> Strip:
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[index]
        style = self.rich_style + self._style(row.kind)
        strip = Strip([*self._gutter(row), Segment(row.text, style)])
        return strip.crop_extend(left, left + width, style if row.kind == MARKED else self.rich_style)

    def _style(self, kind: str) -> Style:
        return Style() if kind in (PLAIN, PROOF) else self.get_component_rich_style(f"output--{kind}", partial=True)

    def _gutter(self, row: Row) -> list[Segment]:
        if row.kind in (HEAD, TROUBLE):
            return []
        style = self.rich_style + self.get_component_rich_style("output--number", partial=True)
        sign = self.mark if row.kind in (MARKED, PROOF) else " "
        return [Segment(f"{sign}{row.number or '':>4} ", style)]

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    # --- keys ---

    def _moving(self) -> None:
        self._goal = None

    def action_cursor_up(self) -> None:
        self._moving()
        self.scroll_up(animate=False)

    def action_cursor_down(self) -> None:
        self._moving()
        self.scroll_down(animate=False)

    def action_first(self) -> None:
        self._moving()
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        self._moving()
        self.scroll_end(animate=False)

    def action_page_up(self) -> None:
        self._moving()
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        self._moving()
        self.scroll_page_down(animate=False)

    def action_left(self) -> None:
        self.scroll_relative(x=-10, animate=False)

    def action_right(self) -> None:
        self.scroll_relative(x=10, animate=False)

    def action_next_mark(self) -> None:
        marks = [index for index, row in enumerate(self.rows) if row.kind == MARKED]
        here = self.scroll_offset.y + 2
        wanted = next((index for index in marks if index > here), marks[0] if marks else None)
        if wanted is not None:
            self._moving()
            self.scroll_to(y=max(0, wanted - 2), animate=False)


def _title(host: str, command: str) -> str:
    return safe.line(f"{host}: {command}")
