"""What a trace costs a Junos device: its log files, free space, CPU.

Sources: Juniper, CLI reference of ``show log``, ``show system storage`` and ``show chassis routing-engine``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.tracing import (
    Filesystem,
    LogFile,
    LogFiles,
    RoutingEngine,
    RoutingEngines,
    Storage,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import Reading, one_page

MEMBER = re.compile(r"((?:re|fpc|node|member|lcc|localre|sfc)[\w\-]{0,12}):$")
RULE = re.compile(r"-{5,}$")

_LISTED = re.compile(
    r"[\-l][rwxsStT\-]{9}[+@.]?\s+\d{1,5}\s+\S{1,32}\s+(?:\S{1,32}\s+)?(\d{1,15})\s+"
    r"([A-Z][a-z]{2}\s+\d{1,2}\s+(?:\d\d:\d\d|\d{4}))\s+(\S{1,120})(?: -> \S{1,200})?$"
)
_DIRECTORY = re.compile(r"d[rwxsStT\-]{9}[+@.]?\s+\d{1,5}\s")
_TOTAL = re.compile(r"total\b")


def parse_logs(pages: Sequence[Clean]) -> LogFiles:
    """Read ``show log``: the files of /var/log.

    Raises:
        ParseFailure: neither the total nor a file was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    files: list[LogFile] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _LISTED.match(body):
            reading.row()
            size, modified, name = match.groups()
            files.append(LogFile(name=name, size=int(size), modified=" ".join(modified.split()), at=page.at(number)))
        elif _TOTAL.match(body):
            reading.seen = True
        elif not (_DIRECTORY.match(body) or MEMBER.match(body) or RULE.match(body)):
            reading.skip(number)
    return LogFiles(files=files, at=page.all(), unread=reading.unread())


# --- free space ---------------------------------------------------------------------------------------------------

_DF_HEADING = re.compile(r"Filesystem\s+Size\s+Used\s+Avail\s+Capacity\s+Mounted on")
_AMOUNT = r"(-?\d{1,6}(?:\.\d)?)([BKMGTP]?i?)"
_DF = re.compile(rf"(\S{{1,80}})\s+{_AMOUNT}\s+{_AMOUNT}\s+{_AMOUNT}\s+(-?\d{{1,3}})%\s+(/\S{{0,120}})$")
_KILOBYTES = {"": 1 / 2, "B": 1 / 1024, "K": 1, "M": 1024, "G": 1024**2, "T": 1024**3, "P": 1024**4}
# Where /var/log lies: its own file system, else the nearest one above it. `/cf` is the flash of branch devices.
_LOG_PLACES = ("/.mount/var/log", "/var/log", "/.mount/var", "/var", "/cf/var", "/.mount", "/cf", "/")


def parse_storage(pages: Sequence[Clean]) -> Storage:
    """Read ``show system storage``.

    Raises:
        ParseFailure: neither heading nor file system was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[Filesystem] = []
    member: str | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _DF.match(body):
            reading.row()
            found.append(_filesystem(match, member, page.at(number)))
        elif match := MEMBER.match(body):
            member = match[1]
        elif _DF_HEADING.match(body):
            reading.seen = True
        elif not RULE.match(body):
            reading.skip(number)
    return Storage(filesystems=found, log_free=_log_free(found), at=page.all(), unread=reading.unread())


def _filesystem(match: re.Match[str], member: str | None, at: list[list[int]]) -> Filesystem:
    name, size, unit, _, _, free, free_unit, used, mounted = match.groups()
    return Filesystem(
        name=name,
        member=member,
        mounted=mounted,
        size=_kilobytes(size, unit),
        free=_kilobytes(free, free_unit),
        used=int(used),
        at=at,
    )


def _kilobytes(amount: str, unit: str) -> int:
    return int(float(amount) * _KILOBYTES[unit.removesuffix("i")])


def _log_free(found: Sequence[Filesystem]) -> int | None:
    members = dict.fromkeys(each["member"] for each in found)
    free = [_free_on([each for each in found if each["member"] == member]) for member in members]
    known = [each for each in free if each is not None]
    return min(known) if known and len(known) == len(free) else None


def _free_on(found: Sequence[Filesystem]) -> int | None:
    places = {each["mounted"]: each["free"] for each in found}
    return next((places[place] for place in _LOG_PLACES if place in places), None)


# --- CPU ----------------------------------------------------------------------------------------------------------

_STATUS = re.compile(r"Routing Engine status:$")
_SLOT = re.compile(r"Slot (\d{1,2}):$")
_STATE = re.compile(r"Current state\s+(\w{1,20})$")
_IDLE = re.compile(r"Idle\s+(\d{1,3}) percent$")
_KNOWN = re.compile(
    r"(?:(?:\d{1,2} (?:sec|min) )?CPU utilization:$|\w[\w /.()\-]{1,40}?(?:  +\S.*|:.*| percent)$|\d+\.\d\d\s)"
)


def parse_engines(pages: Sequence[Clean]) -> RoutingEngines:
    """Read ``show chassis routing-engine``: how idle the CPU is, over the shortest time shown.

    Raises:
        ParseFailure: no routing engine was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    engines: list[RoutingEngine] = []
    for number, text in page.lines:
        body = text.strip()
        if _STATUS.match(body):
            reading.row()
            engines.append(RoutingEngine(slot=None, state=None, idle=None, at=page.at(number)))
        elif not engines:
            if not (MEMBER.match(body) or RULE.match(body)):
                reading.skip(number)
        elif match := _SLOT.match(body):
            if engines[-1]["slot"] is not None:
                engines.append(RoutingEngine(slot=None, state=None, idle=None, at=page.at(number)))
            engines[-1]["slot"] = int(match[1])
        elif not _engine_detail(engines[-1], number, body):
            reading.skip(number)
    return RoutingEngines(engines=engines, at=page.all(), unread=reading.unread())


def _engine_detail(engine: RoutingEngine, number: int, body: str) -> bool:
    if match := _STATE.match(body):
        engine["state"] = match[1].lower()
    elif match := _IDLE.match(body):
        if engine["idle"] is None:
            engine["idle"] = int(match[1])
            engine["at"].append([engine["at"][0][0], number, number])
    elif MEMBER.match(body) or RULE.match(body):
        return True
    elif not _KNOWN.match(body):
        return False
    return True
