"""Traces of one router: which the configuration asks for, and the files that they fill and turn over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from troubleshoot.lab.junos import daemons, protocols
from troubleshoot.lab.junos.config import Config, Node, leaf, named
from troubleshoot.lab.junos.daemons import Flags, Line, Surroundings
from troubleshoot.lab.junos.times import logged

_SIZE, _FILES = "128k", 10
_UNITS: Final = {"k": 1024, "m": 1024**2, "g": 1024**3}
_PROTOCOLS: Final = ("bgp", "ospf", "pim", "rip")


@dataclass(frozen=True, slots=True)
class Trace:
    """One active traceoptions with a file."""

    protocol: str
    instance: str
    group: str  # of BGP
    file: str
    size: int
    files: int
    flags: Flags = field(hash=False)
    match: str = ""


@dataclass(slots=True)
class LogFile:
    """A file of /var/log."""

    lines: list[str] = field(default_factory=list)
    modified: float = 0.0

    @property
    def size(self) -> int:
        return sum(len(line) + 1 for line in self.lines)


def traces(config: Config) -> list[Trace]:
    """The traces that a configuration asks for."""
    return [found for place in _places(config) if (found := _trace(*place)) is not None]


def _places(config: Config) -> Iterator[tuple[str, str, str, Node | None]]:
    """Where a traceoptions may stand: protocol, instance, group, the statement around it."""
    yield "snmp", "", "", config.active("snmp")
    for instance, node in protocols.instances(config):
        for name in _PROTOCOLS:
            yield name, instance, "", protocols.protocol(node, name)
        for group, below in named(protocols.protocol(node, "bgp"), "group"):
            yield "bgp", instance, group, below


def _trace(protocol: str, instance: str, group: str, around: Node | None) -> Trace | None:
    node = around.children.get(("traceoptions",)) if around is not None else None
    file = node.children.get(("file",)) if node is not None and not node.inactive else None
    if node is None or file is None or file.inactive:
        return None
    name = next((element[0] for element in file.children if element[0] not in file.kind.children), "")
    if not name:
        return None
    flags = {flag: frozenset(element[0] for element in below.children) for flag, below in named(node, "flag")}
    size, count = leaf(file, "size") or _SIZE, int(leaf(file, "files") or _FILES)
    return Trace(protocol, instance, group, name, _bytes(size), count, flags, leaf(file, "match") or "")


def _bytes(size: str) -> int:
    unit = _UNITS.get(size[-1].lower())
    return int(size[:-1]) * unit if unit else int(size)


def runs(trace: Trace, config: Config) -> bool:
    """Whether the daemon has anything to do there; a protocol without an interface or neighbor is not started."""
    ends = {
        "ospf": [end.instance for end in protocols.ospf(config)],
        "pim": [end.instance for end in protocols.pim(config)],
        "rip": [end.instance for end in protocols.rip(config)],
        "bgp": [end.instance for end in protocols.bgp(config) if trace.group in ("", end.group)],
        "snmp": [""],
    }
    return trace.instance in ends[trace.protocol]


def written(trace: Trace, around: Surroundings) -> list[Line]:
    """What the daemon writes in a span of time."""
    lines = {
        "ospf": lambda: daemons.ospf(around, trace.instance, trace.flags),
        "pim": lambda: daemons.pim(around, trace.instance, trace.flags),
        "rip": lambda: daemons.rip(around, trace.instance, trace.flags),
        "bgp": lambda: daemons.bgp(around, trace.instance, trace.group, trace.flags),
        "snmp": lambda: daemons.snmp(around, trace.flags),
    }[trace.protocol]()
    found = [line for line in lines if not trace.match or re.search(trace.match, line[1])]
    return sorted(found, key=lambda line: line[0])


class Files:
    """The files of /var/log, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, LogFile] = {}

    def append(self, name: str, line: str, moment: float) -> None:
        """Add a line to a file, which is made where it is missing."""
        file = self.by_name.setdefault(name, LogFile())
        file.lines.append(line)
        file.modified = moment

    def begin(self, trace: Trace, moment: float) -> None:
        """The daemon opens the file of a trace."""
        said = f'trace_on: Tracing to "/var/log/{trace.file}" started'
        self.append(trace.file, f"{logged(moment)} {said}", moment)

    def write(self, trace: Trace, lines: list[Line]) -> None:
        """The daemon writes; a file that is full becomes ``NAME.0``, that one ``NAME.1``, and the last one is lost."""
        for moment, text in lines:
            file = self.by_name.get(trace.file)
            if file is not None and file.size >= trace.size:
                self._turn(trace)
            self.append(trace.file, f"{logged(moment, fine=trace.protocol != 'snmp')} {text}", moment)

    def _turn(self, trace: Trace) -> None:
        for number in range(trace.files - 2, -1, -1):
            older = self.by_name.pop(f"{trace.file}.{number}", None)
            if older is not None and number < trace.files - 2:
                self.by_name[f"{trace.file}.{number + 1}"] = older
        self.by_name[f"{trace.file}.0"] = self.by_name.pop(trace.file)
