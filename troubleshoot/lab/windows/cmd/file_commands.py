"""The commands of cmd.exe that work on files: dir, type, del, copy, md, rd."""

from __future__ import annotations

import fnmatch
import ntpath
import re
import zlib
from typing import Final

from troubleshoot.lab.windows.cmd import words
from troubleshoot.lab.windows.cmd.shell import Shell
from troubleshoot.lab.windows.dates import grouped, local
from troubleshoot.lab.windows.filesystem import FILE_EXISTS, FILE_NOT_FOUND, File, FileProblem, FileSystem, file_system
from troubleshoot.lab.windows.process import Process

_WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
_SWITCH: Final = re.compile(r"/[^/\s\"]+")
_FREE_BYTES: Final = 40802807808


def _split(rest: str) -> tuple[set[str], list[str]]:
    """Switches in lower case, and the paths without quotes."""
    switches: set[str] = set()
    paths: list[str] = []
    for word in _WORD.findall(rest):
        if word.startswith("/"):
            switches.update(found.casefold() for found in _SWITCH.findall(word))
        else:
            paths.append(word.replace('"', ""))
    return switches, paths


def matching(files: FileSystem, pattern: str, cwd: str) -> list[File]:
    """The files that a path, maybe with wildcards in its last part, names. Raises FileProblem for its folder."""
    full = files.resolve(pattern, cwd)
    folder, base = ntpath.split(full)
    base = "*" if base == "*.*" else base
    return [
        item
        for item in files.inside(folder)
        if isinstance(item, File) and fnmatch.fnmatchcase(item.name.casefold(), base.casefold())
    ]


async def type_file(shell: Shell, rest: str, process: Process) -> int:
    call = shell.call(process)
    _, paths = _split(rest)
    if not paths:
        call.err(words.syntax(shell.machine))
        return 1
    code = 0
    for path in paths:
        try:
            data = file_system(shell.machine).read(path, shell.cwd)
        except FileProblem as problem:
            call.err(words.file_problem(shell.machine, problem) + "\n")
            code = 1
            continue
        if len(paths) > 1:
            call.out(f"\n{path}\n\n\n")
        if data.startswith(b"\xff\xfe"):
            call.out(data.decode("utf-16", "replace"))
        else:
            process.put("stdout", data)
    return code


async def delete(shell: Shell, rest: str, process: Process) -> int:
    """Says what it could not delete, and yet ends with 0 unless a path is wrong."""
    call = shell.call(process)
    files = file_system(shell.machine)
    _, paths = _split(rest)
    if not paths:
        call.err(words.syntax(shell.machine))
        return 1
    code = 0
    for path in paths:
        try:
            code = max(code, _delete(shell, files, path, process))
        except FileProblem as problem:
            call.err(words.file_problem(shell.machine, problem) + "\n")
            code = 1
    return code


def _delete(shell: Shell, files: FileSystem, path: str, process: Process) -> int:
    call = shell.call(process)
    found = matching(files, path, shell.cwd)
    if not found:
        full = files.resolve(path, shell.cwd)
        call.err(call.text(f"Could Not Find {full}\n", f"{full} konnte nicht gefunden werden\n"))
        return 0
    for file in found:
        try:
            files.delete(file.path)
        except FileProblem as problem:
            call.err(f"{file.path}\n{words.file_problem(shell.machine, problem)}\n")
    return 0


async def copy(shell: Shell, rest: str, process: Process) -> int:
    call = shell.call(process)
    files = file_system(shell.machine)
    _, paths = _split(rest)
    if len(paths) not in (1, 2):
        call.err(words.syntax(shell.machine))
        return 1
    target = paths[1] if len(paths) == 2 else "."
    try:
        sources = matching(files, paths[0], shell.cwd)
        if not sources:
            raise FileProblem(FILE_NOT_FOUND, paths[0])
        for source in sources:
            into = files.is_folder(target, shell.cwd)
            files.write(ntpath.join(target, source.name) if into else target, bytes(source.data), shell.cwd)
    except FileProblem as problem:
        call.err(words.file_problem(shell.machine, problem) + "\n")
        return 1
    call.out(call.text(f"        {len(sources)} file(s) copied.\n", f"        {len(sources)} Datei(en) kopiert.\n"))
    return 0


async def make_folder(shell: Shell, rest: str, process: Process) -> int:
    call = shell.call(process)
    files = file_system(shell.machine)
    code = 0
    for path in _split(rest)[1]:
        try:
            if files.exists(path, shell.cwd):
                raise FileProblem(FILE_EXISTS, path)
            files.make_folder(path, shell.cwd)
        except FileProblem as problem:
            call.err(words.file_problem(shell.machine, problem) + "\n")
            code = 1
    return code


