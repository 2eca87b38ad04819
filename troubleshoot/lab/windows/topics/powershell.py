"""The program powershell.exe."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from troubleshoot.lab.windows.machine import Machine
from troubleshoot.lab.windows.topic import Call, Part, Topic

_SWITCHES = ("noprofile", "noninteractive", "nologo", "noexit", "sta", "mta")
_VALUES = (
    "executionpolicy",
    "inputformat",
    "outputformat",
    "windowstyle",
    "version",
    "psconsolefile",
    "configurationname",
)
_SHORT = {
    "ep": "executionpolicy",
    "ex": "executionpolicy",
    "e": "encodedcommand",
    "ec": "encodedcommand",
    "if": "inputformat",
    "of": "outputformat",
    "w": "windowstyle",
}
_KNOWN = ("encodedcommand", "command", "file", "help", *_SWITCHES, *_VALUES)


@dataclass(frozen=True, slots=True)
class Start:
    """What powershell.exe was asked to run. ``problem`` is what it says instead."""

    script: str = ""
    encoded: bool = False
    problem: str = ""


def _option(word: str) -> str:
    """The full lower-case name of an option, empty where ``word`` is none."""
    if word[:1] not in "-/" or len(word) < 2:
        return ""
    name = word[1:].lower()
    if name in _SHORT or name in _KNOWN:
        return _SHORT.get(name, name)
    return next((known for known in _KNOWN if known.startswith(name)), "")


def _decode(text: str) -> Start:
    try:
        return Start(base64.b64decode(text, validate=True).decode("utf-16-le"), encoded=True)
    except (binascii.Error, UnicodeDecodeError):
        return Start(
            problem="Cannot process the command because the value specified with -EncodedCommand is not properly"
            " encoded. The value must be Base64 encoded."
        )


def _after(words: list[str]) -> Start:
    """What -Command or a plain word starts: the rest of the line is the script."""
    return Start(" ".join(words))


def read_arguments(args: tuple[str, ...]) -> Start:
    """Sort the arguments of powershell.exe, in any order, letter case and abbreviation."""
    words = list(args)
    while words:
        word = words.pop(0)
        option = _option(word)
        if option in _SWITCHES:
            continue
        if option in _VALUES:
            words = words[1:]
        elif option == "encodedcommand" and words:
            return _decode(words[0])
        elif option == "command":
            return _after(words)
        elif not option and word[:1] not in "-/":
            return _after([word, *words])
        else:
            return Start(problem=f"The argument '{word}' is not recognized by the simulated powershell.exe.")
    return Start()


async def powershell(call: Call) -> int:
    """Run what -EncodedCommand or -Command holds; ``-Command -`` and no command at all read standard input."""
    from troubleshoot.lab.windows.powershell.run import run_script

    start = read_arguments(call.args)
    if start.problem:
        call.err(f"{start.problem}\n")
        return 0xFFFD0000
    script = start.script
    if script in ("", "-"):
        script = (await call.process.read_input()).decode("utf-8-sig", "replace")
    return await run_script(call, script, xml=start.encoded)


class PowerShellPart(Part):
    """Nothing to set: the version belongs to the personality."""


def _build(machine: Machine, part: PowerShellPart) -> PowerShellPart:
    return part


TOPIC = Topic("powershell", PowerShellPart, _build, tools={"powershell": powershell}, always=True)
