"""Native programs started by a script: their command line, their output as lines, their exit code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from troubleshoot.core.powershell import ast
from troubleshoot.lab.windows.powershell import failures
from troubleshoot.lab.windows.powershell.values import as_text, items
from troubleshoot.lab.windows.topic import PsError

if TYPE_CHECKING:
    from troubleshoot.lab.windows.powershell.interpreter import Interpreter


async def run_native(run: Interpreter, command: ast.Command, given: list[Any] | None, out: list[Any]) -> None:
    """Run a program; its lines of stdout are appended to ``out``, ``$LASTEXITCODE`` is set.

    What it writes to stderr goes to stderr as it is. Raises PsError where ``2>$null`` meets $ErrorActionPreference
    Stop: Windows PowerShell makes the first line on stderr an error before it discards it.
    """
    from troubleshoot.lab.windows.cmd.execute import run_command
    from troubleshoot.lab.windows.cmd.shell import Plumbed, Shell

    call, written, wrong = run.session.call, bytearray(), bytearray()

    def sink(stream: str, data: bytes) -> None:
        (written if stream == "stdout" else wrong).extend(data)

    fed = None if given is None else "".join(f"{as_text(item)}\r\n" for item in given).encode("ascii", "replace")
    process = Plumbed(call.process, sink, fed)
    shell = Shell(call.machine, process, call.logon, call.codepage, dict(call.environment), call.cwd)
    code = await run_command(shell, await command_line(run, command))
    run.session.variables["lastexitcode"] = code - (1 << 32) if code >= 1 << 31 else code
    run.session.variables["?"] = code == 0
    encoding = "utf-8" if call.codepage == 65001 else f"cp{call.codepage}"
    out.extend(_lines(written.decode(encoding, "replace")))
    _stderr(run, command, wrong, encoding)


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _stderr(run: Interpreter, command: ast.Command, wrong: bytearray, encoding: str) -> None:
    if not wrong:
        return
    if not command.quiet:
        run.session.call.process.put("stderr", bytes(wrong))
    elif run.session.preference("erroraction") == "stop":
        first = _lines(wrong.decode(encoding, "replace"))[0]
        category = f"NotSpecified: ({first}:String) [], RemoteException"
        raise failures.Stop(PsError(first, "NativeCommandError", category=category, terminating=True))


async def command_line(run: Interpreter, command: ast.Command) -> str:
    """The command line that a program is started with: arguments with blanks are put in double quotes."""
    words = [command.name]
    for element in command.elements:
        if isinstance(element, ast.Parameter):
            value = "" if element.value is None else as_text(await run.value(element.value))
            words.append(_quoted(f"-{element.name}{':' if element.value is not None else ''}{value}"))
        elif isinstance(element, ast.Number):
            words.append(element.source)
        elif isinstance(element, ast.ArrayLiteral) and all(
            isinstance(item, ast.Text | ast.Number) for item in element.items
        ):
            words.append(_quoted(",".join(as_text(item) for item in await run.value(element))))
        else:
            words += [_quoted(as_text(item)) for item in items(await run.value(element))]
    return " ".join(words)


def _quoted(word: str) -> str:
    if word and not re.search(r"\s", word):
        return word
    return f'"{word}"' if word else ""
