"""What the running configuration of NX-OS says about the work of a rendezvous point.

Some arguments stand in the other order than on IOS. Indented lines belong to a VRF and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.msdp import RpConfig
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.records import ConfigLine
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

_VERSION = re.compile(r"version \S")


def _take_feature(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    found.feature = match["no"] is None


_OWN = re.compile(r"(?:no )?feature msdp$|ip msdp |ip pim anycast-rp ")
_TABLE: Table = (
    (re.compile(r"(?P<no>no )?feature msdp$"), _take_feature),
    (re.compile(rf"ip msdp peer {PEER}(?: connect-source (?P<value>\S+))?(?: remote-as \S+)?$"), take_peer),
    (re.compile(rf"ip msdp mesh-group {PEER} (?P<value>\S+)$"), setting("mesh_group")),
    (re.compile(rf"ip msdp sa-policy {PEER} (?P<value>\S+) in$"), setting("filter_in")),
    (re.compile(rf"ip msdp sa-policy {PEER} (?P<value>\S+) out$"), setting("filter_out")),
    (re.compile(rf"ip msdp password {PEER}"), flag("password")),
    (re.compile(rf"ip msdp shutdown {PEER}$"), flag("shutdown")),
    (re.compile(r"ip msdp originator-id (?P<value>\S+)$"), take_originator),
    (re.compile(rf"ip msdp (?:description|keepalive|sa-limit|ttl-threshold) {PEER}\b"), note),
    (MEMBER, take_member),
    (
        re.compile(
            r"ip msdp (?:reconnect-interval|sa-interval|group-limit|redistribute"
            r"|cache-lifetime|flush-routes|bfd)\b"
        ),
        nothing,
    ),
)


def parse(pages: Sequence[Clean]) -> RpConfig:
    """Read ``show running-config``.

    Raises:
        ParseFailure: it is not a configuration, or its first line (``version``) is missing.
    """
    lines = whole(pages, _VERSION, "version")
    top = {number for number, text in pages[0].lines if not text.startswith(" ")}
    found = Found(Platform.NXOS, feature=False)
    take_blocks(found, lines)
    read(found, (line for line in lines if line["at"][0][1] in top), _OWN, _TABLE)
    return found.record(pages, [])
