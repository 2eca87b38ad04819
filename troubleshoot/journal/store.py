"""The journal: append-only events of every incident, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import TracebackType

from troubleshoot.core.events import Concluded, Event, Started
from troubleshoot.core.redact import Redactor
from troubleshoot.errors import JournalError, UnknownIncident
from troubleshoot.journal import codec
from troubleshoot.journal.base import UNFINISHED, IncidentSummary, listed
from troubleshoot.journal.database import connect, transaction, translated
from troubleshoot.journal.locks import locked
from troubleshoot.journal.places import default_path, make_private_file, redaction_key

_SEARCH = """
    SELECT id, tree, mode, parameters, started, last, outcome, title, tip_seq FROM incidents
    WHERE ? = '' OR instr(lower(id || ' ' || tree || ' ' || title || ' ' || parameters || ' ' || outcome), lower(?)) > 0
    ORDER BY started DESC, id DESC LIMIT ?
"""

_INSERT_INCIDENT = """
    INSERT INTO incidents (id, tree, mode, parameters, started, last, tip_seq, tip_hash)
    VALUES (?, ?, ?, ?, ?, ?, 0, ?)
"""
_BROKEN_HINT = "Keep the file: it is damaged or was changed by hand. Nothing after this place can be trusted."


class Journal:
    """Events are acknowledged when they are on the disk, chained by hash, and never changed.

    One connection, used by one thread at a time; several processes may have the same file open.
    """

    durable = True

    def __init__(self, path: Path, connection: sqlite3.Connection, redactor: Redactor) -> None:
        self.path = path
        self.redactor = redactor
        self._connection = connection
        self._prepared: Event | None = None  # redacted already: a large output is not searched twice
        self._mutex = threading.RLock()

    @classmethod
    def open(cls, path: Path | None = None, *, create: bool = True, redactor: Redactor | None = None) -> Journal:
        """Open the journal at ``path``, or the user's own.

        Without a ``redactor`` one is made whose tokens stay the same for this journal; teach it the secrets in use with
        ``journal.redactor.learn``.

        Raises:
            JournalError: it does not exist and shall not be created, cannot be written, or is damaged.
        """
        path = path or default_path()
        if create:
            make_private_file(path)
        elif not path.is_file():
            raise JournalError(f"{path}: there is no journal yet", hint="The first incident makes it.")
        made = redactor or Redactor(key=redaction_key(path, create=create))
        return cls(path, connect(path), made)

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with self._mutex:
            self._connection.close()

    # --- writing ---

    def prepare(self, event: Event) -> Event:
        """The event as it will be read back: a session folds this one, so that a resumed incident is the same."""
        self._prepared = codec.prepare(event, self.redactor)
        return self._prepared

    def create(self, incident: str, tree_source: Mapping[str, str], started: Started) -> int:
        """Begin an incident with its first event; ``tree_source`` maps tree ids to the text they were read from.

        Returns 1, the number of that event. The incident goes on with these copies, whatever happens to the files.

        Raises:
            JournalError: the id is taken, or the journal cannot be written.
        """
        names = {tree: codec.digest(text) for tree, text in tree_source.items()}
        parameters = codec.canonical(self.redactor.plain(started.parameters))
        row = (incident, started.tree, started.mode, parameters, started.at, started.at, codec.genesis(incident, names))
        with self._writing() as connection:
            if self._tip(incident) is not None:
                raise JournalError(f"incident {incident} exists already")
            connection.execute(_INSERT_INCIDENT, row)
            for tree, text in tree_source.items():
                connection.execute("INSERT OR IGNORE INTO trees VALUES (?, ?)", (names[tree], codec.packed(text)))
                connection.execute("INSERT INTO incident_trees VALUES (?, ?, ?)", (incident, tree, names[tree]))
            return self._append(incident, started)

    def append(self, incident: str, event: Event) -> int:
        """Store an event, without its secrets, and return its number once it is safe on the disk.

        Raises:
            JournalError: there is no such incident, or the journal cannot be written; nothing was stored then.
        """
        with self._writing():
            return self._append(incident, event)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._mutex, translated(self.path), transaction(self._connection):
            yield self._connection

    def _append(self, incident: str, event: Event) -> int:
        tip = self._tip(incident)
        if tip is None:
            raise self._unknown(incident)
        seq, prev = tip[0] + 1, tip[1]
        encoded = codec.encode(event, None if event is self._prepared else self.redactor)
        for name, text in encoded.blobs.items():
            self._connection.execute("INSERT OR IGNORE INTO blobs VALUES (?, ?)", (name, codec.packed(text)))
        chained = codec.chained(prev, incident, seq, encoded.payload)
        row = (incident, seq, encoded.at, encoded.kind, encoded.payload, prev, chained)
        self._connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._list(
            incident, codec.prepare(event, self.redactor) if isinstance(event, Concluded) else event, seq, chained
        )
        return seq

    def _list(self, incident: str, event: Event, seq: int, chained: str) -> None:
        shown = self._connection.execute("SELECT outcome, title FROM incidents WHERE id = ?", (incident,)).fetchone()
        row = (event.at, *listed(event, *shown), seq, chained, incident)
        change = "UPDATE incidents SET last = ?, outcome = ?, title = ?, tip_seq = ?, tip_hash = ? WHERE id = ?"
        self._connection.execute(change, row)

    def _tip(self, incident: str) -> tuple[int, str] | None:
        query = "SELECT tip_seq, tip_hash FROM incidents WHERE id = ?"
        found: tuple[int, str] | None = self._connection.execute(query, (incident,)).fetchone()
        return found

    def _unknown(self, incident: str) -> UnknownIncident:
        return UnknownIncident(
            f"{self.path}: there is no incident {incident}", hint="troubleshoot incidents lists them."
        )

    # --- reading ---

    def events(self, incident: str) -> Iterator[Event]:
        """All events in order, each checked before it is given out.

        Raises:
            JournalError: there is no such incident, or its record is broken, naming the first bad event.
        """
        prev, tip, rows = self._read(incident)
        expected = 0
        for expected, (seq, at, kind, payload, stored_prev, stored) in enumerate(rows, 1):
            good = seq == expected and stored_prev == prev and stored == codec.chained(prev, incident, seq, payload)
            if not good:
                raise self._broken(incident, expected, "it is not what was written")
            event = self._decode(incident, seq, payload)
            if (type(event).__name__, event.at) != (kind, at):
                raise self._broken(incident, seq, "its kind or time was changed")
            prev = stored
            yield event
        if tip != (expected, prev):
            raise self._broken(incident, expected + 1, "events are missing at the end")

    def _read(self, incident: str) -> tuple[str, tuple[int, str], list[tuple[int, float, str, str, str, str]]]:
        """The start of the chain, its end, and the rows between, read at one moment."""
        query = "SELECT seq, at, kind, payload, prev, hash FROM events WHERE incident = ? ORDER BY seq"
        with self._mutex, translated(self.path):
            self._connection.execute("BEGIN")
            try:
                tip = self._tip(incident)
                rows = self._connection.execute(query, (incident,)).fetchall()
                names = dict(self._tree_names(incident))
            finally:
                self._connection.execute("ROLLBACK")
        if tip is None:
            raise self._unknown(incident)
        return codec.genesis(incident, names), tip, rows

    def verify(self, incident: str) -> int:
        """Check the whole record of an incident, its trees included; return the number of events.

        Raises:
            JournalError: something was changed, is damaged or is missing.
        """
        self.tree_sources(incident)
        return sum(1 for _ in self.events(incident))

    def tree_sources(self, incident: str) -> dict[str, str]:
        """The text of the trees that the incident was started with, by tree id."""
        with self._mutex, translated(self.path):
            if self._tip(incident) is None:
                raise self._unknown(incident)
            names = self._tree_names(incident)
        return {tree: self._text("trees", name, f"incident {incident}: tree {tree}") for tree, name in names}

    def incidents(self, limit: int = 100, query: str = "") -> list[IncidentSummary]:
        """The latest incidents, newest first; ``query`` is looked for in id, tree, title, parameters and outcome."""
        with self._mutex, translated(self.path):
            rows = self._connection.execute(_SEARCH, (query, query, limit)).fetchall()
        return [_summary(row) for row in rows]

    def lock(self, incident: str) -> AbstractContextManager[None]:
        """Keep every other session away from an incident while the block runs.

        Raises:
            JournalError: another live session has it open; the message says which.
        """
        return locked(self.path.with_name(f"{self.path.name}.{incident}.lock"), incident, time.time())

    def _tree_names(self, incident: str) -> list[tuple[str, str]]:
        query = "SELECT tree, sha256 FROM incident_trees WHERE incident = ? ORDER BY tree"
        return self._connection.execute(query, (incident,)).fetchall()

    def _decode(self, incident: str, seq: int, payload: str) -> Event:
        place = f"incident {incident}: event {seq}"
        try:
            return codec.decode(payload, lambda name: self._text("blobs", name, place))
        except (KeyError, TypeError, ValueError) as error:
            hint = "It may come from a newer version of troubleshoot."
            raise JournalError(f"{self.path}: {place} cannot be read: {error!r}", hint=hint) from None

    def _text(self, table: str, name: str, place: str) -> str:
        """A stored text, proven by its name to be what was written."""
        with self._mutex, translated(self.path):
            query = f"SELECT data FROM {table} WHERE sha256 = ?"  # noqa: S608 - our own table names
            row = self._connection.execute(query, (name,)).fetchone()
        try:
            text = codec.unpacked(row[0]) if row else None
        except (zlib.error, UnicodeDecodeError):
            text = None
        if text is None or codec.digest(text) != name:
            raise JournalError(f"{self.path}: {place}: a stored text is damaged or missing", hint=_BROKEN_HINT)
        return text

    def _broken(self, incident: str, seq: int, why: str) -> JournalError:
        return JournalError(f"{self.path}: incident {incident}: event {seq} is broken: {why}", hint=_BROKEN_HINT)


def _summary(row: tuple[str, str, str, str, float, float, str, str, int]) -> IncidentSummary:
    identity, tree, mode, parameters, started, last, outcome, title, events = row
    shown = json.loads(parameters)
    return IncidentSummary(identity, tree, mode, shown, started, last, outcome or UNFINISHED, title, events=events)
