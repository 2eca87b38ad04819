"""``show bgp vpnv4 unicast PREFIX [vrf V]`` and ``show ip bgp PREFIX vrf V`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpEntry, BgpPath, BgpPaths
from troubleshoot.parsing.bgp_entry import (
    ADDRESS,
    RD,
    check_count,
    finish,
    multipath_kinds,
    new_entry,
    new_path,
    set_as_path,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.nxos.wrapped import logical
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_TABLE = re.compile(r"BGP routing table information for VRF ([^\s,]{1,64}), address family (IPv4|VPNv4) Unicast$")
_RD = re.compile(rf"Route Distinguisher: ({RD})(?:\s+\((?:Local )?VRF ([^\s)]{{1,64}})\))?$")
_ENTRY = re.compile(rf"BGP routing table entry for ({IPV4}/\d{{1,2}}), version \d+$")
_COUNT = re.compile(r"Paths: \((\d{1,6}) available, (?:best #\d+|no best path)\)$")
_MULTIPATH = re.compile(r"Multipath: ?([\w ]{2,40})$")
_TYPE = re.compile(r"Path type: (\w+), (.{1,400})$")
_IMPORTED = re.compile(rf"Imported from ({RD}):{IPV4}/\d{{1,2}}(?: \(VRF \S{{1,64}}\))?$")
_AS = re.compile(r"AS-Path: (NONE|[\d.,{}() ]{1,2000}?) ?, path (.{1,60})$")
_HOP = re.compile(
    rf"({ADDRESS}) \((?P<far>inaccessible)?,? ?(?:metric (?P<metric>\d{{1,10}}))?\) from ({ADDRESS}) \(({IPV4})\)$"
)
_ORIGIN = re.compile(r"Origin (IGP|EGP|incomplete), (.{1,200})$", re.I)
_MED = re.compile(r"MED (\d{1,10})")
_PREFERENCE = re.compile(r"localpref (\d{1,10})")
_WEIGHT = re.compile(r"weight (\d{1,10})")
_LABEL = re.compile(r"Received label (\d{1,8})\b")
_COMMUNITIES = re.compile(r"Extcommunity: ?(.{0,4000})$")
_ORIGINATOR = re.compile(rf"Originator: ({IPV4})(?: Cluster list: ([\d. ]{{0,2000}}))?$")
_NONE = re.compile(r"(?:No matching (?:BGP )?(?:route|prefix)|% ?Network not in table|% ?Route not found)", re.I)
_KNOWN = re.compile(
    r"(?:Flags: |vpn: |Advertised path-id|Path-id \d|Community: |Imported (?:to|paths)|Label: |Local label|local label"
    r"|VRF advertise|AS-Path has|RT:|ENCAP:|SoO:|Aggregat|Used RR|0x)"
)
_START = re.compile(
    r"(?:BGP routing|Route Distinguisher|Paths: |Flags: |Multipath|Path type|AS-Path|Origin |Received label"
    r"|Extcommunity|Originator|Path-id|Advertised|Imported|Community|No matching|%|vpn: )"
)
_UNREACHABLE_METRIC = 4_294_967_295
_KINDS = {"external": "external", "internal": "internal", "local": "local", "redist": "local", "aggregate": "local"}


def parse(pages: Sequence[Clean]) -> BgpPaths:
    """Read one prefix, under one or several RDs.

    Raises:
        ParseFailure: neither an entry nor a sentence that says there is none; an entry that was cut off.
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
        self._rd: tuple[str | None, str | None] = (None, None)
        self._announced: int | None = None
        self._peers = False

    def read(self) -> list[BgpEntry]:
        for first, last, text in logical(self.page, _START):
            self._line(first, last, text.strip())
        self._close()
        return self.entries

    def _line(self, first: int, last: int, body: str) -> None:
        if match := _TABLE.match(body):
            self._rd = (None, match[1] if match[2] == "IPv4" else None)
        elif match := _RD.match(body):
            self._rd = (match[1], match[2])
        elif match := _ENTRY.match(body):
            self._open(match[1], first)
        elif _NONE.match(body):
            self.reading.seen = True
        elif not self.entries or not self._inside(self.entries[-1], first, last, body):
            self._rest(first, body)

    def _rest(self, first: int, body: str) -> None:
        peers = self._peers and re.fullmatch(rf"(?:{ADDRESS}\s*){{1,20}}", body)
        self._peers = bool(peers) or body.endswith("advertised to peers:")
        if not peers and not _KNOWN.match(body):
            self.reading.skip(first)

    def _open(self, network: str, number: int) -> None:
        self._close()
        self.reading.row()
        entry = new_entry(self._rd[0], network, self.page.at(number))
        entry["table"] = self._rd[1]
        self.entries.append(entry)
        self._announced = None

    def _close(self) -> None:
        if self.entries:
            check_count(self.entries[-1], self._announced, self.page)

    def _inside(self, entry: BgpEntry, first: int, last: int, body: str) -> bool:
        if match := _COUNT.match(body):
            self._announced = int(match[1])
        elif match := _MULTIPATH.match(body):
            entry["multipath"] = multipath_kinds(match[1])
        elif match := _TYPE.match(body):
            entry["paths"].append(_typed(match, self.page.at(first, last)))
            return True
        elif not entry["paths"]:
            return False
        else:
            return self._attribute(entry["paths"][-1], last, body)
        entry["at"] = self.page.at(entry["at"][0][1], last)
        return True

    def _attribute(self, path: BgpPath, last: int, body: str) -> bool:
        if not (_identity(path, body) or _value(path, body)):
            return False
        path["at"] = self.page.at(path["at"][0][1], last)
        return True


def _typed(match: re.Match[str], at: list[list[int]]) -> BgpPath:
    path = new_path(at)
    words = [word.strip() for word in match[2].split(",")]
    path["kind"] = _KINDS.get(match[1])
    path["valid"] = "path is valid" in words
    path["best"] = "is best path" in words
    path["multipath"] = "multipath" in words
    path["backup"] = any(word.startswith("backup") for word in words)
    return path


def _identity(path: BgpPath, body: str) -> bool:
    if match := _IMPORTED.match(body):
        path["imported"], path["imported_from"] = True, match[1]
    elif match := _AS.match(body):
        set_as_path(path, "" if match[1] == "NONE" else match[1])
    elif match := _HOP.match(body):
        metric = int(match["metric"]) if match["metric"] else None
        path["next_hop"], path["peer"], path["router_id"] = match[1], match[4], match[5]
        path["reachable"] = match["far"] is None and metric != _UNREACHABLE_METRIC
        path["metric"] = metric if path["reachable"] else None
    else:
        return False
    return True


def _value(path: BgpPath, body: str) -> bool:
    if match := _ORIGIN.match(body):
        path["origin"] = match[1].lower()
        path["med"], path["local_preference"], path["weight"] = (
            _number(pattern, match[2]) for pattern in (_MED, _PREFERENCE, _WEIGHT)
        )
    elif match := _LABEL.match(body):
        path["label_out"] = match[1]
    elif match := _COMMUNITIES.match(body):
        path["route_targets"] = [word[3:] for word in match[1].split() if word.startswith("RT:")]
    elif match := _ORIGINATOR.match(body):
        path["originator"], path["clusters"] = match[1], (match[2] or "").split()
    else:
        return False
    return True


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) if match else None
