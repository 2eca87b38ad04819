"""The `router bgp` section of the running configuration."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.network.bgp.config import IPV4, VPNV4, Bgp, Family, FamilyKey, MaximumPaths, Neighbor, Policy
from troubleshoot.lab.network.model import Router


def lines(router: Router) -> Iterator[str]:
    """The whole section."""
    bgp = router.part(Bgp)
    if not bgp.asn:
        return
    yield f"router bgp {bgp.asn}"
    yield from (f" {line}" for line in _process(bgp))
    if _flat(bgp):
        yield from (f" {line}" for line in _content(bgp, IPV4))
    else:
        for key in sorted(bgp.families.keys() | {IPV4}, key=_order):
            yield from family_lines(bgp, key)
    yield "!"


def _flat(bgp: Bgp) -> bool:
    """Without any other family, plain IPv4 stands at the process itself."""
    return bgp.ipv4_by_default and all(key == IPV4 for key in bgp.families)


def _order(key: FamilyKey) -> tuple[int, str]:
    return (0 if key == IPV4 else 2 if key.vrf else 1, f"{key.name} {key.vrf}")


def vrf_lines(router: Router, vrf: str) -> Iterator[str]:
    """What `show running-config vrf` shows of BGP: the process line and the family of the VRF."""
    bgp, key = router.part(Bgp), FamilyKey("ipv4", vrf)
    if key in bgp.families:
        yield f"router bgp {bgp.asn}"
        yield from family_lines(bgp, key)
        yield "!"


def family_lines(bgp: Bgp, key: FamilyKey) -> Iterator[str]:
    """One address family as a block."""
    yield from (" !", f" address-family {key.name}{f' vrf {key.vrf}' if key.vrf else ''}")
    yield from (f"  {line}" for line in _content(bgp, key))
    yield " exit-address-family"


def _process(bgp: Bgp) -> Iterator[str]:
    if bgp.router_id:
        yield f"bgp router-id {bgp.router_id}"
    if bgp.cluster_id:
        yield f"bgp cluster-id {bgp.cluster_id}"
    if bgp.always_compare_med:
        yield "bgp always-compare-med"
    yield "bgp log-neighbor-changes" if bgp.log_changes else "no bgp log-neighbor-changes"
    if not bgp.ipv4_by_default:
        yield "no bgp default ipv4-unicast"
    if not bgp.filter_targets:
        yield "no bgp default route-target filter"
    if bgp.relax_as_path:
        yield "bgp bestpath as-path multipath-relax"
    for address, neighbor in sorted(bgp.neighbors.items()):
        yield from _session(address, neighbor)


def _session(address: IPv4Address, neighbor: Neighbor) -> Iterator[str]:
    head = f"neighbor {address}"
    yield f"{head} remote-as {neighbor.remote_as}"
    if neighbor.description:
        yield f"{head} description {neighbor.description}"
    if neighbor.shutdown:
        yield f"{head} shutdown"
    if neighbor.multihop:
        yield f"{head} ebgp-multihop {neighbor.multihop}"
    if neighbor.update_source:
        yield f"{head} update-source {neighbor.update_source}"


def _content(bgp: Bgp, key: FamilyKey) -> Iterator[str]:
    family = bgp.family(key)
    yield from _family(family)
    for address in sorted(bgp.neighbors_in(key.vrf)):
        if address in family.neighbors:
            yield from _session(address, family.neighbors[address])
        yield from _activation(bgp, key, address)
        yield from _policy(f"neighbor {address}", family.policy(address))
        if key == VPNV4 and bgp.active(key, address) and not family.policy(address).communities:
            yield f"no neighbor {address} send-community extended"  # activation alone would bring it back
    yield from _paths(family.paths)
    if family.import_selection != "bestpath":
        yield f"import path selection {family.import_selection}"
    if family.import_limit != 1:
        yield f"import path limit {family.import_limit}"


def _activation(bgp: Bgp, key: FamilyKey, address: IPv4Address) -> Iterator[str]:
    active = bgp.active(key, address)
    if active and not (key == IPV4 and _flat(bgp)):
        yield f"neighbor {address} activate"
    elif not active and bgp.family(key).policy(address).active is False:
        yield f"no neighbor {address} activate"


def _family(family: Family) -> Iterator[str]:
    if family.best_external:
        yield "bgp advertise-best-external"
    if family.select_backup:
        yield "bgp additional-paths select backup"
    for prefix in sorted(family.networks):
        yield f"network {prefix.network_address} mask {prefix.netmask}"
    for protocol, name in sorted(family.redistribute.items()):
        yield f"redistribute {protocol}{' 1' if protocol == 'ospf' else ''}{f' route-map {name}' if name else ''}"


def _policy(head: str, policy: Policy) -> Iterator[str]:
    if policy.weight:
        yield f"{head} weight {policy.weight}"
    if policy.communities:
        yield f"{head} send-community{'' if policy.communities == 'standard' else f' {policy.communities}'}"
    if policy.client:
        yield f"{head} route-reflector-client"
    if policy.next_hop_self:
        yield f"{head} next-hop-self"
    if policy.as_override:
        yield f"{head} as-override"
    if policy.allow_own_as:
        yield f"{head} allowas-in {policy.allow_own_as}"
    if policy.diverse:
        yield f"{head} advertise diverse-path {policy.diverse}"
    if policy.map_in:
        yield f"{head} route-map {policy.map_in} in"
    if policy.map_out:
        yield f"{head} route-map {policy.map_out} out"


def _paths(limits: MaximumPaths) -> Iterator[str]:
    if limits.ebgp:
        yield f"maximum-paths {limits.ebgp}"
    if limits.ibgp:
        yield f"maximum-paths ibgp {limits.ibgp}"
    if limits.ibgp_unequal:
        yield f"maximum-paths ibgp unequal-cost {limits.ibgp_unequal}"
    if limits.eibgp:
        yield f"maximum-paths eibgp {limits.eibgp}"
