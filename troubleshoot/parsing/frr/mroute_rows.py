"""What the three multicast tables of FRRouting say, before they are merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from troubleshoot.parsing.records import Cites, OutgoingInterface

Kind = Literal["kernel", "upstream", "rpf"]


@dataclass(frozen=True, slots=True)
class KernelRow:
    """One entry of ``show ip mroute``."""

    group: str
    source: str
    iif: str
    flags: str
    installed: bool
    uptime: str
    oil: list[OutgoingInterface]
    at: Cites


@dataclass(frozen=True, slots=True)
class UpstreamRow:
    """One entry of ``show ip pim upstream``; the text form has no RPF address."""

    group: str
    source: str
    iif: str
    rpf_address: str | None
    registering: bool
    uptime: str
    at: Cites


@dataclass(frozen=True, slots=True)
class RpfRow:
    """One entry of ``show ip pim rpf``."""

    group: str
    source: str
    interface: str
    rpf_address: str
    rib_next_hop: str
    at: Cites


@dataclass(slots=True)
class Rows:
    """The rows of one output."""

    kind: Kind
    kernel: list[KernelRow] = field(default_factory=list)
    upstream: list[UpstreamRow] = field(default_factory=list)
    rpf: list[RpfRow] = field(default_factory=list)
    unread: Cites = field(default_factory=list)


def outgoing(name: str, uptime: int | None, flags: list[str], at: Cites) -> OutgoingInterface:
    """Return an outgoing interface; FRRouting prints neither state nor mode."""
    return OutgoingInterface(
        interface=name, next_hop=None, state=None, mode=None, uptime=uptime, expires=None, flags=flags, at=at
    )
