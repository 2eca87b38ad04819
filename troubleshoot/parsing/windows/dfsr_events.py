"""Events of the log `DFS Replication` as `wevtutil qe ... /f:xml /e:Events` prints them: numbers, never messages.

8013 a step failed, 8028 the move to Prepared failed, 8014 Prepared, 8017 Redirected, 8019 Eliminated. Source:
https://learn.microsoft.com/troubleshoot/windows-server/networking/sysvol-dfsr-migration-fails-after-in-place-upgrade
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from troubleshoot.parsing.areas.domain import DfsrEvent, DfsrEvents
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.event_xml import XmlEvent, read_events

_ERROR: Final = re.compile(r"(?:(?:Error|Fehler):\s*)?(\d{1,5})(?:\s*\(.{0,200}\))?", re.IGNORECASE | re.DOTALL)


def parse(pages: Sequence[Clean]) -> DfsrEvents:
    """Read the answer to one event query.

    Raises:
        ParseFailure: it is not one whole `<Events>` document, or an event lacks its number, provider or time.
    """
    page = one_page(pages)
    events = [
        DfsrEvent(id=event.id, time=event.system_time, errors=_errors(event), at=event.at)
        for event in read_events(page)
    ]
    return DfsrEvents(events=events, at=page.all(), unread=[])


def _errors(event: XmlEvent) -> list[int]:
    """The numbers among its data; `Binary` holds hexadecimal bytes, which may look like one."""
    texts = (text for name, text in event.data.items() if name != "Binary")
    return [int(found[1]) for text in texts if (found := _ERROR.fullmatch(text))]
