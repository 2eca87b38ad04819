"""SIGTERM, SIGHUP and SIGINT on a real terminal: its modes come back, and the journal is whole and resumable."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.support import environment, troubleshoot
from troubleshoot.journal import Journal

pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]
ENTER, LEAVE, HIDE, SHOW = b"\x1b[?1049h", b"\x1b[?1049l", b"\x1b[?25l", b"\x1b[?25h"


@dataclass(slots=True)
class Terminal:
    """A program on a pseudo-terminal of its own, and everything it wrote."""

    process: subprocess.Popen[bytes]
    master: int
    slave: int
    before: list[object]
    output: bytes = b""

    @classmethod
    def start(cls, home: Path, *arguments: str) -> Terminal:
        master, slave = pty.openpty()
        before = termios.tcgetattr(slave)
        env = environment(home, TERM="xterm-256color", COLUMNS="80", LINES="24")
        process = subprocess.Popen(
            [sys.executable, "-m", "troubleshoot", *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=env,
            start_new_session=True,
        )
        return cls(process, master, slave, before)

    def read(self, seconds: float) -> bool:
        """Take what comes within that time; False where nothing did."""
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        self.output += os.read(self.master, 65536)
        return True

    def wait_for(self, text: bytes, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while text not in self.output:
            assert time.monotonic() < end, self.output[-500:]
            self.read(0.2)

    def wait_end(self, seconds: float = 20) -> int:
        end = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read(0.1)
        while self.read(0.1):
            pass
        return self.process.returncode

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


def stored(home: Path) -> list[str]:
    """The unfinished incidents of a journal whose chain holds."""
    with Journal.open(home / "data" / "journal.sqlite3", create=False) as journal:
        found = journal.incidents()
        assert all(journal.verify(item.id) for item in found)
        return [item.id for item in found]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_the_screens_leave_the_terminal_as_it_was(tmp_path: Path, number: signal.Signals) -> None:
    terminal = Terminal.start(tmp_path, "demo", "rpf-trace")
    try:
        terminal.wait_for(b"waiting for you")
        terminal.process.send_signal(number)
        assert terminal.wait_end() == 130
        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        terminal.close()
    written = terminal.output
    assert written.count(ENTER) == written.count(LEAVE) == 1
    assert written.rfind(SHOW) > written.rfind(HIDE)
    assert len(stored(tmp_path)) == 1


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_run_says_how_to_resume(tmp_path: Path, number: signal.Signals) -> None:
    terminal = Terminal.start(tmp_path, "demo", "junos-debug", "--headless")
    try:
        terminal.wait_for(b"mx1")
        terminal.process.send_signal(number)
        assert terminal.wait_end() == 130
        assert termios.tcgetattr(terminal.slave) == terminal.before
    finally:
        terminal.close()
    (incident,) = stored(tmp_path)
    assert f"troubleshoot resume {incident}".encode() in terminal.output
    assert troubleshoot(tmp_path, "show", incident).code in (0, 130)
