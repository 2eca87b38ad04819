"""From the state of an incident to its report. Pure: the same state gives the same report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from troubleshoot.core import fixing
from troubleshoot.core.events import Event, to_plain
from troubleshoot.core.judging import evidence
from troubleshoot.core.model import Tree
from troubleshoot.core.planning import sent_lines
from troubleshoot.core.remarks import remarks
from troubleshoot.core.state import Conclusion, FixPlan, FixRecord, Judged, Observation, PathStep, State
from troubleshoot.core.values import Value
from troubleshoot.report.hops import hops
from troubleshoot.report.lacking import errors, needs
from troubleshoot.report.model import FixView, ObservationView, PathEntry, Report, Rival, TreeRef

_PLACES: Final = ("at", "unread")  # keys of records that repeat line numbers
_STANDS: Final = ("diagnosed", "fixed", "fix_failed", "rolled_back", "unknown", "aborted")


def build(state: State, tree: Tree, events: Iterable[Event] = ()) -> Report:
    """The report of ``state``; ``tree`` is the one it was started with, ``events`` fill the timeline."""
    found = diagnosis(state)
    lacking = needs(state)
    return Report(
        incident=state.incident,
        tree=TreeRef(tree.id, tree.title, tree.version, tree.sha256),
        parameters=tuple((name, _shown(value)) for name, value in state.parameters.items() if value is not None),
        mode=state.mode,
        outcome=fixing.outcome(state),
        started=state.started,
        ended=state.now,
        conclusion=state.conclusion,
        diagnosis=found,
        path=tuple(_entry(state, entry) for entry in state.path),
        observations=_observations(state, found or state.conclusion),
        hops=hops(state, found, lacking),
        fixes=tuple(_fix(record) for record in state.fixes),
        notes=state.notes,
        needs=lacking,
        errors=errors(state),
        timeline=tuple(to_plain(event) for event in events),
    )


def _shown(value: Value) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


# --- the diagnosis ------------------------------------------------------------------------------------------------


def diagnosis(state: State) -> Conclusion | None:
    """The fault that stands, or that a fix was for; None where nothing was diagnosed."""
    if fixing.outcome(state) not in _STANDS:
        return None
    worked_on = [record for record in state.fixes if record.status not in ("offered", "declined")]
    if worked_on and fixing.outcome(state) != "diagnosed":
        return _diagnosis_of(state, worked_on[-1])
    conclusion = state.conclusion
    return conclusion if conclusion is not None and conclusion.verdict == "diagnosis" else None


def _diagnosis_of(state: State, record: FixRecord) -> Conclusion | None:
    wanted = (record.frame.tree.id, record.frame.step)
    matching = [found for found in state.diagnoses if (found.tree, found.id) == wanted]
    return next(reversed(matching or list(state.diagnoses)), None)


# --- path and observations ----------------------------------------------------------------------------------------


def _entry(state: State, entry: PathStep) -> PathEntry:
    return PathEntry(
        tree=entry.tree,
        step=entry.step,
        title=entry.title,
        why=entry.why,
        host=entry.host,
        decision=entry.go,
        because=entry.because,
        kind=entry.kind,
        at=entry.at,
        rivals=tuple(_rival(item) for item in entry.judged if not item.verdict),
        cites=evidence(state, entry.cites),
        observations=entry.observations,
    )


def _rival(item: Judged) -> Rival:
    return Rival(item.when, item.because, item.go, item.verdict, item.reason)


def _observations(state: State, conclusion: Conclusion | None) -> tuple[ObservationView, ...]:
    cited = _cited(state, conclusion)
    return tuple(_observation(seen, cited) for seen in state.observations)


def _cited(state: State, conclusion: Conclusion | None) -> Mapping[tuple[int, int], set[int]]:
    cited: dict[tuple[int, int], set[int]] = {}
    shown = [*(conclusion.evidence if conclusion else ()), *evidence(state, _all_cites(state))]
    for item in shown:
        cited.setdefault((item.observation, item.part), set()).update(item.lines)
    return cited


def _all_cites(state: State) -> Iterable[Any]:
    return dict.fromkeys(cite for entry in state.path for cite in entry.cites)


def _observation(seen: Observation, cited: Mapping[tuple[int, int], set[int]]) -> ObservationView:
    lines = tuple(tuple(sorted(cited.get((seen.number, part), ()))) for part in range(len(seen.parts)))
    return ObservationView(seen, lines, facts_text(seen.record))


def facts_text(record: Mapping[str, Any] | None) -> str:
    """What the parser read, as indented JSON without line numbers."""
    return "" if record is None else json.dumps(_without_places(record), indent=1, ensure_ascii=True)


def _without_places(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_places(item) for key, item in value.items() if key not in _PLACES}
    if isinstance(value, list | tuple):
        return [_without_places(item) for item in value]
    return value


# --- fixes --------------------------------------------------------------------------------------------------------


def _fix(record: FixRecord) -> FixView:
    plan = record.plan
    declined = record.status == "declined"
    return FixView(
        id=plan.id,
        title=plan.title,
        host=plan.host,
        risk=str(plan.risk),
        blast_radius=plan.blast_radius,
        mode=plan.mode,
        commands=sent_lines(plan, "apply"),
        rollback=sent_lines(plan, "rollback") if plan.rollback else (),
        remarks=tuple(remarks(plan, "apply")),
        no_rollback=plan.no_rollback,
        verify=_verify(plan),
        status="offered" if declined else record.status,
        message=record.message,
        declined=declined,
        refused=plan.refused,
        before=record.before,
        checks=record.checks,
        answers=tuple((part.command, part.text) for part in record.answers),
    )


def _verify(plan: FixPlan) -> str:
    """How its success is proven: what is looked at, what has to hold, how long it may take."""
    looked_at = "; ".join(plan.verify_commands)
    return f"{looked_at}: {plan.verify} (within {plan.within:g} s)" if looked_at else plan.verify
