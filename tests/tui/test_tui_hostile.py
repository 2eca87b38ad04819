"""Device text is shown, never obeyed: markup, terminal escapes, bidirectional overrides, monstrous lines."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.segment import Segment
from textual.scrollbar import ScrollBar

from tests.tui.support import (
    PIM_COMMAND,
    PIM_HEAD,
    PIM_ROW_1,
    RPF_COMMAND,
    RPF_R3,
    SMALL,
    Bench,
    Network,
    app_for,
    press,
    put,
    running_app,
    screen_text,
    state_of,
    until,
    waiting,
    walk_of,
)
from troubleshoot.core.kinds import Trouble
from troubleshoot.transports.base import TransportError
from troubleshoot.tui import safe, theme
from troubleshoot.tui.app import TroubleshootApp
from troubleshoot.tui.screens.dialogs import Message, PasteDialog
from troubleshoot.tui.services import Incident
from troubleshoot.tui.widgets.fields import SafeInput, SafeTextArea

HOSTILE = (
    "[/",
    "[@click=app.quit]press[/]",
    "[bold red]x[/bold red] [link=http://x]y[/link] $text-error",
    "\x1b[2J\x1b]52;c;ZXZpbA==\x07\x1b]0;owned\x07",
    "\x9b31mred\x9d0;t\x9c",
    "abc\u202egnp.exe\u2066x\u2069\u200b\ufeff",
    "\r\x08\x08--More--\x00",
    "\ud800\udfff",
    "a\u2028b\u2029c\u0085d",
    "e" + "\u0301" * 5000,
    "\U000e0041\U000e0042",
)
EVERYTHING = "\n".join(HOSTILE)


def controls(text: str) -> list[str]:
    return [char for char in text if not char.isprintable()]


def rendered(app: TroubleshootApp) -> list[Segment]:
    """Everything that would go to the terminal, with its styles."""
    return [segment for strip in app.screen._compositor.render_strips() for segment in strip]


def assert_inert(app: TroubleshootApp) -> None:
    """No control reaches the terminal, and no foreign text carries an action or a link."""
    for segment in rendered(app):
        assert not controls(segment.text), ascii(segment.text)
        assert segment.control is None
        style = segment.style
        if style is not None:
            assert not style.link
            assert "@click" not in style.meta


@pytest.mark.parametrize("text", [*HOSTILE, EVERYTHING])
def test_visible_text_has_no_controls(text: str) -> None:
    for shown in (safe.visible(text), safe.line(text), *safe.lines(text), safe.typed(text), safe.same_length(text)):
        assert not controls(shown)
    assert safe.content(text).spans == () or list(safe.content(text).spans) == []


def test_controls_are_shown_as_what_they_are() -> None:
    assert safe.visible("\x1b[2J\x07\x7f") == "^[[2J^G^?"
    assert safe.visible("\x9b\u202e\u200b") == "<U+009B><U+202E><U+200B>"
    assert safe.visible("plain [b]text[/b]") == "plain [b]text[/b]"
    assert safe.visible("é漢\u00a0") == "é漢 "


def test_long_lines_are_capped_with_a_mark() -> None:
    shown = safe.line("x" * 1_000_000)
    assert len(shown) < safe.MAX_LINE + 50 and shown.endswith("[... 998000 more characters]")
    assert len(safe.lines("y" * 1_000_000 + "\nz")[0]) < safe.MAX_LINE + 50


def test_line_numbers_stay_those_of_the_stored_text() -> None:
    assert len(safe.lines("a\u2028b\nc\x0bd\x0ce\r\nf")) == 3


def test_same_length_keeps_every_column() -> None:
    for text in HOSTILE:
        assert len(safe.same_length(text)) == len(text)


async def test_hostile_output_is_shown_in_every_pane() -> None:
    network = Network(answers={("r5", RPF_COMMAND): EVERYTHING + "\n" + RPF_R3})
    network.answers["r3", PIM_COMMAND] = EVERYTHING
    app = running_app(Bench(network=network))
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(state_of(app).path))
        await waiting(pilot, "collect")
        await press(pilot, "tab", "tab")
        assert_inert(app)
        assert "[@click=app.quit]press[/]" in screen_text(app)
        assert "^[[2J^[]52;c;ZXZpbA==^G" in screen_text(app)
        for key in ("G", "t", "w", "escape", "t", "z"):
            await press(pilot, key)
            assert_inert(app)


async def test_hostile_messages_of_a_transport() -> None:
    error = TransportError(Trouble.AUTH, EVERYTHING, hint=EVERYTHING)
    app = running_app(Bench(network=Network(fails={"r5": error})))
    async with app.run_test(size=(160, 60)) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: walk_of(app).moment.idle)
        await until(pilot, lambda: "CANNOT TELL" in screen_text(app))
        assert_inert(app)
        await press(pilot, "k", "k", "w")
        assert_inert(app)


async def test_hostile_before_state_in_the_fix_screen() -> None:
    network = Network()
    network.answers["r3", "show running-config interface GigabitEthernet0/2"] = EVERYTHING
    app = running_app(Bench(network=network))
    async with app.run_test(size=(120, 70)) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "a")
        await waiting(pilot, "offer")
        await press(pilot, "f")
        await waiting(pilot, "consent")
        await until(pilot, lambda: "[@click=app.quit]press[/]" in screen_text(app))
        assert_inert(app)


async def test_hostile_lists_messages_and_notes() -> None:
    bench = Bench(open_incidents=[Incident(EVERYTHING, EVERYTHING, EVERYTHING, EVERYTHING)])
    app = app_for(bench)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: "RESUME" in screen_text(app))
        assert_inert(app)
        app.push_screen(Message(EVERYTHING, EVERYTHING, EVERYTHING))
        await until(pilot, lambda: isinstance(app.screen, Message))
        safe.notify(app.screen, EVERYTHING, warning=True)
        await until(pilot, lambda: "press" in screen_text(app))
        assert_inert(app)


async def test_pasted_controls_are_kept_for_the_parser_but_not_drawn() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(app.screen, PasteDialog))
        await put(pilot, EVERYTHING.replace("\ud800\udfff", "") + "\n" + RPF_R3)
        area = app.screen.query_one(SafeTextArea)
        await until(pilot, lambda: RPF_R3.strip() in area.text)
        assert "\x1b]52;c;ZXZpbA==" in area.text
        assert_inert(app)
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: bool(state_of(app).path))
        assert state_of(app).observations[0].parts[0].text.startswith("[/")
        assert_inert(app)


async def test_a_pasted_log_line_becomes_one_clean_line_in_a_field() -> None:
    app = app_for(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await put(pilot, "RPF\x1b[31m\r\n failed\u202e")
        field = app.screen.query_one("#symptom", SafeInput)
        await until(pilot, lambda: bool(field.value))
        assert field.value == "RPF[31m failed"
        assert_inert(app)


async def test_a_huge_output_stays_quick() -> None:
    """20 MB in one answer: the panes draw what is visible."""
    text = ("x" * 199 + "\n") * 100_000
    app = running_app(Bench(network=Network(answers={("r5", RPF_COMMAND): RPF_R3 + text})))
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(state_of(app).path), seconds=20)
        await waiting(pilot, "collect", seconds=20)
        await press(pilot, "tab", "tab", "G")
        await until(pilot, lambda: "100000" in screen_text(app) or "100001" in screen_text(app))


# --- terminals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "encoding", "ascii_only"),
    [("xterm-256color", "utf-8", False), ("linux", "utf-8", True), ("xterm", "ascii", True), ("xterm", "", True)],
)
def test_signs_fit_the_terminal(term: str, encoding: str, ascii_only: bool) -> None:
    found = theme.glyphs({"TERM": term}, encoding)
    assert found.ascii_only is ascii_only
    assert not ascii_only or "".join([found.arrow, found.done, found.broken, found.mark, found.end]).isascii()


async def test_an_ascii_terminal_gets_ascii_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setattr(ScrollBar, "renderer", ScrollBar.renderer)  # put back after the test
    app = running_app(Bench(network=Network(answers={("r3", PIM_COMMAND): PIM_HEAD + PIM_ROW_1})))
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "a")
        await waiting(pilot, "offer")
        text = screen_text(app)
        assert "r5 -> X r3 BROKEN" in text
        assert text.isascii(), [char for char in text if not char.isascii()]
        await press(pilot, "question_mark")
        assert screen_text(app).isascii()


def test_the_device_text_door_is_the_only_one() -> None:
    """No module but safe.py turns text into markup, and no widget is left with markup on."""
    folder = Path(safe.__file__).parent
    for path in folder.rglob("*.py"):
        source = path.read_text()
        for forbidden in ("from_markup", "markup=True", "Text.from_ansi", "Content.from_text"):
            assert forbidden not in source, f"{path.name}: {forbidden}"
