"""Damaged evidence of junos-debug: cut anywhere, empty, refused, denied, garbled or missing, it never misleads.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, everywhere, misled, names, some
from tests.figures import share

CASES = [found for found in cases("junos-debug") if found[1].stem != "editor_who_knows"]  # needs an answer
SHARE = share(CASES, 2)
# What is lost leaves less, and what is left is true. The other way round it would be no proof:
# without the configuration of before nobody knows of a trace that ended; a list of commits cut between two rows is
# shorter, and so is one of file systems; a packet that was cut was thrown away all the same; one setting of two is wrong.
WEAKER = {
    ("no_file", "ready"),
    ("commit_waits", "ready"),
    ("flash_full", "ready"),
    ("wrong_area", "thrown_away"),
    ("wrong_settings", "wrong_timers"),
}
EACH = 2  # damages per output; `make soak` tries all of them


def every(output: str) -> Iterator[tuple[str, str | None]]:
    return everywhere(
        output, "error: syntax error, expecting <command>.\n", "error: permission denied: system\n", "---(more)---"
    )


def few(output: str) -> Iterator[tuple[str, str | None]]:
    return some(output, every, EACH)


@pytest.mark.parametrize(("problem", "path"), SHARE, ids=names(SHARE))
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, few, WEAKER) == []


@pytest.mark.soak
@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_no_damage_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, every, WEAKER) == []
