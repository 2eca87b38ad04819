"""Running a parsed command line: operators, redirections, loops, and finding the program that a command names."""

from __future__ import annotations

import asyncio
import ntpath
import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

from troubleshoot.lab.windows.cmd import words
from troubleshoot.lab.windows.cmd.expand import expand, split_arguments, substitute
from troubleshoot.lab.windows.cmd.internal import BUILTINS
from troubleshoot.lab.windows.cmd.parse import CmdSyntax, parse
from troubleshoot.lab.windows.cmd.redirect import redirected
from troubleshoot.lab.windows.cmd.shell import Leave, Plumbed, Shell
from troubleshoot.lab.windows.cmd.tree import Block, For, If, Joined, Node, Simple
from troubleshoot.lab.windows.filesystem import FileProblem, file_system
from troubleshoot.lab.windows.lookup import find_tool
from troubleshoot.lab.windows.process import Process

MAX_LINE: Final = 8191
_NAME: Final = re.compile(r'"[^"]*"[^\s,;=&|<>]*|[^\s,;=/"]+(?:"[^"]*"[^\s,;="]*)*|[^\s,;=]+')
_BUILTIN: Final = re.compile(r"([A-Za-z]+)(?=$|[\s,;=/.\\:+(\[\]\"])")
_SWITCHES: Final = re.compile(r"\s*(?:/[sqadu]\s+|/[efv]:\w+\s+)*/([ck])\s?(.*)", re.I | re.S)
_EXTENSIONS: Final = (".exe", ".cmd", ".bat", ".com", ".vbs", ".msc")
_FOLDERS: Final = ("c:\\windows\\system32", "c:\\windows\\syswow64", "c:\\windows\\sysnative", "c:\\windows")


async def run_line(shell: Shell, line: str) -> int:
    """Run what stands behind `cmd /c`; returns the exit code."""
    call = shell.call(shell.process)
    if len(line) > MAX_LINE:
        call.err(words.too_long(shell.machine))
        return 1
    try:
        node = parse(expand(_unwrapped(line), shell.lookup))
        return await _run(shell, node, shell.process) if node else 0
    except CmdSyntax as error:
        call.err(words.unexpected(shell.machine, error.at))
        return 1
    except Leave as leaving:
        return leaving.code


async def run_command(shell: Shell, line: str) -> int:
    """Run a program without cmd.exe: no operators, no variables, nothing built in."""
    name, raw = _named(line)
    if _program(shell, name) is None:
        shell.call(shell.process).err("The system cannot find the file specified.\n")
        return 2
    return await _external(shell, name, raw, shell.process)


def _unwrapped(line: str) -> str:
    """cmd.exe takes the outer quotes off unless they hold just the name of a program."""
    text = line.strip()
    if not text.startswith('"'):
        return line
    plain = text.count('"') == 2 and not re.search(r"[&<>()@^|]", text) and " " in text.split('"')[1]
    if plain:
        return line
    head, _, tail = text[1:].rpartition('"')
    return head + tail


async def _run(shell: Shell, node: Node, process: Process) -> int:
    await shell.alive()
    if isinstance(node, Simple | Block):
        shell.error_level = await _with_redirects(shell, node, process)
    elif isinstance(node, Joined):
        await _joined(shell, node, process)
    elif isinstance(node, For):
        await _loop(shell, node, process)
    else:
        await _choose(shell, node, process)
    return shell.error_level


async def _joined(shell: Shell, node: Joined, process: Process) -> None:
    if node.operator == "|":
        await _piped(shell, node, process)
        return
    code = await _run(shell, node.left, process)
    if node.operator == "&" or (node.operator == "&&") == (code == 0):
        await _run(shell, node.right, process)


async def _piped(shell: Shell, node: Joined, process: Process) -> None:
    """Each side runs in a cmd.exe of its own."""
    held = bytearray()

    def sink(stream: str, data: bytes) -> None:
        if stream == "stdout":
            held.extend(data)
        else:
            process.put(stream, data)

    left = Plumbed(process, sink)
    await _run(shell.child(left), node.left, left)
    right = Plumbed(process, None, bytes(held))
    shell.error_level = await _run(shell.child(right), node.right, right)


async def _loop(shell: Shell, node: For, process: Process) -> None:
    for value in _values(node):
        await _run(shell, _substituted(node.body, node.variable, value), process)


def _values(node: For) -> Sequence[str]:
    words_ = [word for word in re.split(r"[\s,;=]+", node.items) if word]
    if node.switch != "/l":
        return words_
    start, step, end = (_number(word) for word in (*words_, "0", "0", "0")[:3])
    if not step:
        return [str(start)]
    return [str(number) for number in range(start, end + (1 if step > 0 else -1), step)]


