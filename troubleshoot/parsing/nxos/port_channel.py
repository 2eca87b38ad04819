"""``show port-channel summary`` of NX-OS."""

from __future__ import annotations

import re

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.vpc import ChannelMember, PortChannel
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import fail_unknown

_HEADING = re.compile(r"Group\s+Port-\s+Type\s+Protocol\s+Member")
_SECOND = re.compile(r"Channel$")
_KNOWN = re.compile(r"(?:Flags:|-{3,}$|[A-Za-z] - )")
_ROW = re.compile(r"(\d{1,5})\s+Po(\d{1,5})\(([A-Za-z]{1,4})\)\s+\w{1,10}\s+([A-Z]{2,6})(?:\s+(.*))?$")
_MEMBER = re.compile(r"([A-Za-z][A-Za-z\-]{0,20}\d[\d/.:]{0,20})\(([A-Za-z])\)")
_PROTOCOLS = {"LACP": True, "NONE": False}


def read_channels(page: Clean) -> list[PortChannel]:
    """Read all port channels with their members, which go on in the next lines.

    Raises:
        ParseFailure: the heading is missing, or a line below it is not understood: a member may be lost.
    """
    channels: list[PortChannel] = []
    missing = [_HEADING, _SECOND]
    for number, text in page.lines:
        body = text.strip()
        if missing and missing[0].match(body):
            missing.pop(0)
        elif match := _ROW.match(body):
            channels.append(_channel(page, number, match, whole=not missing))
        elif channels and (found := _members(page, number, body)):
            channels[-1]["members"] += found
            channels[-1]["at"][0][2] = number
        elif not _KNOWN.match(body):
            raise ParseFailure(f"not a row of port channels: {excerpt(body)!r}", page.part, number)
    if missing:
        fail_unknown(page)
    return channels


def _channel(page: Clean, number: int, match: re.Match[str], *, whole: bool) -> PortChannel:
    listed = (match[5] or "").strip()
    members = [] if listed in ("", "--") else _members(page, number, listed)
    if members is None or not whole:
        raise ParseFailure(f"not a row of port channels below its heading: {excerpt(match[0])!r}", page.part, number)
    return PortChannel(
        channel=int(match[2]),
        interface=f"port-channel{match[2]}",
        up="U" in match[3],
        flags=list(match[3]),
        lacp=_PROTOCOLS.get(match[4]),
        members=members,
        at=page.at(number),
    )


def _members(page: Clean, number: int, text: str) -> list[ChannelMember] | None:
    """The members in a text; None where there is anything else in it."""
    if _MEMBER.sub("", text).strip():
        return None
    return [_member(match, page.at(number)) for match in _MEMBER.finditer(text)]


def _member(match: re.Match[str], at: Cites) -> ChannelMember:
    return ChannelMember(interface=canonical(Platform.NXOS, match[1]), flag=match[2], at=at)
