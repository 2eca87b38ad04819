"""Damaged evidence of anycast-rp and mvpn-extranet: cut, empty, refused, denied, garbled or missing, it never misleads."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.damaged_evidence import cases, everywhere, misled, names, some
from tests.contract.network_support import trees
from tests.figures import share

CASES = cases("anycast-rp", "mvpn-extranet")
# These follow from a list without a count and an end (OSPF interfaces, RP mappings, PIM neighbors, the lines of a VRF):
# cut between two rows, or with the row made unreadable, it is what a router without that row prints.
FROM_A_LIST = ("not_announced", "no_mdt", "no_rp_unconfirmed", "no_tunnel")
ENDS = {"healthy"} | {
    step for problem in ("anycast-rp", "mvpn-extranet") for tree in trees(problem).values() for step in tree.steps
}
WEAKER = {(own, found) for own in ENDS for found in FROM_A_LIST} | {
    ("password_one_sided", "session_blocked"),  # without the configuration passwords are one of the reasons that remain
}
EACH = 1  # damages per output; `make soak` tries all of them
SHARE = share(CASES, 7)  # these walks are long: `make test` takes every seventh case
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
