"""The lock-out guard: would this change cut the session that sends it, and what would bring the device back then?

Pure: it judges the lines of a fix by what the device itself said about the way to it. Three answers: no, yes, cannot
tell. A device that can take a change back by itself is told to do so before the change, and not to after the verify.

Sources: Cisco, "Configuration Replace and Configuration Rollback" (`configure terminal revert timer`); Juniper, "Commit
the configuration provisionally" (`commit confirmed`); Cisco NX-OS, "Configuring Rollback" (`checkpoint`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Any, Final

from troubleshoot.core.kinds import Platform

NETWORK: Final = frozenset({Platform.IOS, Platform.NXOS, Platform.JUNOS, Platform.FRR})
_MARGIN: Final = 120.0  # seconds that a verify may take longer than it should
_LEAST: Final = 5  # minutes
_REBOOT: Final = 1200.0  # seconds until an old switch is back


@dataclass(frozen=True, slots=True)
class Configuring:
    """How configuration mode is entered and what makes the lines active; empty: as the platform does it."""

    enter: str = ""
    submit: tuple[str, ...] = ()


PLAINLY: Final = Configuring()


class Touch(StrEnum):
    """Whether a change touches what carries our own session."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Way:
    """What carries our session on the device. None: the device did not say."""

    interface: str | None = None  # the one that owns the address we talk to
    back: str | None = None  # the one through which it answers us
    station: str | None = None  # our own address as the device sees it
    apart: bool = False  # a console or a management network of its own: no change to the device's interfaces reaches it
    missing: str = ""  # why something is not known


@dataclass(frozen=True, slots=True)
class Lockout:
    """The answer, with its reason in words for the person who consents."""

    touch: Touch = Touch.NO
    why: str = ""


NOT_ASKED: Final = Lockout()


@dataclass(frozen=True, slots=True)
class Revert:
    """How the device takes the change back by itself, unless it is told not to.

    ``first`` is sent before configuration mode, ``how`` changes the way into and out of it, ``confirm`` (EXEC commands)
    or ``settle`` (an empty configuration with this submit) ends it after the verify. ``minutes`` 0: only a person can.
    """

    kind: str
    minutes: int
    says: str
    first: tuple[str, ...] = ()
    how: Configuring = PLAINLY
    confirm: tuple[str, ...] = ()
    settle: Configuring = PLAINLY
    reboot: float = 0.0  # seconds that the device may be away on top of it

    @property
    def lines(self) -> tuple[str, ...]:
        """Everything it sends besides the fix, for display and consent."""
        entered = (self.how.enter,) if self.how.enter else ()
        return (*self.first, *entered, *self.how.submit, *self.confirm, *self.settle.submit)


# --- does it touch our session? -----------------------------------------------------------------------------------

_WITHOUT_EFFECT: Final = ("description ", "ip pim ", "no ip pim ", "ip igmp ", "no ip igmp ", "ip multicast boundary ")
# Global lines that say nothing about the way of a management session, whatever they hold.
_HARMLESS: Final = (
    "ip pim ", "ip multicast", "ip mroute ", "ip msdp ", "msdp ", "sdm prefer", "exit", "end", "snmp-server ",
    "logging ", "address-family ipv4 mdt",
)  # fmt: skip
_ACCESS: Final = ("line ", "aaa ", "ip ssh", "username ", "crypto ", "tacacs", "radius", "control-plane", "feature ssh")
_ROUTES: Final = (
    "ip routing",
    "ip default-gateway",
    "ip default-network",
    "ip route 0.0.0.0 0.0.0.0",
    "ip route 0.0.0.0/0",
)


_SECTIONS: Final = ("router ", "vrf definition ", "vrf context ", "address-family ")


def judge(platform: Platform, lines: Sequence[str], way: Way) -> Lockout:
    """Whether ``lines`` touch the interface, route or VRF that carries our session."""
    if platform not in NETWORK:
        return Lockout()
    if way.apart:
        return Lockout(Touch.NO, "our session does not run over the network that this changes")
    found = list(_junos(lines, way) if platform is Platform.JUNOS else _cisco(lines, way))
    for wanted in (Touch.YES, Touch.UNKNOWN):
        first = next((item for item in found if item.touch is wanted), None)
        if first is not None:
            return first
    return Lockout(Touch.NO, "it touches neither the interface nor the route of our session")


