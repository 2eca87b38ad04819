"""One router as its command line sees it, and small helpers for the shapes that IOS prints."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.network.model import Router
from troubleshoot.lab.network.multicast import State
from troubleshoot.lab.network.vrf import Vrfs, in_vrf, instance, router_of, vrf_of
from troubleshoot.lab.network.world import World


@dataclass(frozen=True, slots=True)
class Device:
    """A router in the world, or one of its VRFs: ``name`` is a routing instance then, as in the state."""

    world: World
    name: str

    @property
    def box(self) -> str:
        """The name of the router, in whatever VRF we look."""
        return router_of(self.name)

    @property
    def router(self) -> Router:
        """Its running configuration; in a VRF the part that belongs to the VRF."""
        router = self.world.network.routers[self.box]
        vrf = router.part(Vrfs).get(vrf_of(self.name)) if vrf_of(self.name) else None
        return in_vrf(router, vrf) if vrf else router

    def in_vrf(self, vrf: str) -> Device | None:
        """The router as it is inside a VRF; None where it has none of that name, or not yet."""
        there = instance(self.box, vrf)
        known = self.world.network.routers[self.box].part(Vrfs).get(vrf)
        return replace(self, name=there) if known and there in self.state.network.routers else None

    @property
    def state(self) -> State:
        """The settled state of the whole network."""
        return self.world.state

    def configure(self, router: Router) -> None:
        """Replace the running configuration."""
        self.world.configure(self.name, router)

    @property
    def uptime(self) -> float:
        """Seconds since it booted."""
        return self.world.uptime(self.name)

    @property
    def boots(self) -> int:
        """How often it was reloaded since the lab was started."""
        return self.world.boots(self.name)

    def age(self, kind: str, *key: Hashable) -> str:
        """The age of a fact about this router, as IOS prints it."""
        return duration(self.world.age(kind, self.name, *key))

    def expires(self, kind: str, *key: Hashable, hold: int = 180, interval: int = 60) -> str:
        """A timer of ``hold`` seconds that is refreshed every ``interval`` seconds."""
        return duration(hold - 1 - self.world.age(kind, self.name, *key) % interval)


def duration(seconds: float) -> str:
    """``00:12:19``, ``5d02h``, ``3w6d``, ``1y5w``."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 86400)
    if days >= 365:
        return f"{days // 365}y{days % 365 // 7}w"
    if days >= 7:
        return f"{days // 7}w{days % 7}d"
    if days:
        return f"{days}d{rest // 3600:02}h"
    return f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"


_SPANS = (("year", 31536000), ("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60))


def uptime(seconds: float) -> str:
    """``1 year, 3 weeks, 2 minutes``."""
    left, parts = int(seconds), list[str]()
    for unit, length in _SPANS:
        amount, left = divmod(left, length)
        if amount:
            parts.append(f"{amount} {unit}{'s' if amount > 1 else ''}")
    return ", ".join(parts) or "0 minutes"


def short_name(interface: str) -> str:
    """``Gi0/1`` for GigabitEthernet0/1: two letters and the numbers."""
    kind = interface.rstrip("0123456789/.")
    return kind[:2] + interface[len(kind) :]


def wildcard(network: IPv4Network) -> str:
    """An access list's way to write a network: ``any``, ``host A`` or address and wildcard."""
    if network.prefixlen == 0:
        return "any"
    if network.prefixlen == 32:
        return f"host {network.network_address}"
    return f"{network.network_address} {network.hostmask}"


def network_of(address: str, mask: str, *, inverse: bool = False) -> IPv4Network | None:
    """A network from address and mask (``inverse``: wildcard); None where the mask is not contiguous."""
    bits = int(IPv4Address(mask)) ^ (0xFFFFFFFF if inverse else 0)
    length = bin(bits).count("1")
    if bits != (0xFFFFFFFF << (32 - length)) & 0xFFFFFFFF:
        return None
    return IPv4Network((int(IPv4Address(address)) & bits, length))
