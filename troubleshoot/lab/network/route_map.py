"""Route maps: which routes pass, and with which attributes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.prefix_list import permitted


@dataclass(frozen=True, slots=True)
class Sets:
    """What a route map sets; None: left as it is."""

    local_pref: int | None = None
    med: int | None = None
    weight: int | None = None
    prepend: tuple[int, ...] = ()
    next_hop: IPv4Address | None = None
    targets: frozenset[str] = frozenset()
    add_targets: bool = False


@dataclass(frozen=True, slots=True)
class MapEntry:
    """One `route-map NAME permit|deny N`; several lists of one kind: any of them."""

    sequence: int
    permit: bool = True
    access_lists: tuple[str, ...] = ()
    prefix_lists: tuple[str, ...] = ()
    sets: Sets = Sets()


@dataclass(frozen=True, slots=True)
class RouteMaps:
    """All route maps of a router, each in the order of its sequence numbers."""

    maps: Mapping[str, tuple[MapEntry, ...]] = field(default_factory=dict)

    def with_entry(self, name: str, entry: MapEntry) -> RouteMaps:
        """A copy with that entry added or replaced."""
        others = [e for e in self.maps.get(name, ()) if e.sequence != entry.sequence]
        return replace(self, maps={**self.maps, name: tuple(sorted((*others, entry), key=lambda e: e.sequence))})

    def without_entry(self, name: str, sequence: int | None) -> RouteMaps:
        """A copy without that entry, or without the whole map."""
        kept = tuple(e for e in self.maps.get(name, ()) if sequence is not None and e.sequence != sequence)
        others = {n: m for n, m in self.maps.items() if n != name}
        return replace(self, maps={**others, name: kept} if kept else others)


def applied(router: Router, name: str, prefix: IPv4Network) -> Sets | None:
    """What a route map does to a prefix; None where it is denied. A map that does not exist lets nothing pass."""
    for entry in router.part(RouteMaps).maps.get(name, ()):
        if _matches(router, entry, prefix):
            return entry.sets if entry.permit else None
    return None


def _matches(router: Router, entry: MapEntry, prefix: IPv4Network) -> bool:
    if entry.access_lists and not any(router.permits(a, prefix.network_address) for a in entry.access_lists):
        return False
    return not entry.prefix_lists or any(permitted(router, name, prefix) for name in entry.prefix_lists)
