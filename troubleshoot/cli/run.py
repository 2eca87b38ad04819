"""``troubleshoot run``: one problem without the screens, for scripts, pipes and plain terminals."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshoot.cli import output
from troubleshoot.cli.options import complete_problem, pairs, source_options
from troubleshoot.core.kinds import Risk
from troubleshoot.errors import ExitCode, OperatorError

if TYPE_CHECKING:
    from troubleshoot.session.front import Front
    from troubleshoot.session.headless import Headless
    from troubleshoot.session.loop import Session
    from troubleshoot.session.wiring import Setup


@click.command()
@click.argument("problem", shell_complete=complete_problem)
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A parameter of the problem.")
@click.option("--interactive", is_flag=True, help="Ask on plain lines what is missing or unclear.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON on stdout.")
@click.option("--apply", "apply", default="none", metavar="none|ask|ID[,ID...]", help="Which fixes to apply.")
@click.option("--allow-risk", type=click.Choice([str(risk) for risk in Risk]), default=str(Risk.CHANGE))
@click.option("--answers", type=click.Path(path_type=Path), help="YAML file with answers to the tree's questions.")
@click.option("--deadline", type=click.FloatRange(min=0.1), metavar="SECONDS", help="Stop after this time.")
@click.option("-q", "--quiet", is_flag=True, help="Only the result, no progress on stderr.")
@click.option("--lab", "lab_fault", metavar="FAULT", help="Run against the built-in lab with this fault.")
@source_options
def run(
    problem: str,
    settings: Sequence[str],
    interactive: bool,
    as_json: bool,
    apply: str,
    allow_risk: str,
    answers: Path | None,
    deadline: float | None,
    quiet: bool,
    lab_fault: str | None,
    **source: Any,
) -> int:
    """Run PROBLEM headless; the exit code tells the outcome."""
    from troubleshoot.session.wiring import Setup

    if sum(1 for one in (lab_fault, source["captures"], source["inventory"]) if one) > 1 and lab_fault:
        raise click.UsageError("--lab brings its own hosts: give it without --captures and --inventory")
    _known_fixes(problem, source["trees"], apply)
    parameters = pairs(settings)
    if interactive and lab_fault is None:  # the lab brings its own values
        parameters |= _ask_missing(problem, source["trees"], parameters)
    setup = Setup(problem, parameters, lab_fault=lab_fault, ask_secret=_ask_secret, **source)
    front = _front(interactive, apply, Risk(allow_risk), _answers(answers), quiet)
    return run_session(setup, front, as_json=as_json, deadline=deadline)


def run_session(setup: Setup, front: Front, *, as_json: bool, deadline: float | None = None) -> int:
    """Open a session, run it to its end, print the result, and return the exit code."""
    return asyncio.run(_run(setup, front, as_json, deadline))


async def _run(setup: Setup, front: Front, as_json: bool, deadline: float | None) -> int:
    from troubleshoot.session.wiring import open_session

    async with open_session(setup, front) as session:
        return await run_opened(session, as_json, deadline)


async def run_opened(session: Session, as_json: bool, deadline: float | None = None) -> int:
    """Run an opened session and print its result, also when it was interrupted or ran out of time."""
    stopped = await _until_stopped(session, deadline)
    print_result(session, as_json)
    from troubleshoot.report.exit_code import exit_code

    code = exit_code(session.state)
    unproven = [record for record in session.state.fixes if record.status in ("applied", "unknown")]
    for record in unproven:
        output.coloured(f"a change is on {record.plan.host} and not verified: {record.plan.title}", "31")
    if unproven:
        return int(ExitCode.FIX_TROUBLE)
    return int(ExitCode.INTERRUPTED if stopped else code)


async def _until_stopped(session: Session, deadline: float | None) -> bool:
    """True when a person (or the deadline) stopped the run before its end. A change being sent is waited for."""
    task = asyncio.ensure_future(session.run())
    _stop_on_signals(task)
    try:
        async with asyncio.timeout(deadline):
            await task
    except TimeoutError:
        output.say(f"stopped: the deadline of {deadline:g} s is over; resume with: {_resume(session)}")
        return True
    except asyncio.CancelledError:
        output.say(f"interrupted; resume with: {_resume(session)}")
        return True
    return False


def _resume(session: Session) -> str:
    return f"troubleshoot resume {session.state.incident}"


def _stop_on_signals(task: asyncio.Future[Any]) -> None:
    loop = asyncio.get_running_loop()
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(getattr(signal, name), task.cancel)


def print_result(session: Session, as_json: bool) -> None:
    """The result on stdout: JSON for programs, a short text for people."""
    from troubleshoot.report.result import result

    plain = result(session.state, session.engine.trees[session.state.tree])
    if as_json:
        from troubleshoot.report.export import result_text

        output.data(result_text(plain))
    else:
        from troubleshoot.cli.plain import summary

        output.data(summary(plain))


def _front(interactive: bool, apply: str, risk: Risk, answers: Mapping[str, str], quiet: bool) -> Headless:
    from troubleshoot.cli.plain import Lines, Progress
    from troubleshoot.session.headless import ApplyPolicy, Headless

    progress = Progress(quiet)
    ask_fixes = apply == "ask"
    names = frozenset() if apply in ("none", "ask") else frozenset(item.strip() for item in apply.split(","))
    policy = ApplyPolicy(names, risk)
    kind = Lines if interactive or ask_fixes else Headless
    front = kind(policy, answers, progress.changed, progress.output, progress.warn)
    if isinstance(front, Lines):
        front.questions, front.fixes = interactive, interactive or ask_fixes
    return front


def _known_fixes(problem: str, trees: Sequence[Path], apply: str) -> None:
    """A misspelt fix must not look like one that was not needed."""
    if apply in ("none", "ask"):
        return
    from troubleshoot.session.wiring import library

    known = {name for tree in library(trees).closure(problem).values() for name in tree.fixes}
    for name in apply.split(","):
        if name.strip() not in known:
            hint = f"{problem} has these fixes: {', '.join(sorted(known))}"
            raise OperatorError(f"--apply {name.strip()}: there is no such fix", hint=hint)


def _ask_missing(problem: str, trees: Sequence[Path], known: Mapping[str, str]) -> dict[str, str]:
    """Ask for required parameters that were not given."""
    from troubleshoot.session.wiring import library, missing_parameters

    tree = library(trees).get(problem)
    given: dict[str, str] = {}
    for name in missing_parameters(tree, known):
        parameter = tree.parameters[name]
        example = f" (such as {parameter.example})" if parameter.example else ""
        answer = output.ask(f"{parameter.ask or name}{example}")
        if answer:
            given[name] = answer
    return given


def _answers(path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    from troubleshoot import strict_yaml

    try:
        plain = strict_yaml.to_plain(strict_yaml.load(path.read_bytes(), source=str(path)))
    except OSError as error:
        raise OperatorError(f"{path}: {error.strerror or error}") from error
    if not isinstance(plain, dict):
        raise OperatorError(f"{path}: answers are a map of step: answer")
    return {step: str(answer) for step, answer in plain.items()}


async def _ask_secret(question: str) -> str | None:
    """Prompt for a password on the terminal, without blocking the connections that are already open."""
    if os.environ.get("TROUBLESHOOT_NO_PROMPT"):
        return None
    return await asyncio.to_thread(output.ask, question, secret=True)
