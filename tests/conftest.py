"""What holds for all tests."""

from __future__ import annotations

import os

import pytest


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
