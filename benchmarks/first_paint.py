"""(c) From starting the process to the first screen, in a pseudo-terminal, against a bare Textual application."""

from __future__ import annotations

import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks.measure import interleaved, note, ratio_table
from benchmarks.processes import environment

_SIZE = (40, 120)  # rows, columns
_PATIENCE = 30.0  # seconds
_BARE = """
from textual.app import App, ComposeResult
from textual.widgets import Footer, Header, Input, OptionList

class Bare(App[None]):
    TITLE = "bare"
    def compose(self) -> ComposeResult:
        yield Header()
        yield Input(placeholder="ready-to-type")
        yield OptionList("one", "two", "three")
        yield Footer()

Bare().run()
"""


def run(rounds: int) -> None:
    """Print the ratio, or say why there is nothing to measure here."""
    if os.name != "posix":
        note("(c) needs a pseudo-terminal, which this system does not have; left out")
        return
    if importlib.util.find_spec("troubleshoot.tui.app") is None:
        note("(c) troubleshoot.tui.app is not there; left out")
        return
    with tempfile.TemporaryDirectory(prefix="troubleshoot-bench-") as folder:
        script = Path(folder) / "bare.py"
        script.write_text(_BARE, encoding="utf-8")
        places = {"TROUBLESHOOT_DATA_DIR": folder, "TROUBLESHOOT_CONFIG_DIR": folder}
        programs = {
            "bare Textual application": ([str(script)], b"ready-to-type"),
            "troubleshoot (home screen)": (["-m", "troubleshoot"], b"rpf-trace"),
        }
        contestants = {
            name: partial(first_paint, arguments, text, places) for name, (arguments, text) in programs.items()
        }
        try:
            timings = interleaved(contestants, rounds)
        except RuntimeError as error:
            note(f"(c) could not be measured: {error}")
            return
    ratio_table("(c) process start to first screen", timings, ["bare Textual application"])


def first_paint(arguments: Sequence[str], awaited: bytes, places: Mapping[str, str]) -> float:
    """Seconds until ``awaited`` has been painted. Raises RuntimeError when it never is."""
    import fcntl
    import pty
    import struct
    import termios

    settings = {**environment(), **places, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    began = time.perf_counter()
    child, terminal = pty.fork()
    if child == 0:
        os.execve(sys.executable, [sys.executable, *arguments], settings)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *_SIZE, 0, 0))
    try:
        painted = _read_until(terminal, awaited, began + _PATIENCE)
    finally:
        os.kill(child, 9)
        os.waitpid(child, 0)
        os.close(terminal)
    return painted - began


def _read_until(terminal: int, awaited: bytes, end: float) -> float:
    import re
    import select

    seen = b""
    while time.perf_counter() < end:
        ready, _, _ = select.select([terminal], [], [], 0.2)
        if not ready:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:  # Linux says so when the program has ended
            data = b""
        if not data:
            break
        seen += data
        if awaited in re.sub(rb"\x1b\[[0-9;?:]*[A-Za-z]", b"", seen):
            return time.perf_counter()
    raise RuntimeError(f"{awaited!r} was not painted; the program said: {seen[-300:]!r}")
