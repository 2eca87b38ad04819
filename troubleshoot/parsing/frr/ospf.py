"""``show ip ospf`` and ``show ip ospf interface`` of FRRouting.

The JSON of ``show ip ospf interface`` names one address of an interface only (seen on 8.4), so the text is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.ospf import OspfInterface, OspfInterfaces, OspfProcess, OspfProcesses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.json_lines import is_json, read_object
from troubleshoot.parsing.ospf_process import processes
from troubleshoot.parsing.table import fail_unknown, one_page
from troubleshoot.parsing.values import IPV4

_ID = re.compile(rf"OSPF Routing Process, Router ID: (?P<id>{IPV4})$")
_INTERFACE = re.compile(r"(\S{1,40}) is (?:up|down)$")
_ADDRESS = re.compile(rf"Internet Address ({IPV4})/(\d{{1,2}}),.{{0,80}}? Area ({IPV4})(?:\s.*)?$")


def parse_process(pages: Sequence[Clean]) -> OspfProcesses:
    """Read ``show ip ospf [json]``; all else in it stands aside, it is not asked for.

    Raises:
        ParseFailure: no router ID is named.
    """
    page = one_page(pages)
    if is_json(page):
        node = read_object(page)
        own = node.text("routerId")
        if own is None:
            raise ParseFailure("the JSON has no router ID", page.part, node.first)
        place = node.members["routerId"]
        found = OspfProcess(process=None, router_id=own, at=page.at(place.first, place.last))
        return OspfProcesses(processes=[found], at=page.all(), unread=[])
    return processes(pages, _ID)


def parse_interfaces(pages: Sequence[Clean]) -> OspfInterfaces:
    """Read ``show ip ospf interface``, one record an address.

    Raises:
        ParseFailure: no interface was recognised.
    """
    page = one_page(pages)
    found: list[OspfInterface] = []
    name: str | None = None
    for number, text in page.lines:
        if match := _INTERFACE.match(text):
            name = match[1]
        elif name is not None and (match := _ADDRESS.match(text.strip())):
            found.append(
                OspfInterface(
                    interface=name,
                    process=None,
                    area=match[3],
                    address=match[1],
                    length=int(match[2]),
                    at=page.at(number),
                )
            )
    if not found:
        fail_unknown(page)
    return OspfInterfaces(interfaces=found, at=page.all(), unread=[])
