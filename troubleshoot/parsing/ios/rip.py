"""``show ip protocols`` (the RIP part) and ``show ip rip database`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.rip import (
    RipDatabase,
    RipEntry,
    RipHop,
    RipProcess,
)
from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.rip_process import RipDraft
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, TIMER, prefix, seconds

_PROTOCOL = re.compile(r'Routing Protocol is "(.{1,40})"')
_NOTHING = re.compile(r"\*{3} IP Routing is NSF aware \*{3}$")  # all that is there without a protocol
_FILTER = re.compile(r"(Incoming|Outgoing) update filter list for all interfaces is (.{1,80})$")
_ON = re.compile(r"(\S{1,40}) filtered by (\(prefix-list\) )?([^\s,]{1,64})")
_VERSION = re.compile(r"Default version control: send version (\d), receive (?:version (\d)|any version)")
_TIMERS = re.compile(r"Invalid after (\d{1,6}) seconds, hold down \d{1,6}, flushed after \d{1,6}")
_ROW = re.compile(r"(\S{1,40}) {2,}(\d(?: \d)?) {2,}(\d(?: \d)?) {2,}(?:Yes|No)? *(\S{1,64})?$")
_SUMMARY = re.compile(r"Automatic network summarization is (not )?in effect")
_PATHS = re.compile(r"Maximum path: (\d{1,3})$")
_GATEWAY = re.compile(rf"({IPV4}) +(\d{{1,3}}) +({TIMER})$")
_SECTIONS = {
    "Routing for Networks:": "networks",
    "Passive Interface(s):": "passive",
    "Routing Information Sources:": "sources",
}
_HEADING = re.compile(r"(?:Interface +Send +Recv|Gateway +Distance +Last Update|Distance: \(default)")
_KNOWN = re.compile(
    r"Sending updates every|Redistributing:|Distance:|Address Summarization|.*IP Routing is NSF aware|"
    r"Outgoing update|Incoming update|Neighbor\(s\):|Routing on Interfaces"
)


def parse_process(pages: Sequence[Clean]) -> RipProcess:
    """Read ``show ip protocols``; only the block under ``Routing Protocol is "rip"`` counts.

    Raises:
        ParseFailure: the text names no routing protocol, or the RIP block has no end.
    """
    page = one_page(pages)
    blocks = _blocks(page)
    if not blocks and not any(_NOTHING.match(text.strip()) for _, text in page.lines):
        fail_unknown(page)
    block = blocks.get("rip")
    reading = _Process(page)
    if block is None:
        return reading.record(running=False)
    for number, text in block:
        reading.line(number, text.strip())
    if not reading.ended:
        raise ParseFailure("the part about RIP is not whole", page.part)
    return reading.record(running=True)


def _blocks(page: Clean) -> dict[str, list[Line]]:
    blocks: dict[str, list[Line]] = {}
    current: list[Line] | None = None
    for number, text in page.lines:
        found = _PROTOCOL.match(text.strip())
        if found:
            current = blocks.setdefault(found[1], [])
        elif current is not None:
            current.append((number, text))
    return blocks


class _Process(RipDraft):
    def __init__(self, page: Clean) -> None:
        super().__init__(Platform.IOS, page)
        self.ended = False
        self._section = ""
        self._direction = ""

    def line(self, number: int, body: str) -> None:
        """Take one line of the block."""
        if body in _SECTIONS:
            self._section = _SECTIONS[body]
        elif self._setting(number, body) or self._row(number, body) or _KNOWN.match(body):
            self.ended = self.ended or body.startswith("Distance:")
        elif not _HEADING.match(body):
            self.unread.append(number)

    def _setting(self, number: int, body: str) -> bool:
        if match := _FILTER.match(body):
            self._direction = "in" if match[1] == "Incoming" else "out"
            if match[2] != "not set":
                self.add_filter(self.page.at(number), self._direction, None, match[2].removeprefix("(prefix-list) "))
        elif match := _ON.match(body):
            self.add_filter(self.page.at(number), self._direction, match[1], match[3])
        elif match := _VERSION.match(body):
            self.version = match[1] if match[2] else "default"
        elif match := _TIMERS.match(body):
            self.invalid = int(match[1])
        elif match := _SUMMARY.match(body):
            self.auto_summary = match[1] is None
        elif match := _PATHS.match(body):
            self.maximum_paths = int(match[1])
        else:
            return False
        return True

    def _row(self, number: int, body: str) -> bool:
        at = self.page.at(number)
        if self._section == "sources" and (match := _GATEWAY.match(body)):
            self.add_gateway(at, match[1], match[3])
        elif self._section == "networks" and re.fullmatch(rf"{IPV4}(?:/\d\d?)?", body):
            self.networks.append(body)
        elif self._section == "passive" and re.fullmatch(r"[A-Za-z]\S{1,40}", body):
            self.add_interface(at, body, None, None, None, passive=True)
        elif not self._section and (match := _ROW.match(body)):
            self.add_interface(at, match[1], match[2], match[3], match[4] or "none", passive=False)
        else:
            return False
        return True


# --- the database -------------------------------------------------------------------------------------------------

_NETWORK = re.compile(
    rf"({IPV4}/\d\d?)(?: +(auto-summary|int-summary|directly connected, (\S{{1,40}})|redistributed))?$"
)
_VIA = re.compile(rf"\[(\d{{1,2}})\] via ({IPV4})(?:, from {IPV4})?, ({TIMER}), (\S{{1,40}})$")
_NONE = re.compile(r"%?\s?Route not in database")


def parse_database(pages: Sequence[Clean]) -> RipDatabase:
    """Read ``show ip rip database [PREFIX MASK]``.

    Raises:
        ParseFailure: nothing was recognised, or a network has neither a way nor a word about itself.
    """
    page = one_page(pages)
    if any(_NONE.match(text.strip()) for _, text in page.lines):
        return RipDatabase(entries=[], at=page.all(), unread=[])
    entries, unread = list[RipEntry](), list[int]()
    for number, text in page.lines:
        if not _database_line(page, entries, number, text.strip()):
            unread.append(number)
    if not entries:
        fail_unknown(page)
    bare = next((entry for entry in entries if not (entry["connected"] or entry["summary"] or entry["hops"])), None)
    if bare is not None:
        raise ParseFailure(f"{bare['prefix']} has no way to it: the text is cut", page.part, bare["at"][0][1])
    return RipDatabase(entries=entries, at=page.all(), unread=page.spans(unread))


def _database_line(page: Clean, entries: list[RipEntry], number: int, body: str) -> bool:
    if match := _NETWORK.match(body):
        shown = prefix(match[1])
        if shown is None:
            return False
        word = match[2] or ""
        entries.append(
            RipEntry(
                prefix=shown,
                connected=word.startswith(("directly", "redistributed")),
                summary=word.endswith("summary"),
                metric=None,
                hops=[],
                at=page.at(number),
            )
        )
    elif entries and (match := _VIA.match(body)):
        entry = entries[-1]
        entry["metric"] = int(match[1])
        entry["hops"].append(
            RipHop(
                address=match[2],
                interface=canonical(Platform.IOS, match[4]),
                age=seconds(match[3]),
                at=page.at(number),
            )
        )
        entry["at"] = [*entry["at"], *page.at(number)]
    else:
        return False
    return True
