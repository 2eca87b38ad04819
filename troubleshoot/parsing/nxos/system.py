"""``show feature`` and ``show ip interface brief`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.vpc import NxosFeature, NxosFeatures
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Interface, Interfaces, MulticastGlobal
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4

_FEATURE_HEADING = re.compile(r"Feature Name\s+Instance\s+State")
_FEATURE = re.compile(r"([\w\-]{2,40})\s+\d+\s+(enabled|disabled)(?:\s?\((not-running)\))?$")
_RULE = re.compile(r"-{3,}[ -]*$")


def parse_feature(pages: Sequence[Clean]) -> MulticastGlobal:
    """Read ``show feature``: multicast routing is on when ``feature pim`` is enabled and running.

    Raises:
        ParseFailure: the table has no row for ``pim``.
    """
    page = one_page(pages)
    reading = Reading(page)
    rows = list(read_table(reading, (_FEATURE_HEADING,), _FEATURE, _RULE))
    pim = next(((number, match) for number, match in rows if match[1] == "pim"), None)
    unread = reading.unread()
    if pim is None:
        raise ParseFailure("the table of features has no row for pim", page.part, page.last)
    number, match = pim
    enabled = match[2] == "enabled" and match[3] is None
    return MulticastGlobal(enabled=enabled, multipath=None, at=page.at(number), unread=unread)


def parse_features(pages: Sequence[Clean]) -> NxosFeatures:
    """Read ``show feature``: everything that can be switched on. A feature with several instances stands once for each.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    features = [
        NxosFeature(name=match[1], enabled=match[2] == "enabled", at=page.at(number))
        for number, match in read_table(reading, (_FEATURE_HEADING,), _FEATURE, _RULE)
    ]
    return NxosFeatures(features=features, at=page.all(), unread=reading.unread())


_HEADING = re.compile(r"Interface\s+IP Address\s+Interface Status")
_KNOWN = re.compile(r"IP Interface Status for VRF")
_ROW = re.compile(
    rf"([A-Za-z]\S{{1,60}})\s+(?:({IPV4})|unassigned|forward-enabled|unnumbered.{{0,60}})\s+"
    r"protocol-(up|down)/link-(up|down)/admin-(up|down)(?:\s.*)?$"
)


def parse_interfaces(pages: Sequence[Clean]) -> Interfaces:
    """Read ``show ip interface brief [vrf V]``.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    interfaces = [
        Interface(
            interface=canonical(Platform.NXOS, match[1]),
            address=match[2],
            up=match.groups()[2:] == ("up", "up", "up"),
            at=page.at(number),
        )
        for number, match in read_table(reading, (_HEADING,), _ROW, _KNOWN)
    ]
    return Interfaces(interfaces=interfaces, at=page.all(), unread=reading.unread())
