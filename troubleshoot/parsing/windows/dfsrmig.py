"""`dfsrmig` and what it is about: texts of the program, and the values behind them that have no language.

Letter case, quotes and blanks differ between the documentation and releases, so the texts are matched loosely. Source:
https://learn.microsoft.com/windows-server/administration/windows-commands/dfsrmig
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from troubleshoot.parsing.areas.domain import (
    DfsrGlobal,
    DfsrLocalState,
    DfsrMigration,
    LaggingController,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.console import console_lines

STATES: Final = (
    "start",
    "prepared",
    "redirected",
    "eliminated",
    "preparing",
    "waiting for initial sync",
    "redirecting",
    "eliminating",
    "undo redirecting",
    "undo preparing",
)
ENTRA: Final = "azureadkerberos"  # the computer object of Microsoft Entra Kerberos: no server stands behind it

_QUOTE: Final = "['\u2018\u2019\u201a\u201e\u201c\u201d\"]"
_ROW: Final = re.compile(rf"(\S{{1,63}})\s*\({_QUOTE}([^'\"\u2018-\u201e]{{1,60}}){_QUOTE}\)\s*-\s*(\S.{{0,60}})")
_QUOTED: Final = re.compile(rf"{_QUOTE}([^'\"\u2018-\u201e]{{1,60}}){_QUOTE}")
_NEVER: Final = re.compile(r"DFSR\W{0,3}migration.{0,30}(?:not yet init|not initiali|noch nicht init)", re.IGNORECASE)
_UNREACHED: Final = re.compile(
    r"Unable to (?:connect|bind|contact)|keine Verbindung.{0,60}herg|Access is denied|Zugriff verweigert",
    re.IGNORECASE,
)
_ALL_DONE: Final = re.compile(
    r"(?:Migration )?has (?:reached|succeeded)\b.{0,80}consistent|has reached a consistent"
    r"|hat (?!.{0,80}(?:noch )?(?:nicht|kein)).{0,80}konsistent",
    re.IGNORECASE,
)
_NOT_DONE: Final = re.compile(
    r"has not (?:yet )?reached a consistent|(?:noch (?:nicht|kein)|nicht|keine?n?) .{0,80}konsistent", re.IGNORECASE
)
_VALUE: Final = re.compile(r"Local State\s+REG_DWORD\s+(?:0x)?([0-9A-Fa-f]{1,8})", re.IGNORECASE)
_NO_VALUE: Final = re.compile(
    r"(?:ERROR|FEHLER): .{0,60}(?:unable to find the specified registry|Registrierungsschl.{0,60}nicht gefunden)",
    re.IGNORECASE,
)


def parse_global(pages: Sequence[Clean]) -> DfsrGlobal:
    """Read `dfsrmig /getglobalstate`.

    Raises:
        ParseFailure: no state is named, or the program did not reach the PDC emulator.
    """
    page = one_page(pages)
    lines = console_lines(page)
    if _never_started(page, lines):
        return DfsrGlobal(initialized=False, state=None, at=page.all(), unread=[])
    named = [(number, found[1]) for number, text in lines if (found := _QUOTED.search(text))]
    if len(named) != 1:
        raise ParseFailure("the output names no global state", page.part, lines[0][0])
    number, name = named[0]
    return DfsrGlobal(initialized=True, state=state_number(name), at=page.at(number), unread=[])


def parse_migration(pages: Sequence[Clean]) -> DfsrMigration:
    """Read `dfsrmig /getmigrationstate`.

    Raises:
        ParseFailure: the text is cut, says neither that all controllers are there nor which are not, or the program
            did not reach the PDC emulator.
    """
    page = one_page(pages)
    lines = console_lines(page)
    if _never_started(page, lines):
        return DfsrMigration(initialized=False, in_sync=False, state=None, lagging=[], at=page.all(), unread=[])
    rows = [(number, found) for number, text in lines if (found := _ROW.fullmatch(text))]
    done = any(_ALL_DONE.search(text) for _, text in lines)
    if done == bool(rows) or (rows and not _closed(lines, rows[-1][0])):
        raise ParseFailure("neither all domain controllers nor the lagging ones are named", page.part, lines[-1][0])
    return DfsrMigration(
        initialized=True,
        in_sync=done,
        state=_global_state(lines, rows),
        lagging=[_lagging(page, number, found) for number, found in rows],
        at=page.at(rows[0][0], rows[-1][0]) if rows else page.all(),
        unread=[],
    )


def parse_local_state(pages: Sequence[Clean]) -> DfsrLocalState:
    r"""Read `reg query "...\DFSR\Parameters\SysVols\Migrating SysVols" /v "Local State"`.

    Raises:
        ParseFailure: there is neither the value nor the sentence that there is none.
    """
    page = one_page(pages)
    lines = console_lines(page)
    for number, text in lines:
        if found := _VALUE.fullmatch(text):
            return DfsrLocalState(state=_known_state(page, number, int(found[1], 16)), at=page.at(number), unread=[])
        if _NO_VALUE.match(text):
            return DfsrLocalState(state=None, at=page.at(number), unread=[])
    raise ParseFailure(f"no Local State in the output: {excerpt(lines[-1][1])!r}", page.part, lines[-1][0])


def state_number(name: str) -> int | None:
    """Return the number of a state by its English name, or None.

    >>> state_number("Waiting For Initial Sync"), state_number("Vorbereitet")
    (5, None)
    """
    folded = " ".join(name.split()).casefold()
    return STATES.index(folded) if folded in STATES else None


def _never_started(page: Clean, lines: Sequence[tuple[int, str]]) -> bool:
    for number, text in lines:
        if _UNREACHED.search(text):
            hint = "Ask on the PDC emulator itself: from another host dfsrmig needs credentials to pass on."
            raise ParseFailure(f"dfsrmig did not reach the PDC emulator: {excerpt(text)}", page.part, number, hint=hint)
    return any(_NEVER.search(text) for _, text in lines)


def _closed(lines: Sequence[tuple[int, str]], last_row: int) -> bool:
    """A list is whole when the sentence below it was printed."""
    return any(number > last_row and _NOT_DONE.search(text) for number, text in lines)


def _global_state(lines: Sequence[tuple[int, str]], rows: Sequence[tuple[int, re.Match[str]]]) -> int | None:
    taken = {number for number, _ in rows}
    named = (_QUOTED.search(text) for number, text in lines if number not in taken)
    return next((state_number(found[1]) for found in named if found), None)


def _lagging(page: Clean, number: int, found: re.Match[str]) -> LaggingController:
    name, state, kind = found[1], found[2].strip(), found[3].strip()
    return LaggingController(
        name=name,
        state=state_number(state),
        state_name=state,
        type=kind,
        read_only=_read_only(kind),
        entra=name.casefold() == ENTRA,
        at=page.at(number),
    )


def _read_only(kind: str) -> bool | None:
    if re.search(r"read-? ?only|schreibgesch", kind, re.IGNORECASE):
        return True
    return False if re.search(r"writ(?:e)?able|primary|beschreibbar|prim.r", kind, re.IGNORECASE) else None


def _known_state(page: Clean, number: int, value: int) -> int:
    if value >= len(STATES):
        raise ParseFailure(f"{value} is no state of the migration", page.part, number)
    return value
