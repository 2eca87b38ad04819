"""Events of any log as `wevtutil qe ... /f:xml /e:Events` prints them: numbers and data, never the rendered message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from xml.etree import ElementTree

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.windows.records_vm import WindowsEvent, WindowsEvents

_EVENT = re.compile(r"<Event[\s>].*?</Event>", re.S)
_EMPTY = re.compile(r"\s*(?:<\?xml[^>]{0,100}\?>)?\s*(?:<Events>\s*</Events>|<Events\s*/>)\s*")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z")


def parse(pages: Sequence[Clean]) -> WindowsEvents:
    """Read the answers of one or several event queries.

    Raises:
        ParseFailure: an answer is not one whole `<Events>` document, declares entities, or an event lacks its number,
            provider, record number or time.
    """
    if not pages:
        raise ParseFailure("there is no output to read")
    events = [event for page in pages for event in _events(page)]
    events.sort(key=lambda event: (event["time"], event["number"]), reverse=True)
    return WindowsEvents(events=events, at=[cite for page in pages for cite in page.all()], unread=[])


def _events(page: Clean) -> Iterator[WindowsEvent]:
    if "<!" in page.text:  # a document type could define entities that blow up
        raise ParseFailure("the output holds a document type or comment", page.part)
    if not _EMPTY.fullmatch(_EVENT.sub("", page.text)):
        raise ParseFailure("the output is not one whole list of events", page.part)
    for match in _EVENT.finditer(page.text):
        first = page.text.count("\n", 0, match.start()) + 1
        yield _event(page, match.group(), first)


def _event(page: Clean, text: str, first: int) -> WindowsEvent:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314  # no document type can stand in it
    except ElementTree.ParseError:
        raise ParseFailure(f"an event cannot be read: {excerpt(text)!r}", page.part, first) from None
    plain = {_local(node): node for node in root.iter()}
    provider = plain["Provider"].get("Name") if "Provider" in plain else None
    match = _TIME.fullmatch(plain["TimeCreated"].get("SystemTime") or "") if "TimeCreated" in plain else None
    if not provider or match is None:
        raise ParseFailure("an event has no provider or time", page.part, first)
    return WindowsEvent(
        id=_number(plain, "EventID", page, first),
        provider=provider,
        number=_number(plain, "EventRecordID", page, first),
        time=int(datetime.fromisoformat(match[1]).replace(tzinfo=UTC).timestamp()),
        data=_data(plain),
        at=page.at(first, first + text.count("\n")),
    )


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _data(plain: dict[str, ElementTree.Element]) -> list[str]:
    holder = next((plain[name] for name in ("EventData", "UserData") if name in plain), None)
    values = ((node.text or "").strip() for node in holder.iter()) if holder is not None else ()
    return [value for value in values if value]


def _number(plain: dict[str, ElementTree.Element], name: str, page: Clean, line: int) -> int:
    node = plain.get(name)
    text = (node.text or "").strip() if node is not None else ""
    if not re.fullmatch(r"\d{1,18}", text):
        raise ParseFailure(f"an event has no {name}", page.part, line)
    return int(text)
