"""What the daemons write into a trace: everything that happens in a span of time, in their own words.

Nothing is recorded: the lines follow from the configurations of the two ends of each link, and from who asks by SNMP.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troubleshoot.lab.junos import protocols
from troubleshoot.lab.junos.config import Config
from troubleshoot.lab.junos.protocols import Ospf, Session, Simple

Line = tuple[float, str]  # the moment, the text without its time
Flags = Mapping[str, frozenset[str]]  # a flag and its modifiers
ALL: Final = "all"
_MICRO: Final = 1e-6
_PIM_HELLO, _RIP_UPDATE, _BGP_RETRY = 30.0, 30.0, 32.0


@dataclass(frozen=True, slots=True)
class Manager:
    """An SNMP manager that asks a router again and again."""

    address: str
    community: str
    every: float = 20.0


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One router, what it is connected to, and a span of time in which nothing is changed.

    ``peers(unit)``: the configuration at the other end of a link, and the unit there. ``churn``: every so many seconds
    a BGP peer announces a route anew (0: never).
    """

    config: Config
    peers: Callable[[str], Iterable[tuple[Config, str]]]
    managers: tuple[Manager, ...]
    since: float
    until: float
    churn: float = 0.0

    def ticks(self, every: float, seed: str) -> Iterator[float]:
        """The moments of something periodic; ``seed`` shifts it."""
        shift = (sum(map(ord, seed)) * 0.618) % every
        first = math.ceil((self.since - shift) / every)
        number = first
        while (moment := shift + number * every) < self.until:
            yield moment
            number += 1


def on(flags: Flags, flag: str) -> bool:
    """Whether a flag is traced."""
    return flag in flags or ALL in flags


def detailed(flags: Flags, flag: str) -> bool:
    """Whether it is traced with all that a packet holds."""
    return "detail" in flags.get(flag, frozenset()) or ALL in flags


def _block(moment: float, *texts: str) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield moment + number * _MICRO, text


# --- OSPF ---------------------------------------------------------------------------------------------------------


def ospf(around: Surroundings, instance: str, flags: Flags) -> Iterator[Line]:
    """The trace of OSPF in an instance."""
    for own in protocols.ospf(around.config):
        if own.instance != instance or own.passive:
            continue
        yield from _hellos_sent(around, own, flags)
        for config, unit in around.peers(own.port.unit):
            for peer in protocols.ospf(config):
                if peer.port.unit == unit and not peer.passive:
                    yield from _hellos_heard(around, own, peer, flags)


def _hellos_sent(around: Surroundings, own: Ospf, flags: Flags) -> Iterator[Line]:
    if not on(flags, "hello"):
        return
    for moment in around.ticks(own.hello, own.port.ip):
        yield from _block(
            moment,
            f"OSPF periodic xmit from {own.port.ip} to 224.0.0.5 (IFL {own.index} area {own.area})",
            *_hello("sent", own, own, detailed(flags, "hello")),
        )


def _hellos_heard(around: Surroundings, own: Ospf, peer: Ospf, flags: Flags) -> Iterator[Line]:
    why = protocols.hello_ignored(own, peer)
    description = "" if why or protocols.hello_ignored(peer, own) else protocols.description_ignored(own, peer)
    for moment in around.ticks(peer.hello, peer.port.ip):
        if why and on(flags, "error"):
            yield moment, f"OSPF packet ignored: {why} from {peer.port.ip}{_where(own)}"
        if on(flags, "hello"):
            yield from _block(moment + _MICRO, *_hello("rcvd", own, peer, detailed(flags, "hello")))
        if description and on(flags, "error"):
            yield moment + 0.5, f"OSPF packet ignored: {description} from {peer.port.ip}{_where(own)}"


def _where(own: Ospf) -> str:
    return f" on intf {own.port.unit} area {own.area}"


def _hello(way: str, own: Ospf, speaker: Ospf, detail: bool) -> Iterator[str]:
    yield f"OSPF {way} Hello {speaker.port.ip} -> 224.0.0.5 ({own.port.unit} IFL {own.index} area {own.area})"
    if detail:
        yield f"  Version 2, length 44, ID {speaker.router_id}, area {speaker.area}"
        yield f"  checksum 0x0, authtype {speaker.authentication}"
        mask = speaker.port.address.network.netmask
        yield f"  mask {mask}, hello_ivl {speaker.hello}, opts 0x12, prio 128"
        yield f"  dead_ivl {speaker.dead}, DR {own.port.ip}, BDR 0.0.0.0"


# --- PIM and RIP --------------------------------------------------------------------------------------------------


def pim(around: Surroundings, instance: str, flags: Flags) -> Iterator[Line]:
    """The trace of PIM in an instance."""
    if not on(flags, "hello"):
        return
    for own, peers in _pairs(around, instance, protocols.pim):
        for moment in around.ticks(_PIM_HELLO, own.port.ip):
            yield from _pim_hello(moment, own.port.unit, "SENT", own.port.ip)
        for peer in peers:
            for moment in around.ticks(_PIM_HELLO, peer.port.ip):
                yield from _pim_hello(moment, own.port.unit, "RECV", peer.port.ip)


def _pim_hello(moment: float, unit: str, way: str, speaker: str) -> Iterator[Line]:
    yield from _block(
        moment,
        f"PIM {unit} {way} {speaker} -> 224.0.0.13 V2",
        "  Hello holdtime 105 T-bit LAN prune 500 ms override 2000 ms pri 1",
    )


