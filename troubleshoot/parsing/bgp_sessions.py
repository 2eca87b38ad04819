"""``show bgp ... summary`` of IOS, NX-OS and FRRouting: one row for each neighbor, and who the router itself is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpNeighbor, BgpSessions
from troubleshoot.parsing.bgp_entry import ADDRESS
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_SELF = re.compile(rf"BGP router identifier ({IPV4}), local AS number ([\d.]{{1,12}})")
_HEADING = re.compile(r"Neighbor\s+V\s+AS\s+MsgRcvd\s+MsgSent\s+TblVer\s+InQ\s+OutQ\s+Up/Down\s+State/PfxRcd\b")
_ROW = re.compile(
    rf"\*?(?P<address>{ADDRESS}|[\w.\-]{{1,60}}\({ADDRESS}\))\s+4\s+(?P<asn>[\d.]{{1,12}})(?:\s+\d{{1,12}}){{5}}\s+"
    r"(?P<since>[\w:]{1,12}|never)\s+(?P<state>\d{1,10}|[A-Z][A-Za-z]{2,14}(?: ?\((?:Admin|PfxCt|Policy|NoNeg)\))?)"
    r"(?:\s+\S.{0,120})?$"
)
_WRAPPED = re.compile(rf"\*?({ADDRESS})$")
_NONE = re.compile(r"% ?No BGP neighbors found\b", re.I)
_KNOWN = re.compile(
    r"(?:BGP table version|BGP summary|BGP activity|BGP using|Dampening|RIB entries|Peers |Peer groups|Total number"
    r"|\d+ (?:network|path|multipath|BGP|community|received|total|identical|capable)"
    r"|\d[\d/ ]+ (?:network|path|BGP)|\d+ .{0,40}entries using|Bitfield|Displayed|Capable|[*]? ?Dynamically"
    r"|\d+ networks? peaked|Read-only|Prefix|IPv4 Unicast Summary|Current |Neighbor\b)",
    re.I,
)


def parse(pages: Sequence[Clean]) -> BgpSessions:
    """Read the neighbors.

    Raises:
        ParseFailure: no heading, no row and no sentence that there are none; or a row that is not whole.
    """
    page = one_page(pages)
    if is_json(page):
        return _from_json(page)
    return _Reader(page).read()


class _Reader:
    def __init__(self, page: Clean) -> None:
        self.reading = Reading(page)
        self.record = BgpSessions(router_id=None, asn=None, neighbors=[], at=page.all(), unread=[])
        self.wrapped: tuple[int, str] | None = None

    def read(self) -> BgpSessions:
        page = self.reading.page
        for number, text in page.lines:
            self._line(number, text.strip())
        if self.wrapped:
            raise ParseFailure("the row of a neighbor is not whole", page.part, self.wrapped[0])
        self.record["unread"] = self.reading.unread()
        return self.record

    def _line(self, number: int, body: str) -> None:
        first, joined = (self.wrapped[0], f"{self.wrapped[1]} {body}") if self.wrapped else (number, body)
        self.wrapped = None
        if match := _ROW.match(joined):
            self.reading.row()
            self.record["neighbors"].append(_neighbor(match, self.reading.page.at(first, number)))
        elif match := _SELF.match(body):
            self.record["router_id"], self.record["asn"] = match[1], match[2]
        elif _HEADING.match(body) or _NONE.match(body):
            self.reading.seen = True
        elif match := _WRAPPED.match(body):
            self.wrapped = (number, match[1])  # a long address stands alone on its line
        elif not _KNOWN.match(body):
            self.reading.skip(number)


def _neighbor(match: re.Match[str], at: list[list[int]]) -> BgpNeighbor:
    state, address = match["state"], match["address"]
    return BgpNeighbor(
        address=address[address.find("(") + 1 : -1] if address.endswith(")") else address,
        asn=match["asn"],
        up=state.isdigit(),
        state="established" if state.isdigit() else state,
        shut="Admin" in state,
        prefixes=int(state) if state.isdigit() else None,
        at=at,
    )


def _from_json(page: Clean) -> BgpSessions:
    """FRRouting prints ``{}`` for a VRF without neighbors."""
    root = read_object(page)
    peers = root.members.get("peers")
    if peers is None and root.members:
        raise ParseFailure("the JSON holds no peers", page.part, root.first)
    asn = root.number("as")
    return BgpSessions(
        router_id=root.text("routerId"),
        asn=None if asn is None else str(asn),
        neighbors=[_peer(page, name, node) for name, node in (peers.objects() if peers else ())],
        at=page.all(),
        unread=[],
    )


def _peer(page: Clean, name: str, node: Node) -> BgpNeighbor:
    state, asn = node.text("state") or "", node.number("remoteAs")
    return BgpNeighbor(
        address=name,
        asn=None if asn is None else str(asn),
        up=state == "Established",
        state="established" if state == "Established" else state,
        shut="Admin" in state or "Admin" in (node.text("peerState") or ""),
        prefixes=node.number("pfxRcd"),
        at=page.at(node.first, node.last),
    )
