"""Where a script reaches: files and directories of other hosts, drives that hold code, lists without a sensible end.

A file that is opened as ``\\\\host\\share`` and a directory object that is bound as ``LDAP://host`` send the account's
login to that host, whoever owns it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from troubleshoot.core.powershell import ast, reads
from troubleshoot.core.powershell.aliases import ALIASES

_PATTERNS = frozenset({"match", "notmatch", "replace", "split"})
_START = re.compile(r"\w+:|[.\\]")


def place_problem(tree: ast.Block) -> str:
    """Why the script reaches for what a diagnosis has no business with; empty when it does not."""
    patterns = {id(node) for found in ast.walk(tree) for node in _pattern_nodes(found)}
    assigned = _assigned(tree)
    return next((found for node in ast.walk(tree) for found in _problems(node, patterns, assigned)), "")


def data_problem(data: Mapping[str, str]) -> str:
    """The same for the values that a script gets: one could be the whole path."""
    for name, value in data.items():
        if reads.CODE_DRIVES.search(value):
            return f"${name} names a drive that holds code"
        found = next(_text_problems(value, whole=True), "")
        if found:
            return f"${name}: {found}"
    return ""


def _problems(node: object, patterns: set[int], assigned: dict[str, list[object]]) -> Iterator[str]:
    match node:
        case ast.Text() if id(node) not in patterns:
            yield from _text_problems(node.value, whole=True)
        case ast.Expandable() if id(node) not in patterns:
            yield from _expandable_problems(node)
        case ast.Cast(type=ast.TypeName("adsi"), operand=ast.Paren() | ast.SubExpression()):
            yield "[ADSI] wants a name that is written in one piece"
        case ast.Binary():
            yield from _size_problems(node)
        case ast.Pipeline():
            yield from _opener_problems(node, assigned)


def _pattern_nodes(node: object) -> Iterator[object]:
    """The texts that are regular expressions: two backslashes there are one."""
    if isinstance(node, ast.Binary) and node.operator in _PATTERNS:
        yield from ast.walk(node.right)


def _text_problems(text: str, *, whole: bool) -> Iterator[str]:
    if reads.FAR_FILE.match(text) and (whole or len(text) >= 2):
        yield "opens a file of another host"
    elif reads.DIRECTORY.fullmatch(text) and not reads.OWN_DIRECTORY.fullmatch(text):
        yield "binds to the directory of another host (use localhost or a distinguished name)"


def _expandable_problems(node: ast.Expandable) -> Iterator[str]:
    first = node.parts[0] if node.parts else ""
    if not isinstance(first, str):
        return
    yield from _text_problems(first, whole=False)
    behind = node.parts[2] if len(node.parts) > 2 else ""
    host = first.endswith("//") and isinstance(behind, str) and behind.startswith(("/", ":", "."))
    if reads.DIRECTORY.fullmatch(first) and host:
        yield "binds to the directory of another host (use localhost or a distinguished name)"


def _size_problems(node: ast.Binary) -> Iterator[str]:
    left, right = node.left, node.right
    if not isinstance(right, ast.Number) or node.operator not in ("..", "*"):
        return
    if node.operator == "..":
        start = left.value if isinstance(left, ast.Number) else 0
        if abs(right.value - start) > reads.MOST_ITEMS:
            yield "a range of too many numbers"
    elif isinstance(left, ast.Text | ast.Expandable | ast.ArrayExpression) and right.value > reads.MOST_ITEMS:
        yield "repeats something too often"


# --- cmdlets that open what a path names ----------------------------------------------------------------------------


def _assigned(tree: ast.Block) -> dict[str, list[object]]:
    """What each variable gets, anywhere in the script. A name that is missing here is data, or has no value."""
    found: dict[str, list[object]] = {"_": [None], "psitem": [None], "input": [None]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign):
            target = node.target.operand if isinstance(node.target, ast.Cast) else node.target
            if isinstance(target, ast.Variable):
                found.setdefault(target.name, []).append(node.value)
        elif isinstance(node, ast.ForEach):
            found.setdefault(node.variable.name, []).append(None)
    return found


def _opener_problems(node: ast.Pipeline, assigned: dict[str, list[object]]) -> Iterator[str]:
    names = [_name(stage) for stage in node.stages]
    for number, stage in enumerate(node.stages):
        if not isinstance(stage, ast.Command) or names[number] not in reads.OPENERS:
            continue
        if number and not reads.BEFORE_OPENERS.issuperset(names[:number]):
            yield f"{stage.name} would open what the pipeline names"
        for value in _values(stage):
            if not _known_path(value, assigned, 0):
                yield f"{stage.name} wants a path whose start is known from the text"


def _name(stage: ast.Command | ast.Expression) -> str:
    return ALIASES.get(stage.name.lower(), stage.name).lower() if isinstance(stage, ast.Command) else ""


def _values(command: ast.Command) -> Iterator[ast.Expression]:
    for element in command.elements:
        value = element.value if isinstance(element, ast.Parameter) else element
        if isinstance(value, ast.ArrayLiteral):
            yield from value.items
        elif value is not None:
            yield value


def _known_path(value: object, assigned: dict[str, list[object]], depth: int) -> bool:
    match value:
        case ast.Number():
            return True
        case ast.Text():
            return not reads.CODE_DRIVES.search(value.value)
        case ast.Expandable(parts=(str(first), *_)):
            return bool(_START.match(first)) and not reads.CODE_DRIVES.search(first)
        case ast.Expandable(parts=(ast.Variable() as first, str(second), *_)):
            return second.startswith("\\") and _known_path(first, assigned, depth)
        case ast.Variable(scope="env" | ""):
            given = assigned.get(value.name, []) if not value.scope else []
            return depth < 3 and all(_known_path(_only(item), assigned, depth + 1) for item in given)
    return False


def _only(statement: object) -> object:
    """The expression that a statement is, if it is just one."""
    match statement:
        case ast.Pipeline(stages=(expression,)):
            return expression
    return statement
