"""Terminal sessions: query session, query user, logoff, reset session."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from pydantic import Field

from troubleshoot.lab.windows.lookup import find_tool
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Call, Part, Topic

StateName = Literal["active", "disconnected", "connected", "idle"]
_WORDS: Final = {  # English, German
    "active": ("Active", "Aktiv"),
    "disconnected": ("Disc", "Getr."),
    "connected": ("Conn", "Verb."),
    "idle": ("Idle", "Leerl."),
    "listening": ("Listen", "Abhör."),
}
_USER_WIDTH: Final = 20
_LISTENER: Final = 65536


class SessionPart(Part):
    """One person's session. ``idle`` in minutes, ``logon`` in hours ago."""

    id: int = Field(ge=1, lt=_LISTENER)
    user: str = Field(min_length=1, max_length=64)
    name: str | None = None
    state: StateName = "active"
    idle: int = Field(default=0, ge=0)
    logon: float = Field(default=2.0, ge=0)


class SessionsPart(Part):
    """Who is logged on. ``denied`` and ``unavailable`` make every question fail as Windows does."""

    people: tuple[SessionPart, ...] = ()
    remote_desktop: bool = True
    denied: bool = False
    unavailable: bool = False


@dataclass(slots=True)
class Session:
    """A session of the list; ``user`` is None for those of the system."""

    id: int
    name: str
    user: str | None
    state: str
    idle: int = 0
    logon: float = 0.0


@dataclass(slots=True)
class Sessions:
    """All sessions of a host in the order of their numbers."""

    people: list[Session] = field(default_factory=list)
    remote_desktop: bool = True
    denied: bool = False
    unavailable: bool = False

    def all(self) -> list[Session]:
        """Those of people and of the system; the console belongs to nobody unless somebody sits there."""
        found = [Session(0, "services", None, "disconnected"), *self.people]
        if not any(session.name == "console" for session in self.people):
            used = {session.id for session in self.people}
            free = next(number for number in range(1, _LISTENER) if number not in used)
            found.append(Session(free, "console", None, "connected"))
        if self.remote_desktop:
            found.append(Session(_LISTENER, "rdp-tcp", None, "listening"))
        return sorted(found, key=lambda session: session.id)

    def end(self, wanted: str) -> bool:
        """End a person's session by number or name; False where there is none."""
        keep = [
            session for session in self.people if wanted.casefold() not in (str(session.id), session.name.casefold())
        ]
        ended = len(keep) < len(self.people)
        self.people = keep
        return ended


def _build(machine: Machine, part: SessionsPart) -> Sessions:
    people = [_session(machine, item) for item in part.people]
    sessions = Sessions(people, part.remote_desktop, part.denied, part.unavailable)
    machine.on("reboot", sessions.people.clear)
    return sessions


def _session(machine: Machine, part: SessionPart) -> Session:
    connected = part.state != "disconnected"
    name = part.name if part.name is not None else f"rdp-tcp#{part.id + 10}" if connected else ""
    return Session(part.id, name, part.user, part.state, part.idle, machine.now - part.logon * 3600)


# --- the programs -------------------------------------------------------------------------------------------------


async def query(call: Call) -> int:
    """`query session ...` and `query user ...`."""
    verb = call.args[0].casefold() if call.args else ""
    tool = find_tool(call.machine, f"query {verb}")
    if tool is None:
        call.err("Invalid parameter(s)\nQUERY { PROCESS | SESSION | TERMSERVER | USER }\n")
        return 1
    return await tool(_inner(call))


def _inner(call: Call) -> Call:
    """The same call without its first word."""
    _, _, raw = call.raw.strip().partition(" ")
    return Call(call.machine, call.process, call.logon, call.args[1:], raw, call.codepage, call.environment, call.cwd)


async def query_session(call: Call) -> int:
    """The table of sessions. It returns 1 in ordinary cases, as on real hosts."""
    sessions = _readable(call, "sessionnames")
    if sessions is None:
        return 1
    wanted = _wanted(call)
    found = [session for session in sessions.all() if _fits(session, wanted)]
    if not found:
        call.err(call.text(f"No session exists for {wanted}\n", f"Keine Sitzung vorhanden für {wanted}\n"))
        return 1
    heading = call.text(
        " SESSIONNAME       USERNAME                 ID  STATE   TYPE        DEVICE ",
        " SITZUNGSNAME      BENUTZERNAME             ID  STATUS  TYP         GERÄT  ",
    )
    call.out("\n".join([heading, *(_session_row(call, session) for session in found)]) + "\n")
    if "/counter" in (word.casefold() for word in call.args):
        _counters(call, sessions)
    return 1


