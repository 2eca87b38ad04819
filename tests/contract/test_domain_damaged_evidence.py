"""Damaged evidence of two recorded Windows problems: cut, empty, refused or missing, it never makes a wrong verdict.

A case whose evidence was damaged in one place ends in its own diagnosis or in *cannot tell*.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, misled, names
from tests.figures import share

CASES = cases("dfsr-migration-rodc", "computer-account-reset")
SHARE = share(CASES, 2)
# What a missing second opinion may leave: the same finding, with less that is known about it.
WEAKER = {
    ("frs_unsupported", "not_started"),
    ("replication_failing", "replication_late"),
    ("password_mismatch", "password_mismatch_unguarded"),
    ("password_mismatch_protected", "password_mismatch_unguarded"),
}


def texts(output: str) -> Iterator[tuple[str, str | None]]:
    yield from (
        ("missing", None),
        ("empty", ""),
        ("denied", "Access is denied.\n"),
        ("half", output[: len(output) // 2]),
    )


@pytest.mark.parametrize(("problem", "path"), SHARE, ids=names(SHARE))
async def test_damaged_evidence_never_misleads(problem: str, path: Path, tmp_path: Path) -> None:
    assert await misled(problem, path, tmp_path, texts, WEAKER) == []
