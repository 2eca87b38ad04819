"""Damaged evidence of the SDM problems: cut anywhere, empty, refused, denied, garbled or missing, it never misleads.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, everywhere, misled, names, some
from tests.figures import share

CASES = cases("sdm-mismatch", "sdm-static-routes")
SHARE = share(CASES, 2)
# The line about a stored template is the last one; without it, the template looks as if it had never been chosen.
# And a table of members cut between two rows is a shorter table: what is left of it is true, but not the whole finding.
WEAKER = {
    ("reload_missing", "template_missing"),
    ("reload_scheduled", "template_missing"),
    ("aggregator_template", "member_absent"),
}
EACH = 3  # damages per output; `make soak` tries all of them
INVALID = "            ^\n% Invalid input detected at '^' marker.\n"


def every(output: str) -> Iterator[tuple[str, str | None]]:
    return everywhere(output, INVALID, "Command authorization failed.\n", " --More-- ")


def few(output: str) -> Iterator[tuple[str, str | None]]:
    return some(output, every, EACH)


@pytest.mark.parametrize(("problem", "path"), SHARE, ids=names(SHARE))
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, few, WEAKER) == []


@pytest.mark.soak
@pytest.mark.parametrize(("problem", "path"), CASES, ids=names(CASES))
async def test_no_damage_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, every, WEAKER) == []
