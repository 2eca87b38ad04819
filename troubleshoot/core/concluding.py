"""Making a conclusion: title, explanation and the lines that prove it."""

from __future__ import annotations

from collections.abc import Iterator

from troubleshoot.core.command_text import fill_text
from troubleshoot.core.judging import cites_of, evidence, lookup_in, shower
from troubleshoot.core.model import INCONCLUSIVE, ConclusionStep
from troubleshoot.core.state import Cite, Conclusion, Evidence, State


def conclude(state: State, step: ConclusionStep | None) -> Conclusion:
    """The conclusion of ``step``, or the generic *cannot tell* where the tree went its `inconclusive` route."""
    if step is None:
        return _cannot_tell(state)
    show = shower(lookup_in(state, state.frame))
    return Conclusion(
        verdict=step.verdict,
        id=step.id,
        tree=state.frame.tree.id,
        title=fill_text(step.title, show),
        explanation=fill_text(step.explanation, show).strip() or _last_reason(state),
        host=_host(state, step),
        evidence=_proof(state, step),
        fixes=step.fixes,
        advice=tuple(fill_text(text, show) for text in step.advice),
    )


def _cannot_tell(state: State) -> Conclusion:
    host = state.frame.visited[-1] if state.frame.visited else None
    tree = state.frame.tree.id
    return Conclusion(INCONCLUSIVE, INCONCLUSIVE, tree, "Cannot tell", _last_reason(state), host, _seen(state))


def _last_reason(state: State) -> str:
    return state.path[-1].because if state.path else ""


def _host(state: State, step: ConclusionStep) -> str | None:
    named = state.frame.values.get(step.host) if step.host else None
    if named is not None:
        return state.aliases.get(str(named), str(named))
    return state.frame.visited[-1] if state.frame.visited else None


def _proof(state: State, step: ConclusionStep) -> tuple[Evidence, ...]:
    return evidence(state, dict.fromkeys(_cites(state, step)))


def _cites(state: State, step: ConclusionStep) -> Iterator[Cite]:
    """What earlier steps were decided on, what the conclusion names itself, and the decision that led here."""
    for name in step.proven_by:
        earlier = (entry for entry in reversed(state.path) if entry.step == name and entry.tree == state.frame.tree.id)
        yield from next((entry.cites for entry in earlier), ())
    lookup = lookup_in(state, state.frame)
    for source in (*step.cites, *step.claims):
        yield from cites_of(state.frame, source, lookup)
    if state.path and state.path[-1].tree == state.frame.tree.id:
        yield from state.path[-1].cites


def _seen(state: State) -> tuple[Evidence, ...]:
    """For *cannot tell*: the answers of the last step that could not be judged, as far as there are any."""
    numbers = state.path[-1].observations if state.path else ()
    cites = [
        Cite(number, part, 1, len(text.text.split("\n")))
        for number in numbers
        if state.observations[number].trouble is not None
        for part, text in enumerate(state.observations[number].parts)
    ]
    return evidence(state, cites)
