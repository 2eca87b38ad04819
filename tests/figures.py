"""Figures that tests measure: how many inputs, kills, faults, and how many of them went wrong.

They are printed at the end of `make test` (with the share of the budget that fits there) and of `make soak` (all of it).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import pytest

_PREFIX = "figure: "
T = TypeVar("T")


def soaking() -> bool:
    """True in `make soak`."""
    return bool(os.environ.get("TROUBLESHOOT_SOAK"))


def budget(share: int, full: int) -> int:
    """How many times to do it: a share in `make test`, all of it in `make soak`."""
    return full if soaking() else share


def share(items: Sequence[T], every: int) -> Sequence[T]:
    """Every n-th item in `make test`, all of them in `make soak`."""
    return items if soaking() else items[::every]


class Figures:
    """Takes the figures of one test; equal names of several tests are added up, or the worst is kept."""

    def __init__(self, item: pytest.Item) -> None:
        self._item = item

    def __call__(self, name: str, value: int) -> None:
        """A number that adds up: inputs tried, kills, wrong verdicts."""
        self._item.user_properties.append((f"{_PREFIX}{name}", value))

    def worst(self, name: str, value: float, unit: str) -> None:
        """A measure of which the largest counts, such as a latency in ms or memory in MB."""
        self._item.user_properties.append((f"{_PREFIX}{name} ({unit}, worst)", value))


def printed(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """The figures of a run, a line each, in order of their names."""
    found: dict[str, float] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if not name.startswith(_PREFIX):
                continue
            before = found.get(name, 0)
            found[name] = max(before, value) if name.endswith("worst)") else before + value
    for name in sorted(found):
        value = found[name]
        shown = f"{value:,}" if value == int(value) else f"{value:,.1f}"
        yield f"{name.removeprefix(_PREFIX):<60} {shown:>14}"
