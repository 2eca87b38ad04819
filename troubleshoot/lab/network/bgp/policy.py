"""What a path becomes on its way to a neighbor and at that neighbor: rules of the protocol, then route maps."""

from __future__ import annotations

from dataclasses import replace

from troubleshoot.lab.network.bgp.config import VPNV4, FamilyKey, Policy
from troubleshoot.lab.network.bgp.path import Net, Path, Source
from troubleshoot.lab.network.bgp.peering import End, Session
from troubleshoot.lab.network.bgp.speaker import Speaker
from troubleshoot.lab.network.model import NOWHERE
from troubleshoot.lab.network.route_map import Sets, applied
from troubleshoot.lab.network.vrf import instance

_DEFAULT_PREFERENCE = 100


def may_tell(speaker: Speaker, session: Session, key: FamilyKey, path: Path) -> bool:
    """Split horizon and the rules of iBGP and route reflection (RFC 4456, 6)."""
    source = path.source
    if source is not None and (source.address, source.vrf) == (session.end.neighbor, session.end.vrf):
        return False
    if session.external or not path.internal:
        return True
    told = speaker.bgp.family(key).policy(session.end.neighbor)
    return told.client or (source is not None and source.client)


def outgoing(speaker: Speaker, session: Session, key: FamilyKey, path: Path, label: int | None) -> Path | None:
    """The path as it is sent; None where the route map denies it. ``label``: our own for a route of a VRF."""
    policy = speaker.bgp.family(key).policy(session.end.neighbor)
    sets = applied(speaker.router, policy.map_out, path.net.prefix) if policy.map_out else Sets()
    if sets is None:
        return None
    told = _outside(speaker, session, policy, path) if session.external else _inside(speaker, session, policy, path)
    if key == VPNV4:
        told = _vpn(speaker, session, policy, told, path, label)
    return with_sets(told, sets, speaker.bgp.asn)


def _outside(speaker: Speaker, session: Session, policy: Policy, path: Path) -> Path:
    own, other = speaker.bgp.asn, session.config.remote_as
    behind = tuple(own if policy.as_override and asn == other else asn for asn in path.as_path)
    return replace(
        path,
        as_path=(own, *behind),
        next_hop=session.local or NOWHERE,
        med=path.med if path.local else None,
        targets=frozenset[str](),
        originator=None,
        cluster_list=(),
    )


def _inside(speaker: Speaker, session: Session, policy: Policy, path: Path) -> Path:
    ours = path.local or (policy.next_hop_self and not path.internal)
    told = replace(path, next_hop=session.local or NOWHERE) if ours else path
    if not path.internal or path.source is None:
        return told
    originator = path.originator or path.source.router_id
    return replace(told, originator=originator, cluster_list=(speaker.cluster_id, *path.cluster_list))


def _vpn(speaker: Speaker, session: Session, policy: Policy, told: Path, path: Path, label: int | None) -> Path:
    if not path.vpn:
        vrf = speaker.by_rd.get(path.net.rd)
        sets = applied(speaker.router, vrf.export_map, path.net.prefix) if vrf and vrf.export_map else None
        told = replace(told, next_hop=session.local or NOWHERE, label=label, targets=_targets(told, sets))
    extended = policy.communities in ("extended", "both")
    return told if extended else replace(told, targets=frozenset[str]())


def _targets(path: Path, sets: Sets | None) -> frozenset[str]:
    if sets is None or not sets.targets:
        return path.targets
    return path.targets | sets.targets if sets.add_targets else sets.targets


def incoming(speaker: Speaker, end: End, key: FamilyKey, told: Path, sender: Speaker, external: bool) -> Path | None:
    """The path as the receiver files it; None where it is a loop or denied."""
    policy = speaker.bgp.family(key).policy(end.neighbor)
    if _loops(speaker, told, policy, external):
        return None
    vpn = key == VPNV4
    rd = told.net.rd if vpn else speaker.rd_of(end.vrf)
    vrf = None if vpn else speaker.by_rd.get(rd)
    filed = replace(
        told,
        net=Net(rd, told.net.prefix),
        table=speaker.name if vpn else instance(speaker.name, end.vrf),
        weight=policy.weight,
        local_pref=_DEFAULT_PREFERENCE if external else told.local_pref,
        source=Source(end.neighbor, sender.router_id, end.vrf, external, policy.client),
        targets=told.targets if vpn else vrf.exports if vrf else frozenset[str](),
        label=told.label if vpn else None,
        imported_from=None,
        imported_vrf="",
    )
    sets = applied(speaker.router, policy.map_in, told.net.prefix) if policy.map_in else Sets()
    return None if sets is None else with_sets(filed, sets, speaker.bgp.asn)


def _loops(speaker: Speaker, told: Path, policy: Policy, external: bool) -> bool:
    if external:
        return told.as_path.count(speaker.bgp.asn) > policy.allow_own_as
    return told.originator == speaker.router_id or speaker.cluster_id in told.cluster_list


def with_sets(path: Path, sets: Sets, asn: int) -> Path:
    """The path with what a route map sets."""
    return replace(
        path,
        local_pref=path.local_pref if sets.local_pref is None else sets.local_pref,
        med=path.med if sets.med is None else sets.med,
        weight=path.weight if sets.weight is None else sets.weight,
        as_path=(*sets.prepend, *path.as_path),
        next_hop=sets.next_hop or path.next_hop,
        targets=_targets(path, sets),
    )
