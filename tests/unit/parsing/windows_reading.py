"""How the tests call the parsers for Windows."""

from __future__ import annotations

from typing import Any

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.registry import parse


def read(name: str, *texts: str) -> dict[str, Any]:
    """The record that the parser ``name`` makes of these answers."""
    return parse(name, Platform.WINDOWS, texts)


def read_crlf(name: str, *texts: str) -> dict[str, Any]:
    """The same for texts that are written here with plain line feeds."""
    return read(name, *(text.replace("\n", "\r\n") for text in texts))
