"""A device that does not route: `no ip routing`, and the one gateway that it uses then."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address

from troubleshoot.lab.network.model import Hardware, Router


@dataclass(frozen=True, slots=True)
class IpHost:
    """Routing as configured (None: the device's default), and `ip default-gateway`."""

    routing: bool | None = None
    gateway: IPv4Address | None = None


def routes(router: Router) -> bool:
    """Whether the device routes: routers do unless told otherwise, switches only when told so."""
    said = router.part(IpHost).routing
    return not any(isinstance(part, Hardware) for part in router.parts) if said is None else said
