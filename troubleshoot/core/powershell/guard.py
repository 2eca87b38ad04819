"""The read-only guard for PowerShell: does a script only read?

It looks at every node of the syntax tree: each command, each method, each assignment, wherever it stands (in a string,
a script block, a hashtable). What is not known to only read is refused, and so is what the parser does not understand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from troubleshoot.core.powershell import RESERVED, ast, reads
from troubleshoot.core.powershell.aliases import ALIASES
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.core.powershell.parser import parse
from troubleshoot.core.powershell.places import place_problem

_MODULE: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
_FILE: Final = re.compile(r".*\.(?:ps1|psm1|psd1|dll|exe|cdxml|xaml)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_. -]*")
_PROGRAM: Final = re.compile(r"[a-z0-9_-]+\.exe")
_ERROR_ACTIONS: Final = ("silentlycontinue", "stop", "continue", "ignore")
_BLOCK_ONLY: Final = ("foreach-object", "measure-command")

Native = Callable[[str], str]


def problem(script: str, native_problem: Native) -> str:
    """Why ``script`` is not certain to only read; empty when it is.

    ``native_problem`` judges the command line of a native program in the same way.
    """
    if "\n" in script or "\r" in script:
        return "a script is one line"
    try:
        tree = parse(script)
    except PsSyntaxError as error:
        return error.message
    if not tree.statements:
        return "the script is empty"
    found = next((found for node in ast.walk(tree) for found in _problems(node, native_problem)), "")
    return found or place_problem(tree)


def _problems(node: object, native: Native) -> Iterator[str]:
    match node:
        case ast.Pipeline():
            yield from _pipeline_problems(node, native)
        case ast.Assign():
            yield from _target_problems(node.target)
        case ast.ForEach():
            yield from _target_problems(node.variable)
        case ast.Invoke():
            yield from _method_problems(node)
        case ast.Member(static=True):
            yield from _static_problems(node)
        case ast.Member():
            if reads.CODE_MEMBERS.fullmatch(node.name.lower()):
                yield f".{node.name} leads to code"
        case ast.Cast():
            yield from _cast_problems(node.type)
        case ast.Binary(operator="as"):
            yield from _conversion_problems(node.right)


# --- assignment and .NET -------------------------------------------------------------------------------------------


def _target_problems(target: ast.Expression) -> Iterator[str]:
    plain = target.operand if isinstance(target, ast.Cast) else target
    if not isinstance(plain, ast.Variable):
        yield "assigns to a member or an element"
    elif plain.scope not in ("", "script", "local"):
        yield f"assigns to ${plain.scope}:{plain.name}"
    elif not _may_assign(plain.name):
        yield f"assigns to ${plain.name}, which belongs to PowerShell"


def _may_assign(name: str) -> bool:
    if name in reads.PREFERENCES or name == "l":  # the prolog's loop is over when the script starts
        return True
    return name not in RESERVED and not name.endswith("preference")


def _method_problems(node: ast.Invoke) -> Iterator[str]:
    name = node.name.lower()
    if node.static:
        yield from _static_problems(node)
    elif name in reads.TEXT_METHODS:
        if not _is_text(node.target):
            yield f".{node.name}() of what may not be text (use -replace, or convert to [string] first)"
    elif not reads.METHODS.fullmatch(name):
        yield f"the method {node.name} is not known to only read"


def _is_text(node: ast.Expression) -> bool:
    match node:
        case ast.Text() | ast.Expandable() | ast.Cast(type=ast.TypeName("string")):
            return True
        case ast.Paren(statement=ast.Pipeline(stages=(inner,))) if not isinstance(inner, ast.Command):
            return _is_text(inner)
        case ast.Binary(operator="f" | "join"):
            return True
        case ast.Invoke(static=False):
            return bool(reads.MAKES_TEXT.fullmatch(node.name.lower()))
    return False


def _static_problems(node: ast.Invoke | ast.Member) -> Iterator[str]:
    kind = node.target.name if isinstance(node.target, ast.TypeName) else ""
    known = reads.STATICS.get(kind)
    if known is None or not known.fullmatch(node.name.lower()):
        yield f"[{kind}]::{node.name} is not known to only read"


def _cast_problems(kind: ast.TypeName) -> Iterator[str]:
    if not reads.CASTS.fullmatch(kind.name):
        yield f"the conversion to [{kind.name}] is not known to only read"


def _conversion_problems(kind: ast.Expression) -> Iterator[str]:
    if isinstance(kind, ast.TypeName):
        yield from _cast_problems(kind)
    else:
        yield "-as wants a type in brackets"


# --- commands ------------------------------------------------------------------------------------------------------


def _pipeline_problems(node: ast.Pipeline, native: Native) -> Iterator[str]:
    for number, stage in enumerate(node.stages):
        if isinstance(stage, ast.Command):
            yield from _command_problems(stage, native, first=number == 0)


def _command_problems(command: ast.Command, native: Native, *, first: bool) -> Iterator[str]:
    name = ALIASES.get(command.name.lower(), command.name).lower()
    if reads.CMDLETS.fullmatch(name):
        yield from _parameter_problems(command, name)
        special = _SPECIAL.get(name)
        if special is not None:
            yield from special(command)
    elif name != command.name.lower():
        yield f"{command.name} is {ALIASES[command.name.lower()]} here (write {command.name}.exe for the program)"
    elif "-" in name:
        yield f"{command.name} is not a cmdlet that is known to only read"
    elif not first:
        yield f"{command.name} would read its input from the pipeline"
    else:
        yield from _native_problems(command, native)


def _parameter_problems(command: ast.Command, name: str) -> Iterator[str]:
    changing = (*reads.CHANGING.get(name, ()), *reads.ASSIGNING)
    for parameter in _parameters(command):
        given = parameter.name.lower()
        if given in reads.ASSIGNING_ALIASES or (given != "in" and any(full.startswith(given) for full in changing)):
            yield f"{command.name} -{parameter.name} is not known to only read"


def _parameters(command: ast.Command) -> list[ast.Parameter]:
    return [element for element in command.elements if isinstance(element, ast.Parameter)]


def _values(command: ast.Command) -> list[ast.Expression]:
    """The arguments, and the values glued to parameters."""
    found: list[ast.Expression] = []
    for element in command.elements:
        if not isinstance(element, ast.Parameter):
            found.append(element)
        elif element.value is not None:
            found.append(element.value)
    return found


def _block_problems(command: ast.Command) -> Iterator[str]:
    """`% Delete` calls a method: only script blocks may stand here, and they are looked at like all code."""
    values = _items(command)
    if not all(isinstance(value, ast.ScriptBlock) for value in values):
        yield f"{command.name} wants script blocks only"


def _filter_problems(command: ast.Command) -> Iterator[str]:
    first = next(iter(_values(command)), None)
    if not isinstance(first, ast.ScriptBlock | ast.Text):
        yield f"{command.name} wants a script block or the name of a property"


def _name_problems(command: ast.Command) -> Iterator[str]:
    """Properties are named in full: a wildcard could name one that holds code."""
    elements = list(command.elements)
    for number, element in enumerate(elements):
        given = element.name.lower() if isinstance(element, ast.Parameter) else ""
        if len(given) > 2 and "expandproperty".startswith(given) and isinstance(element, ast.Parameter):
            value = element.value or (elements[number + 1] if number + 1 < len(elements) else None)
            if not isinstance(value, ast.Text) or not _PROPERTY.fullmatch(value.value):
                yield f"{command.name} -{element.name} wants the name of a property"
            elif reads.CODE_MEMBERS.fullmatch(value.value.lower()):
                yield f"{value.value} leads to code"


def _group_problems(command: ast.Command) -> Iterator[str]:
    for node in ast.walk(command.elements):
        if isinstance(node, ast.Text) and (
            not _PROPERTY.fullmatch(node.value) or reads.CODE_MEMBERS.fullmatch(node.value.lower())
        ):
            yield f"{command.name} wants the name of a property"


def _command_name_problems(command: ast.Command) -> Iterator[str]:
    """A function's description holds its code: only those of reading commands are looked up."""
    strange = {parameter.name.lower() for parameter in _parameters(command)} - {"name", "erroraction", "ea"}
    if strange:
        yield f"{command.name} -{min(strange)} is not known to only read"
    for value in _items(command):
        name = value.value.lower() if isinstance(value, ast.Text) else ""
        if not (reads.CMDLETS.fullmatch(name) or _PROGRAM.fullmatch(name) or name in _ERROR_ACTIONS):
            yield f"{command.name} wants the full name of a reading cmdlet, or of a program (name.exe)"
    if not _items(command):
        yield f"{command.name} wants a name"


