"""``show ospf overview`` and ``show ospf interface`` of Junos."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.ospf import OspfInterface, OspfInterfaces, OspfProcesses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.ospf_process import processes
from troubleshoot.parsing.table import Reading, one_page, read_table
from troubleshoot.parsing.values import IPV4

_ID = re.compile(rf"Router ID: (?P<id>{IPV4})$")
_HEADING = re.compile(r"Interface\s+State\s+Area\s+DR ID\s+BDR ID\s+Nbrs")
_ROW = re.compile(rf"(\S{{1,40}})\s+\S{{1,12}}\s+({IPV4})\s+{IPV4}\s+{IPV4}\s+\d{{1,6}}$")


def parse_overview(pages: Sequence[Clean]) -> OspfProcesses:
    """Read ``show ospf overview``; all else in it stands aside, it is not asked for.

    Raises:
        ParseFailure: no router ID is named.
    """
    return processes(pages, _ID)


def parse_interfaces(pages: Sequence[Clean]) -> OspfInterfaces:
    """Read ``show ospf interface``; it prints no addresses, and ``lo0.0`` stands for all of its own.

    Raises:
        ParseFailure: neither heading nor row was recognised.
    """
    page = one_page(pages)
    reading = Reading(page)
    found = [
        OspfInterface(interface=match[1], process=None, area=match[2], address=None, length=None, at=page.at(number))
        for number, match in read_table(reading, (_HEADING,), _ROW)
    ]
    return OspfInterfaces(interfaces=found, at=page.all(), unread=reading.unread())
