"""The problem nic-teaming-vpc on its lab: two Nexus switches over SSH and a Windows server over WinRM."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.network_support import faults, found, rehearse, steps

PROBLEM = "nic-teaming-vpc"
FAULTS = faults(PROBLEM)


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_leads_to_its_own_diagnosis(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    async with rehearse(PROBLEM, name, tmp_path) as running:
        state = await running.walk()
    assert state.conclusion is not None
    if fault.diagnosis is None:
        assert state.conclusion.verdict == (fault.outcome or "healthy"), steps(state)
    else:
        assert found(state) == (fault.diagnosis, fault.host), steps(state)
