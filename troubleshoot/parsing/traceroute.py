"""``traceroute`` of all platforms: one hop a line, several answers for one hop, ``*`` where nobody answered."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import TraceHop, Traceroute
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_HEADING = re.compile(
    rf"(?:Tracing the route to|traceroute to|Type escape sequence).{{0,120}}$|.{{0,40}}{IPV4}.{{0,60}}hops max", re.I
)
_HOP = re.compile(rf"(?P<number>\d{{1,3}})\s+(?P<rest>(?:\*|{IPV4}|[\w.\-]{{1,80}} \({IPV4}\)).{{0,300}})$")
_MORE = re.compile(rf"(?:{IPV4}|[\w.\-]{{1,80}} \({IPV4}\)) .{{0,300}}$")
_ADDRESS = re.compile(IPV4)
_LABELS = re.compile(r"\[[^\]]{0,120}\]")
_KNOWN = re.compile(r"(?:VRF info|MPLS Label|\(vrf |\[?Label|Type escape)", re.I)


def parse(pages: Sequence[Clean]) -> Traceroute:
    """Read the hops.

    Raises:
        ParseFailure: no hop was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    hops: list[TraceHop] = []
    for number, text in page.lines:
        body = _LABELS.sub("", text).strip()
        if match := _HOP.match(body):
            reading.row()
            hops.append(TraceHop(number=int(match["number"]), addresses=[], at=page.at(number)))
            _answers(hops[-1], match["rest"])
        elif hops and _MORE.match(body):
            _answers(hops[-1], body)
            hops[-1]["at"][0][2] = number
        elif body and not _HEADING.match(body) and not _KNOWN.match(body):
            reading.skip(number)
    unread = reading.unread() if hops else []
    if not hops:
        raise ParseFailure("the traceroute shows no hop", page.part, page.lines[0][0] if page.lines else None)
    return Traceroute(hops=hops, revisited=_revisited(hops), at=page.all(), unread=unread)


def _answers(hop: TraceHop, text: str) -> None:
    hop["addresses"] = list(dict.fromkeys([*hop["addresses"], *_ADDRESS.findall(text)]))


def _revisited(hops: Sequence[TraceHop]) -> list[str]:
    """Addresses with an answer of another router in between; the last router may answer several times in a row."""
    found: list[str] = []
    since: dict[str, bool] = {}  # address -> somebody else has answered after it
    for hop in hops:
        found += [address for address in hop["addresses"] if since.get(address) and address not in found]
        for address in since:
            since[address] = since[address] or any(other != address for other in hop["addresses"])
        since |= {address: since.get(address, False) for address in hop["addresses"]}
    return found