def rip(around: Surroundings, instance: str, flags: Flags) -> Iterator[Line]:
    """The trace of RIP in an instance."""
    for own, peers in _pairs(around, instance, protocols.rip):
        if on(flags, "update"):
            for moment in around.ticks(_RIP_UPDATE, own.port.ip):
                yield from _rip_update(moment, own.port.unit)
        for peer in peers:
            for moment in around.ticks(_RIP_UPDATE, peer.port.ip):
                yield from _rip_heard(moment, own, peer, flags)


def _rip_update(moment: float, unit: str) -> Iterator[Line]:
    yield from _block(
        moment,
        f"Preparing to send RIPv2 updates on nbr {unit}, group: edge.",
        f"Update job: sending 20 msgs; nbr: {unit}; group: edge; msgp: 0x9339000.",
        "         sending msg 0x9339004, 2 rtes ",
        f"Update job done for nbr {unit} group: edge",
    )


def _rip_heard(moment: float, own: Simple, peer: Simple, flags: Flags) -> Iterator[Line]:
    if own.secret != peer.secret:
        if on(flags, "auth") or on(flags, "error"):
            text = f"RPD_RIP_AUTH_UPDATE: Update with invalid authentication from {peer.port.ip} ({own.port.unit})"
            yield moment, text
    elif on(flags, "update"):
        yield from _block(
            moment,
            f"received response: sender {peer.port.ip}, command 2, version 2, mbz: 0; 1 routes.",
            "            10.99.0.0/0xffff0000: tag 0, nh         0.0.0.0, met 1.",
        )


def _pairs(
    around: Surroundings, instance: str, speakers: Callable[[Config], list[Simple]]
) -> Iterator[tuple[Simple, list[Simple]]]:
    """Each interface of an instance that speaks, and who speaks at the other end."""
    for own in speakers(around.config):
        if own.instance == instance:
            ends = [(config, unit) for config, unit in around.peers(own.port.unit)]
            yield own, [peer for config, unit in ends for peer in speakers(config) if peer.port.unit == unit]


# --- BGP ----------------------------------------------------------------------------------------------------------


def bgp(around: Surroundings, instance: str, group: str, flags: Flags) -> Iterator[Line]:
    """The trace of BGP in an instance, or of one group."""
    for own in protocols.bgp(around.config):
        if own.instance == instance and group in ("", own.group):
            for peer in _other_ends(around, own):
                yield from _session(around, own, peer, flags)


def _other_ends(around: Surroundings, own: Session) -> Iterator[Session]:
    for each in protocols.ports(around.config):
        if each.ip == own.local:
            for config, _ in around.peers(each.unit):
                yield from (peer for peer in protocols.bgp(config) if (peer.local, peer.peer) == (own.peer, own.local))


def _session(around: Surroundings, own: Session, peer: Session, flags: Flags) -> Iterator[Line]:
    if own.peer_as != peer.own_as:
        for moment in around.ticks(_BGP_RETRY, own.peer):
            yield moment, _bad_peer(own, peer.own_as)
    elif peer.peer_as == own.own_as and on(flags, "update") and around.churn:
        for moment in around.ticks(around.churn, own.peer):
            yield from _updates(moment, own)


def _bad_peer(own: Session, claimed: str) -> str:
    who = f"{own.peer} ({own.side})"
    what = "code 2 (Open Message Error) subcode 2 (bad peer AS number)"
    reason = f"peer {who} claims {claimed}, {own.peer_as} configured"
    return f"bgp_process_open:4124: NOTIFICATION sent to {who}: {what}, Reason: {reason}"


def _updates(moment: float, own: Session) -> Iterator[Line]:
    there, here = f"{own.peer}+179", f"{own.local}+51120"
    yield from _block(
        moment,
        f"bgp_read_v4_update: receiving packet(s) from {own.peer} ({own.side})",
        f"BGP RECV {there} -> {here}",
        "BGP RECV message type 2 (Update) length 52",
        "BGP RECV flags 0x40 code Origin(1): IGP",
        f"BGP RECV flags 0x40 code ASPath(2) length 6: {own.peer_as}",
        f"BGP RECV flags 0x40 code NextHop(3): {own.peer}",
        "BGP RECV \t10.99.0.0/16",
        f"BGP SEND {here} -> {there}",
        "BGP SEND message type 2 (Update) length 52",
    )


# --- SNMP ---------------------------------------------------------------------------------------------------------


def snmp(around: Surroundings, flags: Flags) -> Iterator[Line]:
    """The trace of snmpd."""
    for manager in around.managers:
        why = protocols.request_refused(around.config, manager.address, manager.community)
        for number, moment in enumerate(around.ticks(manager.every, manager.address)):
            if why:
                if on(flags, "general"):
                    yield moment, why
            elif on(flags, "pdu"):
                yield from _block(moment, *_exchange(around, manager, 0x5F00 + (int(moment) + number) % 256))


def _exchange(around: Surroundings, manager: Manager, number: int) -> Iterator[str]:
    own = next((each.ip for each in protocols.ports(around.config) if each.unit == "lo0.0"), protocols.NOWHERE)
    for mark, title in ((" >>>", "Get-Request"), ("  <<<", "Get-Response")):
        head = f"snmpd[{number:x}]{mark}"
        yield head + mark.strip() * 14
        yield f"{head} {title}"
        yield f"{head}  Source:      {manager.address}"
        yield f"{head}  Destination: {own}"
        yield f"{head}  Version:     SNMPv2"
        yield f"{head}  Request_id:  0x{number:x}"
        yield f"{head}  Community:   {manager.community}"
        yield f"{head}  Error:       status=0 / vb_index=0"
        yield f"{head}   OID  : sysUpTime.0"
        yield head + mark.strip() * 14
