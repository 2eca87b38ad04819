"""`wevtutil`: query events, list logs, show a log's configuration."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from troubleshoot.lab.windows.eventlog.render import element, text, xml
from troubleshoot.lab.windows.eventlog.xpath import BadQuery, compiled
from troubleshoot.lab.windows.events import Event, event_log
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Call, Logon

ACCESS_DENIED: Final = 5
NO_RPC: Final = 1722
INVALID_QUERY: Final = 15001
NO_CHANNEL: Final = 15007

_TEXTS: Final = {
    ACCESS_DENIED: ("Access is denied.", "Zugriff verweigert"),
    NO_RPC: ("The RPC server is unavailable.", "Der RPC-Server ist nicht verfügbar."),
    INVALID_QUERY: ("The specified query is invalid.", "Die angegebene Abfrage ist ungültig."),
    NO_CHANNEL: (
        "The specified channel could not be found. Check channel configuration.",
        "Der angegebene Kanal wurde nicht gefunden. Überprüfen Sie die Kanalkonfiguration.",
    ),
}


class LogRefused(Exception):
    """The event log service does not answer the query: ``code`` is its Win32 error."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def read_log(machine: Machine, logon: Logon, log: str, query: str = "*") -> list[Event]:
    """The events of a log that a query selects, oldest first. Raises LogRefused."""
    if not service_control(machine).running("eventlog"):
        raise LogRefused(NO_RPC)
    events = event_log(machine).read(log)
    if events is None:
        raise LogRefused(NO_CHANNEL)
    if log.casefold() == "security" and not (logon.elevated or logon.system):
        raise LogRefused(ACCESS_DENIED)
    try:
        test = compiled(query or "*")
        return [event for event in events if test(element(event), machine.now)]
    except (BadQuery, ValueError) as error:
        raise LogRefused(INVALID_QUERY) from error


async def wevtutil(call: Call) -> int:
    """Options are `/name:value` with short and long names."""
    words = [arg for arg in call.args if not arg.startswith("/")]
    options = {}
    for arg in call.args:
        if arg.startswith("/"):
            name, _, value = arg[1:].partition(":")
            options[name.casefold()] = value
    verb = _VERBS.get(words[0].casefold()) if words else None
    if verb is None:
        call.err(call.text("Invalid command.\n", "Ungültiger Befehl.\n"))
        return 87
    return await verb(call, words[1:], options)


def _failed(call: Call, step: tuple[str, str], code: int) -> int:
    call.err(f"{call.text(*step)}\n{call.text(*_TEXTS[code])}\n")
    return code


def _option(options: Mapping[str, str], *names: str, default: str = "") -> str:
    return next((options[name] for name in names if name in options), default)


async def _query(call: Call, words: list[str], options: dict[str, str]) -> int:
    step = ("Failed to read events.", "Fehler beim Lesen der Ereignisse.")
    if not words:
        call.err(call.text("Too few arguments are specified.\n", "Es wurden zu wenig Argumente angegeben.\n"))
        return 87
    try:
        events = read_log(call.machine, call.logon, words[0], _option(options, "q", "query", default="*"))
    except LogRefused as refused:
        return _failed(call, step, refused.code)
    if _option(options, "rd", "reversedirection").casefold() == "true":
        events.reverse()
    limit = _option(options, "c", "count")
    if limit.isdecimal():
        events = events[: int(limit)]
    call.out(_rendered(call.machine, events, options))
    return 0


def _rendered(machine: Machine, events: list[Event], options: Mapping[str, str]) -> str:
    if _option(options, "f", "format", default="xml").casefold() == "text":
        return "".join(text(machine, event, number) for number, event in enumerate(events))
    body = "".join(f"{xml(event)}\n" for event in events)
    root = _option(options, "e", "element")
    return f"<{root}>{body}</{root}>\n" if root else body


async def _list(call: Call, words: list[str], options: dict[str, str]) -> int:
    call.out("".join(f"{name}\n" for name in event_log(call.machine).names.values()))
    return 0


async def _configuration(call: Call, words: list[str], options: dict[str, str]) -> int:
    name = event_log(call.machine).names.get(words[0].casefold()) if words else None
    if name is None:
        given = words[0] if words else ""
        step = (
            f"Failed to read configuration for log {given}.",
            f"Fehler beim Lesen der Konfiguration für Protokoll {given}.",
        )
        return _failed(call, step, NO_CHANNEL)
    file = name.replace("/", "%4")
    lines = [
        f"name: {name}",
        "enabled: true",
        "type: Admin",
        "owningPublisher: ",
        f"isolation: {name if name in ('Application', 'System', 'Security') else 'Application'}",
        "channelAccess: O:BAG:SYD:(A;;0xf0007;;;SY)(A;;0x7;;;BA)(A;;0x1;;;IU)",
        "logging:",
        f"  logFileName: %SystemRoot%\\System32\\Winevt\\Logs\\{file}.evtx",
        "  retention: false",
        "  autoBackup: false",
        "  maxSize: 20971520",
        "publishing:",
        "  fileMax: 1",
    ]
    call.out("\n".join(lines) + "\n")
    return 0


_VERBS: Final[Mapping[str, Callable[[Call, list[str], dict[str, str]], Awaitable[int]]]] = MappingProxyType(
    {
        "qe": _query,
        "query-events": _query,
        "el": _list,
        "enum-logs": _list,
        "gl": _configuration,
        "get-log": _configuration,
    }
)
