"""``show ip ospf`` and ``show ip ospf interface brief`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.ospf import OspfInterface, OspfInterfaces, OspfProcesses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.ospf_process import processes
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_PROCESS = re.compile(rf"Routing Process (?P<process>\S{{1,40}}) with ID (?P<id>{IPV4})(?: VRF \S{{1,40}})?$")
_BLOCK = re.compile(r"OSPF Process ID (\S{1,40}) VRF \S{1,40}$")
_COUNT = re.compile(r"Total number of interface")
_HEADING = re.compile(r"Interface\s+ID\s+Area\s+Cost\s+State\s+Neighbors\s+Status")
_ROW = re.compile(r"([A-Za-z]\S{1,60})\s+\d{1,9}\s+(\S{1,20})\s+\d{1,9}\s+\S{1,12}\s+\d{1,6}\s+(?:up|down)$")


def parse_processes(pages: Sequence[Clean]) -> OspfProcesses:
    """Read ``show ip ospf``; all else in it stands aside, it is not asked for.

    Raises:
        ParseFailure: no process is named.
    """
    return processes(pages, _PROCESS)


def parse_interfaces(pages: Sequence[Clean]) -> OspfInterfaces:
    """Read ``show ip ospf interface brief``; it prints no addresses.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found: list[OspfInterface] = []
    process: str | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _ROW.match(body):
            reading.row()
            name = canonical(Platform.NXOS, match[1])
            found.append(
                OspfInterface(
                    interface=name, process=process, area=match[2], address=None, length=None, at=page.at(number)
                )
            )
        elif match := _BLOCK.match(body):
            process = match[1]
        elif _HEADING.match(body):
            reading.seen = True
        elif not _COUNT.match(body):
            reading.skip(number)
    return OspfInterfaces(interfaces=found, at=page.all(), unread=reading.unread())
