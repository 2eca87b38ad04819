"""Events of any log as `wevtutil qe ... /f:xml /e:Events` prints them: numbers and data, never the rendered message."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshoot.parsing.areas.virtual_machines import WindowsEvent, WindowsEvents
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.windows.event_xml import XmlEvent, read_events


def parse(pages: Sequence[Clean]) -> WindowsEvents:
    """Read the answers of one or several event queries into one list, newest first.

    Raises:
        ParseFailure: an answer is not one whole `<Events>` document, declares entities, or an event lacks its number,
            provider, record number or time.
    """
    if not pages:
        raise ParseFailure("there is no output to read")
    events = [_record(event) for page in pages for event in read_events(page)]
    events.sort(key=lambda event: (event["time"], event["number"]), reverse=True)
    return WindowsEvents(events=events, at=[cite for page in pages for cite in page.all()], unread=[])


def _record(event: XmlEvent) -> WindowsEvent:
    return WindowsEvent(
        id=event.id,
        provider=event.provider,
        number=event.number,
        time=event.time,
        data=list(event.values),
        at=event.at,
    )
