"""What holds for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests import figures


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests with the full budget run with `make soak` only."""
    if os.environ.get("TROUBLESHOOT_SOAK"):
        return
    skip = pytest.mark.skip(reason="full budget: make soak")
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the user's own journal, inventory or trees."""
    home = tmp_path_factory.getbasetemp() / "home"
    monkeypatch.setenv("TROUBLESHOOT_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("TROUBLESHOOT_CONFIG_DIR", str(home / "config"))
    for name in ("TROUBLESHOOT_TREES", "TROUBLESHOOT_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> figures.Figures:
    """What a test measured, printed at the end of the run: ``figure("inputs", 20000)``."""
    return figures.Figures(request.node)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [r for outcome in ("passed", "failed") for r in terminalreporter.stats.get(outcome, ())]
    lines: Iterator[str] = figures.printed(reports)
    for number, line in enumerate(lines):
        if not number:
            terminalreporter.section("figures")
        terminalreporter.write_line(line)
