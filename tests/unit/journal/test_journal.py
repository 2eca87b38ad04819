"""The event store: what goes in comes out, redacted and chained; what was damaged is named."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.redact import Redactor
from troubleshoot.errors import JournalError
from troubleshoot.journal import Journal, JournalLike, MemoryJournal, codec, default_path, incident_id
from troubleshoot.journal.database import APPLICATION_ID, journal_mode

ID = "20261122-1803-7f3a"
SOURCES = {"demo": "id: demo\n", "sub": "id: sub\n"}
LONG = "10.77.0.0/16 via 10.77.12.1\n" * 400


def started(incident: str = ID, at: float = 100.0, **parameters: Any) -> ev.Started:
    return ev.Started(at, incident, "demo", "ab" * 32, {"router": "edge1", **parameters}, "live", "1.0")


def observed(text: str = LONG, record: dict[str, Any] | None = None) -> ev.Observed:
    return ev.Observed(101.5, 1, "route", "edge1", (ev.Part("show ip route", text, 0),), record, seconds=0.25)


EVERY = [
    ev.HostResolved(101.0, "10.77.0.1", "edge1", Platform.IOS, ("10.77.0.1",)),
    ev.HostUnknown(101.0, "edge2"),
    observed(),
    observed("short", {"entries": [{"prefix": "10.77.0.0/16", "at": [[0, 1, 1]]}] * 200, "unread": []}),
    ev.Observed(102.0, 2, "route", "edge1", trouble=Trouble.TIMEOUT, message="no answer in 30 s"),
    ev.Waited(103.0, 2),
    ev.Answered(104.0, "ask", "yes", "ops"),
    ev.NobodyAnswered(105.0, "ask"),
    ev.NoteAdded(106.0, "called the site", "ops"),
    ev.SteppedBack(107.0, 0),
    ev.Overridden(108.0, 0, "other", "I know better", "ops"),
    ev.WaySeen(108.5, "r1", "10.0.0.1", "10.9.9.9", False),
    ev.FixChosen(109.0, "enable"),
    ev.RevertChosen(109.5, "enable"),
    ev.Approved(110.0, "enable", "cd" * 32),
    ev.SendIntended(111.0, "enable", "apply", "cd" * 32, ("interface Vlan77", "ip pim sparse-mode")),
    ev.SendAnswered(112.0, "enable", "apply", (ev.Part("ip pim sparse-mode", ""),), "% Invalid"),
    ev.SendFailed(113.0, "enable", "apply", True, Trouble.UNREACHABLE, "reset"),
    ev.OutcomeStated(114.0, "enable", "applied", "ops"),
    ev.TestEnded(114.5, "enable", "interrupted"),
    ev.Declined(115.0, "enable"),
    ev.FixesClosed(116.0),
    ev.Resumed(117.0, "1.0"),
    ev.Cancelled(118.0, "enough"),
    ev.Concluded(119.0, "diagnosed", {"title": "PIM is missing"}),
]


@pytest.fixture(params=["sqlite", "memory"])
def journal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[JournalLike]:
    made: JournalLike = Journal.open(tmp_path / "j.sqlite3") if request.param == "sqlite" else MemoryJournal()
    yield made
    made.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "j.sqlite3"


# --- both kinds ---------------------------------------------------------------------------------------------------


def test_every_event_comes_back_as_it_was(journal: JournalLike) -> None:
    assert {type(event) for event in EVERY} | {ev.Started} == set(ev.EVENTS.values())
    first = started(hosts=("a", "b"), vrf=None)
    assert journal.create(ID, SOURCES, first) == 1
    assert [journal.append(ID, event) for event in EVERY] == list(range(2, len(EVERY) + 2))
    assert list(journal.events(ID)) == [first, *EVERY]
    assert journal.verify(ID) == len(EVERY) + 1
    assert journal.tree_sources(ID) == SOURCES


def test_prepare_gives_what_will_be_read_back(journal: JournalLike) -> None:
    journal.redactor.learn(["correct-horse"])
    record: dict[Any, Any] = {"pairs": ("a", "b"), 7: "correct-horse"}
    event = observed("login with correct-horse\n", record)
    prepared = journal.prepare(event)
    journal.create(ID, SOURCES, started())
    journal.append(ID, prepared)
    journal.append(ID, event)
    assert list(journal.events(ID))[1:] == [prepared, prepared]
    assert isinstance(prepared, ev.Observed) and prepared.record is not None
    assert prepared.record == {"pairs": ["a", "b"], "7": journal.redactor.token("correct-horse")}


def test_lists_show_the_latest_first_and_can_be_searched(journal: JournalLike) -> None:
    for number in range(3):
        journal.create(f"2026-{number}", SOURCES, started(f"2026-{number}", 100.0 + number, site=f"plant-{number}"))
    journal.append("2026-1", ev.Concluded(200.0, "diagnosed", {"title": "PIM is missing on 100% of it"}))
    assert [item.id for item in journal.incidents()] == ["2026-2", "2026-1", "2026-0"]
    assert [item.id for item in journal.incidents(1)] == ["2026-2"]
    assert [item.id for item in journal.incidents(query="PLANT-0")] == ["2026-0"]
    assert [item.id for item in journal.incidents(query="100%")] == ["2026-1"]
    assert [item.id for item in journal.incidents(query="unfinished")] == ["2026-2", "2026-0"]
    found = journal.incidents(query="pim is missing")[0]
    assert (found.outcome, found.started, found.last, found.events) == ("diagnosed", 101.0, 200.0, 2)
    assert found.parameters == {"router": "edge1", "site": "plant-1"}


def test_going_on_makes_an_incident_unfinished_again(journal: JournalLike) -> None:
    journal.create(ID, SOURCES, started())
    journal.append(ID, ev.Concluded(200.0, "inconclusive", {"title": "Cannot tell"}))
    journal.append(ID, ev.NoteAdded(201.0, "looked at it"))
    assert journal.incidents()[0].outcome == "inconclusive"
    journal.append(ID, ev.SteppedBack(202.0, 0))
    assert journal.incidents()[0].outcome == "unfinished"


def test_strangers_and_doubles_are_refused(journal: JournalLike) -> None:
    journal.create(ID, SOURCES, started())
    with pytest.raises(JournalError, match="exists already"):
        journal.create(ID, SOURCES, started())
    assert journal.verify(ID) == 1
    calls: list[Callable[[], object]] = [
        lambda: journal.append("other", ev.Waited(1.0, 1)),
        lambda: list(journal.events("other")),
        lambda: journal.verify("other"),
        lambda: journal.tree_sources("other"),
    ]
    for call in calls:
        with pytest.raises(JournalError, match="no incident other"):
            call()


def test_one_session_an_incident(journal: JournalLike) -> None:
    with journal.lock(ID):
        with pytest.raises(JournalError, match=f"{ID} is open"), journal.lock(ID):
            pass
        with journal.lock("another"):
            pass
    with journal.lock(ID):
        pass


def test_durable_says_whether_fixes_may_be_applied(tmp_path: Path) -> None:
    assert Journal.durable and not MemoryJournal.durable


# --- secrets ------------------------------------------------------------------------------------------------------


def test_no_secret_reaches_the_disk(path: Path) -> None:
    secret = "Correct!Horse7"
    with Journal.open(path) as journal:
        journal.redactor.learn([secret])
        journal.create(ID, SOURCES, started(note=f"with {secret}"))
        for event in (
            observed(f"{LONG}\nenable password {secret}", {"lines": [{"text": f"enable password {secret}"}]}),
            ev.Observed(
                1.0, 1, "x", "edge1", (ev.Part(f"login {secret}", ""),), message=secret, hint=secret, doubt=secret
            ),
            ev.Answered(1.0, "ask", secret),
            ev.NoteAdded(1.0, f"the password is {secret}"),
            ev.SendIntended(1.0, "f", "apply", "d", (f"username a secret {secret}",)),
            ev.SendAnswered(1.0, "f", "apply", (ev.Part("x", secret),), secret),
            ev.SendFailed(1.0, "f", "apply", False, Trouble.AUTH, secret),
            ev.Declined(1.0, "f", reason=secret),
            ev.Concluded(1.0, "diagnosed", {"title": secret, "more": [secret]}),
        ):
            journal.append(ID, event)
        assert secret not in repr(list(journal.events(ID)))
        assert secret not in repr(journal.incidents())
    for file in path.parent.iterdir():
        assert secret.encode() not in file.read_bytes()
    with sqlite3.connect(path) as raw:
        assert all(secret not in codec.unpacked(data) for (data,) in raw.execute("SELECT data FROM blobs"))
    raw.close()


def test_tokens_stay_the_same_after_reopening(path: Path) -> None:
    with Journal.open(path) as journal:
        token = journal.redactor.token("secret")
    with Journal.open(path) as journal:
        assert journal.redactor.token("secret") == token
    with Journal.open(path.with_name("other.sqlite3")) as other:
        assert other.redactor.token("secret") != token


def test_a_redactor_can_be_given(path: Path) -> None:
    with Journal.open(path, redactor=Redactor(key=b"k")) as journal:
        assert journal.redactor.token("x") == Redactor(key=b"k").token("x")
    assert not path.with_name("j.sqlite3.key").exists()


# --- the chain ----------------------------------------------------------------------------------------------------


def filled(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.create(ID, SOURCES, started())
        for event in EVERY[:5]:
            journal.append(ID, event)


def meddle(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path)
    raw.execute("DROP TRIGGER events_never_change")
    raw.execute("DROP TRIGGER events_never_go")
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()


DAMAGE = [
    ("UPDATE events SET payload = replace(payload, 'edge2', 'edge3') WHERE seq = 3", "event 3 is broken"),
    ("UPDATE events SET kind = 'HostResolved' WHERE seq = 3", "event 3 is broken: its kind"),
    ("UPDATE events SET at = at + 1 WHERE seq = 2", "event 2 is broken: its kind or time"),
    ("UPDATE events SET hash = prev WHERE seq = 4", "event 4 is broken"),
    ("DELETE FROM events WHERE seq = 2", "event 2 is broken"),
    ("DELETE FROM events WHERE seq = 6", "event 6 is broken: events are missing at the end"),
    ("DELETE FROM events WHERE seq = 1", "event 1 is broken"),
    ("DELETE FROM events", "event 1 is broken: events are missing"),
    ("UPDATE events SET seq = 7 WHERE seq = 6", "event 6 is broken"),
    ("UPDATE blobs SET data = x'00'", "event 4: a stored text is damaged"),
    ("DELETE FROM blobs", "event 4: a stored text is damaged or missing"),
    ("DELETE FROM incident_trees WHERE tree = 'sub'", "event 1 is broken"),
    ("UPDATE trees SET data = x'78'", "tree demo: a stored text is damaged"),
]


@pytest.mark.parametrize(("statement", "message"), DAMAGE, ids=[message for _, message in DAMAGE])
def test_damage_is_found_and_named(path: Path, statement: str, message: str) -> None:
    filled(path)
    meddle(path, statement)
    with Journal.open(path) as journal, pytest.raises(JournalError, match=message) as caught:
        journal.verify(ID)
    assert caught.value.hint


def test_what_is_before_the_damage_can_still_be_read(path: Path) -> None:
    filled(path)
    meddle(path, "UPDATE events SET payload = '{}' WHERE seq = 4")
    with Journal.open(path) as journal:
        events = journal.events(ID)
        assert [type(next(events)) for _ in range(3)] == [ev.Started, ev.HostResolved, ev.HostUnknown]
        with pytest.raises(JournalError, match="event 4"):
            next(events)


def test_the_database_refuses_to_change_events(path: Path) -> None:
    filled(path)
    raw = sqlite3.connect(path)
    for statement in ("UPDATE events SET at = 0", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="never"):
            raw.execute(statement)
    raw.close()


def test_equal_outputs_are_stored_once(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.create(ID, SOURCES, started())
        for _ in range(5):
            journal.append(ID, observed())
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT count(*), sum(length(data)) < ? FROM blobs", (len(LONG),)).fetchone() == (1, 1)
    raw.close()


@given(st.text(st.characters(codec=None), max_size=50), st.floats(), st.none() | st.integers(-(2**40), 2**40))
def test_any_text_survives(text: str, seconds: float, code: int | None) -> None:
    event = ev.Observed(1.0, 1, "x", "r", (ev.Part("c", text * 40, code),), {"text": text}, seconds=seconds)
    encoded = codec.encode(event, Redactor(key=b"k"))
    assert encoded.payload.isascii()
    back = codec.decode(encoded.payload, lambda name: codec.unpacked(codec.packed(encoded.blobs[name])))
    assert repr(back) == repr(codec.prepare(event, Redactor(key=b"k")))


# --- files --------------------------------------------------------------------------------------------------------


def test_the_default_place_can_be_moved(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TROUBLESHOOT_DATA_DIR", str(tmp_path / "mine"))
    assert default_path() == tmp_path / "mine" / "journal.sqlite3"
    assert not (tmp_path / "mine").exists()
    with Journal.open() as journal:
        assert journal.path == default_path() and journal.path.is_file()
    monkeypatch.delenv("TROUBLESHOOT_DATA_DIR")
    assert "troubleshoot" in str(default_path())


@pytest.mark.skipif(sys.platform == "win32", reason="modes are a POSIX matter")
def test_only_the_owner_can_read_the_files(path: Path) -> None:
    before = os.umask(0)
    try:
        filled(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


def test_commits_reach_the_disk_before_they_are_acknowledged(path: Path) -> None:
    with Journal.open(path) as journal:
        assert journal._connection.execute("PRAGMA synchronous").fetchone() == (2,)
        mode = journal._connection.execute("PRAGMA journal_mode").fetchone()[0]
    assert mode.upper() == journal_mode(sqlite3.sqlite_version_info)
    assert [journal_mode(version) for version in ((3, 40, 1), (3, 51, 2), (3, 51, 3), (4, 0, 0))] == [
        *("DELETE", "DELETE", "WAL", "WAL")
    ]


def test_no_journal_yet(path: Path) -> None:
    with pytest.raises(JournalError, match="there is no journal yet"):
        Journal.open(path, create=False)
    assert not path.parent.exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(JournalError, match="cannot be written") as caught:
        Journal.open(tmp_path / "file" / "j.sqlite3")
    assert "fixes are refused" in caught.value.hint


def test_a_full_disk(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.create(ID, SOURCES, started())
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        noise = ev.Observed(2.0, 1, "x", "edge1", (ev.Part("show", os.urandom(40_000).hex()),))
        with pytest.raises(JournalError, match="full") as caught:
            journal.append(ID, noise)
        assert "disk is full" in caught.value.hint and "fixes are refused" in caught.value.hint
        assert journal.verify(ID) == 1
        journal._connection.execute(f"PRAGMA max_page_count = {pages + 100}")
        assert journal.append(ID, noise) == 2


def test_a_read_only_journal_can_be_read(path: Path) -> None:
    filled(path)
    with Journal.open(path, create=False) as journal:
        journal._connection.execute("PRAGMA query_only = ON")
        assert journal.verify(ID) == 6
        with pytest.raises(JournalError, match="readonly") as caught:
            journal.append(ID, ev.Waited(1.0, 1))
        assert "cannot be written" in caught.value.hint


@pytest.mark.parametrize("content", [b"this is not a database at all" * 50, b"SQLite format 3\0" + bytes(4000)])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "j.sqlite3"
    path.write_bytes(content)
    with pytest.raises(JournalError):
        Journal.open(path)
    assert path.read_bytes() == content


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "j.sqlite3"
    raw = sqlite3.connect(path)
    raw.execute("CREATE TABLE theirs (x)")
    raw.commit()
    raw.close()
    with pytest.raises(JournalError, match="another program"):
        Journal.open(path)


def test_a_newer_format_is_refused(path: Path) -> None:
    filled(path)
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA user_version = 99")
    assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    raw.close()
    with pytest.raises(JournalError, match="newer version"):
        Journal.open(path)


def test_two_journals_on_one_file(path: Path) -> None:
    with Journal.open(path) as one, Journal.open(path) as two:
        one.create(ID, SOURCES, started())
        assert two.append(ID, ev.Waited(2.0, 1)) == 2
        assert one.append(ID, ev.Waited(3.0, 2)) == 3
        assert one.verify(ID) == two.verify(ID) == 3


# --- ids ----------------------------------------------------------------------------------------------------------


def test_ids_sort_by_time() -> None:
    assert incident_id(1_795_370_634.0, lambda size: "7f" * size) == "20261122-1803-7f7f"
    ids = [incident_id(1_795_370_634.0 + 3600 * hour) for hour in range(48)]
    assert ids == sorted(ids)
