"""The crash log: where it happened, never with which values."""

from __future__ import annotations

import os
import traceback
from pathlib import Path


def write_crash_log(error: BaseException) -> Path | None:
    """Write the places of the traceback (file, line, function; no locals, no message) beside the journal."""
    from troubleshoot.journal import default_path

    path = default_path().with_name("crash.log")
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    text = "\n".join([*_names(error), *lines, ""])
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError:
        return None
    return path


def _names(error: BaseException) -> list[str]:
    """The exception's type, and those inside a group; messages may carry secrets and are left out."""
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return [type(error).__name__, *(name for item in inner for name in _names(item))]