def _cisco(lines: Sequence[str], way: Way) -> Iterator[Lockout]:
    section = ""
    for line in lines:
        text = line.strip()
        bare = text.removeprefix("no ").removeprefix("default ")
        if bare.startswith("interface "):
            section = bare.removeprefix("interface ").strip()
            if text != bare:
                yield _interface(section, text, way)
        elif bare.startswith(_SECTIONS) or _leaves(bare):
            section = ""
            yield _global(bare, way)
        elif section:
            yield _interface(section, text, way)
        else:
            yield _global(bare, way)


def _leaves(bare: str) -> bool:
    if bare.startswith("ip vrf ") and not bare.startswith("ip vrf forwarding"):
        return True
    return bare in ("exit", "end") or bare.startswith(("ip route", "ip routing", "ip default-gateway", "line "))


def _interface(name: str, text: str, way: Way) -> Lockout:
    if text.startswith(_WITHOUT_EFFECT):
        return Lockout()
    if way.interface is None and way.back is None:
        return _unknown(way)
    if _same(name, way.interface) or _same(name, way.back):
        return Lockout(Touch.YES, f"our own session runs over {name}")
    if way.interface is None or way.back is None:
        return _unknown(way)
    if text.startswith(
        ("switchport", "no switchport", "channel-group", "no channel-group", "vpc", "no vpc", "shutdown")
    ):
        return _layer_two(name, way)
    return Lockout()


def _layer_two(name: str, way: Way) -> Lockout:
    """A port below a VLAN interface may be the one our frames pass."""
    over = (way.interface or "").lower(), (way.back or "").lower()
    if any(each.startswith(("vlan", "bdi", "irb")) for each in over):
        return Lockout(Touch.UNKNOWN, f"our session runs over a VLAN, and {name} may be a port that carries it")
    return Lockout()


def _global(bare: str, way: Way) -> Lockout:
    if bare.startswith(_ACCESS):
        return Lockout(Touch.YES, f"{bare!r} decides who may log in")
    if bare.startswith(_ROUTES):
        return Lockout(Touch.YES, f"{bare!r} decides how the device answers us")
    if bare.startswith("ip route "):
        return _static(bare, way)
    if bare.startswith(_HARMLESS):
        return Lockout()
    if bare.startswith(("vrf ", "ip vrf ")):
        return Lockout(Touch.UNKNOWN, "it changes a VRF, and it is not known which VRF our session runs in")
    return Lockout(Touch.UNKNOWN, f"{bare!r} may change how the device answers us")


def _static(bare: str, way: Way) -> Lockout:
    words = bare.split()
    try:
        network = IPv4Network(words[2] if "/" in words[2] else f"{words[2]}/{words[3]}", strict=False)
    except (ValueError, IndexError):
        return Lockout(Touch.UNKNOWN, f"{bare!r} may change how the device answers us")
    try:
        station = IPv4Address(way.station or "")
    except AddressValueError:
        return _unknown(way)
    if station in network:
        return Lockout(Touch.YES, f"our own address {station} is in {network}")
    return Lockout()


def _junos(lines: Sequence[str], way: Way) -> Iterator[Lockout]:
    for line in lines:
        words = line.split()
        body = words[1:] if words and words[0] in ("set", "delete", "deactivate", "activate") else words
        if "traceoptions" in body or body[:2] == ["protocols", "pim"] or body[:1] == ["snmp"]:
            yield Lockout()
        elif body[:1] == ["interfaces"] and len(body) > 1:
            yield _interface(body[1], " ".join(body[2:]), way)
        elif body[:1] == ["system"]:
            yield Lockout(Touch.YES, f"{line!r} may decide who may log in")
        else:
            yield Lockout(Touch.UNKNOWN, f"{line!r} may change how the device answers us")


def _unknown(way: Way) -> Lockout:
    return Lockout(Touch.UNKNOWN, way.missing or "the device does not say which interface carries our session")


