"""The exchange of routes between all speakers until nothing changes any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troubleshoot.lab.network.bgp.choice import Chosen, best_of
from troubleshoot.lab.network.bgp.config import VPNV4, FamilyKey
from troubleshoot.lab.network.bgp.labels import Allocator
from troubleshoot.lab.network.bgp.path import Net, Path
from troubleshoot.lab.network.bgp.peering import End, Peering, Session
from troubleshoot.lab.network.bgp.policy import incoming, may_tell, outgoing
from troubleshoot.lab.network.bgp.speaker import Speaker, Table

Told = dict[tuple[FamilyKey, Net], Path]  # what one session delivered, as its receiver filed it


@dataclass(frozen=True, slots=True)
class Outcome:
    """The tables of all speakers, and what every end of a session heard and told (as it was sent)."""

    tables: dict[str, Table]
    heard: dict[End, Told]
    told: dict[End, Told]


def exchange(speakers: Mapping[str, Speaker], peering: Peering, labels: Allocator) -> Outcome:
    """Run rounds until the neighbors have nothing new to say; policies that never settle are cut off."""
    heard: dict[End, Told] = {}
    sessions = [s for s in peering.sessions.values() if s.far is not None]
    for _ in range(4 * len(speakers) + 8):
        tables = {name: speaker.decide(_received(name, heard)) for name, speaker in speakers.items()}
        told = {s.end: dict(_tell(speakers[s.end.router], s, tables[s.end.router], labels)) for s in sessions}
        following = {s.far: _file(speakers, s, told[s.end]) for s in sessions if s.far is not None}
        if following == heard:
            break
        heard = following
    return Outcome(tables, heard, told)


def _received(name: str, heard: Mapping[End, Told]) -> Iterator[Path]:
    return (path for end, told in heard.items() if end.router == name for path in told.values())


def _tell(
    speaker: Speaker, session: Session, table: Table, labels: Allocator
) -> Iterator[tuple[tuple[FamilyKey, Net], Path]]:
    for key in session.families:
        for net, chosen in table.items():
            path = _candidate(speaker, session, key, net, chosen)
            if path is None or not may_tell(speaker, session, key, path):
                continue
            label = None if path.vpn or key != VPNV4 else labels.label(speaker, path)
            sent = outgoing(speaker, session, key, path, label)
            if sent is not None:
                yield (key, net), sent


def _candidate(speaker: Speaker, session: Session, key: FamilyKey, net: Net, chosen: Chosen) -> Path | None:
    """The one path of a net that this neighbor is told."""
    if key != VPNV4:
        return chosen.best if net.rd == speaker.rd_of(key.vrf) and key.name == "ipv4" else None
    if not net.rd:
        return None
    path = chosen.best
    if path is not None and path.internal and _tells_external(speaker, net):
        path = best_of((p for p in chosen.paths if not p.vpn and not p.imported_from), speaker.bgp, speaker.metric)
    if path is not None and session_diverse(speaker, session):
        path = backup(speaker, chosen) or path
    return None if path is None or path.imported_from is not None else path


def _tells_external(speaker: Speaker, net: Net) -> bool:
    vrf = speaker.vrf_name(net)
    return bool(vrf) and (speaker.bgp.family(VPNV4).best_external or speaker.family_of(net).best_external)


def session_diverse(speaker: Speaker, session: Session) -> bool:
    """Whether the neighbor is to be told the second best path (`advertise diverse-path backup`)."""
    family = speaker.bgp.family(VPNV4)
    return family.select_backup and family.policy(session.end.neighbor).diverse == "backup"


def backup(speaker: Speaker, chosen: Chosen) -> Path | None:
    """The best of the paths with another next hop than the best one."""
    best = chosen.best
    others = (p for p in chosen.paths if best is not None and p.next_hop != best.next_hop)
    return best_of(others, speaker.bgp, speaker.metric)


def _file(speakers: Mapping[str, Speaker], session: Session, told: Told) -> Told:
    """What the far end makes of what it is told."""
    far = session.far
    assert far is not None  # only sessions that are up get here
    receiver, sender = speakers[far.router], speakers[session.end.router]
    filed: Told = {}
    for (key, _), path in told.items():
        there = FamilyKey(key.name, far.vrf)
        taken = incoming(receiver, far, there, path, sender, session.external)
        if taken is not None:
            filed[there, taken.net] = taken
    return filed
