"""What the running configuration of FRRouting says about the work of a rendezvous point.

Up to 9 the lines stand in the global mode (``ip msdp``), later below ``router pim``. Release 8 has no originator ID:
it puts the address of a session into its announcements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.msdp import RpConfig
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import ConfigLine
from troubleshoot.parsing.rp_config import (
    PEER,
    Found,
    Table,
    flag,
    nothing,
    read,
    setting,
    take_blocks,
    take_originator,
    take_peer,
    whole,
)
from troubleshoot.parsing.values import IPV4

_END = re.compile(r"end$")
_OWN = re.compile(r"(?:ip )?msdp ")
_LINE = r"(?:ip )?msdp"
_MESH_SOURCE = re.compile(rf"{_LINE} mesh-group (?P<value>\S+) source (?P<source>{IPV4})$")


def _take_mesh_source(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """The sessions of a mesh group take their own address from here."""
    for item in found.peers.values():
        if item["mesh_group"] == match["value"]:
            item["source"] = item["source"] or match["source"]
            item["at"] += line["at"]


_TABLE: Table = (
    (re.compile(rf"{_LINE} peer {PEER} source (?P<value>{IPV4})(?: as \d+)?$"), take_peer),
    (re.compile(rf"{_LINE} mesh-group (?P<value>\S+) member {PEER}$"), setting("mesh_group")),
    (_MESH_SOURCE, _take_mesh_source),
    (re.compile(rf"{_LINE} peer {PEER} sa-filter (?P<value>\S+) in$"), setting("filter_in")),
    (re.compile(rf"{_LINE} peer {PEER} sa-filter (?P<value>\S+) out$"), setting("filter_out")),
    (re.compile(rf"{_LINE} peer {PEER} password "), flag("password")),
    (re.compile(rf"{_LINE} originator-id (?P<value>{IPV4})$"), take_originator),
    (re.compile(rf"{_LINE} (?:timers|log|shutdown|peer {IPV4} sa-limit)\b"), nothing),
)


def parse(pages: Sequence[Clean]) -> RpConfig:
    """Read ``show running-config``.

    Raises:
        ParseFailure: it is not a configuration, or its last line (``end``) is missing.
    """
    lines = whole(pages, _END, "last line")
    found = Found(Platform.FRR, default="session")
    take_blocks(found, lines)
    read(found, _members_first(lines), _OWN, _TABLE)
    return found.record(pages, [])


def _members_first(lines: Sequence[ConfigLine]) -> Iterator[ConfigLine]:
    yield from (line for line in lines if not _MESH_SOURCE.match(line["text"]))
    yield from (line for line in lines if _MESH_SOURCE.match(line["text"]))
