"""Finding and running what a command names: an alias, a cmdlet of the language or of a topic, or a native program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.aliases import ALIASES
from troubleshoot.lab.windows.filesystem import FileProblem
from troubleshoot.lab.windows.lookup import find_cmdlet, find_tool
from troubleshoot.lab.windows.powershell import failures
from troubleshoot.lab.windows.powershell.binding import Bound, Signature, bind
from troubleshoot.lab.windows.powershell.native import run_native
from troubleshoot.lab.windows.powershell.session import Place
from troubleshoot.lab.windows.powershell.values import as_text
from troubleshoot.lab.windows.topic import Cmdlet, PsError

if TYPE_CHECKING:
    from troubleshoot.lab.windows.powershell.interpreter import Interpreter


@dataclass(slots=True)
class Invocation:
    """One run of a built-in cmdlet. ``given`` is what came down the pipeline, None where it stands first."""

    run: Interpreter
    name: str
    parameters: dict[str, Any]
    arguments: list[Any]
    given: list[Any] | None
    out: list[Any]

    def get(self, name: str, default: Any = None) -> Any:
        value = self.parameters.get(name)
        return default if value is None else value

    def has(self, switch: str) -> bool:
        """True when a switch is set."""
        return bool(self.parameters.get(switch, False))

    def text(self, name: str, default: str = "") -> str:
        value = self.parameters.get(name)
        return default if value is None else as_text(value)

    @property
    def objects(self) -> list[Any]:
        """The input objects: from -InputObject or the pipeline, without nulls."""
        value = self.parameters.get("inputobject")
        given = self.given or [] if value is None else value if isinstance(value, list) else [value]
        return [item for item in given if item is not None]


Builtin = Callable[[Invocation], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class BuiltinCmdlet:
    """A cmdlet of the language itself. ``since`` is the first version of PowerShell that has it."""

    name: str
    run: Builtin
    signature: Signature
    since: tuple[int, int] = (2, 0)


BUILTINS: Final[dict[str, BuiltinCmdlet]] = {}


def builtin(
    name: str,
    *,
    parameters: str = "",
    switches: str = "",
    positions: str = "",
    aliases: dict[str, str] | None = None,
    rest: str = "",
    later: str = "",
    since: tuple[int, int] = (2, 0),
) -> Callable[[Builtin], Builtin]:
    """Register a built-in cmdlet; names are separated by blanks. ``later`` ones came after PowerShell 2.0."""
    signature = Signature(
        (*parameters.split(), "inputobject"),
        tuple(switches.split()),
        tuple(positions.split()),
        aliases,
        rest,
        tuple(later.split()),
    )

    def add(function: Builtin) -> Builtin:
        BUILTINS[name.lower()] = BuiltinCmdlet(name, function, signature, since)
        return function

    return add


def find_builtin(run: Interpreter, name: str) -> BuiltinCmdlet | None:
    """A built-in cmdlet that the host's version has."""
    from troubleshoot.lab.windows.powershell import cmdlets

    cmdlets.load()
    found = BUILTINS.get(name.lower())
    return found if found is not None and run.session.version >= found.since else None


def resolve(run: Interpreter, name: str) -> tuple[str, BuiltinCmdlet | Cmdlet | None]:
    """The name an alias stands for, and the cmdlet. A topic's cmdlet goes before a built-in one."""
    full = ALIASES.get(name.lower(), name)
    topical = find_cmdlet(run.session.call.machine, full)
    if topical is not None:
        return full, topical
    found = find_builtin(run, full)
    return (found.name, found) if found is not None else (full, None)


async def run(run: Interpreter, command: ast.Command, given: list[Any] | None, out: list[Any]) -> None:
    """Run one command of a pipeline. Raises PsError when an error ends the pipeline."""
    name, found = resolve(run, command.name)
    try:
        if found is None:
            await _native_or_unknown(run, command, name, given, out)
        else:
            await _cmdlet(run, command, (name, found), given, out)
    except PsError as error:
        origin = error.cause if isinstance(error, failures.Stop) else error
        run.session.places.setdefault(origin, Place(_shown_name(name), command.source, command.at))
        raise


def _shown_name(name: str) -> str:
    found = BUILTINS.get(name.lower())
    return found.name if found else name


async def _native_or_unknown(
    run: Interpreter, command: ast.Command, name: str, given: list[Any] | None, out: list[Any]
) -> None:
    machine = run.session.call.machine
    stem = name.lower().rsplit(".", 1)[0] if name.lower().endswith((".exe", ".com", ".cmd", ".bat")) else name.lower()
    if stem == "cmd" or find_tool(machine, stem) is not None:
        await run_native(run, command, given, out)
        return
    if "-" not in name:
        full, found = resolve(run, f"Get-{name}")
        if found is not None:
            await _cmdlet(run, command, (full, found), given, out)
            return
    raise failures.unknown_command(run.session, command.name)


async def _cmdlet(
    run: Interpreter,
    command: ast.Command,
    named: tuple[str, BuiltinCmdlet | Cmdlet],
    given: list[Any] | None,
    out: list[Any],
) -> None:
    name, found = named
    run.session.prepare()
    bound = await bind(run, command, name, found.signature if isinstance(found, BuiltinCmdlet) else None)
    try:
        await _call(run, named, bound, given, out)
    except PsError as error:
        _act(run, error, bound, Place(_shown_name(name), command.source, command.at))
    _keep_output(run, bound, out)


async def _call(
    run: Interpreter,
    named: tuple[str, BuiltinCmdlet | Cmdlet],
    bound: Bound,
    given: list[Any] | None,
    out: list[Any],
) -> None:
    name, found = named
    if bound.parameters.get("whatif") and not name.lower().startswith(("get-", "test-")):
        run.session.call.out(f'What if: Performing the operation "{name}".\n')
        return
    try:
        if isinstance(found, BuiltinCmdlet):
            await found.run(Invocation(run, name, bound.parameters, bound.arguments, given, out))
        else:
            out.extend(await found(run.cmdlet_call(bound.arguments, bound.parameters, given)))
    except FileProblem as problem:
        raise PsError(str(problem), "IOError", category=f"WriteError: (:) [{name}], IOException") from None


def _act(run: Interpreter, error: PsError, bound: Bound, place: Place) -> None:
    """What -ErrorAction or the preference says about an error of a cmdlet. Raises it where it ends the pipeline."""
    run.session.places.setdefault(error, place)
    if error.terminating:
        raise error
    given = bound.parameters.get("erroraction")
    action = as_text(given).lower() if given is not None else run.session.preference("erroraction")
    if action in ("stop", "1"):
        raise failures.Stop(error)
    run.session.variables["?"] = False
    if action in ("silentlycontinue", "ignore", "0", "4"):
        if action not in ("ignore", "4"):
            run.remember(error)
        return
    run.remember(error)
    run.session.error(error, failures.shown(error, run.session))


def _keep_output(run: Interpreter, bound: Bound, out: list[Any]) -> None:
    """-OutVariable."""
    name = bound.parameters.get("outvariable")
    if name is not None:
        run.session.set(as_text(name).lower(), list(out))
