"""Servers that speak RIP: what a router hears from them. What they say is worked out elsewhere (the server itself)."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network


@dataclass(frozen=True, slots=True)
class RipNic:
    """One adapter of a server. ``announces``: it sends updates now; ``heard``: routers have heard it before."""

    segment: str
    address: IPv4Interface
    announces: bool = True
    heard: bool = True
    version: int = 2
    password: str = ""
    withheld: frozenset[IPv4Network] = frozenset()  # what a filter or a flag of this adapter keeps back


@dataclass(frozen=True, slots=True)
class RipSpeaker:
    """A server with the networks that it announces on every adapter."""

    name: str
    nics: tuple[RipNic, ...]
    prefixes: tuple[IPv4Network, ...] = ()
    host_routes: bool = True  # whether routes with a mask of 32 bits are announced
