"""The BGP table, the summary of neighbors, and what a neighbor was told or said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from troubleshoot.lab.ios.bgp.finding import View
from troubleshoot.lab.ios.bgp.show_entry import version
from troubleshoot.lab.ios.context import Args
from troubleshoot.lab.ios.device import duration
from troubleshoot.lab.ios.vrf import old_software
from troubleshoot.lab.network.bgp.choice import Chosen
from troubleshoot.lab.network.bgp.config import IPV4, VPNV4, FamilyKey
from troubleshoot.lab.network.bgp.path import Net, Origin, Path
from troubleshoot.lab.network.bgp.peering import Phase, Session

_LEGEND = """\
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,\x20
              r RIB-failure, S Stale, m multipath, b backup-path, f RT-Filter,\x20
              x best-external, a additional-path, c RIB-compressed,\x20
              t secondary path,\x20
Origin codes: i - IGP, e - EGP, ? - incomplete
RPKI validation codes: V valid, I invalid, N Not found
"""
_OLD_LEGEND = """\
Status codes: s suppressed, d damped, h history, * valid, > best, i - internal,
              r RIB-failure, S Stale
Origin codes: i - IGP, e - EGP, ? - incomplete
"""
_ORIGINS = {Origin.IGP: "i", Origin.EGP: "e", Origin.INCOMPLETE: "?"}
_COLUMNS = "Network          Next Hop            Metric LocPrf Weight Path"


def table(view: View, _: Args) -> str:
    """The whole table, route distinguisher by route distinguisher; nothing at all where it is empty."""
    if not view.nets:
        return ""
    return "\n".join((*_head(view), *_blocks(view, view.nets)))


def _head(view: View) -> Iterator[str]:
    old = old_software(view.device.router)
    yield f"BGP table version is {_newest(view)}, local router ID is {view.speaker.router_id}"
    yield _OLD_LEGEND if old else _LEGEND
    yield f"{'   ' if old else '     '}{_COLUMNS}"


def _newest(view: View) -> int:
    return max((version(net) for net in view.nets), default=1)


def _blocks(view: View, nets: Mapping[Net, Chosen]) -> Iterator[str]:
    for rd, inside in view.by_rd.items():
        if rd:
            yield _rd_line(view, rd)
        for net in inside:
            yield from _rows(view, net, nets[net])


def _rd_line(view: View, rd: str) -> str:
    vrf = view.speaker.by_rd.get(rd)
    return f"Route Distinguisher: {rd}{f' (default for vrf {vrf.name})' if vrf else ''}"


def _rows(view: View, net: Net, chosen: Chosen) -> Iterator[str]:
    first, old = str(net.prefix), old_software(view.device.router)
    for path in chosen.paths:
        yield from _row(_status(view, chosen, path), first, path, old)
        first = ""


def _status(view: View, chosen: Chosen, path: Path) -> str:
    mark = ">" if path is chosen.best else "m" if path in chosen.shared else " "
    failed = path is chosen.best and _rib_failure(view, path)
    return f"{'r' if failed else '*'}{mark}{'i' if path.internal else ' '}"


def _rib_failure(view: View, path: Path) -> bool:
    """The best path is not in the routing table: another protocol holds the prefix."""
    state, vrf = view.device.state, view.speaker.vrf_name(path.net)
    if path.local or (path.net.rd and not vrf):
        return False
    rib = state.ribs[f"{view.device.box}:{vrf}" if vrf else view.device.box]
    return not any(r.prefix == path.net.prefix and r.protocol == "bgp" for r in rib.routes)


def _row(status: str, network: str, path: Path, old: bool) -> Iterator[str]:
    head = f"{status}" if old else f" {status}  "
    if len(network) > 16:
        yield head + network
        network, head = "", " " * len(head)
    med = "" if path.med is None else path.med
    preference = path.local_pref if path.internal else ""
    way = " ".join(str(asn) for asn in (*path.as_path, _ORIGINS[path.origin]))
    yield f"{head}{network:<17}{path.next_hop!s:<16}{med:>10}{preference:>7}{path.weight:>7} {way}"


def summary(view: View, _: Args) -> str:
    """The neighbors of a family and their sessions."""
    sessions = list(_sessions(view))
    head = (
        f"BGP router identifier {view.speaker.router_id}, local AS number {view.speaker.bgp.asn}",
        f"BGP table version is {_newest(view)}, main routing table version {_newest(view)}",
        *_memory(view),
        "",
        "Neighbor        V           AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd",
    )
    return "\n".join((*head, *(_session_row(view, s) for s in sessions)))


def _memory(view: View) -> Iterator[str]:
    paths = sum(len(c.paths) for c in view.nets.values())
    if view.nets:
        yield f"{len(view.nets)} network entries using {len(view.nets) * 152} bytes of memory"
        yield f"{paths} path entries using {paths * 80} bytes of memory"


def _sessions(view: View) -> Iterator[Session]:
    for end, session in sorted(view.device.state.bgp.peering.sessions.items(), key=lambda item: item[0].neighbor):
        if end.router == view.device.box and _keys(view, session):
            yield session


def _keys(view: View, session: Session) -> list[FamilyKey]:
    """The families that a display is about in which the neighbor takes part."""
    end, bgp = session.end, view.speaker.bgp
    if view.family is not None:
        wanted = [view.family] if not end.vrf else []
    elif not view.vpn:
        wanted = [IPV4] if not end.vrf else []
    elif end.vrf:
        wanted = [FamilyKey("ipv4", end.vrf)] if view.vrf in ("", end.vrf) else []
    else:
        wanted = [VPNV4] if not view.vrf else []
    return [key for key in wanted if bgp.active(key, end.neighbor)]


def _session_row(view: View, session: Session) -> str:
    end, device = session.end, view.device
    agreed = view.family is None or view.family in session.families
    up = session.phase is Phase.UP and agreed
    age = device.world.age("bgp", device.box, end.vrf, end.neighbor)
    messages = int(age / 55) + 4 if up else 0
    since = duration(age) if up else "never"
    state = f"{_received(view, session):>8}" if up else f" {session.phase.value if agreed else '(NoNeg)'}"
    shown = _newest(view) if up else 1
    return (
        f"{end.neighbor!s:<15} 4 {session.config.remote_as:>12} {messages:>7} {messages:>7} {shown:>8}"
        f"    0    0 {since:<8}{state}"
    )


def _received(view: View, session: Session) -> int:
    if view.family is not None:
        sources = (path.source for chosen in view.nets.values() for path in chosen.paths if path.source)
        return sum(1 for source in sources if source.address == session.end.neighbor)
    heard = view.device.state.bgp.outcome.heard.get(session.end, {})
    return sum(1 for key, _ in heard if key in _keys(view, session))


def of_neighbor(view: View, args: Args) -> str:
    """What a neighbor was told (`advertised-routes`) or said (`routes`)."""
    address = IPv4Address(args["peer"])
    found = next((s for s in _sessions(view) if s.end.neighbor == address), None)
    if found is None:
        return "% No such neighbor or address family"
    outcome = view.device.state.bgp.outcome
    source = outcome.told if "advertised-routes" in args else outcome.heard
    rows = list(_told_rows(view, source.get(found.end, {}), _keys(view, found)))
    count = sum(1 for row in rows if not row.startswith("Route"))
    if not rows:
        return f"\nTotal number of prefixes {count} "
    return "\n".join((*_head(view), *rows, "", f"Total number of prefixes {count} "))


def _told_rows(view: View, told: Mapping[tuple[FamilyKey, Net], Path], keys: list[FamilyKey]) -> Iterator[str]:
    last = ""
    for (key, net), path in sorted(told.items(), key=lambda item: item[0][1]):
        if key not in keys:
            continue
        if net.rd and net.rd != last:
            yield _rd_line(view, net.rd)
            last = net.rd
        mark = "*>i" if path.internal else "*> "
        yield from _row(mark, str(net.prefix), path, old_software(view.device.router))
