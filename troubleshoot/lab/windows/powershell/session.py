"""What one run of the simulated PowerShell knows: variables, preferences, errors so far, and its output streams."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from troubleshoot.lab.windows.environment import environment_of
from troubleshoot.lab.windows.powershell.clixml import document, error_lines, progress_record
from troubleshoot.lab.windows.powershell.values import as_text, hashtable
from troubleshoot.lab.windows.topic import Call, PsError, PsObject

PREPARING: Final = "Preparing modules for first use."


class Exit(Exception):
    """The script ends with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Break(Exception):
    """``break``."""


class Continue(Exception):
    """``continue``."""


class Return(Exception):
    """``return``: what it returned has been put out already."""


_DEFAULTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "erroractionpreference": "Continue",
        "progresspreference": "Continue",
        "confirmpreference": "High",
        "warningpreference": "Continue",
        "verbosepreference": "SilentlyContinue",
        "null": None,
        "true": True,
        "false": False,
        "lastexitcode": None,
        "?": True,
        "matches": None,
        "pshome": "C:\\Windows\\System32\\WindowsPowerShell\\v1.0",
    }
)


@dataclass(slots=True)
class TimedCall(Call):
    """A call that counts the simulated seconds its program sleeps."""

    slept: float = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds
        await asyncio.sleep(seconds * self.machine.estate.pace)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error arose: the command's name, its text, and its offset in the script."""

    command: str
    source: str
    at: int


@dataclass(slots=True)
class Session:
    """One run. ``xml`` means errors and progress leave as CLIXML, as with -EncodedCommand."""

    call: Call
    xml: bool = True
    script: str = ""
    variables: dict[str, Any] = field(default_factory=lambda: dict(_DEFAULTS))
    errors: list[PsError] = field(default_factory=list)
    records: list[str] = field(default_factory=list)  # CLIXML elements that wait for the end
    places: dict[PsError, Place] = field(default_factory=dict)
    steps: int = 0  # statements run
    tries: int = 0  # how many try blocks are open
    prepared: bool = False  # the first progress record was due

    @property
    def slept(self) -> float:
        """Simulated seconds that commands of this run have slept."""
        return self.call.slept if isinstance(self.call, TimedCall) else 0.0

    @property
    def version(self) -> tuple[int, int]:
        """The version of PowerShell: (2, 0), (4, 0), (5, 1)."""
        major, minor = self.call.machine.personality.powershell.split(".")
        return int(major), int(minor)

    @property
    def modern(self) -> bool:
        """PowerShell 3.0 and later: members of list elements, ``.Count`` of everything, and more."""
        return self.version >= (3, 0)

    def get(self, name: str, scope: str = "") -> Any:
        """The value of a variable; null where there is none."""
        if scope == "env":
            return self._environment().get(name)
        if name in self.variables:
            return self.variables[name]
        return self._automatic(name)

    def set(self, name: str, value: Any, scope: str = "") -> None:
        """Assign a variable. Raises PsError for a constant."""
        if name in ("null", "true", "false", "?", "pid", "host", "psversiontable"):
            if name == "null":
                return
            raise PsError(
                f"Cannot overwrite variable {name} because it is read-only or constant.",
                "VariableNotWritable",
                category=f"WriteError: ({name}:String) [], SessionStateUnauthorizedAccessException",
                terminating=True,
            )
        if scope == "env":
            self.call.environment[name.upper()] = as_text(value)
        else:
            self.variables[name] = value

    def _automatic(self, name: str) -> Any:
        match name:
            case "psversiontable":
                return self._version_table()
            case "error":
                return [error_object(error) for error in reversed(self.errors)]
            case "pid":
                return self._process_id()
            case "pwd":
                return self.call.cwd
        return None

    def _process_id(self) -> int:
        processes = self.call.machine.processes
        return next((number for number, process in processes.items() if process is self.call.process), 0)

    def _version_table(self) -> PsObject:
        from troubleshoot.lab.windows.powershell.casts import cast

        personality = self.call.machine.personality
        return hashtable(
            (
                ("PSVersion", cast("version", personality.powershell)),
                ("BuildVersion", cast("version", f"{personality.build}.0")),
                ("CLRVersion", cast("version", "2.0.50727.5420" if not self.modern else "4.0.30319.42000")),
                ("WSManStackVersion", cast("version", personality.stack)),
            )
        )

    def _environment(self) -> dict[str, str]:
        given = {**environment_of(self.call.machine, self.call.logon), **self.call.environment}
        return {name.lower(): value for name, value in given.items()}

    def preference(self, name: str) -> str:
        """A preference variable in lower case, its numbers made names."""
        value = as_text(self.variables.get(f"{name}preference")).lower()
        return {"0": "silentlycontinue", "1": "stop", "2": "continue"}.get(value, value)

    # --- streams ---------------------------------------------------------------------------------------------------

    def error(self, error: PsError, text: str) -> None:
        """Write an error record to stderr."""
        if self.xml:
            self.records += error_lines(text)
        else:
            self.call.err(f"{text}\n")

    def message(self, stream: str, text: str) -> None:
        """Write a warning, verbose or debug line."""
        if self.xml:
            self.records += error_lines(text, stream)
        else:
            self.call.out(f"{stream.upper()}: {text}\n")

    def progress(self, activity: str) -> None:
        """Write a progress record, unless $ProgressPreference says otherwise."""
        if self.xml and self.preference("progress") != "silentlycontinue":
            self.records.append(progress_record(activity))

    def prepare(self) -> None:
        """The first use of a cmdlet loads modules, which shows as progress."""
        if not self.prepared and self.modern:
            self.progress(PREPARING)
        self.prepared = True

    def flush_errors(self) -> None:
        """Write what waits as one CLIXML document."""
        if self.records:
            self.call.err(f"#< CLIXML\n{document(self.records)}")
            self.records = []


def error_object(error: PsError) -> PsObject:
    """The ErrorRecord: ``$_`` in catch, and the elements of ``$error``."""
    kind = error.category.rpartition("], ")[2] or "Exception"
    code = getattr(error, "hresult", None)
    exception = PsObject(
        f"System.{kind}",
        {"Message": error.message, "HResult": code, "InnerException": None, "__tostring": error.message},
    )
    return PsObject(
        "System.Management.Automation.ErrorRecord",
        {
            "Exception": exception,
            "FullyQualifiedErrorId": error.error_id,
            "CategoryInfo": PsObject(
                "System.Management.Automation.ErrorCategoryInfo",
                {"Category": error.category.partition(":")[0], "Reason": kind, "__tostring": error.category},
            ),
            "TargetObject": None,
            "__tostring": error.message,
            "__error": error,
        },
    )
