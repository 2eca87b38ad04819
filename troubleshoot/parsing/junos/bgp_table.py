"""``show route table bgp.l3vpn.0 [terse]`` of Junos: the RDs of the table; the routes below them are not read."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.bgp import BgpTable, BgpTables
from troubleshoot.parsing.bgp_entry import RD
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_TABLE = re.compile(r"bgp\.l3vpn\.0: \d+ destinations?, \d+ routes?")
_ROW = re.compile(rf"(?:[*+\-#@] )?(?:[?VIUN] )?({RD}):{IPV4}/\d{{1,3}}(?:/\d{{1,3}})?(?:\s.{{0,200}})?$")


def parse(pages: Sequence[Clean]) -> BgpTables:
    """Read the table.

    Raises:
        ParseFailure: the heading of the table is missing.
    """
    page = one_page(pages)
    reading = Reading(page)
    tables: dict[str, BgpTable] = {}
    for number, text in page.lines:
        if match := _ROW.match(" ".join(text.split())):
            tables.setdefault(match[1], BgpTable(rd=match[1], vrf=None, routes=[], at=page.at(number)))
        elif _TABLE.match(text.strip()):
            reading.seen = True
    reading.unread()
    return BgpTables(router_id=None, tables=list(tables.values()), at=page.all(), unread=[])
