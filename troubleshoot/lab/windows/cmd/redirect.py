"""Redirections: which stream of a command goes where, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from troubleshoot.lab.windows.cmd.shell import Plumbed, Shell
from troubleshoot.lab.windows.cmd.tree import Redirect
from troubleshoot.lab.windows.filesystem import FILE_NOT_FOUND, FileProblem, file_system
from troubleshoot.lab.windows.process import Process

Writer = Callable[[bytes], None]


def redirected(shell: Shell, redirects: Sequence[Redirect], process: Process, opened: ExitStack) -> Process:
    """The process that a command shall write to and read from. Files close with ``opened``. Raises FileProblem."""
    if not redirects:
        return process
    writers: dict[int, Writer] = {
        1: lambda data: process.put("stdout", data),
        2: lambda data: process.put("stderr", data),
    }
    data: bytes | None = None
    for redirect in redirects:
        if redirect.kind == "<":
            data = _input(shell, redirect.target)
        elif redirect.kind == "&":
            writers[redirect.handle] = writers[int(redirect.target)]
        else:
            writers[redirect.handle] = _output(shell, redirect, opened)
    return Plumbed(process, lambda stream, chunk: writers[1 if stream == "stdout" else 2](chunk), data)


def _is_nul(target: str) -> bool:
    return target.casefold().rstrip(":") == "nul"


def _input(shell: Shell, target: str) -> bytes:
    if _is_nul(target):
        return b""
    found = file_system(shell.machine).find(target, shell.cwd)
    if found is None:
        raise FileProblem(FILE_NOT_FOUND, target)
    return bytes(found.data)


def _output(shell: Shell, redirect: Redirect, opened: ExitStack) -> Writer:
    if _is_nul(redirect.target):
        return lambda data: None
    files = file_system(shell.machine)
    file = files.open(redirect.target, shell.cwd, append=redirect.kind == ">>")

    def close() -> None:
        file.writers -= 1

    opened.callback(close)
    return lambda data: files.extend(file, data)
