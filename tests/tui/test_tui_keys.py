"""Every key of the run screen, in both sizes of terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import TextArea

from tests.tui.support import (
    CUT_OFF,
    LARGE,
    PIM_COMMAND,
    PIM_HEAD,
    PIM_ROW_1,
    RPF_COMMAND,
    RPF_R3,
    SMALL,
    UNREACHED,
    Bench,
    Network,
    app_for,
    asking_tree,
    ended,
    press,
    put,
    running_app,
    screen_text,
    shown,
    state_of,
    tree,
    until,
    waiting,
    walk_of,
)
from troubleshoot.core.events import NoteAdded, OutcomeStated, SteppedBack
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import Phase
from troubleshoot.tui.app import finish
from troubleshoot.tui.screens.dialogs import Confirm, Message, NoteDialog, PasswordDialog, PasteDialog
from troubleshoot.tui.screens.export import ExportDialog
from troubleshoot.tui.screens.fix import FixScreen
from troubleshoot.tui.screens.parameters import ParametersScreen
from troubleshoot.tui.screens.reading import Reading
from troubleshoot.tui.screens.settle import SettleDialog
from troubleshoot.tui.services import Incident

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE])
Size = tuple[int, int]


async def to_diagnosis(pilot: Pilot[None]) -> None:
    await waiting(pilot, "collect")
    await press(pilot, "a")
    await waiting(pilot, "offer")


async def to_proposal(pilot: Pilot[None]) -> None:
    await to_diagnosis(pilot)
    await press(pilot, "f")
    await waiting(pilot, "consent")
    await until(pilot, lambda: isinstance(pilot.app.screen, FixScreen))


# --- going on -----------------------------------------------------------------------------------------------------


async def test_auto_runs_to_the_diagnosis_and_never_sends() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await to_diagnosis(pilot)
        assert [entry.host for entry in state_of(app).path] == ["r5", "r5", "r3", "r3", "r3"]
        assert bench.network.sent == []
        assert shown(app, "#hopmap").lstrip("─ ") == "r5 ─▶ ✗ r3 BROKEN"
        assert "PROOF r3: show ip pim interface ▌ 2 Address" in shown(app, "#output")


async def test_deciding_lines_are_marked_in_the_raw_output() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)
        await waiting(pilot, "collect")
        text = screen_text(app)
        assert "▌   1 RPF information for ? (10.7.12.4)" in text
        assert "Decided: None of the" not in text and "The next router is 10.7.35.3" in shown(app, "#step")
        assert "NEXT" in text and "r3: show ip rpf 10.7.12.4" in text


async def test_an_earlier_entry_shows_its_output_and_escape_returns() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await to_diagnosis(pilot)
        walk_of(app).query_one("#path").focus()
        await press(pilot, "g")
        await until(pilot, lambda: "RPF interface: GigabitEthernet0/1" in screen_text(app))
        assert walk_of(app).moment.selected == 0
        await press(pilot, "j", "k")
        await until(pilot, lambda: walk_of(app).moment.selected == 0)
        await press(pilot, "escape")
        await until(pilot, lambda: "FAULT" in screen_text(app))


async def test_facts_and_zoom() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)
        await press(pilot, "t")
        await until(pilot, lambda: "neighbor" in screen_text(app) and "10.7.35.3" in screen_text(app))
        await press(pilot, "z")
        await until(pilot, lambda: walk_of(app).maximized is not None)
        await press(pilot, "z", "t")
        await until(pilot, lambda: "RPF interface: GigabitEthernet0/1" in screen_text(app))


async def test_every_pane_can_be_shown_alone() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await to_diagnosis(pilot)
        for focused, wanted in (("path", "path"), ("step", "step"), ("output", "output"), ("dock-list", "output")):
            app.screen.query_one(f"#{focused}").focus()
            await press(pilot, "z")
            await until(pilot, lambda: app.screen.maximized is not None)
            assert app.screen.maximized is not None and app.screen.maximized.id == wanted
            assert app.screen.maximized.region.height >= 20
            await press(pilot, "escape")
            await until(pilot, lambda: app.screen.maximized is None)


async def test_why_lists_the_rivals() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)
        await press(pilot, "w")
        await until(pilot, lambda: isinstance(app.screen, Reading))
        text = screen_text(app)
        assert "does not hold: There is no RPF route here." in text and "when !rpf.found" in text
        await press(pilot, "escape")
        assert app.screen is walk_of(app)


async def test_help_lists_every_key_of_the_table() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "question_mark")
        await until(pilot, lambda: isinstance(app.screen, Reading))
        assert "The walk" in screen_text(app)
        await press(pilot, "G")
        await until(pilot, lambda: "Palette" in screen_text(app))
        await press(pilot, "q")
        assert app.screen is walk_of(app)


async def test_copy_puts_the_commands_on_the_clipboard() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "y")
        assert app.clipboard == RPF_COMMAND


async def test_palette_runs_an_action() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "ctrl+p")
        await put(pilot, "Note")
        await pilot.pause(0.3)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))


# --- going back, notes, paste, stop -------------------------------------------------------------------------------


@SIZES
async def test_back_waits_at_the_step_again_and_rerun_runs_it(size: Size) -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=size) as pilot:
        await to_diagnosis(pilot)
        await press(pilot, "b")
        await waiting(pilot, "collect")
        assert state_of(app).frame.step == "pim" and len(state_of(app).path) == 3
        assert bench.network.reads.count(("r3", PIM_COMMAND)) == 1
        bench.network.pim = True
        await press(pilot, "enter")
        await ended(pilot)
        assert "HEALTHY" in screen_text(app)
        await press(pilot, "r")
        await until(pilot, lambda: bench.network.reads.count(("r3", PIM_COMMAND)) == 3)
        await ended(pilot)
        incident = state_of(app).incident
        assert [event.to for event in bench.journal.events(incident) if isinstance(event, SteppedBack)] == [3, 3]


async def test_back_goes_to_the_selected_entry() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await to_diagnosis(pilot)
        walk_of(app).query_one("#path").focus()
        await press(pilot, "g", "b")
        await waiting(pilot, "collect")
        assert state_of(app).path == () and state_of(app).frame.values["router"] == "r5"


async def test_a_note_is_in_the_journal_at_once() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "n")
        await until(pilot, lambda: isinstance(app.screen, NoteDialog))
        await put(pilot, "seen by Ann")
        await press(pilot, "enter")
        await until(pilot, lambda: bool(state_of(app).notes))
        notes = [event.text for event in bench.journal.events(state_of(app).incident) if isinstance(event, NoteAdded)]
        assert notes == ["seen by Ann"]
        assert walk_of(app).situation().waiting == "collect"  # a note interrupts nothing


async def test_pasted_output_is_judged_instead_of_running() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(app.screen, PasteDialog))
        assert "r5: show ip rpf 10.7.12.4" in screen_text(app)
        app.screen.query_one(TextArea).text = RPF_R3
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: len(state_of(app).path) == 1)
        assert bench.network.reads == []
        assert state_of(app).observations[0].via == "pasted"
        await until(pilot, lambda: "(pasted)" in screen_text(app))


async def test_paste_can_be_left() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "p")
        await until(pilot, lambda: isinstance(app.screen, PasteDialog))
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is walk_of(app))
        assert walk_of(app).situation().waiting == "collect" and bench.network.reads == []


async def test_a_running_step_can_be_stopped_and_run_again() -> None:
    bench = Bench(network=Network(delay=30))
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: "RUNNING" in screen_text(app))
        await press(pilot, "c")
        await waiting(pilot, "collect")
        assert state_of(app).observations == ()
        bench.network.delay = 0
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)


# --- questions ----------------------------------------------------------------------------------------------------


@SIZES
async def test_a_choice_by_number_and_by_arrow(size: Size) -> None:
    for keys, outcome in ((["2"], "diagnosed"), (["down", "enter"], "diagnosed"), (["enter"], "healthy")):
        bench = Bench(trees={"asking": asking_tree()}, known={"x": ""})
        app = running_app(bench, "asking")
        async with app.run_test(size=size) as pilot:
            await waiting(pilot, "ask")
            text = screen_text(app)
            assert "Do others see the picture?" in text and "I don't know" in text
            await press(pilot, *keys)
            await ended(pilot)
            verdict = state_of(app).conclusion
            assert verdict is not None
            assert verdict.verdict == {"diagnosed": "diagnosis"}.get(outcome, outcome)


async def test_not_knowing_is_an_answer() -> None:
    app = running_app(Bench(trees={"asking": asking_tree()}, known={"x": ""}), "asking")
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "ask")
        await press(pilot, "3")
        await ended(pilot)
        assert "CANNOT TELL" in screen_text(app)


async def test_a_typed_answer_is_checked_while_typing() -> None:
    app = running_app(Bench(trees={"asking": asking_tree(typed=True)}, known={"x": ""}), "asking")
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "ask")
        await put(pilot, "r 3")
        await until(pilot, lambda: "is not a host name" in screen_text(app))
        await press(pilot, "enter")
        assert state_of(app).phase is Phase.ASK
        await press(pilot, "backspace", "backspace", "3", "enter")
        await ended(pilot)
        assert state_of(app).path[0].because == "the answer is r3"


# --- fixes --------------------------------------------------------------------------------------------------------


async def test_cancel_has_the_focus_and_sends_nothing() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await to_proposal(pilot)
        text = screen_text(app)
        for shown in ("Only GigabitEthernet0/2 of r3", "no ip pim sparse-mode", "within 20 s", "ip address 10.7.23.3"):
            assert shown in text
        assert app.focused is not None and app.focused.id == "cancel"
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is walk_of(app))
        assert bench.network.sent == [] and state_of(app).fixes[0].status == "declined"


@SIZES
async def test_a_risky_fix_needs_the_host_name(size: Size) -> None:
    bench = Bench(trees={"small-trace": tree(risk=Risk.SESSION)})
    app = running_app(bench)
    async with app.run_test(size=size) as pilot:
        await to_proposal(pilot)
        assert "SESSION - may drop sessions" in screen_text(app)
        await press(pilot, "A")
        assert state_of(app).phase is Phase.CONSENT and bench.network.sent == []
        await press(pilot, "shift+tab")
        await put(pilot, "r5")
        await press(pilot, "enter")
        assert app.screen.query_one("#apply").disabled
        await press(pilot, "backspace", "3", "enter", "enter")
        await until(pilot, lambda: "FIXED AND VERIFIED" in screen_text(app))
        assert len(bench.network.sent) == 1


@SIZES
async def test_a_failed_fix_offers_its_rollback(size: Size) -> None:
    bench = Bench(network=Network(works=False), trees={"small-trace": tree(within=1)})
    app = running_app(bench)
    async with app.run_test(size=size) as pilot:
        await to_proposal(pilot)
        await press(pilot, "A")
        await until(pilot, lambda: "VERIFYING" in screen_text(app))
        await until(pilot, lambda: "ROLL BACK?" in screen_text(app))
        assert "Reason: after 1 s the verify did not hold" in shown(app, "#fix-text")
        assert app.focused is not None and app.focused.id == "cancel"
        await press(pilot, "A")
        await until(pilot, lambda: "ROLLED BACK" in screen_text(app))
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is walk_of(app))
        assert "ROLLED BACK" in screen_text(app)
        assert bench.network.sent[-1][1] == ("interface GigabitEthernet0/2", "no ip pim sparse-mode")


async def test_a_declined_rollback_says_that_the_fix_failed() -> None:
    app = running_app(Bench(network=Network(works=False), trees={"small-trace": tree(within=0.1)}))
    async with app.run_test(size=SMALL) as pilot:
        await to_proposal(pilot)
        await press(pilot, "A")
        await until(pilot, lambda: "ROLL BACK?" in screen_text(app))
        await press(pilot, "escape")
        await until(pilot, lambda: "FIX FAILED" in screen_text(app))


@SIZES
async def test_an_unknown_outcome_is_settled_by_a_person(size: Size) -> None:
    bench = Bench(network=Network(fails={"configure": CUT_OFF}))
    app = running_app(bench)
    async with app.run_test(size=size) as pilot:
        await to_proposal(pilot)
        await press(pilot, "A")
        await until(pilot, lambda: isinstance(app.screen, SettleDialog))
        text = screen_text(app)
        assert "OUTCOME UNKNOWN" in text and "the line was cut" in text
        for choice in ("Verify", "Roll back", "It was applied", "It was not applied", "Leave it open"):
            assert choice in text
        await press(pilot, "G", "enter")
        await ended(pilot)
        assert state_of(app).phase is Phase.APPLYING and len(bench.network.sent) == 1
        await until(pilot, lambda: isinstance(app.screen, FixScreen))
        assert "UNKNOWN" in screen_text(app)
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen is walk_of(app))
        bench.network.pim = True
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, SettleDialog))
        await press(pilot, "enter")
        await until(pilot, lambda: state_of(app).phase is Phase.ENDED)
        assert state_of(app).fixes[0].status == "verified" and len(bench.network.sent) == 1
        stated = [event for event in bench.journal.events(state_of(app).incident) if isinstance(event, OutcomeStated)]
        assert [event.statement for event in stated] == ["verify"]


async def test_no_fix_is_chosen() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await to_diagnosis(pilot)
        await press(pilot, "down", "enter")
        await ended(pilot)
        assert "FAULT FOUND" in screen_text(app)


# --- trouble, export, quit ----------------------------------------------------------------------------------------


async def test_an_unreached_host_is_said_to_be_cannot_tell() -> None:
    app = running_app(Bench(network=Network(fails={"r5": UNREACHED})))
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await ended(pilot)
        text = screen_text(app)
        assert "CANNOT TELL" in text and "r5 does not answer" in text


@SIZES
async def test_export_asks_before_overwriting(size: Size, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    app = running_app(Bench())
    async with app.run_test(size=size) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "e")
        await until(pilot, lambda: isinstance(app.screen, ExportDialog))
        await press(pilot, "down", "down")
        target = tmp_path / f"{state_of(app).incident}.json"
        target.write_text("mine")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "enter")
        assert target.read_text() == "mine"
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "y")
        await until(pilot, lambda: app.screen is walk_of(app))
        assert '"format": "json"' in target.read_text()
        assert target.stat().st_mode & 0o777 == 0o600


async def test_export_to_nowhere_says_why() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "e", "tab", "home", *"/nowhere/")
        await press(pilot, "enter")
        await until(pilot, lambda: "No such file" in screen_text(app))


@SIZES
async def test_quit_asks_only_while_a_step_runs(size: Size) -> None:
    bench = Bench(network=Network(delay=30))
    app = running_app(bench)
    async with app.run_test(size=size) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: "RUNNING" in screen_text(app))
        await press(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen is walk_of(app))
        await press(pilot, "ctrl+c")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await press(pilot, "y")
        await until(pilot, lambda: not app.is_running)
    resumed = app_for(bench, resume=state_of(app).incident)
    bench.network.delay = 0
    async with resumed.run_test(size=size) as pilot:
        await waiting(pilot, "collect")
        assert "r5: show ip rpf 10.7.12.4" in screen_text(resumed)
        await press(pilot, "q")
        await until(pilot, lambda: not resumed.is_running)


# --- home and parameters ------------------------------------------------------------------------------------------


async def test_unfinished_incidents_come_first() -> None:
    bench = Bench()
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "q")
    bench.open_incidents = [Incident(state_of(app).incident, "small-trace", "2026-01-01 00:00", "lab")]
    again = app_for(bench)
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "RESUME" in screen_text(again))
        await press(pilot, "enter")
        await waiting(pilot, "collect")
        assert state_of(again).incident == state_of(app).incident


@SIZES
async def test_parameters_are_checked_while_typing_and_completed(size: Size) -> None:
    app = app_for(Bench(), start="parameters", problem="small-trace")
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: isinstance(app.screen, ParametersScreen))
        await put(pilot, "10.7.12")
        await press(pilot, "f5")
        await until(pilot, lambda: "'10.7.12' is not an IPv4 address" in screen_text(app))
        assert isinstance(app.screen, ParametersScreen)
        await put(pilot, ".4")
        await press(pilot, "enter", "r")
        await until(pilot, lambda: "r3" in screen_text(app))
        await press(pilot, "right", "f5")
        await waiting(pilot, "collect")
        assert state_of(app).parameters == {"source": "10.7.12.4", "router": "r3"}


async def test_a_missing_parameter_is_named() -> None:
    app = app_for(Bench(), start="parameters", problem="small-trace")
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: "this is needed" in screen_text(app))


async def test_a_password_is_asked_and_not_shown() -> None:
    bench = Bench(asks="Password for r5")
    app = running_app(bench)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(app.screen, PasswordDialog))
        await put(pilot, "geheim")
        assert "Password for r5" in screen_text(app) and "geheim" not in screen_text(app)
        await press(pilot, "enter")
        await waiting(pilot, "collect")
        assert bench.password == "geheim"


async def test_an_error_at_the_start_is_told_and_home_is_shown_again() -> None:
    app = app_for(Bench())
    async with app.run_test(size=SMALL) as pilot:
        app._open("tree", "absent")
        await until(pilot, lambda: "there is no tree 'absent'" in screen_text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.id == "home")


def test_pim_head_is_what_the_parser_reads() -> None:
    """Guards the bench itself: without the row the fix would be pointless."""
    assert "GigabitEthernet0/2" not in PIM_HEAD + PIM_ROW_1


async def test_a_walk_that_cannot_be_opened_ends_with_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    app = app_for(Bench(), resume="20990101-0000-ffff")
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(app.screen, Message))
        await press(pilot, "enter")
        await until(pilot, lambda: not app.is_running)
    assert finish(app) == 2
    assert "20990101-0000-ffff" in capsys.readouterr().err


async def test_a_finished_walk_can_be_closed_to_start_another() -> None:
    app = app_for(Bench(trees={"asking": asking_tree()}), start="home")
    async with app.run_test(size=SMALL) as pilot:
        await press(pilot, "enter", "f5")
        await waiting(pilot, "ask")
        await press(pilot, "1")
        await ended(pilot)
        await press(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, ParametersScreen))
        await press(pilot, "escape")
        await until(pilot, lambda: app.screen.id == "home")


async def test_notes_stand_with_their_decision() -> None:
    app = running_app(Bench())
    async with app.run_test(size=SMALL) as pilot:
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)
        await press(pilot, "n")
        await put(pilot, "seen it")
        await press(pilot, "enter")
        await until(pilot, lambda: "note: seen it" in shown(app, "#path"))
