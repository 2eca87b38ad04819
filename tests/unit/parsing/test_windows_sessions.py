"""`query session` and `query user`: empty cells, marks, other languages, and lists that are not whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.parsing.windows_reading import read
from troubleshoot.parsing.device_errors import Refused
from troubleshoot.parsing.failure import ParseFailure

SESSIONS = """ SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE
 services                                    0  Disc
>console                                     1  Conn
 rdp-tcp#12        alice                     3  Active
                   bob                       4  Disc
                   svc backup                5  Disc
 rdp-tcp#13        maximilian.mustermann     12  Active
 rdp-tcp                                 65536  Listen
"""
GERMAN = """ SITZUNGSNAME      BENUTZERNAME             ID  STATUS  TYP         GERÄT
 services                                    0  Getr.
 console           Administrator             1  Aktiv
                   frieda                    2  Getr.
 rdp-tcp                                 65536  Abhör.
"""
USERS = """ USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME
>administrator         rdp-tcp#0           2  Active          .  11/20/2026 9:12 AM
 alice                 rdp-tcp#12          3  Active       1:05  11/20/2026 7:58 AM
 bob                                       4  Disc      2+03:10  11/18/2026 4:40 PM
"""


def rows(text: str) -> list[tuple[Any, ...]]:
    found = read("terminal_sessions", text)["sessions"]
    return [(item["id"], item["name"], item["user"], item["state"], item["kind"]) for item in found]


def test_empty_cells_do_not_move_a_user_into_the_name() -> None:
    assert rows(SESSIONS) == [
        (0, "services", None, "disconnected", "services"),
        (1, "console", None, "connected", "console"),
        (3, "rdp-tcp#12", "alice", "active", "user"),
        (4, None, "bob", "disconnected", "user"),
        (5, None, "svc backup", "disconnected", "user"),
        (12, "rdp-tcp#13", "maximilian.mustermann", "active", "user"),
        (65536, "rdp-tcp", None, "listening", "listener"),
    ]
    found = read("terminal_sessions", SESSIONS)["sessions"]
    assert [item["id"] for item in found if item["own"]] == [1]
    assert [item["id"] for item in found if item["user_cut"]] == [12]
    assert found[3]["at"] == [[0, 5, 5]]


def test_a_number_in_a_name_is_not_the_number_of_the_session() -> None:
    text = SESSIONS.replace("svc backup                5", "svc 7                     5")
    assert (5, None, "svc 7", "disconnected", "user") in rows(text)


def test_german_and_unknown_words_give_the_same_states() -> None:
    expected = [(0, "disconnected"), (1, "active"), (2, "disconnected"), (65536, "listening")]
    assert [(row[0], row[3]) for row in rows(GERMAN)] == expected
    strange = GERMAN.replace("Getr.", "Skilt").replace("Aktiv", "Xyzzy").replace("Abhör.", "Lytter")
    assert [(row[0], row[3]) for row in rows(strange)] == expected


@pytest.mark.parametrize("paste", [SESSIONS.replace("\n", "\r\n"), "\n".join("    " + x for x in SESSIONS.split("\n"))])
def test_a_paste_may_be_indented(paste: str) -> None:
    assert rows(paste) == rows(SESSIONS)


def test_a_paste_may_have_lost_the_column_of_the_mark() -> None:
    text = "\n".join(line[1:] for line in GERMAN.split("\n"))
    assert rows(text) == rows(GERMAN)


def test_totals_and_prompts_are_no_sessions() -> None:
    text = "C:\\>query session /counter\n" + SESSIONS + "\nTotal sessions created: 5\nTotal sessions disconnected: 4\n"
    assert rows(text) == rows(SESSIONS)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SESSIONS.split("\n")[0],
        SESSIONS[: SESSIONS.index("3  Active")],
        SESSIONS.replace(" services                                    0  Disc\n", ""),
        SESSIONS.replace(" 4  Disc", " 3  Disc"),
        SESSIONS.replace("                   bob                       4  Disc", "bob"),
        SESSIONS[SESSIONS.index("\n") + 1 :],
        "Error 0x000006BA enumerating sessionnames\nError [1722]:The RPC server is unavailable.",
        "No session exists for 9",
    ],
)
def test_a_cut_or_failed_list_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("terminal_sessions", text)


def test_no_rights_is_no_empty_host() -> None:
    for text in ("Error 0x00000005 enumerating sessionnames\nError [5]:Access is denied.", "Access is denied."):
        with pytest.raises((ParseFailure, Refused)):
            read("terminal_sessions", text)


def test_users_with_idle_time() -> None:
    found = read("terminal_users", USERS)
    assert not found["nobody"]
    assert [(u["user"], u["session"], u["id"], u["state"], u["idle"], u["own"]) for u in found["users"]] == [
        ("administrator", "rdp-tcp#0", 2, "active", 0, True),
        ("alice", "rdp-tcp#12", 3, "active", 65, False),
        ("bob", None, 4, "disconnected", 3070, False),
    ]


@pytest.mark.parametrize("text", ["No User exists for *\r\n", "Kein Benutzer vorhanden für *"])
def test_nobody_is_an_answer(text: str) -> None:
    found = read("terminal_users", text)
    assert (found["nobody"], found["users"]) == (True, [])


@pytest.mark.parametrize(
    "text",
    ["", USERS.split("\n")[0], USERS[: USERS.index("2+03")], "Error [1722]:The RPC server is unavailable.", "x"],
)
def test_an_unclear_list_of_users_is_refused(text: str) -> None:
    with pytest.raises(ParseFailure):
        read("terminal_users", text)


@pytest.mark.parametrize("text", [SESSIONS, GERMAN], ids=["english", "german"])
def test_a_list_cut_anywhere_never_says_something_else(text: str) -> None:
    whole = rows(text)
    for end in range(len(text)):
        try:
            left = rows(text[:end])
        except ParseFailure:
            continue
        assert left == whole[: len(left)], text[:end].splitlines()[-1]
