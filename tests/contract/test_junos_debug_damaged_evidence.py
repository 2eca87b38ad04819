"""Damaged evidence of junos-debug: cut anywhere, empty, refused, denied, garbled or missing, it never misleads.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, misled, names

CASES = [found for found in cases("junos-debug") if found[1].stem != "editor_who_knows"]  # needs an answer
WEAKER: set[tuple[str, str]] = set()
EACH = 2  # damages per output; `make soak` tries all of them


def every(output: str) -> Iterator[tuple[str, str | None]]:
    yield from (("missing", None), ("empty", ""), ("refused", "error: syntax error, expecting <command>.\n"))
    yield "denied", "error: permission denied: system\n"
    lines = output.split("\n")
    for number in range(1, len(lines)):
        yield f"cut before line {number + 1}", "\n".join(lines[:number]) + "\n"
    for number, line in enumerate(lines):
        yield f"line {number + 1} lost", "\n".join([*lines[:number], *lines[number + 1 :]])
        yield f"line {number + 1} garbled", "\n".join([*lines[:number], line[::-1], *lines[number + 1 :]])
    for place in range(0, len(output), 17):
        yield f"cut after {place} characters", output[:place]
    yield "stopped at a pager", "\n".join(lines[: len(lines) // 2]) + "\n---(more)---"


def some(output: str) -> Iterator[tuple[str, str | None]]:
    found = list(every(output))
    yield from random.Random(output).sample(found, min(EACH, len(found)))


@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, some, WEAKER) == []


@pytest.mark.soak
@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_no_damage_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, every, WEAKER) == []
