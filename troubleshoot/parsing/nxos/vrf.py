"""``show vrf V detail`` of NX-OS, with the route targets that only the configuration of the VRF shows.

The first output is ``show vrf V detail``, the second ``show running-config vrf V``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import Vrf, Vrfs
from troubleshoot.parsing.bgp_entry import RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading
from troubleshoot.parsing.vrf_config import nxos_vrfs
from troubleshoot.parsing.vrf_record import new_vrf, set_rd

_VRF = re.compile(r"VRF-Name: ([^\s,]{1,64}), VRF-ID: \d+, State: (\S{1,20})$")
_RD = re.compile(rf"RD: ({RD}|0:0)$")
_KNOWN = re.compile(r"(?:VPNID: |VRF Type|Max Routes|Table-ID|[A-Za-z\-]{1,20}:)")


def parse(pages: Sequence[Clean]) -> Vrfs:
    """Read all VRFs; without the second output nothing is known about route targets, which is a failure.

    Raises:
        ParseFailure: a text was not recognised, or there are not two.
    """
    if len(pages) != 2:
        raise ParseFailure(f"expected two outputs, got {len(pages)}")
    reading = Reading(pages[0])
    vrfs: list[Vrf] = []
    told = 0  # how many of them have the line with their RD: also one without an RD has it
    for number, text in pages[0].lines:
        body = text.strip()
        if match := _VRF.match(body):
            reading.row()
            vrfs.append(new_vrf(match[1], pages[0].at(number), "context"))
        elif vrfs and (match := _RD.match(body)):
            set_rd(vrfs[-1], None if match[1] == "0:0" else match[1])
            told += 1
            vrfs[-1]["at"][0][2] = number
        elif not vrfs or not _KNOWN.match(body):
            reading.skip(number)
    unread = reading.unread()
    if told < len(vrfs):
        raise ParseFailure("a VRF ends before its RD", pages[0].part, pages[0].last)
    configured = {vrf["name"]: vrf for vrf in nxos_vrfs(pages[1])}
    return Vrfs(
        vrfs=[_joined(vrf, configured, pages[1]) for vrf in vrfs], at=pages[0].all() + pages[1].all(), unread=unread
    )


def _joined(vrf: Vrf, configured: dict[str, Vrf], page: Clean) -> Vrf:
    known = configured.get(vrf["name"])
    if known is None:
        raise ParseFailure(f"the configuration does not show the VRF {vrf['name'][:40]!a}", page.part)
    return {**known, "rd": vrf["rd"], "rd_number": vrf["rd_number"], "at": vrf["at"] + known["at"]}