def _same(name: str, other: str | None) -> bool:
    """Units count as their interface: a change to ge-0/0/1 reaches ge-0/0/1.0."""
    if other is None:
        return False
    short, long = sorted((name.lower().replace(" ", ""), other.lower().replace(" ", "")), key=len)
    return long == short or long.startswith(f"{short}.")


# --- the way to the device ----------------------------------------------------------------------------------------


def way_of(address: str, station: str, interfaces: Mapping[str, Any] | None, route: Mapping[str, Any] | None) -> Way:
    """What carries our session, from the device's own interfaces and its route to us (records of those parsers).

    ``address`` is the one we talk to, ``station`` ours as the device sees it; either may be empty.
    """
    owner = _owner(address, interfaces)
    back = _way_out(route) if station else None
    missing = ""
    if owner is None:
        missing = f"{address or 'the address we talk to'} is no interface of the device"
        missing += "; say `management:` in the inventory" if interfaces is not None else " that could be read"
    elif back is None:
        missing = "it is not known how the device answers us"
    return Way(owner, back, station or None, missing=missing)


def _owner(address: str, interfaces: Mapping[str, Any] | None) -> str | None:
    rows = (interfaces or {}).get("interfaces") or ()
    return next((str(row["interface"]) for row in rows if address and row.get("address") == address), None)


def _way_out(route: Mapping[str, Any] | None) -> str | None:
    hops = (route or {}).get("next_hops") or ()
    names = {hop.get("interface") for hop in hops}
    return str(names.pop()) if len(names) == 1 and None not in names else None


# --- what brings the device back ----------------------------------------------------------------------------------


def revert_for(platform: Platform, name: str, within: float, touch: Touch, archive: bool) -> Revert | None:
    """The device's own way back, armed for longer than the verify takes; None where the platform has none.

    On Junos it costs nothing and is always used. ``archive``: whether IOS keeps archives, which its timer needs.
    """
    minutes = max(_LEAST, math.ceil((within + _MARGIN) / 60))
    if platform is Platform.JUNOS:
        return _commit_confirmed(minutes)
    if touch is Touch.NO:
        return None
    if platform is Platform.IOS and archive:
        return _revert_timer(minutes)
    return _checkpoint(name) if platform is Platform.NXOS else None


def _commit_confirmed(minutes: int) -> Revert:
    return Revert(
        "commit confirmed",
        minutes,
        f"The device takes it back by itself after {minutes} minutes, unless we commit again after the verify.",
        how=Configuring(submit=("commit check", f"commit confirmed {minutes}")),
        settle=Configuring(submit=("commit",)),
    )


def _revert_timer(minutes: int) -> Revert:
    return Revert(
        "revert timer",
        minutes,
        f"The device takes it back by itself after {minutes} minutes, unless we confirm it after the verify.",
        how=Configuring(enter=f"configure terminal revert timer {minutes}"),
        confirm=("configure confirm",),
    )


def _checkpoint(name: str) -> Revert:
    return Revert(
        "checkpoint",
        0,
        f"The device can't take it back by itself. If we are cut off, type on its console: "
        f"rollback running-config checkpoint {name}",
        first=(f"checkpoint {name}",),
        confirm=(f"no checkpoint {name}",),
    )


def scheduled_reload(within: float) -> Revert:
    """The last resort: the device restarts with its saved configuration, and loses what was not saved."""
    minutes = max(_LEAST, math.ceil((within + _MARGIN) / 60))
    return Revert(
        "scheduled reload",
        minutes,
        f"Unless we cancel it after the verify, the device RESTARTS after {minutes} minutes with its saved "
        "configuration: everything that was changed since the last save is lost, and all its traffic stops meanwhile. "
        "It is asked whether to save (answer: no) and whether to proceed (answer: RETURN).",
        first=(f"reload in {minutes}",),
        confirm=("reload cancel",),
        reboot=_REBOOT,
    )


LAST_RESORT: Final[Mapping[Platform, Callable[[float], Revert]]] = {Platform.IOS: scheduled_reload}
