"""Whole incidents against the simulated Windows hosts over WinRM, as `troubleshoot demo --headless` runs them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

from troubleshoot.core.effects import Wait
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.lab.description import Fault, load
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.wiring import Setup, library, open_session

_PATIENCE = 0.2  # seconds for any wait: the simulated hosts hurry as well


@dataclass(slots=True)
class Hurried(Headless):
    """Headless, with short waits."""

    async def wait(self, effect: Wait, state: State) -> None:
        await asyncio.sleep(min(effect.seconds, _PATIENCE))


def faults(problem: str) -> dict[str, Fault]:
    """The faults of a problem's lab."""
    return load(library().folder(problem)).faults


async def rehearse(problem: str, fault: str, folder: Path, *fixes: str, answers: dict[str, str] | None = None) -> State:
    """Walk ``problem`` on its lab with ``fault``, consenting to ``fixes`` whatever their risk; returns the end."""
    front = Hurried(ApplyPolicy(frozenset(fixes), Risk.IRREVERSIBLE), answers or {})
    setup = Setup(problem, lab_fault=fault, journal=folder / "journal.db")
    async with asyncio.timeout(120), open_session(setup, front) as session:
        return await session.run()


def found(state: State) -> tuple[str, str | None]:
    """The conclusion and the host it names."""
    assert state.conclusion is not None
    return state.conclusion.id, state.conclusion.host
