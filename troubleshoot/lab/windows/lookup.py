"""Which commands a host has: those of standard topics, and those of the roles that are installed on it."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Cmdlet, Drive, Tool, Topic, WmiClass
from troubleshoot.lab.windows.topics import topics


def find_tool(machine: Machine, name: str) -> Tool | None:
    """A native program by lower-case name without folder and extension, or None where the host does not have it."""
    wanted = name.casefold()
    return next((topic.tools[wanted] for topic in _present(machine) if wanted in topic.tools), None)


def find_cmdlet(machine: Machine, name: str) -> Cmdlet | None:
    """A cmdlet by its full name in any letter case, or None where no module offers it."""
    wanted = name.casefold()
    return next((topic.cmdlets[wanted] for topic in _present(machine) if wanted in topic.cmdlets), None)


def find_wmi(machine: Machine, namespace: str, name: str) -> WmiClass | None:
    """A WMI class; the namespace may be written with slashes or backslashes."""
    wanted = (namespace.casefold().replace("/", "\\").strip("\\"), name.casefold())
    return next((topic.wmi[wanted] for topic in _present(machine) if wanted in topic.wmi), None)


def find_drive(machine: Machine, name: str) -> Drive | None:
    """A PowerShell drive by its name without the colon."""
    wanted = name.casefold()
    return next((topic.drives[wanted] for topic in _present(machine) if wanted in topic.drives), None)


def _present(machine: Machine) -> Iterator[Topic]:
    return (topic for topic in topics() if topic.always or topic.standard or machine.has(topic.section))
