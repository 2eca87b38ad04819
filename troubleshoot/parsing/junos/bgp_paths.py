"""``show route table V.inet.0|bgp.l3vpn.0 PREFIX detail`` of Junos.

A routing table holds the routes of all protocols. One that is not BGP is an own path of the PE: it is what a policy
exports into the VPN. With multipath in the instance, a block `Multipath` lists the next hops that are used together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpEntry, BgpPath, BgpPaths
from troubleshoot.parsing.bgp_entry import RD, check_count, finish, new_entry, new_path, set_as_path
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_TABLE = re.compile(r"([\w\-]{1,64}(?:\.[\w\-]{1,64}){0,4}\.0): \d+ destinations?, \d+ routes?")
_ENTRY = re.compile(rf"(?:({RD}):)?({IPV4}/\d{{1,2}})(?:/\d{{1,3}})? \((\d{{1,6}}) entr(?:y|ies), \d+ announced\)$")
_PATH = re.compile(r"(?P<mark>[*+\-#@ ]{0,3})(?P<protocol>[A-Z][\w\-]{1,20})\s+Preference: ?\d")
_FIELD = re.compile(r"([A-Z][\w \-()]{1,40}?): ?(.{0,400})$")
_DISTINGUISHER = re.compile(rf"Route Distinguisher: ({RD})$")
_HOP = re.compile(rf"Next hop: ({IPV4}) via (\S{{1,60}}?)(?: weight \S+)?(?:, selected)?$")
_STATE = re.compile(r"State: [<&(]([^>]{0,200})>?")
_AS = re.compile(r"AS path: (?P<path>[\d.,{}()\[\] ]{0,2000}?) ?(?P<origin>[IE?])(?:\s+\(.{0,60}\))?$")
_METRIC = re.compile(r"\bMetric: ?(\d{1,10})\b")
_METRIC2 = re.compile(r"\bMetric2: ?(\d{1,10})\b")
_ORIGINS = {"I": "igp", "E": "egp", "?": "incomplete"}
_KNOWN = re.compile(
    r"(?:TSI:|KRT |Page |Nexthop|label-switched-path|Push |Pop|Import Accepted|Indirect |Composite|Primary Routing|"
    r"Secondary [Tt]ables|Local AS|Accepted|BGP |Advertised|Vrf |Statistics|Unicast|List|Router \(|equal-external"
    r"|Indr|Krt|Path |AIGP|Thread|ORR|Accounting|\+ = |Restart|Stale|Opaque|Entropy)",
)


def parse(pages: Sequence[Clean]) -> BgpPaths:
    """Read one prefix, under one or several RDs.

    Raises:
        ParseFailure: no heading of a table (no match prints nothing at all); an entry that was cut off.
    """
    page = one_page(pages)
    reader = _Reader(page)
    entries = reader.read()
    return finish(entries, page, reader.reading.unread(), found=bool(entries))


class _Reader:
    def __init__(self, page: Clean) -> None:
        self.page = page
        self.reading = Reading(page)
        self.entries: list[BgpEntry] = []
        self._table: str | None = None
        self._announced = 0
        self._together: set[str] | None = None  # next hops of the Multipath block, while it is read
        self._shared: set[str] = set()
        self._blocks = 0

    def read(self) -> list[BgpEntry]:
        for number, text in self.page.lines:
            self._line(number, text.strip())
        self._close()
        return self.entries

    def _line(self, number: int, body: str) -> None:
        if match := _TABLE.match(body):
            self.reading.seen = True
            self._table = match[1].removesuffix(".inet.0") if match[1].endswith(".inet.0") else None
        elif match := _ENTRY.match(body):
            self._open(match, number)
        elif not self.entries:
            self.reading.skip(number)
        elif match := _PATH.match(body):
            self._start(match, number)
        elif not self._inside(number, body) and not (_FIELD.match(body) or _KNOWN.match(body)):
            self.reading.skip(number)

    def _open(self, match: re.Match[str], number: int) -> None:
        self._close()
        self.reading.row()
        entry = new_entry(match[1], match[2], self.page.at(number))
        entry["table"] = self._table
        self.entries.append(entry)
        self._announced, self._blocks, self._together, self._shared = int(match[3]), 0, None, set()

    def _close(self) -> None:
        if not self.entries:
            return
        entry = self.entries[-1]
        if self._together is not None and len(self._shared) < 2:
            raise ParseFailure("the block Multipath is not whole", self.page.part, self.page.lines[-1][0])
        if any(path["kind"] != "local" and path["router_id"] is None for path in entry["paths"]):
            raise ParseFailure("a path ends before its Router ID", self.page.part, self.page.lines[-1][0])
        for path in entry["paths"]:
            path["multipath"] = path["next_hop"] in self._shared
            path["imported_from"] = path["imported_from"] if path["imported"] else None
        # A Multipath block counts as an entry, but is no path.
        check_count(entry, self._announced - (self._blocks - len(entry["paths"])), self.page)

    def _start(self, match: re.Match[str], number: int) -> None:
        self._blocks += 1
        if match["protocol"] == "Multipath":
            self._together = self._shared
            return
        self._together = None
        path = new_path(self.page.at(number))
        path["best"] = "*" in match["mark"]
        if match["protocol"] != "BGP":
            path["kind"], path["origin"], path["valid"] = "local", "incomplete", True
        self.entries[-1]["paths"].append(path)

    def _inside(self, number: int, body: str) -> bool:
        if self._together is not None:
            self._collect(self._together, body)
            return True
        paths = self.entries[-1]["paths"]
        if not paths or not (_identity(paths[-1], body) or _value(paths[-1], body)):
            return False
        paths[-1]["at"] = self.page.at(paths[-1]["at"][0][1], number)
        return True

    def _collect(self, together: set[str], body: str) -> None:
        if body.startswith("Protocol next hop: "):
            together.add(body.split()[3])
        elif match := _HOP.match(body):
            together.add(match[1])


def _identity(path: BgpPath, body: str) -> bool:
    if match := _DISTINGUISHER.match(body):
        path["imported_from"] = match[1]
    elif match := _STATE.match(body):
        _state(path, match[1].split())
    elif match := _AS.match(body):
        set_as_path(path, match["path"])
        path["origin"] = _ORIGINS[match["origin"]]
    elif match := _HOP.match(body):
        path["next_hop"] = path["next_hop"] or match[1]
    elif body.startswith("Next hop type: Unusable"):
        path["reachable"] = False
    else:
        return False
    return True


def _state(path: BgpPath, words: list[str]) -> None:
    if path["kind"] is None:
        path["kind"] = "internal" if "Int" in words else "external"
    path["valid"] = "Hidden" not in words and "Unusable" not in words
    path["reachable"] = path["reachable"] and path["valid"]
    path["best"] = path["best"] or "Active" in words
    path["imported"] = "Secondary" in words


def _value(path: BgpPath, body: str) -> bool:
    match = _FIELD.match(body)
    name, value = (match[1], match[2].strip()) if match else ("", "")
    if name == "Age":
        path["med"], path["metric"] = _number(_METRIC, body), _number(_METRIC2, body)
    elif name == "Localpref" and value.isdigit():
        path["local_preference"] = int(value[:10])
    elif name == "Communities":
        path["route_targets"] = [word[7:] for word in value.split() if word.startswith("target:")]
    else:
        return _name(path, name, value)
    return True


def _name(path: BgpPath, name: str, value: str) -> bool:
    word = value.split()[0] if value else None
    if name == "Protocol next hop":
        path["next_hop"] = word
    elif name == "Source":
        path["peer"] = word
    elif name == "Router ID":
        path["router_id"] = word
    elif name == "Originator ID":
        path["originator"] = word
    elif name == "Cluster list":
        path["clusters"] = value.split()
    elif name == "VPN Label":
        path["label_out"] = word
    else:
        return False
    return True


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None
