"""Starting programs on a simulated host, and finding the commands that its topics offer."""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Final

from troubleshoot.core.powershell import DATA_PROLOG, PROLOG
from troubleshoot.lab.windows.cmd.execute import run_command, run_line
from troubleshoot.lab.windows.cmd.shell import Shell
from troubleshoot.lab.windows.environment import SYSTEM32, environment_of
from troubleshoot.lab.windows.lookup import find_cmdlet, find_drive, find_tool, find_wmi
from troubleshoot.lab.windows.machine import Machine, Ran
from troubleshoot.lab.windows.process import Process
from troubleshoot.lab.windows.topic import Logon

__all__ = ["find_cmdlet", "find_drive", "find_tool", "find_wmi", "launch", "shown"]

_LOG: Final = logging.getLogger(__name__)
_ENCODED: Final = re.compile(
    r"^\s*powershell(?:\.exe)?\s.*?[-/](?:e|ec|en|enc|encodedcommand|encoded)\s+([A-Za-z0-9+/=]+)", re.I
)
_PASSWORD: Final = re.compile(r"(?i)((?:/p(?:asswordd|asswordo|d|o)?:|/rp\s+|-password\s+))(\S+)")
_FIRST_ID: Final = 2004


def launch(
    machine: Machine,
    logon: Logon,
    command_line: str,
    *,
    through_cmd: bool = True,
    codepage: int = 437,
    environment: Mapping[str, str] | None = None,
    cwd: str | None = None,
) -> Process:
    """Start a command line and return at once; needs a running event loop.

    ``through_cmd`` hands it to cmd.exe as `cmd /c` does; otherwise it names a program directly. ``environment`` adds to
    the account's own. The program is found in ``machine.processes`` until it ends; its line is in ``machine.ran``.
    """
    machine.ran.append(Ran(machine.now, logon.user, shown(command_line)))
    process = Process()
    number = next(_free_ids(machine))
    machine.processes[number] = process
    variables = {**environment_of(machine, logon), **(environment or {})}
    shell = Shell(machine, process, logon, codepage, variables, cwd or SYSTEM32, command_line=command_line)

    async def main(_: Process) -> int:
        try:
            return await (run_line if through_cmd else run_command)(shell, command_line)
        except Exception:
            _LOG.exception("the lab's simulation failed on %s", machine.name)
            return 1
        finally:
            machine.processes.pop(number, None)

    process.start(main)
    return process


def _free_ids(machine: Machine) -> Iterator[int]:
    number = max((_FIRST_ID, *machine.processes))
    while True:
        number += 4
        if number not in machine.processes:
            yield number


def shown(command_line: str) -> str:
    """A command line as a log may show it: the script of `-EncodedCommand` in clear and without the transport's own
    beginning, passwords masked."""
    match = _ENCODED.match(command_line)
    line = command_line
    if match:
        try:
            script = base64.b64decode(match[1], validate=True).decode("utf-16-le")
        except (binascii.Error, UnicodeDecodeError):
            return line
        own = script.removeprefix(PROLOG).removeprefix(DATA_PROLOG)
        line = f"PS> {own.replace(chr(13), '').replace(chr(10), ' ')}"
    return _PASSWORD.sub(r"\1***", line)
