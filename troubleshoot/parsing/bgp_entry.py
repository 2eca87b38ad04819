"""From what was read of a BGP entry to its normal form: whose path it is, and what keeps it out of a multipath.

The best-path order is that of RFC 4271 section 9.1.2.2 with the local steps that all vendors put in front (weight,
local preference). Paths share load only where they are equal in all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from troubleshoot.parsing.areas.bgp import BgpEntry, BgpPath, BgpPaths
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.values import IPV4, NO_ADDRESS, prefix

RD = rf"(?:{IPV4}|\d{{1,10}}(?:\.\d{{1,5}})?):\d{{1,10}}"
ADDRESS = rf"(?:{IPV4}|[0-9A-Fa-f:.]{{2,45}})"
AS_PATH = r"(?:\(?\[?\{?\d[\d.,{}()\[\] ]{0,2000})"
_ASN = re.compile(r"\{[^}]*\}|[\d.]+")
_CONFEDERATION = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_USUAL = 100  # the local preference of a path that does not say another


def new_path(at: Cites) -> BgpPath:
    """A path of which nothing is known yet."""
    return BgpPath(
        next_hop=None, reachable=True, metric=None, peer=None, router_id=None, advertiser=None, own=False, kind=None,
        as_path="", as_length=0, origin=None, med=None, local_preference=None, weight=None, valid=False, best=False,
        multipath=False, backup=False, duplicate=False, imported=False, imported_from=None, route_targets=[],
        originator=None, clusters=[], label_in=None, label_out=None, aggregate=False, differs=[], at=at,
    )  # fmt: skip


def new_entry(rd: str | None, network: str, at: Cites) -> BgpEntry:
    """An entry without paths.

    Raises:
        ParseFailure: ``network`` is no prefix.
    """
    found = prefix(network)
    if found is None:
        raise ParseFailure(f"{network[:40]!a} is no prefix", at[0][0], at[0][1])
    return BgpEntry(
        rd=rd,
        rd_number=int(rd.rpartition(":")[2]) if rd else None,
        prefix=found,
        table=None,
        multipath=[],
        paths=[],
        advertisers=[],
        used=0,
        at=at,
    )


def set_as_path(path: BgpPath, text: str) -> None:
    """Take the AS path as printed; a set counts as one, a confederation not at all (RFC 5065)."""
    path["as_path"] = " ".join(text.split())
    path["as_length"] = len(_ASN.findall(_CONFEDERATION.sub("", text)))


def multipath_kinds(text: str) -> list[str]:
    """The kinds behind `Multipath:`.

    >>> multipath_kinds("eBGP iBGP")
    ['ebgp', 'ibgp']
    """
    return [word.lower() for word in text.replace(",", " ").split()]


def finish(entries: Sequence[BgpEntry], page: Clean, unread: Cites, *, found: bool) -> BgpPaths:
    """Complete the entries and put them together."""
    for entry in entries:
        _complete(entry)
    return BgpPaths(
        found=found,
        entries=list(entries),
        rds=_distinct(entry["rd"] for entry in entries),
        advertisers=_distinct(each for entry in entries for each in entry["advertisers"]),
        at=page.all(),
        unread=unread,
    )


def _complete(entry: BgpEntry) -> None:
    paths = entry["paths"]
    for path in paths:
        _owner(path)
    best = next((path for path in paths if path["best"]), None)
    used = [path for path in paths if path["best"] or path["multipath"]]
    for path in paths:
        path["differs"] = [] if best is None or path is best else _differences(path, best)
        path["duplicate"] = not (path["best"] or path["multipath"]) and any(_same_exit(path, other) for other in used)
    last = max((path["at"][0][2] for path in paths), default=0)
    entry["at"][0][2] = max(entry["at"][0][2], last)
    entry["used"] = len({path["next_hop"] for path in used})
    entry["advertisers"] = _distinct(path["advertiser"] for path in paths if not path["imported"])


def _owner(path: BgpPath) -> None:
    if path["peer"] == NO_ADDRESS:
        path["peer"] = None
    path["own"] = not path["imported"] and path["kind"] in ("external", "local")
    if not path["own"]:
        # What FRRouting imports has itself as its peer: the next hop is then the best name of the PE.
        sender = path["router_id"] if path["peer"] else path["next_hop"]
        path["advertiser"] = path["originator"] or sender


def _same_exit(one: BgpPath, other: BgpPath) -> bool:
    return one["next_hop"] == other["next_hop"] and one["advertiser"] == other["advertiser"]


def _differences(path: BgpPath, best: BgpPath) -> list[str]:
    pairs = (
        ("weight", path["weight"] or 0, best["weight"] or 0),
        ("local_preference", _preference(path), _preference(best)),
        ("as_length", path["as_length"], best["as_length"]),
        ("origin", path["origin"], best["origin"]),
        ("med", path["med"] or 0, best["med"] or 0),
        ("kind", path["kind"], best["kind"]),
        ("as_path", path["as_path"], best["as_path"]),
        ("metric", path["metric"] or 0, best["metric"] or 0),
    )
    return [name for name, mine, its in pairs if mine != its]


def _preference(path: BgpPath) -> int:
    return _USUAL if path["local_preference"] is None else path["local_preference"]


def _distinct(values: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value is not None))


def check_count(entry: BgpEntry, announced: int | None, page: Clean) -> None:
    """An entry that shows fewer paths than it announces was cut off.

    Raises:
        ParseFailure: the numbers differ, or a path lacks the line with its attributes.
    """
    last = page.lines[-1][0]
    if announced is None:
        raise ParseFailure("the BGP entry does not say how many paths it has", page.part, entry["at"][0][1])
    if len(entry["paths"]) != announced:
        message = f"the BGP entry announces {announced} paths and shows {len(entry['paths'])}"
        raise ParseFailure(message, page.part, last)
    if any(path["origin"] is None for path in entry["paths"]):
        raise ParseFailure("the BGP entry has a path without attributes", page.part, last)
