"""sdm-mismatch and sdm-static-routes against simulated Catalyst switches over SSH: every fault is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import faults, found, rehearse, steps
from troubleshoot.core.fixing import outcome

PROBLEMS = ("sdm-mismatch", "sdm-static-routes")
EVERY = [(problem, name) for problem in PROBLEMS for name in faults(problem)]


@pytest.mark.parametrize(("problem", "fault"), EVERY, ids=[f"{p}-{f}" for p, f in EVERY])
async def test_every_fault_is_found(problem: str, fault: str, tmp_path: Path) -> None:
    spec = faults(problem)[fault]
    async with rehearse(problem, fault, tmp_path) as running:
        state = await running.walk()
        typed = running.typed()
    wanted = spec.outcome or ("diagnosed" if spec.diagnosis else "healthy")
    assert outcome(state) == wanted, steps(state)
    if spec.diagnosis:
        assert found(state) == (spec.diagnosis, spec.host), steps(state)
    assert not [line for line in typed if line.startswith(("conf", "reload", "write", "copy", "sdm"))]
    assert state.conclusion is not None
    assert state.conclusion.evidence, "a verdict without proof"
