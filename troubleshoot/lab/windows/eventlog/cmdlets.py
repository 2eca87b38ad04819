"""Get-WinEvent."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from xml.etree import ElementTree

from troubleshoot.lab.windows.dates import local
from troubleshoot.lab.windows.eventlog.render import LEVELS, message, xml
from troubleshoot.lab.windows.eventlog.wevtutil import ACCESS_DENIED, INVALID_QUERY, NO_CHANNEL, LogRefused, read_log
from troubleshoot.lab.windows.events import Event, event_log
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import CmdletCall, PsError, PsObject

_COMMAND: Final = "Microsoft.PowerShell.Commands.GetWinEventCommand"
_NONE: Final = (
    "No events were found that match the specified selection criteria.",
    "Es wurden keine Ereignisse gefunden, die den angegebenen Auswahlkriterien entsprechen.",
)


async def get_win_event(call: CmdletCall) -> list[PsObject]:
    """Newest first. No event at all is an error."""
    if (pattern := call.get("listlog")) is not None:
        return _logs(call, str(pattern))
    try:
        events = _selected(call)
    except LogRefused as refused:
        raise _problem(call, refused.code) from refused
    events.sort(key=lambda event: (event.time, event.record), reverse=not call.get("oldest"))
    limit = call.get("maxevents")
    if limit is not None:
        events = events[: int(limit)]
    if not events:
        text = call.machine.personality.text(*_NONE)
        raise PsError(text, f"NoMatchingEventsFound,{_COMMAND}", category="ObjectNotFound")
    return [_record(call.machine, event) for event in events]


def _problem(call: CmdletCall, code: int) -> PsError:
    if code == NO_CHANNEL:
        name = call.get("logname", 0) or (call.get("filterhashtable") or {}).get("LogName", "")
        text = f'There is not an event log on the localhost computer that matches "{name}".'
        return PsError(text, f"NoMatchingLogsFound,{_COMMAND}", category="ObjectNotFound")
    if code == ACCESS_DENIED:
        text = "Attempted to perform an unauthorized operation."
        return PsError(text, f"Attempted to perform an unauthorized operation.,{_COMMAND}", category="NotSpecified")
    text = "The specified query is invalid" if code == INVALID_QUERY else "The RPC server is unavailable"
    return PsError(text, f"{text},{_COMMAND}", category="InvalidArgument")


def _selected(call: CmdletCall) -> list[Event]:
    if (table := call.get("filterhashtable")) is not None:
        return _by_table(call, PsObject("hashtable", table))
    if (document := call.get("filterxml")) is not None:
        return _by_document(call, str(document))
    logs = _texts(call.get("logname", 0))
    if not logs:
        raise PsError(
            "A log, a provider or a filter is needed.", f"LogOrProvider,{_COMMAND}", category="InvalidArgument"
        )
    query = str(call.get("filterxpath", default="*"))
    return [event for log in logs for event in read_log(call.machine, call.call.logon, log, query)]


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _by_document(call: CmdletCall, document: str) -> list[Event]:
    """A `<QueryList>` of selects; a bad document is a bad query."""
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - the script's own constant text
    except ElementTree.ParseError as error:
        raise LogRefused(INVALID_QUERY) from error
    found: list[Event] = []
    for query in root.iter("Query"):
        for select in query.iter("Select"):
            log = select.get("Path") or query.get("Path") or ""
            found += read_log(call.machine, call.logon, log, (select.text or "*").strip())
    return found


def _by_table(call: CmdletCall, table: PsObject) -> list[Event]:
    providers = [name.casefold() for name in _texts(table.prop("ProviderName"))]
    numbers = {int(text) for text in _texts(table.prop("ID"))}
    levels = {int(text) for text in _texts(table.prop("Level"))}
    first, last = _moment(table.prop("StartTime")), _moment(table.prop("EndTime"))
    logs: Iterable[str] = _texts(table.prop("LogName")) or event_log(call.machine).names.values()
    return [
        event
        for log in logs
        for event in read_log(call.machine, call.logon, log)
        if (not providers or any(fnmatch.fnmatchcase(event.provider.casefold(), p) for p in providers))
        and (not numbers or event.id in numbers)
        and (not levels or event.level in levels)
        and (first is None or event.time >= first)
        and (last is None or event.time <= last)
    ]


def _moment(value: Any) -> float | None:
    if isinstance(value, datetime):
        return value.timestamp()
    return None if value is None else datetime.fromisoformat(str(value)).timestamp()


def _record(machine: Machine, event: Event) -> PsObject:
    async def to_xml(*_: Any) -> str:
        return xml(event)

    level = LEVELS[event.level]
    return PsObject(
        "System.Diagnostics.Eventing.Reader.EventLogRecord",
        {
            "Message": message(event),
            "Id": event.id,
            "Version": 0,
            "Qualifiers": None,
            "Level": event.level,
            "Task": 0,
            "Opcode": 0,
            "RecordId": event.record,
            "ProviderName": event.provider,
            "LogName": event.log,
            "MachineName": event.computer,
            "TimeCreated": local(machine, event.time),
            "LevelDisplayName": machine.personality.text(*level),
            "Properties": [
                PsObject("System.Diagnostics.Eventing.Reader.EventProperty", {"Value": text}) for _, text in event.data
            ],
        },
        {"toxml": to_xml},
    )


def _logs(call: CmdletCall, pattern: str) -> list[PsObject]:
    log = event_log(call.machine)
    found = [name for name in log.names.values() if fnmatch.fnmatchcase(name.casefold(), pattern.casefold())]
    if not found:
        raise _problem(call, NO_CHANNEL)
    return [
        PsObject(
            "System.Diagnostics.Eventing.Reader.EventLogConfiguration",
            {
                "LogName": name,
                "RecordCount": len(log.events[name.casefold()]),
                "IsEnabled": True,
                "LogMode": "Circular",
            },
        )
        for name in found
    ]
