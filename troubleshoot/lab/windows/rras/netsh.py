"""`netsh routing ip rip`: what reads it, and what changes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from ipaddress import AddressValueError, IPv4Address
from typing import Final

from troubleshoot.lab.windows.rras.model import FILTER_MODES, FLAGS, MODES, Range, RipAdapter, rras
from troubleshoot.lab.windows.rras.show import dump, show_interface
from troubleshoot.lab.windows.rras.words import (
    ABSENT,
    ELEVATION,
    NO_INTERFACE,
    NO_PROTOCOL,
    SYNTAX,
    TWICE,
    UNKNOWN,
    Refused,
    say,
)
from troubleshoot.lab.windows.system.state import system_state
from troubleshoot.lab.windows.topic import Call

Parameters = dict[str, str]
_CONTEXT: Final = ("routing", "ip", "rip")


async def netsh(call: Call) -> int:
    """`netsh routing ip rip verb [noun] [tag=]value ...`; the lab knows no other context of netsh."""
    words = [word.casefold() for word in call.args]
    here, rest = tuple(words[:3]) == _CONTEXT, call.args[3:]
    change = CHANGES.get(" ".join(words[3:5])) if here else None
    try:
        if change is not None:
            _change(call, change, rest[2:])
        elif here and words[3:] == ["dump"]:
            dump(call)
        elif here and words[3:5] == ["show", "interface"]:
            show_interface(call, _parameters(rest[2:], ("name",)).get("name"))
        else:
            say(call, UNKNOWN, " ".join(call.args))
            return 1
    except Refused as refused:
        say(call, refused.said)
        return 1
    return 0


def _change(call: Call, change: Change, words: Sequence[str]) -> None:
    if not (call.logon.elevated or call.logon.system):
        raise Refused(ELEVATION)
    if not rras(call.machine).installed:
        raise Refused(NO_PROTOCOL)
    names, action = change
    action(call, _parameters(words, names))
    call.out("Ok.\n\n")


def _parameters(words: Sequence[str], names: Sequence[str]) -> Parameters:
    """Values by tag; those without one go by their place. Raises Refused for tags that netsh does not know."""
    found: Parameters = {}
    for place, word in enumerate(words):
        tag, sign, value = word.partition("=")
        key = tag.casefold().strip() if sign else names[place] if place < len(names) else ""
        if key not in names or key in found:
            raise Refused(SYNTAX)
        found[key] = (value if sign else word).strip().strip('"')
    return found


def _adapter(call: Call, given: Parameters) -> RipAdapter:
    if not given.get("name"):
        raise Refused(SYNTAX)
    found = rras(call.machine).find(given["name"])
    if found is None:
        raise Refused(NO_INTERFACE)
    return found


def _put(call: Call, item: RipAdapter) -> None:
    rras(call.machine).adapters[item.name] = item


# --- interfaces ---------------------------------------------------------------------------------------------------


def _add_interface(call: Call, given: Parameters) -> None:
    wanted = given.get("name", "").casefold()
    known = next((name for name in system_state(call.machine).adapters if name.casefold() == wanted), None)
    if known is None:
        raise Refused(NO_INTERFACE if wanted else SYNTAX)
    if rras(call.machine).find(known) is not None:
        raise Refused(TWICE)
    _put(call, _set(RipAdapter(known), given))


def _delete_interface(call: Call, given: Parameters) -> None:
    rras(call.machine).adapters.pop(_adapter(call, given).name)


def _set_interface(call: Call, given: Parameters) -> None:
    _put(call, _set(_adapter(call, given), given))


def _word(*allowed: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value.upper() not in allowed:
            raise Refused(SYNTAX)
        return value.upper()

    return read


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise Refused(SYNTAX)
        return int(value)

    return read


_SETTINGS: Final[Mapping[str, tuple[str, Callable[[str], str | int]]]] = {
    "metric": ("metric", _number(1, 15)),
    "updatemode": ("update_mode", _word("DEMAND", "PERIODIC")),
    "announce": ("announce", _word(*MODES)),
    "accept": ("accept", _word(*MODES)),
    "expire": ("expire", _number(15, 259200)),
    "remove": ("remove", _number(15, 259200)),
    "update": ("update", _number(15, 86400)),
    "tag": ("tag", _number(0, 65535)),
    "unicast": ("unicast", _word("DISABLE", "ALSO", "ONLY")),
    "accfiltmode": ("accept_mode", _word(*FILTER_MODES)),
    "annfiltmode": ("announce_mode", _word(*FILTER_MODES)),
}
_INTERFACE: Final = ("name", *_SETTINGS, "authmode", "password")


def _set(item: RipAdapter, given: Parameters) -> RipAdapter:
    changes = {_SETTINGS[key][0]: _SETTINGS[key][1](value) for key, value in given.items() if key in _SETTINGS}
    return replace(item, password=_password(item, given), **changes)  # type: ignore[arg-type]


def _password(item: RipAdapter, given: Parameters) -> str:
    """A password goes with `authsimplepassword`; `authnone` drops it. At most 16 characters go into an update."""
    given_password = given.get("password", item.password)
    mode = _word("AUTHNONE", "AUTHSIMPLEPASSWORD")(given.get("authmode") or _mode(given_password))
    if len(given_password) > 16 or (mode != "AUTHNONE" and not given_password):
        raise Refused(SYNTAX)
    return "" if mode == "AUTHNONE" else given_password


def _mode(password: str) -> str:
    return "AUTHSIMPLEPASSWORD" if password else "AUTHNONE"


def _set_flags(call: Call, given: Parameters) -> None:
    """Flags are added to those that are set; `clear` drops all before."""
    item, flags = _adapter(call, given), frozenset[str]()
    known = {flag.casefold(): flag for flag in FLAGS}
    words = [word.strip().casefold() for word in given.get("flag", "").split(",")]
    if any(word != "clear" and word not in known for word in words):
        raise Refused(SYNTAX)
    flags = frozenset(known[word] for word in words if word != "clear")
    _put(call, replace(item, flags=flags if "clear" in words else flags | item.flags))


# --- filters ------------------------------------------------------------------------------------------------------

_RANGE = re.compile(r"([0-9.]{7,15})-([0-9.]{7,15})")


def read_range(text: str) -> Range | None:
    """`10.0.0.0-10.0.0.255` as two addresses in order; None for anything else."""
    match = _RANGE.fullmatch(text.strip())
    try:
        ends = (IPv4Address(match[1]), IPv4Address(match[2])) if match else None
    except AddressValueError:
        return None
    return ends if ends and ends[0] <= ends[1] else None


def _filter(call: Call, given: Parameters) -> tuple[RipAdapter, Range]:
    found = read_range(given.get("filter", ""))
    if found is None:
        raise Refused(SYNTAX)
    return _adapter(call, given), found


def _add(to: Callable[[RipAdapter], list[Range]]) -> Callable[[Call, Parameters], None]:
    def action(call: Call, given: Parameters) -> None:
        item, found = _filter(call, given)
        if found in to(item):
            raise Refused(TWICE)
        to(item).append(found)

    return action


def _delete(of: Callable[[RipAdapter], list[Range]]) -> Callable[[Call, Parameters], None]:
    def action(call: Call, given: Parameters) -> None:
        item, found = _filter(call, given)
        if found not in of(item):
            raise Refused(ABSENT)
        of(item).remove(found)

    return action


def _accepted(item: RipAdapter) -> list[Range]:
    return item.accept_filters


def _announced(item: RipAdapter) -> list[Range]:
    return item.announce_filters


Change = tuple[tuple[str, ...], Callable[[Call, Parameters], None]]
_FILTER: Final = ("name", "filter")
CHANGES: Final[Mapping[str, Change]] = {
    "add interface": (_INTERFACE, _add_interface),
    "delete interface": (("name",), _delete_interface),
    "set interface": (_INTERFACE, _set_interface),
    "set flags": (("name", "flag"), _set_flags),
    "add acceptfilter": (_FILTER, _add(_accepted)),
    "delete acceptfilter": (_FILTER, _delete(_accepted)),
    "add announcefilter": (_FILTER, _add(_announced)),
    "delete announcefilter": (_FILTER, _delete(_announced)),
}
