"""``show ip rip status`` and ``show ip rip`` of FRRouting (ripd has neither JSON nor automatic summarization).

Shapes: recordings of 8.4, and the printing code of ripd (https://github.com/FRRouting/frr, ripd/ripd.c).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.rip import RipDatabase, RipEntry, RipHop, RipProcess
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.config import parse_blocks
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import ConfigLine
from troubleshoot.parsing.rip_process import RipDraft
from troubleshoot.parsing.table import Reading, fail_unknown, read_table
from troubleshoot.parsing.values import IPV4, TIMER, prefix

_FIRST = re.compile(r'Routing Protocol is "rip"$')
_FILTER = re.compile(r"(Incoming|Outgoing) update filter list for all interfaces? is (.{1,160})$")
_ON = re.compile(r"(\S{1,40}) filtered by (.{1,160})$")
_NAME = re.compile(r"(?:\(prefix-list\) )?([^\s,]{1,64})(?:, |$)")
_VERSION = re.compile(r"Default version control: send version (\d), receive (?:version \d|any version)$")
_TIMERS = re.compile(r"Timeout after (\d{1,9}) seconds, garbage collect after \d{1,9}")
_ROW = re.compile(r"(\S{1,40}) +(\d(?: \d)?|none) +(\d(?: \d)?|none)(?: +(\S{1,64}))?$")
_GATEWAY = re.compile(rf"({IPV4}) +(\d{{1,10}}) +(\d{{1,10}}) +\d{{1,3}} +({TIMER})$")
_SECTIONS = {
    "Routing for Networks:": "networks",
    "Passive Interface(s):": "passive",
    "Routing Information Sources:": "sources",
}
_KNOWN = re.compile(
    r"Sending updates every|Default redistribution metric|Redistributing:|Distance: \(|Interface +Send +Recv"
    r"|Gateway +BadPackets"
)
_PATHS = re.compile(r"allow-ecmp(?: (\d{1,3}))?$")


def parse_process(pages: Sequence[Clean]) -> RipProcess:
    """Read ``show ip rip status`` and, where it is given as well, ``show running-config``.

    The status names a key chain, but no other authentication, and no number of paths: those come from the
    configuration. Without RIP ripd prints nothing at all, which is *cannot tell*.

    Raises:
        ParseFailure: the first text is no such status or has no end, or there are more than two outputs.
    """
    if len(pages) not in (1, 2):
        raise ParseFailure(f"expected the status and the configuration, got {len(pages)} outputs")
    page = pages[0]
    if not page.lines or not _FIRST.match(page.lines[0][1].strip()):
        fail_unknown(page)
    reading = _Status(page)
    for number, text in page.lines[1:]:
        reading.line(number, text.strip())
    if not reading.ended:
        raise ParseFailure("the status is not whole", page.part, page.lines[-1][0])
    if len(pages) == 2:
        reading.configuration(parse_blocks(pages[1:])["lines"])
    return reading.record(running=True)


class _Status(RipDraft):
    def __init__(self, page: Clean) -> None:
        super().__init__(Platform.FRR, page)
        self.auto_summary = False
        self.ended = False
        self._section = ""
        self._direction = ""

    def line(self, number: int, body: str) -> None:
        """Take one line."""
        if body in _SECTIONS:
            self._section = _SECTIONS[body]
        elif not (self._setting(number, body) or self._row(number, body) or _KNOWN.match(body)):
            self.unread.append(number)
        self.ended = self.ended or body.startswith("Distance: (")

    def _setting(self, number: int, body: str) -> bool:
        if match := _FILTER.match(body):
            self._direction = "in" if match[1] == "Incoming" else "out"
            self._filters(number, None, "" if match[2] == "not set" else match[2])
        elif match := _ON.match(body):
            self._filters(number, match[1], "" if match[2] == "nothing" else match[2])
        elif match := _VERSION.match(body):
            self.version = match[1]
        elif match := _TIMERS.match(body):
            self.invalid = int(match[1])
        else:
            return False
        return True

    def _filters(self, number: int, interface: str | None, names: str) -> None:
        for name in _NAME.findall(names):
            self.add_filter(self.page.at(number), self._direction, interface, name)

    def _row(self, number: int, body: str) -> bool:
        if self._section == "sources" and (match := _GATEWAY.match(body)):
            self.add_gateway(self.page.at(number), match[1], match[4], (int(match[2]), int(match[3])))
        elif self._section == "networks" and re.fullmatch(rf"{IPV4}(?:/\d\d?)?|[A-Za-z]\S{{0,40}}", body):
            self.networks.append(body)
        elif self._section == "passive" and re.fullmatch(r"\S{1,40}", body):
            self._passive(number, body)
        elif not self._section and (match := _ROW.match(body)):
            self.add_interface(self.page.at(number), match[1], match[2], match[3], match[4], passive=False)
        else:
            return False
        return True

    def _passive(self, number: int, name: str) -> None:
        known = next((item for item in self.interfaces if item["interface"] == name), None)
        if known is None:
            self.add_interface(self.page.at(number), name, None, None, None, passive=True)
        else:
            known["passive"] = True
            known["at"] = [*known["at"], *self.page.at(number)]

    def configuration(self, lines: Sequence[ConfigLine]) -> None:
        """Add what only the configuration says. Authentication without a chain is shown as ``(string)``, never more."""
        inside = [line for line in lines if line["section"] == "router rip"]
        if not inside:
            raise ParseFailure("the configuration has no router rip", lines[0]["at"][0][0] if lines else 1)
        limit = next((match for line in inside if (match := _PATHS.match(line["text"]))), None)
        self.maximum_paths = 1 if limit is None else int(limit[1]) if limit[1] else None
        for item in self.interfaces:
            own = [line for line in lines if line["section"] == f"interface {item['interface']}"]
            proof = [line for line in own if line["text"].startswith("ip rip authentication ")]
            item["key_chain"] = item["key_chain"] or ("(string)" if proof else "none")
            item["at"] = [*item["at"], *(cite for line in proof for cite in line["at"])]


# --- the database -------------------------------------------------------------------------------------------------

_HEADING = (re.compile(r"Network +Next Hop +Metric From +Tag Time"),)
_LEGEND = re.compile(r"Codes: |Sub-codes:|\(\w\) - |.{0,60}\b\w - ")
_ENTRY = re.compile(
    rf"\S\((\w)\) +({IPV4}/\d\d?) +({IPV4}|blackhole|V6 Address Hidden) +(\d{{1,2}})"
    rf" +(self(?: \(\w{{1,20}}:\d{{1,10}}\))?|{IPV4}) +\d{{1,10}}(?: +\d\d:\d\d)?$"
)
_INFINITY = 16


def parse_database(pages: Sequence[Clean]) -> RipDatabase:
    """Read ``show ip rip``. A way that has run out stands there with the metric 16 for a while: it is no way.

    Raises:
        ParseFailure: there is neither the heading nor a row, or a row cannot be read.
    """
    if len(pages) != 1:
        raise ParseFailure(f"expected one output, got {len(pages)}")
    reading = Reading(pages[0])
    entries: dict[str, RipEntry] = {}
    for number, match in read_table(reading, _HEADING, _ENTRY, _LEGEND):
        shown = prefix(match[2])
        if shown is None:
            reading.skip(number)
            continue
        _add(entries.setdefault(shown, _blank(shown)), match, pages[0].at(number))
    return RipDatabase(entries=list(entries.values()), at=pages[0].all(), unread=reading.unread())


def _blank(shown: str) -> RipEntry:
    return RipEntry(prefix=shown, connected=False, summary=False, metric=None, hops=[], at=[])


def _add(entry: RipEntry, match: re.Match[str], at: list[list[int]]) -> None:
    own, metric = match[5].startswith("self"), int(match[4])
    entry["at"] += at
    entry["metric"] = metric if entry["metric"] is None else min(metric, entry["metric"])
    entry["connected"] = entry["connected"] or (own and metric < _INFINITY)
    entry["hops"] += _hops(match, at) if not own and metric < _INFINITY else []


def _hops(match: re.Match[str], at: list[list[int]]) -> Iterator[RipHop]:
    """The column `Time` is what is left of the way's life, not its age."""
    yield RipHop(address=match[5], interface=None, age=None, at=at)
