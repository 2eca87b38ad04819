"""One live session an incident. The operating system holds the lock, so a dead process never leaves one behind."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from troubleshoot.errors import JournalError
from troubleshoot.journal.places import make_private_file

_LOCKED_BYTE: Final = 1 << 20  # Windows locks are mandatory: one byte beyond the text, which stays readable
_TRIES: Final = 5


@contextmanager
def locked(path: Path, incident: str, now: float) -> Iterator[None]:
    """Hold the lock file ``path`` while the block runs; the file says who holds it since when.

    Raises:
        JournalError: another live process, or another session of this one, has the incident open.
    """
    handle = _acquire(path, incident)
    try:
        _write_owner(handle, now)
        yield
    finally:
        with suppress(OSError):  # Windows refuses to delete an open file: the empty lock file stays
            path.unlink()
        os.close(handle)


def _acquire(path: Path, incident: str) -> int:
    for _ in range(_TRIES):
        make_private_file(path)
        handle = os.open(path, os.O_RDWR)
        if not _try_lock(handle):
            owner = _owner(handle)
            os.close(handle)
            raise JournalError(f"incident {incident} is open {owner}", hint="End that session first.")
        if _still_there(handle, path):
            return handle
        os.close(handle)  # its last owner deleted it between our open and our lock
    raise JournalError(f"incident {incident} is being opened by others over and over", hint="Try again.")


def _still_there(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except OSError:
        return False


def _try_lock(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _write_owner(handle: int, now: float) -> None:
    owner = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "started": now})
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, owner.encode())


def _owner(handle: int) -> str:
    try:
        os.lseek(handle, 0, os.SEEK_SET)
        owner = json.loads(os.read(handle, 4096))
        since = datetime.fromtimestamp(owner["started"], UTC)
        return f"in another session: process {int(owner['pid'])} on {owner['host']} since {since:%Y-%m-%d %H:%M:%S} UTC"
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return "in another session"
