"""``show vpc`` and what belongs to it, in the form of NX-OS 9.3."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Sequence

from troubleshoot.lab.nxos import pair
from troubleshoot.lab.nxos.consistency import Row, differing, global_rows, reason_for, system_mac, vpc_rows
from troubleshoot.lab.nxos.context import Args, Context, Handler, Rejected
from troubleshoot.lab.nxos.model import Channel, Domain, Network, Switch
from troubleshoot.lab.nxos.names import channel_number, interface_name, short, vlan_list


def _vlans(vlans: frozenset[int]) -> str:
    return vlan_list(vlans) if vlans else "-"


def _pieces(text: str, width: int) -> list[str]:
    """A cell in lines of a column: words stay whole where they fit, lists break behind a comma."""
    if " " in text:
        return textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    pieces, rest = [], text
    while len(rest) > width:
        cut = rest.rfind(",", 0, width) + 1 or width
        pieces.append(rest[:cut])
        rest = rest[cut:]
    return [*pieces, rest]


def _rows(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    """One row of a table; cells that do not fit go on in further lines."""
    columns = [_pieces(cell, width) for cell, width in zip(cells, widths, strict=True)]
    for number in range(max(map(len, columns))):
        pieces = (column[number] if number < len(column) else "" for column in columns)
        yield " ".join(f"{piece:<{width}}" for piece, width in zip(pieces, widths, strict=True))


# --- show vpc -----------------------------------------------------------------------------------------------------


def _show(context: Context, args: Args) -> str:
    return "\n".join(_lines(context.network, context.switch))


def _lines(network: Network, switch: Switch) -> Iterator[str]:
    yield "Legend:"
    yield "                (*) - local vPC is down, forwarding via vPC peer-link"
    yield ""
    yield from (f"{label:<34}: {value:<30}" for label, value in _head(network, switch))
    if switch.domain is not None and switch.peer_link is not None:
        yield from _link_table(network, switch)
    if switch.domain is not None:
        yield from _vpc_table(network, switch)


def _head(network: Network, switch: Switch) -> Iterator[tuple[str, str]]:
    domain, linked = switch.domain, switch.peer_link is not None
    good = linked and pair.globally_consistent(network, switch)
    yield "vPC domain id", str(domain.number) if domain else "Not configured"
    yield "Peer status", pair.peer_status(network, switch)
    yield "vPC keep-alive status", pair.keepalive(network, switch)
    yield "Configuration consistency status", "success" if good else "failed"
    yield "Per-vlan consistency status", "success" if linked else "failed"
    if not good:
        yield "Configuration inconsistency reason", _reason(network, switch)
    yield "Type-2 consistency status", "success" if linked else "failed"
    yield "vPC role", pair.role(network, switch)
    yield "Number of vPCs configured", str(sum(channel.vpc is not None for channel in switch.channels.values()))
    yield from _settings(domain, linked)


def _reason(network: Network, switch: Switch) -> str:
    if switch.peer_link is None:
        return pair.NO_LINK
    found = differing(global_rows(switch, network.peer_of(switch.name)))
    return reason_for(found[0])


def _settings(domain: Domain | None, linked: bool) -> Iterator[tuple[str, str]]:
    yield "Peer Gateway", "Enabled" if domain is not None and domain.peer_gateway else "Disabled"
    yield "Dual-active excluded VLANs", "-"
    graceful = domain is not None and domain.graceful
    yield "Graceful Consistency Check", "Enabled" if graceful and linked else "Disabled (due to peer configuration)"
    yield "Auto-recovery status", "Disabled"
    yield "Delay-restore status", "Timer is off.(timeout = 30s)"
    yield "Operational Layer3 Peer-router", "Disabled"


def _link_table(network: Network, switch: Switch) -> Iterator[str]:
    link = switch.peer_link
    assert link is not None
    up = pair.formed(network, switch)
    vlans = _vlans(pair.link_vlans(switch, network.peer_of(switch.name))) if up else "-"
    yield from ("", "vPC Peer-link status", "-" * 69, "id    Port   Status Active vlans    ")
    yield "--    ----   ------ -------------------------------------------------"
    yield from _rows(("1", short(link.name), "up" if up else "down", vlans), (5, 6, 6, 49))
    yield ""


def _vpc_table(network: Network, switch: Switch) -> Iterator[str]:
    found = pair.views(network, switch)
    if not found:
        return
    yield from ("", "vPC status", "-" * 76)
    yield "Id    Port          Status Consistency Reason                Active vlans"
    yield "--    ------------  ------ ----------- ------                ---------------"
    for view in found:
        status = "up" if view.up else "down*" if view.star else "down"
        cells = (str(view.id), short(view.channel.name), status, view.consistency, view.reason, _vlans(view.vlans))
        yield from _rows(cells, (5, 13, 6, 11, 21, 15))
        yield ""
    yield 'Please check "show vpc consistency-parameters vpc <vpc-num>" for the '
    yield "consistency reason of down vpc and for type-2 consistency reasons for "
    yield "any vpc."


# --- role and keepalive -------------------------------------------------------------------------------------------


def _role(context: Context, args: Args) -> str:
    network, switch = context.network, context.switch
    own, peer = switch.domain, network.peer_of(switch.name)
    met = peer.domain is not None and own is not None and own.number == peer.domain.number
    pairs = (
        ("vPC role", pair.role(network, switch)),
        ("Dual Active Detection Status", "0"),
        ("vPC system-mac", system_mac(own.number) if own else "00:00:00:00:00:00"),
        ("vPC system-priority", "32667"),
        ("vPC local system-mac", switch.mac),
        ("vPC local role-priority", str(own.priority) if own else "0"),
        ("vPC local config role-priority", str(own.priority) if own else "0"),
        ("vPC peer system-mac", peer.mac if met else "00:00:00:00:00:00"),
        ("vPC peer role-priority", str(peer.domain.priority) if met and peer.domain else "0"),
        ("vPC peer config role-priority", str(peer.domain.priority) if met and peer.domain else "0"),
    )
    return "\n".join(["", "vPC Role status", "-" * 52, *(f"{label:<32}: {value:<30}" for label, value in pairs)])


def _peer_keepalive(context: Context, args: Args) -> str:
    network, switch = context.network, context.switch
    status = f"{'vPC keep-alive status':<34}: {pair.keepalive(network, switch):<30}"
    if switch.domain is None or switch.domain.keepalive is None:
        return f"\n{status}"
    stamp = time.strftime("%Y.%m.%d %H:%M:%S", time.gmtime(context.world.clock()))
    heard = pair.hears(network, switch)
    pairs = [
        *([("--Peer is alive for", f"({int(context.world.uptime)}) seconds, (378) msec")] if heard else []),
        ("--Send status", "Success"),
        ("--Last send at", f"{stamp} 700 ms"),
        ("--Sent on interface", "mgmt0"),
        ("--Receive status", "Success" if heard else "Failed"),
        *([("--Last receive at", f"{stamp} 619 ms"), ("--Received on interface", "mgmt0")] if heard else []),
    ]
    settings = [
        ("--Destination", switch.domain.keepalive.destination),
        ("--Keepalive interval", "1000 msec"),
        ("--Keepalive timeout", "5 seconds"),
        ("--Keepalive hold timeout", "3 seconds"),
        ("--Keepalive vrf", "management"),
        ("--Keepalive udp port", "3200"),
        ("--Keepalive tos", "192"),
    ]
    shown = [*(f"{label:<32}: {value}" for label, value in pairs), "", "vPC Keep-alive parameters"]
    return "\n".join(["", status, *shown, *(f"{label:<32}: {value}" for label, value in settings)])


# --- consistency parameters ---------------------------------------------------------------------------------------


def _global(context: Context, args: Args) -> str:
    return _table(global_rows(context.switch, context.network.peer_of(context.name)))


def _of_vpc(context: Context, args: Args) -> str:
    channel = context.switch.carrying(int(args["number"]))
    return _of_channel(context, channel)


def _of_interface(context: Context, args: Args) -> str:
    number = channel_number(interface_name(args["name"]) or "")
    channel = context.switch.channels.get(number or 0)
    return _of_channel(context, channel if channel is not None and channel.vpc is not None else None)


def _of_channel(context: Context, channel: Channel | None) -> str:
    if channel is None:
        raise Rejected("ERROR: vPC does not exist")
    network, peer = context.network, context.network.peer_of(context.name)
    far = peer.carrying(channel.vpc or 0) if pair.formed(network, context.switch) else None
    return _table(vpc_rows(network, context.switch, channel, peer, far))


def _table(rows: Sequence[Row]) -> str:
    head = [
        "",
        "    Legend:",
        "        Type 1 : vPC will be suspended in case of mismatch",
        "",
        "Name                        Type  Local Value            Peer Value             ",
        "-------------               ----  ---------------------- -----------------------",
    ]
    return "\n".join([*head, *(line for row in rows for line in _row(row))])


def _row(row: Row) -> Iterator[str]:
    for line in _rows((row.name, row.kind, row.local, row.peer), (27, 4, 22, 22)):
        name, rest = line[:27], line[28:]
        yield f"{name} {rest[:4]}  {rest[5:28]}{rest[28:]}"


COMMANDS: dict[str, Handler] = {
    "show vpc [brief]": _show,
    "show vpc role": _role,
    "show vpc peer-keepalive": _peer_keepalive,
    "show vpc consistency-parameters global": _global,
    "show vpc consistency-parameters vpc <number:number>": _of_vpc,
    "show vpc consistency-parameters interface <name:line>": _of_interface,
}
