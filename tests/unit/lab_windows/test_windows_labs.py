"""The labs of the built-in problems: every fault builds, and names hosts that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from troubleshoot.lab.description import Fault, LabDescription, build_sides, build_windows, load

TREES = Path(__file__).parents[3] / "decision_trees"
LABS = [path.parent.name for path in sorted(TREES.glob("*/lab.yaml")) if load(path.parent).windows is not None]


def faults(problem: str) -> tuple[LabDescription, dict[str, Fault]]:
    description = load(TREES / problem)
    return description, description.faults


def changes(fault: Fault) -> bool:
    return bool(fault.windows or fault.configure or fault.hosts or fault.nexus or fault.junos or fault.dns)


@pytest.mark.parametrize("problem", LABS)
def test_every_fault_builds(problem: str) -> None:
    description, known = faults(problem)
    for name, fault in known.items():
        estate = build_windows(description, name)
        assert estate is not None
        others = [device for side in build_sides(description, name) for device in side.names]
        assert fault.host in (None, *estate.machines, *description.routers, *others, *(description.dns or {})), name


@pytest.mark.parametrize("problem", LABS)
def test_the_healthy_lab_differs_from_every_fault(problem: str) -> None:
    _, known = faults(problem)
    assert not changes(known["healthy"])
    assert all(changes(fault) for fault in known.values() if fault.diagnosis)
