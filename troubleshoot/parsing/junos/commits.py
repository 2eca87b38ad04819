"""Who committed, who is in configuration mode: ``show system commit``, ``show log messages``, ``show system users``.

Operational mode does not show the candidate configuration. What it shows instead: whether a commit still waits for its
confirmation (ours would confirm it), and who entered configuration mode without leaving it.

Sources: Juniper, CLI reference of ``show system commit``, ``show system uptime`` and ``show system users``; System Log
Explorer, UI_DBASE_LOGIN_EVENT and UI_DBASE_LOGOUT_EVENT.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from troubleshoot.parsing.areas.tracing import (
    Commit,
    CommitHistory,
    Editor,
    Editors,
    LoggedInUser,
    ScheduledCommit,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.junos.files import MEMBER, RULE
from troubleshoot.parsing.junos.statements import counted
from troubleshoot.parsing.table import Reading

_STAMP = r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([A-Z0-9+\-]{1,6})"
_COMMIT = re.compile(rf"(\d{{1,2}})\s+{_STAMP}\s+by (\S{{1,64}}) via (\S{{1,32}})(?:\s+(.*))?$")
_CONFIRMED = re.compile(r"commit confirmed, rollback in (\d{1,5}) ?min")
_PENDING = re.compile(r"rollback pending$", re.I)
_RESCUE = re.compile(rf"(?:rescue\s+{_STAMP}\s+by|\.\.\.$)")
_SCHEDULED = re.compile(r"commit requested by (\S{1,64}) via \S{1,32} at (.{1,60})$")
_NOW = re.compile(rf"Current time: {_STAMP}")
_MINUTE = 60


class Clock:
    """The device's own time, from ``show system uptime``; it may not have been seen."""

    def __init__(self, page: Clean | None) -> None:
        found = next((match for _, text in page.lines if (match := _NOW.match(text))), None) if page else None
        self.now = _time(found[1]) if found else None
        self.zone = found[2] if found else None

    def age(self, stamp: str, zone: str) -> int | None:
        """Seconds since a stamp; None where it cannot be told."""
        then = _time(stamp)
        if self.now is None or then is None or zone != self.zone:
            return None
        return max(0, int((self.now - then).total_seconds()))


def _time(stamp: str) -> datetime | None:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError:
        return None


def parse_history(pages: Sequence[Clean]) -> CommitHistory:
    """Read ``show system commit`` and, where given, ``show system uptime``.

    Raises:
        ParseFailure: the newest commit (number 0) is not there.
    """
    if not 1 <= len(pages) <= 2:
        raise ParseFailure(f"expected one or two outputs, got {len(pages)}")
    page, clock = pages[0], Clock(pages[1] if len(pages) == 2 else None)
    reading = Reading(page)
    commits: list[Commit] = []
    scheduled: list[ScheduledCommit] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _COMMIT.match(body):
            reading.row()
            commits.append(_commit(match, clock, page.at(number)))
        elif match := _SCHEDULED.match(body):
            scheduled.append(ScheduledCommit(user=match[1], when=match[2], at=page.at(number)))
        elif commits and text.startswith(" "):
            _below(commits[-1], body, number)
        elif not _RESCUE.match(body):
            reading.skip(number)
    unread = reading.unread()
    if commits[0]["number"] != 0:
        raise ParseFailure("the newest commit is missing", page.part, commits[0]["at"][0][1])
    return CommitHistory(
        commits=commits, scheduled=scheduled, at=[cite for each in pages for cite in each.all()], unread=unread
    )


def _commit(match: re.Match[str], clock: Clock, at: list[list[int]]) -> Commit:
    number, stamp, zone, user, method, rest = match.groups()
    confirmed = _CONFIRMED.search(rest or "")
    commit = Commit(
        number=int(number),
        age=clock.age(stamp, zone),
        user=user,
        method=method,
        comment=None if confirmed else rest,
        confirmed=int(confirmed[1]) if confirmed else None,
        waiting=False,
        at=at,
    )
    commit["waiting"] = commit["number"] == 0 and _may_wait(commit)
    return commit


def _may_wait(commit: Commit) -> bool:
    """The words stay on the line for ever; only the time tells, and only newer releases say "rollback pending"."""
    if commit["confirmed"] is None:
        return False
    return commit["age"] is None or commit["age"] <= (commit["confirmed"] + 1) * _MINUTE


def _below(commit: Commit, body: str, number: int) -> None:
    commit["at"][0][2] = number
    if _PENDING.match(body):
        commit["waiting"] = True
    else:
        commit["comment"] = body


# --- who is in configuration mode ---------------------------------------------------------------------------------

_EVENT = re.compile(
    r"([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d{1,6})?\s+(?:\S{1,64}\s+)?mgd\[(\d{1,7})\]: "
    r"UI_DBASE_LOG(IN|OUT)_EVENT: User '([^']{1,64})' (?:entering|exiting) configuration mode"
)
_HEADING = re.compile(r"USER\s+TTY\s+FROM\s+LOGIN@\s+IDLE\s+WHAT")
_USER = re.compile(r"(\S{1,32})\s+(\S{1,12})\s+(\S{1,64})\s+\S{3,9}\s+\S{1,8}(?:\s.*)?$")
_LOAD = re.compile(r".{0,60}\bup\b.{0,60}\bload averages?:")


def parse_editors(pages: Sequence[Clean]) -> Editors:
    """Read ``show log messages | match UI_DBASE_LOG``, its count, and ``show system users``.

    Somebody is editing who entered configuration mode, did not leave it, and is still logged in.

    Raises:
        ParseFailure: a line of the log is not known, or lines are missing; nobody is logged in (we are).
    """
    if len(pages) != 3:
        raise ParseFailure(f"expected three outputs, got {len(pages)}")
    log, count, who = pages
    users = _users(who)
    if not users["users"]:
        raise ParseFailure("nobody is logged in, not even we", who.part)
    names = {user["user"] for user in users["users"]}
    inside: dict[str, Editor] = {}
    events = 0
    for number, text in log.lines:
        if match := _EVENT.match(text.strip()):
            events += 1
            stamp, process, way, user = match.groups()
            inside.pop(process, None)
            if way == "IN":
                inside[process] = Editor(user=user, since=stamp, at=log.at(number))
    if events != counted(count):
        raise ParseFailure(f"the device counts {counted(count)} lines, {events} could be read", log.part)
    editing = [editor for editor in inside.values() if editor["user"] in names]
    at = [cite for page in pages for cite in page.all()]
    return Editors(editing=editing, users=users["users"], at=at, unread=users["unread"])


def _users(page: Clean) -> Editors:
    reading = Reading(page)
    users: list[LoggedInUser] = []
    for number, text in page.lines:
        body = text.strip()
        if _HEADING.match(body) or _LOAD.match(body):
            reading.seen = reading.seen or bool(_HEADING.match(body))
        elif reading.seen and (match := _USER.match(body)):
            reading.row()
            station = None if match[3] == "-" else match[3]
            users.append(LoggedInUser(user=match[1], terminal=match[2], station=station, at=page.at(number)))
        elif not (MEMBER.match(body) or RULE.match(body)):
            reading.skip(number)
    return Editors(editing=[], users=users, at=page.all(), unread=reading.unread())
