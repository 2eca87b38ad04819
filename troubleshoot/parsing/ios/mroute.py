"""``show ip mroute`` of IOS and IOS-XE (also inside a VRF, bidir, SSM, MVPN, extranet, EVPN)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.ios.mroute_standard import STANDARD, StandardEntries
from troubleshoot.parsing.mroute_entry import new_entry
from troubleshoot.parsing.records import ExtranetReceivers, Mroute, MrouteEntry, OutgoingInterface
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, TIMER, address, seconds

_HEAD = re.compile(
    rf"\((?P<source>\*|{IPV4}), ?(?P<group>{IPV4})(?:/(?P<length>\d{{1,2}}))?\), ?(?P<up>{TIMER})/(?P<exp>{TIMER})"
    rf"(?:, RP (?P<rp>{IPV4}))?(?:, OIF count: ?(?P<count>\d{{1,6}}))?, flags: ?(?P<flags>[A-Za-z*# ]{{0,40}})$"
)
_INCOMING = re.compile(
    r"(?:Incoming interface|Bidir-Upstream): ([^,]{1,80}), RPF nbr:? ?([0-9A-Fa-f.:]{2,45})(\*?)(?:, ?(.*))?$"
)
_QUALIFIERS = re.compile(
    rf"(?:(?P<registering>Registering)|(?P<route>Mbgp|Mroute)|MDT: ?(?P<mdt>{IPV4})(?:/{TIMER})?"
    rf"|using vrf (?P<vrf>\S{{1,64}})"
    r"|LISP: ?\[[^\]]{1,100}\]|MDT ?\[[^\]]{1,60}\](?:/[\w:]{1,12})?|RPF-MFD|Partial-SC)(?:, ?|$)"
)
_OIF = re.compile(rf"([A-Za-z][^,\s]{{0,60}}), (\w+)/([\w\-]+), ({TIMER})/({TIMER})(?:, flags: ?)?$")
_OIF_LONG = re.compile(
    rf"(?P<name>[A-Za-z][^,]{{0,60}}), (?:(?P<via>.{{1,120}}?), )?(?P<state>[A-Z]\w{{2,15}})/(?P<mode>[\w\-]{{3,20}}), "
    rf"(?P<up>{TIMER})/(?P<exp>{TIMER})(?P<tail>.{{0,120}})$"
)
_TAIL = re.compile(
    r"(?:,? ?\(ttl-threshold \d{1,3}\))?(?:, Pkts: ?\d+)?(?:, (?P<mark>[A-Z]{1,4}))?"
    r"(?:, flags: ?(?P<flags>[A-Za-z* ]{0,20}))?$"
)
_SECOND_LEVEL = re.compile(rf"([0-9A-Fa-f.:]{{3,45}}), ({TIMER})/({TIMER})(?:, .{{0,60}})?$")
_OIL = re.compile(r"Outgoing interface list: ?(Null)?$")
_EXTRANET = re.compile(r"Extranet receivers in vrf (\S{1,64}):$")
_ACCEPTING = re.compile(r"(?:Incoming interface list:|[A-Za-z][^,]{0,60}, Accepting/[\w\-]+)$")
_OFF = re.compile(r"%? ?IP Multicast Forwarding is not enabled", re.I)
_NONE = re.compile(
    r"%? ?(?:Group \S+ not found|Source \S+.{0,60}not found|No mroute entries|No such (?:group|source))", re.I
)
_LEGEND_START = re.compile(r"(?:(?:IP )?Multicast Routing Table|Flags:|Mode: )")
_LEGEND_END = re.compile(r"Interface state: Interface, Next-Hop")


class _Reader:
    """One pass over the lines; the entry that is being filled is ``entry``."""

    def __init__(self, page: Clean) -> None:
        self.page = page
        self.standard = StandardEntries(page.part)
        self.entries: list[MrouteEntry] = []
        self.entry: MrouteEntry | None = None
        self.incoming = self.listed = self.extranet = False
        self.skipped: list[int] = []
        self.enabled = True
        self.nothing = self.legend = self.legend_end = False

    def read(self) -> Mroute:
        text, done, number = self.page.text, 0, 1
        for match in STANDARD.finditer(text):
            number, done = self._lines(number, text[done : match.start()]), match.start()
            if self._standard(match, number):
                number, done = self.entries[-1]["at"][0][2], match.end()
        self._lines(number, text[done:])
        self._check_end()
        return Mroute(
            enabled=self.enabled, entries=self.entries, at=self.page.all(), unread=self.page.spans(self.skipped)
        )

    def _lines(self, first: int, text: str) -> int:
        """Read the lines of ``text``, which begins on line ``first``; return the number of the last one."""
        if text and not text.isspace():
            for number, line in enumerate(text.split("\n"), first):
                if line and not line.isspace():
                    self._line(number, line[self.page.indent :])
        return first + text.count("\n")

    def _standard(self, match: re.Match[str], number: int) -> bool:
        """Read an entry of the usual shape at once; False: it has to be read line by line."""
        # Below an extranet list a head may be a receiver inside the entry above.
        entry = None if self.extranet else self.standard.entry(match, number)
        if entry is None:
            return False
        self.entries.append(entry)
        self.entry, self.incoming, self.listed, self.legend = entry, True, True, False
        return True

    def _line(self, number: int, text: str) -> None:
        body = text.strip()
        if body[0] == "(":
            self._open(number, body, text[0] != "(")
        elif self.entry is None:
            self._before_first(number, body)
        elif self._detail(self.entry, number, body):
            self.entry["at"][0][2] = number
        elif _LEGEND_START.match(body):
            self.legend = True
        elif not self.legend:
            self.skipped.append(number)

    def _before_first(self, number: int, body: str) -> None:
        if _OFF.match(body):
            self.enabled, self.nothing = False, True
        elif _NONE.match(body):
            self.nothing = True
        elif _LEGEND_END.match(body):
            self.legend, self.legend_end = False, True
        elif _LEGEND_START.match(body):
            self.legend = True
        elif not self.legend:
            self.skipped.append(number)

    def _open(self, number: int, body: str, indented: bool) -> None:
        match, self.legend = _HEAD.match(body), False
        if self.extranet and self.entry is not None and (indented or (match and match["count"])):
            # A receiver of another VRF, listed inside the entry of the source VRF: not a table entry.
            self._extranet(self.entry, match, number)
            return
        self.entry, self.extranet, self.incoming, self.listed = None, False, False, False
        if match is None or not address(match["group"]):
            self.skipped.append(number)
            return
        self.entry = _new_entry(match, self.page.at(number))
        self.entries.append(self.entry)

    def _extranet(self, entry: MrouteEntry, match: re.Match[str] | None, number: int) -> None:
        entry["at"][0][2] = number
        if match is None or match["count"] is None:
            self.skipped.append(number)
            return
        receivers = entry["extranet"][-1]
        receivers["outgoing"], receivers["flags"] = int(match["count"]), _letters(match["flags"])
        receivers["at"][0][2] = number

    def _detail(self, entry: MrouteEntry, number: int, body: str) -> bool:
        if (match := _OIF.match(body)) and match[2] != "Accepting":
            entry["oil"].append(self._short(match, number))
            return True
        if body[0] in "IB" and (match := _INCOMING.match(body)):
            return self._set_incoming(entry, match, number)
        if match := _OIL.match(body):
            self.listed, entry["oil_null"] = True, match[1] is not None
            return True
        if match := _EXTRANET.match(body):
            entry["extranet"].append(ExtranetReceivers(vrf=match[1], outgoing=None, flags=[], at=self.page.at(number)))
            self.extranet = True
            return True
        return bool(_ACCEPTING.match(body)) or self._long(entry, number, body)

    def _short(self, match: re.Match[str], number: int) -> OutgoingInterface:
        name, state, mode, up, exp = match.groups()
        return {
            "interface": canonical(Platform.IOS, name),
            "next_hop": None,
            "state": state,
            "mode": mode,
            "uptime": seconds(up),
            "expires": seconds(exp),
            "flags": [],
            "at": [[self.page.part, number, number]],
        }

    def _long(self, entry: MrouteEntry, number: int, body: str) -> bool:
        if match := _OIF_LONG.match(body):
            tail = _TAIL.match(match["tail"])
            if tail is None:
                self.skipped.append(number)
            flags = _letters(f"{tail['mark'] or ''}{tail['flags'] or ''}") if tail else []
            entry["oil"].append(
                OutgoingInterface(
                    interface=canonical(Platform.IOS, match["name"]),
                    next_hop=_next_hop(match["via"]),
                    state=match["state"],
                    mode=match["mode"],
                    uptime=seconds(match["up"]),
                    expires=seconds(match["exp"]),
                    flags=flags,
                    at=self.page.at(number),
                )
            )
            return True
        return self._second_level(entry, number, body)

    def _second_level(self, entry: MrouteEntry, number: int, body: str) -> bool:
        """A member of the interface above (NBMA, VXLAN): same interface, its own next hop and timers."""
        match = _SECOND_LEVEL.match(body)
        if match is None or not entry["oil"] or not address(match[1]):
            return False
        parent = entry["oil"][-1]
        member = OutgoingInterface(
            interface=parent["interface"],
            next_hop=address(match[1]),
            state=parent["state"],
            mode=parent["mode"],
            uptime=seconds(match[2]),
            expires=seconds(match[3]),
            flags=[],
            at=self.page.at(number),
        )
        entry["oil"].append(member)
        return True

    def _set_incoming(self, entry: MrouteEntry, match: re.Match[str], number: int) -> bool:
        neighbor = address(match[2])
        if neighbor is None:
            return False
        self.incoming = True
        entry["incoming_interface"] = canonical(Platform.IOS, match[1])
        entry["rpf_neighbor"] = neighbor
        entry["assert_winner"] = bool(match[3])
        entry["bidir"] = match[0].startswith("Bidir")
        if not _qualify(entry, match[4] or ""):
            self.skipped.append(number)
        return True

    def _check_end(self) -> None:
        """Refuse text that ends inside an entry or inside the legend, and text without anything known."""
        if self.entries:
            self._check_last(self.entries[-1])
        elif not (self.nothing or self.legend_end):
            fail_unknown(self.page)
        elif self.skipped:
            raise ParseFailure("no entry could be read", self.page.part, self.skipped[0])

    def _check_last(self, last: MrouteEntry) -> None:
        whole = (
            self.incoming and (self.listed or last["bidir"]) and bool(last["oil"] or last["oil_null"] or last["bidir"])
        )
        extranet = last["extranet"]
        whole = whole and not (extranet and extranet[-1]["outgoing"] is None)
        if self.entry is last and not whole:
            raise ParseFailure("the output ends inside an entry", self.page.part, self.page.lines[-1][0])


def _new_entry(match: re.Match[str], at: list[list[int]]) -> MrouteEntry:
    entry = new_entry(match["source"], match["group"], int(match["length"] or 32), vrf="default", at=at)
    entry["rp"], entry["flags"] = match["rp"], _letters(match["flags"])
    entry["uptime"], entry["expires"] = seconds(match["up"]), seconds(match["exp"])
    return entry


def _letters(flags: str) -> list[str]:
    return [flag for flag in flags if flag != " "]


def _next_hop(text: str | None) -> str | None:
    """``10.1.1.5`` and ``(10.1.1.5, 232.0.0.9)`` name a next hop; ``VCD 22`` and a VXLAN encapsulation do not."""
    return None if text is None else address(text.strip("()").partition(",")[0])


def _qualify(entry: MrouteEntry, text: str) -> bool:
    """Note what stands after the RPF neighbor; False if a part of it is not known."""
    position = 0
    while position < len(text):
        match = _QUALIFIERS.match(text, position)
        if match is None:
            return False
        position = match.end()
        entry["registering"] |= match["registering"] is not None
        entry["rpf_route"] = match["route"].lower() if match["route"] else entry["rpf_route"]
        entry["mdt"] = match["mdt"] or entry["mdt"]
        entry["using_vrf"] = match["vrf"] or entry["using_vrf"]
    return True


def parse(pages: Sequence[Clean]) -> Mroute:
    """Read ``show ip mroute [vrf V] [G [S]]``; source: recordings of IOS 12 to IOS-XE 17.

    Raises:
        ParseFailure: no entry, no complete heading and no sentence that says there is none; or the text ends early.
    """
    return _Reader(one_page(pages)).read()
