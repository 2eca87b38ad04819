"""``show ip pim mdt`` and its kin, and the BGP address family behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.bgp.finding import NOT_ACTIVE, View
from troubleshoot.lab.ios.bgp.show_table import summary, table
from troubleshoot.lab.ios.context import Args, Context
from troubleshoot.lab.ios.device import Device
from troubleshoot.lab.network.bgp.choice import Chosen
from troubleshoot.lab.network.bgp.config import MDT
from troubleshoot.lab.network.bgp.path import LOCAL_WEIGHT, Net, Origin, Path, Source
from troubleshoot.lab.network.mdt import Tunnel
from troubleshoot.lab.network.mdt_routes import MdtRoute
from troubleshoot.lab.network.model import NOWHERE
from troubleshoot.lab.network.vrf import vrf_of

_LEGEND = """\
  * implies mdt is the default MDT, # is (*,*) Wildcard,
  > is non-(*,*) Wildcard

  MDT Group/Num   Interface   Source                   VRF"""


def tunnels(device: Device) -> str:
    """The multicast tunnels of the router, or of the VRF that we look into."""
    return "\n".join((_LEGEND, *(_tunnel(t) for t in _mine(device))))


def _mine(device: Device) -> Iterator[Tunnel]:
    for tunnel in device.state.mdts.tunnels:
        if tunnel.router == device.box and vrf_of(device.name) in ("", vrf_of(tunnel.instance)):
            yield tunnel


def _tunnel(tunnel: Tunnel) -> str:
    return f"* {tunnel.group!s:<15} {tunnel.interface:<11} {tunnel.source:<24} {vrf_of(tunnel.instance)}"


def send(device: Device) -> str:
    """Streams with a group of their own; the simulated streams are never busy enough for one."""
    heading = f"MDT-data send list for VRF: {vrf_of(device.name)}"
    return f"\n{heading}\n  (source, group)                     MDT-data group/num   ref_count"


def receive(device: Device) -> str:
    """The same on the receiving side."""
    return f"Joined MDT-data [group/mdt number : source]  uptime/expires for VRF: {vrf_of(device.name)}"


def peers(device: Device) -> str:
    """The PEs that BGP names, group by group; nothing where there is none."""
    routes = [r for r in sorted((device.state.mdts.routes or {}).get(device.box, ()), key=_order) if r.heard_from]
    if not routes:
        return ""
    lines = [f"{'Peer (Route Distinguisher + IPv4)':<48}Next Hop"]
    for group in sorted({r.group for r in routes}):
        lines.append(f"  MDT group {group}")
        lines += [f"    {f'{r.rd}:{r.address}':<44}{r.address}" for r in routes if r.group == group]
    return "\n".join(lines)


def _order(route: MdtRoute) -> tuple[str, IPv4Address]:
    return route.rd, route.address


def bgp_table(context: Context, args: Args) -> str:
    """`show ip bgp ipv4 mdt all`, and its summary."""
    device = context.device
    speaker = device.state.bgp.speakers.get(device.box)
    if speaker is None:
        return NOT_ACTIVE
    known = (device.state.mdts.routes or {}).get(device.box, ())
    view = View(device, speaker, {}, vpn=True, family=MDT)
    view = replace(view, nets={_net(r): _chosen(view, r) for r in known})
    return summary(view, args) if "summary" in args else table(view, args)


def _net(route: MdtRoute) -> Net:
    return Net(route.rd, IPv4Network(route.address))


def _chosen(view: View, route: MdtRoute) -> Chosen:
    path = Path(_net(route), NOWHERE, view.device.box, origin=Origin.INCOMPLETE, med=None, weight=LOCAL_WEIGHT)
    if route.heard_from is not None:
        source = Source(route.heard_from.neighbor, route.heard_from.neighbor)
        path = replace(path, next_hop=route.address, med=0, weight=0, source=source)
    return Chosen((path,), path, (path,))
