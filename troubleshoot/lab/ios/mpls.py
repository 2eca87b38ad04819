"""MPLS on the command line: `mpls ip` on interfaces, `show mpls interfaces`."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.ios.context import Args, Context, Mode
from troubleshoot.lab.ios.feature import Feature
from troubleshoot.lab.ios.interface_commands import change_interface
from troubleshoot.lab.network.model import Interface, Port
from troubleshoot.lab.network.mpls import Mpls


def _ip(context: Context, args: Args) -> str:
    return change_interface(context, lambda i: i.with_part(Mpls("no" not in args)))


def _interfaces(context: Context, _: Args) -> str:
    rows = ["Interface              IP            Tunnel   BGP Static Operational"]
    for interface in context.device.router.interfaces:
        if interface.part(Mpls).ip:
            up = context.device.world.network.carrier(Port(context.device.name, interface.name))
            rows.append(f"{interface.name:<22} Yes (ldp)     No       No  No     {'Yes' if up else 'No'}")
    return "\n".join(rows)


def _line(interface: Interface) -> Iterator[str]:
    if interface.part(Mpls).ip:
        yield " mpls ip"


FEATURE = Feature(
    commands={
        Mode.INTERFACE: {"[no] mpls ip": _ip},
        Mode.USER: {"show mpls interfaces": _interfaces},
    },
    interface_lines=_line,
)
