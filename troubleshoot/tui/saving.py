"""Writing a transcript: to the place that was asked for, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def save(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8 with mode 0600 (best effort where the platform has no such modes). Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with contextlib.suppress(OSError):
        path.chmod(0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        file.write(text)
