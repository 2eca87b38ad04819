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
from troubleshoot.parsing.values import IPV4, TIMER, address, seconds

_END = r"[ \t]*$"
_OIF = rf"[A-Za-z][^,\s]{{0,60}}, (?!Accepting/)\w+/[\w\-]+, {TIMER}/{TIMER}"
STANDARD = re.compile(
    rf"^[ \t]*\((\*|{IPV4}), ({IPV4})\), ({TIMER}/{TIMER})(?:, RP ({IPV4}))?, flags: ?([A-Za-z]{{0,40}}){_END}"
    rf"\n[ \t]*Incoming interface: ([^,\s]{{1,60}}), RPF nbr ({IPV4})(, Registering)?{_END}"
    rf"\n[ \t]*Outgoing interface list:(?: ?(Null))?{_END}((?:\n[ \t]*{_OIF}{_END})*)",
    re.M,
)
T = TypeVar("T")


class _Memo(dict[str, T]):
    """Remembers what was made of a text: the words of a large table come again and again."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self.make = make

    def __missing__(self, text: str) -> T:
        made = self[text] = self.make(text)
        return made


def _timers(text: str) -> tuple[int | None, int | None]:
    up, _, expires = text.partition("/")
    return seconds(up), seconds(expires)


def _state(text: str) -> tuple[str, str]:
    state, _, mode = text.partition("/")
    return state, mode


class StandardEntries:
    """Makes records of the matches of ``STANDARD`` in one output."""

    def __init__(self, part: int) -> None:
        self._part = part
        self._timers = _Memo(_timers)
        self._states = _Memo(_state)
        self._names = _Memo(lambda name: canonical(Platform.IOS, name))
        self._addresses = _Memo(address)

    def entry(self, match: re.Match[str], number: int) -> MrouteEntry | None:
        """Return the entry that begins on line ``number``, or ``None`` where an address is none."""
        source, group, timers, rp, flags, incoming, nbr, registering, null, listed = match.groups()
        neighbor = self._addresses[nbr]
        if neighbor is None or self._addresses[group] is None:
            return None
        uptime, expires = self._timers[timers]
        oil = self._oil(listed, number + 3) if listed else []
        return {
            "vrf": "default",
            "source": source,
            "group": group,
            "group_length": 32,
            "rp": rp,
            "flags": list(flags),
            "incoming_interface": self._names[incoming],
            "rpf_neighbor": neighbor,
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

    def _oil(self, listed: str, first: int) -> list[OutgoingInterface]:
        part, names, states, times = self._part, self._names, self._states, self._timers
        oil: list[OutgoingInterface] = []
        for number, line in enumerate(listed[1:].split("\n"), first):
            name, state_mode, timers = line.split(", ")
            state, mode = states[state_mode]
            uptime, expires = times[timers.rstrip()]
            oil.append(
                {
                    "interface": names[name.lstrip()],
                    "next_hop": None,
                    "state": state,
                    "mode": mode,
                    "uptime": uptime,
                    "expires": expires,
                    "flags": [],
                    "at": [[part, number, number]],
                }
            )
        return oil
