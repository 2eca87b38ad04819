"""``show ip mroute``, with and without ``count``."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.mdt import MVRF
from troubleshoot.lab.network.model import NOWHERE, PimMode
from troubleshoot.lab.network.multicast import Entry, Key
from troubleshoot.lab.network.vrf import vrf_of
from troubleshoot.lab.network.world import Counters

DISABLED = "IP Multicast Forwarding is not enabled."
_LEGEND = """\
IP Multicast Routing Table
Flags: D - Dense, S - Sparse, B - Bidir Group, s - SSM Group, C - Connected,
       L - Local, P - Pruned, R - RP-bit set, F - Register flag,
       T - SPT-bit set, J - Join SPT, M - MSDP created entry, E - Extranet,
       X - Proxy Join Timer Running, A - Candidate for MSDP Advertisement,
       U - URD, I - Received Source Specific Host Report,\x20
       Z - Multicast Tunnel, z - MDT-data group sender,\x20
       Y - Joined MDT-data group, y - Sending to MDT-data group,\x20
       V - RD & Vector, v - Vector, p - PIM Joins on route
Outgoing interface flags: H - Hardware switched, A - Assert winner, p - PIM Join
 Timers: Uptime/Expires
 Interface state: Interface, Next-Hop or VCD, State/Mode
