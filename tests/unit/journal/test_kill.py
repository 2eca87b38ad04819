"""What was acknowledged is there after the process was killed at any moment."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

from troubleshoot.core.events import Observed
from troubleshoot.journal import Journal

WRITER = Path(__file__).with_name("writer.py")
RUNS = 200 if os.environ.get("TROUBLESHOOT_SOAK") else 20


def killed_writer(path: Path, incident: str, seed: int, seconds: float) -> int:
    """The last number that the writer said before it was killed."""
    process = subprocess.Popen([sys.executable, WRITER, path, incident, str(seed)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    rest = process.stdout.read()
    process.wait()
    whole = [line for line in (said + rest).splitlines(keepends=True) if line.endswith("\n")]
    return int(whole[-1])


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite3"
    chance = random.Random(7)
    total = 0
    for run in range(RUNS):
        acknowledged = killed_writer(path, f"run-{run}", run, chance.uniform(0.0, 0.06))
        with Journal.open(path) as journal:
            count = journal.verify(f"run-{run}")
            assert count >= acknowledged
            assert count <= acknowledged + 1  # at most the one that was being acknowledged
            for event in journal.events(f"run-{run}"):
                if isinstance(event, Observed):
                    assert event.record == {"size": len(event.parts[0].text)}
        total += acknowledged
    assert total > RUNS  # the writers did write before they were killed
    with Journal.open(path, create=False) as journal:
        assert all(journal.verify(f"run-{run}") for run in range(RUNS))
