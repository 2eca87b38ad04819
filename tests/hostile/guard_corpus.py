"""The labelled commands of tests/hostile/corpus: one file for each platform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from troubleshoot.core.kinds import Platform

_FOLDER = Path(__file__).with_name("corpus")
_PLATFORMS = {"iosxe": Platform.IOS, "cmd": Platform.WINDOWS, "powershell": Platform.WINDOWS}
FILES = tuple(sorted(path.stem for path in _FOLDER.glob("*.txt")))
LABELS = ("read", "change", "unknown")


@dataclass(frozen=True, slots=True)
class Line:
    """A command as it is sent, its label, and why where that is not plain."""

    label: str
    command: str
    why: str = ""


def platform(file: str) -> Platform:
    """The platform whose commands a file holds."""
    return _PLATFORMS.get(file) or Platform(file)


def lines(file: str, *labels: str) -> list[Line]:
    """The commands of a file, those with one of the labels (all without)."""
    written = (_FOLDER / f"{file}.txt").read_text("utf-8").split("\n")
    found = [_line(text, "PS> " if file == "powershell" else "") for text in written if text and text[:2] != "# "]
    return [line for line in found if not labels or line.label in labels]


def _line(text: str, front: str) -> Line:
    label, _, rest = text.partition(" ")
    command, _, why = rest.partition(" ## ")
    return Line(label, front + command, why)
