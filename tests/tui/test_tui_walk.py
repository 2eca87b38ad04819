"""The walk with the keyboard only: from the symptom to the exported transcript."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tui.support import (
    LARGE,
    SMALL,
    Bench,
    app_for,
    press,
    put,
    screen_text,
    shown,
    state_of,
    until,
    waiting,
)
from troubleshoot.core.state import Phase
from troubleshoot.tui.app import finish
from troubleshoot.tui.screens.fix import FixScreen
from troubleshoot.tui.screens.parameters import ParametersScreen


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_from_symptom_to_transcript(
    size: tuple[int, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    bench = Bench()
    app = app_for(bench)
    async with app.run_test(size=size) as pilot:
        await put(pilot, "RPF failed")
        await until(pilot, lambda: "A small RPF trace" in screen_text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ParametersScreen))
        await put(pilot, "10.7.12.4")
        await press(pilot, "enter")
        await put(pilot, "r5")
        await press(pilot, "enter", "f5")
        await waiting(pilot, "collect")
        text = screen_text(app)
        assert "r5: show ip rpf 10.7.12.4" in text and "NEXT" in text and "read only" in text
        assert bench.network.reads == []  # shown before anything runs
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 2)
        await waiting(pilot, "collect")
        assert "r5: Next hop ─▶ 10.7.35.3 belongs" in shown(app, "#path")
        await press(pilot, "enter")
        await until(pilot, lambda: len(state_of(app).path) == 3)
        await waiting(pilot, "collect")
        await press(pilot, "enter")
        await waiting(pilot, "offer")
        assert "FAULT r3: PIM is not enabled on GigabitEthernet0/2 of r3" in shown(app, "#step")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, FixScreen))
        await waiting(pilot, "consent")
        text = screen_text(app)
        assert "ip pim sparse-mode" in text and "CHANGE" in text and "r3" in text
        assert app.focused is not None and app.focused.id == "cancel"
        assert bench.network.sent == []
        await press(pilot, "A")
        await until(pilot, lambda: state_of(app).phase is Phase.ENDED)
        await until(pilot, lambda: "FIXED AND VERIFIED" in screen_text(app))
        assert bench.network.sent == [("r3", ("interface GigabitEthernet0/2", "ip pim sparse-mode"))]
        await press(pilot, "enter")
        await until(pilot, lambda: app.screen.id == "run")
        assert "FIXED AND VERIFIED" in screen_text(app)
        await press(pilot, "e", "enter")
        await until(pilot, lambda: bool(list(tmp_path.iterdir())))
        await press(pilot, "q")
    written = tmp_path / "20260101-0000-0001.md"
    assert json.loads(written.read_text())["outcome"] == "fixed"
    assert written.stat().st_mode & 0o777 == 0o600
    assert finish(app) == 0
    assert "20260101-0000-0001" in capsys.readouterr().err
