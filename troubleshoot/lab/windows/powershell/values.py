"""Values of the simulated PowerShell and their conversions, as .NET and PowerShell make them.

A value is None, bool, int, float, str, bytes, datetime, timedelta, PsEnum, PsObject, PsType, Closure, or a list.
A datetime in UTC has .NET's kind Utc, one in another zone the kind Local. One without a zone counts as UTC too.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Final

from troubleshoot.core.powershell import ast
from troubleshoot.lab.windows.topic import PsEnum, PsError, PsObject

ZONE: Final[ContextVar[tzinfo]] = ContextVar("zone", default=UTC)  # of the host that runs the script
HASHTABLE: Final = "System.Collections.Hashtable"
CUSTOM: Final = "System.Management.Automation.PSCustomObject"


@dataclass(frozen=True, slots=True)
class PsType:
    """A .NET type as a value: lower case, without ``system.``."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Closure:
    """A script block as a value."""

    block: ast.ScriptBlock

    def __str__(self) -> str:
        return self.block.source


_TYPES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "System.Boolean"),
    (float, "System.Double"),
    (str, "System.String"),
    (bytes, "System.Byte[]"),
    (datetime, "System.DateTime"),
    (timedelta, "System.TimeSpan"),
    (list, "System.Object[]"),
    (PsType, "System.RuntimeType"),
    (Closure, "System.Management.Automation.ScriptBlock"),
)


def type_name(value: Any) -> str:
    """The full .NET name of a value's type."""
    if isinstance(value, PsObject):
        return value.type_name
    if isinstance(value, int) and not isinstance(value, bool):
        return "System.Int32" if -(2**31) <= value < 2**31 else "System.Int64"
    return next((name for kind, name in _TYPES if isinstance(value, kind)), "System.Object")


def items(value: Any) -> list[Any]:
    """What a value becomes in a pipeline: a list gives its elements, null nothing... except inside ``@(...)``."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def collected(output: list[Any]) -> Any:
    """What a pipeline's output becomes in a variable: nothing, the one object, or a list."""
    if not output:
        return None
    return output[0] if len(output) == 1 else output


def truth(value: Any) -> bool:
    """The value in a condition."""
    if isinstance(value, list):
        return len(value) > 1 or (len(value) == 1 and truth(value[0]))
    if isinstance(value, PsEnum):
        return value.value != 0
    if isinstance(value, PsObject):
        return True
    if isinstance(value, str | bytes):
        return len(value) > 0
    return bool(value) if isinstance(value, bool | int | float | type(None)) else True


def number_text(value: float) -> str:
    """A double as .NET Framework prints it (15 significant digits)."""
    if math.isinf(value) or math.isnan(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    text = f"{value:.15g}"
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa}E{exponent[0]}{exponent[1:].zfill(2)}" if exponent else mantissa


def span_text(value: timedelta) -> str:
    """A TimeSpan: ``[-][d.]hh:mm:ss[.fffffff]``."""
    ticks = round(value / timedelta(microseconds=1)) * 10
    sign, ticks = ("-" if ticks < 0 else ""), abs(ticks)
    seconds, part = divmod(ticks, 10_000_000)
    days, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{sign}{f'{days}.' if days else ''}{clock}{f'.{part:07}' if part else ''}"


def as_text(value: Any) -> str:
    """The value inside a string, as ``"$value"`` gives it (culture neutral)."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return f"{value:%m/%d/%Y %H:%M:%S}"
    if isinstance(value, timedelta):
        return span_text(value)
    if isinstance(value, list | bytes):
        return " ".join(as_text(item) for item in value)
    return _object_text(value) if isinstance(value, PsObject) else str(value)


def _object_text(value: PsObject) -> str:
    shown = value.prop("__tostring")  # what the object's ToString() gives, where a topic sets it
    if shown is not None:
        return as_text(shown)
    if value.type_name == CUSTOM:
        return "@{" + "; ".join(f"{name}={as_text(item)}" for name, item in value.items()) + "}"
    return value.type_name


def conversion_error(value: Any, target: str) -> PsError:
    """The error of a value that cannot become a number or a date."""
    return PsError(
        f'Cannot convert value "{as_text(value)}" to type "{target}".'
        ' Error: "Input string was not in a correct format."',
        "InvalidCastFromStringToInteger",
        category="InvalidArgument: (:) [], RuntimeException",
        terminating=True,
    )


def as_number(value: Any, target: str = "System.Int32") -> int | float:
    """The value as a number. Raises PsError where it is none."""
    if isinstance(value, bool | int | float):
        return value + 0
    if value is None:
        return 0
    if isinstance(value, PsEnum):
        return value.value
    if isinstance(value, timedelta):
        raise conversion_error(value, target)
    text = as_text(value).strip().replace(",", "")
    if not text:
        return 0
    if re.fullmatch(r"0[xX][0-9a-fA-F]+", text):
        return int(text, 16)
    try:
        return float(text) if re.search("[.eE]", text) else int(text)
    except ValueError:
        raise conversion_error(value, target) from None


def as_integer(value: Any, bits: int = 32, *, signed: bool = True) -> int:
    """The value as an integer of that size, rounded half to even. Raises PsError where it does not fit."""
    number = as_number(value)
    whole = round(number) if math.isfinite(number) else 1 << 80
    low, high = (-(1 << (bits - 1)), 1 << (bits - 1)) if signed else (0, 1 << bits)
    if not low <= whole < high:
        target = f"System.{'' if signed else 'U'}Int{bits}" if bits > 8 else "System.Byte"
        raise PsError(
            f'Cannot convert value "{as_text(value)}" to type "{target}".'
            ' Error: "Value was either too large or too small."',
            "InvalidCastIConvertible",
            category="InvalidArgument: (:) [], RuntimeException",
            terminating=True,
        )
    return whole


_DATES: Final = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M:%S %p",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%Y%m%d%H%M%S",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y",
)


def in_utc(value: datetime) -> datetime:
    """The same moment in UTC."""
    return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


def local_time(seconds: float) -> datetime:
    """Epoch seconds in the host's local time."""
    return datetime.fromtimestamp(seconds, ZONE.get())


def as_date(value: Any) -> datetime:
    """The value as a DateTime in local time: ISO 8601, or month/day/year. Raises PsError."""
    if isinstance(value, datetime):
        return value
    text = re.sub(r"(\.\d{6})\d+", r"\1", as_text(value).strip())
    try:
        found = datetime.fromisoformat(text)
        return found.astimezone(ZONE.get()) if found.tzinfo else found.replace(tzinfo=ZONE.get())
    except ValueError:
        pass
    for form in _DATES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=ZONE.get())
        except ValueError:
            continue
    raise PsError(
        f'Cannot convert value "{text}" to type "System.DateTime".'
        ' Error: "String was not recognized as a valid DateTime."',
        "InvalidCastParseTargetInvocation",
        category="InvalidArgument: (:) [], RuntimeException",
        terminating=True,
    )


def hashtable(pairs: Iterable[tuple[str, Any]] = ()) -> PsObject:
    """A hashtable, its keys as typed."""
    return PsObject(HASHTABLE, dict(pairs))


def custom(pairs: Iterable[tuple[str, Any]] = ()) -> PsObject:
    """A custom object, as Select-Object and New-Object make them."""
    return PsObject(CUSTOM, dict(pairs))
