"""Normal forms of what Junos says about traces (`traceoptions`), its configuration database and its log files.

The conventions are those of :mod:`troubleshoot.parsing.records`. Where there is nothing Junos prints nothing, and that
looks like an answer that was lost. So these questions are asked twice, the second time with ``| count``: a list is
believed only when it has as many lines as the device counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypedDict

from troubleshoot.core.kinds import Platform
from troubleshoot.parsing.areas.area import Parser
from troubleshoot.parsing.records import Cites, ConfigLine


class Statements(TypedDict):
    """A part of a configuration as `set` lines, proven to be whole by its count."""

    lines: list[ConfigLine]
    total: int  # as the device counts them; 0: there is none
    at: Cites
    unread: Cites


class Trace(TypedDict):
    """The `traceoptions` of one hierarchy."""

    path: str  # without the word itself: protocols ospf
    file: str | None
    size: str | None  # as written: 1m
    files: int | None
    flags: list[str]  # with their modifiers: hello detail
    active: bool  # False: deactivated
    at: Cites


class Traces(TypedDict):
    """Every `traceoptions` that a configuration holds."""

    traces: list[Trace]
    total: int  # lines as the device counts them
    at: Cites
    unread: Cites


class RoutingInstance(TypedDict):
    name: str
    at: Cites


class RoutingInstances(TypedDict):
    """The routing instances that a list of statements belongs to, each once."""

    instances: list[RoutingInstance]
    total: int  # lines as the device counts them
    at: Cites
    unread: Cites


class Commit(TypedDict):
    number: int  # 0: the configuration in use
    age: int | None  # seconds; None: the clock of the device was not seen, or is in another time zone
    user: str
    method: str  # cli, netconf, other ...
    comment: str | None
    confirmed: int | None  # minutes after which it is taken back, unless it is confirmed
    waiting: bool  # it may still wait for its confirmation
    at: Cites


class ScheduledCommit(TypedDict):
    user: str
    when: str  # as printed: Tue May  7 15:59:00 2002, reboot
    at: Cites


class CommitHistory(TypedDict):
    """`show system commit`: who committed what when, newest first."""

    commits: list[Commit]
    scheduled: list[ScheduledCommit]
    at: Cites
    unread: Cites


class Editor(TypedDict):
    """Somebody who entered configuration mode and has not left it."""

    user: str
    since: str  # as the log prints it: Jun 11 09:12:33
    at: Cites


class LoggedInUser(TypedDict):
    user: str
    terminal: str
    station: str | None  # from where
    at: Cites


class Editors(TypedDict):
    """Who is in configuration mode, as far as the system log tells, and who is logged in."""

    editing: list[Editor]
    users: list[LoggedInUser]
    at: Cites
    unread: Cites


class LogFile(TypedDict):
    name: str
    size: int  # bytes
    modified: str  # as printed: Jun 11 09:12
    at: Cites


class LogFiles(TypedDict):
    """`show log`: the files of /var/log."""

    files: list[LogFile]
    at: Cites
    unread: Cites


class TraceLine(TypedDict):
    """One line of a trace file."""

    time: str | None  # as printed: Jun 11 09:12:33.123456
    text: str
    kind: str  # started, rejected, received, sent, other
    peer: str | None  # the other router or the SNMP manager
    interface: str | None
    reason: str | None  # why it was rejected, in the words of the device
    hello: int | None  # seconds: the hello interval of an OSPF hello
    dead: int | None
    at: Cites


class TraceLog(TypedDict):
    """The end of a trace file."""

    exists: bool
    total: int  # lines of the whole file
    lines: list[TraceLine]
    idle: int | None  # seconds since the last line
    at: Cites
    unread: Cites


class RoutingEngine(TypedDict):
    slot: int | None  # None: there is only one
    state: str | None  # master, backup ...; None: there is only one
    idle: int | None  # percent of the CPU that is idle
    at: Cites


class RoutingEngines(TypedDict):
    """`show chassis routing-engine`."""

    engines: list[RoutingEngine]
    at: Cites
    unread: Cites


class Filesystem(TypedDict):
    name: str
    member: str | None  # re0, fpc1, node0 ...
    mounted: str
    size: int  # kilobytes
    free: int
    used: int  # percent
    at: Cites


class Storage(TypedDict):
    """`show system storage`."""

    filesystems: list[Filesystem]
    log_free: int | None  # kilobytes for /var/log, on the member with the least; None: no file system for it was found
    at: Cites
    unread: Cites


_JUNOS = Platform.JUNOS

PARSERS: Mapping[str, Parser] = MappingProxyType(
    {
        "commits": Parser(CommitHistory, {_JUNOS: "junos.commits:parse_history"}),
        "editors": Parser(Editors, {_JUNOS: "junos.commits:parse_editors"}),
        "log_files": Parser(LogFiles, {_JUNOS: "junos.files:parse_logs"}),
        "routing_engines": Parser(RoutingEngines, {_JUNOS: "junos.files:parse_engines"}),
        "routing_instances": Parser(RoutingInstances, {_JUNOS: "junos.statements:parse_instances"}),
        "statements": Parser(Statements, {_JUNOS: "junos.statements:parse"}),
        "storage": Parser(Storage, {_JUNOS: "junos.files:parse_storage"}),
        "trace_log": Parser(TraceLog, {_JUNOS: "junos.trace_log:parse"}),
        "traces": Parser(Traces, {_JUNOS: "junos.statements:parse_traces"}),
    }
)
