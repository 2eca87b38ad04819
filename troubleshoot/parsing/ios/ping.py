"""``ping`` of IOS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.switching import PingResult
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import Reading, one_page
from troubleshoot.parsing.values import IPV4

_SENDING = re.compile(rf"Sending \d{{1,10}}, \d{{1,5}}-byte ICMP Echos to ({IPV4})", re.I)
_RATE = re.compile(r"Success rate is \d{1,3} percent \((\d{1,10})/(\d{1,10})\)", re.I)
_KNOWN = re.compile(r"Type escape sequence to abort|Packet sent with |[!.U?MQ&C]{1,100}$", re.I)


def parse(pages: Sequence[Clean]) -> PingResult:
    """Read the success rate.

    Raises:
        ParseFailure: the line with the success rate was not seen.
    """
    page = one_page(pages)
    reading = Reading(page)
    record = PingResult(target=None, sent=0, received=0, at=page.all(), unread=[])
    for number, text in page.lines:
        body = text.strip()
        if match := _RATE.match(body):
            reading.row()
            record["received"], record["sent"] = int(match[1]), int(match[2])
        elif match := _SENDING.match(body):
            record["target"] = match[1]
        elif not _KNOWN.match(body):
            reading.skip(number)
    record["unread"] = reading.unread()
    if not record["sent"]:
        raise ParseFailure("the success rate is missing", page.part, page.lines[-1][0])
    return record
