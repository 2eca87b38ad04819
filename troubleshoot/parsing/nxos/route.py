"""``show ip route ADDRESS`` of NX-OS; it also answers the RPF question, as NX-OS has no ``show ip rpf``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import NextHop, Route, Rpf
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, address

_HEADING = re.compile(r'IP Route Table for VRF "[^"]{1,64}"$')
_LEGEND = re.compile(r"'.{1,20}'.{0,20} denotes ")
_LEGEND_END = re.compile(r"'%<string>'")
_NONE = re.compile(r"(?:%? ?Route not found|%? ?(?:Network|Subnet) not in table)", re.I)
_ENTRY = re.compile(
    rf"({IPV4}/\d{{1,2}}), ubest/mbest: (?P<ubest>\d+)/(?P<mbest>\d+)(?:, (?P<attached>attached))?(?:, .{{0,60}})?$"
)
_VIA = re.compile(
    rf"(?P<stars>\*{{0,2}})via (?:(?P<address>{IPV4})(?:%[\w\-]+)?(?:, (?P<interface>[A-Z][\w./:\-]{{1,40}}))?"
    rf"|(?P<only>[A-Z][\w./:\-]{{1,40}})), \[\d+/\d+\], [\w.:]+, "
    r"(?P<protocol>[\w\-]{2,40})(?:,? .{0,120})?,?(?: \(.{0,60})?$",
    re.I,
)
_PROTOCOLS = {"direct": "connected"}


@dataclass(slots=True)
class _Found:
    prefix: str | None = None
    attached: bool = False
    best: int = 0  # how many next hops the entry announces
    vias: list[tuple[int, re.Match[str]]] = field(default_factory=list)


def _read(page: Clean) -> tuple[_Found, list[list[int]]]:
    reading = Reading(page)
    found = _Found()
    legend = False
    for number, text in page.lines:
        body = text.strip()
        if match := _ENTRY.match(body):
            reading.row()
            found.prefix, found.attached = match[1], match["attached"] is not None
            found.best = max(int(match["ubest"]), int(match["mbest"]))
        elif found.prefix and (match := _VIA.match(body)):
            found.vias.append((number, match))
        elif _NONE.match(body):
            reading.seen = True
        elif _HEADING.match(body) or _LEGEND.match(body):
            legend = True
            reading.seen |= _LEGEND_END.match(body) is not None
        else:
            reading.skip(number)
    if legend and not reading.seen:
        raise ParseFailure("the output ends inside its heading", page.part, page.lines[-1][0])
    if found.prefix and not found.vias:
        raise ParseFailure("the route entry has no readable next hop", page.part, page.lines[-1][0])
    if len(found.vias) < found.best:
        message = f"the route entry announces {found.best} next hops and shows {len(found.vias)}"
        raise ParseFailure(message, page.part, page.lines[-1][0])
    return found, reading.unread()


def _protocol(match: re.Match[str]) -> str:
    word = match["protocol"].lower().split("-")[0]
    return _PROTOCOLS.get(word, word)


def _hop(match: re.Match[str], attached: bool, at: list[list[int]]) -> NextHop:
    interface = match["interface"] or match["only"]
    # For an attached prefix the printed address is the router's own, not a next hop.
    own = attached or _protocol(match) in ("connected", "local")
    return NextHop(
        address=None if own or not match["address"] else address(match["address"]),
        interface=canonical(Platform.NXOS, interface) if interface else None,
        active=bool(match["stars"]),
        at=at,
    )


def parse(pages: Sequence[Clean]) -> Route:
    """Read ``show ip route ADDRESS [vrf V]``.

    Raises:
        ParseFailure: no entry, no complete heading and no ``Route not found``.
    """
    page = one_page(pages)
    found, unread = _read(page)
    vias = found.vias
    protocol = _protocol(vias[0][1]) if vias else None
    return Route(
        found=found.prefix is not None,
        prefix=found.prefix,
        protocol=protocol,
        connected=found.attached or protocol in ("connected", "local"),
        next_hops=[_hop(match, found.attached, page.at(number)) for number, match in vias],
        at=page.all(),
        unread=unread,
    )


def parse_rpf(pages: Sequence[Clean]) -> Rpf:
    """Derive the RPF interface and neighbor from the route, the multicast best next hops (``**``) first.

    With several equal next hops NX-OS hashes per (S,G): interface and neighbor are then ``None`` (not said).
    ``target`` is ``None``: the output does not repeat the address asked for.

    Raises:
        ParseFailure: as for the route.
    """
    route = parse(pages)
    found, unread = _read(one_page(pages))
    hops = [hop for hop, (_, match) in zip(route["next_hops"], found.vias, strict=True) if match["stars"] == "**"] or [
        hop for hop in route["next_hops"] if hop["active"]
    ]
    only = hops[0] if len(hops) == 1 else None
    return Rpf(
        target=None,
        found=route["found"],
        interface=only["interface"] if only else None,
        neighbor=(only["address"] or NO_ADDRESS) if only else None,
        connected=route["connected"],
        route=route["prefix"],
        kind="unicast" if route["found"] else None,
        protocol=route["protocol"],
        vrf=None,
        at=route["at"],
        unread=unread,
    )
