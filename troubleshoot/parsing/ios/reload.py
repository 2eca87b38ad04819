"""``show reload`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import ReloadSchedule
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import Reading, one_page

_NONE = re.compile(r"No reload is scheduled", re.I)
_WHEN = re.compile(r"Reload scheduled (?:for .{3,60} \()?in (.{2,60}?)\)?(?: by .{1,80})?$", re.I)
_REASON = re.compile(r"Reload reason: ?", re.I)
_UNIT = re.compile(r"(\d{1,5}) (day|hour|minute|second)s?\b", re.I)
_SECONDS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def parse(pages: Sequence[Clean]) -> ReloadSchedule:
    """Read whether a reload is scheduled.

    Raises:
        ParseFailure: the device says neither.
    """
    page = one_page(pages)
    reading = Reading(page)
    record = ReloadSchedule(scheduled=False, seconds=None, at=page.all(), unread=[])
    for number, text in page.lines:
        body = text.strip()
        if match := _WHEN.match(body):
            reading.row()
            units = _UNIT.findall(match[1])
            record["scheduled"] = True
            record["seconds"] = sum(int(n) * _SECONDS[unit.lower()] for n, unit in units) if units else None
        elif _NONE.match(body):
            reading.row()
        elif not (reading.seen and _REASON.match(body)):
            reading.skip(number)
    record["unread"] = reading.unread()
    return record
