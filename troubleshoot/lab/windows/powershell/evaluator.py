"""Expressions of a script turned into values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from troubleshoot.core.powershell import ast
from troubleshoot.lab.windows.powershell import members, statics
from troubleshoot.lab.windows.powershell.casts import cast
from troubleshoot.lab.windows.powershell.operators import operate, regex, split
from troubleshoot.lab.windows.powershell.session import Session
from troubleshoot.lab.windows.powershell.types import find_type
from troubleshoot.lab.windows.powershell.values import (
    Closure,
    PsType,
    as_number,
    as_text,
    collected,
    hashtable,
    items,
    truth,
)
from troubleshoot.lab.windows.topic import CmdletCall, PsError, PsObject

_NULLABLE = (ast.Member, ast.Index)


class Evaluator(ABC):
    """Evaluates expressions in a session. Statements inside are run by the subclass."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @abstractmethod
    async def run_block(self, block: ast.Block, out: list[Any]) -> None:
        """Run statements; what they put out is appended to ``out``."""

    @abstractmethod
    async def run_statement(self, statement: ast.Statement, out: list[Any]) -> None:
        """Run one statement."""

    async def output_of(self, body: ast.Block | ast.Statement) -> list[Any]:
        """What a block or statement puts out."""
        out: list[Any] = []
        if isinstance(body, ast.Block):
            await self.run_block(body, out)
        else:
            await self.run_statement(body, out)
        return out

    async def emitted(self, node: ast.Expression) -> list[Any]:
        """What an expression puts into a pipeline."""
        value = await self.value(node)
        if value is None:
            is_null = isinstance(node, _NULLABLE) or (isinstance(node, ast.Variable) and node.name == "null")
            return [None] if is_null else []
        if isinstance(value, PsObject) or not isinstance(value, list):
            return [value]
        return list(value)

    async def value(self, node: ast.Expression) -> Any:
        """The value of an expression. Raises PsError."""
        match node:
            case ast.Text() | ast.Number():
                return node.value
            case ast.Variable():
                return self._variable(node)
            case ast.Expandable():
                return "".join([await self._piece(part) for part in node.parts])
            case ast.Paren():
                return collected(await self._paren(node.statement))
            case ast.SubExpression():
                return collected(await self.output_of(node.body))
            case ast.ArrayExpression():
                return await self.output_of(node.body)
            case ast.ArrayLiteral():
                return [await self.value(item) for item in node.items]
            case ast.ScriptBlock():
                return Closure(node)
            case ast.Hashtable():
                return await self._hashtable(node)
        return await self._computed(node)

    async def _computed(self, node: ast.Expression) -> Any:
        match node:
            case ast.TypeName():
                return PsType(node.name)
            case ast.Cast():
                return await self._cast(node)
            case ast.Member():
                return await self._member(node)
            case ast.Invoke():
                return await self._invoke(node)
            case ast.Index():
                return statics.index(await self.value(node.target), await self.value(node.index))
            case ast.Unary():
                return self._unary(node.operator, await self.value(node.operand))
            case ast.Binary():
                return await self._binary(node)
        raise TypeError(type(node))

    def _variable(self, node: ast.Variable) -> Any:
        return self.session.get(node.name, node.scope)

    async def _paren(self, statement: ast.Statement) -> list[Any]:
        if isinstance(statement, ast.Assign):
            await self.run_statement(statement, [])
            return items(await self.value(statement.target))
        return await self.output_of(statement)

    async def _piece(self, part: str | ast.Expression) -> str:
        return part if isinstance(part, str) else as_text(await self.value(part))

    async def _hashtable(self, node: ast.Hashtable) -> PsObject:
        table = hashtable()
        for key, statement in node.pairs:
            table[as_text(await self.value(key))] = collected(await self.output_of(statement))
        return table

    async def _cast(self, node: ast.Cast) -> Any:
        name = node.type.name
        value = await self.value(node.operand)
        handler = find_type(name)
        if handler is not None and handler.cast is not None:
            return await handler.cast(self.session.call, value)
        if name == "ordered" and self.session.modern:
            return value
        if name == "pscustomobject" and not self.session.modern:
            return value
        return cast(name, value)

    async def _member(self, node: ast.Member) -> Any:
        if node.static and isinstance(node.target, ast.TypeName):
            return await self._static_member(node.target.name, node.name)
        value = await self.value(node.target)
        if not self.session.modern and not _legacy_member(value, node.name):
            return None
        return members.member(value, node.name)

    async def _static_member(self, kind: str, name: str) -> Any:
        if kind == "console" and name.lower() == "in":
            return PsObject("System.IO.TextReader", {}, {"readtoend": self._read_rest, "readline": self._read_line})
        return await statics.static(self.session.call, kind, name, None)

    async def _read_rest(self) -> str:
        return (await self.session.call.process.read_input()).decode("utf-8", "replace")

    async def _read_line(self) -> str | None:
        line = await self.session.call.process.read_line()
        return None if line is None else line.decode("utf-8", "replace")

    async def _invoke(self, node: ast.Invoke) -> Any:
        if node.static and isinstance(node.target, ast.TypeName):
            args = [await self.value(argument) for argument in node.arguments]
            return await statics.static(self.session.call, node.target.name, node.name, args)
        target = await self.value(node.target)
        return await members.invoke(target, node.name, [await self.value(argument) for argument in node.arguments])

    def _unary(self, operator: str, value: Any) -> Any:
        match operator:
            case "not":
                return not truth(value)
            case "bnot":
                return ~round(as_number(value))
            case "minus":
                return -as_number(value)
            case "plus":
                return as_number(value)
            case "join":
                return "".join(as_text(item) for item in items(value))
            case "split":
                return split([as_text(item).strip() for item in items(value)], None)
        return [value]

    async def _binary(self, node: ast.Binary) -> Any:
        left = await self.value(node.left)
        if node.operator == "and":
            return truth(left) and truth(await self.value(node.right))
        if node.operator == "or":
            return truth(left) or truth(await self.value(node.right))
        right = await self.value(node.right)
        if node.operator in ("match", "notmatch") and not isinstance(left, list):
            return self._match(node, left, right)
        return operate(node.operator, left, right, case=node.case)

    def _match(self, node: ast.Binary, left: Any, right: Any) -> bool:
        """A match also sets ``$matches``."""
        found = regex(right, case=node.case).search(as_text(left))
        if found:
            groups = {
                str(number): text for number, text in enumerate((found.group(), *found.groups())) if text is not None
            }
            groups |= {name: text for name, text in found.groupdict().items() if text is not None}
            self.session.variables["matches"] = hashtable(groups.items())
        return bool(found) is (node.operator == "match")

    async def call_block(self, closure: Closure, item: Any, out: list[Any] | None = None) -> list[Any]:
        """Run a script block with ``$_`` set to ``item``; returns (and with ``out`` appends) what it puts out."""
        sink = [] if out is None else out
        before = self.session.variables.get("_")
        self.session.variables["_"] = item
        try:
            await self.run_block(closure.block.body, sink)
        finally:
            self.session.variables["_"] = before
        return sink

    def cmdlet_call(self, arguments: list[Any], parameters: dict[str, Any], given: list[Any] | None) -> CmdletCall:
        """What a topic's cmdlet gets."""
        call = self.session.call
        return CmdletCall(call.machine, call.logon, arguments, parameters, given, call)


def _legacy_member(value: Any, name: str) -> bool:
    """PowerShell 2.0 has no members of list elements and no ``.Count`` of single objects."""
    if isinstance(value, list):
        return name.lower() in ("count", "length", "rank", "syncroot")
    return name.lower() != "count" or (
        isinstance(value, PsObject) and (value.prop("count") is not None or _is_table(value))
    )


def _is_table(value: PsObject) -> bool:
    return value.type_name.endswith("Hashtable")


def check(condition: bool, message: str, error_id: str) -> None:
    """Raise a terminating PsError unless the condition holds."""
    if not condition:
        raise PsError(message, error_id, terminating=True)
