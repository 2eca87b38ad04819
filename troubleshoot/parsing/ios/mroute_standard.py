"""The usual shape of an entry of ``show ip mroute``, read at once.

A table of 10,000 entries consists of little else. Whatever differs in any character is left to the line reader of
:mod:`troubleshoot.parsing.ios.mroute`, which makes the same record of a usual entry, only slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import MrouteEntry, OutgoingInterface
from troubleshoot.parsing.values import TIMER, address, seconds

_END = r"[ \t]*$"
_WORD = r"[^,\s]+"
# Loose and therefore fast; every word is then looked at once, by the `_Memo` that keeps it.
STANDARD = re.compile(
    rf"^[ \t]*\((\*|[\d.]+), ([\d.]+)\), ({_WORD})(?:, RP ([\d.]+))?, flags: ?([A-Za-z]{{0,40}}){_END}"
    rf"\n[ \t]*Incoming interface: ({_WORD}), RPF nbr ([\d.]+)(, Registering)?{_END}"
    rf"\n[ \t]*Outgoing interface list:(?: ?(Null))?{_END}((?:\n[ \t]*{_WORD}, {_WORD}, {_WORD}{_END})*)",
    re.M,
)
_TIMERS = re.compile(rf"({TIMER})/({TIMER})")
_STATE = re.compile(r"(?!Accepting/)(\w+)/([\w\-]+),")
_NAME = re.compile(r"([A-Za-z][^,\s]{0,60}),?")
T = TypeVar("T")


class _Memo(dict[str, T]):
    """Remembers what was made of a text: the words of a large table come again and again."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self.make = make

    def __missing__(self, text: str) -> T:
        made = self[text] = self.make(text)
        return made


class _Odd(Exception):  # no failure: the entry is read line by line
    """A word is not what it usually is."""


def _words(pattern: re.Pattern[str], text: str) -> tuple[str, ...]:
    if match := pattern.fullmatch(text):
        return tuple(match.groups())
    raise _Odd


def _timers(text: str) -> tuple[int | None, int | None]:
    up, expires = _words(_TIMERS, text)
    return seconds(up), seconds(expires)


def _state(text: str) -> tuple[str, str]:
    state, mode = _words(_STATE, text)
    return state, mode


def _name(text: str) -> str:
    return canonical(Platform.IOS, _words(_NAME, text)[0])


def _address(text: str) -> str:
    if text == "*" or address(text) == text:
        return text
    raise _Odd


class StandardEntries:
    """Makes records of the matches of ``STANDARD`` in one output."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._timers = _Memo(_timers)
        self._states = _Memo(_state)
        self._names = _Memo(_name)
        self._addresses = _Memo(_address)

    def entry(self, match: re.Match[str], number: int) -> MrouteEntry | None:
        """Return the entry that begins on line ``number``, or ``None`` if one of its words is unusual."""
        try:
            return self._entry(match, number)
        except _Odd:
            return None

    def _entry(self, match: re.Match[str], number: int) -> MrouteEntry:
        source, group, timers, rp, flags, incoming, neighbor, registering, null, listed = match.groups()
        uptime, expires = self._timers[timers]
        addresses = self._addresses
        oil = self._oil(listed, number + 3) if listed else []
        return {
            "vrf": "default",
            "source": addresses[source],
            "group": _address(group),  # hardly one comes twice
            "group_length": 32,
            "rp": addresses[rp] if rp else None,
            "flags": list(flags),
            "incoming_interface": self._names[incoming],
            "rpf_neighbor": addresses[neighbor],
            "rpf_route": None,
            "assert_winner": False,
            "registering": registering is not None,
            "mdt": None,
            "using_vrf": None,
            "uptime": uptime,
            "expires": expires,
            "bidir": False,
            "oil": oil,
            "oil_null": null is not None,
            "extranet": [],
            "installed": True,
            "at": [[self._part, number, number + 2 + len(oil)]],
        }

    def _oil(self, listed: str, number: int) -> list[OutgoingInterface]:
        part, names, states, times = self._part, self._names, self._states, self._timers
        oil: list[OutgoingInterface] = []
        words = iter(listed.split())
        for name, state_mode, timers in zip(words, words, words, strict=True):
            state, mode = states[state_mode]
            uptime, expires = times[timers]
            oil.append(
                {
                    "interface": names[name],
                    "next_hop": None,
                    "state": state,
                    "mode": mode,
                    "uptime": uptime,
                    "expires": expires,
                    "flags": [],
                    "at": [[part, number, number]],
                }
            )
            number += 1
        return oil
