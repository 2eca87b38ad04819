"""Moments as Junos prints them. The lab lives in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def _then(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def stamp(moment: float) -> str:
    """2026-09-21 14:05:00 UTC."""
    return f"{_then(moment):%Y-%m-%d %H:%M:%S} UTC"


def logged(moment: float, *, fine: bool = False) -> str:
    """As in a log: Sep 21 14:05:00; ``fine``: with microseconds."""
    then = _then(moment)
    return f"{_MONTHS[then.month - 1]} {then.day:>2} {then:%H:%M:%S}{f'.{then.microsecond:06d}' if fine else ''}"


def listed(moment: float) -> str:
    """As in a list of files: Sep 21 14:05."""
    return logged(moment)[:-3]


def clock(moment: float) -> str:
    """2:05PM, two characters for the hour."""
    then = _then(moment)
    return f"{(then.hour - 1) % 12 + 1:>2}:{then.minute:02d}{'PM' if then.hour >= 12 else 'AM'}"


def ago(seconds: float) -> str:
    """How long something is ago: 11w5d 07:52, 1d 06:04, 00:03:29."""
    days, rest = divmod(max(0, int(seconds)), _DAY)
    hours, minutes = rest // _HOUR, rest % _HOUR // _MINUTE
    if days >= 7:
        return f"{days // 7}w{days % 7}d {hours:02d}:{minutes:02d}"
    return f"{days}d {hours:02d}:{minutes:02d}" if days else f"{hours:02d}:{minutes:02d}:{rest % _MINUTE:02d}"


def idle(seconds: float) -> str:
    """How long nobody typed: -, 41, 2:41."""
    minutes = int(seconds) // _MINUTE
    return f"{minutes // 60}:{minutes % 60:02d}" if minutes >= 60 else str(minutes) if minutes else "-"
