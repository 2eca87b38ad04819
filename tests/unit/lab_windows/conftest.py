"""Estates that end with their test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from tests.unit.lab_windows import windows_lab
from tests.unit.lab_windows.windows_lab import Bench

MakeBench = Callable[..., Bench]


@pytest.fixture
async def make_bench() -> AsyncIterator[MakeBench]:
    made: list[Bench] = []

    def make(changes: dict[str, Any] | None = None, pace: float = 0.002) -> Bench:
        made.append(windows_lab.bench(changes, pace))
        return made[-1]

    yield make
    for bench in made:
        await bench.estate.close()


@pytest.fixture
def bench(make_bench: MakeBench) -> Bench:
    return make_bench()
