"""CLIXML as powershell.exe writes it to stderr: error text in wrapped lines, progress as objects."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape

WIDTH: Final = 79  # of the console buffer less one; words are cut in the middle

_XMLNS: Final = "http://schemas.microsoft.com/powershell/2004/04"
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def encode(text: str) -> str:
    """Text inside an element: control characters (and an underscore that looks like a code) as ``_xHHHH_``."""
    return escape(_CODED.sub(lambda match: f"_x{ord(match.group()):04X}_", text))


def wrap(text: str, width: int = WIDTH) -> list[str]:
    """Lines of at most ``width`` characters."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += [line[start : start + width] for start in range(0, len(line), width)] or [""]
    return lines


def error_lines(text: str, stream: str = "Error") -> list[str]:
    """The elements of one record."""
    return [f'<S S="{stream}">{encode(line)}_x000D__x000A_</S>' for line in wrap(text)]


def document(records: Iterable[str]) -> str:
    """The whole document, without the line in front of it."""
    return f'<Objs Version="1.1.0.1" xmlns="{_XMLNS}">{"".join(records)}</Objs>'


def progress_record(activity: str) -> str:
    """A completed progress record."""
    return (
        '<Obj S="progress" RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T>'
        '<T>System.Object</T></TN><MS><I64 N="SourceId">1</I64><PR N="Record">'
        f"<AV>{encode(activity)}</AV><AI>0</AI><Nil /><PI>-1</PI><PC>-1</PC><T>Completed</T><SR>-1</SR><SD> </SD>"
        "</PR></MS></Obj>"
    )
