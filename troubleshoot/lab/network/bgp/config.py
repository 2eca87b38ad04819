"""The configuration of a BGP process, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network


@dataclass(frozen=True, slots=True, order=True)
class FamilyKey:
    """An address family: ``ipv4``, ``vpnv4`` or ``ipv4 mdt``; ``ipv4`` also in a VRF."""

    name: str
    vrf: str = ""


IPV4, VPNV4, MDT = FamilyKey("ipv4"), FamilyKey("vpnv4"), FamilyKey("ipv4 mdt")


@dataclass(frozen=True, slots=True)
class Neighbor:
    """What belongs to the session with a neighbor, whatever it carries."""

    remote_as: int
    description: str = ""
    update_source: str = ""
    multihop: int = 0
    shutdown: bool = False


@dataclass(frozen=True, slots=True)
class Policy:
    """What belongs to a neighbor in one address family. ``active`` None: as the family's default says."""

    active: bool | None = None
    next_hop_self: bool = False
    client: bool = False  # route-reflector-client
    communities: str = ""  # standard, extended, both
    weight: int = 0
    map_in: str = ""
    map_out: str = ""
    as_override: bool = False
    allow_own_as: int = 0
    diverse: str = ""  # advertise diverse-path: backup, mpath


@dataclass(frozen=True, slots=True)
class MaximumPaths:
    """`maximum-paths`: how many paths may share the traffic; 0: not configured (one)."""

    ebgp: int = 0
    ibgp: int = 0
    ibgp_unequal: int = 0
    eibgp: int = 0


@dataclass(frozen=True, slots=True)
class Family:
    """One address family. Neighbors of a VRF live in it; others live at the process."""

    neighbors: Mapping[IPv4Address, Neighbor] = field(default_factory=dict)
    policies: Mapping[IPv4Address, Policy] = field(default_factory=dict)
    networks: frozenset[IPv4Network] = frozenset()
    redistribute: Mapping[str, str] = field(default_factory=dict)  # protocol -> route map, or empty
    paths: MaximumPaths = MaximumPaths()
    best_external: bool = False
    select_backup: bool = False  # bgp additional-paths select backup
    import_limit: int = 1  # import path limit: paths of one foreign prefix
    import_selection: str = "bestpath"

    def policy(self, address: IPv4Address) -> Policy:
        """What is configured for a neighbor; the default where nothing is."""
        return self.policies.get(address, Policy())

    def with_policy(self, address: IPv4Address, policy: Policy) -> Family:
        """A copy with the neighbor's policy replaced; a default is left out."""
        others = {a: p for a, p in self.policies.items() if a != address}
        return replace(self, policies=others if policy == Policy() else {**others, address: policy})

    def with_neighbor(self, address: IPv4Address, neighbor: Neighbor | None) -> Family:
        """A copy with the neighbor replaced; without it where None, then also without its policy."""
        others = {a: n for a, n in self.neighbors.items() if a != address}
        if neighbor is None:
            return replace(self, neighbors=others).with_policy(address, Policy())
        return replace(self, neighbors={**others, address: neighbor})


@dataclass(frozen=True, slots=True)
class Bgp:
    """`router bgp N`; ``asn`` 0: there is none."""

    asn: int = 0
    router_id: IPv4Address | None = None
    cluster_id: IPv4Address | None = None
    ipv4_by_default: bool = True  # `bgp default ipv4-unicast`
    filter_targets: bool = True  # `bgp default route-target filter`
    log_changes: bool = True
    always_compare_med: bool = False
    relax_as_path: bool = False  # `bgp bestpath as-path multipath-relax`
    neighbors: Mapping[IPv4Address, Neighbor] = field(default_factory=dict)
    families: Mapping[FamilyKey, Family] = field(default_factory=dict)

    def family(self, key: FamilyKey) -> Family:
        """The address family; an empty one where it is not configured."""
        return self.families.get(key, Family())

    def with_family(self, key: FamilyKey, family: Family | None) -> Bgp:
        """A copy with the family replaced, or without it."""
        others = {k: f for k, f in self.families.items() if k != key}
        return replace(self, families=others if family is None else {**others, key: family})

    def with_neighbor(self, address: IPv4Address, neighbor: Neighbor | None) -> Bgp:
        """A copy with a neighbor of the process replaced; without it where None, then without its policies too."""
        others = {a: n for a, n in self.neighbors.items() if a != address}
        if neighbor is not None:
            return replace(self, neighbors={**others, address: neighbor})
        families = {k: f if k.vrf else f.with_policy(address, Policy()) for k, f in self.families.items()}
        return replace(self, neighbors=others, families=families)

    def neighbors_in(self, vrf: str) -> Mapping[IPv4Address, Neighbor]:
        """The neighbors whose sessions run in a VRF (empty: in the global table)."""
        return self.family(FamilyKey("ipv4", vrf)).neighbors if vrf else self.neighbors

    def active(self, key: FamilyKey, address: IPv4Address) -> bool:
        """Whether the neighbor takes part in the family."""
        chosen = self.family(key).policy(address).active
        if chosen is not None:
            return chosen
        return bool(key.vrf) or (key == IPV4 and self.ipv4_by_default)

    def families_of(self, vrf: str, address: IPv4Address) -> frozenset[FamilyKey]:
        """The families in which a neighbor takes part."""
        keys = (FamilyKey("ipv4", vrf),) if vrf else (IPV4, VPNV4, MDT)
        return frozenset(k for k in keys if self.active(k, address))
