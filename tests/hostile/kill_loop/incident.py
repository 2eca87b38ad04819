"""Incidents that are to be killed: this process has imported everything, and forks one child for each.

It reads one order (JSON) a line and answers with ``pid N``, then ``end STATUS``. A child appends a line to the file
``said`` for everything that is acknowledged: where it began, and the digest of each event after it is in the journal.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Risk
from troubleshoot.core.state import State
from troubleshoot.journal.codec import canonical, plain_of
from troubleshoot.session.headless import ApplyPolicy, Headless
from troubleshoot.session.wiring import Setup, open_session, resume_session
from troubleshoot.transports import hub, ssh, ssh_network  # noqa: F401
from troubleshoot.trees import load  # noqa: F401  # imported before the fork, as everything that takes long

TREES = Path(__file__).parent / "tree"


def digest(event: ev.Event) -> str:
    """A name for an event that both sides can compute."""
    return hashlib.sha256(canonical(plain_of(event, None)).encode()).hexdigest()[:24]


def where(state: State) -> str:
    """The point at which an incident stands, in one word."""
    fixes = [(record.plan.id, record.status) for record in state.fixes]
    steps = [(entry.step, entry.host) for entry in state.path]
    return hashlib.sha256(repr((state.phase, steps, fixes, len(state.observations))).encode()).hexdigest()[:24]


class Speaker:
    """Says what was acknowledged, and kills its own process behind a named event where that is ordered."""

    def __init__(self, path: Path, last: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._last = last

    def say(self, *words: str) -> None:
        """One line, in one write: a kill leaves it whole or not there."""
        os.write(self._file, (" ".join(words) + "\n").encode())

    def changed(self, state: State, event: ev.Event) -> None:
        """Called when an event is in the journal."""
        self.say("event", digest(event), type(event).__name__)
        if type(event).__name__ == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


async def incident(order: dict[str, Any]) -> None:
    """Start or resume one incident and go on to its end."""
    speaker = Speaker(Path(order["said"]), order["last"])
    front = Headless(ApplyPolicy(frozenset(["switch_on"]), Risk.CHANGE), on_change=speaker.changed)
    journal, inventory, known_hosts = (Path(order[name]) for name in ("journal", "inventory", "known_hosts"))
    setup = Setup(
        "kill-loop",
        order["parameters"],
        trees=(TREES,),
        inventory=inventory,
        journal=journal,
        known_hosts=known_hosts,
    )
    opened = resume_session(order["incident"], setup, front) if order["incident"] else open_session(setup, front)
    async with opened as session:
        speaker.say("incident", session.state.incident, where(session.state))
        await session.run()


def main() -> None:
    """Take orders until there are no more."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                asyncio.run(incident(json.loads(line)))
                status = 0
            finally:
                os._exit(status)
        sys.stdout.write(f"pid {pid}\n")
        sys.stdout.flush()
        sys.stdout.write(f"end {os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
