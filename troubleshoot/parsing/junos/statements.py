"""Parts of a Junos configuration as `set` lines, each asked twice: the lines, and how many there are (`| count`)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from troubleshoot.parsing.areas.tracing import RoutingInstance, RoutingInstances, Statements, Trace, Traces
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.records import ConfigLine
from troubleshoot.parsing.table import fail_unknown

_SET = re.compile(r"(?:set|deactivate|protect|activate|annotate) \S")
_COUNT = re.compile(r"Count: (\d{1,9}) lines?$")
_INSTANCE = re.compile(r"set routing-instances (\S{1,64}) ")
_TRACE = re.compile(r"(set|deactivate) (.{1,240}?) traceoptions(?: (.*))?$")
_FILE = re.compile(
    r"file(?: (?!(?:size|files|world-readable|no-world-readable|match) )(\S{1,80}))?(?: size (\S{1,20}))?"
    r"(?: files (\d{1,4}))?(?: .*)?$"
)


def counted(page: Clean) -> int:
    """Read the answer to a command that ends in ``| count``.

    Raises:
        ParseFailure: it is anything else.
    """
    found = [match for _, text in page.lines if (match := _COUNT.match(text.strip()))]
    if len(found) != 1 or len(page.lines) != 1:
        fail_unknown(page)
        raise ParseFailure("this is not a count", page.part)
    return int(found[0][1])


def pages_with_count(pages: Sequence[Clean], extra: int = 0) -> tuple[Clean, Clean]:
    """Return the lines and their count; ``extra`` more outputs belong to the question.

    Raises:
        ParseFailure: there are more or fewer outputs.
    """
    if len(pages) != 2 + extra:
        raise ParseFailure(f"expected {2 + extra} outputs, got {len(pages)}")
    return pages[0], pages[1]


def parse(pages: Sequence[Clean]) -> Statements:
    """Read ``show configuration ... | display set`` and its count.

    Raises:
        ParseFailure: a line is no statement, or there are not as many as the device counted.
    """
    page, count = pages_with_count(pages)
    total = counted(count)
    lines = [ConfigLine(text=t.strip(), section=t.strip(), at=page.at(n)) for n, t in page.lines if _SET.match(t)]
    if len(lines) != len(page.lines):
        fail_unknown(page)
    if len(lines) != total:
        raise ParseFailure(f"the device counts {total} lines, {len(lines)} are there", page.part)
    return Statements(lines=lines, total=total, at=[*page.all(), *count.all()], unread=[])


def parse_traces(pages: Sequence[Clean]) -> Traces:
    """Read ``show configuration | display set | match traceoptions`` and its count.

    Raises:
        ParseFailure: as :func:`parse`.
    """
    found = parse(pages)
    traces: dict[str, Trace] = {}
    unread = []
    for line in found["lines"]:
        match = _TRACE.match(line["text"])
        if match is None:
            unread += line["at"]
            continue
        verb, path, rest = match.groups()
        trace = traces.setdefault(
            path, Trace(path=path, file=None, size=None, files=None, flags=[], active=True, at=[])
        )
        trace["at"] += line["at"]
        _learn(trace, verb, rest or "")
    return Traces(traces=list(traces.values()), total=found["total"], at=found["at"], unread=unread)


def _learn(trace: Trace, verb: str, rest: str) -> None:
    if verb == "deactivate":
        trace["active"] = trace["active"] and bool(rest)
    elif rest.startswith("flag "):
        trace["flags"].append(rest.removeprefix("flag "))
    elif match := _FILE.match(rest):
        name, size, files = match.groups()
        trace["file"] = name or trace["file"]
        trace["size"] = size or trace["size"]
        trace["files"] = int(files) if files else trace["files"]


def parse_instances(pages: Sequence[Clean]) -> RoutingInstances:
    """Read ``show configuration routing-instances | display set | match ...`` and its count.

    Raises:
        ParseFailure: as :func:`parse`.
    """
    found = parse(pages)
    instances: dict[str, RoutingInstance] = {}
    unread = []
    for line in found["lines"]:
        if match := _INSTANCE.match(line["text"]):
            instances.setdefault(match[1], RoutingInstance(name=match[1], at=line["at"]))
        elif line["text"].startswith("set "):
            unread += line["at"]
    return RoutingInstances(instances=list(instances.values()), total=found["total"], at=found["at"], unread=unread)
