"""Opening the database: how it commits, which version its tables have, and what its errors mean for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

from troubleshoot.errors import JournalError
from troubleshoot.journal.places import NO_JOURNAL_HINT

APPLICATION_ID: Final = 0x54524253  # "TRBS" in the header of the file
MIGRATIONS: Final = ("schema.sql",)  # entry n leads from version n to n + 1
_BUSY_SECONDS: Final = 10.0
_WAL_IS_SAFE: Final = (3, 51, 3)  # older ones can lose a commit when the WAL is reset at the wrong moment

_HINTS: Final = {
    "SQLITE_FULL": f"The disk is full. {NO_JOURNAL_HINT}",
    "SQLITE_READONLY": f"The file or its folder cannot be written. {NO_JOURNAL_HINT}",
    "SQLITE_CANTOPEN": f"The file cannot be opened. {NO_JOURNAL_HINT}",
    "SQLITE_IOERR": f"The disk does not do its work. {NO_JOURNAL_HINT}",
    "SQLITE_BUSY": "Another program holds the journal; wait for it or use --journal with another file.",
    "SQLITE_CORRUPT": "The file is damaged; keep it and use --journal with another file.",
    "SQLITE_NOTADB": "The file is something else; use --journal with another file.",
}


def connect(path: Path) -> sqlite3.Connection:
    """Open an existing file, with every commit on the disk before it returns, and bring its tables up to date."""
    with translated(path):
        connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        with translated(path):
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            _migrate(connection, path)
            connection.execute(f"PRAGMA journal_mode = {journal_mode(sqlite3.sqlite_version_info)}").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def journal_mode(version: tuple[int, ...]) -> str:
    """WAL where this SQLite version does not lose commits in it, a rollback journal otherwise."""
    return "WAL" if version >= _WAL_IS_SAFE else "DELETE"


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing; durable when the block has been left."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk may have rolled back by itself
            connection.execute("ROLLBACK")
        raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Database errors as :class:`JournalError` with a hint."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        hint = next((hint for prefix, hint in _HINTS.items() if name.startswith(prefix)), NO_JOURNAL_HINT)
        raise JournalError(f"{path}: {error}", hint=hint) from error


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == len(MIGRATIONS) and _is_ours(connection):
        return
    with transaction(connection):
        version = _version(connection)
        _refuse_foreign(connection, path, version)
        for number in range(version, len(MIGRATIONS)):
            _run(connection, (files("troubleshoot.journal") / MIGRATIONS[number]).read_text("utf-8"))
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _is_ours(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)


def _refuse_foreign(connection: sqlite3.Connection, path: Path, version: int) -> None:
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if tables and not _is_ours(connection):
        raise JournalError(f"{path}: the database of another program", hint=_HINTS["SQLITE_NOTADB"])
    if version > len(MIGRATIONS):
        hint = "Use the version of troubleshoot that wrote it, or --journal with another file."
        raise JournalError(f"{path}: written by a newer version (format {version})", hint=hint)


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Statement by statement: ``executescript`` would commit in between."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            connection.execute(statement)
            statement = ""
