"""From the file format to the values of `core.model`: short forms are written out, absent texts become empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troubleshoot.core import model
from troubleshoot.core.kinds import Platform
from troubleshoot.trees import schema

Shared = Mapping[str, schema.CollectFile]


def tree_parts(tree: schema.TreeFile) -> dict[str, Any]:
    """The fields of a `core.model.Tree`."""
    return {
        "id": tree.id,
        "title": tree.title,
        "version": tree.version,
        "start": tree.start,
        "steps": {name: _step(name, step, tree.observations) for name, step in tree.steps.items()},
        "parameters": {name: _parameter(name, item) for name, item in tree.parameters.items()},
        "variables": {name: model.Variable(name, item.type, item.many) for name, item in tree.variables.items()},
        "facts": dict(tree.facts),
        "fixes": {name: _fix(name, fix, tree.observations) for name, fix in tree.fixes.items()},
        "signatures": tuple(tree.signatures),
        "references": tuple(tree.references),
        "summary": tree.summary or "",
    }


def _parameter(name: str, item: schema.ParameterFile) -> model.Parameter:
    return model.Parameter(
        name=name,
        type=item.type,
        ask=item.ask or "",
        help=item.help or "",
        required=item.required,
        default=item.default,
        choices=tuple(item.choices),
        many=item.many,
        example=item.example or "",
    )


def _collect(collects: schema.CollectsFile | None, shared: Shared) -> tuple[model.Collect, ...]:
    items = {name: shared[name] for name in collects} if isinstance(collects, list) else collects or {}
    return tuple(
        model.Collect(name, item.host, _commands(item.commands), item.parse or name, item.timeout, item.second_hop)
        for name, item in items.items()
    )


def _commands(commands: Mapping[Platform, list[str]]) -> dict[Platform, tuple[str, ...]]:
    return {platform: tuple(lines) for platform, lines in commands.items()}


def _branches(branches: list[schema.BranchFile]) -> tuple[model.Branch, ...]:
    return tuple(
        model.Branch(branch.when, branch.because, branch.go, dict(branch.set), tuple(branch.cite))
        for branch in branches
    )


def _step(name: str, step: schema.AnyStepFile, shared: Shared) -> model.Step:
    match step:
        case schema.CollectStepFile():
            return _collect_step(name, step, shared)
        case schema.ChoiceStepFile() | schema.ValueStepFile():
            return _ask_step(name, step)
        case schema.HopStepFile():
            return _hop_step(name, step)
        case schema.CallStepFile():
            return _call_step(name, step)
        case schema.DiagnosisStepFile():
            return _conclusion(name, "diagnosis", step.diagnosis)
        case schema.HealthyStepFile():
            return _conclusion(name, "healthy", step.healthy)
        case schema.InconclusiveStepFile():
            return _conclusion(name, "inconclusive", step.inconclusive)


def _collect_step(name: str, step: schema.CollectStepFile, shared: Shared) -> model.CollectStep:
    return model.CollectStep(
        id=name,
        why=step.why,
        collect=_collect(step.collect, shared),
        branches=_branches(step.branches),
        unknown=step.unknown,
        title=step.title or "",
        samples=step.samples,
        every=step.every or 0.0,
        at_most=step.at_most,
    )


def _ask_step(name: str, step: schema.ChoiceStepFile | schema.ValueStepFile) -> model.AskStep:
    title = step.title or ""
    if isinstance(step, schema.ValueStepFile):
        return model.AskStep(name, step.why, step.ask, step.unknown, (), step.variable, step.go, title)
    answers = tuple(model.Answer(item.value, item.label, item.go, item.because or "") for item in step.answers)
    return model.AskStep(name, step.why, step.ask, step.unknown, answers, title=title)


def _hop_step(name: str, step: schema.HopStepFile) -> model.HopStep:
    return model.HopStep(
        id=name,
        why=step.why,
        host=step.hop.host,
        to=step.hop.to,
        go=step.go,
        visited=step.visited,
        unknown=step.unknown,
        title=step.title or "",
        max_hops=step.hop.max,
    )


def _call_step(name: str, step: schema.CallStepFile) -> model.CallStep:
    return model.CallStep(
        id=name,
        why=step.why,
        tree=step.call.tree,
        arguments=dict(step.call.arguments),
        name=step.call.name,
        branches=_branches(step.branches),
        unknown=step.unknown,
        title=step.title or "",
    )


def _conclusion(name: str, verdict: str, end: schema.ConclusionFile) -> model.ConclusionStep:
    return model.ConclusionStep(
        id=name,
        verdict=verdict,
        title=end.title,
        explanation=end.explanation or "",
        host=end.host,
        claims=tuple(end.claims),
        cites=tuple(end.cite),
        proven_by=tuple(end.proven_by),
        fixes=tuple(end.fixes) if isinstance(end, schema.DiagnosisFile) else (),
        advice=tuple(end.advice) if isinstance(end, schema.InconclusiveFile) else (),
    )


def _actions(actions: Mapping[Platform, schema.ActionFile]) -> dict[Platform, model.Action]:
    return {platform: _action(item) for platform, item in actions.items()}


def _action(item: schema.ActionFile) -> model.Action:
    return model.Action(
        tuple(item.configure), tuple(item.execute), tuple(item.detached), item.restarts or "", item.reload
    )


def _watch(watch: schema.WatchFile | None, shared: Shared) -> model.Watch | None:
    return model.Watch(_collect(watch.collect, shared), watch.within, watch.every) if watch else None


def _fix(name: str, fix: schema.FixFile, shared: Shared) -> model.Fix:
    verify = fix.verify
    recheck = fix.recheck
    return model.Fix(
        id=name,
        title=fix.title,
        host=fix.host,
        risk=fix.risk,
        blast_radius=fix.blast_radius,
        before=_commands(fix.before),
        apply=_actions(fix.apply),
        verify=model.Verify(_collect(verify.collect, shared), verify.when, verify.within, verify.every),
        rollback=_actions(fix.rollback),
        no_rollback=fix.no_rollback or "",
        recheck=recheck.within if recheck else 0.0,
        recheck_every=recheck.every if recheck else 15.0,
        temporary=fix.temporary,
        watch=_watch(fix.watch, shared),
    )