def _items(command: ast.Command) -> list[ast.Expression]:
    return [
        item for value in _values(command) for item in (value.items if isinstance(value, ast.ArrayLiteral) else [value])
    ]


def _sleep_problems(command: ast.Command) -> Iterator[str]:
    unit = 1000 if any(parameter.name.lower().startswith("m") for parameter in _parameters(command)) else 1
    values = _values(command)
    number = values[0].value if len(values) == 1 and isinstance(values[0], ast.Number) else None
    if number is None or not 0 <= number <= reads.LONGEST_SLEEP * unit:
        yield f"Start-Sleep wants a number of at most {reads.LONGEST_SLEEP} seconds"


def _module_problems(command: ast.Command) -> Iterator[str]:
    values = _items(command)
    for value in values:
        text = value.value if isinstance(value, ast.Text) else ""
        if not _MODULE.fullmatch(text) or _FILE.fullmatch(text):
            yield f"{command.name} wants the plain name of a module"
    strange = {parameter.name.lower() for parameter in _parameters(command)} - {"name", "erroraction", "ea"}
    if strange:
        yield f"{command.name} -{min(strange)} is not known to only read"


def _new_object_problems(command: ast.Command) -> Iterator[str]:
    names = {parameter.name.lower() for parameter in _parameters(command)}
    if not names <= {"typename", "argumentlist", "property", "erroraction"}:
        yield "New-Object with this parameter is not known to only read"
    kind = _new_type(command)
    if kind not in reads.NEW_OBJECTS:
        yield f"New-Object {kind or '?'} is not known to only read"
    elif "property" in names and not kind.endswith("object"):
        yield "New-Object -Property is for plain objects"


