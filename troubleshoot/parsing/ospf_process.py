"""The OSPF processes of a router, where each stands on one line that names its router ID."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.ospf import OspfProcess, OspfProcesses
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import fail_unknown, one_page


def processes(pages: Sequence[Clean], line: re.Pattern[str]) -> OspfProcesses:
    """Read the lines that match; groups ``id`` and, where the platform numbers its processes, ``process``.

    All else stands aside, it is not asked for.

    Raises:
        ParseFailure: no process is named.
    """
    page = one_page(pages)
    found = [
        OspfProcess(process=match.groupdict().get("process"), router_id=match["id"], at=page.at(number))
        for number, text in page.lines
        if (match := line.match(text.strip()))
    ]
    if not found:
        fail_unknown(page)
    return OspfProcesses(processes=found, at=page.all(), unread=[])
