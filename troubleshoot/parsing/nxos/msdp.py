"""``show ip msdp peer``, ``summary`` and ``sa-cache`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.msdp import MsdpCache, MsdpPeer, MsdpPeers, MsdpSa
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.msdp_state import STATE, Table, entry, known_asn, merge, named, peer, read_blocks, state
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, TIMER, seconds

_SUMMARY = re.compile(r"MSDP Peer Status Summary for VRF")
_OWN = re.compile(rf"Local ASN: \S{{1,12}}, originator-id: ({IPV4})$")
_CONFIGURED = re.compile(r"Number of configured peers: +(\d{1,6})$")
_SUMMARY_KNOWN = re.compile(r"(?:Number of (?:established|shutdown) peers|Peer\s+Peer\s|Address\s+ASN\s)")
_ROW = re.compile(rf"({IPV4})\s+(\S{{1,12}})\s+({STATE})\s+({TIMER})\s+({TIMER})\s+(\d{{1,10}})$")


def parse_peers(pages: Sequence[Clean]) -> MsdpPeers:
    """Read ``show ip msdp summary [vrf V]`` and ``show ip msdp peer [vrf V]``, one of them or both.

    Raises:
        ParseFailure: nothing was recognised; a peer stands without its state; or peers are missing.
    """
    record = MsdpPeers(enabled=True, originator=None, peers=[], at=[], unread=[])
    said = False
    for page in pages:
        if not page.lines:
            continue  # without peers `show ip msdp peer` prints nothing
        said = True
        summary = any(_SUMMARY.match(text) for _, text in page.lines[:3])
        record["unread"] += _summary(page, record) if summary else _details(page, record)
        record["at"] += page.all()
    if not said:
        fail_unknown(pages[0])
    return record


def _summary(page: Clean, record: MsdpPeers) -> Cites:
    reading = Reading(page)
    promised: int | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            merge(record["peers"], _row(page, number, match))
        elif match := _OWN.match(body):
            record["originator"] = None if match[1] == NO_ADDRESS else match[1]
        elif match := _CONFIGURED.match(body):
            reading.seen, promised = True, int(match[1])
        elif not (_SUMMARY.match(body) or _SUMMARY_KNOWN.match(body)):
            reading.skip(number)
    if promised is not None and promised > reading.rows and not reading.skipped:
        raise ParseFailure(f"{promised} peers are announced and {reading.rows} follow", page.part, page.lines[-1][0])
    return reading.unread()


def _row(page: Clean, number: int, match: re.Match[str]) -> MsdpPeer:
    found = peer(match[1], page.at(number), state(page, number, match[3]))
    found["asn"], found["age"], found["sa_count"] = known_asn(match[2]), seconds(match[4]), int(match[6])
    return found


_HEAD = re.compile(rf"MSDP peer ({IPV4}) for VRF \"")
_STATUS = re.compile(rf"Connection status: ({STATE})(?:, .{{0,60}})?$")
_LOCAL = re.compile(rf"AS (\S{{1,12}}), local address: ({IPV4})(?: \((\S{{1,60}})\))?$")
_AGE = re.compile(rf"Uptime\(Downtime\): ({TIMER})$")
_PASSWORD = re.compile(r"Password: (.{1,40})$")
_POLICIES = re.compile(r"SA in: (\S{1,64}), SA out: (\S{1,64})$")
_MESH = re.compile(r"Member of mesh-group: (.{1,64})$")
_MESSAGES = re.compile(r"SAs: (\d{1,10})/(\d{1,10}), SA-Requests")
_RPF = re.compile(r"RPF check failures: (\d{1,10})$")
_ROSE = re.compile(r"Established Transitions: (\d{1,10})$")
_KNOWN = re.compile(
    r"(?:Description|Last reset reason|Keepalive|Reconnection Interval|Policies:|SA limit|Statistics|Last messaged? rec"
    r"|In/Out Ctrl|Remote/Local Port|Keepalives|Cache Lifetime|Connection Attempts|Discontinuity|SA-Limit|Peer-)",
    re.I,
)


_TABLE: Table = (
    (_STATUS, lambda m: {"state": m[1]}),
    (_LOCAL, lambda m: {"asn": known_asn(m[1]), "local": m[2], "source": m[3]}),
    (_AGE, lambda m: {"age": seconds(m[1])}),
    (_PASSWORD, lambda m: {"password": named(m[1]) != "none"}),
    (_POLICIES, lambda m: {"filter_in": named(m[1]), "filter_out": named(m[2])}),
    (_MESH, lambda m: {"mesh_group": named(m[1])}),
    (_MESSAGES, lambda m: {"sa_in": int(m[1]), "sa_out": int(m[2])}),
    (_RPF, lambda m: {"rpf_failures": int(m[1])}),
    (_ROSE, lambda m: {"transitions": int(m[1])}),
)


def _details(page: Clean, record: MsdpPeers) -> Cites:
    found, unread = read_blocks(page, _HEAD, _TABLE, _KNOWN)
    for item in found:
        merge(record["peers"], item)
    return unread


_CACHE = re.compile(r'MSDP SA Route Cache for VRF "[^"]{1,40}" - (\d{1,10}) entr')
_HEADING = re.compile(r"Source\s+Group\s+RP\s+ASN\s+Uptime")
_SA = re.compile(
    rf"({IPV4})\s+({IPV4})\s+({IPV4})\s+(\S{{1,12}})\s+({TIMER})(?:\s+(?:True|False|Yes|No)\s+({IPV4}))?$", re.I
)
_FROM = re.compile(rf"Peer: +({IPV4}), Expires: +({TIMER})$")


def parse_cache(pages: Sequence[Clean]) -> MsdpCache:
    """Read ``show ip msdp sa-cache [detail] [vrf V]``.

    Raises:
        ParseFailure: there is no heading; or it promises more entries than follow.
    """
    page = one_page(pages)
    reading = Reading(page)
    promised = 0
    entries: list[MsdpSa] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _CACHE.match(body):
            reading.seen, promised = True, promised + int(match[1])
        elif match := _SA.match(body):
            reading.row()
            entries.append(_sa(match, page.at(number)))
        elif entries and (match := _FROM.match(body)):
            entries[-1]["peer"], entries[-1]["expires"] = match[1], seconds(match[2])
            entries[-1]["at"][0][2] = number
        elif not _HEADING.match(body):
            reading.skip(number)
    if promised > len(entries) and not reading.skipped:
        raise ParseFailure(f"{promised} entries are announced and {len(entries)} follow", page.part, page.lines[-1][0])
    return MsdpCache(enabled=True, entries=entries, at=page.all(), unread=reading.unread())


def _sa(match: re.Match[str], at: Cites) -> MsdpSa:
    found = entry(match[1], match[2], at)
    found["rp"], found["age"], found["peer"] = match[3], seconds(match[5]), match[6]
    return found
