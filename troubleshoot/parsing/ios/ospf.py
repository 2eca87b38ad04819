"""``show ip ospf`` and ``show ip ospf interface brief`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.ospf import OspfInterface, OspfInterfaces, OspfProcesses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.ospf_process import processes
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4

_PROCESS = re.compile(rf'Routing Process "ospf(?:v\d)? (?P<process>\d{{1,5}})" with ID (?P<id>{IPV4})$')
_HEADING = re.compile(r"Interface\s+PID\s+Area\s+IP Address/Mask\s+Cost\s+State")
_ROW = re.compile(rf"(\S{{1,60}})\s+(\d{{1,5}})\s+(\S{{1,20}})\s+({IPV4})/(\d{{1,2}})\s+\d{{1,9}}\s+\S{{1,10}}\s+\S+$")


def parse_processes(pages: Sequence[Clean]) -> OspfProcesses:
    """Read ``show ip ospf`` or its line ``| include ID``; all else in it stands aside, it is not asked for.

    Raises:
        ParseFailure: no process is named.
    """
    return processes(pages, _PROCESS)


def parse_interfaces(pages: Sequence[Clean]) -> OspfInterfaces:
    """Read ``show ip ospf interface brief``: passive interfaces are listed too, their networks are announced.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found = [
        OspfInterface(
            interface=canonical(Platform.IOS, match[1]),
            process=match[2],
            area=match[3],
            address=match[4],
            length=int(match[5]),
            at=page.at(number),
        )
        for number, match in read_table(reading, (_HEADING,), _ROW)
    ]
    return OspfInterfaces(interfaces=found, at=page.all(), unread=reading.unread())
