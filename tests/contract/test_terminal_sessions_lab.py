"""terminal-sessions against its lab over WinRM: who is there, and a session that is logged off is the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.windows_support import Door, Running, running, shown
from troubleshoot.core.fixing import outcome
from troubleshoot.lab.windows.topics.sessions import Sessions
from troubleshoot.transports.base import OnChunk, Output

PROBLEM = "terminal-sessions"


def people(lab: Running) -> list[tuple[int, str | None]]:
    """Who really has a session."""
    return [(item.id, item.user) for item in lab.estate.machines["rds1"].state("sessions", Sessions).people]


@pytest.mark.parametrize(
    ("fault", "left"),
    [("left_behind", []), ("left_behind_german", [(3, "svc backup")])],
)
async def test_the_session_that_was_left_behind_is_logged_off(
    fault: str, left: list[tuple[int, str]], tmp_path: Path
) -> None:
    async with running(PROBLEM, fault) as lab:
        state = await lab.walk("log_off", journal=tmp_path / "journal.db")
        assert outcome(state) == "fixed", shown(state)
        assert people(lab) == left


async def test_only_the_user_who_was_named_is_logged_off(tmp_path: Path) -> None:
    async with running(PROBLEM, "in_use") as lab:
        state = await lab.walk("log_off", journal=tmp_path / "journal.db", user="alice")
        assert (outcome(state), people(lab)) == ("fixed", [(4, "bob")])


async def test_a_fix_is_offered_for_one_session_only_and_never_by_default() -> None:
    async with running(PROBLEM, "in_use") as lab:
        state = await lab.walk("log_off")
        assert (outcome(state), state.fixes) == ("diagnosed", ())
        assert people(lab) == [(3, "alice"), (4, "bob")]


class Reused(Door):
    """Between the last look and the log off the number goes to somebody else."""

    lab: Running

    async def execute(self, host: str, command: str, *, deadline: float, on_chunk: OnChunk | None = None) -> Output:
        sessions = self.lab.estate.machines["rds1"].state("sessions", Sessions)
        sessions.people[0].user, sessions.people[0].state, sessions.people[0].name = "carol", "active", "rdp-tcp#9"
        return await super().execute(host, command, deadline=deadline, on_chunk=on_chunk)


async def test_a_number_that_was_given_to_somebody_else_is_not_logged_off(tmp_path: Path) -> None:
    async with running(PROBLEM, "left_behind") as lab:
        source = Reused(lab.source)
        source.lab = lab
        state = await lab.walk("log_off", journal=tmp_path / "journal.db", source=source)
        assert outcome(state) == "fix_failed", shown(state)
        assert people(lab) == [(4, "carol")]
