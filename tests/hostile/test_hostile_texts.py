"""Generated hostile text through every door and every export: nothing outside the allowed set, nothing of it is markup."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from tests.figures import Figures, budget
from tests.hostile.hostile_texts import texts
from tests.unit.report.incidents import TREE, Incident, record
from troubleshoot.cli import output
from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Trouble
from troubleshoot.report import safe as report_safe
from troubleshoot.report.export import export
from troubleshoot.tui import safe as tui_safe

INPUTS = budget(20_000, 1_000_000)
LINES = 400  # hostile lines in one incident
DOORS = 5_000  # texts in one test of the doors
# What may stand in a text for a terminal or a file: no control, format, bidi or surrogate character.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff"
    "\U000e0000-\U000e0fff]"
)


def batches(inputs: int, size: int) -> range:
    return range(max(1, inputs // size))


class Tags(HTMLParser):
    """The elements and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update([tag, *(f"{tag}@{name}" for name, _ in attrs)])

    def handle_comment(self, data: str) -> None:
        self.found.update(["comment"])


def incident(hostile: list[str]) -> Incident:
    """A diagnosed incident with hostile text wherever somebody else's text can stand."""
    first, second, third = hostile[0], hostile[1], hostile[2]
    seen = "\n".join(["Routing entry for 172.18.4.9/32", *hostile[3:], "  * directly connected, via Null0"])
    found = record("blackhole")
    found["unread"] = [[0, 2, 5]]
    made = Incident().known("edge1").sees(seen, found)
    return made.add(ev.NoteAdded(made.at, first, second)).add(ev.NoteAdded(made.at, third, "me"))


def failed(hostile: list[str]) -> Incident:
    return Incident().known("edge1").fails(Trouble.UNREACHABLE, hostile[0])


def exports(hostile: list[str]) -> Iterator[tuple[str, str]]:
    for made in (incident(hostile), failed(hostile)):
        for form in ("md", "html", "json"):
            yield form, export(made.state, TREE, form, made.events)


def kinds(markdown: str) -> Counter[str]:
    """The elements of a Markdown text as an independent parser sees them."""
    found: Counter[str] = Counter()
    for token in MarkdownIt("commonmark").enable("table").enable("strikethrough").parse(markdown):
        found.update([token.type, *(child.type for child in token.children or ())])
    return found


def test_no_export_lets_hostile_text_be_more_than_text(figure: Figures) -> None:
    plain = dict(enumerate(exports([f"plain {number}" for number in range(LINES)])))
    tags = {place: Tags(page).found for place, (form, page) in plain.items() if form == "html"}
    elements = {place: kinds(page) for place, (form, page) in plain.items() if form == "md"}
    wrong = 0
    for batch in batches(INPUTS // 2, LINES):
        for place, (form, page) in enumerate(exports(list(texts(batch, LINES)))):
            wrong += len(FORBIDDEN.findall(page))
            if form == "html":
                assert Tags(page).found == tags[place], batch
            elif form == "json":
                assert page.isascii()
                json.loads(page)
            else:
                got = kinds(page)
                assert {kind: got[kind] for kind in MARKUP} == {kind: elements[place][kind] for kind in MARKUP}, batch
    figure("hostile texts: through exports", len(batches(INPUTS // 2, LINES)) * LINES * 3)
    figure("hostile texts: characters outside the allowed set", wrong)
    assert wrong == 0


# Text may become softbreaks and text tokens, never one of these.
MARKUP = (
    "html_block", "html_inline", "link_open", "image", "heading_open", "fence", "table_open", "bullet_list_open",
    "ordered_list_open", "blockquote_open", "hr", "code_inline", "td_open", "tr_open",
)  # fmt: skip


def allowed(shown: str) -> bool:
    return FORBIDDEN.search(shown) is None


@pytest.mark.parametrize("batch", batches(INPUTS // 2, DOORS))
def test_no_door_lets_a_control_through(batch: int, figure: Figures) -> None:
    wrong = []
    for text in texts(10_000 + batch, DOORS):
        doors = {
            "terminal": output.safe(text),
            "screen": tui_safe.line(text),
            "field": tui_safe.same_length(text).replace("\t", " "),
            "html": report_safe.html(text),
            "sentence": report_safe.markdown(text),
            "code": report_safe.markdown_code(text),
            "block": report_safe.markdown_block(text),
        }
        wrong += [(door, text[:80]) for door, shown in doors.items() if not allowed(shown)]
        if len(tui_safe.same_length(text)) != len(text):
            wrong.append(("length", text[:80]))
    figure("hostile texts: through doors", DOORS * 7)
    figure("hostile texts: characters outside the allowed set", len(wrong))
    assert wrong == []
