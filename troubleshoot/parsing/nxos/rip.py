"""RIP of NX-OS: it speaks version 2 only, never sums up by itself, and is configured on its interfaces.

Shapes: public recordings of ``show ip rip``, ``show ip rip interface`` and ``show ip rip route``; ``show ip rip
neighbor`` after Cisco's command reference, so that anything unexpected in it is a failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.rip import RipDatabase, RipEntry, RipHop, RipProcess
from troubleshoot.parsing.clean import Clean, Line
from troubleshoot.parsing.config import parse_blocks
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import ConfigLine
from troubleshoot.parsing.rip_process import RipDraft
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, TIMER, prefix

_PROCESS = re.compile(r'Process Name "(.{1,40})" VRF "(.{1,40})"$')
_STATE = re.compile(r"Process is (\S.{0,60})$")
_TIMERS = re.compile(r"Updates every \d{1,9} sec, expire in (\d{1,9}) sec")
_PATHS = re.compile(r"Max-paths: (\d{1,3})$")
_INTERFACE = re.compile(r"(\S{1,40}), protocol-\w+/link-\w+/admin-\w+, RIP state ?: ?(\w{1,20})$")
_ADDRESS = re.compile(
    rf"address/mask {IPV4}/\d\d?, metric \d{{1,2}}(?:, (?:split-horizon|poison-reverse))*"
    r"(, passive \(no outbound updates\))?$"
)
_NAME = re.compile(r"(?!None$)[A-Za-z][A-Za-z-]{1,20}[\d./]{1,20}$")
_LISTED = re.compile(r"Interfaces supported by ipv4 RIP ?:$")
_SECURITY = re.compile(r"Authentication Mode: (\S{1,20}) +Keychain: (\S{1,64})$")
_COUNT = re.compile(r"RIP Neighbor Information \(number of neighbors = (\d{1,5})\)")
_NEIGHBOR = re.compile(rf"({IPV4}), [A-Za-z]\S{{1,40}}$")
_HEARD = re.compile(rf"Last Response sent/received: \S{{1,16}}/({TIMER}|dead)$")
_OLD = "00:05:01"  # "dead" is written for more than 300 s
_BAD = re.compile(r"Bad (Pkts|Routes) Received: (\d{1,10})$")
_FILTER = re.compile(r"ip rip route-filter (?:prefix-list|route-map) (\S{1,64}) (in|out)$")


def parse_process(pages: Sequence[Clean]) -> RipProcess:
    """Read ``show ip rip``, ``show ip rip interface``, ``show ip rip neighbor`` and ``show running-config rip``.

    The first two show neither who sends updates nor what is filtered, and a list without them would say that nobody
    does and nothing is.

    Raises:
        ParseFailure: not all four are there, one of them is not what it should be, or the neighbors are not as many as
            their heading says.
    """
    if len(pages) != 4:
        raise ParseFailure(
            f"expected process, interfaces, neighbors and configuration of RIP, got {len(pages)} outputs"
        )
    draft = _Rip(pages[0])
    running = draft.process()
    draft.interface_page(pages[1])
    draft.neighbor_page(pages[2])
    draft.configuration(parse_blocks(pages[3:])["lines"], pages[3])
    record = draft.record(running=running)
    record["at"] = [cite for page in pages for cite in page.all()]
    return record


def _block(page: Clean) -> list[Line]:
    """The lines of the default VRF; those of the only VRF where another one was asked for."""
    blocks: dict[str, list[Line]] = {}
    for number, text in page.lines:
        if match := _PROCESS.match(text.strip()):
            if match[2] in blocks:
                raise ParseFailure("two RIP processes in one VRF", page.part, number)
            blocks[match[2]] = []
        elif blocks:
            blocks[list(blocks)[-1]].append((number, text.strip()))
    if not blocks:
        fail_unknown(page)
    if "default" not in blocks and len(blocks) > 1:
        raise ParseFailure("RIP of several VRFs, none of them the default one", page.part)
    return blocks.get("default", blocks[next(iter(blocks))])


class _Rip(RipDraft):
    def __init__(self, page: Clean) -> None:
        super().__init__(Platform.NXOS, page)
        self.version, self.auto_summary = "2", False
        self._listed: set[str] = set()

    def process(self) -> bool:
        """Read the process; return whether it runs."""
        state, listing = None, False
        for _, text in _block(self.page):
            if match := _TIMERS.match(text):
                self.invalid = int(match[1])
            elif match := _PATHS.match(text):
                self.maximum_paths = int(match[1])
            elif match := _STATE.match(text):
                state = match[1]
            elif listing and _NAME.match(text):
                self._listed.add(canonical(Platform.NXOS, text))
                continue
            listing = _LISTED.match(text) is not None
        if state is None:
            raise ParseFailure("the process does not say whether it runs", self.page.part)
        return state.startswith("up")

    def interface_page(self, page: Clean) -> None:
        """Read the interfaces on which RIP is up. Raises ParseFailure where one that the process lists is missing."""
        up, bare, seen = False, False, set[str]()
        for number, text in _block(page):
            address = _ADDRESS.match(text)
            if bare and address is None:
                raise ParseFailure("an interface of RIP without its address", page.part, number)
            if address and up:
                bare = False
                self.interfaces[-1]["passive"] = address[1] is not None
                self.interfaces[-1]["at"][0][2] = number
            elif match := _INTERFACE.match(text):
                up = bare = match[2] == "up"
                seen.add(canonical(Platform.NXOS, match[1]))
                if up:
                    self.add_interface(page.at(number), match[1], "2", "2", "none", passive=False)
            elif up and (match := _SECURITY.match(text)):
                self._secure(match[1], match[2])
        if bare or not self._listed <= seen:
            raise ParseFailure("not all interfaces of RIP are there", page.part)

    def _secure(self, mode: str, chain: str) -> None:
        """A mode without a key chain may or may not keep updates out: the output does not say."""
        unclear = mode != "none" and chain == "none"
        self.interfaces[-1]["key_chain"] = "none" if mode == "none" else None if unclear else chain

    def neighbor_page(self, page: Clean) -> None:
        """Read who sends updates. Raises ParseFailure where the number differs from that of the heading."""
        lines = _block(page)
        count = next((int(match[1]) for _, text in lines if (match := _COUNT.match(text))), None)
        for first, found in _neighbors(lines):
            heard = next((match[1] for text in found if (match := _HEARD.match(text))), None)
            bad = {match[1]: int(match[2]) for text in found if (match := _BAD.match(text))}
            if heard is None or len(bad) != 2:
                raise ParseFailure("a neighbor lacks its last response or its counters", page.part, first)
            at, counts = page.at(first, first + len(found) - 1), (bad["Pkts"], bad["Routes"])
            self.add_gateway(at, found[0].partition(",")[0], _OLD if heard == "dead" else heard, counts)
        if count != len(self.gateways):
            raise ParseFailure(f"{len(self.gateways)} neighbors, the heading says {count}", page.part)

    def configuration(self, lines: Sequence[ConfigLine], page: Clean) -> None:
        """Add the filters, which only the configuration shows."""
        sections = {line["section"] for line in lines if line["text"].startswith("ip router rip ")}
        missing = [item["interface"] for item in self.interfaces if f"interface {item['interface']}" not in sections]
        if missing or not any(line["text"] == "feature rip" for line in lines):
            raise ParseFailure("the configuration of RIP is not whole", page.part)
        for line in lines:
            if match := _FILTER.match(line["text"]):
                self.add_filter(line["at"], match[2], line["section"].removeprefix("interface "), match[1])


def _neighbors(lines: Sequence[Line]) -> Iterator[tuple[int, list[str]]]:
    """The first line of each neighbor, and its texts."""
    found: list[tuple[int, list[str]]] = []
    for number, text in lines:
        if _NEIGHBOR.match(text):
            found.append((number, []))
        if found:
            found[-1][1].append(text)
    return iter(found)


# --- the database -------------------------------------------------------------------------------------------------

_ENTRY = re.compile(rf">? ?({IPV4}/\d\d?) next-hops (\d{{1,3}})$")
_VIA = re.compile(
    rf"via ({IPV4})(?: (\S{{1,40}}))?, metric (\d{{1,2}}), tag \d{{1,10}}"
    rf"(?:, (direct route|redistributed route|timeout {TIMER}).{{0,40}})?$"
)
_LEGEND = re.compile(r"RIP routing table|> ?- indicates|Process Name ")
_INFINITY = 16


def parse_database(pages: Sequence[Clean]) -> RipDatabase:
    """Read ``show ip rip route``.

    Raises:
        ParseFailure: it is not the table, or a network has fewer ways than it says.
    """
    page = one_page(pages)
    entries, unread, wanted = list[RipEntry](), list[int](), list[int]()
    for number, text in _block(page):
        if match := _ENTRY.match(text):
            entries.append(_entry(page, number, match))
            wanted.append(int(match[2]))
        elif entries and (match := _VIA.match(text)):
            _add(entries[-1], match, page.at(number))
        elif not _LEGEND.match(text):
            unread.append(number)
    _whole(page, entries, wanted)
    return RipDatabase(entries=entries, at=page.all(), unread=page.spans(unread))


def _entry(page: Clean, number: int, match: re.Match[str]) -> RipEntry:
    shown = prefix(match[1])
    if shown is None:
        raise ParseFailure("not a prefix", page.part, number)
    return RipEntry(prefix=shown, connected=False, summary=False, metric=None, hops=[], at=page.at(number))


def _add(entry: RipEntry, match: re.Match[str], at: list[list[int]]) -> None:
    """`timeout` is what is left of the way's life, not its age."""
    metric, own = int(match[3]), (match[4] or "").endswith("route")
    entry["at"] += at
    entry["metric"] = metric if entry["metric"] is None else min(metric, entry["metric"])
    entry["connected"] = entry["connected"] or own
    if not own and metric < _INFINITY:
        where = canonical(Platform.NXOS, match[2]) if match[2] else None
        entry["hops"].append(RipHop(address=match[1], interface=where, age=None, at=at))


def _whole(page: Clean, entries: Sequence[RipEntry], wanted: Sequence[int]) -> None:
    for entry, count in zip(entries, wanted, strict=True):
        shown = len(entry["at"]) - 1
        if shown < count or not shown:
            raise ParseFailure(
                f"{entry['prefix']} has {shown} ways of {count}: the text is cut", page.part, entry["at"][0][1]
            )
    if not entries and not any("RIP routing table" in text for _, text in page.lines):
        fail_unknown(page)
