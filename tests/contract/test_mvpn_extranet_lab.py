"""mvpn-extranet against the lab over SSH: VRFs, tunnels and a core. Every fault is found, every fix brings the stream."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import faults, found, rehearse, steps
from troubleshoot.core.fixing import outcome

PROBLEM = "mvpn-extranet"
FAULTS = faults(PROBLEM)


@pytest.mark.parametrize("fault", FAULTS)
async def test_every_fault_is_found(fault: str, tmp_path: Path) -> None:
    spec = FAULTS[fault]
    async with rehearse(PROBLEM, fault, tmp_path) as running:
        state = await running.walk()
        changed = [line for line in running.typed() if line.startswith("conf")]
    assert state.conclusion is not None
    if spec.diagnosis:
        assert found(state) == (spec.diagnosis, spec.host), steps(state)
    else:
        assert outcome(state) == (spec.outcome or "healthy"), steps(state)
    assert changed == []
    assert state.conclusion.evidence, "a verdict without proof"
