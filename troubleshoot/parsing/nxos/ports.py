"""``show interface brief`` of NX-OS: a table for each kind of interface."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.vpc import PortState, PortStates
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_HEADING = re.compile(
    r"(?:Port\s+VRF\s+Status|Ethernet\s+VLAN\s+Type|Port-channel\s+VLAN\s+Type|Interface\s+(?:Secondary|Status))"
)
_KNOWN = re.compile(r"(?:-{3,}$|Interface\s+Ch #|Interface$|Vlan\d|Lo\d|Tunnel\d|nve\d|sup-eth)")
_MANAGEMENT = re.compile(rf"(mgmt\d)\s+\S+\s+(up|down)\s+({IPV4}|--)\s")
_PORT = re.compile(
    r"(Eth[\d/.:]{1,20}|Po\d{1,5})\s+(?:--|\d{1,4}|f-path)\s+\S{1,8}\s+\S{1,10}\s+(up|down)\s+(\S.{0,60}?)\s+"
    r"\S{1,14}(?:\s+(\d{1,5}|--|lacp|none))?$"
)


def parse(pages: Sequence[Clean]) -> PortStates:
    """Read ``show interface brief``.

    Raises:
        ParseFailure: neither a heading nor a row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    ports: list[PortState] = []
    for number, text in page.lines:
        body = text.strip()
        if match := _PORT.match(body) or _MANAGEMENT.match(body):
            reading.row()
            ports.append(_port(match, page.at(number)))
        elif _HEADING.match(body):
            reading.seen = True
        elif not _KNOWN.match(body):
            reading.skip(number)
    return PortStates(ports=ports, at=page.all(), unread=reading.unread())


def _port(match: re.Match[str], at: list[list[int]]) -> PortState:
    management = match.re is _MANAGEMENT
    reason = None if management or match[3] == "none" else match[3]
    channel = None if management or not (match[4] or "").isdigit() else int(match[4])
    return PortState(
        interface=canonical(Platform.NXOS, match[1]),
        up=match[2] == "up",
        reason=reason,
        channel=channel,
        address=match[3] if management and match[3] != "--" else None,
        at=at,
    )
