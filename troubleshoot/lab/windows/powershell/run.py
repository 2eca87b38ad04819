"""Running a script on a simulated host as powershell.exe does: output, error records, exit code."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from troubleshoot.core.powershell import ast
from troubleshoot.core.powershell.lexer import PsSyntaxError
from troubleshoot.core.powershell.parser import parse
from troubleshoot.lab.windows.dates import zone
from troubleshoot.lab.windows.powershell import failures, legacy
from troubleshoot.lab.windows.powershell.display import lines_of
from troubleshoot.lab.windows.powershell.interpreter import Interpreter
from troubleshoot.lab.windows.powershell.session import Break, Continue, Exit, Place, Return, Session, TimedCall
from troubleshoot.lab.windows.powershell.values import ZONE
from troubleshoot.lab.windows.topic import Call, PsError


async def run_script(call: Call, script: str, *, xml: bool = True) -> int:
    """Run a script; returns the exit code of the process.

    ``xml``: errors leave as CLIXML, as powershell.exe does when it was started with -EncodedCommand and its stderr is
    not a console. ``$input`` and ``[Console]::In`` read the process's standard input.
    """
    timed = TimedCall(**{part.name: getattr(call, part.name) for part in fields(call)})
    session = Session(timed, xml, script)
    run = Interpreter(session)
    before = ZONE.set(zone(call.machine))
    try:
        return await _run(run, script)
    finally:
        ZONE.reset(before)
        session.flush_errors()


async def _run(run: Interpreter, script: str) -> int:
    try:
        block = parse(script)
        legacy.check(block, run.session)
    except PsSyntaxError as error:
        run.report(_parser_error(run, script, error))
        return 1
    if "$input" in script.lower():
        data = await run.session.call.process.read_input()
        run.session.variables["input"] = data.decode("utf-8-sig", "replace").splitlines()
    try:
        await _statements(run, block)
    except Exit as leaving:
        return leaving.code
    except PsError as error:
        run.report(failures.Stop(error) if not isinstance(error, failures.Stop) else error)
        return 1
    except (Return, Break, Continue):
        return 0
    return 0 if run.session.variables["?"] else 1


async def _statements(run: Interpreter, block: ast.Block) -> None:
    """Run statement by statement, and show what each puts out, also when it ends in an error."""
    for statement in block.statements:
        out: list[Any] = []
        try:
            await run.run_statement(statement, out)
        finally:
            text = "".join(f"{line}\n" for line in lines_of(out))
            if text:
                run.session.call.out(text)
        await run.session.call.process.drain()


def _parser_error(run: Interpreter, script: str, error: PsSyntaxError) -> PsError:
    found = PsError(error.message, "ParserError", category="ParserError: (:) [], ParentContainsErrorRecordException")
    run.session.places[found] = Place("", script[error.at : error.at + 40], error.at)
    return found
