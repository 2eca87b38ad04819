"""The normal forms: one shape of record per question, whatever the platform printed.

Trees are written against these shapes only, so one tree judges IOS, NX-OS, Junos and FRRouting alike.

Conventions
    * Every key is always present. ``None`` means *the device did not say*; ``"Null"`` and ``"0.0.0.0"`` mean that the
      device said there is none. The difference decides between *cannot tell* and *broken*.
    * ``at`` cites the proof: a list of ``[part, first, last]``, ``part`` being the index of the command among those of
      the collect item (usually 0) and ``first``/``last`` 1-based line numbers of that command's stored raw output.
    * ``unread`` lists what was not understood, in the same form; it is never dropped silently.
    * Interface names are canonical for their platform (``GigabitEthernet0/1``, ``Ethernet1/1``, ``Vlan10``).
    * Durations are whole seconds. A timer that is not running (``stopped``, ``never``, ``-``) is ``None``.
    * Prefixes are written ``address/length``; the VRF of the global table is ``default``.
"""

from __future__ import annotations

from typing import TypedDict

Cites = list[list[int]]


class OutgoingInterface(TypedDict):
    """One member of an outgoing interface list."""

    interface: str
    next_hop: str | None
    state: str | None  # Forward, Prune ...
    mode: str | None  # Sparse, Dense, Sparse-Dense ...
    uptime: int | None
    expires: int | None
    flags: list[str]
    at: Cites


class ExtranetReceivers(TypedDict):
    """Receivers of an entry in another VRF of the same router."""

    vrf: str
    outgoing: int | None  # how many interfaces that VRF sends it to; 0: state without receivers, no fault by itself
    flags: list[str]
    at: Cites


class MrouteEntry(TypedDict):
    """One (*,G) or (S,G) entry of the multicast routing table."""

    vrf: str
    source: str  # "*" or an address
    group: str
    group_length: int  # 32 but for ranges such as (*,232.0.0.0/8)
    rp: str | None  # "0.0.0.0": the device knows no RP for the group
    flags: list[str]
    incoming_interface: str | None  # "Null": the device accepts the stream on no interface
    rpf_neighbor: str | None  # "0.0.0.0": none (source connected, own RP address, or RPF failed)
    rpf_route: str | None  # "mbgp", "mroute": what won the RPF lookup, where the entry says so
    assert_winner: bool
    registering: bool
    mdt: str | None  # data MDT group
    using_vrf: str | None  # extranet: RPF happened in this VRF
    uptime: int | None
    expires: int | None
    bidir: bool
    oil: list[OutgoingInterface]
    oil_null: bool  # the device said that the list is empty
    extranet: list[ExtranetReceivers]
    installed: bool  # False: control-plane state that the kernel or hardware does not forward (FRR upstream only)
    at: Cites


class Mroute(TypedDict):
    """``show ip mroute``: the multicast routing table or the asked part of it."""

    enabled: bool  # False: the device says that multicast forwarding is off
    entries: list[MrouteEntry]
    at: Cites
    unread: Cites


class MrouteCount(TypedDict):
    """Counters of one (S,G)."""

    source: str
    group: str
    packets: int  # forwarded
    rate: int | None  # packets per second
    rpf_failed: int | None
    other_drops: int | None
    last_used: int | None  # seconds since the last packet, where the device says so
    at: Cites


class MrouteCounts(TypedDict):
    """``show ip mroute count``."""

    sources: list[MrouteCount]
    at: Cites
    unread: Cites


class Rpf(TypedDict):
    """Where the device expects packets of a source to arrive."""

    target: str | None  # None: the device does not repeat the address
    found: bool  # False: the lookup failed
    interface: str | None
    neighbor: str | None  # "0.0.0.0": none needed or none known
    connected: bool
    route: str | None  # prefix that decided
    kind: str | None  # unicast, static, mbgp ...
    protocol: str | None  # ospf, rip ...
    vrf: str | None  # extranet: the VRF in whose table the lookup was made; None: its own
    at: Cites
    unread: Cites


class NextHop(TypedDict):
    """One way out of a route."""

    address: str | None  # None: the route names an interface only
    interface: str | None
    active: bool
    at: Cites


class Route(TypedDict):
    """``show ip route ADDRESS``: the best unicast route to an address."""

    found: bool
    prefix: str | None
    protocol: str | None  # connected, static, ospf, bgp, rip, eigrp, isis, local ...
    connected: bool  # the address is on a directly connected network (not: a static route to an interface)
    next_hops: list[NextHop]
    at: Cites
    unread: Cites


class PimInterface(TypedDict):
    interface: str
    address: str | None
    mode: str | None  # sparse, dense, sparse-dense, bidir
    up: bool
    neighbors: int | None
    dr: str | None
    is_dr: bool | None
    at: Cites


class PimInterfaces(TypedDict):
    """``show ip pim interface``: where PIM runs."""

    interfaces: list[PimInterface]
    at: Cites
    unread: Cites


class PimNeighbor(TypedDict):
    address: str
    interface: str
    uptime: int | None
    expires: int | None
    dr: bool | None  # None: the table does not mark the DR
    at: Cites


class PimNeighbors(TypedDict):
    """``show ip pim neighbor``."""

    neighbors: list[PimNeighbor]
    at: Cites
    unread: Cites


class RpMapping(TypedDict):
    group_range: str | None  # prefix; None: the range is in the access list named by `acl`
    rp: str
    source: str  # static, auto-rp, bsr
    local: bool | None  # the device says that it is this RP itself
    acl: str | None
    at: Cites


class RpMappings(TypedDict):
    """``show ip pim rp mapping``: which RP the device uses for which groups."""

    mappings: list[RpMapping]
    at: Cites
    unread: Cites


class IgmpGroup(TypedDict):
    group: str
    interface: str
    reporter: str | None
    uptime: int | None
    expires: int | None
    at: Cites


class IgmpGroups(TypedDict):
    """``show ip igmp groups``: which receivers asked for which groups."""

    groups: list[IgmpGroup]
    at: Cites
    unread: Cites


class IgmpInterface(TypedDict):
    interface: str
    enabled: bool
    querier: str | None
    at: Cites


class IgmpInterfaces(TypedDict):
    """``show ip igmp interface``."""

    interfaces: list[IgmpInterface]
    at: Cites
    unread: Cites


class MulticastGlobal(TypedDict):
    """``show ip multicast``: is multicast routing on, and how are equal paths shared."""

    enabled: bool
    multipath: str | None  # disabled, source, s-g-basic, s-g-next-hop
    at: Cites
    unread: Cites


class Interface(TypedDict):
    interface: str
    address: str | None
    up: bool
    at: Cites


class Interfaces(TypedDict):
    """``show ip interface brief``: the device's own addresses."""

    interfaces: list[Interface]
    at: Cites
    unread: Cites


class ConfigLine(TypedDict):
    text: str  # without indentation
    section: str  # the unindented line it belongs to; equal to text for a top-level line
    at: Cites


class ConfigLines(TypedDict):
    """A (part of a) running configuration, line by line."""

    lines: list[ConfigLine]
    at: Cites
    unread: Cites
