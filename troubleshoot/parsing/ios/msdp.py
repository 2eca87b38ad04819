"""``show ip msdp peer``, ``summary`` and ``sa-cache`` of IOS, and the sources that it announces."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.msdp import MsdpCache, MsdpPeer, MsdpPeers, MsdpSa, MsdpSource, MsdpSources
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.ios import mroute
from troubleshoot.parsing.msdp_state import STATE, Table, entry, known_asn, merge, named, peer, read_blocks, state
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, TIMER, seconds

_NAME = r"\([^()]{0,255}\)"
_HEAD = re.compile(rf"MSDP Peer ({IPV4})(?: {_NAME})?, AS (\S{{1,12}})(?: .{{0,40}})?$")
_STATE = re.compile(
    rf"State: ({STATE}), Resets: (\d{{1,10}})"
    rf"(?:, Connection source: (?:(none)\b.{{0,20}}|(\S{{1,60}}) \(({IPV4})\)))?,?$"
)
_AGE = re.compile(rf"Uptime\(Downtime\): ({TIMER})\b")
_MESH = re.compile(r"Peer is member of mesh-group (\S{1,64})$")
_FILTER = re.compile(r"(Input|Output) (?:\(S,G\)|RP) filter: (.{1,64}?), route-map: (\S{1,64})$")
_LEARNED = re.compile(r"SAs learned from this peer: (\d{1,10})\b")
_ROSE = re.compile(r"Number of connection transitions to Established state: (\d{1,10})$")
_MD5 = re.compile(r"MD5 signature protection on MSDP TCP connection: (not )?enabled$")
_RPF = re.compile(r"RPF Failure count: (\d{1,10})$")
_MESSAGES = re.compile(r"SA Messages in/out: (\d{1,10})/(\d{1,10})$")
_KNOWN = re.compile(
    r"(?:Connection status:|Description:|Output messages discarded|Connection and counters cleared|SA Filtering:"
    r"|SA-Requests:|Input filter:|Sending SA-Requests|Peer ttl threshold|Input queue size|Message counters:"
    r"|SA Requests in|SA Responses out|Data Packets in/out|SAs limit|Keepalive|Holdtime|Connect-retry)",
    re.I,
)
_SUMMARY = re.compile(r"MSDP Peer Status Summary")
_HEADING = re.compile(r"Peer Address\s+AS\s+State\s+Uptime/"), re.compile(r"Downtime\s+Count\s+Count$")
_ROW = re.compile(
    rf"\*?({IPV4})\s+(\?|-|\d{{1,10}}(?:\.\d{{1,5}})?)\s+({STATE})\s+({TIMER})\s+(\d{{1,10}})\s+(\d{{1,10}})(?:\s.*)?$"
)


def parse_peers(pages: Sequence[Clean]) -> MsdpPeers:
    """Read ``show ip msdp [vrf V] peer`` and ``summary``, one of them or both; peers stand without a blank line.

    Raises:
        ParseFailure: nothing was recognised; a peer stands without its state; or a state is not known.
    """
    reading = MsdpPeers(enabled=True, originator=None, peers=[], at=[], unread=[])
    said = False
    for page in pages:
        if not page.lines:
            continue  # `peer` prints nothing where `summary` prints an empty table
        found, unread = (
            _summary(page)
            if any(_SUMMARY.match(text) for _, text in page.lines[:4])
            else read_blocks(page, _HEAD, _TABLE, _KNOWN)
        )
        said = True
        for item in found:
            merge(reading["peers"], item)
        reading["at"] += page.all()
        reading["unread"] += unread
    if not said:
        fail_unknown(pages[0])
    return reading


def _summary(page: Clean) -> tuple[list[MsdpPeer], Cites]:
    reading = Reading(page)
    missing = set(_HEADING)
    peers: list[MsdpPeer] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            peers.append(_row(page, number, match))
        elif heading := next((line for line in _HEADING if line.match(body)), None):
            missing.discard(heading)
            reading.seen |= not missing
        elif not _SUMMARY.match(body):
            reading.skip(number)
    return peers, reading.unread()


def _row(page: Clean, number: int, match: re.Match[str]) -> MsdpPeer:
    found = peer(match[1], page.at(number), state(page, number, match[3]))
    found["asn"], found["age"] = known_asn(match[2]), seconds(match[4])
    found["resets"], found["sa_count"] = int(match[5]), int(match[6])
    return found


def _filter(match: re.Match[str]) -> dict[str, object]:
    """Of the four filters (sources or RPs, list or route map) the one that is set is what matters."""
    chosen = next((name for name in (named(match[2]), named(match[3])) if name != "none"), "none")
    return {"filter_in" if match[1] == "Input" else "filter_out": chosen}


_TABLE: Table = (
    (_HEAD, lambda m: {"asn": known_asn(m[2])}),
    (_STATE, lambda m: {"state": m[1], "resets": int(m[2]), "source": m[3] or m[4], "local": m[5]}),
    (_AGE, lambda m: {"age": seconds(m[1])}),
    (_MESH, lambda m: {"mesh_group": m[1]}),
    (_FILTER, _filter),
    # The mesh group stands above this line; a text that ends before it does not say that there is none.
    (_LEARNED, lambda m: {"sa_count": int(m[1]), "mesh_group": "none"}),
    (_ROSE, lambda m: {"transitions": int(m[1])}),
    (_MD5, lambda m: {"password": m[1] is None}),
    (_RPF, lambda m: {"rpf_failures": int(m[1])}),
    (_MESSAGES, lambda m: {"sa_in": int(m[1]), "sa_out": int(m[2])}),
)

_CACHE = re.compile(r"MSDP Source-Active Cache - (\d{1,10}) entr(?:y|ies)")
_EMPTY = re.compile(r"No (?:MSDP )?(?:SA-cache|Source-Active|SA) entr", re.I)
_SA = re.compile(
    rf"\(({IPV4}), ?({IPV4})\), ?RP ({IPV4}), ?(?:M?BGP/)?AS ?(\S{{1,12}}?), ?({TIMER})/({TIMER})"
    rf"(?:, ?Peer ({IPV4}|[Ll]ocal))?(?:\s.*)?$"
)
_LEARNED_FROM = re.compile(rf"Learned from peer ({IPV4}), RPF peer ({IPV4}),?$")
_SA_KNOWN = re.compile(r"SAs received: \d")


def parse_cache(pages: Sequence[Clean]) -> MsdpCache:
    """Read ``show ip msdp [vrf V] sa-cache [G]``. IOS keeps here what it learned, not what it announces itself.

    Raises:
        ParseFailure: there is no heading; or it promises more entries than follow.
    """
    page = one_page(pages)
    reading = Reading(page)
    promised: int | None = None
    entries: list[MsdpSa] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _CACHE.match(body):
            reading.seen, promised = True, int(match[1])
        elif _EMPTY.match(body):
            reading.seen = True
        elif match := _SA.match(body):
            reading.row()
            entries.append(_sa(match, page.at(number)))
        elif entries and (match := _LEARNED_FROM.match(body)):
            entries[-1]["peer"] = match[1]
            entries[-1]["at"][0][2] = number
        elif not (entries and _SA_KNOWN.match(body)):
            reading.skip(number)
    if promised is not None and promised > len(entries) and not reading.skipped:
        raise ParseFailure(f"{promised} entries are announced and {len(entries)} follow", page.part, page.lines[-1][0])
    return MsdpCache(enabled=True, entries=entries, at=page.all(), unread=reading.unread())


def _sa(match: re.Match[str], at: Cites) -> MsdpSa:
    found = entry(match[1], match[2], at)
    found["rp"], found["age"], found["expires"] = match[3], seconds(match[5]), seconds(match[6])
    found["local"] = (match[7] or "").lower() == "local"
    found["peer"] = None if found["local"] else match[7]
    return found


def parse_sources(pages: Sequence[Clean]) -> MsdpSources:
    """Read ``show ip mroute [vrf V] [G]``: entries with flag A are what the router announces by MSDP.

    Raises:
        ParseFailure: as reading the multicast routing table.
    """
    table = mroute.parse(pages)
    sources = [
        MsdpSource(source=item["source"], group=item["group"], age=item["uptime"], at=item["at"])
        for item in table["entries"]
        if item["source"] != "*" and "A" in item["flags"]
    ]
    return MsdpSources(sources=sources, at=table["at"], unread=table["unread"])
