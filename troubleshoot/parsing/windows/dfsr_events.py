"""Events of the log `DFS Replication` as `wevtutil qe ... /f:xml /e:Events` prints them: numbers, never messages.

8013 a step failed, 8028 the move to Prepared failed, 8014 Prepared, 8017 Redirected, 8019 Eliminated. Source:
https://learn.microsoft.com/troubleshoot/windows-server/networking/sysvol-dfsr-migration-fails-after-in-place-upgrade
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree import ElementTree

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.records_domain import DfsrEvent, DfsrEvents

_EVENT: Final = re.compile(r"<Event[\s>].*?</Event>", re.DOTALL)
_EMPTY: Final = re.compile(r"\s*(?:<\?xml[^>]{0,100}\?>)?\s*(?:<Events>\s*</Events>|<Events\s*/>)\s*")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z")
_ERROR: Final = re.compile(r"(?:(?:Error|Fehler):\s*)?(\d{1,5})(?:\s*\(.{0,200}\))?", re.IGNORECASE | re.DOTALL)


def parse(pages: Sequence[Clean]) -> DfsrEvents:
    """Read the answer to one event query.

    Raises:
        ParseFailure: it is not one whole `<Events>` document, or an event lacks its number or time.
    """
    page = one_page(pages)
    if "<!" in page.text:  # a document type could define entities that blow up
        raise ParseFailure("the output holds a document type or comment", page.part)
    if not _EMPTY.fullmatch(_EVENT.sub("", page.text)):
        raise ParseFailure("the output is not one whole list of events", page.part)
    return DfsrEvents(events=list(_events(page)), at=page.all(), unread=[])


def _events(page: Clean) -> Iterator[DfsrEvent]:
    for match in _EVENT.finditer(page.text):
        first = page.text.count("\n", 0, match.start()) + 1
        try:
            root = ElementTree.fromstring(match.group())  # noqa: S314  # has no document type, see parse()
        except ElementTree.ParseError:
            message = f"an event cannot be read: {excerpt(match.group())!r}"
            raise ParseFailure(message, page.part, first) from None
        yield _event(page, root, first, first + match.group().count("\n"))


def _event(page: Clean, root: ElementTree.Element, first: int, last: int) -> DfsrEvent:
    nodes = {_local(node): node for node in root.iter()}
    number, moment = nodes.get("EventID"), nodes.get("TimeCreated")
    identity = (number.text or "").strip() if number is not None else ""
    time = moment.get("SystemTime", "") if moment is not None else ""
    if not re.fullmatch(r"\d{1,5}", identity) or not _TIME.fullmatch(time):
        raise ParseFailure("an event lacks its number or time", page.part, first)
    return DfsrEvent(id=int(identity), time=time, errors=_errors(root), at=page.at(first, last))


def _errors(root: ElementTree.Element) -> list[int]:
    data = ((node.text or "").strip() for node in root.iter() if _local(node) == "Data")
    return [int(found[1]) for text in data if (found := _ERROR.fullmatch(text))]


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]
