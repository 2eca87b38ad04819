"""The binary operators of PowerShell on values: the left side decides what the right side becomes."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from troubleshoot.lab.windows.powershell.dotnet_format import format_items
from troubleshoot.lab.windows.powershell.values import as_date, as_number, as_text, items, truth
from troubleshoot.lab.windows.topic import PsEnum, PsError, PsObject


def _error(message: str) -> PsError:
    return PsError(message, "OperatorFailed", category="InvalidOperation: (:) [], RuntimeException", terminating=True)


# --- comparison ----------------------------------------------------------------------------------------------------


def equal(left: Any, right: Any, *, case: bool = False) -> bool:
    """``left -eq right`` for single values."""
    if left is None or right is None:
        return left is None and right is None
    if isinstance(left, bool):
        return left == truth(right)
    try:
        return _order(left, right, case=case) == 0
    except PsError:
        return False


def _order(left: Any, right: Any, *, case: bool) -> int:
    """-1, 0 or 1."""
    if isinstance(left, PsEnum):
        return _enum_order(left, right)
    if isinstance(left, datetime):
        a, b = left.replace(tzinfo=None), as_date(right).replace(tzinfo=None)
        return (a > b) - (a < b)
    if isinstance(left, timedelta):
        c, d = left, right if isinstance(right, timedelta) else timedelta(microseconds=as_number(right) / 10)
        return (c > d) - (c < d)
    if isinstance(left, bool | int | float):
        e, f = left, as_number(right)
        return (e > f) - (e < f)
    if isinstance(left, PsObject) and isinstance(right, PsObject):
        return 0 if left is right else 1
    g, h = as_text(left), as_text(right)
    if not case:
        g, h = g.casefold(), h.casefold()
    return (g > h) - (g < h)


def _enum_order(left: PsEnum, right: Any) -> int:
    if isinstance(right, str):
        return 0 if left.name.casefold() == right.casefold() else 1
    other = as_number(right)
    return (left.value > other) - (left.value < other)


def compare(left: Any, right: Any, *, case: bool = False) -> int:
    """The order of two single values; null comes first."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    return _order(left, right, case=case)


def like(text: Any, pattern: Any, *, case: bool = False) -> bool:
    """``-like``: ``*``, ``?`` and ``[a-z]``."""
    left, right = as_text(text), as_text(pattern)
    if not case:
        left, right = left.casefold(), right.casefold()
    return fnmatch.fnmatchcase(left, right.replace("[!", "[[]!"))


def regex(pattern: Any, *, case: bool = False) -> re.Pattern[str]:
    """A .NET regular expression, for the part that Python's has too. Raises PsError."""
    text = re.sub(r"\(\?<(?![=!])(\w+)>", r"(?P<\1>", as_text(pattern))
    try:
        return re.compile(text, 0 if case else re.IGNORECASE)
    except re.error as error:
        raise _error(f'parsing "{as_text(pattern)}" - {error}') from None


_COMPARE: Final[dict[str, Callable[[Any, Any, bool], bool]]] = {
    "eq": lambda a, b, case: equal(a, b, case=case),
    "ne": lambda a, b, case: not equal(a, b, case=case),
    "gt": lambda a, b, case: compare(a, b, case=case) > 0,
    "ge": lambda a, b, case: compare(a, b, case=case) >= 0,
    "lt": lambda a, b, case: compare(a, b, case=case) < 0,
    "le": lambda a, b, case: compare(a, b, case=case) <= 0,
    "like": lambda a, b, case: like(a, b, case=case),
    "notlike": lambda a, b, case: not like(a, b, case=case),
    "match": lambda a, b, case: bool(regex(b, case=case).search(as_text(a))),
    "notmatch": lambda a, b, case: not regex(b, case=case).search(as_text(a)),
}


def _filtering(name: str, left: Any, right: Any, *, case: bool) -> Any:
    """A comparison: of a list on the left it keeps the elements for which it holds."""
    test = _COMPARE[name]
    if isinstance(left, list):
        return [item for item in left if test(item, right, case)]
    return test(left, right, case)


# --- arithmetic ----------------------------------------------------------------------------------------------------


def _plus(left: Any, right: Any) -> Any:
    if isinstance(left, list):
        return left + (right if isinstance(right, list) else [right])
    if isinstance(left, str):
        return left + as_text(right)
    if isinstance(left, datetime | timedelta) and isinstance(right, timedelta):
        return left + right
    if left is None:
        return right
    if isinstance(left, PsObject) and isinstance(right, PsObject):
        return PsObject(left.type_name, {**left, **right})
    return as_number(left) + as_number(right)


