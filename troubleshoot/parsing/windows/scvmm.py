"""What Virtual Machine Manager thinks of a host, and how long the Hyper-V provider of a host takes to answer."""

from __future__ import annotations

from collections.abc import Sequence

from troubleshoot.parsing.areas.windows_hosts import ManagedComputer, ManagedComputers, WmiTiming
from troubleshoot.parsing.clean import Clean
from troubleshoot.parsing.failure import ParseFailure
from troubleshoot.parsing.table import one_page
from troubleshoot.parsing.windows.rows import Row, read_rows, read_values


def parse_computers(pages: Sequence[Clean]) -> ManagedComputers:
    """Read CSV with Name, State, VersionState and AgentVersion, and the final `end`.

    Raises:
        ParseFailure: see :func:`troubleshoot.parsing.windows.rows.read_rows`.
    """
    page = one_page(pages)
    rows = read_rows(page, ["Name", "State", "VersionState", "AgentVersion"])
    return ManagedComputers(computers=[_computer(row) for row in rows], at=page.all(), unread=[])


def _computer(row: Row) -> ManagedComputer:
    return ManagedComputer(
        name=row["Name"],
        state=row.optional("State"),
        version_state=row.optional("VersionState"),
        agent_version=row.optional("AgentVersion"),
        at=row.at,
    )


def parse_timing(pages: Sequence[Clean]) -> WmiTiming:
    """Read `version=`, `namespace=`, `milliseconds=` and the final `end`.

    Raises:
        ParseFailure: a line is missing, or the time is not a whole number.
    """
    page = one_page(pages)
    found = read_values(page, ["version", "namespace", "milliseconds"])
    took = found["milliseconds"].integer("value")
    if took is None or took < 0:
        raise ParseFailure("the time is missing", page.part)
    return WmiTiming(
        version=found["version"]["value"],
        namespace=found["namespace"]["value"],
        milliseconds=took,
        at=found["milliseconds"].at,
        unread=[],
    )
