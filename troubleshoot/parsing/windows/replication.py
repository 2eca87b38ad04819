"""`repadmin /showrepl NAME /csv`: from where a domain controller pulls, and how that went.

The columns are read by their place, because the heading is in the language of the host: mark, destination site,
destination, naming context, source site, source, transport, number of failures, last failure, last success, last
status.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.certificates import ReplicationLink, ReplicationLinks
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page

_MARK = "showrepl_"
_COLUMNS = 11


def parse_links(pages: Sequence[Clean]) -> ReplicationLinks:
    """Read the table.

    Raises:
        ParseFailure: there is no heading, repadmin reports an error, or a row is not whole.
    """
    page = one_page(pages)
    lines = [(number, text.strip()) for number, text in page.lines]
    if not lines or not lines[0][1].startswith(f"{_MARK}COLUMNS,"):
        raise ParseFailure("the heading of the table is missing", page.part)
    return ReplicationLinks(links=[_link(page, *line) for line in lines[1:]], at=page.all(), unread=[])


def _link(page: Clean, number: int, text: str) -> ReplicationLink:
    try:
        cells = next(csv.reader([text], strict=True))
    except (csv.Error, StopIteration):
        cells = []
    if len(cells) != _COLUMNS or cells[0] != f"{_MARK}INFO" or not re.fullmatch(r"\d{1,9}", cells[7]):
        raise ParseFailure(f"not a row of the table: {excerpt(text)!r}", page.part, number)
    if not re.fullmatch(r"\d{1,10}", cells[10]):
        raise ParseFailure(f"the last status is {excerpt(cells[10])!r}", page.part, number)
    return ReplicationLink(
        context=cells[3].lower(),
        source=cells[5].lower(),
        failures=int(cells[7]),
        status=int(cells[10]),
        at=page.at(number),
    )
