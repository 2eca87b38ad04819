"""An entry of the multicast routing table before its details were read."""

from __future__ import annotations

from troubleshoot.parsing.records import MrouteEntry


def new_entry(source: str, group: str, length: int, *, vrf: str, at: list[list[int]]) -> MrouteEntry:
    """An (S,G), or a (*,G) with source ``*``, of which only the first line is known; ``at`` cites it."""
    return MrouteEntry(
        vrf=vrf,
        source=source,
        group=group,
        group_length=length,
        rp=None,
        flags=[],
        incoming_interface=None,
        rpf_neighbor=None,
        rpf_route=None,
        assert_winner=False,
        registering=False,
        mdt=None,
        using_vrf=None,
        uptime=None,
        expires=None,
        bidir=False,
        oil=[],
        oil_null=False,
        extranet=[],
        installed=True,
        at=at,
    )
