"""The RPF lookup of FRRouting: ``show ip pim nexthop-lookup``, with ``show ip route`` or ``show ip rib`` beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.frr.route import read
from troubleshoot.parsing.json_lines import is_json
from troubleshoot.parsing.records import Route, Rpf
from troubleshoot.parsing.table import Reading
from troubleshoot.parsing.values import IPV4, NO_ADDRESS

# FRR 8: "Group G --- Nexthop N Interface I"; later: "(S, G) --- Nexthop N Interface I".
_FOUND = re.compile(
    rf"(?:Group {IPV4}|\((?P<source>\*"
    rf"|{IPV4}), ?{IPV4}\)) --- Nexthop (?P<neighbor>{IPV4}) Interface (?P<interface>\S{{1,40}})$"
)
_FAILED = re.compile(
    rf"(?:(?:Group {IPV4}|\((?P<source>\*"
    rf"|{IPV4}), ?{IPV4}\)) --- )?(?:Nexthop Lookup failed, no (?:usable routes returned|RP)"
    r"|SG not found|No RP)",
    re.I,
)
_NO_MATCH = re.compile(r"% ?No match for RPF lookup", re.I)
_RIB_HEADING = re.compile(r"Address\s+NextHop\s+Interface\s+Metric\s+Preference")
_RIB = re.compile(rf"(?P<source>{IPV4})\s+(?P<neighbor>{IPV4}|<\S+>)\s+(?P<interface>\S{{1,40}})\s+-?\d+\s+-?\d+$")
_ROUTE = re.compile(r"Routing entry for ")


def parse(pages: Sequence[Clean]) -> Rpf:
    """Read the lookup and, where a second output is given, the unicast route that explains it.

    FRR 8.4 does not repeat the source in its answer: ``target`` is then ``None``. For a connected source FRRouting
    names the source itself as next hop; it becomes "0.0.0.0" where the source or the route is known.

    Raises:
        ParseFailure: no lookup result in the first output.
    """
    if not 1 <= len(pages) <= 2:
        raise ParseFailure(f"expected one or two outputs, got {len(pages)}")
    record = _lookup(pages[0])
    if len(pages) == 2:
        _explain(record, read(pages[1]))
    elif record["found"] and record["neighbor"] == record["target"]:
        record["neighbor"], record["connected"] = NO_ADDRESS, True
    return record


def _lookup(page: Clean) -> Rpf:
    if is_json(page) or any(_ROUTE.match(text.strip()) for _, text in page.lines):
        return _from_route(page)
    reading = Reading(page)
    record = _empty(page)
    for number, text in page.lines:
        body = text.strip()
        if not reading.rows and (match := _FOUND.match(body) or _RIB.match(body) or _FAILED.match(body)):
            reading.row()
            _set(record, match)
        elif _NO_MATCH.match(body):
            reading.row()
        elif not _RIB_HEADING.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    return record


def _empty(page: Clean) -> Rpf:
    return Rpf(
        target=None, found=False, interface=None, neighbor=None, connected=False, route=None, kind=None, protocol=None,
        vrf=None, at=page.all(), unread=[],
    )  # fmt: skip


def _set(record: Rpf, match: re.Match[str]) -> None:
    record["target"] = match["source"]
    if match.re is not _FAILED and not match["interface"].startswith("<"):
        record["found"], record["kind"] = True, "unicast"
        record["interface"], record["neighbor"] = match["interface"], match["neighbor"]


def _from_route(page: Clean) -> Rpf:
    """``show ip rpf``: a routing entry; it names no PIM neighbor and looks fine where PIM is missing."""
    record, route = _empty(page), read(page)
    hops = [hop for hop in route["next_hops"] if hop["active"]]
    record["found"] = bool(hops)
    if len(hops) == 1:
        record["interface"], record["neighbor"] = hops[0]["interface"], hops[0]["address"] or NO_ADDRESS
    record["unread"] = route["unread"]
    record["kind"] = "unicast" if hops else None
    _explain(record, route)
    return record


def _explain(record: Rpf, route: Route) -> None:
    record["route"], record["protocol"], record["connected"] = route["prefix"], route["protocol"], route["connected"]
    record["at"] = record["at"] + [cite for cite in route["at"] if cite not in record["at"]]
    direct = [hop for hop in route["next_hops"] if hop["active"] and hop["interface"] == record["interface"]]
    if record["found"] and direct and all(hop["address"] is None for hop in direct):
        record["neighbor"] = NO_ADDRESS
