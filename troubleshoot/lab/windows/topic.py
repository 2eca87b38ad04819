"""What a room of the simulated Windows offers: a section of `lab.yaml`, the state made from it, and its commands.

A topic (services, certificates, NLB, ...) owns its part of a host's state and every command that shows or changes it.
Commands compute their answer from that state; there is no canned output.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from troubleshoot.lab.windows.machine import Machine
    from troubleshoot.lab.windows.process import Process


class Part(BaseModel):
    """Base of what may stand in `lab.yaml`: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(slots=True)
class Logon:
    """As whom a program runs. ``delegated`` means it can authenticate to a further host (second hop)."""

    user: str  # CORP\\operator
    elevated: bool = True
    delegated: bool = False
    system: bool = False  # the machine itself: its own services and scheduled tasks


@dataclass(slots=True)
class Call:
    """One run of a native program: where, as whom, with which arguments, and where its output goes.

    ``args`` are the arguments after the program's name, quotes removed as the C runtime does it; ``raw`` is the
    untouched text behind the name, for programs that read it themselves.
    """

    machine: Machine
    process: Process
    logon: Logon
    args: tuple[str, ...] = ()
    raw: str = ""
    codepage: int = 65001
    environment: dict[str, str] = field(default_factory=dict)
    cwd: str = "C:\\Windows\\System32"

    def out(self, text: str) -> None:
        """Write to stdout; ``\\n`` becomes CRLF."""
        self.process.put("stdout", self._encode(text))

    def err(self, text: str) -> None:
        """Write to stderr; ``\\n`` becomes CRLF."""
        self.process.put("stderr", self._encode(text))

    def _encode(self, text: str) -> bytes:
        encoding = "utf-8" if self.codepage == 65001 else f"cp{self.codepage}"
        return text.replace("\r\n", "\n").replace("\n", "\r\n").encode(encoding, "replace")

    def text(self, english: str, german: str) -> str:
        """The form in the host's display language."""
        return self.machine.personality.text(english, german)

    async def sleep(self, seconds: float) -> None:
        """Let simulated time pass (scaled by the lab's pace)."""
        await asyncio.sleep(seconds * self.machine.estate.pace)


Tool = Callable[[Call], Awaitable[int]]  # the exit code


class PsObject(dict[str, Any]):
    """An object of the simulated PowerShell: properties in order, looked up without regard to case.

    ``type_name`` is the .NET or WMI type that ``Get-Member`` would show. Values are str, int, float, bool, None,
    datetime, PsEnum, PsObject, or lists of these. ``methods`` maps lower-case method names to async functions.
    """

    def __init__(
        self,
        type_name: str,
        properties: Mapping[str, Any],
        methods: Mapping[str, Callable[..., Awaitable[Any]]] | None = None,
    ) -> None:
        super().__init__(properties)
        self.type_name = type_name
        self.methods = dict(methods or {})

    def prop(self, name: str) -> Any:
        """The value of a property in any letter case; None where there is none."""
        if name in self:
            return self[name]
        folded = name.casefold()
        return next((value for key, value in self.items() if key.casefold() == folded), None)


@dataclass(frozen=True, slots=True)
class PsEnum:
    """A .NET enumeration value: text in strings and CSV, its *number* in JSON and for ``value__``."""

    name: str
    value: int

    def __str__(self) -> str:
        return self.name


@dataclass(slots=True)
class CmdletCall:
    """One cmdlet in a pipeline. Parameter names are lower-case and complete (``-VMName`` is ``vmname``).

    ``arguments`` are the positional ones. ``input`` is what came down the pipeline (None: the cmdlet stands first).
    A switch is True. Failure is raised as :class:`PsError`.
    """

    machine: Machine
    logon: Logon
    arguments: list[Any]
    parameters: dict[str, Any]
    input: list[Any] | None
    call: Call

    def get(self, name: str, position: int | None = None, default: Any = None) -> Any:
        """A parameter by lower-case name, else the positional argument at ``position``."""
        if name in self.parameters:
            return self.parameters[name]
        if position is not None and position < len(self.arguments):
            return self.arguments[position]
        return default


class PsError(Exception):
    """A PowerShell error record: shown on stderr, ends the script when ``$ErrorActionPreference`` is Stop.

    ``error_id`` is the FullyQualifiedErrorId; ``terminating`` errors end the pipeline whatever the preference says.
    """

    def __init__(self, message: str, error_id: str = "", *, category: str = "", terminating: bool = False) -> None:
        super().__init__(message)
        self.message, self.error_id = message, error_id
        self.category, self.terminating = category, terminating


Cmdlet = Callable[[CmdletCall], Awaitable[Sequence[Any]]]
WmiClass = Callable[["Machine", Logon], Sequence[PsObject]]


@dataclass(frozen=True, slots=True)
class Drive:
    """A PowerShell drive (``WSMan:``, ``HKLM:``). Paths come without the drive, split at backslashes.

    ``item`` and ``children`` return objects; ``item`` raises PsError where there is nothing. ``change`` sets a value.
    """

    item: Callable[[Machine, tuple[str, ...]], PsObject]
    children: Callable[[Machine, tuple[str, ...]], Sequence[PsObject]]
    change: Callable[[Machine, tuple[str, ...], Any], None] | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """One room. ``build`` makes the state of a host from its section (absent section: ``build`` is not called).

    ``tools``: native programs by lower-case name without extension. ``cmdlets``: by lower-case full name.
    ``wmi``: instances by (lower-case namespace, lower-case class). A command exists on a host when ``always`` is set
    or the host has the section: elsewhere it is *not recognized*, as where a role is not installed. A ``standard``
    topic is part of every Windows: where its section is absent, it is built from the defaults of the schema.

    A tool may be a sub-command: ``net share`` and ``query user`` are found by ``net`` and ``query``.
    """

    section: str
    schema: type[BaseModel]
    build: Callable[[Machine, Any], Any]
    tools: Mapping[str, Tool] = field(default_factory=dict)
    cmdlets: Mapping[str, Cmdlet] = field(default_factory=dict)
    wmi: Mapping[tuple[str, str], WmiClass] = field(default_factory=dict)
    drives: Mapping[str, Drive] = field(default_factory=dict)  # by lower-case drive name
    always: bool = False
    standard: bool = False
