"""Arguments of a command sorted into parameters: names may be shortened, switches take no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from troubleshoot.core.powershell import ast
from troubleshoot.lab.windows.powershell import failures
from troubleshoot.lab.windows.powershell.evaluator import Evaluator
from troubleshoot.lab.windows.topic import PsError

COMMON: Final = ("erroraction", "warningaction", "errorvariable", "outvariable", "outbuffer", "warningvariable")
COMMON_SWITCHES: Final = ("verbose", "debug", "whatif", "confirm")
COMMON_ALIASES: Final[Mapping[str, str]] = {
    "ea": "erroraction",
    "wa": "warningaction",
    "ev": "errorvariable",
    "ov": "outvariable",
    "vb": "verbose",
    "db": "debug",
    "wi": "whatif",
    "cf": "confirm",
}

# Of the cmdlets that topics bring, the text does not tell which parameters are switches: these always are.
_KNOWN_SWITCHES: Final = frozenset(
    (
        *COMMON_SWITCHES,
        *("force", "passthru", "recurse", "all", "quiet", "oldest", "asjob", "listavailable", "repair", "allusers"),
        *("dependentservices", "requiredservices", "enabled", "disabled", "descending", "ascending", "persist"),
        *("restart", "norestart", "notypeinformation", "compress", "wait", "nowait", "directread", "extended"),
        *(
            "authenticatedoutonly",
            "clustersharedvolume",
            "currentuser",
            "local",
            "discover",
            "writable",
            "nextclosestsite",
        ),
        *("managementos", "synthetic", "islegacy", "includerelationship", "drain", "readonly", "writelock"),
    )
)


@dataclass(frozen=True, slots=True)
class Signature:
    """What a built-in cmdlet takes: parameters, switches, aliases (all lower case), and names by position."""

    parameters: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    aliases: Mapping[str, str] | None = None
    rest: str = ""  # the parameter that takes all further arguments
    later: tuple[str, ...] = ()  # of these, PowerShell 2.0 has none


@dataclass(slots=True)
class Bound:
    """Evaluated arguments and parameters by full lower-case name."""

    arguments: list[Any]
    parameters: dict[str, Any]


def full_name(name: str, signature: Signature) -> str | None:
    """The full name that ``-name`` means, or None: there is none, or more than one."""
    folded = name.lower()
    known = (*signature.parameters, *signature.switches, *COMMON, *COMMON_SWITCHES)
    aliases = {**COMMON_ALIASES, **(signature.aliases or {})}
    if folded in known:
        return folded
    if folded in aliases:
        return aliases[folded]
    found = {name for name in (*signature.parameters, *signature.switches) if name.startswith(folded)}
    found = found or {name for name in known if name.startswith(folded)}
    return found.pop() if len(found) == 1 else None


async def bind(run: Evaluator, command: ast.Command, name: str, signature: Signature | None) -> Bound:
    """Evaluate and sort a command's elements. Without a signature names stay as typed, in lower case.

    Raises:
        PsError: a name that the cmdlet does not know, or a parameter without its value.
    """
    bound = Bound([], {})
    elements = list(command.elements)
    while elements:
        element = elements.pop(0)
        if not isinstance(element, ast.Parameter):
            bound.arguments.append(await run.value(element))
            continue
        key = _key(run, element, name, signature)
        if element.value is not None:
            bound.parameters[key] = await run.value(element.value)
        elif _is_switch(key, elements, signature):
            bound.parameters[key] = True
        else:
            bound.parameters[key] = await _following(run, elements, name, element)
    if signature is not None:
        _place(run, bound, signature, name)
    return bound


def _key(run: Evaluator, element: ast.Parameter, name: str, signature: Signature | None) -> str:
    if signature is None:
        return COMMON_ALIASES.get(element.name.lower(), element.name.lower())
    key = full_name(element.name, signature)
    if key is None or (key in signature.later and not run.session.modern):
        raise failures.unknown_parameter(run.session, name, element.name)
    return key


def _is_switch(key: str, elements: Sequence[ast.Parameter | ast.Expression], signature: Signature | None) -> bool:
    if signature is not None:
        return key in signature.switches or key in COMMON_SWITCHES
    return key in _KNOWN_SWITCHES or not elements or isinstance(elements[0], ast.Parameter)


async def _following(
    run: Evaluator, elements: list[ast.Parameter | ast.Expression], name: str, element: ast.Parameter
) -> Any:
    if not elements or isinstance(elements[0], ast.Parameter):
        raise PsError(
            f"Missing an argument for parameter '{element.name}'. Specify a parameter of type 'System.String' and try"
            " again.",
            f"MissingArgument,Microsoft.PowerShell.Commands.{name.replace('-', '')}Command",
            category="InvalidArgument: (:) [], ParameterBindingException",
            terminating=True,
        )
    value = elements.pop(0)
    assert not isinstance(value, ast.Parameter)
    return await run.value(value)


def _place(run: Evaluator, bound: Bound, signature: Signature, name: str) -> None:
    """Give positional arguments their names."""
    free = [position for position in signature.positions if position not in bound.parameters]
    while bound.arguments and free:
        bound.parameters[free.pop(0)] = bound.arguments.pop(0)
    if not bound.arguments or signature.rest:
        return
    raise PsError(
        f"A positional parameter cannot be found that accepts argument '{bound.arguments[0]}'.",
        f"PositionalParameterNotFound,Microsoft.PowerShell.Commands.{name.replace('-', '')}Command",
        category="InvalidArgument: (:) [], ParameterBindingException",
        terminating=True,
    )
