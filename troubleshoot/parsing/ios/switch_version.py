"""``show version`` of a Catalyst switch: software, licence, uptime, and the model and image of each stack member."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import SwitchMember, SwitchVersion
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import one_page

_SOFTWARE = re.compile(
    r"(?:Cisco IOS|IOS \(tm\)).{0,80}Software.{0,80}?\(([\w\-]{3,60})\),?\s(?:Experimental )?Version ([\w.()]{3,40})",
    re.I,
)
_UPTIME = re.compile(r"(\S{1,63}) uptime is (.{3,80})$", re.I)
_REASON = re.compile(r"(?:System returned to ROM by|Last reload reason:) ?(.{1,80})$", re.I)
_MODEL = re.compile(r"(?:cisco |Model number\s*:\s*)(WS-C[\w+\-]{3,40}|C9[\w\-]{3,40})\b", re.I)
_LICENCE = re.compile(r"License Level\s*:\s*([\w\-]{3,30})", re.I)
_TABLE = re.compile(r"Switch\s+Ports\s+Model\s+SW Version\s+SW Image", re.I)
_MEMBER = re.compile(
    r"(?P<local>\*?)\s{0,8}(?P<number>\d{1,2})\s+\d{1,3}\s+(?P<model>[A-Z][\w+\-]{3,40})\s+(?P<version>[\w.()]{3,40})"
    r"\s+(?P<image>[\w\-]{3,60})(?:\s+(?:INSTALL|BUNDLE))?$"
)
_END = re.compile(r"Configuration register is ", re.I)
_UNIT = re.compile(r"(\d{1,5}) (year|week|day|hour|minute|second)s?\b", re.I)
_SECONDS = {"year": 31_536_000, "week": 604_800, "day": 86_400, "hour": 3_600, "minute": 60, "second": 1}
_FAMILY = re.compile(r"WS-C(\d{4}(?:[A-Z]{1,3}|\+)?)", re.I)
# In the name of an image or of a licence level, the longest first.
_SETS = (
    ("lanlite", re.compile(r"lan-?lite", re.I)),
    ("lanbase", re.compile(r"lan-?base", re.I)),
    ("ipbase", re.compile(r"ip-?base|-i9", re.I)),
    ("ipservices", re.compile(r"ip-?services|-i5", re.I)),
)
# The last letter of a model: 2960 and 2960-S come as -L (LAN Base) and -S (LAN Lite), 3560-X and 3750-X as -L, -S, -E.
_LAYER2 = re.compile(r"WS-C(?:2960|2918|2975)", re.I)
_LETTERS = {"L": "lanbase", "S": "ipbase", "E": "ipservices"}


def parse(pages: Sequence[Clean]) -> SwitchVersion:
    """Read the version.

    Raises:
        ParseFailure: the software line or the last line (the configuration register) is missing: the table of members
            stands between them.
    """
    page = one_page(pages)
    record = _new(page)
    table = ended = False
    for number, text in page.lines:
        body = text.strip()
        table |= bool(_TABLE.match(body))
        ended |= bool(_END.match(body))
        if table and (match := _MEMBER.match(body)):
            record["members"].append(_member(match, page.at(number)))
        else:
            _line(record, body)
    if not record["version"] or not ended or (table and not record["members"]):
        where = page.lines[-1][0] if page.lines else None
        raise ParseFailure("the output of show version is not whole", page.part, where)
    return _judged(record)


def _new(page: Clean) -> SwitchVersion:
    return SwitchVersion(
        hostname=None,
        version="",
        release=[],
        image=None,
        licence=None,
        model=None,
        family=None,
        uptime=None,
        reload_reason=None,
        members=[],
        at=page.all(),
        unread=[],
    )


def _line(record: SwitchVersion, body: str) -> None:
    if not record["version"] and (match := _SOFTWARE.match(body)):
        record["image"], record["version"] = match[1], match[2]
    elif match := _UPTIME.match(body):
        record["hostname"], record["uptime"] = match[1], _duration(match[2])
    elif match := _REASON.match(body):
        record["reload_reason"] = match[1].strip()
    elif record["licence"] is None and (match := _LICENCE.match(body)):
        record["licence"] = _set_of(match[1])
    elif record["model"] is None and (match := _MODEL.match(body)):
        record["model"] = match[1].upper()


def _judged(record: SwitchVersion) -> SwitchVersion:
    """Add what follows from what was printed."""
    record["release"] = [int(part) for part in re.findall(r"\d{1,6}", record["version"])[:3]]
    model = record["model"] or next((m["model"] for m in record["members"] if m["local"]), None)
    family = _FAMILY.match(model or "")
    record["model"], record["family"] = model, family[1].upper() if family else None
    record["licence"] = _set_of(record["image"] or "") or record["licence"] or _by_model(model or "")
    return record


def _set_of(text: str) -> str | None:
    return next((name for name, pattern in _SETS if pattern.search(text)), None)


def _by_model(model: str) -> str | None:
    letter = model.rpartition("-")[2]
    if _LAYER2.match(model) and letter == "S":
        return "lanlite"
    return _LETTERS.get(letter)


def _member(match: re.Match[str], at: list[list[int]]) -> SwitchMember:
    return SwitchMember(
        number=int(match["number"]),
        local=bool(match["local"]),
        model=match["model"].upper(),
        version=match["version"],
        image=match["image"],
        at=at,
    )


def _duration(text: str) -> int | None:
    units = _UNIT.findall(text)
    return sum(int(count) * _SECONDS[unit.lower()] for count, unit in units) if units else None
