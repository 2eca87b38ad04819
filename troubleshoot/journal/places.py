"""Where the journal lies, and how its files are made so that only their owner reads them."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from troubleshoot.errors import JournalError

NAME: Final = "journal.sqlite3"
_KEY_BYTES: Final = 32
NO_JOURNAL_HINT: Final = "Diagnosis can go on without a journal; fixes are refused."


def default_path() -> Path:
    """The user's journal; ``TROUBLESHOOT_DATA_DIR`` names another folder. Nothing is created."""
    named = os.environ.get("TROUBLESHOOT_DATA_DIR")
    if named:
        return Path(named).expanduser() / NAME
    from platformdirs import user_data_path

    return user_data_path("troubleshoot", appauthor=False) / NAME


def make_private_file(path: Path) -> None:
    """Make an empty file 0600, and its folder 0700 where it does not exist yet.

    Raises:
        JournalError: the place cannot be written.
    """
    try:
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise JournalError(f"{path}: cannot be written: {error.strerror or error}", hint=NO_JOURNAL_HINT) from None
    with suppress(OSError):  # not every file system knows modes
        path.chmod(0o600)


def redaction_key(journal: Path, *, create: bool) -> bytes:
    """The key of the redaction tokens of a journal, kept beside it.

    It stays out of the database on purpose: whoever gets a copy of the journal cannot try passwords on its tokens.
    """
    path = journal.with_name(f"{journal.name}.key")
    found = _read_key(path)
    if len(found) >= _KEY_BYTES or not create:
        return found or secrets.token_bytes(_KEY_BYTES)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        make_private_file(fresh)
        fresh.write_bytes(secrets.token_bytes(_KEY_BYTES))
        fresh.replace(path)
    except OSError as error:
        raise JournalError(f"{path}: cannot be written: {error.strerror or error}", hint=NO_JOURNAL_HINT) from None
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
