"""The event list of `wevtutil qe ... /f:xml /e:Events`: numbers and data, never the rendered message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure, excerpt
from troubleshoot.parsing.records import Cites

_EVENT = re.compile(r"<Event[\s>].*?</Event>", re.S)
_EMPTY = re.compile(r"\s*(?:<\?xml[^>]{0,100}\?>)?\s*(?:<Events>\s*</Events>|<Events\s*/>)\s*")
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z")


@dataclass(frozen=True, slots=True)
class XmlEvent:
    """One event. ``time`` is epoch seconds; ``data`` has the named values of `EventData` or `UserData`, in order.

    ``values`` are the same texts without their names, ``system_time`` is the time as it was printed.
    """

    id: int
    provider: str
    number: int  # EventRecordID: rises with every event of a log
    time: int
    system_time: str
    data: Mapping[str, str]
    values: tuple[str, ...]
    at: Cites

    @property
    def line(self) -> int:
        """Where it begins in the raw text."""
        return self.at[0][1]


def read_events(page: Clean) -> list[XmlEvent]:
    """Read one whole list, which may be empty.

    Raises:
        ParseFailure: the list is cut, declares entities, or an event lacks provider, number, record number or time.
    """
    if "<!" in page.text:  # a document type could define entities that blow up
        raise ParseFailure("the output holds a document type or comment", page.part)
    if not _EMPTY.fullmatch(_EVENT.sub("", page.text)):
        raise ParseFailure("the output is not one whole list of events", page.part)
    return list(_events(page))


def _events(page: Clean) -> Iterator[XmlEvent]:
    for match in _EVENT.finditer(page.text):
        first = page.text.count("\n", 0, match.start()) + 1
        yield _event(match.group(), page, first)


def _event(text: str, page: Clean, first: int) -> XmlEvent:
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without a document type there are no entities to expand
    except ElementTree.ParseError:
        raise ParseFailure(f"an event cannot be read: {excerpt(text)!r}", page.part, first) from None
    nodes = {_local(node): node for node in root.iter()}
    provider = nodes["Provider"].get("Name") if "Provider" in nodes else None
    moment = _TIME.fullmatch(nodes["TimeCreated"].get("SystemTime") or "") if "TimeCreated" in nodes else None
    if not provider or moment is None:
        raise ParseFailure("an event has no provider or time", page.part, first)
    return XmlEvent(
        id=_number(nodes, "EventID", page, first),
        provider=provider,
        number=_number(nodes, "EventRecordID", page, first),
        time=int(datetime.fromisoformat(moment[1]).replace(tzinfo=UTC).timestamp()),
        system_time=moment[0],
        data=_data(nodes),
        values=tuple(text for _, text in _texts(nodes)),
        at=page.at(first, first + text.count("\n")),
    )


def _local(node: ElementTree.Element) -> str:
    return node.tag.rpartition("}")[2]


def _data(nodes: Mapping[str, ElementTree.Element]) -> dict[str, str]:
    """`<Data Name="x">` by its name, an element of `UserData` by its tag, what has no name by its place."""
    found: dict[str, str] = {}
    for node, text in _texts(nodes):
        name = node.get("Name") or (f"Data{len(found) + 1}" if _local(node) == "Data" else _local(node))
        found[name] = text
    return found


def _texts(nodes: Mapping[str, ElementTree.Element]) -> Iterator[tuple[ElementTree.Element, str]]:
    """The elements of the event's data that hold a text."""
    holder = next((nodes[name] for name in ("EventData", "UserData") if name in nodes), None)
    for node in holder.iter() if holder is not None else ():
        if text := (node.text or "").strip():
            yield node, text


def _number(nodes: Mapping[str, ElementTree.Element], name: str, page: Clean, line: int) -> int:
    text = (nodes[name].text or "").strip() if name in nodes else ""
    if not re.fullmatch(r"\d{1,18}", text):
        raise ParseFailure(f"an event has no {name}", page.part, line)
    return int(text)
