"""One live session an incident, across processes; a dead one blocks nobody."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from troubleshoot.errors import JournalError
from troubleshoot.journal import Journal

HOLDER = """
import sys
from pathlib import Path
from troubleshoot.journal import Journal
with Journal.open(Path(sys.argv[1])).lock("inc"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_the_other_session_is_named_and_its_death_frees_the_incident(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    with Journal.open(path) as journal:
        process = holder(path)
        try:
            with pytest.raises(JournalError) as caught, journal.lock("inc"):
                pass
            assert f"process {process.pid} on {socket.gethostname()} since 2" in caught.value.message
        finally:
            process.kill()
            process.communicate()
        with journal.lock("inc"):  # the killed process left its file, and nothing else
            assert str(os.getpid()) in path.with_name("j.sqlite3.inc.lock").read_text()
    assert not path.with_name("j.sqlite3.inc.lock").exists()


def test_a_leftover_or_damaged_lock_file_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    path.with_name("j.sqlite3.inc.lock").write_text('{"pid": 1, "host": "gone"')
    with Journal.open(path) as journal, journal.lock("inc"):
        pass


def test_a_session_that_ends_frees_the_incident(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    process = holder(path)
    process.communicate("")
    assert process.returncode == 0
    with Journal.open(path) as journal, journal.lock("inc"):
        pass
