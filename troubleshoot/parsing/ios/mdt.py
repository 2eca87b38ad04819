"""``show ip pim mdt`` and its kin: multicast tunnels of IOS and IOS-XE and the groups behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.mvpn import DataMdt, DataMdts, MdtPeer, MdtPeers, MdtTunnel, MdtTunnels
from troubleshoot.parsing.bgp_entry import RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, TIMER, address

_TUNNEL_HEADING = (re.compile(r"MDT Group(?:/Num)?\s+Interface\s+Source\s+VRF$"),)
_TUNNEL = re.compile(
    rf"(?P<mark>[*#^>]{{0,4}})\s*(?P<group>{IPV4})(?:/\d{{1,5}})?\s+(?P<interface>[A-Za-z]\S{{1,40}})\s+"
    r"(?P<source>[A-Za-z]\S{1,40})\s+(?P<vrf>\S{1,64})$"
)
_TUNNEL_LEGEND = re.compile(r"[*#^>] (?:implies|is)\b")


def parse_tunnels(pages: Sequence[Clean]) -> MdtTunnels:
    """Read ``show ip pim [vrf V] mdt``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    marked = any(_TUNNEL_LEGEND.match(text.strip()) for _, text in page.lines)
    rows = read_table(reading, _TUNNEL_HEADING, _TUNNEL, _TUNNEL_LEGEND)
    tunnels = [_tunnel(match, page.at(number), marked) for number, match in rows]
    return MdtTunnels(tunnels=tunnels, at=page.all(), unread=reading.unread())


def _tunnel(match: re.Match[str], at: list[list[int]], marked: bool) -> MdtTunnel:
    return MdtTunnel(
        group=match["group"],
        interface=canonical(Platform.IOS, match["interface"]),
        source=canonical(Platform.IOS, match["source"]),
        vrf=match["vrf"],
        default="*" in match["mark"] if marked else None,
        at=at,
    )


_PEER_HEADING = re.compile(r"Peer \(Route Distinguisher \+ IPv4\)\s+Next Hop$")
_PEER_GROUP = re.compile(rf"MDT[ \-]group ({IPV4})$")
_PEER = re.compile(rf"(?:rd: ?)?(?P<rd>{RD})(?::|[ ,]\s*(?:bgp_router|addr): ?)(?P<address>{IPV4})(?:\s+{IPV4})?$")


def parse_bgp(pages: Sequence[Clean]) -> MdtPeers:
    """Read ``show ip pim mdt bgp``: the groups, each with the PEs that send to it.

    Raises:
        ParseFailure: neither a heading nor a group was recognised; a router without peers prints nothing at all.
    """
    page = one_page(pages)
    reading = Reading(page)
    group: str | None = None
    peers: list[MdtPeer] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _PEER_GROUP.match(body):
            reading.row()
            group = match[1]
        elif group and (match := _PEER.match(body)):
            reading.row()
            peers.append(MdtPeer(group=group, rd=match["rd"], address=match["address"], at=page.at(number)))
        elif _PEER_HEADING.match(body):
            reading.seen = True
        else:
            reading.skip(number)
    return MdtPeers(peers=peers, at=page.all(), unread=reading.unread())


_SEND_HEADING = re.compile(r"MDT-data send list for VRF: (\S{1,64})$")
_SEND_COLUMNS = re.compile(r"\(source, group\)\s+MDT-data group(?:/num)?\s+ref_count$")
_SEND = re.compile(
    rf"\((?P<source>\*|{IPV4}), ?(?P<group>{IPV4})\)\s+(?P<mdt_group>{IPV4})(?:/\d{{1,5}})?\s+\d{{1,6}}$"
)
_RECEIVE_HEADING = re.compile(
    r"Joined MDT-data \[group(?:/mdt number)? : source\]\s+uptime/expires for VRF: (\S{1,64})$"
)
_RECEIVE = re.compile(
    rf"\[(?P<mdt_group>{IPV4})(?:/\d{{1,5}})? : (?P<source>{IPV4})\](?P<group>(?!))?\s+{TIMER}/{TIMER}$"
)
_OLD_HEADING = re.compile(r"Joined MDT-data groups for VRF: (\S{1,64})$")
_OLD = re.compile(
    rf"group: (?P<mdt_group>{IPV4})\s+source: (?P<source>{IPV4})(?P<group>(?!))?(?:\s+ref_count: \d{{1,6}})?$"
)
# With `detail` the streams of a joined group stand below it.
_DETAIL = re.compile(rf"\((?:\*|{IPV4}), ?{IPV4}\), {TIMER}")


def parse_send(pages: Sequence[Clean]) -> DataMdts:
    """Read ``show ip pim vrf V mdt send``: streams that this PE sends to a group of their own.

    Raises:
        ParseFailure: the heading is missing, or a row cannot be read.
    """
    return _data(one_page(pages), (_SEND_HEADING,), (_SEND,), _SEND_COLUMNS)


def parse_receive(pages: Sequence[Clean]) -> DataMdts:
    """Read ``show ip pim vrf V mdt receive``: groups of single streams that this PE joined.

    Raises:
        ParseFailure: the heading is missing, or a row cannot be read.
    """
    return _data(one_page(pages), (_RECEIVE_HEADING, _OLD_HEADING), (_RECEIVE, _OLD), _DETAIL)


_Patterns = tuple[re.Pattern[str], ...]


def _first(patterns: _Patterns, body: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.match(body))), None)


def _data(page: Clean, headings: _Patterns, rows: _Patterns, known: re.Pattern[str]) -> DataMdts:
    reading = Reading(page)
    vrf: str | None = None
    streams: list[DataMdt] = []
    for number, body in _bodies(page):
        if match := _first(headings, body):
            vrf, reading.seen = match[1], True
        elif match := _first(rows, body):
            reading.row()
            streams.append(_stream(match, page.at(number)))
        elif not known.match(body):
            reading.skip(number)
    if vrf is None:
        raise ParseFailure("the heading with the VRF is missing", page.part, page.lines[0][0] if page.lines else None)
    return DataMdts(vrf=vrf, streams=streams, at=page.all(), unread=reading.unread())


def _bodies(page: Clean) -> Iterator[tuple[int, str]]:
    return ((number, text.strip()) for number, text in page.lines)


def _stream(match: re.Match[str], at: list[list[int]]) -> DataMdt:
    source = match["source"]
    return DataMdt(mdt_group=match["mdt_group"], source=address(source) or source, group=match["group"] or None, at=at)
