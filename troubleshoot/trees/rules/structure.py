"""Rules about the ways through a tree: targets, circles, branches, samples."""

from __future__ import annotations

from troubleshoot.core.model import CALLED, AskStep, Branch, CallStep, CollectStep, ConclusionStep
from troubleshoot.trees import graph
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.rules.context import RESERVED, Context

MAX_SAMPLES = 20


def check(context: Context) -> None:
    """Find routes that lead nowhere, steps that are never reached, circles without a bound."""
    _targets(context)
    _reachable(context)
    _circles(context)
    for step in context.tree.steps.values():
        if isinstance(step, CollectStep | CallStep):
            _branches(context, step.id, step.branches)
        if isinstance(step, CollectStep):
            _samples(context, step)
        if isinstance(step, AskStep):
            _answers(context, step)


def _targets(context: Context) -> None:
    steps = context.tree.steps
    for name in steps.keys() & RESERVED:
        context.error("name-clash", ("steps", name), f"{name!r} is not free as the name of a step")
    if context.tree.start not in steps:
        context.error("unknown-step", ("start",), _unknown(context, context.tree.start))
    for edge in context.flow.edges:
        if edge.target == CALLED and not _may_adopt(context, edge):
            context.error("unknown-step", edge.path, "`called` may only be taken by a branch of a step that calls")
        elif edge.target not in steps and not graph.is_end(edge.target):
            context.error("unknown-step", edge.path, _unknown(context, edge.target))


def _may_adopt(context: Context, edge: graph.Edge) -> bool:
    return isinstance(context.tree.steps[edge.source], CallStep) and "branches" in edge.path


def _unknown(context: Context, target: str) -> str:
    return f"there is no step {target!r}{did_you_mean(target, [*context.tree.steps, 'inconclusive'])}"


def _reachable(context: Context) -> None:
    if context.tree.start not in context.tree.steps:
        return
    for name in context.tree.steps:
        if name not in context.flow.known:
            context.error("unreachable", ("steps", name), f"no way from {context.tree.start!r} leads to {name!r}")


def _circles(context: Context) -> None:
    for circle in graph.unbounded(context.tree, context.flow.edges):
        shown = " -> ".join(circle if len(circle) < 12 else [*circle[:10], "...", circle[-1]])
        message = f"{shown} has no bound: give an observing step of it `at_most`, or hop to a new host on the way"
        context.error("unbounded-loop", ("steps", circle[0]), message)


def _branches(context: Context, step: str, branches: tuple[Branch, ...]) -> None:
    last = len(branches) - 1
    if not any(branch.when is None for branch in branches):
        context.error("no-otherwise", ("steps", step, "branches"), f"{step!r} has no `otherwise` branch")
    for number, branch in enumerate(branches):
        if branch.when is None and number != last:
            message = "`otherwise` always holds: the branches after it are never taken"
            context.error("dead-branch", ("steps", step, "branches", number), message)


def _samples(context: Context, step: CollectStep) -> None:
    path: graph.Path = ("steps", step.id, "samples")
    if step.samples > 1 and not step.every:
        context.error("samples", path, "`samples` needs `every`: the time between two samples")
    if step.samples > 1 and not step.collect:
        context.error("samples", path, "`samples` without anything to collect")
    if step.samples > MAX_SAMPLES:
        context.error("samples", path, f"more than {MAX_SAMPLES} samples")
    if step.samples == 1 and step.every:
        context.warning("samples", ("steps", step.id, "every"), "`every` has no effect without `samples`")
    if not step.collect and step.at_most is None and all(_judges_nothing(branch) for branch in step.branches):
        context.warning("no-op", ("steps", step.id), f"{step.id!r} neither observes nor judges")


def _judges_nothing(branch: Branch) -> bool:
    return branch.when is None and not branch.sets


def _answers(context: Context, step: AskStep) -> None:
    values = [answer.value for answer in step.answers]
    for number, value in enumerate(values):
        if value in values[:number]:
            path: graph.Path = ("steps", step.id, "answers", number, "value")
            context.error("duplicate-answer", path, f"the answer {value!r} is there twice")


def conclusions(context: Context) -> list[ConclusionStep]:
    """The ends of a tree, in the order of the file."""
    return [step for step in context.tree.steps.values() if isinstance(step, ConclusionStep)]
