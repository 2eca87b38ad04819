"""Markdown, HTML and JSON reports of whole incidents."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from tests.unit.report import incidents
from tests.unit.report.incidents import BAD_TEXT, TREE, Incident
from tests.unit.report.test_safe_text import Reader
from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Trouble
from troubleshoot.errors import OperatorError
from troubleshoot.report.build import build
from troubleshoot.report.export import FORMATS, export
from troubleshoot.report.model import Hop

EVIL = (
    "```\n</pre><script>alert(1)</script>\n# heading\n\x1b[2J\x1b]0;owned\x07\r\n"
    "![x](http://evil.example/beacon)\n<img src=http://evil.example/y onerror=alert(2)>\n\u202egnp.exe"
)


def exported(walk: Incident, form: str) -> str:
    return export(walk.state, walk.tree, form, walk.events)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "make", [incidents.healthy, incidents.fixed, incidents.rolled_back, incidents.not_seen, incidents.cancelled]
)
def test_every_format_has_what_people_ask_for(make: type[Incident], form: str) -> None:
    walk = make()
    shown = exported(walk, form)
    for wanted in ("20261122-1803-7f3a", "lost-route", "edge1", "172.18.4.9"):
        assert wanted in shown
    for seen in walk.state.observations:
        for part in seen.parts:
            assert part.text.split("\n")[0] in shown


def test_an_unknown_format_is_the_callers_error() -> None:
    with pytest.raises(OperatorError, match="no format 'pdf'"):
        exported(incidents.healthy(), "pdf")


def test_markdown_of_a_fault() -> None:
    shown = exported(incidents.closed(), "md")
    assert "## Fault found: core1 throws 172.18.4.9 away" in shown
    assert "line 3 (observation 1):\n\n```text\n  * directly connected, via Null0\n```" in shown
    assert "1. ✓ `edge1` ok\n2. ✗ `core1` broken" in shown
    assert "not offered: this fix has no form for ios" in shown
    assert re.search(r"not `blackhole`: `route\.entries\.exists.*` does not hold", shown)


def test_html_marks_the_cited_lines_in_the_raw_output() -> None:
    shown = exported(incidents.closed(), "html")
    assert "<span class=cited data-n=3>  * directly connected, via Null0</span>" in shown
    assert "<span data-n=1>Routing entry for 172.18.4.9/32</span>" in shown
    assert "<svg " in shown and "core1: broken" in shown


def test_html_needs_nothing_and_allows_nothing() -> None:
    shown = exported(incidents.fixed(), "html")
    reader = Reader(shown)
    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "img", "iframe", "object", "link", "base", "form"})
    for _, attributes in reader.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset")]
        assert (attributes.get("href") or "#").startswith("#")
    policy = next(found["content"] for _, found in reader.tags if found.get("http-equiv") == "Content-Security-Policy")
    style = shown[shown.index("<style>") + 7 : shown.index("</style>")]
    assert policy is not None and policy.startswith("default-src 'none';") and "unsafe" not in policy
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert "url(" not in style and "@import" not in style


def hostile() -> Incident:
    """Hostile text in every place that a device, a file or a person can fill."""
    walk = incidents.diagnosed(f"{BAD_TEXT}\n{EVIL}")
    walk.applies((ev.Part("no ip route", EVIL),), refusal=EVIL)
    walk.add(ev.NoteAdded(walk.at, EVIL, EVIL))
    walk.add(ev.Declined(walk.at, "remove", "rollback", EVIL))
    path = tuple(replace(entry, because=EVIL, why=EVIL, title=EVIL, host=EVIL) for entry in walk.state.path)
    assert walk.state.conclusion is not None
    conclusion = replace(walk.state.conclusion, title=EVIL, explanation=EVIL, host=EVIL, advice=(EVIL,))
    seen = replace(walk.state.observations[0], trouble=Trouble.PARSE, message=EVIL, host=EVIL, record={"x": EVIL})
    walk.state = replace(
        walk.state,
        path=path,
        conclusion=conclusion,
        diagnoses=(conclusion,),
        observations=(seen, *walk.state.observations[1:]),
        incident=EVIL,
        parameters={"router": EVIL},
    )
    walk.tree = replace(TREE, title=EVIL)
    return walk


def test_hostile_text_is_only_text_in_html() -> None:
    shown = exported(hostile(), "html")
    tame = exported(incidents.rolled_back(), "html")
    tags = {tag for tag, _ in Reader(shown).tags}
    assert tags <= {tag for tag, _ in Reader(tame).tags} | {"strong", "ul", "li", "details", "summary"}
    assert "<script>alert(1)</script>" in Reader(shown).text
    assert not set(shown) & set("\x1b\x07\r\u202e")


def test_hostile_text_is_only_text_in_markdown() -> None:
    shown = exported(hostile(), "md")
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(shown)
    flat = [*tokens, *(child for token in tokens for child in token.children or [])]
    assert not [
        token for token in flat if token.type in ("html_block", "html_inline", "image", "link_open", "code_block")
    ]
    headings = [tokens[index + 1].content for index, token in enumerate(tokens) if token.type == "heading_open"]
    assert "heading" not in headings
    assert not set(shown) & set("\x1b\x07\r\u202e")


def test_hostile_text_survives_in_json() -> None:
    shown = exported(hostile(), "json")
    assert shown.isascii() and "\x1b" not in shown and "\x7f" not in shown
    found = json.loads(shown)
    assert found["parameters"]["router"] == EVIL
    assert found["timeline"][0]["event"] == "Started" and len(found["timeline"]) == len(hostile().events)


def test_json_has_no_nan() -> None:
    walk = incidents.Incident().known("edge1").sees("x", {**incidents.record(connected=True), "load": float("nan")})
    found = json.loads(exported(walk, "json"), parse_constant=pytest.fail)
    assert found["timeline"][-1]["record"]["load"] is None


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (incidents.healthy, [("edge1", "ok")]),
        (incidents.closed, [("edge1", "ok"), ("core1", "broken")]),
        (incidents.fixed, [("edge1", "ok"), ("core1", "ok")]),
        (incidents.rolled_back, [("edge1", "ok"), ("core1", "broken")]),
        (incidents.not_seen, [("edge1", "unknown")]),
        (incidents.unknown_next_hop, [("edge1", "unknown"), ("172.30.0.2", "unknown")]),
        (incidents.unreachable, [("edge1", "unknown")]),
    ],
)
def test_the_map_of_the_walk(make: type[Incident], expected: list[tuple[str, str]]) -> None:
    walk = make()
    found: tuple[Hop, ...] = build(walk.state, walk.tree).hops
    assert [(hop.host, hop.state) for hop in found] == expected


def test_a_report_of_nothing_yet() -> None:
    walk = Incident()
    for form in FORMATS:
        assert "lost-route" in exported(walk, form)


def test_the_report_keeps_before_state_checks_and_notes() -> None:
    walk = incidents.fixed()
    walk.add(ev.NoteAdded(walk.at, "told the site", "ops"))
    report = build(walk.state, walk.tree, walk.events)
    assert report.fixes[0].before == (2,) and report.fixes[0].checks == (4,)
    assert report.notes[0].text == "told the site"
    assert report.ended - report.started == len(walk.events) - 1
    assert report.observations[1].cited == ((3,),)