async def remove_folder(shell: Shell, rest: str, process: Process) -> int:
    call = shell.call(process)
    code = 0
    for path in _split(rest)[1]:
        try:
            file_system(shell.machine).remove_folder(path, shell.cwd)
        except FileProblem as problem:
            call.err(words.file_problem(shell.machine, problem) + "\n")
            code = problem.code
    return code


async def directory(shell: Shell, rest: str, process: Process) -> int:
    """`dir` with /b, /a-d and the orders /o:d, /o:-d, /o:n, /o:s."""
    call = shell.call(process)
    files = file_system(shell.machine)
    switches, paths = _split(rest)
    pattern = paths[0] if paths else "."
    try:
        folder, entries = _listed(files, files.resolve(pattern, shell.cwd))
    except FileProblem as problem:
        call.err(words.file_problem(shell.machine, problem) + "\n")
        return 1
    bare = "/b" in switches
    if not bare:
        call.out(_heading(shell, folder))
    if not entries:
        call.err(call.text("File Not Found\n", "Datei nicht gefunden\n"))
        return 1
    entries = _ordered(entries, switches)
    if bare:
        call.out("".join(f"{_name(entry)}\n" for entry in entries if _name(entry) not in (".", "..")))
    else:
        call.out(_table(shell, entries))
    return 0


def _listed(files: FileSystem, full: str) -> tuple[str, list[File | str]]:
    """The folder shown, and its entries; a folder comes with the entries for itself and its parent."""
    if full.casefold() in files.folders:
        dots: list[File | str] = [] if ntpath.dirname(full) == full else [".", ".."]
        return full, [*dots, *files.inside(full)]
    folder, base = ntpath.split(full)
    if folder.casefold() not in files.folders:
        raise FileProblem(FILE_NOT_FOUND, full)
    base = "*" if base == "*.*" else base.casefold()
    return folder, [item for item in files.inside(folder) if fnmatch.fnmatchcase(_name(item).casefold(), base)]


def _name(entry: File | str) -> str:
    return entry.name if isinstance(entry, File) else ntpath.basename(entry) or entry


def _ordered(entries: list[File | str], switches: set[str]) -> list[File | str]:
    order = next((switch[2:].lstrip(":") for switch in switches if switch.startswith("/o")), "n")
    if "/a-d" in switches or "/a:-d" in switches:
        entries = [entry for entry in entries if isinstance(entry, File)]
    reverse, key = order.startswith("-"), order.lstrip("-")[:1]
    entries = sorted(entries, key=lambda entry: _name(entry).casefold())
    if key == "d":
        return sorted(entries, key=lambda e: e.written if isinstance(e, File) else 0.0, reverse=reverse)
    if key == "s":
        return sorted(entries, key=lambda e: len(e.data) if isinstance(e, File) else 0, reverse=reverse)
    return entries[::-1] if reverse else entries


def _heading(shell: Shell, folder: str) -> str:
    number = f"{zlib.crc32(shell.machine.name.encode()):08X}"
    return shell.machine.personality.text(
        f" Volume in drive C has no label.\n Volume Serial Number is {number[:4]}-{number[4:]}\n\n"
        f" Directory of {folder}\n\n",
        f" Volume in Laufwerk C: hat keine Bezeichnung.\n Volumeseriennummer: {number[:4]}-{number[4:]}\n\n"
        f" Verzeichnis von {folder}\n\n",
    )


def _table(shell: Shell, entries: list[File | str]) -> str:
    machine = shell.machine
    lines: list[str] = []
    for entry in entries:
        moment = local(machine, entry.written if isinstance(entry, File) else machine.booted)
        stamp = machine.personality.text(f"{moment:%m/%d/%Y  %I:%M %p}", f"{moment:%d.%m.%Y  %H:%M}")
        size = f"{grouped(machine, len(entry.data)):>18}" if isinstance(entry, File) else "    <DIR>         "
        lines.append(f"{stamp}{size} {_name(entry)}\n")
    found = [entry for entry in entries if isinstance(entry, File)]
    total, free = grouped(machine, sum(len(file.data) for file in found)), grouped(machine, _FREE_BYTES)
    files, folders = f"{len(found):>16}", f"{len(entries) - len(found):>16}"
    lines.append(
        machine.personality.text(f"{files} File(s) {total:>14} bytes\n", f"{files} Datei(en), {total:>14} Bytes\n")
    )
    lines.append(
        machine.personality.text(
            f"{folders} Dir(s)  {free:>14} bytes free\n", f"{folders} Verzeichnis(se), {free:>14} Bytes frei\n"
        )
    )
    return "".join(lines)
