"""``show pim join extensive`` and ``show multicast route extensive`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.mroute_entry import new_entry
from troubleshoot.parsing.records import Mroute, MrouteCount, MrouteCounts, MrouteEntry, OutgoingInterface
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, address, seconds

_INSTANCE = re.compile(r"Instance: (?:PIM\.)?(\S{1,64}) Family: INET\b(?!6)")
_OTHER_FAMILY = re.compile(r"Instance: \S{1,64} Family: INET6")
_GROUP = re.compile(rf"Group: ({IPV4})(?:/(\d{{1,2}}))?$")
_FIELD = re.compile(r"([A-Z][A-Za-z/\- ]{1,40}): ?(.{0,200})$")
_NEIGHBOR = re.compile(rf"({IPV4}) State: (\S{{1,20}}) Flags: ([A-Za-z]{{0,8}})\s+Timeout: (\S{{1,20}})$")
_NEIGHBOR_TIMES = re.compile(rf"Uptime: ({TIMER}) Time since last (?:Join|Prune): \S+$")
_LEGEND = re.compile(r"(?:[A-Z] = |S = Sparse|Interface: Pseudo|\S+ Timeout:)")
_IGNORED = frozenset(
    (
        "Upstream rendezvous point", "Keepalive timeout", "Number of downstream interfaces",
        "Number of downstream neighbors", "Downstream neighbors", "Bidirectional accepting interfaces", "Timeout",
        "Upstream upstream protocol", "Upstream protocol", "Time since last",
        "Assert Timeout", "Assert timeout", "Downstream interfaces", "Upstream assert", "Last",
    )
)  # fmt: skip


class _Reader:
    """One pass; ``entry`` is the source being filled, ``inside`` its downstream interface."""

    def __init__(self, page: Clean) -> None:
        self.page = page
        self.vrf = "default"
        self.group: tuple[str, int] | None = None
        self.entries: list[MrouteEntry] = []
        self.entry: MrouteEntry | None = None
        self.inside: str | None = None
        self.seen = False
        self.foreign = False
        self.skipped: list[int] = []

    def read(self) -> Mroute:
        for number, text in self.page.lines:
            self._line(number, text.strip())
        self._check()
        return Mroute(enabled=True, entries=self.entries, at=self.page.all(), unread=self.page.spans(self.skipped))

    def _check(self) -> None:
        if not self.seen and not self.entries:
            fail_unknown(self.page)
        if not self.entries and (self.skipped or self.group):
            raise ParseFailure("no entry could be read", self.page.part, self.page.lines[-1][0])
        last = self.entries[-1] if self.entries else None
        if last is not None and (last["incoming_interface"] is None or last["rpf_neighbor"] is None):
            raise ParseFailure("the output ends inside an entry", self.page.part, self.page.lines[-1][0])

    def _line(self, number: int, body: str) -> None:
        if match := _INSTANCE.match(body):
            self.vrf = "default" if match[1] == "master" else match[1]
            self.seen, self.foreign, self.entry, self.group = True, False, None, None
        elif _OTHER_FAMILY.match(body):
            self.foreign, self.entry = True, None
        elif self.foreign:
            return
        elif match := _GROUP.match(body):
            self.group, self.entry = (match[1], int(match[2] or 32)), None
        elif not self._source(number, body) and not self._detail(number, body) and not _LEGEND.match(body):
            self.skipped.append(number)

    def _source(self, number: int, body: str) -> bool:
        name, _, value = body.partition(": ")
        if name != "Source" or self.group is None or not (value == "*" or address(value.partition("/")[0])):
            return False
        self.entry = new_entry(value.partition("/")[0], *self.group, vrf=self.vrf, at=self.page.at(number))
        self.inside = None
        self.entries.append(self.entry)
        return True

    def _detail(self, number: int, body: str) -> bool:
        entry = self.entry
        if entry is None:
            return False
        if match := _NEIGHBOR.match(body):
            known = self._neighbor(entry, match, number)
        elif (match := _NEIGHBOR_TIMES.match(body)) and self.inside and entry["oil"]:
            entry["oil"][-1]["uptime"] = seconds(match[1])
            known = True
        else:
            match = _FIELD.match(body)
            known = match is not None and self._field(entry, match[1], match[2].strip())
        if known:
            entry["at"][0][2] = number
        return known

    def _neighbor(self, entry: MrouteEntry, match: re.Match[str], number: int) -> bool:
        if self.inside is None:
            return False
        oif = OutgoingInterface(
            interface=self.inside,
            next_hop=address(match[1]),
            state=match[2],
            mode=None,
            uptime=None,
            expires=int(match[4]) if match[4].isdigit() else None,
            flags=list(match[3]),
            at=self.page.at(number),
        )
        entry["oil"].append(oif)
        return True

    def _field(self, entry: MrouteEntry, name: str, value: str) -> bool:
        if name == "Upstream interface":
            entry["incoming_interface"] = _incoming(entry, value)
        elif name == "Upstream neighbor":
            entry["rpf_neighbor"] = _neighbor(value)
            return entry["rpf_neighbor"] is not None
        elif name == "Interface":
            self.inside = value.split(" ")[0]
        elif name == "RP":
            entry["rp"] = address(value)
        elif name == "Flags":
            entry["flags"] = [flag for flag in value.split(",") if flag]
            entry["bidir"] = "bidirectional" in entry["flags"]
        elif name == "Uptime" and self.inside is None:
            entry["uptime"] = seconds(value)
        elif name == "Upstream state":
            entry["registering"] = "Register" in value
        elif name == "Number of downstream interfaces":
            entry["oil_null"] = value == "0"
        else:
            return name in _IGNORED
        return True


def _incoming(entry: MrouteEntry, value: str) -> str:
    """``unknown (no nexthop)`` accepts the stream nowhere; ``Local`` is the root of the shared tree, as IOS Null."""
    if value.lower().startswith("unknown"):
        entry["rpf_neighbor"] = NO_ADDRESS
        return "Null"
    return "Null" if value == "Local" else value.split(" ")[0]


def _neighbor(value: str) -> str | None:
    if value.split(" ")[0].lower() in ("direct", "local", "unknown"):
        return NO_ADDRESS
    return address(value.split(" ")[0])


def parse(pages: Sequence[Clean]) -> Mroute:
    """Read ``show pim join extensive [G]``; each downstream neighbor is one outgoing interface.

    Raises:
        ParseFailure: neither instance heading nor entry, or the text ends inside an entry.
    """
    return _Reader(one_page(pages)).read()


_COUNT_HEADING = re.compile(r"(?:Instance: \S{1,64} )?Family: INET\b")
_SOURCE = re.compile(rf"Source: ({IPV4}|\*)(?:/\d{{1,2}})?$")
_STATISTICS = re.compile(r"Statistics: \d+ [kMG]?Bps, (\d+) pps, (\d+) packets$")
_WRONG = re.compile(r"Wrong incoming interface notifications: (\d+)$")
_DETAIL = re.compile(r"(?:[A-Z][A-Za-z/\- ]{1,50}:|[a-z][\w\-/.]{1,40}$|\S.{0,80}(?:\.\d+) ?\S*$|[A-Z] = )")


def parse_count(pages: Sequence[Clean]) -> MrouteCounts:
    """Read ``show multicast route [group G] extensive``.

    Raises:
        ParseFailure: neither heading nor counters were recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    sources: list[MrouteCount] = []
    group, source = "", ""
    for number, text in page.lines:
        body = text.strip()
        if match := _GROUP.match(body):
            group, source = match[1], ""
        elif match := _SOURCE.match(body):
            source = match[1]
        elif group and source and (match := _STATISTICS.match(body)):
            reading.row()
            sources.append(_count(match, source, group, page.at(number)))
        elif sources and (match := _WRONG.match(body)):
            sources[-1]["rpf_failed"], sources[-1]["at"][0][2] = int(match[1]), number
        elif _COUNT_HEADING.match(body):
            reading.seen = True
        elif not _DETAIL.match(body):
            reading.skip(number)
    if group and not sources:
        raise ParseFailure("the counters of the group are missing", page.part, page.lines[-1][0])
    return MrouteCounts(sources=sources, at=page.all(), unread=reading.unread())


def _count(match: re.Match[str], source: str, group: str, at: list[list[int]]) -> MrouteCount:
    return MrouteCount(
        source=source,
        group=group,
        packets=int(match[2]),
        rate=int(match[1]),
        rpf_failed=None,
        other_drops=None,
        last_used=None,
        at=at,
    )
