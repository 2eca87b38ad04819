"""Events as XML and as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from xml.etree.ElementTree import Element, SubElement
from xml.sax.saxutils import escape

from troubleshoot.lab.windows.dates import local, system_time
from troubleshoot.lab.windows.events import Event
from troubleshoot.lab.windows.machine import Machine

_NAMESPACE: Final = "http://schemas.microsoft.com/win/2004/08/events/event"
_KEYWORDS: Final = "0x80000000000000"
LEVELS: Final = {
    0: ("Information", "Informationen"),
    1: ("Critical", "Kritisch"),
    2: ("Error", "Fehler"),
    3: ("Warning", "Warnung"),
    4: ("Information", "Informationen"),
    5: ("Verbose", "Ausführlich"),
}


def element(event: Event) -> Element:
    """The event without namespace, inside a wrapper, as queries see it."""
    wrapper = Element("log")
    root = SubElement(wrapper, "Event")
    system = SubElement(root, "System")
    SubElement(system, "Provider", Name=event.provider)
    for name, text in (
        ("EventID", str(event.id)),
        ("Version", "0"),
        ("Level", str(event.level)),
        ("Task", "0"),
        ("Opcode", "0"),
        ("Keywords", _KEYWORDS),
        ("EventRecordID", str(event.record)),
        ("Channel", event.log),
        ("Computer", event.computer),
    ):
        SubElement(system, name).text = text
    SubElement(system, "TimeCreated", SystemTime=system_time(event.time))
    data = SubElement(root, "EventData")
    for name, text in event.data:
        SubElement(data, "Data", {"Name": name} if name else {}).text = text
    return wrapper


def xml(event: Event) -> str:
    """One line, attributes in single quotes, as `wevtutil` prints it."""
    quoted: Callable[[str], str] = lambda text: escape(text, {"'": "&apos;"})  # noqa: E731
    fields = "".join(
        f"<Data Name='{quoted(name)}'>{escape(text)}</Data>" if name else f"<Data>{escape(text)}</Data>"
        for name, text in event.data
    )
    symbol = f" Name='{quoted(event.symbol)}'" if event.symbol else ""
    body = f"<EventData{symbol}>{fields}</EventData>" if fields else f"<EventData{symbol}></EventData>"
    return (
        f"<Event xmlns='{_NAMESPACE}'><System><Provider Name='{quoted(event.provider)}'/>"
        f"<EventID>{event.id}</EventID><Version>0</Version><Level>{event.level}</Level><Task>0</Task>"
        f"<Opcode>0</Opcode><Keywords>{_KEYWORDS}</Keywords><TimeCreated SystemTime='{system_time(event.time)}'/>"
        f"<EventRecordID>{event.record}</EventRecordID><Correlation/><Execution ProcessID='0' ThreadID='0'/>"
        f"<Channel>{escape(event.log)}</Channel><Computer>{escape(event.computer)}</Computer><Security/></System>"
        f"{body}</Event>"
    )


def message(event: Event) -> str:
    """The text; events without one show their data, as Windows does where the provider's texts are not installed."""
    return event.message or "\n".join(text for _, text in event.data)


def text(machine: Machine, event: Event, number: int) -> str:
    """One block of `wevtutil qe /f:text`; the words of this format are English on every system."""
    moment = local(machine, event.time)
    lines = [
        f"Event[{number}]:",
        f"  Log Name: {event.log}",
        f"  Source: {event.provider}",
        f"  Date: {moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}",
        f"  Event ID: {event.id}",
        "  Task: N/A",
        f"  Level: {machine.personality.text(*LEVELS[event.level])}",
        "  Opcode: N/A",
        "  Keyword: N/A",
        "  User: N/A",
        "  User Name: N/A",
        f"  Computer: {event.computer}",
        "  Description: ",
        message(event),
        "",
    ]
    return "\n".join(lines) + "\n"