def _minus(left: Any, right: Any) -> Any:
    if isinstance(left, datetime):
        if isinstance(right, timedelta):
            return left - right
        return left.replace(tzinfo=None) - as_date(right).replace(tzinfo=None)
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return left - right
    return as_number(left) - as_number(right)


def _times(left: Any, right: Any) -> Any:
    if isinstance(left, str | list):
        return left * max(0, int(as_number(right)))
    return as_number(left) * as_number(right)


def _divide(left: Any, right: Any) -> Any:
    a, b = as_number(left), as_number(right)
    if b == 0:
        raise _error("Attempted to divide by zero.")
    exact = a / b
    return int(a // b) if isinstance(a, int) and isinstance(b, int) and a % b == 0 else exact


def _modulus(left: Any, right: Any) -> Any:
    a, b = as_number(left), as_number(right)
    if b == 0:
        raise _error("Attempted to divide by zero.")
    rest = abs(a) % abs(b)
    return -rest if a < 0 else rest


def _range(left: Any, right: Any) -> list[int]:
    low, high = round(as_number(left)), round(as_number(right))
    if abs(high - low) > 100_000:
        raise _error("the range is too long for the simulated PowerShell")
    return list(range(low, high + 1)) if low <= high else list(range(low, high - 1, -1))


def _bits(name: str) -> Callable[[Any, Any], int]:
    def operate(left: Any, right: Any) -> int:
        a, b = round(as_number(left)), round(as_number(right))
        return {"band": a & b, "bor": a | b, "bxor": a ^ b}[name]

    return operate


# --- text ----------------------------------------------------------------------------------------------------------


def _substitution(text: str) -> Callable[[re.Match[str]], str]:
    def fill(match: re.Match[str]) -> str:
        def group(found: re.Match[str]) -> str:
            name = found.group(1) or found.group(2)
            if found.group() == "$$":
                return "$"
            try:
                return match.group(int(name) if name.isdigit() else name) or ""
            except (IndexError, re.error):
                return found.group()

        return re.sub(r"\$\$|\$(\d+)|\$\{(\w+)\}", group, text)

    return fill


def _replace(left: Any, right: Any, *, case: bool) -> Any:
    pattern, *rest = items(right) or [""]
    compiled, fill = regex(pattern, case=case), _substitution(as_text(rest[0]) if rest else "")
    changed = [compiled.sub(fill, as_text(item)) for item in items(left)]
    return changed if isinstance(left, list) else changed[0] if changed else ""


def split(left: Any, right: Any, *, case: bool = False) -> list[str]:
    """``-split`` with a pattern, or a pattern and a greatest count."""
    pattern, *rest = items(right) or [r"\s+"]
    most = int(as_number(rest[0])) if rest else 0
    compiled = regex(pattern, case=case)
    parts: list[str] = []
    for item in items(left):
        found = compiled.split(as_text(item), maxsplit=max(0, most - 1))
        parts += [part for part in found if part is not None]
    return parts


def _is(left: Any, right: Any) -> bool:
    from troubleshoot.lab.windows.powershell.casts import is_type

    return is_type(left, right)


def _as(left: Any, right: Any) -> Any:
    from troubleshoot.lab.windows.powershell.casts import cast

    try:
        return cast(as_text(right), left)
    except PsError:
        return None


_PLAIN: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divide,
    "%": _modulus,
    "..": _range,
    "band": _bits("band"),
    "bor": _bits("bor"),
    "bxor": _bits("bxor"),
    "xor": lambda a, b: truth(a) != truth(b),
    "f": lambda a, b: format_items(as_text(a), b if isinstance(b, list) else [b]),
    "join": lambda a, b: as_text(b).join(as_text(item) for item in items(a)),
    "is": _is,
    "isnot": lambda a, b: not _is(a, b),
    "as": _as,
}
_MEMBERSHIP: Final[dict[str, Callable[[Any, Any, bool], bool]]] = {
    "contains": lambda a, b, case: any(equal(item, b, case=case) for item in items(a)),
    "notcontains": lambda a, b, case: not any(equal(item, b, case=case) for item in items(a)),
    "in": lambda a, b, case: any(equal(item, a, case=case) for item in items(b)),
    "notin": lambda a, b, case: not any(equal(item, a, case=case) for item in items(b)),
}


def operate(name: str, left: Any, right: Any, *, case: bool = False) -> Any:
    """Apply a binary operator except ``-and`` and ``-or``. Raises PsError."""
    if name in _COMPARE:
        return _filtering(name, left, right, case=case)
    if name in _MEMBERSHIP:
        return _MEMBERSHIP[name](left, right, case)
    if name == "replace":
        return _replace(left, right, case=case)
    return split(left, right, case=case) if name == "split" else _PLAIN[name](left, right)
