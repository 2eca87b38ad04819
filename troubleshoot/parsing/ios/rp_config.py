"""What the running configuration of IOS says about the work of a rendezvous point.

Lines of a VRF are passed over: the problem is about the global table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.msdp import RpConfig
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.rp_config import (
    MEMBER,
    PEER,
    Found,
    Table,
    flag,
    note,
    nothing,
    read,
    setting,
    take_blocks,
    take_member,
    take_originator,
    take_peer,
    whole,
)

_END = re.compile(r"end$")
_OWN = re.compile(r"ip msdp (?!vrf )|ip pim anycast-rp ")
_LIST = r"(?: (?:list|route-map|rp-list|rp-route-map) (?P<value>\S+).*)?$"
_TABLE: Table = (
    (re.compile(rf"ip msdp peer {PEER}(?: connect-source (?P<value>\S+))?(?: remote-as \S+)?$"), take_peer),
    (re.compile(rf"ip msdp mesh-group (?P<value>\S+) {PEER}$"), setting("mesh_group")),
    (re.compile(rf"ip msdp sa-filter in {PEER}{_LIST}"), setting("filter_in")),
    (re.compile(rf"ip msdp sa-filter out {PEER}{_LIST}"), setting("filter_out")),
    (re.compile(rf"ip msdp password peer {PEER}"), flag("password")),
    (re.compile(rf"ip msdp shutdown {PEER}$"), flag("shutdown")),
    (re.compile(r"ip msdp originator-id (?P<value>\S+)$"), take_originator),
    (re.compile(rf"ip msdp (?:description|keepalive|sa-limit|ttl-threshold) {PEER}\b"), note),
    (MEMBER, take_member),
    (
        re.compile(
            r"ip msdp (?:timer|cache-sa-state|cache-rejected-sa|default-peer"
            r"|redistribute|border|filter-sa-request|sa-request)\b"
        ),
        nothing,
    ),
)


def parse(pages: Sequence[Clean]) -> RpConfig:
    """Read ``show running-config``.

    Raises:
        ParseFailure: it is not a configuration, or its last line (``end``) is missing.
    """
    lines = whole(pages, _END, "last line")
    found = Found(Platform.IOS)
    take_blocks(found, lines)
    read(found, lines, _OWN, _TABLE)
    return found.record(pages, [])
