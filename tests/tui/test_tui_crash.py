"""A mistake of ours ends with a short message and exit code 3, and loses nothing."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.support import SMALL, Bench, press, running_app, state_of, until, waiting, walk_of
from troubleshoot.tui.app import crash_message, crash_trace, finish
from troubleshoot.tui.widgets.hopmap import HopMap

SECRET = "hunter2-in-a-local"


class Broken(RuntimeError):
    """An exception whose text must not be printed."""


async def test_a_crash_prints_no_locals_and_keeps_the_incident(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: HopMap, state: object) -> None:
        local = SECRET
        raise Broken(local)

    bench = Bench()
    app = running_app(bench)
    with pytest.raises(Broken):
        async with app.run_test(size=SMALL) as pilot:
            await waiting(pilot, "collect")
            monkeypatch.setattr(HopMap, "show", broken)
            await press(pilot, "enter")
            await until(pilot, lambda: not app.is_running)
    assert finish(app) == 3
    told = capsys.readouterr().err
    assert "internal error: Broken" in told and SECRET not in told and "Traceback" not in told
    assert "troubleshoot resume 20260101-0000-0001" in told
    assert SECRET not in caplog.text and "in broken" in caplog.text
    assert len(list(bench.journal.events("20260101-0000-0001"))) >= 1


async def test_a_crash_of_the_session_is_reported_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    app = running_app(Bench())
    with pytest.raises(Exception):  # noqa: B017 - whatever Textual wraps it in
        async with app.run_test(size=SMALL) as pilot:
            await waiting(pilot, "collect")
            assert walk_of(app).walk.session is not None

            def broken(*_: object) -> None:
                raise Broken(SECRET)

            monkeypatch.setattr(walk_of(app).walk.session, "record", broken)
            await press(pilot, "enter")
            await until(pilot, lambda: not app.is_running)
    assert finish(app) == 3
    assert app.crash is not None and SECRET not in crash_message(app.crash, state_of(app).incident)


def test_the_trace_names_places_only() -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as inner:
            raise Broken(SECRET) from inner
    except Broken as error:
        trace = crash_trace(error)
    assert "ValueError" in trace and "Broken" in trace and "test_tui_crash.py" in trace
    assert SECRET not in trace


def test_the_log_file_is_named(tmp_path: Path) -> None:
    handler = logging.FileHandler(tmp_path / "troubleshoot.log")
    logger = logging.getLogger("troubleshoot")
    logger.addHandler(handler)
    try:
        assert str(tmp_path / "troubleshoot.log") in crash_message(Broken(), "")
    finally:
        logger.removeHandler(handler)
        handler.close()


def test_importing_the_screens_touches_no_network_library_and_no_disk(tmp_path: Path) -> None:
    code = (
        "import sys, troubleshoot.tui.app\n"
        "bad = [n for n in ('scrapli', 'asyncssh', 'winrm', 'dns') if n in sys.modules]\n"
        "bad += [n for n in sys.modules if n.startswith('troubleshoot.transports.') and not n.endswith('base')]\n"
        "print(bad)"
    )
    home = {**os.environ, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=home, check=True)
    assert found.stdout.strip() == "[]"
    assert list(tmp_path.iterdir()) == []
