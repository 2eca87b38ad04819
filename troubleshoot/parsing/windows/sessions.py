"""`query session` and `query user`: fixed columns with empty cells, in which the words are for people.

The state is told by the shape of a row where its word is in a language that we do not know: a session with a user and a
name is in use, one with a user and without a name was left behind (the name goes back to the listener).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.windows_hosts import SessionUser, SessionUsers, TerminalSession, TerminalSessions
from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.rows import PROMPT

_STATES = {
    "active": "active",
    "aktiv": "active",
    "actif": "active",
    "conn": "connected",
    "verb.": "connected",
    "verb": "connected",
    "disc": "disconnected",
    "getr.": "disconnected",
    "getr": "disconnected",
    "déco": "disconnected",
    "listen": "listening",
    "abhör.": "listening",
    "abhören": "listening",
    "idle": "idle",
    "leerl.": "idle",
    "leerlauf": "idle",
    "down": "down",
    "init": "init",
    "shadow": "shadow",
}
_FIRST_LISTENER = 65536
_NAME_WIDTH = 20  # characters of a user name that are shown
_HEADING = re.compile(r"\S+\s{2,}\S+\s{2,}ID\s+\S")
_ROW = re.compile(r"(?P<before>.*?)(?<!\S)(?P<id>\d{1,10})\s\s+(?P<state>[^\s\d]\S{0,19})(?:\s.*)?$")
_ALIGNED = re.compile(r"(?P<before>(?:.*\s)?)(?P<id>\d{1,10})")  # numbers end below the end of their heading
_USER_ROW = re.compile(
    r"(?P<before>.*?)\s+(?P<id>\d{1,10})\s+(?P<state>[^\s\d]\S{0,19})\s+(?P<idle>\S{1,20})\s+(?P<logon>\S.{0,60})$"
)
_FAILURE = re.compile(r"(?:Error|Fehler|Erreur)\s*(?:0x([0-9A-Fa-f]{1,8})|\[(\d{1,5})\])", re.I)
_NOBODY = re.compile(
    r"(?:No User exists for|Kein Benutzer vorhanden f|F\S{1,3}r \* ist kein Benutzer|Es ist kein Benutzer)", re.I
)
_TOTALS = re.compile(r"\D{3,60}:?\s+\d{1,9}$")
_IDLE = re.compile(r"(?:(\d{1,4})\+)?(?:(\d{1,2}):)?(\d{1,2})$")


def parse_sessions(pages: Sequence[Clean]) -> TerminalSessions:
    """Read ``query session`` (or ``qwinsta``) in any language.

    Raises:
        ParseFailure: the command failed (access denied, 1722), the heading or the session 0 is missing, or a line does
            not fit the columns: a shorter list would hide a person.
    """
    page = one_page(pages)
    heading, rows = _table(page)
    columns = _column(heading, 1), _column(heading, 2) + len("ID")
    sessions = [_session(page, number, text, columns) for number, text in _without_totals(rows)]
    if not any(session["id"] == 0 for session in sessions):
        raise ParseFailure("the list has no session 0, so it is not whole", page.part, heading[0])
    if len({session["id"] for session in sessions}) != len(sessions):
        raise ParseFailure("a session stands twice in the list", page.part, heading[0])
    return TerminalSessions(sessions=sessions, at=page.all(), unread=[])


def parse_users(pages: Sequence[Clean]) -> SessionUsers:
    """Read ``query user`` (or ``quser``); that nobody is logged on is an answer of its own.

    Raises:
        ParseFailure: the command failed, or a line does not fit the columns.
    """
    page = one_page(pages)
    for number, text in page.lines:
        if _NOBODY.search(text):
            return SessionUsers(nobody=True, users=[], at=page.at(number), unread=[])
    heading, rows = _table(page)
    session_column = _column(heading, 1)
    users = [_user(page, number, text, session_column) for number, text in rows]
    if not users:
        raise ParseFailure("a heading without users: the list is cut", page.part, heading[0])
    return SessionUsers(nobody=False, users=users, at=page.all(), unread=[])


def _table(page: Clean) -> tuple[Line, list[Line]]:
    """The heading and the rows, untrimmed at the left: the mark of the own session and empty cells stand there."""
    lines = [(number, text) for number, text in _raw(page) if not PROMPT.match(text.lstrip())]
    for number, text in lines:
        if match := _FAILURE.search(text):
            code = int(match[2]) if match[2] else int(match[1], 16)
            raise ParseFailure(f"the query failed with {code}", page.part, number)
    if not lines:
        raise ParseFailure("the output is empty", page.part)
    number, text = lines[0]
    if not _HEADING.match(text.strip()):
        raise ParseFailure(f"not the heading of a session list: {excerpt(text)!r}", page.part, number)
    return lines[0], lines[1:]


def _raw(page: Clean) -> list[Line]:
    """The lines with the column of the mark in front, whatever a paste cut off or added there."""
    numbered = enumerate(page.text.split("\n"), 1)
    lines = [(number, line.rstrip()) for number, line in numbered if line.strip()]
    heading = next((text for _, text in lines if _HEADING.match(text.strip())), " ")
    indent = len(heading) - len(heading.lstrip()) - 1
    if indent >= 0:
        return [(number, text[indent:] if not text[:indent].strip() else text) for number, text in lines]
    return [(number, text if text[0] == ">" else f" {text}") for number, text in lines]


def _column(heading: Line, index: int) -> int:
    """Where the heading's word number ``index`` begins."""
    words = list(re.finditer(r"\S+", heading[1]))
    return words[index].start()


