"""The only writer to stdout and stderr: data goes to stdout, everything else to stderr, and neither can be hijacked.

Text from devices passes :func:`safe`, so no escape sequence reaches the terminal.
"""

from __future__ import annotations

import os
import sys
from typing import IO, Any


def safe(text: str) -> str:
    """Text whose control, format and bidi characters are shown as escapes instead of being obeyed."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(char if char in "\n\t" or char.isprintable() else f"\\u{ord(char):04x}" for char in text)


def data(text: str) -> None:
    """Write the result a user asked for."""
    _write(sys.stdout, text)


def json_data(plain: Any) -> None:
    """Write one JSON document; ASCII only, so no terminal or pipe can stumble over it."""
    import json

    _write(sys.stdout, json.dumps(plain, indent=2, ensure_ascii=True))


def say(text: str = "") -> None:
    """Tell the person something (progress, warnings, questions)."""
    _write(sys.stderr, text)


def ask(prompt: str, *, secret: bool = False) -> str | None:
    """Ask on the terminal; None when there is nobody to answer."""
    if not sys.stdin.isatty() and secret:
        return None
    try:
        if secret:
            import getpass

            return getpass.getpass(f"{safe(prompt)} ", stream=sys.stderr) or None
        sys.stderr.write(f"{safe(prompt)} ")
        sys.stderr.flush()
        line = sys.stdin.readline()
    except (EOFError, OSError):
        return None
    return line.rstrip("\n") if line else None


def colour(text: str, code: str) -> str:
    """Colour text for stderr, unless NO_COLOR is set or nobody sees it."""
    if os.environ.get("NO_COLOR") or not sys.stderr.isatty():
        return text
    return f"\x1b[{code}m{text}\x1b[0m"


def coloured(text: str, code: str) -> None:
    """A line for the person, made safe first and coloured then."""
    sys.stderr.write(f"{colour(safe(text), code)}\n")


def _write(stream: IO[str], text: str) -> None:
    line = safe(text) + "\n"
    try:
        stream.write(line)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(line.encode("ascii", "backslashreplace").decode("ascii"))
