"""``show bgp vpnv4 unicast all|vrf V PREFIX`` of IOS and IOS-XE."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpPaths
from troubleshoot.parsing.bgp_entry import finish
from troubleshoot.parsing.bgp_text import EntryReader
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import one_page

_NONE = re.compile(r"% ?(?:Network|Subnet) not in table$", re.I)


def parse(pages: Sequence[Clean]) -> BgpPaths:
    """Read one prefix, under one or several RDs.

    Raises:
        ParseFailure: neither an entry nor ``not in table``, or an entry with fewer paths than it announces.
    """
    page = one_page(pages)
    if len(page.lines) == 1 and _NONE.match(page.lines[0][1].strip()):
        return finish([], page, [], found=False)
    reader = EntryReader(page)
    entries = reader.read()
    return finish(entries, page, reader.reading.unread(), found=True)
