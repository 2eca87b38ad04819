"""``show bgp ipv4 vpn PREFIX`` and ``show bgp vrf V ipv4 unicast PREFIX`` of FRRouting, as text and as JSON.

The text names the RD from which a path was imported into a VRF; the JSON of 8.4 does not, it only shows that the next
hop lies in another VRF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.parsing.areas.bgp import BgpEntry, BgpPath, BgpPaths
from troubleshoot.parsing.bgp_entry import finish, new_entry, new_path, set_as_path
from troubleshoot.parsing.bgp_text import LAST_UPDATE, EntryReader
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import Node, is_json, read_object
from troubleshoot.parsing.table import one_page

_NONE = re.compile(r"% ?Network not in table$")


def parse(pages: Sequence[Clean]) -> BgpPaths:
    """Read one prefix.

    Raises:
        ParseFailure: neither an entry nor ``not in table``; an unknown VRF; a text that was cut off.
    """
    page = one_page(pages)
    if is_json(page):
        return _from_json(page)
    if len(page.lines) == 1 and _NONE.match(page.lines[0][1].strip()):
        return finish([], page, [], found=False)
    reader = EntryReader(page, LAST_UPDATE)
    entries = reader.read()
    return finish(entries, page, reader.reading.unread(), found=True)


def _from_json(page: Clean) -> BgpPaths:
    root = read_object(page)
    if warning := root.text("warning"):
        raise ParseFailure(f"the router says: {warning[:60]!a}", page.part, root.first)
    entries = [entry for rd, node in _nodes(root) for entry in [_entry(page, rd, node)]]
    if not entries and root.members:
        raise ParseFailure("the JSON holds no prefix", page.part, root.first)
    return finish(entries, page, [], found=bool(entries))


def _nodes(root: Node) -> Iterator[tuple[str | None, Node]]:
    """A VRF prints the prefix itself; a VPN table one for each RD."""
    if "prefix" in root.members:
        yield None, root
    else:
        yield from root.objects()


def _entry(page: Clean, rd: str | None, node: Node) -> BgpEntry:
    network, paths = node.text("prefix"), node.members.get("paths")
    if network is None or paths is None:
        raise ParseFailure("the JSON entry has no prefix or no paths", page.part, node.first)
    entry = new_entry(rd, network, page.at(node.first, node.last))
    entry["paths"] = [_path(page, each) for each in paths.items]
    return entry


def _path(page: Clean, node: Node) -> BgpPath:
    path = new_path(page.at(node.first, node.last))
    as_path = node.members.get("aspath")
    text = as_path.text("string") if as_path else None
    set_as_path(path, "" if text in (None, "Local") else str(text))
    path["origin"] = (node.text("origin") or "").lower() or None
    path["med"], path["local_preference"], path["weight"] = (
        node.number("metric"),
        node.number("locPrf"),
        node.number("weight"),
    )
    path["valid"], path["multipath"] = bool(node.truth("valid")), bool(node.truth("multipath"))
    best = node.members.get("bestpath")
    path["best"] = bool(best and best.truth("overall"))
    path["imported"] = "nhVrfName" in node.members or "importedFrom" in node.members
    path["imported_from"] = node.text("importedFrom")
    _origins(path, node)
    _peer(path, node)
    return path


def _origins(path: BgpPath, node: Node) -> None:
    communities, clusters = node.members.get("extendedCommunity"), node.members.get("clusterList")
    words = ((communities.text("string") if communities else None) or "").split()
    path["route_targets"] = [word[3:] for word in words if word.startswith("RT:")]
    path["originator"] = node.text("originatorId")
    listed = clusters.members.get("list") if clusters else None
    path["clusters"] = [str(item.value) for item in (listed.items if listed else [])]
    label = node.number("remoteLabel")
    path["label_out"] = None if label is None else str(label)


def _peer(path: BgpPath, node: Node) -> None:
    peer = node.members.get("peer")
    if peer is not None:
        path["peer"], path["router_id"] = peer.text("peerId"), peer.text("routerId")
        path["kind"] = peer.text("type")
    if node.truth("sourced") or node.truth("local"):
        path["kind"] = path["kind"] or "local"
    hops = node.members.get("nexthops")
    for hop in (hops.items if hops else [])[:1]:
        path["next_hop"], path["metric"] = hop.text("ip"), hop.number("metric")
        path["reachable"] = hop.truth("accessible") is not False
