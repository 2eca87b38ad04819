"""``show ip rpf`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Rpf
from troubleshoot.parsing.table import Reading, fail_unknown, one_page
from troubleshoot.parsing.values import NO_ADDRESS, address, prefix

_FIRST = re.compile(
    r"RPF information for \S{1,255} \(([0-9A-Fa-f.:]{2,45})\)(?P<failed> failed\b.*)?(?: MoFRR Enabled)?$"
)
_FIELD = re.compile(r"RPF (interface|neighbor|route/mask|type):\s*(.{0,200})$")
_NEIGHBOR = re.compile(r"\S{1,255} \(([0-9A-Fa-f.:]{2,45})\)(?P<connected> - directly connected)?$")
_TYPE = re.compile(r"(?P<kind>[a-z]+(?: mroute)?)(?: \((?P<protocol>[^)]{0,60})\))?$", re.I)
_OTHER_VRF = re.compile(r"Using (?:Group Based VRF Select|Extranet RPF Rule: [^,]{1,60}), RPF VRF: (\S{1,64})$")
_KNOWN = re.compile(
    r"(?:RPF (?:recursion count|topology|topology_id|Vector)|Doing distance-preferred|Doing \w+|Multicast Multipath"
    r"|Using (?:Group|Extranet)"
    r"|BGP (?:originator|lookup)|Using|Lookup|MoFRR|Secondary|\S{0,30}Tunnel)",
    re.I,
)


def parse(pages: Sequence[Clean]) -> Rpf:
    """Read ``show ip rpf [vrf V] S [G]``.

    Raises:
        ParseFailure: the first line is missing, or interface, neighbor or type although the lookup worked.
    """
    page = one_page(pages)
    reading = Reading(page)
    record: Rpf | None = None
    for number, text in page.lines:
        body = text.strip()
        if record is None and (match := _FIRST.match(body)):
            record = _empty(match)
            reading.row()
        elif record is not None and (match := _FIELD.match(body)):
            if not _set(record, match[1], match[2].strip()):
                reading.skip(number)
        elif record is not None and (match := _OTHER_VRF.match(body)):
            record["vrf"] = match[1]
        elif record is None or not _KNOWN.match(body):
            reading.skip(number)
    if record is None:
        fail_unknown(page)
    return _finish(record, page, reading)


def _finish(record: Rpf | None, page: Clean, reading: Reading) -> Rpf:
    assert record is not None  # fail_unknown raised
    if record["found"] and (record["interface"] is None or record["neighbor"] is None):
        raise ParseFailure("the RPF interface or neighbor is missing", page.part, page.lines[-1][0])
    if record["found"] and record["kind"] is None:  # the last line that every release prints
        raise ParseFailure("the RPF type is missing", page.part, page.lines[-1][0])
    record["at"], record["unread"] = page.all(), reading.unread()
    return record


def _empty(match: re.Match[str]) -> Rpf:
    return Rpf(
        target=address(match[1]) or match[1],
        found=match["failed"] is None,
        interface=None,
        neighbor=None,
        connected=False,
        route=None,
        kind=None,
        protocol=None,
        vrf=None,
        at=[],
        unread=[],
    )


def _set(record: Rpf, name: str, value: str) -> bool:
    if name == "interface":
        record["interface"] = canonical(Platform.IOS, value)
    elif name == "neighbor":
        return _set_neighbor(record, value)
    elif name == "route/mask":
        network, _, mask = value.partition("/")
        record["route"] = prefix(network, mask)
        return record["route"] is not None
    else:
        return _set_type(record, value)
    return bool(value)


def _set_neighbor(record: Rpf, value: str) -> bool:
    match = _NEIGHBOR.match(value)
    neighbor = address(match[1]) if match else None
    if match is None or neighbor is None:
        return False
    record["connected"] = match["connected"] is not None
    # On a connected source IOS prints the source itself as its neighbor; the normal form is "none needed".
    record["neighbor"] = NO_ADDRESS if record["connected"] else neighbor
    return True


def _set_type(record: Rpf, value: str) -> bool:
    match = _TYPE.match(value)
    if match is None:
        return False
    record["kind"] = match["kind"].lower()
    record["protocol"] = (match["protocol"] or "").split(" ")[0] or None
    return True
