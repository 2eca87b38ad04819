"""Prefix lists: which prefixes pass, for routing protocols and route maps."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from troubleshoot.lab.network.model import Router


@dataclass(frozen=True, slots=True, order=True)
class PrefixLine:
    """One line. ``least`` and ``most`` bound the length of what fits (`ge`, `le`); 0: not given."""

    name: str
    number: int
    permit: bool
    prefix: IPv4Network
    least: int = 0
    most: int = 0

    def fits(self, prefix: IPv4Network) -> bool:
        """Whether a prefix is meant: without bounds the very prefix, with `ge` alone anything longer as well."""
        least = self.least or self.prefix.prefixlen
        most = self.most or (32 if self.least else self.prefix.prefixlen)
        return prefix.subnet_of(self.prefix) and least <= prefix.prefixlen <= most


@dataclass(frozen=True, slots=True)
class PrefixLists:
    """All prefix lists of a router."""

    lines: frozenset[PrefixLine] = frozenset()

    def of(self, name: str) -> list[PrefixLine]:
        """The lines of one list, in their order."""
        return sorted(line for line in self.lines if line.name == name)

    def permits(self, name: str, prefix: IPv4Network) -> bool:
        """The first line that fits decides, none that fits denies; a list that does not exist permits all."""
        lines = self.of(name)
        return next((line.permit for line in lines if line.fits(prefix)), not lines)


def permitted(router: Router, name: str, prefix: IPv4Network) -> bool:
    """Whether a prefix list of the router lets a prefix pass."""
    return router.part(PrefixLists).permits(name, prefix)
