"""``show ip msdp peer`` and ``show ip msdp sa`` of FRRouting, with ``show ip msdp mesh-group``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.parsing.areas.msdp import MsdpCache, MsdpPeer, MsdpPeers, MsdpSa, MsdpSource, MsdpSources
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import is_json, read_object
from troubleshoot.parsing.msdp_state import STATE, Table, entry, merge, named, peer, read_blocks, state
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4, TIMER, address, seconds

_HEADING = re.compile(r"Peer\s+Local\s+State\s+Uptime\s+SaCnt(?:\s+AS)?$")
_ROW = re.compile(rf"({IPV4})\s+({IPV4})\s+({STATE})\s+({TIMER})\s+(\d{{1,10}})(?:\s+(\S{{1,12}}))?$")


def parse_peers(pages: Sequence[Clean]) -> MsdpPeers:
    """Read ``show ip msdp peer [detail] [json]`` and, as further outputs, ``show ip msdp mesh-group json``.

    A session that is configured twice, by itself and by its mesh group, is printed twice; it is one record.

    Raises:
        ParseFailure: neither JSON nor a known text; or a state is not known.
    """
    if not pages:
        raise ParseFailure("expected the output of show ip msdp peer")
    page = pages[0]
    record = MsdpPeers(enabled=True, originator=None, peers=[], at=page.all(), unread=[])
    if is_json(page):
        for found in _json_peers(page):
            merge(record["peers"], found)
    elif any(_DETAIL.match(text.strip()) for _, text in page.lines[:2]):
        record["unread"] = _details(page, record)
    else:
        record["unread"] = _table(page, record)
    for more in pages[1:]:
        _mesh(more, record)
    return record


def _table(page: Clean, record: MsdpPeers) -> Cites:
    reading = Reading(page)
    for number, match in read_table(reading, (_HEADING,), _ROW):
        found = peer(match[1], page.at(number), state(page, number, match[3]))
        found["local"], found["age"], found["sa_count"] = match[2], seconds(match[4]), int(match[5])
        merge(record["peers"], found)
    return reading.unread()


def _json_peers(page: Clean) -> Iterator[MsdpPeer]:
    for name, node in read_object(page).objects():
        word = node.text("state")
        if address(name) is None or word is None:
            raise ParseFailure("the JSON peer has no address or no state", page.part, node.first)
        found = peer(name, page.at(node.first, node.last), state(page, node.first, word))
        found["local"], found["age"] = node.text("local"), seconds(node.text("upTime") or "")
        found["sa_count"], found["transitions"] = node.number("saCount"), node.number("establishedChanges")
        found["sa_in"], found["sa_out"] = node.number("saRcvd"), node.number("saSent")
        group = node.text("meshGroupName")
        found["mesh_group"] = named(group) if group else None
        yield found


_DETAIL = re.compile(rf"Peer : ({IPV4})$")
_QUIET = re.compile(
    r"(?:Keepalive Timer|Conn Retry Timer|Hold Timer|Last Reset|Conn Attempts|Statistics|Sent\s|Keepalives)"
)
_TABLE: Table = (
    (re.compile(rf"State\s+: ({STATE})$"), lambda m: {"state": m[1]}),
    (re.compile(rf"Local\s+: ({IPV4})$"), lambda m: {"local": m[1]}),
    (re.compile(r"Mesh Group\s+: (\S{1,64})$"), lambda m: {"mesh_group": named(m[1])}),
    (re.compile(rf"Uptime\s+: ({TIMER})$"), lambda m: {"age": seconds(m[1])}),
    (re.compile(r"Established Changes\s+: (\d{1,10})$"), lambda m: {"transitions": int(m[1])}),
    (re.compile(r"SA Count\s+: (\d{1,10})$"), lambda m: {"sa_count": int(m[1])}),
    (re.compile(r"SAs\s+:\s+(\d{1,10})\s+(\d{1,10})$"), lambda m: {"sa_out": int(m[1]), "sa_in": int(m[2])}),
)


def _details(page: Clean, record: MsdpPeers) -> Cites:
    found, unread = read_blocks(page, _DETAIL, _TABLE, _QUIET)
    for item in found:
        merge(record["peers"], item)
    return unread


def _mesh(page: Clean, record: MsdpPeers) -> None:
    """Note the mesh group of each session; one that is in no group is in none."""
    groups = [(node.text("name") or name, node) for name, node in read_object(page).objects()]
    members = {
        member: (name, page.at(place.first, place.last))
        for name, node in groups
        for member, place in (node.members["members"].objects() if "members" in node.members else ())
    }
    for item in record["peers"]:
        name, at = members.get(item["address"], ("none", []))
        item["mesh_group"] = name
        item["at"] = [*item["at"], *at]
    record["at"] = [*record["at"], *page.all()]


_SA_HEADING = re.compile(r"Source\s+Group\s+RP\s+Local\s+SPT\s+Uptime$")
_SA = re.compile(rf"({IPV4})\s+({IPV4})\s+({IPV4}|-)\s+([yn])\s+([yn-])\s+({TIMER})$")


def parse_cache(pages: Sequence[Clean]) -> MsdpCache:
    """Read ``show ip msdp sa [json]``: what was learned and, with Local ``y``, what is announced.

    Raises:
        ParseFailure: neither JSON nor a known table.
    """
    page = one_page(pages)
    if is_json(page):
        return MsdpCache(enabled=True, entries=list(_json_entries(page)), at=page.all(), unread=[])
    reading = Reading(page)
    entries: list[MsdpSa] = []
    for number, match in read_table(reading, (_SA_HEADING,), _SA):
        entries.append(_sa(match[1], match[2], match[3], match[4] == "y", match[6], page.at(number)))
    return MsdpCache(enabled=True, entries=entries, at=page.all(), unread=reading.unread())


def _json_entries(page: Clean) -> Iterator[MsdpSa]:
    for group, sources in read_object(page).objects():
        for source, node in sources.objects():
            local = {"yes": True, "no": False}.get(node.text("local") or "")
            if local is None or address(group) is None or address(source) is None:
                raise ParseFailure("the JSON entry is not one of a source", page.part, node.first)
            at = page.at(node.first, node.last)
            yield _sa(source, group, node.text("rp") or "-", local, node.text("upTime") or "", at)


def _sa(source: str, group: str, rp: str, local: bool, age: str, at: Cites) -> MsdpSa:
    found = entry(source, group, at)
    found["rp"], found["local"], found["age"] = address(rp), local, seconds(age)
    return found


def parse_sources(pages: Sequence[Clean]) -> MsdpSources:
    """Read ``show ip msdp sa [json]``: the entries that the router itself announces.

    Raises:
        ParseFailure: as reading the whole table.
    """
    cache = parse_cache(pages)
    sources = [
        MsdpSource(source=item["source"], group=item["group"], age=item["age"], at=item["at"])
        for item in cache["entries"]
        if item["local"]
    ]
    return MsdpSources(sources=sources, at=cache["at"], unread=cache["unread"])
