"""``show lacp neighbor`` and ``show lacp counters`` of NX-OS."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.vpc import LacpCounter, LacpCounters, LacpNeighbor, LacpNeighbors
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.interface_names import canonical
from troubleshoot.parsing.table import Reading, one_page

_PORT = r"([A-Za-z][A-Za-z\-]{0,20}\d[\d/.:]{0,20})"
_FLAGS = re.compile(r"Flags:\s+S - Device is sending Slow")
_CHANNEL = re.compile(r"(?:port-channel|Po) ?(\d{1,5})(?: neighbors)?$")
_NEIGHBOR = re.compile(
    rf"{_PORT}\s+\d{{1,5}}, ?([0-9a-f]{{1,2}}(?:-[0-9a-f]{{1,2}}){{5}})\s{{0,20}}0x[0-9a-f]{{1,4}}"
    r"\s+\d+\s+[SFAP]{1,2}$"
)
_NEIGHBOR_KNOWN = re.compile(
    r"(?:A - Device is in Active|Partner's information|(?:LACP )?Partner\s+Partner|Port\s+System ID|Port Priority"
    r"|\d{1,5}\s+0x[0-9a-f]{1,4}\s+0x[0-9a-f]{1,2}$)"
)
_COUNTERS = re.compile(r"Port\s+Sent\s+Recv\s+Recv\s+Sent")
_COUNTER = re.compile(rf"{_PORT}\s+(\d{{1,12}})\s+(\d{{1,12}})\s+\d+\s+\d+\s+\d+(?:\s+\d+)?$")
_COUNTER_KNOWN = re.compile(r"(?:NOTE: Clear lacp counters|-{3,}$|LACPDUs\s)")
_NOBODY = "0-0-0-0-0-0"


def parse_neighbors(pages: Sequence[Clean]) -> LacpNeighbors:
    """Read ``show lacp neighbor [interface port-channel N]``.

    Raises:
        ParseFailure: the legend is missing.
    """
    page = one_page(pages)
    reading = Reading(page)
    neighbors: list[LacpNeighbor] = []
    channel: int | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _CHANNEL.match(body):
            channel = int(match[1])
        elif channel is not None and (match := _NEIGHBOR.match(body)):
            reading.row()
            neighbors.append(_neighbor(match, channel, page.at(number)))
        elif _FLAGS.match(body):
            reading.seen = True
        elif not _NEIGHBOR_KNOWN.match(body):
            reading.skip(number)
    return LacpNeighbors(neighbors=neighbors, at=page.all(), unread=reading.unread())


def _neighbor(match: re.Match[str], channel: int, at: list[list[int]]) -> LacpNeighbor:
    return LacpNeighbor(
        interface=canonical(Platform.NXOS, match[1]),
        channel=channel,
        partner=match[2],
        heard=match[2] != _NOBODY,
        at=at,
    )


def parse_counters(pages: Sequence[Clean]) -> LacpCounters:
    """Read ``show lacp counters [interface port-channel N]``.

    Raises:
        ParseFailure: the heading is missing, or no row below it could be read.
    """
    page = one_page(pages)
    reading = Reading(page)
    counters: list[LacpCounter] = []
    channel: int | None = None
    for number, text in page.lines:
        body = text.strip()
        if match := _CHANNEL.match(body):
            channel = int(match[1])
        elif channel is not None and (match := _COUNTER.match(body)):
            reading.row()
            counters.append(_counter(match, channel, page.at(number)))
        elif _COUNTERS.match(body):
            reading.seen = True
        elif not _COUNTER_KNOWN.match(body):
            reading.skip(number)
    return LacpCounters(counters=counters, at=page.all(), unread=reading.unread())


def _counter(match: re.Match[str], channel: int, at: list[list[int]]) -> LacpCounter:
    return LacpCounter(
        interface=canonical(Platform.NXOS, match[1]),
        channel=channel,
        sent=int(match[2]),
        received=int(match[3]),
        at=at,
    )
