"""``show msdp [detail]`` and ``show msdp source-active`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.msdp import MsdpCache, MsdpPeer, MsdpPeers, MsdpSa, MsdpSource, MsdpSources
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.msdp_state import STATE, Table, entry, merge, named, peer, read_blocks, state
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import IPV4, seconds

# Junos writes days apart from the time of day: "5d 19:25:44"; older releases print "2w3d" or the time alone.
_TIMER = r"(?:(\d{1,5}(?:w\d)?d) )?(\d{1,4}:\d\d:\d\d|\d{1,5}w\dd|\d{1,5}d\d\dh|never)"
_HEADING = re.compile(r"Peer address\s+Local address\s+State\s+Last up/down\s+Peer-Group")
_ROW = re.compile(
    rf"({IPV4})\s+({IPV4})\s+({STATE})\s+{_TIMER}(?:\s+(?!\d{{1,9}}/)(\S{{1,40}}))?(?:\s+(\d{{1,9}})/(\d{{1,9}}))?$"
)
_INSTANCE = re.compile(r"(?:Instance: |MSDP instance)")
_PEER = re.compile(rf"Peer: ({IPV4})$")
_KNOWN = re.compile(
    r"(?:Instance: |MSDP instance|Peer-Group: |(?:Peer )?Connect Retries|State timer expires|Peer Times out"
    r"|SA received)",
    re.I,
)


def parse_peers(pages: Sequence[Clean]) -> MsdpPeers:
    """Read ``show msdp`` and ``show msdp detail [instance V]``, one of them or both.

    Raises:
        ParseFailure: nothing was recognised; a peer stands without its state; or a state is not known.
    """
    record = MsdpPeers(enabled=True, originator=None, peers=[], at=[], unread=[])
    said = False
    for page in pages:
        if not page.lines:
            continue
        said = True
        brief = any(_HEADING.match(text.strip()) or _ROW.match(text.strip()) for _, text in page.lines[:4])
        record["unread"] += _brief(page, record) if brief else _details(page, record)
        record["at"] += page.all()
    if not said:
        fail_unknown(pages[0])
    return record


def _brief(page: Clean, record: MsdpPeers) -> Cites:
    reading = Reading(page)
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            merge(record["peers"], _row(page, number, match))
        elif _HEADING.match(body):
            reading.seen = True
        elif not _INSTANCE.match(body):
            reading.skip(number)
    return reading.unread()


def _row(page: Clean, number: int, match: re.Match[str]) -> MsdpPeer:
    found = peer(match[1], page.at(number), state(page, number, match[3]))
    found["local"] = match[2]
    found["age"] = _age(match[4], match[5])
    # The group's mode, mesh group or not, is in the configuration only.
    found["sa_count"] = int(match[7]) if match[7] else None
    return found


def _age(days: str | None, clock: str) -> int | None:
    rest = seconds(clock)
    return rest if days is None or rest is None else rest + (seconds(days) or 0)


_STATE = re.compile(rf"State: ({STATE})$")
_TABLE: Table = (
    (_STATE, lambda m: {"state": m[1]}),
    (re.compile(rf"Local address: ({IPV4})$"), lambda m: {"local": m[1]}),
    (re.compile(r"SA accepted: (\d{1,9})$"), lambda m: {"sa_count": int(m[1])}),
    (re.compile(r"Mesh-group: (\S{1,64})$", re.I), lambda m: {"mesh_group": named(m[1])}),
    (re.compile(rf"(?:Last up/down|Uptime|Downtime): {_TIMER}$"), lambda m: {"age": _age(m[1], m[2])}),
)


def _details(page: Clean, record: MsdpPeers) -> Cites:
    found, unread = read_blocks(page, _PEER, _TABLE, _KNOWN)
    for item in found:
        merge(record["peers"], item)
    return unread


_SA_HEADING = re.compile(r"Group address\s+Source address\s+Peer address\s+Originator\s+Flags")
_SA = re.compile(rf"(?:({IPV4})\s+)?({IPV4})\s+({IPV4}|local)\s+({IPV4})\s+(\S{{1,40}}(?:, ?\S{{1,20}})?)$")
_SA_KNOWN = re.compile(r"(?:Global |Instance: |Per-source |Per-instance )active source|Instance: ", re.I)


def parse_cache(pages: Sequence[Clean]) -> MsdpCache:
    """Read ``show msdp source-active``: what was learned and, with the peer ``local``, what is announced.

    Raises:
        ParseFailure: neither heading nor entry was recognised; or an entry stands without its group.
    """
    page = one_page(pages)
    reading = Reading(page)
    entries: list[MsdpSa] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _SA.match(body):
            # Further sources of a group stand without it; IPv4 groups and sources differ in their first octet.
            group = match[1] or (entries[-1]["group"] if entries else None)
            if group is None:
                raise ParseFailure("a source stands without its group", page.part, number)
            reading.row()
            entries.append(_sa(group, match, page.at(number)))
        elif _SA_HEADING.match(body):
            reading.seen = True
        elif not _SA_KNOWN.match(body):
            reading.skip(number)
    return MsdpCache(enabled=True, entries=entries, at=page.all(), unread=reading.unread())


def _sa(group: str, match: re.Match[str], at: Cites) -> MsdpSa:
    found = entry(match[2], group, at)
    found["local"], found["rp"] = match[3] == "local", match[4]
    found["peer"] = None if found["local"] else match[3]
    found["accepted"] = match[5].split(",")[0] == "Accept"
    return found


def parse_sources(pages: Sequence[Clean]) -> MsdpSources:
    """Read ``show msdp source-active``: the entries that the device itself announces.

    Raises:
        ParseFailure: as reading the whole table.
    """
    cache = parse_cache(pages)
    sources = [
        MsdpSource(source=item["source"], group=item["group"], age=None, at=item["at"])
        for item in cache["entries"]
        if item["local"]
    ]
    return MsdpSources(sources=sources, at=cache["at"], unread=cache["unread"])
