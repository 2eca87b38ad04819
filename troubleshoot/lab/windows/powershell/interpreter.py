"""Statements and pipelines of a script, run on a simulated host."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from troubleshoot.core.powershell import ast
from troubleshoot.lab.windows.powershell import commands, failures
from troubleshoot.lab.windows.powershell.casts import cast
from troubleshoot.lab.windows.powershell.evaluator import Evaluator
from troubleshoot.lab.windows.powershell.members import member
from troubleshoot.lab.windows.powershell.operators import operate
from troubleshoot.lab.windows.powershell.session import Break, Continue, Exit, Place, Return, error_object
from troubleshoot.lab.windows.powershell.values import HASHTABLE, as_integer, as_text, collected, items, truth
from troubleshoot.lab.windows.topic import PsError, PsObject

_STEPS: Final = 100  # statements between two chances for others


class Interpreter(Evaluator):
    """Runs one script."""

    async def run_block(self, block: ast.Block, out: list[Any]) -> None:
        for statement in block.statements:
            self.session.steps += 1
            if self.session.steps % _STEPS == 0:
                await asyncio.sleep(0)
            await self.run_statement(statement, out)

    async def run_statement(self, statement: ast.Statement, out: list[Any]) -> None:
        """Run one statement. An error that does not end the script under the present preference is only shown."""
        self.session.variables["?"] = True
        try:
            await self._dispatch(statement, out)
        except PsError as error:
            self.session.variables["?"] = False
            self._note_place(statement, error)
            if failures.ends(error, self.session):
                raise
            self.report(error)

    def _note_place(self, statement: ast.Statement, error: PsError) -> None:
        """An error outside of a command has the place of its statement."""
        origin = error.cause if isinstance(error, failures.Stop) else error
        if isinstance(statement, ast.Pipeline | ast.Assign) and origin not in self.session.places:
            source = self.session.script[statement.at :].partition(";")[0]
            self.session.places[origin] = Place("", source, statement.at)

    async def _dispatch(self, statement: ast.Statement, out: list[Any]) -> None:
        match statement:
            case ast.Pipeline():
                await self.run_pipeline(statement, out)
                if not isinstance(statement.stages[-1], ast.Command):
                    self.session.variables["?"] = True  # an expression succeeds whatever ran inside
            case ast.Assign():
                await self._assign(statement)
            case ast.If():
                await self._if(statement, out)
            case ast.ForEach():
                await self._foreach(statement, out)
            case ast.Try():
                await self._try(statement, out)
            case ast.Flow():
                await self._flow(statement, out)

    # --- control ---------------------------------------------------------------------------------------------------

    async def _if(self, node: ast.If, out: list[Any]) -> None:
        for condition, body in node.clauses:
            if truth(collected(await self._value_of(condition))):
                await self.run_block(body, out)
                return
        if node.otherwise is not None:
            await self.run_block(node.otherwise, out)

    async def _value_of(self, statement: ast.Statement) -> list[Any]:
        if isinstance(statement, ast.Assign):
            await self._assign(statement)
            return items(await self.value(statement.target))
        return await self.output_of(statement)

    async def _foreach(self, node: ast.ForEach, out: list[Any]) -> None:
        for item in await self._loop_items(node.items):
            self.session.set(node.variable.name, item, node.variable.scope)
            try:
                await self.run_block(node.body, out)
            except Continue:
                continue
            except Break:
                break

    async def _loop_items(self, statement: ast.Statement) -> list[Any]:
        found = [item for item in await self._value_of(statement) if item is not None]
        if found or self.session.modern or not isinstance(statement, ast.Pipeline):
            return found
        only = statement.stages[0] if len(statement.stages) == 1 else None
        # PowerShell 2.0 runs the body once for a null value.
        return [None] if isinstance(only, ast.Variable | ast.Member | ast.Index) else []

    async def _try(self, node: ast.Try, out: list[Any]) -> None:
        self.session.tries += 1
        try:
            await self._body_of_try(node, out)
        except PsError as error:
            body = next((body for kinds, body in node.catches if not kinds or _catches(kinds, error)), None)
            if body is None:
                raise
            await self._catch(error, body, out)
        finally:
            if node.finish is not None:
                await self.run_block(node.finish, out)

    async def _body_of_try(self, node: ast.Try, out: list[Any]) -> None:
        try:
            await self.run_block(node.body, out)
        finally:
            self.session.tries -= 1

    async def _catch(self, error: PsError, body: ast.Block, out: list[Any]) -> None:
        self.remember(error)
        before = self.session.variables.get("_")
        self.session.variables["_"] = error_object(error)
        try:
            await self.run_block(body, out)
        finally:
            self.session.variables["_"] = before

    async def _flow(self, node: ast.Flow, out: list[Any]) -> None:
        match node.keyword:
            case "break":
                raise Break
            case "continue":
                raise Continue
            case "return":
                if node.value is not None:
                    await self.run_statement(node.value, out)
                raise Return
            case "throw":
                raise await self._thrown(node)
        code = collected(await self.output_of(node.value)) if node.value else 0
        raise Exit(as_integer(code, 64) & 0xFFFFFFFF if code is not None else 0)

    async def _thrown(self, node: ast.Flow) -> PsError:
        error = failures.thrown(collected(await self.output_of(node.value)) if node.value else None)
        self.session.places.setdefault(error.cause, Place("", node.source or node.keyword, node.at))
        return error

    # --- assignment ------------------------------------------------------------------------------------------------

    async def _assign(self, node: ast.Assign) -> None:
        value = await self._assigned(node.value)
        if node.operator != "=":
            value = operate(node.operator[0], await self.value(node.target), value)
        target = node.target
        if isinstance(target, ast.Cast):
            value, target = cast(target.type.name, value), target.operand
        match target:
            case ast.Variable():
                self.session.set(target.name, value, target.scope)
            case ast.Member():
                await self._set_member(target, value)
            case ast.Index():
                self._set_element(await self.value(target.target), await self.value(target.index), value)

    async def _assigned(self, statement: ast.Statement) -> Any:
        if isinstance(statement, ast.Assign):
            await self._assign(statement)
            return await self.value(statement.target)
        if isinstance(statement, ast.Pipeline) and len(statement.stages) == 1:
            only = statement.stages[0]
            if not isinstance(only, ast.Command):
                return await self.value(only)
        return collected(await self.output_of(statement))

    async def _set_member(self, target: ast.Member, value: Any) -> None:
        if target.static:
            kind = target.target.name if isinstance(target.target, ast.TypeName) else ""
            if (kind, target.name.lower()) == ("console", "outputencoding"):
                self.session.call.codepage = 65001 if as_text(member(value, "WebName")) == "utf-8" else 437
            return
        owner = await self.value(target.target)
        setter = owner.methods.get("__set__") if isinstance(owner, PsObject) else None
        if setter is not None:
            await setter(target.name, value)
        elif isinstance(owner, PsObject) and (_has(owner, target.name) or owner.type_name == HASHTABLE):
            self._set_element(owner, target.name, value)
        else:
            raise failures.no_property(target.name)

    def _set_element(self, owner: Any, index: Any, value: Any) -> None:
        if isinstance(owner, list):
            owner[as_integer(index)] = value
        elif isinstance(owner, PsObject):
            name = as_text(index)
            owner[next((key for key in owner if key.casefold() == name.casefold()), name)] = value
        else:
            raise failures.no_property(as_text(index))

    # --- pipelines -------------------------------------------------------------------------------------------------

    async def run_pipeline(self, node: ast.Pipeline, out: list[Any]) -> None:
        """Run the stages one after the other; the last one's output is appended to ``out``."""
        given: list[Any] | None = None
        for number, stage in enumerate(node.stages):
            sink: list[Any] = out if number == len(node.stages) - 1 else []
            if isinstance(stage, ast.Command):
                await commands.run(self, stage, given, sink)
            else:
                sink.extend(await self.emitted(stage))
            given = sink

    def remember(self, error: PsError) -> None:
        """Keep an error for ``$error``."""
        if not self.session.errors or self.session.errors[-1] is not error:
            self.session.errors.append(error)

    def report(self, error: PsError) -> None:
        """Show an error on stderr and keep it for ``$error``."""
        self.remember(error)
        if not failures.is_quiet(error, self.session):
            self.session.error(error, failures.shown(error, self.session))


def _has(owner: PsObject, name: str) -> bool:
    return any(key.casefold() == name.casefold() for key in owner)


def _catches(kinds: tuple[ast.TypeName, ...], error: PsError) -> bool:
    actual = error.category.rpartition("], ")[2].lower()
    general = ("exception", "management.automation.runtimeexception")
    return any(kind.name in general or kind.name.rpartition(".")[2] == actual for kind in kinds)