def _number(text: str) -> int:
    """What is no number counts as zero."""
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def _substituted(node: Node | None, variable: str, value: str) -> Node:
    """The body of a loop with the variable's value in place."""
    if isinstance(node, Simple):
        redirects = tuple(replace(r, target=substitute(r.target, variable, value)) for r in node.redirects)
        return Simple(substitute(node.text, variable, value), redirects)
    if isinstance(node, Block):
        return Block(_substituted(node.body, variable, value) if node.body else None, node.redirects)
    if isinstance(node, Joined):
        left, right = (_substituted(side, variable, value) for side in (node.left, node.right))
        return Joined(node.operator, left, right)
    if isinstance(node, For):
        items = substitute(node.items, variable, value)
        return replace(node, items=items, body=_substituted(node.body, variable, value))
    assert isinstance(node, If)
    condition = tuple(substitute(word, variable, value) for word in node.condition)
    otherwise = _substituted(node.otherwise, variable, value) if node.otherwise else None
    return replace(node, condition=condition, then=_substituted(node.then, variable, value), otherwise=otherwise)


async def _choose(shell: Shell, node: If, process: Process) -> None:
    if _holds(shell, node) != node.negated:
        await _run(shell, node.then, process)
    elif node.otherwise is not None:
        await _run(shell, node.otherwise, process)


def _holds(shell: Shell, node: If) -> bool:
    kind = node.condition[0].casefold()
    if kind == "exist":
        path = node.condition[1].strip('"')
        try:
            return file_system(shell.machine).exists(path, shell.cwd)
        except FileProblem:
            return False
    if kind == "errorlevel":
        return shell.error_level >= _number(node.condition[1])
    if kind == "defined":
        return shell.lookup(node.condition[1]) is not None
    left, _, right = node.condition
    return left.casefold() == right.casefold() if node.fold else left == right


async def _with_redirects(shell: Shell, node: Simple | Block, process: Process) -> int:
    with ExitStack() as opened:
        try:
            inner = redirected(shell, node.redirects, process, opened)
        except FileProblem as problem:
            shell.call(process).err(words.file_problem(shell.machine, problem) + "\n")
            return 1
        if isinstance(node, Block):
            return await _run(shell, node.body, inner) if node.body else 0
        return await _command(shell, node.text, inner)


async def _command(shell: Shell, text: str, process: Process) -> int:
    text = text.lstrip(" \t,;=")
    if not text:
        return 0
    match = _BUILTIN.match(text)
    builtin = BUILTINS.get(match[1].casefold()) if match else None
    if match and builtin:
        return await builtin(shell, text[match.end() :], process)
    if match and match[1].casefold() == "call":
        again = parse(expand(text[match.end() :], shell.lookup))
        return await _run(shell, again, process) if again else 0
    name, raw = _named(text)
    return await _external(shell, name, raw, process)


def _named(text: str) -> tuple[str, str]:
    text = text.strip()
    match = _NAME.match(text)
    assert match is not None
    return match[0].replace('"', ""), text[match.end() :].strip()


def _program(shell: Shell, name: str) -> str | None:
    """The bare lower-case name of a program that exists on the host."""
    folder, base = ntpath.split(expand(name, shell.lookup).casefold())
    stem, extension = ntpath.splitext(base)
    bare = stem if extension in _EXTENSIONS else base
    if folder and not folder.startswith(_FOLDERS):
        return None
    return bare if bare == "cmd" or find_tool(shell.machine, bare) else None


async def _external(shell: Shell, name: str, raw: str, process: Process) -> int:
    bare = _program(shell, name)
    if bare is None:
        shell.call(process).err(words.not_recognized(shell.machine, name))
        return 1
    if bare == "cmd":
        return await _further(shell, raw, process)
    tool = find_tool(shell.machine, bare)
    assert tool is not None
    code = await tool(shell.call(process, raw, split_arguments(raw)))
    await shell.alive()
    await process.drain()
    return code & 0xFFFFFFFF


async def _further(shell: Shell, raw: str, process: Process) -> int:
    """`cmd /c ...`: a shell in the shell. Without /c it waits for input, and ends with it."""
    match = _SWITCHES.match(raw)
    if match is not None:
        return await run_line(shell.child(process), match[2])
    inner = shell.child(process)
    while (line := await process.read_line()) is not None:
        inner.error_level = await run_line(inner, line.decode("ascii", "replace"))
        await asyncio.sleep(0)
    return inner.error_level
