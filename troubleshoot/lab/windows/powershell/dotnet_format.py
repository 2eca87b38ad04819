"""Composite formatting of .NET (``'{0:N2}' -f $x``) and the format strings of numbers and dates."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from troubleshoot.lab.windows.powershell.values import as_text, span_text
from troubleshoot.lab.windows.topic import PsEnum, PsError

_ITEM = re.compile(r"\{\{|\}\}|\{(\d+)(?:,(-?\d+))?(?::([^{}]*))?\}")
_DATE_PART = re.compile(r"yyyy|yy|MMMM|MMM|MM|M|dddd|ddd|dd|d|HH|H|hh|h|mm|m|ss|s|f{1,7}|tt|zzz|K|'[^']*'|\\.")
_STANDARD: Final = {
    "s": "yyyy-MM-ddTHH:mm:ss",
    "u": "yyyy-MM-dd HH:mm:ssZ",
    "d": "MM/dd/yyyy",
    "g": "MM/dd/yyyy HH:mm",
    "G": "MM/dd/yyyy HH:mm:ss",
    "t": "HH:mm",
    "T": "HH:mm:ss",
}


def format_items(text: str, values: list[Any]) -> str:
    """``text -f values``. Raises PsError where an index has no value."""

    def fill(match: re.Match[str]) -> str:
        if match.group() in ("{{", "}}"):
            return match.group()[0]
        number = int(match.group(1))
        if number >= len(values):
            raise PsError(
                "Error formatting a string: Index (zero based) must be greater than or equal to zero and less than the"
                " size of the argument list..",
                "FormatError",
                terminating=True,
            )
        shown = format_value(values[number], match.group(3) or "")
        width = int(match.group(2) or 0)
        return shown.ljust(-width) if width < 0 else shown.rjust(width)

    return _ITEM.sub(fill, text)


def format_value(value: Any, form: str) -> str:
    """``value.ToString(form)``."""
    if not form:
        return as_text(value)
    if isinstance(value, datetime):
        return format_date(value, form)
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, PsEnum):
        return {"d": str(value.value), "x": f"{value.value & 0xFFFFFFFF:08X}"}.get(form.lower(), value.name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value, form)
    return as_text(value)


def _number(value: int | float, form: str) -> str:
    found = re.fullmatch(r"([A-Za-z])(\d{0,2})", form)
    if not found:
        return _custom(value, form)
    kind, digits = found.group(1), int(found.group(2)) if found.group(2) else None
    places = 2 if digits is None else digits
    match kind.lower():
        case "x":
            text = f"{int(value) & (0xFFFFFFFF if abs(value) < 2**32 else 0xFFFFFFFFFFFFFFFF):x}".zfill(digits or 0)
            return text.upper() if kind == "X" else text
        case "d":
            return f"{'-' if value < 0 else ''}{str(abs(int(value))).zfill(digits or 0)}"
        case "n":
            return f"{value:,.{places}f}"
        case "f":
            return f"{value:.{places}f}"
        case "p":
            return f"{value * 100:,.{places}f} %"
    return as_text(value)


def _custom(value: int | float, form: str) -> str:
    """Custom forms of zeros, hashes, a point and a thousands comma: ``0.00``, ``#,##0``, ``000``."""
    whole, _, part = form.partition(".")
    least, most = part.count("0"), part.count("0") + part.count("#")
    text = f"{abs(value):,.{most}f}" if "," in whole else f"{abs(value):.{most}f}"
    head, _, tail = text.partition(".")
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    head = head.zfill(whole.count("0")) if "," not in whole else head
    return f"{'-' if value < 0 else ''}{head}{f'.{tail}' if tail else ''}"


def format_date(value: datetime, form: str) -> str:
    """A DateTime in a standard or custom format, culture neutral."""
    if form in ("o", "O"):
        zone = _offset(value, "K")
        return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond:06}0{zone}"
    if form in ("r", "R"):
        return f"{value:%a, %d %b %Y %H:%M:%S} GMT"
    return _DATE_PART.sub(lambda match: _date_part(value, match.group()), _STANDARD.get(form, form))


def _offset(value: datetime, part: str) -> str:
    if part == "K" and value.tzinfo is UTC:
        return "Z"
    minutes = round((value.utcoffset() or timedelta()) / timedelta(minutes=1))
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def _date_part(value: datetime, part: str) -> str:
    if part[0] in "'\\":
        return part.strip("'") if part[0] == "'" else part[1:]
    if part[0] == "f":
        return f"{value.microsecond:06}0"[: len(part)]
    if part == "tt":
        return "AM" if value.hour < 12 else "PM"
    if part in ("zzz", "K"):
        return _offset(value, part)
    names = {"dddd": f"{value:%A}", "ddd": f"{value:%a}", "MMMM": f"{value:%B}", "MMM": f"{value:%b}"}
    return names.get(part) or _date_number(value, part)


def _date_number(value: datetime, part: str) -> str:
    number = {
        "y": value.year if part == "yyyy" else value.year % 100,
        "M": value.month,
        "d": value.day,
        "H": value.hour,
        "h": value.hour % 12 or 12,
        "m": value.minute,
        "s": value.second,
    }[part[0]]
    return str(number).zfill(len(part))
