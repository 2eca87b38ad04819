"""The commands that are built into cmd.exe."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Final

from troubleshoot.lab.windows.cmd import words
from troubleshoot.lab.windows.cmd.file_commands import copy, delete, directory, make_folder, remove_folder, type_file
from troubleshoot.lab.windows.cmd.shell import Leave, Shell
from troubleshoot.lab.windows.filesystem import FileProblem, file_system
from troubleshoot.lab.windows.process import Process

Builtin = Callable[[Shell, str, Process], Awaitable[int]]


async def echo(shell: Shell, rest: str, process: Process) -> int:
    """Prints everything behind the one character that follows the word, blanks at the end too."""
    call = shell.call(process)
    if not rest.strip():
        call.out(call.text("ECHO is on.\n", "ECHO ist eingeschaltet (ON).\n"))
    elif rest.strip().casefold() not in ("on", "off"):
        call.out(f"{rest[1:]}\n")
    return shell.error_level


async def set_variable(shell: Shell, rest: str, process: Process) -> int:
    """`set`, `set prefix`, `set name=value`."""
    text = rest.lstrip()
    if text.startswith('"') and text.rstrip().endswith('"'):
        text = text.rstrip()[1:-1]
    name, equals, value = text.partition("=")
    if equals:
        shell.assign(name, value)
        return 0
    prefix = text.strip().casefold()
    shown = sorted((k for k in shell.variables if k.casefold().startswith(prefix)), key=str.casefold)
    call = shell.call(process)
    if not shown:
        undefined = (
            f"Environment variable {text.strip()} not defined\n",
            f"Die Umgebungsvariable {text.strip()} ist nicht definiert.\n",
        )
        call.err(call.text(*undefined))
        return 1
    call.out("".join(f"{key}={shell.variables[key]}\n" for key in shown))
    return 0


async def version(shell: Shell, rest: str, process: Process) -> int:
    build = shell.machine.personality.build
    full = {"6.1.7601": "6.1.7601", "10.0.17763": "10.0.17763.5576", "10.0.20348": "10.0.20348.2340"}.get(build, build)
    shell.call(process).out(f"\nMicrosoft Windows [Version {full}]\n")
    return 0


async def change_folder(shell: Shell, rest: str, process: Process) -> int:
    target = rest.strip().strip('"')
    if target.casefold().startswith("/d"):
        target = target[2:].strip().strip('"')
    call = shell.call(process)
    if not target:
        call.out(f"{shell.cwd}\n")
        return 0
    files = file_system(shell.machine)
    try:
        full = files.resolve(target, shell.cwd)
    except FileProblem as problem:
        call.err(words.file_problem(shell.machine, problem) + "\n")
        return 1
    if full.casefold() not in files.folders:
        call.err(words.file_problem(shell.machine, FileProblem(3, full)) + "\n")
        return 1
    shell.cwd = full
    return 0


async def leave(shell: Shell, rest: str, process: Process) -> int:
    """`exit`, `exit /b`, with or without a code."""
    text = rest.strip()
    if text.casefold().startswith("/b"):
        text = text[2:].strip()
    raise Leave(int(text) & 0xFFFFFFFF if text.lstrip("-").isdigit() else shell.error_level)


async def show_date(shell: Shell, rest: str, process: Process) -> int:
    return await _moment(shell, rest, process, shell.date(), ("The current date is: ", "Aktuelles Datum: "))


async def show_time(shell: Shell, rest: str, process: Process) -> int:
    value = shell.time()
    if rest.strip().casefold() == "/t":
        value = value.rpartition(":")[0].strip().rjust(5, "0")
    return await _moment(shell, rest, process, value, ("The current time is: ", "Aktuelle Zeit: "))


async def _moment(shell: Shell, rest: str, process: Process, value: str, heading: tuple[str, str]) -> int:
    """Without /t both ask for a new value; an empty answer keeps the old one."""
    call = shell.call(process)
    if rest.strip().casefold() == "/t":
        call.out(f"{value} \n")
        return 0
    call.out(f"{call.text(*heading)}{value}\n")
    await process.read_line()
    return 0


async def nothing(shell: Shell, rest: str, process: Process) -> int:
    """Commands that change only what a window shows."""
    return shell.error_level


BUILTINS: Final[Mapping[str, Builtin]] = MappingProxyType(
    {
        "cd": change_folder,
        "chdir": change_folder,
        "cls": nothing,
        "copy": copy,
        "date": show_date,
        "del": delete,
        "dir": directory,
        "echo": echo,
        "erase": delete,
        "exit": leave,
        "md": make_folder,
        "mkdir": make_folder,
        "rd": remove_folder,
        "rem": nothing,
        "rmdir": remove_folder,
        "set": set_variable,
        "setlocal": nothing,
        "time": show_time,
        "title": nothing,
        "type": type_file,
        "ver": version,
    }
)
