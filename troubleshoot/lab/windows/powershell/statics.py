"""Static members of the .NET types of everyday scripts: ``[Convert]::ToBase64String($b)``, ``[Math]::Round($x, 1)``."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from troubleshoot.lab.windows.powershell.casts import cast, unknown_type
from troubleshoot.lab.windows.powershell.members import member
from troubleshoot.lab.windows.powershell.types import find_type
from troubleshoot.lab.windows.powershell.values import (
    HASHTABLE,
    ZONE,
    PsType,
    as_date,
    as_integer,
    as_number,
    as_text,
    in_utc,
    items,
    local_time,
)
from troubleshoot.lab.windows.topic import Call, PsError, PsObject

_ENCODINGS: Final = {"utf8": "utf-8", "unicode": "utf-16-le", "ascii": "ascii", "default": "cp1252", "utf7": "utf-7"}


def _failed(message: str) -> PsError:
    return PsError(
        message, "DotNetMethodException", category="NotSpecified: (:) [], MethodInvocationException", terminating=True
    )


def _encoding(name: str) -> PsObject:
    codec = _ENCODINGS[name]

    async def get_string(data: Any, *_: Any) -> str:
        return bytes(cast("byte[]", data)).decode(codec, "replace")

    async def get_bytes(text: Any) -> bytes:
        return as_text(text).encode(codec, "replace")

    return PsObject("System.Text.Encoding", {"WebName": codec}, {"getstring": get_string, "getbytes": get_bytes})


def _from_base64(args: Sequence[Any]) -> bytes:
    try:
        return base64.b64decode(as_text(args[0]), validate=True)
    except (binascii.Error, ValueError):
        raise _failed(
            'Exception calling "FromBase64String" with "1" argument(s): "The input is not a valid Base-64 string."'
        ) from None


def _to_int(args: Sequence[Any]) -> int:
    if len(args) > 1:
        return int(as_text(args[0]).removeprefix("0x"), as_integer(args[1]))
    return as_integer(args[0])


def _to_text(args: Sequence[Any]) -> str:
    if len(args) == 1:
        return as_text(args[0])
    number, base = (
        as_integer(args[0], 64) & (0xFFFFFFFF if abs(as_integer(args[0], 64)) < 2**32 else 2**64 - 1),
        as_integer(args[1]),
    )
    return {2: f"{number:b}", 8: f"{number:o}", 16: f"{number:x}"}.get(base, str(number))


def _round(args: Sequence[Any]) -> float:
    value = Decimal(repr(float(as_number(args[0]))))
    digits = as_integer(args[1]) if len(args) > 1 else 0
    return float(value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def _from_bytes(size: int, *, signed: bool) -> Callable[[Sequence[Any]], int]:
    def read(args: Sequence[Any]) -> int:
        start = as_integer(args[1])
        return int.from_bytes(cast("byte[]", args[0])[start : start + size], "little", signed=signed)

    return read


def _file_time(args: Sequence[Any]) -> datetime:
    return datetime.fromtimestamp(as_integer(args[0], 64) / 10_000_000 - 11_644_473_600, UTC)


_METHODS: Final[dict[tuple[str, str], Callable[[Sequence[Any]], Any]]] = {
    ("convert", "tobase64string"): lambda a: base64.b64encode(cast("byte[]", a[0])).decode(),
    ("convert", "frombase64string"): _from_base64,
    ("convert", "toint32"): _to_int,
    ("convert", "toint64"): _to_int,
    ("convert", "tostring"): _to_text,
    ("convert", "todatetime"): lambda a: as_date(a[0]),
    ("convert", "toboolean"): lambda a: cast("bool", a[0]),
    ("bitconverter", "tostring"): lambda a: "-".join(f"{byte:02X}" for byte in cast("byte[]", a[0])),
    ("bitconverter", "touint16"): _from_bytes(2, signed=False),
    ("bitconverter", "toint32"): _from_bytes(4, signed=True),
    ("bitconverter", "touint32"): _from_bytes(4, signed=False),
    ("bitconverter", "toint64"): _from_bytes(8, signed=True),
    ("math", "round"): _round,
    ("math", "floor"): lambda a: float(math.floor(as_number(a[0]))),
    ("math", "ceiling"): lambda a: float(math.ceil(as_number(a[0]))),
    ("math", "truncate"): lambda a: float(math.trunc(as_number(a[0]))),
    ("math", "abs"): lambda a: abs(as_number(a[0])),
    ("math", "min"): lambda a: min(as_number(a[0]), as_number(a[1])),
    ("math", "max"): lambda a: max(as_number(a[0]), as_number(a[1])),
    ("math", "pow"): lambda a: float(as_number(a[0])) ** as_number(a[1]),
    ("datetime", "parse"): lambda a: as_date(a[0]),
    ("datetime", "fromfiletime"): lambda a: _file_time(a).astimezone(ZONE.get()),
    ("datetime", "fromfiletimeutc"): _file_time,
    ("string", "isnullorempty"): lambda a: not as_text(a[0]),
    ("string", "join"): lambda a: as_text(a[0]).join(as_text(item) for item in items(a[1])),
    ("string", "format"): lambda a: _format(a),
    ("regex", "escape"): lambda a: re.sub(r"([\\*+?|{\[()^$.# ])", r"\\\1", as_text(a[0])),
    ("regex", "ismatch"): lambda a: re.search(as_text(a[1]), as_text(a[0])) is not None,
    ("regex", "replace"): lambda a: re.sub(as_text(a[1]), as_text(a[2]).replace("$", "\\"), as_text(a[0])),
    ("security.principal.windowsidentity", "getcurrent"): lambda a: None,
}
_CONSTANTS: Final[dict[tuple[str, str], Any]] = {
    ("int", "maxvalue"): 2**31 - 1,
    ("int32", "maxvalue"): 2**31 - 1,
    ("int64", "maxvalue"): 2**63 - 1,
    ("string", "empty"): "",
    ("environment", "newline"): "\r\n",
    ("math", "pi"): math.pi,
    ("stringsplitoptions", "removeemptyentries"): "RemoveEmptyEntries",
    ("intptr", "size"): 8,
}


def _format(args: Sequence[Any]) -> str:
    from troubleshoot.lab.windows.powershell.dotnet_format import format_items

    return format_items(as_text(args[0]), list(args[1:]))


def _of_machine(call: Call, kind: str, name: str) -> Any:
    """Static properties that depend on the host; raises KeyError where there is none."""
    now = local_time(call.machine.now)
    domain, _, user = call.logon.user.rpartition("\\")
    table: dict[tuple[str, str], Any] = {
        ("datetime", "utcnow"): in_utc(now),
        ("datetime", "now"): now,
        ("datetime", "today"): now.replace(hour=0, minute=0, second=0, microsecond=0),
        ("environment", "machinename"): call.machine.computer,
        ("environment", "username"): user,
        ("environment", "userdomainname"): domain or call.machine.computer,
        ("environment", "osversion"): _os_version(call),
        ("environment", "is64bitoperatingsystem"): True,
        ("environment", "is64bitprocess"): True,
    }
    return table[kind, name]


def _os_version(call: Call) -> PsObject:
    return PsObject("System.OperatingSystem", {"Version": cast("version", f"{call.machine.personality.build}.0")})


async def static(call: Call, kind: str, name: str, args: list[Any] | None) -> Any:
    """``[kind]::name`` (``args`` is None) or ``[kind]::name(args)``. Raises PsError."""
    folded = name.lower()
    handler = find_type(kind)
    if handler is not None and folded in handler.members:
        return await handler.members[folded](call, args or [])
    if args is None:
        return _static_property(call, kind, folded)
    method = _METHODS.get((kind, folded))
    if method is None:
        raise _no_static(kind, name)
    try:
        return method(args)
    except (IndexError, ValueError) as error:
        raise _failed(f'Exception calling "{name}" with "{len(args)}" argument(s): "{error}"') from None


def _static_property(call: Call, kind: str, folded: str) -> Any:
    if kind == "text.encoding" and folded in _ENCODINGS:
        return _encoding(folded)
    if (kind, folded) in _CONSTANTS:
        return _CONSTANTS[kind, folded]
    try:
        return _of_machine(call, kind, folded)
    except KeyError:
        if kind not in {known for known, _ in (*_METHODS, *_CONSTANTS)} | {"text.encoding", "environment", "console"}:
            raise unknown_type(kind) from None
        return None  # a missing static property is null


def _no_static(kind: str, name: str) -> PsError:
    if kind not in {known for known, _ in _METHODS}:
        return unknown_type(kind)
    return PsError(
        f"Method invocation failed because [System.{kind}] does not contain a method named '{name}'.",
        "MethodNotFound",
        category=f"InvalidOperation: ({name}:String) [], RuntimeException",
        terminating=True,
    )


def index(value: Any, at: Any) -> Any:
    """``value[at]``; null where there is nothing. A list of indexes gives a list."""
    if isinstance(at, list):
        return [found for found in (index(value, one) for one in at) if found is not None]
    if isinstance(value, PsObject):
        return value.prop(as_text(at)) if value.type_name == HASHTABLE or isinstance(at, str) else _single(value, at)
    if isinstance(value, str | bytes | list):
        place = as_integer(at)
        return value[place] if -len(value) <= place < len(value) else None
    if value is None:
        raise PsError("Cannot index into a null array.", "NullArray", terminating=True)
    return _single(value, at)


def _single(value: Any, at: Any) -> Any:
    return value if as_integer(at) == 0 else member(value, as_text(at))


def as_type(value: Any) -> str:
    """The type name that a value stands for."""
    return value.name if isinstance(value, PsType) else as_text(value).lower().removeprefix("system.")
