"""Files, and the text filters that read them or a pipe: find, findstr, more, sort."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from pydantic import RootModel, field_validator

from troubleshoot.lab.windows.filesystem import FileProblem, FileSystem, file_system
from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Call, Part, Topic

_FINDSTR_PIECE: Final = re.compile(r"(\\[<>]|\\.|\[[^\]]*\]|[.*^$])")
_ESCAPES: Final = {r"\<": r"\b(?=\w)", r"\>": r"\b(?<=\w)"}


class FilePart(Part):
    """One file: its text or, in base64, its bytes; ``age`` in seconds."""

    text: str | None = None
    base64: str | None = None
    age: float = 86400.0

    @field_validator("base64")
    @classmethod
    def _decodable(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                base64.b64decode(value, validate=True)
            except binascii.Error as error:
                raise ValueError("not base64") from error
        return value

    @property
    def data(self) -> bytes:
        if self.base64 is not None:
            return base64.b64decode(self.base64)
        return (self.text or "").replace("\n", "\r\n").encode()


class FilesPart(RootModel[dict[str, FilePart]]):
    """Files by full path."""

    root: dict[str, FilePart] = {}


def _build(machine: Machine, part: FilesPart) -> FileSystem:
    system = FileSystem.fresh(machine.estate.clock)
    for path, file in part.root.items():
        system.put(path, file.data, age=file.age)
    return system


async def _inputs(call: Call, paths: list[str], tool: str) -> list[tuple[str, bytes]] | None:
    """The texts to search: files by name, else standard input. None where a file cannot be read."""
    if not paths:
        return [("", await call.process.read_input())]
    try:
        return [(path, file_system(call.machine).read(path, call.cwd)) for path in paths]
    except FileProblem as problem:
        if tool == "find":
            call.err(
                call.text(
                    f"File not found - {problem.path.upper()}\n", f"Datei nicht gefunden - {problem.path.upper()}\n"
                )
            )
        else:
            call.err(
                call.text(
                    f"FINDSTR: Cannot open {problem.path}\n", f"FINDSTR: {problem.path} kann nicht geöffnet werden.\n"
                )
            )
        return None


def _decoded(call: Call, data: bytes) -> list[str]:
    encoding = "utf-8" if call.codepage == 65001 else f"cp{call.codepage}"
    return data.decode(encoding, "replace").splitlines()


async def find(call: Call) -> int:
    """`find [/v] [/c] [/n] [/i] "text" [file ...]`: exit code 1 when nothing matches."""
    switches = {arg.casefold() for arg in call.args if arg.startswith("/")}
    words = [arg for arg in call.args if not arg.startswith("/")]
    if not words or '"' not in call.raw:
        call.err(call.text("FIND: Parameter format not correct\n", "FIND: Parameterformat falsch\n"))
        return 2
    inputs = await _inputs(call, words[1:], "find")
    if inputs is None:
        return 1
    total = 0
    for name, data in inputs:
        hits = _found(_decoded(call, data), words[0], switches)
        total += len(hits)
        call.out(_found_text(name, hits, switches))
    return 0 if total else 1


def _found(lines: list[str], text: str, switches: set[str]) -> list[tuple[int, str]]:
    fold = "/i" in switches
    wanted = text.casefold() if fold else text
    return [
        (number, line)
        for number, line in enumerate(lines, start=1)
        if (wanted in (line.casefold() if fold else line)) != ("/v" in switches)
    ]


def _found_text(name: str, hits: list[tuple[int, str]], switches: set[str]) -> str:
    heading = f"\n---------- {name.upper()}" if name else ""
    if "/c" in switches:
        return f"{heading}: {len(hits)}\n" if name else f"{len(hits)}\n"
    numbered = "/n" in switches
    body = "".join(f"[{number}]{line}\n" if numbered else f"{line}\n" for number, line in hits)
    return (f"{heading}\n" if name else "") + body


async def findstr(call: Call) -> int:
    """`findstr [/i] [/v] [/n] [/r] [/l] [/b] [/e] [/x] [/c:text] strings [file ...]`."""
    switches, texts, paths = _findstr_arguments(call)
    if not texts:
        call.err(call.text("FINDSTR: Bad command line\n", "FINDSTR: Falsche Befehlszeile\n"))
        return 2
    inputs = await _inputs(call, paths, "findstr")
    if inputs is None:
        return 1
    patterns = [_pattern(text, switches) for text in texts]
    hits = list(_findstr_hits(call, inputs, patterns, switches))
    call.out("".join(hits))
    return 0 if hits else 1


def _findstr_arguments(call: Call) -> tuple[set[str], list[str], list[str]]:
    switches: set[str] = set()
    texts: list[str] = []
    paths: list[str] = []
    for arg in call.args:
        if arg.casefold().startswith("/c:"):
            texts.append(arg[3:])
            switches.add("/l")
        elif arg.startswith("/"):
            switches.update(f"/{letter}" for letter in arg[1:].casefold())
        else:
            paths.append(arg)
    if not texts and paths:
        texts = paths.pop(0).split()
    return switches, texts, paths


def _pattern(text: str, switches: set[str]) -> re.Pattern[str]:
    body = re.escape(text) if "/l" in switches and "/r" not in switches else _translated(text)
    if switches & {"/b", "/x"}:
        body = f"^{body}"
    if switches & {"/e", "/x"}:
        body = f"{body}$"
    return re.compile(body, re.I if "/i" in switches else 0)


def _translated(text: str) -> str:
    """A findstr expression; a star with nothing before it is a plain star."""
    body = ""
    for piece in filter(None, _FINDSTR_PIECE.split(text)):
        if piece in _ESCAPES:
            body += _ESCAPES[piece]
        elif _FINDSTR_PIECE.fullmatch(piece) and not (piece == "*" and not body.strip("^")):
            body += piece
        else:
            body += re.escape(piece)
    return body


def _findstr_hits(
    call: Call, inputs: list[tuple[str, bytes]], patterns: list[re.Pattern[str]], switches: set[str]
) -> Iterator[str]:
    for name, data in inputs:
        prefix = f"{name}:" if len(inputs) > 1 else ""
        for number, line in enumerate(_decoded(call, data), start=1):
            if any(pattern.search(line) for pattern in patterns) != ("/v" in switches):
                yield f"{prefix}{f'{number}:' if '/n' in switches else ''}{line}\n"


async def more(call: Call) -> int:
    """Without a screen it prints everything."""
    inputs = await _inputs(call, [arg for arg in call.args if not arg.startswith("/")], "find")
    for _, data in inputs or []:
        call.process.put("stdout", data)
    return 0 if inputs is not None else 1


async def sort(call: Call) -> int:
    inputs = await _inputs(call, [arg for arg in call.args if not arg.startswith("/")], "find")
    lines = [line for _, data in inputs or [] for line in _decoded(call, data)]
    reverse = any(arg.casefold() == "/r" for arg in call.args)
    call.out("".join(f"{line}\n" for line in sorted(lines, key=str.casefold, reverse=reverse)))
    return 0 if inputs is not None else 1


TOPIC = Topic(
    section="files",
    schema=FilesPart,
    build=_build,
    tools={"find": find, "findstr": findstr, "more": more, "sort": sort},
    standard=True,
)
