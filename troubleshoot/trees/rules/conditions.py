"""Rules about expressions and the placeholders of texts: names, fields, types, and what is known by then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from troubleshoot.core import conditions
from troubleshoot.core.command_text import fill_text
from troubleshoot.core.model import AskStep, Branch, CallStep, CollectStep, ConclusionStep, Fix, HopStep, Step
from troubleshoot.errors import AuthorError
from troubleshoot.trees import graph
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.graph import Path
from troubleshoot.trees.inference import Inference
from troubleshoot.trees.rules.context import Context, readable
from troubleshoot.trees.shapes import NULL, Anything, ListOf, MapOf, Record, Scalar, Shape


@dataclass(frozen=True, slots=True)
class _Use:
    """An expression, where it is written, and the names that are known there (None: any)."""

    path: Path
    source: str
    known: frozenset[str] | None


def check(context: Context) -> None:
    """Find conditions and texts that can never be decided."""
    for name, source in context.tree.facts.items():
        _expression(context, _Use(("facts", name), source, None), reads=False)
    for step in context.tree.steps.values():
        _step(context, step)
    for fix in context.tree.fixes.values():
        _fix(context, fix)


def _step(context: Context, step: Step) -> None:
    known = context.flow.known.get(step.id, frozenset())
    path: Path = ("steps", step.id)
    _text(context, (*path, "title"), step.title, None)
    match step:
        case CollectStep():
            _text(context, (*path, "why"), step.why, None)
            _branches(context, step.id, step.branches, known | graph.observed(step))
        case CallStep():
            _text(context, (*path, "why"), step.why, None)
            for name, source in step.arguments.items():
                _expression(context, _Use((*path, "call", "with", name), source, known))
            _branches(context, step.id, step.branches, known | {step.name})
        case HopStep():
            _text(context, (*path, "why"), step.why, None)
            shape = _expression(context, _Use((*path, "hop", "to"), step.to, known))
            _scalar(context, (*path, "hop", "to"), shape)
        case AskStep():
            _ask(context, step, known)
        case ConclusionStep():
            _conclusion(context, step, known)


def _branches(context: Context, step: str, branches: tuple[Branch, ...], known: frozenset[str]) -> None:
    for number, branch in enumerate(branches):
        path: Path = ("steps", step, "branches", number)
        if branch.when is not None:
            _condition(context, _Use((*path, "when"), branch.when, known))
        _text(context, (*path, "because"), branch.because, known | frozenset(branch.sets))
        for name, source in branch.sets.items():
            _set(context, _Use((*path, "set", name), source, known), name)
        for index, source in enumerate(branch.cites):
            _expression(context, _Use((*path, "cite", index), source, known))


def _list(context: Context, path: Path, shape: Shape, name: str) -> None:
    if not isinstance(shape, ListOf | Anything):
        context.error("wrong-type", path, f"{name!r} is a list; this is not")


def _set(context: Context, use: _Use, name: str) -> None:
    shape = _expression(context, use)
    if context.is_many(name):
        _list(context, use.path, shape, name)
        return
    _scalar(context, use.path, shape)
    kind = context.types.get(name)
    if kind is not None and isinstance(shape, Scalar) and not shape.kinds & {"str", "int", "null"}:
        context.error("wrong-type", use.path, f"{name!r} is of type {kind}; this is not")


def _scalar(context: Context, path: Path, shape: Shape) -> None:
    if isinstance(shape, ListOf | MapOf | Record):
        context.error("wrong-type", path, "one value is needed here, not a list or record")


def _ask(context: Context, step: AskStep, known: frozenset[str]) -> None:
    path: Path = ("steps", step.id)
    _text(context, (*path, "why"), step.why, known)
    _text(context, (*path, "ask"), step.question, known)
    for number, answer in enumerate(step.answers):
        _plain(context, (*path, "answers", number, "label"), answer.label)
        _plain(context, (*path, "answers", number, "because"), answer.because)


def _conclusion(context: Context, end: ConclusionStep, known: frozenset[str]) -> None:
    path: Path = ("steps", end.id, end.verdict)
    _text(context, (*path, "title"), end.title, known)
    _text(context, (*path, "explanation"), end.explanation, known)
    for number, advice in enumerate(end.advice):
        _text(context, (*path, "advice", number), advice, known)
    for number, source in enumerate(end.cites):
        _expression(context, _Use((*path, "cite", number), source, known))
    for number, source in enumerate(end.claims):
        _claim(context, _Use((*path, "claims", number), source, known))
    for number, name in enumerate(end.proven_by):
        if not isinstance(context.tree.steps.get(name), CollectStep):
            message = f"{name!r} is no step that judges{did_you_mean(name, context.tree.steps)}"
            context.error("unknown-step", (*path, "proven_by", number), message)
    if end.verdict == "diagnosis" and not (end.claims or end.cites or end.proven_by):
        message = f"{end.id!r} has no `claims`, `cite` or `proven_by`: only the last decision proves it"
        context.warning("no-evidence", path, message)


def _claim(context: Context, use: _Use) -> None:
    """A claim has to lead to an observation, or it proves nothing."""
    before = len(context.found)
    _expression(context, use)
    names = context.behind(context.names_in(use.source))
    if len(context.found) == before and not names & context.bindings():
        context.error("claim", use.path, f"{use.source[:60]!r} leads to no observation")


def _fix(context: Context, fix: Fix) -> None:
    path: Path = ("fixes", fix.id)
    known = context.offered_at(fix)
    _text(context, (*path, "title"), fix.title, known)
    _text(context, (*path, "blast_radius"), fix.blast_radius, known)
    _plain(context, (*path, "no_rollback"), fix.no_rollback)
    shapes: dict[str, Shape] = {}
    for item in fix.verify.collect:  # a verify binds the latest observation, and the first for comparison
        shapes |= dict.fromkeys((item.name, f"{item.name}_first"), context.collect_shape(item))
    _condition(context, _Use((*path, "verify", "when"), fix.verify.when, known | shapes.keys()), shapes)


# --- one expression, one text -------------------------------------------------------------------------------------


def _condition(context: Context, use: _Use, shapes: dict[str, Shape] | None = None) -> None:
    _expression(context, use, shapes, condition=True)


def _expression(
    context: Context,
    use: _Use,
    shapes: dict[str, Shape] | None = None,
    *,
    condition: bool = False,
    reads: bool = True,
) -> Shape:
    try:
        conditions.check(use.source)
    except AuthorError as error:
        context.error("condition", use.path, error.message)
        return NULL
    node = readable(use.source)
    if node is None:
        context.warning("condition", use.path, "this expression cannot be checked for wrong names")
        return NULL
    inference = Inference({**context.scope, **(shapes or {})})
    shape = inference.shape(node)
    if condition:
        inference.condition(shape, "`when`")
    for problem in inference.problems:
        context.error(problem.rule, use.path, problem.message)
    if reads:
        context.used |= inference.names
    _known_by_then(context, use, inference.names)
    return shape


def _known_by_then(context: Context, use: _Use, names: Iterable[str]) -> None:
    if use.known is None:
        return
    late = (context.behind(names) & (context.bindings() | context.tree.variables.keys())) - use.known
    for name in sorted(late):
        what = "collects" if name in context.bindings() else "sets"
        context.warning("not-yet-known", use.path, f"no way to {use.path[1]!r} {what} {name!r} first")


def placeholders(text: str) -> Iterator[str]:
    """The dotted paths of a text for people."""
    found: list[str] = []
    fill_text(text, found.append)
    yield from dict.fromkeys(found)


def _text(context: Context, path: Path, text: str, known: frozenset[str] | None) -> None:
    for source in placeholders(text):
        _expression(context, _Use(path, source, known))


def _plain(context: Context, path: Path, text: str) -> None:
    """A text that is shown as it is."""
    for source in placeholders(text):
        context.warning("placeholder", path, f"<{source}> is not filled in here")
