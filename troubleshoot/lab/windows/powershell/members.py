"""Properties and methods of values: strings, numbers, dates, lists, enumerations and objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from troubleshoot.lab.windows.powershell.dotnet_format import format_value
from troubleshoot.lab.windows.powershell.values import (
    HASHTABLE,
    ZONE,
    PsType,
    as_integer,
    as_number,
    as_text,
    in_utc,
    type_name,
)
from troubleshoot.lab.windows.topic import PsEnum, PsError, PsObject

_EPOCH: Final = datetime(1, 1, 1)
_MICROSECOND: Final = timedelta(microseconds=1)

_DATE: Final[dict[str, Callable[[datetime], Any]]] = {
    "year": lambda d: d.year,
    "month": lambda d: d.month,
    "day": lambda d: d.day,
    "hour": lambda d: d.hour,
    "minute": lambda d: d.minute,
    "second": lambda d: d.second,
    "millisecond": lambda d: d.microsecond // 1000,
    "dayofyear": lambda d: d.timetuple().tm_yday,
    "dayofweek": lambda d: PsEnum(f"{d:%A}", (d.weekday() + 1) % 7),
    "ticks": lambda d: (d.replace(tzinfo=None) - _EPOCH) // _MICROSECOND * 10,
    "date": lambda d: d.replace(hour=0, minute=0, second=0, microsecond=0),
    "kind": lambda d: PsEnum("Local", 2) if d.tzinfo is not UTC else PsEnum("Utc", 1),
}
_SPAN: Final[dict[str, Callable[[timedelta], Any]]] = {
    "days": lambda s: int(s.total_seconds() / 86_400),
    "hours": lambda s: int(s.total_seconds() / 3600) % 24,
    "minutes": lambda s: int(s.total_seconds() / 60) % 60,
    "seconds": lambda s: int(s.total_seconds()) % 60,
    "milliseconds": lambda s: s // timedelta(milliseconds=1) % 1000,
    "ticks": lambda s: s // _MICROSECOND * 10,
    "totaldays": lambda s: s.total_seconds() / 86_400,
    "totalhours": lambda s: s.total_seconds() / 3600,
    "totalminutes": lambda s: s.total_seconds() / 60,
    "totalseconds": lambda s: s.total_seconds(),
    "totalmilliseconds": lambda s: s.total_seconds() * 1000,
}


def member(value: Any, name: str) -> Any:
    """``value.name``; null where there is no such member, as in PowerShell without strict mode."""
    folded = name.lower()
    if isinstance(value, list):
        return _list_member(value, folded, name)
    if isinstance(value, PsObject):
        return _object_member(value, folded, name)
    if isinstance(value, datetime):
        return _DATE[folded](value) if folded in _DATE else None
    if isinstance(value, timedelta):
        return _SPAN[folded](value) if folded in _SPAN else None
    if isinstance(value, PsEnum):
        return {"value__": value.value}.get(folded)
    if isinstance(value, str | bytes) and folded == "length":
        return len(value)
    if isinstance(value, PsType):
        return {"name": value.name.rpartition(".")[2], "fullname": f"System.{value.name}"}.get(folded)
    return {"count": 1, "length": 1}.get(folded) if value is not None else {"count": 0}.get(folded)


def _list_member(value: list[Any], folded: str, name: str) -> Any:
    if folded in ("count", "length"):
        return len(value)
    found = [item for item in (member(item, name) for item in value) if item is not None]
    return found or None


def _object_member(value: PsObject, folded: str, name: str) -> Any:
    found = value.prop(name)
    if found is not None:
        return found
    if value.type_name == HASHTABLE:
        return {"count": len(value), "keys": list(value), "values": list(value.values())}.get(folded)
    return {"count": 1, "length": 1, "psobject": None}.get(folded)


# --- methods -------------------------------------------------------------------------------------------------------


def _trim(strip: Callable[[str, str | None], str]) -> Callable[[str, Sequence[Any]], str]:
    return lambda text, args: strip(text, "".join(as_text(arg) for arg in _flat(args)) or None)


def _flat(args: Sequence[Any]) -> list[Any]:
    return [item for arg in args for item in (arg if isinstance(arg, list) else [arg])]


def _split(text: str, args: Sequence[Any]) -> list[str]:
    separators = (
        args[0] if args and isinstance(args[0], list) else list(as_text(args[0])) if args else [" ", "\t", "\n"]
    )
    parts = re.split("|".join(re.escape(as_text(item)) for item in separators), text)
    drop = any(isinstance(arg, PsEnum | str) and as_text(arg).lower() == "removeemptyentries" for arg in args[1:])
    return [part for part in parts if part or not drop]


def _substring(text: str, args: Sequence[Any]) -> str:
    start = as_integer(args[0])
    length = as_integer(args[1]) if len(args) > 1 else len(text) - start
    if start < 0 or length < 0 or start + length > len(text):
        raise _failed("Substring", len(args), "Index and length must refer to a location within the string.")
    return text[start : start + length]


def _fill(args: Sequence[Any]) -> tuple[int, str]:
    return as_integer(args[0]), as_text(args[1]) if len(args) > 1 else " "


_TEXT: Final[dict[str, Callable[[str, Sequence[Any]], Any]]] = {
    "trim": _trim(str.strip),
    "trimstart": _trim(str.lstrip),
    "trimend": _trim(str.rstrip),
    "split": _split,
    "replace": lambda t, a: t.replace(as_text(a[0]), as_text(a[1])),
    "startswith": lambda t, a: t.startswith(as_text(a[0])),
    "endswith": lambda t, a: t.endswith(as_text(a[0])),
    "contains": lambda t, a: as_text(a[0]) in t,
    "indexof": lambda t, a: t.find(as_text(a[0]), as_integer(a[1]) if len(a) > 1 else 0),
    "lastindexof": lambda t, a: t.rfind(as_text(a[0])),
    "substring": _substring,
    "tolower": lambda t, a: t.lower(),
    "tolowerinvariant": lambda t, a: t.lower(),
    "toupper": lambda t, a: t.upper(),
    "toupperinvariant": lambda t, a: t.upper(),
    "padleft": lambda t, a: t.rjust(*_fill(a)),
    "padright": lambda t, a: t.ljust(*_fill(a)),
    "insert": lambda t, a: t[: as_integer(a[0])] + as_text(a[1]) + t[as_integer(a[0]) :],
    "remove": lambda t, a: t[: as_integer(a[0])] + (t[as_integer(a[0]) + as_integer(a[1]) :] if len(a) > 1 else ""),
    "tochararray": lambda t, a: list(t),
}


def _to_local(value: datetime, args: Sequence[Any]) -> datetime:
    return in_utc(value).astimezone(ZONE.get())


def _file_time(value: datetime, args: Sequence[Any]) -> int:
    return (in_utc(value).replace(tzinfo=None) - datetime(1601, 1, 1)) // _MICROSECOND * 10


def _add(unit: str) -> Callable[[datetime, Sequence[Any]], datetime]:
    return lambda value, args: value + timedelta(**{unit: float(as_number(args[0]))})


def _subtract(value: datetime, args: Sequence[Any]) -> Any:
    from troubleshoot.lab.windows.powershell.operators import operate

    return operate("-", value, args[0])


_DATES: Final[dict[str, Callable[[datetime, Sequence[Any]], Any]]] = {
    "touniversaltime": lambda d, a: in_utc(d),
    "tolocaltime": _to_local,
    "adddays": _add("days"),
    "addhours": _add("hours"),
    "addminutes": _add("minutes"),
    "addseconds": _add("seconds"),
    "addmilliseconds": _add("milliseconds"),
    "subtract": _subtract,
    "tofiletime": _file_time,
    "tofiletimeutc": _file_time,
    "toshortdatestring": lambda d, a: format_value(d, "MM/dd/yyyy"),
}
_HASHTABLE: Final[dict[str, Callable[[PsObject, Sequence[Any]], Any]]] = {
    "containskey": lambda h, a: h.prop(as_text(a[0])) is not None or as_text(a[0]).casefold() in map(str.casefold, h),
    "add": lambda h, a: h.__setitem__(as_text(a[0]), a[1]),
    "remove": lambda h, a: h.pop(as_text(a[0]), None) and None,
}


def _failed(name: str, count: int, reason: str) -> PsError:
    return PsError(
        f'Exception calling "{name}" with "{count}" argument(s): "{reason}"',
        "DotNetMethodException",
        category="NotSpecified: (:) [], MethodInvocationException",
        terminating=True,
    )


def _no_method(value: Any, name: str) -> PsError:
    if value is None:
        return PsError(
            "You cannot call a method on a null-valued expression.",
            "InvokeMethodOnNull",
            category="InvalidOperation: (:) [], RuntimeException",
            terminating=True,
        )
    kind = type_name(value)
    return PsError(
        f"Method invocation failed because [{kind}] does not contain a method named '{name}'.",
        "MethodNotFound",
        category=f"InvalidOperation: ({name}:String) [], RuntimeException",
        terminating=True,
    )


def _table(value: Any) -> dict[str, Callable[[Any, Sequence[Any]], Any]]:
    if isinstance(value, str):
        return _TEXT
    if isinstance(value, datetime):
        return _DATES
    return _HASHTABLE if isinstance(value, PsObject) and value.type_name == HASHTABLE else {}


def _dmtf(text: str) -> datetime:
    """WMI's ``yyyymmddHHMMSS.ffffff+minutes`` as local time."""
    found = re.fullmatch(r"(\d{14})\.(\d{6})([+-]\d{3})", text)
    if not found:
        raise _failed("ToDateTime", 1, "Specified argument was out of the range of valid values.")
    shown = datetime.strptime(found.group(1), "%Y%m%d%H%M%S").replace(microsecond=int(found.group(2)), tzinfo=UTC)
    return (shown - timedelta(minutes=int(found.group(3)))).astimezone(ZONE.get())


async def invoke(value: Any, name: str, args: list[Any]) -> Any:
    """``value.name(args)``. Raises PsError: no such method, or it failed."""
    folded = name.lower()
    if isinstance(value, PsObject) and folded in value.methods:
        return await value.methods[folded](*args)
    if folded == "converttodatetime" and isinstance(value, PsObject) and "ManagementObject" in value.type_name:
        return _dmtf(as_text(args[0] if args else None))
    plain = _table(value).get(folded)
    if plain is not None:
        try:
            return plain(value, args)
        except IndexError:
            raise _failed(name, len(args), "wrong number of arguments") from None
    if value is None:
        raise _no_method(value, name)
    if folded == "tostring":
        return format_value(value, as_text(args[0]) if args else "")
    if folded == "gettype":
        return PsType(type_name(value).removeprefix("System."))
    if folded == "equals":
        return value == args[0]
    if folded == "compareto":
        from troubleshoot.lab.windows.powershell.operators import compare

        return compare(value, args[0], case=True)
    if isinstance(value, list) and all(isinstance(item, PsObject) and folded in item.methods for item in value):
        return [await invoke(item, name, args) for item in value]
    raise _no_method(value, name)
