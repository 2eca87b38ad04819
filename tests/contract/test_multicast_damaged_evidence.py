"""Damaged evidence of anycast-rp and mvpn-extranet: cut, empty, refused, denied, garbled or missing, it never misleads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, everywhere, misled, names, some

CASES = cases("anycast-rp", "mvpn-extranet")
WEAKER: set[tuple[str, str]] = set()
EACH = 1  # damages per output; `make soak` tries all of them
INVALID = "            ^\n% Invalid input detected at '^' marker.\n"


def every(output: str) -> Iterator[tuple[str, str | None]]:
    return everywhere(output, INVALID, "Command authorization failed.\n", " --More-- ")


def few(output: str) -> Iterator[tuple[str, str | None]]:
    return some(output, every, EACH)


@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, few, WEAKER) == []


@pytest.mark.soak
@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_no_damage_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, every, WEAKER) == []
