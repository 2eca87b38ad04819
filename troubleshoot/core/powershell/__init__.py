"""PowerShell in trees: the form of such a command, what is sent for it, and (in the modules) how it is understood.

A command is ``PS name="value" ...> script``: one line, the script constant, the values data. Values reach the script as
string variables by standard input, never as code.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# cmd.exe takes 8191 characters; base64 of UTF-16 makes 8 of 3, and the call of powershell.exe stands in front.
MAX_SENT: Final = 3040

# No prompt, no progress records, an end at the first error, UTF-8 out. Runs on PowerShell 2.0 and later.
PROLOG: Final = (
    "$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue';$ConfirmPreference='None';"
    "try{[Console]::OutputEncoding=[Text.Encoding]::UTF8}catch{};"
)

# powershell.exe itself reads the standard input when a script names $input (2.0: always), so [Console]::In would come
# too late on some versions. The names are the tree's, the values are base64 and stay strings.
DATA_PROLOG: Final = (
    "foreach($l in @($input)){if($l -match '^([a-z][a-z0-9_]*)=(.*)$'){Set-Variable $matches[1] "
    "([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($matches[2])))}};"
)

PROLOG_LIMIT: Final = len(PROLOG) + len(DATA_PROLOG)
MAX_SCRIPT: Final = MAX_SENT - PROLOG_LIMIT  # characters for a tree's own script

_COMMAND: Final = re.compile(r'PS((?: [a-z][a-z0-9_]*="[^"]*")*)> (.+)')
_DATA: Final = re.compile(r' ([a-z][a-z0-9_]*)="([^"]*)"')

# Variables that PowerShell itself reads or fills: data under such a name would change what a script means.
RESERVED: Final = frozenset(
    re.split(
        r"\s+",
        "args confirmpreference consolefilename debugpreference error errorview executioncontext false foreach "
        "home host input l lastexitcode matches maximumhistorycount myinvocation nestedpromptlevel null ofs "
        "outputencoding pid profile psboundparameters pscmdlet psculture psdefaultparametervalues pshome psitem "
        "pssenderinfo psuiculture psversiontable pwd shellid stacktrace switch this true verbosepreference "
        "warningpreference whatifpreference _",
    )
)


@dataclass(frozen=True, slots=True)
class PsCommand:
    """A PowerShell command of a tree: the constant script, and its data as strings by variable name."""

    script: str
    data: Mapping[str, str]


def split_command(text: str) -> PsCommand | None:
    """The parts of ``PS name="value" ...> script``, or None where ``text`` is not of this form.

    A name that stands twice, or that PowerShell uses itself, is not of this form either.
    """
    found = _COMMAND.fullmatch(text)
    if not found:
        return None
    pairs = _DATA.findall(found.group(1))
    data = dict(pairs)
    if len(data) != len(pairs) or RESERVED & data.keys() or any(name.endswith("preference") for name in data):
        return None
    return PsCommand(found.group(2), MappingProxyType(data))


def wrapped(command: PsCommand) -> str:
    """The whole script that is sent for a command. See :func:`fits` for its length."""
    return f"{PROLOG}{DATA_PROLOG if command.data else ''}{command.script}"


def stdin(command: PsCommand) -> bytes:
    """What is sent on standard input: one line ``name=base64 of UTF-8`` for each value; empty without data."""
    lines = (f"{name}={base64.b64encode(value.encode()).decode()}\r\n" for name, value in command.data.items())
    return "".join(lines).encode("ascii")


def fits(command: PsCommand) -> bool:
    """True when the whole script can be sent in one command line."""
    return len(wrapped(command)) <= MAX_SENT
