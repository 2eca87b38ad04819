"""`tasklist`, Win32_Process and Get-Process: the processes of services and of running programs."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from troubleshoot.lab.windows.dates import grouped, local
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.services.cmdlets import service_processes
from troubleshoot.lab.windows.services.control import service_control
from troubleshoot.lab.windows.topic import Call, CmdletCall, Logon, PsError, PsObject


@dataclass(frozen=True, slots=True)
class Running:
    """One process; ``kilobytes`` is its working set."""

    image: str
    pid: int
    started: datetime
    kilobytes: int


def running(machine: Machine) -> Iterator[Running]:
    """All processes in order of their id."""
    boot = datetime.fromtimestamp(machine.booted, UTC)
    found = [Running("System Idle Process", 0, boot, 24), Running("System", 4, boot, 304)]
    found += [Running(image, pid, start, 9000 + pid % 97 * 160) for image, pid, start in service_processes(machine)]
    found += [Running("cmd.exe", pid, datetime.fromtimestamp(machine.now, UTC), 2900) for pid in machine.processes]
    return iter(sorted(found, key=lambda item: item.pid))


async def tasklist(call: Call) -> int:
    """`tasklist [/svc] [/fo table|csv] [/nh] [/fi "pid eq n" | "imagename eq x"]`."""
    words = [arg.casefold() for arg in call.args]
    rows = [item for item in running(call.machine) if _wanted(words, item)]
    if not rows:
        call.out(
            call.text(
                "INFO: No tasks are running which match the specified criteria.\n",
                "INFORMATION: Es werden keine Aufgaben mit den angegebenen Kriterien ausgeführt.\n",
            )
        )
        return 0
    csv = "/fo" in words[:-1] and words[words.index("/fo") + 1] == "csv"
    names = (
        ("Image Name", "Abbildname"),
        ("PID", "PID"),
        ("Session Name", "Sitzungsname"),
        ("Session#", "Sitz.-Nr."),
        ("Mem Usage", "Speichernutzung"),
    )
    cells = [_cells(call, item) for item in rows]
    headings = [call.text(*pair) for pair in names]
    if "/svc" in words:
        headings = [*headings[:2], call.text("Services", "Dienste")]
        cells = [[*row[:2], _services(call.machine, item)] for row, item in zip(cells, rows, strict=True)]
    heading = "/nh" not in words
    call.out(_csv(headings, cells, heading) if csv else _table(headings, cells, heading))
    return 0


def _wanted(words: list[str], item: Running) -> bool:
    if "/fi" not in words[:-1]:
        return True
    name, _, value = words[words.index("/fi") + 1].partition(" eq ")
    if name.strip() == "pid":
        return str(item.pid) == value.strip()
    return fnmatch.fnmatchcase(item.image.casefold(), value.strip())


def _cells(call: Call, item: Running) -> list[str]:
    kilobytes = f"{grouped(call.machine, item.kilobytes)} K"
    return [item.image, str(item.pid), call.text("Services", "Services"), "0", kilobytes]


def _services(machine: Machine, item: Running) -> str:
    names = [s.name for s in service_control(machine).services.values() if s.pid == item.pid and item.pid]
    return ", ".join(names) or machine.personality.text("N/A", "Nicht zutreffend")


def _csv(headings: list[str], rows: list[list[str]], heading: bool) -> str:
    lines = [headings, *rows] if heading else rows
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def _table(headings: list[str], rows: list[list[str]], heading: bool) -> str:
    widths = [25, 8, 44] if len(headings) == 3 else [25, 8, 16, 11, 12]
    right = {1} if len(headings) == 3 else {1, 3, 4}

    def line(cells: list[str]) -> str:
        parts = (f"{c:>{w}}" if i in right else f"{c:<{w}}" for i, (c, w) in enumerate(zip(cells, widths, strict=True)))
        return " ".join(parts) + "\n"

    text = "\n" + line(headings) + " ".join("=" * w for w in widths) + "\n" if heading else "\n"
    return text + "".join(line(row) for row in rows)


def win32_process(machine: Machine, logon: Logon) -> list[PsObject]:
    return [
        PsObject(
            "System.Management.ManagementObject#root\\cimv2\\Win32_Process",
            {
                "Name": item.image,
                "ProcessId": item.pid,
                "ParentProcessId": 0 if item.pid <= 4 else 4,
                "CreationDate": item.started,
                "WorkingSetSize": item.kilobytes * 1024,
                "SessionId": 0,
                "CSName": machine.computer,
            },
        )
        for item in running(machine)
    ]


async def get_process(call: CmdletCall) -> list[PsObject]:
    """`Get-Process [-Name] [-Id]`."""
    items = list(running(call.machine))
    if (numbers := call.get("id")) is not None:
        wanted = {int(n) for n in (numbers if isinstance(numbers, list) else [numbers])}
        items = [item for item in items if item.pid in wanted]
        missing = str(numbers)
    else:
        given = call.get("name", 0, "*")
        patterns = [str(name).casefold() for name in (given if isinstance(given, list) else [given])]
        items = [i for i in items if any(fnmatch.fnmatchcase(_stem(i.image).casefold(), p) for p in patterns)]
        missing = "" if any("*" in p for p in patterns) else ", ".join(patterns)
    if not items and missing:
        text = f'Cannot find a process with the name "{missing}". Verify the process name and call the cmdlet again.'
        raise PsError(
            text,
            "NoProcessFoundForGivenName,Microsoft.PowerShell.Commands.GetProcessCommand",
            category="ObjectNotFound",
        )
    return [
        PsObject(
            "System.Diagnostics.Process",
            {
                "Id": item.pid,
                "ProcessName": _stem(item.image),
                "Name": _stem(item.image),
                "StartTime": local(call.machine, item.started.timestamp()),
                "WorkingSet64": item.kilobytes * 1024,
                "WS": item.kilobytes * 1024,
                "SessionId": 0,
                "HasExited": False,
            },
        )
        for item in items
    ]


def _stem(image: str) -> str:
    return image.removesuffix(".exe")
