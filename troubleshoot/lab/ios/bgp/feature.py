"""BGP as a subject of the command line."""

from __future__ import annotations

from troubleshoot.lab.ios.bgp import show_table
from troubleshoot.lab.ios.bgp.commands import COMMANDS
from troubleshoot.lab.ios.bgp.finding import on_view
from troubleshoot.lab.ios.bgp.lines import lines
from troubleshoot.lab.ios.bgp.show_entry import entries
from troubleshoot.lab.ios.context import Handler, Mode
from troubleshoot.lab.ios.feature import Feature

_VPN = "show {ip bgp vpnv4|bgp vpnv4 unicast} {all|vrf <vrf:word>|rd <rd:word>}"
_PLAIN = "show {ip bgp|bgp ipv4 unicast}"


def _displays(head: str, vpn: bool) -> dict[str, Handler]:
    return {
        head: on_view(vpn, show_table.table),
        f"{head} <target:prefix> [<mask:mask>]": on_view(vpn, entries),
        f"{head} summary": on_view(vpn, show_table.summary),
        f"{head} neighbors <peer:address> {{advertised-routes|routes}}": on_view(vpn, show_table.of_neighbor),
    }


FEATURE = Feature(
    commands={**COMMANDS, Mode.USER: {**_displays(_VPN, vpn=True), **_displays(_PLAIN, vpn=False)}},
    routing=lines,
)
