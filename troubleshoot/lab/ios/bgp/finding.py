"""Which nets of the BGP table a display command means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network

from troubleshoot.lab.ios.context import Args, Context
from troubleshoot.lab.ios.device import Device, network_of
from troubleshoot.lab.ios.in_vrf import NO_VRF
from troubleshoot.lab.network.bgp.choice import Chosen
from troubleshoot.lab.network.bgp.config import FamilyKey
from troubleshoot.lab.network.bgp.path import Net
from troubleshoot.lab.network.bgp.speaker import Speaker
from troubleshoot.lab.network.vrf import Vrfs

NOT_ACTIVE = "% BGP not active"
NOT_FOUND = "% Network not in table"


@dataclass(frozen=True, slots=True)
class View:
    """The part of one speaker's table that a command shows; ``vpn``: with route distinguishers."""

    device: Device
    speaker: Speaker
    nets: dict[Net, Chosen]
    vpn: bool
    vrf: str = ""  # the one VRF that was asked for
    family: FamilyKey | None = None  # another family than IPv4 and VPNv4

    @property
    def by_rd(self) -> dict[str, list[Net]]:
        """The nets of each route distinguisher, in order."""
        found: dict[str, list[Net]] = {}
        for net in sorted(self.nets):
            found.setdefault(net.rd, []).append(net)
        return found


Show = Callable[[View, Args], str]


def on_view(vpn: bool, show: Show) -> Callable[[Context, Args], str]:
    """A handler that finds the view and shows it."""

    def run(context: Context, args: Args) -> str:
        view = _view(context.device, args, vpn)
        return view if isinstance(view, str) else show(view, args)

    return run


def _view(device: Device, args: Args, vpn: bool) -> View | str:
    speaker = device.state.bgp.speakers.get(device.box)
    vrf = args.get("vrf", "")
    if vrf and device.router.part(Vrfs).get(vrf) is None:
        return NO_VRF.format(vrf)
    if speaker is None:
        return NOT_ACTIVE
    rd = speaker.rd_of(vrf) if vrf else args.get("rd")
    if vrf and not rd:
        return View(device, speaker, {}, vpn, vrf)
    table = device.state.bgp.outcome.tables[device.box]
    nets = {n: c for n, c in table.items() if bool(n.rd) == vpn and rd in (None, n.rd)}
    return View(device, speaker, nets, vpn, vrf)


def matching(view: View, args: Args) -> list[Net]:
    """The nets that a prefix or address names: the very prefix with a mask, else the longest match of each table."""
    wanted = _prefix(args)
    if wanted is None:
        return []
    if "/" in args["target"] or "mask" in args:
        return [n for nets in view.by_rd.values() for n in nets if n.prefix == wanted]
    longest = (_longest(nets, wanted.network_address) for nets in view.by_rd.values())
    return [net for net in longest if net is not None]


def _prefix(args: Args) -> IPv4Network | None:
    if "mask" in args:
        found = network_of(args["target"], args["mask"])
        return found if found and str(found.network_address) == args["target"] else None
    return IPv4Network(args["target"], strict=False)


def _longest(nets: list[Net], address: IPv4Address) -> Net | None:
    return max((n for n in nets if address in n.prefix), key=lambda n: n.prefix.prefixlen, default=None)
