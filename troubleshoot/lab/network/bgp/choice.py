"""Which path is the best, and which others share the traffic with it, as IOS decides.

Cisco, "BGP Best Path Selection Algorithm" (doc 13753). Of paths that are equal up to there, IOS keeps the older
external one; here the lower router ID decides (`bgp bestpath compare-routerid`), so that a state has no history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from troubleshoot.lab.network.bgp.config import Bgp, MaximumPaths
from troubleshoot.lab.network.bgp.path import Path

Metric = Callable[[Path], int | None]  # IGP metric to the next hop; None: not reachable


@dataclass(frozen=True, slots=True)
class Chosen:
    """The paths of one net in their order, the best one, and all that carry traffic (the best first)."""

    paths: tuple[Path, ...]
    best: Path | None = None
    shared: tuple[Path, ...] = ()


def choose(paths: Iterable[Path], bgp: Bgp, limits: MaximumPaths, metric: Metric) -> Chosen:
    """Order the paths of a net and choose."""
    ordered = tuple(sorted(paths, key=_order, reverse=True))
    best = best_of(ordered, bgp, metric)
    if best is None:
        return Chosen(ordered)
    others = [p for p in ordered if p is not best and metric(p) is not None and _distinct(p, best)]
    return Chosen(ordered, best, (best, *_sharing(best, others, bgp, limits, metric)))


def best_of(paths: Iterable[Path], bgp: Bgp, metric: Metric) -> Path | None:
    """The best usable path; None where no next hop is reachable."""
    best: Path | None = None
    for path in paths:
        if metric(path) is not None and (best is None or _better(path, best, bgp, metric)):
            best = path
    return best


def _better(left: Path, right: Path, bgp: Bgp, metric: Metric) -> bool:
    mine, other = _merit(left), _merit(right)
    if mine != other:
        return mine < other
    if _comparable_med(left, right, bgp) and (left.med or 0) != (right.med or 0):
        return (left.med or 0) < (right.med or 0)
    return _tie(left, metric) < _tie(right, metric)


def _merit(path: Path) -> tuple[int, ...]:
    return -path.weight, -path.local_pref, 0 if path.local else 1, len(path.as_path), path.origin


def _comparable_med(left: Path, right: Path, bgp: Bgp) -> bool:
    return bgp.always_compare_med or left.neighbor_as == right.neighbor_as


def _tie(path: Path, metric: Metric) -> tuple[int, ...]:
    return 1 if path.internal else 0, metric(path) or 0, *_identity(path)


def _identity(path: Path) -> tuple[int, ...]:
    source = path.source
    if source is None:
        return 0, 0, 0, 0
    router_id = path.originator or source.router_id
    # Copies of one path by several ways: a path of the own table comes before an imported one.
    return int(router_id), len(path.cluster_list), int(source.address), 0 if path.imported_from is None else 1


def _order(path: Path) -> tuple[object, ...]:
    """Newest first, as displays list them; here: external after internal, then by neighbor."""
    return path.internal, _identity(path), str(path.imported_from or ""), int(path.next_hop)


def _distinct(path: Path, best: Path) -> bool:
    return (path.next_hop, path.table) != (best.next_hop, best.table)


def _sharing(best: Path, others: Sequence[Path], bgp: Bgp, limits: MaximumPaths, metric: Metric) -> list[Path]:
    """The paths that share with the best one; their next hops differ."""
    if best.local:
        return []
    equal = [p for p in others if not p.local and _equal(p, best, bgp)]
    if limits.eibgp > 1:
        return _take(equal, limits.eibgp, metric, _nearest(equal, metric))
    if best.external:
        return _take([p for p in equal if p.external], limits.ebgp, metric)
    internal = [p for p in equal if p.internal]
    if limits.ibgp_unequal > 1:
        return _take(internal, limits.ibgp_unequal, metric)
    return _take(internal, limits.ibgp, metric, metric(best))


def _equal(path: Path, best: Path, bgp: Bgp) -> bool:
    """Equal attributes. IOS wants the same AS path, not only one of the same length, unless it is told to relax."""
    alike = _merit(path) == _merit(best) and (path.med or 0) == (best.med or 0)
    return alike and (bgp.relax_as_path or path.as_path == best.as_path)


def _nearest(paths: Sequence[Path], metric: Metric) -> int | None:
    """With `eibgp` the metric of the internal paths is compared among themselves, never with the external one."""
    return min((metric(p) or 0 for p in paths if p.internal), default=None)


def _take(paths: Sequence[Path], limit: int, metric: Metric, wanted: int | None = None) -> list[Path]:
    """Up to ``limit`` ways with the best one; internal paths only at the ``wanted`` metric where one is given."""
    found: dict[tuple[IPv4Address, str], Path] = {}
    for path in paths:
        if wanted is None or not path.internal or metric(path) == wanted:
            found.setdefault((path.next_hop, path.table), path)
    return list(found.values())[: max(0, limit - 1)]
