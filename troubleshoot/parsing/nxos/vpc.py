"""``show vpc`` of NX-OS together with ``show port-channel summary``: one view of one switch of a pair.

The tables of peer-links and vPCs have the same heads, so the title above decides. Old releases print them with single
blanks; then a reason or a list that goes on in the next line has no column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.vpc import PeerLink, PortChannel, Vpc, VpcState
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.columns import cells, column_starts, is_ruler, joined
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.nxos.port_channel import read_channels
from troubleshoot.parsing.records import Cites
from troubleshoot.parsing.table import fail_unknown

_TITLE = re.compile(r"vPC (Peer-link )?status$", re.I)
_LABEL = re.compile(r"[A-Za-z][\w +()\-]{2,40}$")
_TABLE_HEAD = re.compile(r"id\s+Port\s+Status\b", re.I)
_KNOWN = re.compile(r"(?:-{3,}$|\(\*\) - local|consistency reason of down vpc|any vpc\.)")
_END = re.compile(r'Please check "show vpc')
_NARROW_LINK = re.compile(r"(\d{1,5})\s+(?:([A-Z]\S{1,30})\s+)?(up|down)\s+([\d,\-]{1,2000})$")
_NARROW = re.compile(
    r"(\d{1,9})\s+([A-Z]\S{1,30})\s+(up|down\*?)\s+(success|failed|Not Applicable)\s+(.{1,80}?)\s+(\S+)$"
)
_NUMBERS = re.compile(r"[\d,\-]+$")
_PEERS = {
    "peer adjacency formed ok": "ok",
    "peer link is down": "link down",
    "peer link not configured": "link not configured",
}
_CONSISTENCY = ("success", "failed", "Not Applicable")
_OPERATIONAL = {
    "primary": True,
    "secondary": False,
    "secondary, operational primary": True,
    "primary, operational secondary": False,
}


def parse(pages: Sequence[Clean]) -> VpcState:
    """Read ``show vpc`` and ``show port-channel summary``, in this order.

    Raises:
        ParseFailure: a part is missing: a line of the head, the peer-link, fewer vPCs than the head counts, a heading.
    """
    if len(pages) != 2:
        raise ParseFailure(f"expected the vPCs and the port channels, got {len(pages)} outputs")
    channels = read_channels(pages[1])
    text = _Text(pages[0])
    text.read()
    return _state(text, channels, [*pages[0].all(), *pages[1].all()])


@dataclass(slots=True)
class _Row:
    """One row of a table: id, port, status, and for a vPC consistency, reason and VLANs."""

    cells: list[str]
    at: Cites
    wide: bool


@dataclass(slots=True)
class _Text:
    """One pass over ``show vpc``."""

    page: Clean
    head: dict[str, str] = field(default_factory=dict)
    links: list[_Row] = field(default_factory=list)
    vpcs: list[_Row] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    table: list[_Row] | None = None
    starts: tuple[int, ...] = ()
    ended: bool = False

    def read(self) -> None:
        for number, text in self.page.lines:
            if not self._line(number, text):
                self.skipped.append(number)
        if "vpc domain id" not in self.head:
            fail_unknown(self.page)

    def _line(self, number: int, text: str) -> bool:
        body = text.strip()
        if title := _TITLE.match(body):
            self.table, self.starts = self.links if title[1] else self.vpcs, ()
            return True
        if _END.match(body):
            self.ended = True
        if self.ended or _KNOWN.match(body) or _TABLE_HEAD.match(body):
            return True
        if self.table is None:
            return self._head(body)
        if is_ruler(text):
            self.starts = column_starts(text)
            return True
        return self._row(self.table, number, text)

    def _head(self, body: str) -> bool:
        label, colon, value = (part.strip() for part in body.partition(":"))
        if colon and _LABEL.match(label):
            self.head.setdefault(label.lower(), value)
        return bool(colon)

    def _row(self, table: list[_Row], number: int, text: str) -> bool:
        found = cells(text, self.starts) if self.starts else None
        if found is not None and self._wide(table, number, found):
            return True
        return self._narrow(table, number, text.strip())

    def _wide(self, table: list[_Row], number: int, found: list[str]) -> bool:
        if found[0].isdigit() and found[2] in ("up", "down", "down*"):
            table.append(_Row(found, self.page.at(number), wide=True))
        elif found[0] == "" and table and table[-1].wide:
            table[-1].cells = [joined(a, b) for a, b in zip(table[-1].cells, found, strict=True)]
            table[-1].at[0][2] = number
        else:
            return False
        return True

    def _narrow(self, table: list[_Row], number: int, body: str) -> bool:
        pattern = _NARROW_LINK if table is self.links else _NARROW
        if match := pattern.match(body):
            table.append(_Row([part or "" for part in match.groups()], self.page.at(number), wide=False))
            return True
        numbers = _NUMBERS.match(body) is not None
        if not table or table[-1].wide or (body[0].isdigit() and not numbers):
            return False
        row, place = table[-1], -1 if numbers else -2  # the VLANs are the last cell, the reason stands before them
        row.cells[place] = joined(row.cells[place], body)
        row.at[0][2] = number
        return True

    def value(self, *names: str) -> str | None:
        """The text behind the first of these labels that is there."""
        return next((self.head[name] for name in names if name in self.head), None)

    def needed(self, *names: str) -> str:
        """The same where a release always prints it."""
        found = self.value(*names)
        if found is None:
            raise ParseFailure(f"the output lacks {names[0]!r}", self.page.part, self.page.last)
        return found


def _state(text: _Text, channels: list[PortChannel], at: Cites) -> VpcState:
    domain, peer = text.needed("vpc domain id"), text.needed("peer status")
    role = text.needed("vpc role")
    by_number = {channel["channel"]: channel for channel in channels}
    vpcs = [_vpc(text.page, row, by_number) for row in text.vpcs]
    links = [_peer_link(row) for row in text.links]
    _check_whole(text, len(vpcs), links, _PEERS.get(peer.lower()))
    return VpcState(
        configured=domain.lower() != "not configured",
        domain=int(domain) if domain.isdigit() else None,
        peer=_PEERS.get(peer.lower(), "unreachable" if "not reachable" in peer.lower() else "other"),
        peer_text=peer,
        alive=text.needed("vpc keep-alive status").lower().startswith("peer is alive"),
        keepalive=text.needed("vpc keep-alive status"),
        consistent=text.needed("configuration consistency status").lower() == "success",
        reason=text.value("configuration inconsistency reason", "configuration consistency reason") or "",
        role=role,
        primary=_OPERATIONAL.get(role.lower()),
        graceful=_graceful(text.value("graceful consistency check")),
        peer_links=links,
        vpcs=vpcs,
        channels=channels,
        at=at,
        unread=text.page.spans(sorted(text.skipped)),
    )


def _graceful(said: str | None) -> bool | None:
    return None if said is None else said.lower().startswith("enabled")


def _check_whole(text: _Text, rows: int, links: Sequence[PeerLink], peer: str | None) -> None:
    counted = text.needed("number of vpcs configured", "number of vpc configured")
    if not counted.isdigit() or (rows < int(counted) and peer != "link not configured"):
        message = f"{excerpt(counted)} vPCs are announced and {rows} could be read"
        raise ParseFailure(message, text.page.part, text.page.last)
    if peer in ("ok", "link down") and not links:
        raise ParseFailure("the table of the peer-link is missing", text.page.part, text.page.last)


def _peer_link(row: _Row) -> PeerLink:
    _, port, status, vlans = row.cells[:4]
    return PeerLink(interface=_name(port), up=status == "up", vlans=_vlans(vlans), at=row.at)


def _vpc(page: Clean, row: _Row, channels: Mapping[int, PortChannel]) -> Vpc:
    number, port, status, consistency, reason, vlans = row.cells[:6]
    if consistency not in _CONSISTENCY or not vlans:
        raise ParseFailure(f"the row of vPC {number} is cut", page.part, row.at[0][2])
    interface = _name(port)
    found = re.fullmatch(r"port-channel(\d+)", interface)
    channel = channels.get(int(found[1])) if found else None
    members = channel["members"] if channel else []
    return Vpc(
        id=int(number),
        interface=interface,
        channel=channel["channel"] if channel else None,
        up=status == "up",
        over_peer_link=status == "down*",
        consistency=consistency,
        reason=reason,
        vlans=_vlans(vlans),
        lacp=channel["lacp"] if channel else None,
        members=members,
        range=",".join(member["interface"] for member in members),
        at=[*row.at, *(channel["at"] if channel else [])],
    )


def _vlans(text: str) -> str:
    return "" if text == "-" else text


def _name(port: str) -> str:
    return canonical(Platform.NXOS, port)
