"""Running the real command line as a user does: in its own process, with its own folders, against a lab process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PARAMETERS = {"source": "10.1.12.4", "group": "239.1.1.1", "router": "r5"}


@dataclass(frozen=True, slots=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def result(self) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(self.out)
        return plain


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TROUBLESHOOT_")}
    places = {"TROUBLESHOOT_DATA_DIR": str(home / "data"), "TROUBLESHOOT_CONFIG_DIR": str(home / "config")}
    return kept | places | more


def troubleshoot(home: Path, *arguments: str | Path, stdin: str = "", **more: str) -> Ran:
    """Run one command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "troubleshoot", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(home, **more),
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def settings(**changed: str) -> list[str]:
    values = PARAMETERS | changed
    return [text for name, value in values.items() for text in ("--set", f"{name}={value}")]


@contextmanager
def lab(home: Path, fault: str) -> Iterator[Path]:
    """A lab in its own process; gives its inventory folder. What each device was sent is in ``commands.jsonl``."""
    folder = home / "lab"
    log = home / "commands.jsonl"
    command = [sys.executable, "-m", "troubleshoot", "lab", "up", "--fault", fault, "--directory", str(folder)]
    process = subprocess.Popen(
        [*command, "--command-log", str(log)], env=environment(home), stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline().strip() == str(folder)
        yield folder
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def sent_lines(home: Path) -> list[str]:
    """What all devices of a stopped lab were sent."""
    text = (home / "commands.jsonl").read_text(encoding="utf-8")
    return [json.loads(line)["line"] for line in text.splitlines()]


def wait_for(condition: Any, seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError("waited too long")
        time.sleep(0.02)
