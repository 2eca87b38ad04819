"""Dates as a host shows them: its time zone, its locale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from troubleshoot.lab.windows.machine import Machine

_HOURS_FROM_UTC: Final = {"en": -5, "de": 1}  # no daylight saving: a lab's answers do not depend on the season
_ZONES: Final = {"en": "(UTC-05:00) Eastern Time (US & Canada)", "de": "(UTC+01:00) Amsterdam, Berlin, Bern, Rom"}


def zone(machine: Machine) -> timezone:
    """The host's offset from UTC."""
    return timezone(timedelta(hours=_HOURS_FROM_UTC[machine.personality.language]))


def zone_name(machine: Machine) -> str:
    """As `systeminfo` shows it."""
    return _ZONES[machine.personality.language]


def local(machine: Machine, seconds: float) -> datetime:
    """Epoch seconds as the host's local time."""
    return datetime.fromtimestamp(seconds, zone(machine))


def system_time(seconds: float) -> str:
    """UTC with seven decimals, as event XML has it: ``2026-06-16T09:12:33.4512300Z``."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond * 10:07d}Z"


def short_date(machine: Machine, seconds: float) -> str:
    """``6/16/2026`` or ``16.06.2026``."""
    moment = local(machine, seconds)
    if machine.personality.language == "de":
        return f"{moment:%d.%m.%Y}"
    return f"{moment.month}/{moment.day}/{moment.year}"


def short_time(machine: Machine, seconds: float, *, with_seconds: bool = False) -> str:
    """``9:12 AM`` or ``09:12``."""
    moment = local(machine, seconds)
    second = f":{moment:%S}" if with_seconds else ""
    if machine.personality.language == "de":
        return f"{moment:%H:%M}{second}"
    return f"{moment.hour % 12 or 12}:{moment:%M}{second} {moment:%p}"


def grouped(machine: Machine, number: int) -> str:
    """A number with the locale's thousands separators."""
    return f"{number:,}".replace(",", machine.personality.text(",", "."))