"""
_COUNT_HEAD = """\
Forwarding Counts: Pkt Count/Pkts per second/Avg Pkt Size/Kilobits per second
Other counts: Total/RPF failed/Other drops(OIF-null, rate-limit etc)
"""
_MODES = {PimMode.SPARSE: "Sparse", PimMode.SPARSE_DENSE: "Sparse-Dense", PimMode.DENSE: "Dense"}


def chosen(device: Device, group: IPv4Address | None, source: IPv4Address | None) -> list[tuple[Key, Entry]]:
    """Entries in display order, (*,G) before its sources."""
    entries = device.state.entries[device.name]
    keys = sorted(entries, key=lambda k: (k[1], int(k[0]) if k[0] else -1))
    return [(k, entries[k]) for k in keys if group in (None, k[1]) and source in (None, k[0])]


def mroute(device: Device, group: IPv4Address | None, source: IPv4Address | None) -> str:
    """The multicast routing table or a part of it."""
    if not device.state.network.routers[device.name].multicast_routing:
        return f"{DISABLED}\n{_LEGEND}"
    found = chosen(device, group, source)
    if group is not None and not found:
        return f"Group {group} not found"
    return _LEGEND + "\n" + "\n\n".join("\n".join(_entry(device, key, entry)) for key, entry in found) + "\n"


def _entry(device: Device, key: Key, entry: Entry) -> Iterator[str]:
    up = device.age("mroute", key)
    if entry.source is None:
        rp = entry.rp or IPv4Address(0)
        yield f"(*, {entry.group}), {up}/{_expiry(device, key, entry)}, RP {rp}, flags: {entry.flags}"
    else:
        yield f"({entry.source}, {entry.group}), {up}/{_expiry(device, key, entry)}, flags: {entry.flags}"
    extra = ", Mroute" if entry.rpf.mroute else ""
    extra += f", using vrf {vrf_of(entry.rpf.table) or 'default'}" if entry.rpf.table else ""
    extra += ", Registering" if entry.registering else ""
    yield f"  Incoming interface: {entry.rpf.interface or 'Null'}, RPF nbr {_neighbor(entry)}{extra}"
    if entry.oil:
        yield "  Outgoing interface list:"
        yield from (_outgoing(device, key, entry, name) for name in entry.oil)
    else:
        yield "  Outgoing interface list: Null"
    for vrf in entry.extranet:
        yield from _extranet(device, key, vrf)


def _extranet(device: Device, key: Key, vrf: str) -> Iterator[str]:
    """The entry of another VRF of the router that takes the packets over."""
    inside = device.in_vrf(vrf)
    entry = device.state.entries[inside.name].get(key) if inside else None
    if inside is None or entry is None:
        return
    yield f"  Extranet receivers in vrf {vrf}:"
    rp = "" if entry.source else f", RP {entry.rp or NOWHERE}"
    timers = f"{inside.age('mroute', key)}/{_expiry(inside, key, entry)}"
    yield f"  ({entry.source or '*'}, {entry.group}), {timers}{rp}, OIF count: {len(entry.oil)}, flags: {entry.flags}"


def _neighbor(entry: Entry) -> IPv4Address:
    return entry.rpf.neighbor if entry.rpf.interface else IPv4Address(0)


def _expiry(device: Device, key: Key, entry: Entry) -> str:
    children = any(k[0] is not None and k[1] == entry.group for k in device.state.entries[device.name])
    return "stopped" if entry.source is None and children else device.expires("mroute", key)


def _outgoing(device: Device, key: Key, entry: Entry, name: str) -> str:
    interface = device.state.network.routers[device.name].interface(name)
    mode = _MODES[interface.pim] if interface and interface.pim else "Sparse"
    static = name in entry.members and interface is not None and entry.group in interface.static_groups
    static = static or name.startswith(MVRF)
    expires = "stopped" if static else device.expires("oif", key, name, hold=210)
    return f"    {name}, Forward/{mode}, {device.age('oif', key, name)}/{expires}"


def count(device: Device, group: IPv4Address | None, source: IPv4Address | None) -> str:
    """Packet counters per group and source."""
    router = device.state.network.routers[device.name]
    if not router.multicast_routing:
        return f"{DISABLED}\n{_COUNT_HEAD}"
    entries = device.state.entries[device.name]
    groups = sorted({k[1] for k in entries if group in (None, k[1])})
    if group is not None and not groups:
        return f"Group {group} not found"
    sources = sum(k[0] is not None for k in entries)
    total = len({k[1] for k in entries})
    head = [
        'Use "show ip mfib count" to get better response time for a large number of mroutes.',
        "",
        "IP Multicast Statistics",
        f"{len(entries)} routes using {len(entries) * 1026} bytes of memory",
        f"{total} groups, {sources / total if total else 0:.2f} average sources per group",
        _COUNT_HEAD,
    ]
    return "\n".join(head) + "\n" + "\n\n".join("\n".join(_group(device, g, source)) for g in groups) + "\n"


def _group(device: Device, group: IPv4Address, source: IPv4Address | None) -> Iterator[str]:
    flows = device.state.traffic[device.name]
    entries = device.state.entries[device.name]
    keys = sorted(
        {k for k in (*flows, *entries) if k[0] is not None and k[1] == group and source in (None, k[0])}, key=str
    )
    counters = {k: device.world.counters(device.name, k) for k in keys}
    own = [k for k in keys if k in entries]
    forwarded = sum(int(c.forwarded) for c in counters.values())
    received = sum(int(c.received) for c in counters.values())
    yield f"Group: {group}, Source count: {len(own)}, Packets forwarded: {forwarded}, Packets received: {received}"
    shared = [k for k in keys if k not in entries]
    if (None, group) in entries:
        yield "  RP-tree: " + _numbers(device, shared, counters)
    for key in own:
        yield f"  Source: {key[0]}/32, " + _numbers(device, [key], counters)


def _numbers(device: Device, keys: list[Key], counters: dict[Key, Counters]) -> str:
    forwarded = rate = size = kilobits = failed = other = 0
    for key in keys:
        traffic = device.state.traffic[device.name].get(key)
        forwarded += int(counters[key].forwarded)
        failed += int(counters[key].rpf_failed)
        other += int(counters[key].other)
        if traffic is not None and traffic.forwarded:
            rate += traffic.stream.pps
            size = traffic.stream.size
            kilobits += traffic.stream.pps * traffic.stream.size * 8 // 1000
    return f"Forwarding: {forwarded}/{rate}/{size}/{kilobits}, Other: {failed + other}/{failed}/{other}"
