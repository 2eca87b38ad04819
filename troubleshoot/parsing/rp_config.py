"""A configuration as far as the work of a rendezvous point goes: what the readers of all platforms share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing import config
from troubleshoot.parsing.areas.msdp import (
    AnycastSet,
    MsdpOriginator,
    MsdpPeerConfig,
    RoutingProcess,
    RpAddress,
    RpConfig,
)
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.records import Cites, ConfigLine
from troubleshoot.parsing.values import IPV4, address, prefix

PEER = rf"(?P<peer>{IPV4})"
ALL = "all"  # a filter without a list


@dataclass(slots=True)
class Found:
    """What the lines of one configuration say, in their order."""

    platform: Platform
    default: str = "rp"  # what announcements carry where no originator is set
    addresses: list[RpAddress] = field(default_factory=list)
    peers: dict[str, MsdpPeerConfig] = field(default_factory=dict)
    originators: list[MsdpOriginator] = field(default_factory=list)
    sets: dict[str, AnycastSet] = field(default_factory=dict)
    processes: dict[str, RoutingProcess] = field(default_factory=dict)
    feature: bool | None = None
    unread: Cites = field(default_factory=list)

    def peer(self, own: str, line: ConfigLine) -> MsdpPeerConfig:
        """The peer of that address; every line about it is part of its proof."""
        if own not in self.peers:
            self.peers[own] = MsdpPeerConfig(
                address=own,
                source=None,
                local=None,
                mesh_group=None,
                filter_in=None,
                filter_out=None,
                password=False,
                shutdown=False,
                lines=[],
                at=[],
            )
        self.peers[own]["lines"].append(line["text"])
        self.peers[own]["at"] += line["at"]
        return self.peers[own]

    def member(self, shared: str, members: Iterable[str], at: Cites) -> None:
        """Add members to the set of RPs that share an address."""
        known = self.sets.setdefault(shared, AnycastSet(address=shared, members=[], at=[]))
        known["members"] += [each for each in members if each not in known["members"]]
        known["at"] += at

    def own(self, interface: str, written: str, mask: str, at: Cites, pim: bool | None) -> None:
        """Add an address of an interface; ``written`` may carry the mask."""
        network = prefix(written, mask)
        name = canonical(self.platform, interface)
        if network is not None:
            self.addresses.append(
                RpAddress(
                    interface=name,
                    address=written.partition("/")[0],
                    length=int(network.rpartition("/")[2]),
                    loopback=name.lower().startswith("lo"),
                    pim=pim,
                    at=at,
                )
            )

    def process(self, name: str, at: Cites) -> RoutingProcess:
        """The routing process whose block begins with ``name``."""
        return self.processes.setdefault(name, RoutingProcess(name=name, router_id=None, at=at))

    def address_of(self, written: str | None) -> str | None:
        """The address that is meant: itself, or the first one of an interface."""
        if written is None or address(written) is not None:
            return written
        wanted = canonical(self.platform, written)
        return next((each["address"] for each in self.addresses if each["interface"] == wanted), None)

    def record(self, pages: Sequence[Clean], unread: Cites) -> RpConfig:
        """What was found, with names of interfaces resolved."""
        for item in self.peers.values():
            item["local"] = self.address_of(item["source"])
        for line in self.originators:
            line["address"] = self.address_of(line["name"])
        return RpConfig(
            addresses=self.addresses,
            peers=list(self.peers.values()),
            originators=self.originators,
            originator_default=self.default,
            sets=list(self.sets.values()),
            processes=list(self.processes.values()),
            feature=self.feature,
            at=[cite for page in pages for cite in page.all()],
            unread=[*unread, *self.unread],
        )


Take = Callable[[Found, ConfigLine, "re.Match[str]"], None]
Table = Sequence[tuple[re.Pattern[str], Take]]


def read(found: Found, lines: Iterable[ConfigLine], own: re.Pattern[str], table: Table) -> None:
    """Hand every line that concerns the subject (``own``) to what understands it; what nobody does is unread."""
    for line in lines:
        if own.match(line["text"]):
            for pattern, take in table:
                if match := pattern.match(line["text"]):
                    take(found, line, match)
                    break
            else:
                found.unread += line["at"]


def setting(key: str) -> Take:
    """The line sets ``key`` of a peer to what the group ``value`` captures; "all" where it captures nothing."""

    def take(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
        found.peer(match["peer"], line).update({key: match["value"] or ALL})  # type: ignore[misc]

    return take


def flag(key: str) -> Take:
    """The line says that ``key`` of a peer is on."""

    def take(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
        found.peer(match["peer"], line).update({key: True})  # type: ignore[misc]

    return take


def take_peer(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """The line makes a peer and may name what lends the address of the session."""
    item = found.peer(match["peer"], line)
    if match["value"]:
        item["source"] = canonical(found.platform, match["value"])


def take_originator(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """The line names the interface or address that goes into announcements."""
    name = canonical(found.platform, match["value"])
    found.originators = [MsdpOriginator(name=name, address=None, at=line["at"])]


def take_member(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """The line adds a member to a set of RPs."""
    found.member(match["shared"], [match["peer"]], line["at"])


def note(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """A line about a peer that only has to be kept."""
    found.peer(match["peer"], line)


def nothing(found: Found, line: ConfigLine, match: re.Match[str]) -> None:
    """A line that is known and that nobody asks for."""


MEMBER = re.compile(rf"ip pim anycast-rp (?P<shared>{IPV4}) {PEER}$")
_INTERFACE = re.compile(r"interface (\S{1,60})")
_ADDRESS = re.compile(rf"ip address ({IPV4})(?:/(\d{{1,2}})| ({IPV4}))(?: secondary)?(?:\s.*)?$")
_PIM = re.compile(r"ip pim(?: (?:sparse|dense|sparse-dense)-mode| sm)?$")
_PROCESS = re.compile(r"(router (?:ospf|bgp|eigrp)(?: \S{1,40}){0,3})$")
_ROUTER_ID = re.compile(rf"(?:router-id|(?:ospf|bgp|eigrp) router-id) ({IPV4})$")


def take_blocks(found: Found, lines: Sequence[ConfigLine]) -> None:
    """Take interfaces and routing processes out of a configuration of indented blocks (IOS, NX-OS, FRRouting)."""
    pim = {line["section"] for line in lines if _PIM.match(line["text"]) and _INTERFACE.match(line["section"])}
    for line in lines:
        block = _INTERFACE.match(line["section"])
        if block and (match := _ADDRESS.match(line["text"])):
            found.own(block[1], match[1], match[2] or match[3], line["at"], line["section"] in pim)
        elif match := _PROCESS.match(line["text"]):
            found.process(match[1], line["at"])
        elif _PROCESS.match(line["section"]) and (match := _ROUTER_ID.match(line["text"])):
            process = found.process(line["section"], line["at"])
            process["router_id"] = match[1]
            process["at"] = line["at"]


def whole(pages: Sequence[Clean], proof: re.Pattern[str], what: str) -> Sequence[ConfigLine]:
    """Return the lines of a configuration of indented blocks.

    Raises:
        ParseFailure: it is not a configuration, or the line that proves that it is whole is missing.
    """
    lines = config.parse_blocks(pages)
    if not any(proof.match(text) for _, text in pages[0].lines):
        raise ParseFailure(f"the configuration shows no {what}, so it may not be whole")
    return lines["lines"]