def _session_row(call: Call, session: Session) -> str:
    user = (session.user or "")[:_USER_WIDTH]
    return f" {session.name:<18}{user:<20}{session.id:>7}  {_word(call, session.state):<8}{'':<12}{'':<8}"


def _counters(call: Call, sessions: Sessions) -> None:
    created = len(sessions.all()) - 1
    away = sum(session.state == "disconnected" for session in sessions.people)
    call.out(
        call.text(
            f"\nTotal sessions created: {created}\nTotal sessions disconnected: {away}\n"
            "Total sessions reconnected: 0\n",
            f"\nErstellte Sitzungen insgesamt: {created}\nGetrennte Sitzungen insgesamt: {away}\n"
            "Erneut verbundene Sitzungen insgesamt: 0\n",
        )
    )


async def query_user(call: Call) -> int:
    """The table of users, or the sentence that there is none (on stderr)."""
    sessions = _readable(call, "users")
    if sessions is None:
        return 1
    wanted = _wanted(call)
    found = [session for session in sessions.people if _fits(session, wanted)]
    if not found:
        call.err(call.text(f"No User exists for {wanted or '*'}\n", f"Kein Benutzer vorhanden für {wanted or '*'}\n"))
        return 1
    heading = call.text(
        " USERNAME              SESSIONNAME        ID  STATE   IDLE TIME  LOGON TIME",
        " BENUTZERNAME          SITZUNGSNAME       ID  STATUS  LEERLAUF   ANMELDEZEIT",
    )
    call.out("\n".join([heading, *(_user_row(call, session) for session in found)]) + "\n")
    return 1


def _user_row(call: Call, session: Session) -> str:
    logon = time.strftime(call.text("%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M"), time.gmtime(session.logon))
    user = (session.user or "")[:_USER_WIDTH].lower()
    state = _word(call, session.state)
    return f" {user:<22}{session.name:<16}{session.id:>5}  {state:<8}{_idle(session.idle):>9}  {logon}"


def _idle(minutes: int) -> str:
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    if days:
        return f"{days}+{hours:02}:{left:02}"
    return f"{hours}:{left:02}" if hours else str(left) if left else "."


async def logoff(call: Call) -> int:
    """`logoff ID`: ends a session with all its programs."""
    return _end(call, [word for word in call.args if not word.startswith("/")])


async def reset(call: Call) -> int:
    """`reset session ID`: ends a session the hard way."""
    if not call.args or call.args[0].casefold() != "session":
        call.err("Invalid parameter(s)\nRESET { SESSION }\n")
        return 1
    return _end(call, [word for word in call.args[1:] if not word.startswith("/")])


def _end(call: Call, words: Sequence[str]) -> int:
    sessions = _readable(call, "sessionnames")
    if sessions is None:
        return 1
    if not words or not sessions.end(words[0]):
        shown = words[0] if words else ""
        call.err(
            call.text(
                f"Could not logoff session ID {shown}, Error code 7022\n"
                "Error [7022]:The specified session cannot be found.\n",
                f"Sitzung {shown} konnte nicht abgemeldet werden, Fehlercode 7022\n"
                "Fehler [7022]:Die angegebene Sitzung kann nicht gefunden werden.\n",
            )
        )
        return 1
    return 0


# --- what they share ----------------------------------------------------------------------------------------------


def _readable(call: Call, what: str) -> Sessions | None:
    """The sessions, or None after the failure was printed."""
    sessions = call.machine.state("sessions", Sessions)
    if sessions.unavailable:
        text = call.text("The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar.")
        _fail(call, what, 1722, text)
        return None
    if sessions.denied or not call.logon.elevated:
        _fail(call, what, 5, call.text("Access is denied.", "Zugriff verweigert"))
        return None
    return sessions


def _fail(call: Call, what: str, code: int, text: str) -> None:
    call.err(
        call.text(
            f"Error 0x{code:08X} enumerating {what}\nError [{code}]:{text}\n",
            f"Fehler 0x{code:08X} beim Aufzählen: {what}\nFehler [{code}]:{text}\n",
        )
    )


def _wanted(call: Call) -> str:
    return next((word for word in call.args if not word.startswith("/")), "")


def _fits(session: Session, wanted: str) -> bool:
    return not wanted or wanted.casefold() in set(_names(session))


def _names(session: Session) -> Iterator[str]:
    yield str(session.id)
    yield from (text.casefold() for text in (session.name, session.user) if text)


def _word(call: Call, state: str) -> str:
    return call.text(*_WORDS[state])


TOPIC = Topic(
    section="sessions",
    schema=SessionsPart,
    build=_build,
    tools={
        "query": query,
        "query session": query_session,
        "qwinsta": query_session,
        "query user": query_user,
        "quser": query_user,
        "logoff": logoff,
        "reset": reset,
    },
    standard=True,
)
