"""Every promise of docs/safety.md names a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)(?:::(test_\w+))?`", (ROOT / "docs" / "safety.md").read_text("utf-8"))))


@pytest.mark.parametrize(("file", "name"), NAMED, ids=["::".join(filter(None, each)) for each in NAMED])
def test_a_promise_names_a_test_that_exists(file: str, name: str) -> None:
    (path,) = (ROOT / "tests").rglob(file)
    assert not name or re.search(rf"(?m)^(?:async )?def {name}\(", path.read_text(encoding="utf-8"))


def test_there_are_promises() -> None:
    assert len(NAMED) > 30
