"""Events of the provider Microsoft-Windows-CertificationAuthority.

26: the service has started. 93: one of the CA's certificates is not in NTAuth; its data are `CACertIdentifier` (the
index) and `CACommonName`. 100: the service did not start. Source: Microsoft TechNet, AD CS events.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.certificates import CaEvent, CaEvents
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.windows.event_xml import XmlEvent, read_events

_CODE = re.compile(r"0x[0-9a-fA-F]{8}")
_INDEX = re.compile(r"#?(\d{1,4})")
_NOT_IN_NTAUTH, _NOT_STARTED = 93, 100


def parse(pages: Sequence[Clean]) -> CaEvents:
    """Read the answers of one or several event queries into one list, newest first.

    Raises:
        ParseFailure: an answer is not one whole list of events, or an event 93 does not name the certificate.
    """
    if not pages:
        raise ParseFailure("there is no output to read")
    events = {event.number: _ca_event(event, page) for page in pages for event in read_events(page)}
    newest_first = [events[number] for number in sorted(events, reverse=True)]
    return CaEvents(events=newest_first, at=[cite for page in pages for cite in page.all()], unread=[])


def _ca_event(event: XmlEvent, page: Clean) -> CaEvent:
    return CaEvent(
        id=event.id,
        number=event.number,
        time=event.time,
        ca=event.data.get("CACommonName"),
        index=_index(event, page) if event.id == _NOT_IN_NTAUTH else None,
        error=_error(event) if event.id == _NOT_STARTED else None,
        at=event.at,
    )


def _index(event: XmlEvent, page: Clean) -> int:
    text = event.data.get("CACertIdentifier", "")
    match = _INDEX.fullmatch(text)
    if match is None:
        raise ParseFailure(f"the event names the certificate {excerpt(text)!r}", page.part, event.line)
    return int(match[1])


def _error(event: XmlEvent) -> str | None:
    codes = [match.group() for text in event.data.values() for match in _CODE.finditer(text)]
    return codes[-1] if codes else None