def _new_type(command: ast.Command) -> str:
    """The constant type name, wherever it stands; empty when it cannot be told."""
    elements = list(command.elements)
    for number, element in enumerate(elements):
        if isinstance(element, ast.Parameter) and element.name.lower() == "typename":
            value = element.value or (elements[number + 1] if number + 1 < len(elements) else None)
            return value.value.lower().removeprefix("system.") if isinstance(value, ast.Text) else ""
    first = elements[0] if elements else None
    return first.value.lower().removeprefix("system.") if isinstance(first, ast.Text) else ""


def _native_problems(command: ast.Command, native: Native) -> Iterator[str]:
    words = [command.name]
    for element in command.elements:
        word = _constant(element)
        if word is None or '"' in word:
            yield f"{command.name}: a native program wants constant arguments without double quotes"
            return
        words.append(f'"{word}"' if re.search(r"\s", word) or not word else word)
    found = native(" ".join(words))
    if found:
        yield found


def _constant(element: ast.Parameter | ast.Expression) -> str | None:
    match element:
        case ast.Parameter(value=None):
            return element.source
        case ast.Text():
            return element.value
        case ast.Number():
            return element.source
    return None


_SPECIAL: Final[dict[str, Callable[[ast.Command], Iterator[str]]]] = {
    **dict.fromkeys(_BLOCK_ONLY, _block_problems),
    "where-object": _filter_problems,
    "start-sleep": _sleep_problems,
    "import-module": _module_problems,
    "add-pssnapin": _module_problems,
    "new-object": _new_object_problems,
    "select-object": _name_problems,
    "group-object": _group_problems,
    "get-command": _command_name_problems,
}
