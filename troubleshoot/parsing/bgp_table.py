"""``show bgp vpnv4 unicast all`` and the like: rows under the heading of their RD, or the headings alone.

Template libraries throw the RD away, and with it the difference between two paths of one prefix and two prefixes.
Columns are not trusted: what stands behind the next hop is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpRoute, BgpTable, BgpTables
from troubleshoot.parsing.bgp_entry import ADDRESS, RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, prefix

_SELF = re.compile(rf"BGP table version is \d+, (?:local router ID|Local Router ID) is ({IPV4})", re.I)
_RD = re.compile(rf"Route Distinguisher: ({RD})(?:\s+\((?:default for vrf |VRF )([^\s)]{{1,64}})\).{{0,40}})?$")
_HEADING = re.compile(r"Network\s+Next Hop\s+Metric\s+LocPrf\s+Weight\s+Path$")
_STATUS = r"(?P<status>[*>=sdhrSRmbxacftie| ]{0,9})"
_ROW = re.compile(rf"{_STATUS}(?P<network>{IPV4}(?:/\d{{1,2}})?)\s+(?P<hop>{ADDRESS})(?:@\d+)?<?(?:\s.{{0,400}})?$")
_AGAIN = re.compile(
    rf"(?P<status>[*>rshdSR][*>=sdhrSRmbxacftie| ]{{0,8}})\s*(?P<hop>{ADDRESS})(?:@\d+)?<?(?:\s.{{0,400}})?$"
)
_ALONE = re.compile(rf"{_STATUS}(?P<network>{IPV4}/\d{{1,2}})$")
_HOP = re.compile(rf"(?P<hop>{ADDRESS})(?:@\d+)?<?\s.{{0,400}}$")
_KNOWN = re.compile(
    r"(?:Status codes?|Status:|Path type|Origin codes?|RPKI|BGP routing table information|Nexthop codes|Default local"
    r"|\s*[a-z] [A-Za-z]|\s*x best|i internal|Displayed|Total number|UN=|Export |Import |AF-Private|t secondary"
    r"|\* valid)",
    re.I,
)


def parse(pages: Sequence[Clean]) -> BgpTables:
    """Read the blocks.

    Raises:
        ParseFailure: neither the heading of a table nor that of a block.
    """
    return _Reader(one_page(pages)).read()


class _Reader:
    def __init__(self, page: Clean) -> None:
        self.page = page
        self.reading = Reading(page)
        self.record = BgpTables(router_id=None, tables=[], at=page.all(), unread=[])
        self.network: str | None = None
        self.alone: tuple[int, str] | None = None  # a long prefix wraps: status, with the next hop on the next line

    def read(self) -> BgpTables:
        for number, text in self.page.lines:
            self._line(number, text.strip())
        if self.alone:
            raise ParseFailure("the last row is not whole", self.page.part, self.alone[0])
        self.record["unread"] = self.reading.unread()
        return self.record

    def _line(self, number: int, body: str) -> None:
        if self.alone and (match := _HOP.match(body)):
            self._row(self.alone[0], number, self.alone[1], match["hop"])
            self.alone = None
        elif match := _RD.match(body):
            self.reading.row()
            self.record["tables"].append(BgpTable(rd=match[1], vrf=match[2], routes=[], at=self.page.at(number)))
            self.network = None
        elif not self._route(number, body):
            self._rest(number, body)

    def _route(self, number: int, body: str) -> bool:
        if match := _ROW.match(body):
            self.network = match["network"]
            self._row(number, number, match["status"], match["hop"])
        elif self.network and (match := _AGAIN.match(body)):
            self._row(number, number, match["status"], match["hop"])
        elif match := _ALONE.match(body):
            self.network, self.alone = match["network"], (number, match["status"])
        else:
            return False
        return True

    def _rest(self, number: int, body: str) -> None:
        if match := _SELF.match(body):
            self.record["router_id"] = match[1]
        elif _HEADING.match(body):
            self.reading.seen = True
        elif not _KNOWN.match(body):
            self.reading.skip(number)

    def _row(self, first: int, last: int, status: str, hop: str) -> None:
        if not self.record["tables"] or self.network is None:
            self.reading.skip(first)
            return
        self.reading.row()
        self.record["tables"][-1]["routes"].append(
            BgpRoute(
                network=_classful(self.network),
                next_hop=hop,
                status=status.strip(),
                best=">" in status,
                multipath="m" in status or "=" in status,
                internal="i" in status,
                at=self.page.at(first, last),
            )
        )


def _classful(network: str) -> str:
    """A network without a length has that of its class (RFC 791)."""
    if "/" not in network:
        first = int(network.split(".")[0])
        network = f"{network}/{8 if first < 128 else 16 if first < 192 else 24}"
    return prefix(network) or network
