"""`schtasks`: create, run, query, end, delete. SUCCESS of /run means started, never the result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from troubleshoot.lab.windows.dates import local, short_date, short_time
from troubleshoot.lab.windows.tasks.scheduler import SYSTEM, Scheduler, Task, scheduler
from troubleshoot.lab.windows.topic import Call

_MAX_COMMAND: Final = 261
_FLAGS: Final = ("/f", "/v", "/nh", "/it", "/np", "/z", "/i", "/hresult")
_NO_FILE: Final = ("The system cannot find the file specified.", "Das System kann die angegebene Datei nicht finden.")
_DENIED: Final = ("Access is denied.", "Zugriff verweigert")
_SYNTAX: Final = (
    "Invalid syntax. Mandatory option 'tn' is missing.",
    "Ungültige Syntax. Obligatorische Option 'tn' fehlt.",
)

Verb = Callable[[Call, Scheduler, dict[str, str]], Awaitable[int]]


async def schtasks(call: Call) -> int:
    """Without a verb it queries; every error ends with 1."""
    args = list(call.args) or ["/query"]
    verb = _VERBS.get(args[0].casefold())
    options = _options(args[1:])
    if verb is None or options is None:
        return _error(call, ("Invalid argument/option.", "Ungültiges Argument bzw. ungültige Option."))
    if verb is not _query and "/tn" not in options:
        return _error(call, _SYNTAX)
    return await verb(call, scheduler(call.machine), options)


def _options(args: list[str]) -> dict[str, str] | None:
    options: dict[str, str] = {}
    while args:
        name = args.pop(0).casefold()
        if not name.startswith("/") or (name not in _FLAGS and not args):
            return None
        options[name] = "" if name in _FLAGS else args.pop(0)
    return options


def _error(call: Call, texts: tuple[str, str]) -> int:
    call.err(f"{call.text('ERROR', 'FEHLER')}: {call.text(*texts)}\n")
    return 1


def _success(call: Call, english: str, german: str) -> int:
    call.out(call.text(f"SUCCESS: {english}\n", f"ERFOLGREICH: {german}\n"))
    return 0


def _elevated(call: Call) -> bool:
    return call.logon.elevated or call.logon.system


def _unknown(name: str) -> tuple[str, str]:
    return (
        f'The specified task name "{name}" does not exist in the system.',
        f'Der angegebene Aufgabenname "{name}" ist im System nicht vorhanden.',
    )


async def _confirmed(call: Call, english: str, german: str) -> bool:
    call.out(call.text(f"WARNING: {english} (Y/N)? ", f"WARNUNG: {german} (J/N)? "))
    answer = await call.process.read_line()
    return (answer or b"").strip().upper() in (b"Y", b"J")


async def _create(call: Call, tasks: Scheduler, options: dict[str, str]) -> int:
    name, command = options["/tn"].strip("\\"), options.get("/tr", "")
    if not command or "/sc" not in options:
        return _error(
            call, ("Invalid syntax. Mandatory option is missing.", "Ungültige Syntax. Obligatorische Option fehlt.")
        )
    if len(command) > _MAX_COMMAND:
        limit = f"'/TR' option cannot be more than {_MAX_COMMAND} character(s)."
        german = f"Der Wert der Option '/TR' darf nicht mehr als {_MAX_COMMAND} Zeichen enthalten."
        return _error(call, (f"Value for {limit}", german))
    user = _account(call, options.get("/ru"))
    if not _elevated(call):
        return _error(call, _DENIED)
    if tasks.find(name) is not None and "/f" not in options:
        replace = f'The task name "{name}" already exists. Do you want to replace it'
        if not await _confirmed(
            call, replace, f'Der Aufgabenname "{name}" ist bereits vorhanden. Soll er ersetzt werden'
        ):
            return 1
    tasks.register(Task(name, command, user, call.logon.user, options.get("/st", "00:00"), options["/sc"].upper()))
    created = f'The scheduled task "{name}" has successfully been created.'
    return _success(call, created, f'Die geplante Aufgabe "{name}" wurde erfolgreich erstellt.')


def _account(call: Call, given: str | None) -> str:
    if given is None:
        return call.logon.user
    return SYSTEM if given.casefold() in ("", "system", "nt authority\\system", "nt-autorität\\system") else given


def _chosen(call: Call, tasks: Scheduler, name: str, absent: tuple[str, str] = _NO_FILE) -> Task | None:
    """The task to be changed, or None: it was said that there is none or that the account may not."""
    task = tasks.find(name)
    if task is None:
        _error(call, absent)
    elif not _elevated(call):
        _error(call, _DENIED)
        return None
    return task


async def _run(call: Call, tasks: Scheduler, options: dict[str, str]) -> int:
    task = _chosen(call, tasks, options["/tn"])
    if task is None:
        return 1
    tasks.run(task)
    name = task.name
    return _success(
        call,
        f'Attempted to run the scheduled task "{name}".',
        f'Es wurde versucht, die geplante Aufgabe "{name}" auszuführen.',
    )


async def _end(call: Call, tasks: Scheduler, options: dict[str, str]) -> int:
    task = _chosen(call, tasks, options["/tn"])
    if task is None:
        return 1
    tasks.end(task)
    name = task.name
    return _success(
        call,
        f'The scheduled task "{name}" has been terminated successfully.',
        f'Die geplante Aufgabe "{name}" wurde erfolgreich beendet.',
    )


async def _delete(call: Call, tasks: Scheduler, options: dict[str, str]) -> int:
    """An instance that runs goes on running."""
    task = _chosen(call, tasks, options["/tn"], _unknown(options["/tn"]))
    if task is None:
        return 1
    name = task.name
    remove = f'Are you sure you want to remove the task "{name}"'
    if "/f" not in options and not await _confirmed(
        call, remove, f'Möchten Sie die Aufgabe "{name}" wirklich entfernen'
    ):
        return 1
    del tasks.tasks[name.casefold()]
    deleted = f'The scheduled task "{name}" was successfully deleted.'
    return _success(call, deleted, f'Die geplante Aufgabe "{name}" wurde erfolgreich gelöscht.')


async def _query(call: Call, tasks: Scheduler, options: dict[str, str]) -> int:
    chosen = list(tasks.tasks.values())
    if "/tn" in options:
        found = tasks.find(options["/tn"])
        if found is None:
            return _error(call, _NO_FILE)
        chosen = [found]
    kind = options.get("/fo", "table").casefold()
    rows = [_fields(call, task, "/v" in options) for task in chosen]
    if kind == "csv":
        call.out(_csv(rows, heading="/nh" not in options))
    elif kind == "list":
        call.out(f"\n{call.text('Folder', 'Ordner')}: \\\n" + "\n".join(_list_text(row) for row in rows))
    else:
        call.out(f"\n{call.text('Folder', 'Ordner')}: \\\n" + _table(call, rows, heading="/nh" not in options))
    return 0


def _fields(call: Call, task: Task, verbose: bool) -> dict[str, str]:
    machine = call.machine
    none = call.text("N/A", "Nicht zutreffend")
    status = call.text("Running", "Wird ausgeführt") if task.running else call.text("Ready", "Bereit")
    host = {call.text("HostName", "Hostname"): machine.computer} if verbose else {}
    fields = {
        **host,
        call.text("TaskName", "Aufgabenname"): f"\\{task.name}",
        call.text("Next Run Time", "Nächste Laufzeit"): _next_run(call, task),
        "Status": status,
    }
    if not verbose:
        return fields
    last = none
    if task.last_run is not None:
        last = f"{short_date(machine, task.last_run)} {short_time(machine, task.last_run, with_seconds=True)}"
    return {
        **fields,
        call.text("Logon Mode", "Anmeldemodus"): call.text("Interactive/Background", "Interaktiv/Hintergrund"),
        call.text("Last Run Time", "Letzte Laufzeit"): last,
        call.text("Last Result", "Letztes Ergebnis"): str(task.last_result),
        call.text("Author", "Autor"): task.author,
        call.text("Task To Run", "Auszuführende Aufgabe"): task.command,
        call.text("Run As User", "Als Benutzer ausführen"): task.user.rpartition("\\")[2],
        call.text("Schedule Type", "Zeitplantyp"): task.schedule.capitalize(),
        call.text("Start Time", "Startzeit"): task.start,
    }


def _next_run(call: Call, task: Task) -> str:
    """Today at the time of the trigger, unless that has passed."""
    hour, _, minute = task.start.partition(":")
    today = local(call.machine, call.machine.now)
    moment = today.replace(hour=int(hour or 0), minute=int(minute or 0), second=0, microsecond=0)
    if moment < today:
        return call.text("N/A", "Nicht zutreffend")
    seconds = moment.timestamp()
    return f"{short_date(call.machine, seconds)} {short_time(call.machine, seconds, with_seconds=True)}"


def _csv(rows: list[dict[str, str]], *, heading: bool) -> str:
    lines = [list(rows[0])] if rows and heading else []
    lines += [list(row.values()) for row in rows]
    return "".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) + "\n" for line in lines)


def _list_text(row: dict[str, str]) -> str:
    width = max(len(name) for name in row) + 1
    return "".join(f"{name + ':':<{max(width, 37)}}{value}\n" for name, value in row.items())


def _table(call: Call, rows: list[dict[str, str]], *, heading: bool) -> str:
    widths = (40, 22, 15)
    names = (call.text("TaskName", "Aufgabenname"), call.text("Next Run Time", "Nächste Laufzeit"), "Status")
    text = ""
    if heading:
        text = " ".join(f"{n:<{w}}" for n, w in zip(names, widths, strict=True)) + "\n"
        text += " ".join("=" * w for w in widths) + "\n"
    for row in rows:
        cells = (row[names[0]].lstrip("\\"), row[names[1]], row[names[2]])
        text += " ".join(f"{cell:<{w}}"[:w] for cell, w in zip(cells, widths, strict=True)) + "\n"
    return text


_VERBS: Final[Mapping[str, Verb]] = MappingProxyType(
    {"/create": _create, "/run": _run, "/end": _end, "/delete": _delete, "/query": _query}
)
