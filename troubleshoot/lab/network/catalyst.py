"""Catalyst switches: the members of a stack, their SDM templates, and which states follow from both.

A switch reads its template when it starts. It is kept beside the configuration, so saving or not saving that does not
matter. Sources: Cisco, "Configuring SDM Templates" and "Managing Switch Stacks" of the Catalyst 3750 (12.2(55)SE) and
2960/2960-S (15.0(2)SE) configuration guides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from troubleshoot.lab.network.ip_host import IpHost
from troubleshoot.lab.network.model import Hardware, Router

_FAMILY = re.compile(r"WS-C(\d{4})([A-Z]{0,2}|\+)?-")
_LAN_LITE = re.compile(r"WS-C2960.{0,30}-S$")
ABSENT_MAC = "0000.0000.0000"


class Licence(StrEnum):
    """The feature set that an image or a model carries."""

    LAN_LITE = "lanlite"
    LAN_BASE = "lanbase"
    IP_BASE = "ipbase"
    IP_SERVICES = "ipservices"


@dataclass(frozen=True, slots=True)
class Template:
    """An SDM template: its keywords after `sdm prefer`, and whether it is of the class that only a 3750-12S can run."""

    keywords: str = "default"
    aggregator: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """The hardware of one switch. ``joins`` is how many seconds after the stack's start (or the lab's) it is up."""

    number: int
    model: str
    version: str
    image: str
    mac: str = ABSENT_MAC
    serial: str = ""
    priority: int = 1
    ports: int = 28
    present: bool = True
    joins: float = 0.0
    template: str | None = None  # a desktop template of its own, with which it came; it takes over the stack's
    lacks: frozenset[str] = frozenset()  # templates that its image does not have

    @property
    def aggregator(self) -> bool:
        """Whether it has the larger tables."""
        return "-12S" in self.model

    @property
    def licence(self) -> Licence:
        """From the image, where it names one, else from the model."""
        name = self.image.lower()
        named = next((licence for licence in Licence if licence.value in name), None)
        return named or (Licence.LAN_LITE if _LAN_LITE.match(self.model) else Licence.LAN_BASE)


@dataclass(frozen=True, slots=True)
class Catalyst(Hardware):
    """A stack (or one switch): members, the template that runs, the one that waits for a reload, and what is learned.

    ``macs`` is the number of learned addresses by VLAN, ``neighbors`` that of connected hosts in the hardware table,
    ``aces`` that of access list entries.
    """

    members: tuple[Member, ...] = ()
    template: Template = Template()
    stored: Template | None = None
    macs: tuple[tuple[int, int], ...] = ()
    neighbors: int = 0
    aces: int = 33
    reload_in: float = 0.0
    elected: int = 0  # the master since the last start; a priority counts at the next election

    @property
    def master(self) -> Member:
        """The member that was elected."""
        return next((m for m in self.members if m.number == self.elected), None) or self.election()

    def election(self) -> Member:
        """Who would be master now: the highest priority, then the lowest MAC address."""
        return min((m for m in self.members if m.present), key=lambda m: (-m.priority, m.mac))

    def with_member(self, member: Member) -> Catalyst:
        """A copy with another member of that number."""
        return replace(self, members=tuple(member if m.number == member.number else m for m in self.members))

    @property
    def family(self) -> str:
        """3750, 2960, 2960S ..."""
        match = _FAMILY.match(self.master.model)
        return match[1] + (match[2] or "") if match else ""

    @property
    def layer2(self) -> bool:
        """A 2960: it routes only with a template of its own."""
        return self.family.startswith("2960")

    @property
    def may_route(self) -> bool:
        """Whether the running template takes `ip routing` and `ip route`."""
        return not self.layer2 or self.template.keywords == "lanbase-routing"

    def templates(self) -> tuple[str, ...]:
        """The keywords that `sdm prefer` takes here."""
        if not self.layer2:
            return ("access", "default", "routing", "vlan")
        return () if self.master.licence is Licence.LAN_LITE else ("default", "lanbase-routing")

    def default(self) -> Template:
        """What `no sdm prefer` selects."""
        return Template("default", self.master.aggregator)

    def name(self, template: Template) -> str:
        """The template's name on displays."""
        if self.layer2:
            return template.keywords
        return f"{'aggregate' if template.aggregator else 'desktop'} {template.keywords}"

    def prefer(self, template: Template) -> Catalyst:
        """Store a template for the next reload; the running one again takes a stored one back."""
        return replace(self, stored=None if template == self.template else template)

    def state(self, member: Member, running_for: float) -> str:
        """The state of a member as `show switch` prints it, ``running_for`` seconds after the start."""
        if not member.present:
            return "Provisioned"
        if member == self.master:
            return "Ready"
        if member.version != self.master.version:
            return "Version Mismatch"
        if member.licence is not self.master.licence:
            return "Feature Mismatch"
        if running_for < member.joins:
            takes_over = member.template not in (None, self.template.keywords)
            return "SDM Mismatch" if takes_over and running_for < member.joins / 2 else "Progressing"
        return "Ready" if self._runs(member) else "SDM Mismatch"

    def _runs(self, member: Member) -> bool:
        """Only the master's template counts: a member that cannot run it stays out."""
        return self.template.keywords not in member.lacks and (member.aggregator or not self.template.aggregator)

    def start(self, startup: Router) -> Router:
        """Read the stored template; lines that it does not take are refused while the configuration is read."""
        booted = replace(
            self, template=self.stored or self.template, stored=None, reload_in=0.0, elected=self.election().number
        )
        if not booted.may_route:
            startup = replace(startup, static_routes=frozenset())
            startup = startup.with_part(replace(startup.part(IpHost), routing=None))
        return startup.with_part(booted)


# Rows of `show sdm prefer`: MAC addresses, multicast, routes (connected hosts, others), PBR, QoS, access lists.
_DESKTOP = {
    "access": ("4K", "1K", "6K", "4K", "2K", "0.5K", "0.5K", "2K"),
    "default": ("6K", "1K", "8K", "6K", "2K", "0", "0.5K", "1K"),
    "routing": ("3K", "1K", "11K", "3K", "8K", "0.5K", "0.5K", "1K"),
    "vlan": ("12K", "1K", "0", "0", "0", "0", "0.5K", "1K"),
}
_AGGREGATE = {
    "access": ("6K", "1K", "12K", "6K", "6K", "0.5K", "0.5K", "4K"),
    "default": ("6K", "1K", "12K", "6K", "6K", "0", "0.5K", "1K"),
    "routing": ("6K", "1K", "20K", "6K", "14K", "0.5K", "0.5K", "1K"),
    "vlan": ("12K", "1K", "0", "0", "0", "0", "0.5K", "1K"),
}
_LAYER2 = {
    "default": ("8K", "0.25K", "0", "0", "0", "0", "0.125k", "0.375k"),
    "lanbase-routing": ("4K", "0.25K", "4.25K", "4K", "0.25K", "0", "0.125k", "0.375k"),
}


def sizes(switch: Catalyst, template: Template) -> tuple[str, ...]:
    """What the template has room for, as it is printed."""
    tables: Mapping[str, tuple[str, ...]] = _AGGREGATE if template.aggregator else _DESKTOP
    return (_LAYER2 if switch.layer2 else tables)[template.keywords]


def entries(printed: str) -> int:
    """The number behind ``0.25K``."""
    return int(float(printed.rstrip("kK")) * (1024 if printed[-1] in "kK" else 1))
