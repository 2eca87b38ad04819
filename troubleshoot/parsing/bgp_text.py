"""The text of a BGP entry as IOS prints it, and FRRouting after it: entry, AS path, next hop, attributes.

Indentation is not trusted, because pasted texts lose it. The AS path of a path is the line that stands in front of its
next hop; a path is whole with its line of attributes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from troubleshoot.parsing.areas.bgp import BgpEntry, BgpPath
from troubleshoot.parsing.bgp_entry import (
    ADDRESS,
    AS_PATH,
    RD,
    check_count,
    multipath_kinds,
    new_entry,
    new_path,
    set_as_path,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading
from troubleshoot.parsing.values import IPV4

_ENTRY = re.compile(
    rf"BGP routing table entry for (?:(?P<rd>{RD}):)?(?P<prefix>{IPV4}/\d{{1,2}}|{IPV4})(?:, .{{0,60}})?$"
)
_COUNT = re.compile(r"Paths: \((?P<count>\d{1,6}) available(?:, (?P<rest>[^)]{0,120}(?:\(\d+\))?[^)]{0,60}))?\)?")
_TABLE = re.compile(r"(?:table|vrf) ([^\s,()]{1,64})")
_MULTIPATH = re.compile(r"Multipath: ?([\w ,]{2,40})$")
_AS = re.compile(
    rf"(?P<path>Local|{AS_PATH}?)\s*(?P<notes>(?:, (?:\((?:Received|received|aggregated)|imported|confed).{{0,200}})?)$"
)
_IMPORTED = re.compile(rf"imported (?:safety )?path from (?:(?P<rd>{RD}):{IPV4}|base\b|\[)")
_FRR_IMPORTED = re.compile(rf"Imported from (?P<rd>{RD}):{IPV4}/\d{{1,2}}$")
_HOP = re.compile(
    rf"(?P<hop>{ADDRESS})(?P<before>(?:\(\S{{1,64}}\))?(?:,? \([^()]{{1,80}}\)){{0,5}})"
    rf" from (?P<peer>{ADDRESS}|[\w.\-]{{1,64}})(?:\([\w.\-:]{{1,64}}\))? \((?P<id>{IPV4})\)(?P<after>.{{0,120}})$"
)
_METRIC = re.compile(r"\(metric (\d{1,10})\)")
_ORIGIN = re.compile(r"Origin (IGP|EGP|incomplete)\b(.{0,300})$", re.I)
_NUMBER = re.compile(r"(metric|localpref|weight) (\d{1,10})$")
_COMMUNITIES = re.compile(r"Extended Community: ?(.{0,4000})$")
_MORE_COMMUNITIES = re.compile(
    r"(?:(?:RT|SoO|SOO|OSPF|Cost|ENCAP|0x[0-9a-fA-F]{1,8}|[A-Z][\w\-]{1,20}):\S{1,80} ?){1,60}$"
)
_ORIGINATOR = re.compile(rf"Originator: ({IPV4})(?:, Cluster list: ([\d., ]{{0,2000}}))?$")
_LABELS = re.compile(r"mpls labels in/out (?P<in>.{1,60}?)/(?P<out>[\w\-]{1,12})(?:\(.{1,64}\))?$")
_REMOTE_LABEL = re.compile(r"Remote label: (\d{1,8})$")
_GROUPS = re.compile(rf"(?:(?:\d{{1,6}}|{ADDRESS})(?:\s+|$)){{1,200}}$")
_KNOWN = re.compile(
    r"(?:Refresh Epoch|rx pathid|Flag|BGP Bestpath|Community:|Large Community|Updated on|Last update|Connector"
    r"|Not advertised|not allocated|Local label|AddPath|Aggregat|, ?\(|Label index|DMZ|Atomic|Dampinfo|binding SID"
    r"|Path advertised|Advertised to|Tunnel encap|recursive-via|srv6|SRv6|Origin AS|rpki|PathID)",
    re.I,
)
LAST_UPDATE: Final = "last update"
_LAST_LINES = (
    ("labels", _LABELS),
    ("labels", _REMOTE_LABEL),
    ("path IDs", re.compile(r"rx pathid", re.I)),
    (LAST_UPDATE, re.compile(LAST_UPDATE, re.I)),
)
_FLAGS = {
    "valid": "valid",
    "best": "best",
    "multipath": "multipath",
    "backup/repair": "backup",
    "backup": "backup",
}
_KINDS = {
    "external": "external",
    "internal": "internal",
    "local": "local",
    "sourced": "local",
    "confed-external": "external",
    "confed-internal": "internal",
    "aggregated": "local",
}


class EntryReader:
    """Reads the entries of one page; ``entries`` are whole when :meth:`read` returns.

    ``last``: how the last line of each path begins, where the platform always prints it.
    """

    def __init__(self, page: Clean, last: str | None = None) -> None:
        self.page = page
        self._last = last
        self._kinds: list[set[str]] = []  # of each path, what kinds of lines it has
        self.reading = Reading(page)
        self.entries: list[BgpEntry] = []
        self._announced: int | None = None
        self._path: BgpPath | None = None
        self._pending: tuple[int, str] | None = None  # perhaps an AS path
        self._doubtful = False  # it may as well be a row of update groups
        self._imported: str | None = None  # FRRouting says it in front of the path
        self._groups = False

    def read(self) -> list[BgpEntry]:
        """Read all lines.

        Raises:
            ParseFailure: an entry is not whole.
        """
        for number, text in self.page.lines:
            self._line(number, text.strip())
        self._close()
        self._check_end()
        return self.entries

    def _check_end(self) -> None:
        """The paths of a text are alike: what all have, the last one has too.

        A path of the VPN table itself has its labels behind its communities; without either it was cut.
        """
        if not self._kinds:
            return
        *others, last = self._kinds
        wanted = {self._last} if self._last else set[str]().union(*others[:1]).intersection(*others)
        table, imported = self.entries[-1]["table"], self._path is not None and self._path["imported"]
        if self._last is None and self.entries[-1]["rd"] is not None and (table is None or imported):
            wanted.add("labels")
        if not wanted <= last:
            raise ParseFailure("the last path is not whole", self.page.part, self.page.lines[-1][0])

    def _line(self, number: int, body: str) -> None:
        if match := _ENTRY.match(body):
            self._open(match, number)
        elif not self.entries:
            self.reading.skip(number)
        elif not (self._head(number, body) or self._hop(number, body) or self._detail(number, body)):
            self._other(number, body)

    # --- an entry ---

    def _open(self, match: re.Match[str], number: int) -> None:
        self._close()
        self.reading.row()
        self.entries.append(new_entry(match["rd"], match["prefix"], self.page.at(number)))
        self._announced, self._path, self._groups = None, None, False

    def _close(self) -> None:
        self._drop_pending()
        if self.entries:
            check_count(self.entries[-1], self._announced, self.page)

    def _head(self, number: int, body: str) -> bool:
        entry = self.entries[-1]
        if match := _COUNT.match(body):
            self._announced = int(match["count"])
            table = _TABLE.search(match["rest"] or "")
            entry["table"] = table[1] if table else None
        elif match := _MULTIPATH.match(body):
            entry["multipath"] = multipath_kinds(match[1])
        elif match := _FRR_IMPORTED.match(body):
            self._imported = match["rd"]
        else:
            return False
        if not entry["paths"]:
            entry["at"] = self.page.at(entry["at"][0][1], number)
        return True

    # --- a path ---

    def _hop(self, number: int, body: str) -> bool:
        match = _HOP.match(body)
        found = _AS.match(self._pending[1]) if match and self._pending else None
        if not match or not found or not self._pending:
            return False
        self._path = path = new_path(self.page.at(self._pending[0], number))
        self._pending, self._groups = None, False
        set_as_path(path, "" if found["path"] == "Local" else found["path"])
        self._source(path, found["notes"])
        path["next_hop"], path["peer"], path["router_id"] = match["hop"], match["peer"], match["id"]
        words = match["before"] + match["after"]
        path["reachable"] = "inaccessible" not in words
        metric = _METRIC.search(words)
        path["metric"] = int(metric[1]) if metric else None
        self.entries[-1]["paths"].append(path)
        self._kinds.append(set())
        return True

    def _source(self, path: BgpPath, notes: str) -> None:
        match = _IMPORTED.search(notes)
        path["imported"] = match is not None or self._imported is not None
        path["imported_from"] = match["rd"] if match else self._imported
        self._imported = None

    def _detail(self, number: int, body: str) -> bool:
        path = self._path
        if path is None or not _attribute(path, body):
            return False
        self._kinds[-1].add(_kind(body))
        self._drop_pending()
        path["at"] = self.page.at(path["at"][0][1], number)
        return True

    # --- the rest ---

    def _other(self, number: int, body: str) -> None:
        match = _AS.match(body)
        self._drop_pending()
        if match:
            self._pending, self._doubtful = (number, body), self._groups and _GROUPS.match(body) is not None
        elif _KNOWN.match(body):
            if self._path is not None and self._kinds:
                self._kinds[-1].add(_kind(body))
            self._groups = self._groups or body.startswith("Advertised to")
        elif not (self._groups and _GROUPS.match(body)):
            self.reading.skip(number)

    def _drop_pending(self) -> None:
        if self._pending is not None and not self._doubtful:
            self.reading.skip(self._pending[0])
        self._pending = None


def _kind(body: str) -> str:
    return next((name for name, pattern in _LAST_LINES if pattern.match(body)), "")


def _attribute(path: BgpPath, body: str) -> bool:
    if match := _ORIGIN.match(body):
        path["origin"] = match[1].lower()
        for word in _words(match[2]):
            _word(path, word)
    elif match := _COMMUNITIES.match(body):
        path["route_targets"] = _targets(match[1])
    elif path["origin"] and _MORE_COMMUNITIES.match(body):
        path["route_targets"] += _targets(body)
    elif match := _ORIGINATOR.match(body):
        path["originator"] = match[1]
        path["clusters"] = (match[2] or "").replace(",", " ").split()
    else:
        return _label(path, body)
    return True


def _words(text: str) -> Iterator[str]:
    return (word.strip() for word in text.split(",") if word.strip())


def _word(path: BgpPath, word: str) -> None:
    flag = word.split("(")[0].strip()
    if match := _NUMBER.match(word):
        name, value = match[1], int(match[2])
        if name == "metric":
            path["med"] = value
        elif name == "localpref":
            path["local_preference"] = value
        else:
            path["weight"] = value
    elif flag in _FLAGS:
        path[_FLAGS[flag]] = True  # type: ignore[literal-required]  # the names of _FLAGS are keys of the record
    elif flag in _KINDS:
        path["kind"] = path["kind"] or _KINDS[flag]


def _targets(text: str) -> list[str]:
    return [word[3:] for word in text.split() if word.startswith("RT:")]


def _label(path: BgpPath, body: str) -> bool:
    if match := _LABELS.match(body):
        own, out = match["in"].strip(), match["out"]
        path["aggregate"] = "aggr" in own.lower()
        path["label_in"] = None if own == "nolabel" else own.rpartition(":")[2]
        path["label_out"] = None if out == "nolabel" else out
    elif match := _REMOTE_LABEL.match(body):
        path["label_out"] = match[1]
    else:
        return False
    return True
