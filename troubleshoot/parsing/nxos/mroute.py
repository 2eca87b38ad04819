"""``show ip mroute`` and ``show ip mroute summary`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.mroute_entry import new_entry
from troubleshoot.parsing.records import Mroute, MrouteCount, MrouteCounts, MrouteEntry, OutgoingInterface
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, address, seconds

_VRF = re.compile(r'IP Multicast Routing Table for VRF "([^"]{1,64})"$')
_HEAD = re.compile(
    rf"\((?P<source>\*|{IPV4})(?:/\d{{1,2}})?, ?(?P<group>{IPV4})(?:/(?P<length>\d{{1,2}}))?\),(?P<bidir> bidir,)? "
    rf"uptime: (?P<up>{TIMER})(?:, expires: (?P<exp>{TIMER}))?(?:, ?(?P<owners>[\w().,\- ]{{0,80}}))?$"
)
_INCOMING = re.compile(
    r"Incoming interface: ([^,]{1,80}), RPF nbr: ([0-9A-Fa-f.:]{2,45})(?P<more>(?:, ?internal|, ?\(?[\w\-]+\)?"
    r"| \([\w\-]+(?:: ?[\d.]+)?\)){0,4}),?$"
)
_OIL = re.compile(r"Outgoing interface list: \(count: (\d{1,6})\)(?: \([^)]{1,40}\))?$")
_OIF = re.compile(rf"([A-Za-z][\w./:\-]{{0,60}}), uptime: ({TIMER})(?:, ?(.{{0,80}}))?$")
_WORD = re.compile(r"[\w\-]+")
_NONE = re.compile(r"(?:No (?:matching )?(?:mroute|route|entries)|Group(?: \S+)? not found)", re.I)


class _Reader:
    """One pass; an entry belongs to the VRF whose heading stands above it."""

    def __init__(self, page: Clean) -> None:
        self.page = page
        self.vrf: str | None = None
        self.entries: list[MrouteEntry] = []
        self.entry: MrouteEntry | None = None
        self.count: tuple[int, int] | None = None  # what the device announced, and where
        self.none = False
        self.skipped: list[int] = []

    def read(self) -> Mroute:
        for number, text in self.page.lines:
            self._line(number, text.strip())
        self._close(last=True)
        if not self.entries:
            self._check_empty()
        return Mroute(
            enabled=True, entries=self.entries, at=self.page.all(), unread=self.page.spans(sorted(self.skipped))
        )

    def _line(self, number: int, body: str) -> None:
        if body[0] == "(":
            self._open(number, body)
        elif match := _VRF.match(body):
            self._close(last=False)
            self.vrf = match[1]
        elif self.entry is not None and self._detail(self.entry, number, body):
            self.entry["at"][0][2] = number
        elif _NONE.match(body):
            self.none = True
        else:
            self.skipped.append(number)

    def _open(self, number: int, body: str) -> None:
        self._close(last=False)
        match = _HEAD.match(body)
        if match is None or not address(match["group"]):
            self.skipped.append(number)
            return
        self.entry = _new_entry(match, self.vrf or "default", self.page.at(number))
        self.entries.append(self.entry)

    def _detail(self, entry: MrouteEntry, number: int, body: str) -> bool:
        if match := _OIF.match(body):
            entry["oil"].append(_oif(match, self.page.at(number)))
        elif match := _INCOMING.match(body):
            return _set_incoming(entry, match)
        elif match := _OIL.match(body):
            self.count = (int(match[1]), number)
            entry["oil_null"] = match[1] == "0"
        else:
            return False
        return True

    def _close(self, *, last: bool) -> None:
        """Compare the announced number of interfaces with those read."""
        entry, count = self.entry, self.count
        self.entry = self.count = None
        if entry is None:
            return
        whole = entry["rpf_neighbor"] is not None and count is not None and count[0] == len(entry["oil"])
        if last and not whole:
            raise ParseFailure("the output ends inside an entry", self.page.part, self.page.lines[-1][0])
        if not whole:
            self.skipped.append(count[1] if count else entry["at"][0][1])

    def _check_empty(self) -> None:
        if self.vrf is None and not self.none:
            fail_unknown(self.page)
        if self.skipped:
            raise ParseFailure("no entry could be read", self.page.part, self.skipped[0])


def _new_entry(match: re.Match[str], vrf: str, at: list[list[int]]) -> MrouteEntry:
    entry = new_entry(match["source"], match["group"], int(match["length"] or 32), vrf=vrf, at=at)
    entry["uptime"], entry["expires"] = seconds(match["up"]), seconds(match["exp"]) if match["exp"] else None
    entry["bidir"] = match["bidir"] is not None
    return entry


def _set_incoming(entry: MrouteEntry, match: re.Match[str]) -> bool:
    neighbor = address(match[2])
    if neighbor is None:
        return False
    entry["incoming_interface"] = canonical(Platform.NXOS, match[1])
    # On the first-hop router NX-OS names the source itself as its neighbor; the normal form is "none needed".
    entry["rpf_neighbor"] = NO_ADDRESS if neighbor == entry["source"] else neighbor
    return True


def _oif(match: re.Match[str], at: list[list[int]]) -> OutgoingInterface:
    return OutgoingInterface(
        interface=canonical(Platform.NXOS, match[1]),
        next_hop=None,
        state=None,
        mode=None,
        uptime=seconds(match[2]),
        expires=None,
        flags=_WORD.findall(match[3] or ""),
        at=at,
    )


def parse(pages: Sequence[Clean]) -> Mroute:
    """Read ``show ip mroute [G [S]] [vrf V]``; flags of an outgoing interface are its owners (``pim``, ``igmp`` ...).

    Raises:
        ParseFailure: neither entry nor VRF heading, or the text ends inside an entry.
    """
    return _Reader(one_page(pages)).read()


_GROUP = re.compile(rf"Group: ({IPV4})(?:/\d{{1,2}})?, Source count: \d+")
_SOURCE = re.compile(
    rf"(?P<source>\(\*, ?G\)|{IPV4})\s+(?P<packets>\d+)\s+\d+\s+\d+\s+(?P<rate>\d+)\s+[\d.]+\s+[kMG]?bps\s+\d+$"
)
_COUNT_KNOWN = re.compile(r"(?:Total number|Group count|Source\s+packets|Bytes|\(\*|Note|Table)", re.I)


def parse_count(pages: Sequence[Clean]) -> MrouteCounts:
    """Read ``show ip mroute [G] summary``; NX-OS has no RPF-failure counter here (``None``).

    Raises:
        ParseFailure: neither heading nor counters were recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    sources: list[MrouteCount] = []
    group = ""
    for number, text in page.lines:
        body = text.strip()
        if match := _GROUP.match(body):
            group, reading.seen = match[1], True
        elif group and (match := _SOURCE.match(body)):
            reading.row()
            sources.append(_count(match, group, page.at(number)))
        elif _VRF.match(body):
            group, reading.seen = "", True
        elif not _COUNT_KNOWN.match(body):
            reading.skip(number)
    return MrouteCounts(sources=sources, at=page.all(), unread=reading.unread())


def _count(match: re.Match[str], group: str, at: list[list[int]]) -> MrouteCount:
    return MrouteCount(
        source="*" if match["source"].startswith("(") else match["source"],
        group=group,
        packets=int(match["packets"]),
        rate=int(match["rate"]),
        rpf_failed=None,
        last_used=None,
        other_drops=None,
        at=at,
    )