def _without_totals(rows: list[Line]) -> list[Line]:
    """`/counter` adds lines such as `Total sessions created: 5` below the table."""
    return rows[: next((n for n, (_, text) in enumerate(rows) if text[:1].strip(" >") and _TOTALS.match(text)), None)]


def _cells(text: str, columns: tuple[int, int]) -> tuple[str, str, int, str] | None:
    """Name, user, number and word of a row; a user's name may hold blanks and numbers, so the columns come first."""
    start, end = columns
    if text[:1] not in " >":
        return None
    aligned = _ALIGNED.fullmatch(text[start:end]) if text[end : end + 1] in ("", " ") else None
    if aligned is not None and text[end:].strip():
        return text[1:start].strip(), aligned["before"].strip(), int(aligned["id"]), text[end:].split()[0]
    match = _ROW.fullmatch(text[start:])
    return (text[1:start].strip(), match["before"].strip(), int(match["id"]), match["state"]) if match else None


def _session(page: Clean, number: int, text: str, columns: tuple[int, int]) -> TerminalSession:
    cells = _cells(text, columns)
    if cells is None:
        raise ParseFailure(f"not a line of a session list: {excerpt(text)!r}", page.part, number)
    name, user, identity, state = cells[0] or None, cells[1] or None, cells[2], cells[3]
    return TerminalSession(
        id=identity,
        name=name,
        user=user,
        user_cut=user is not None and len(user) >= _NAME_WIDTH,
        state=_state(state, identity, name, user),
        kind=_kind(identity, name, user),
        own=text[0] == ">",
        at=page.at(number),
    )


def _kind(identity: int, name: str | None, user: str | None) -> str:
    if user is not None:
        return "user"
    if identity == 0:
        return "services"
    if identity >= _FIRST_LISTENER:
        return "listener"
    return "console" if (name or "").casefold() == "console" else "other"


def _state(word: str, identity: int, name: str | None, user: str | None) -> str:
    known = _STATES.get(word.casefold())
    if known is not None:
        return known
    if user is not None:
        return "active" if name is not None else "disconnected"
    if identity >= _FIRST_LISTENER:
        return "listening"
    return "connected" if name is not None and identity else "disconnected"


def _user(page: Clean, number: int, text: str, session_column: int) -> SessionUser:
    user, rest = text[1:session_column].strip(), text[session_column - 1 :]
    match = _USER_ROW.fullmatch(rest) if text[:1] in " >" and user else None
    if match is None:
        raise ParseFailure(f"not a line of a list of users: {excerpt(text)!r}", page.part, number)
    session = match["before"].strip() or None
    return SessionUser(
        user=user,
        session=session,
        id=int(match["id"]),
        state=_state(match["state"], int(match["id"]), session, user),
        idle=_minutes(match["idle"]),
        logon=match["logon"].strip(),
        own=text[0] == ">",
        at=page.at(number),
    )


def _minutes(text: str) -> int | None:
    """`.` is no idle time at all, `1+02:15` one day, two hours and 15 minutes; a word says nothing."""
    if text == ".":
        return 0
    match = _IDLE.fullmatch(text)
    if match is None:
        return None
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return (days * 24 + hours) * 60 + minutes
