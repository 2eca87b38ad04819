"""Walking a tree: arriving at steps, judging what was observed, hopping, asking, calling sub-trees, concluding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from troubleshoot.core import conditions, fixing, observing
from troubleshoot.core import events as ev
from troubleshoot.core.command_text import fill_text
from troubleshoot.core.concluding import conclude
from troubleshoot.core.judging import Decision, assign, judge, lookup_in, origin_of, shower, why_unknown
from troubleshoot.core.model import (
    CALLED,
    INCONCLUSIVE,
    AskStep,
    CallStep,
    CollectStep,
    ConclusionStep,
    HopStep,
    Step,
    Tree,
)
from troubleshoot.core.planning import hosts_of, plan_collect, types_of, wanted_hosts
from troubleshoot.core.state import Binding, Conclusion, Frame, HostInfo, PathStep, Phase, State
from troubleshoot.core.values import Value, check_many, check_value
from troubleshoot.errors import ValueRefused

Handler = Callable[[State, Any], State]

MAX_PATH: Final = 1000
DEFAULT_AT_MOST: Final = 8

# A place to go on walking; None while something has to be waited for.
Target = str | None


def type_of(frame: Frame, name: str) -> str:
    """The declared type of a parameter or variable."""
    return types_of(frame)[name]


def filled(state: State, text: str) -> str:
    """A sentence with its placeholders filled from the current frame."""
    return fill_text(text, shower(lookup_in(state, state.frame)))


class Walker:
    """The handlers of all events that move a walk. ``trees`` are the trees that may be walked or called."""

    def __init__(self, trees: Mapping[str, Tree]) -> None:
        self.trees = trees

    # --- start, and going on ---

    def started(self, state: State, event: ev.Started) -> State:
        tree = self.trees[event.tree]
        state = replace(
            state,
            incident=event.incident,
            mode=event.mode,
            tree=event.tree,
            parameters=event.parameters,
            started=event.at,
        )
        return self._begin(state, tree)

    def _begin(self, state: State, tree: Tree) -> State:
        frame = Frame(tree, tree.start, _initial_values(tree, state.parameters))
        return self._walk(replace(state, frames=(frame,), called=None), tree.start)

    def _walk(self, state: State, target: Target) -> State:
        while target is not None:
            state, target = self._arrive(state, target)
        return state

    def _arrive(self, state: State, target: str) -> tuple[State, Target]:
        if target == CALLED and state.called is not None:
            return self._end(state, state.called[0], state.called[1])
        if target == INCONCLUSIVE:
            return self._end(state, conclude(state, None), state.frame)
        state = replace(state, before_step=state.frames)
        state = state.with_frame(replace(state.frame, step=target))
        step = state.frame.current
        if _exhausted(state, step):
            return self._end(state, _too_often(state, step), state.frame)
        return self._dispatch(state.with_frame(_count(state, step)), step)

    def _dispatch(self, state: State, step: Step) -> tuple[State, Target]:
        match step:
            case CollectStep():
                return self._collect(state, step)
            case AskStep():
                return replace(state, phase=Phase.ASK, queries=()), None
            case HopStep():
                return self._hop(state, step)
            case CallStep():
                return self._call(state, step)
            case ConclusionStep():
                return self._end(state, conclude(state, step), state.frame)

    def _again(self, state: State) -> State:
        """Go on with the current step after something it was waiting for."""
        state, target = self._dispatch(state, state.frame.current)
        return self._walk(state, target)

    # --- hosts ---

    def host_resolved(self, state: State, event: ev.HostResolved) -> State:
        host = HostInfo(event.name, event.platform, event.addresses)
        hosts = {**state.hosts, event.name: host}
        aliases = {**state.aliases, event.query: event.name}
        return self._looked_up(replace(state, hosts=hosts, aliases=aliases), event.query)

    def host_unknown(self, state: State, event: ev.HostUnknown) -> State:
        return self._looked_up(replace(state, unknown_hosts=state.unknown_hosts | {event.query}), event.query)

    def _looked_up(self, state: State, query: str) -> State:
        state = replace(state, queries=tuple(item for item in state.queries if item != query))
        return state if state.queries else self._again(state)

    # --- observing and judging ---

    def _collect(self, state: State, step: CollectStep) -> tuple[State, Target]:
        unresolved = tuple(host for host in wanted_hosts(state.frame, step.collect) if not _known(state, host))
        if unresolved:
            return replace(state, phase=Phase.RESOLVE, queries=unresolved), None
        state = state.with_frame(_visit(state, step))
        state = observing.expect(state, plan_collect(state, state.frame, step.collect))
        state = replace(state, phase=Phase.COLLECT, sample=1)
        return (state, None) if state.items else self._judge(state, step)

    def observed(self, state: State, event: ev.Observed) -> State:
        state = observing.take(state, event)
        step = state.frame.current
        assert isinstance(step, CollectStep)
        if not observing.complete(state):
            return state
        state, target = self._judge(state, step)
        return self._walk(state, target)

    def _judge(self, state: State, step: CollectStep) -> tuple[State, Target]:
        suffix = "_first" if state.sample == 1 and step.samples > 1 else ""
        frame = observing.bind(state, state.frame, _lists(state.frame, step), suffix)
        state = state.with_frame(frame)
        if state.sample < step.samples and not observing.blocking(state, state.seen.values()):
            return replace(state, phase=Phase.WAIT), None
        decision = judge(state, frame, step.branches, step.unknown)
        return self._decided(state, step, decision)

    def waited(self, state: State, event: ev.Waited) -> State:
        step = state.frame.current
        assert isinstance(step, CollectStep)
        state = observing.expect(state, plan_collect(state, state.frame, step.collect))
        return replace(state, phase=Phase.COLLECT, sample=state.sample + 1)

    def _decided(self, state: State, step: Step, decision: Decision) -> tuple[State, Target]:
        state = _record(state, step, decision)
        values = {**state.frame.values, **decision.values}
        return state.with_frame(replace(state.frame, values=values)), decision.go

    # --- questions ---

    def answered(self, state: State, event: ev.Answered) -> State:
        step = state.frame.current
        if isinstance(step, HopStep):
            return self._host_named(state, event.value)
        assert isinstance(step, AskStep)
        state, target = self._decided(state, step, _answer(state, step, event.value))
        return self._walk(state, target)

    def nobody_answered(self, state: State, event: ev.NobodyAnswered) -> State:
        state = replace(state, queries=())
        step = state.frame.current
        assert isinstance(step, AskStep | HopStep)
        decision = Decision("unknown", step.unknown, "nobody could answer the question")
        state, target = self._decided(state, step, decision)
        return self._walk(state, target)

    # --- the next host ---

    def _hop(self, state: State, step: HopStep) -> tuple[State, Target]:
        outcome = conditions.evaluate(step.to, lookup_in(state, state.frame))
        try:
            address = str(check_value("host", outcome.value, origin=origin_of(state, state.frame, step.to)))
        except ValueRefused as error:
            reason = why_unknown(state, state.frame, step.to, outcome.error) if outcome.error else error.message
            return self._decided(state, step, Decision("unknown", step.unknown, reason))
        name = state.aliases.get(address, "")
        if name in state.hosts:
            return self._hop_to(state, step, name, address)
        query = name or address
        if query not in state.unknown_hosts:
            return replace(state, phase=Phase.RESOLVE, queries=(query,)), None
        if name:
            return self._decided(state, step, Decision("unknown", step.unknown, f"{name} is not in the inventory"))
        return replace(state, phase=Phase.ASK, queries=(address,)), None

    def _host_named(self, state: State, name: str) -> State:
        aliases = {**state.aliases, state.queries[0]: state.aliases.get(name, name)}
        return self._again(replace(state, aliases=aliases, queries=()))

    def _hop_to(self, state: State, step: HopStep, name: str, address: str) -> tuple[State, Target]:
        hops = sum(times for key, times in state.frame.entered.items() if key.startswith(f"{step.id}@"))
        if f"{step.go}@{name}" in state.frame.entered or hops > step.max_hops:
            because = f"{name} was visited before" if hops <= step.max_hops else f"more than {step.max_hops} hops"
            return self._decided(state, step, Decision("hop", step.visited, because))
        because = f"{address} belongs to {name}"
        state, target = self._decided(state, step, Decision("hop", step.go, because, values={step.host: name}))
        return state.with_frame(replace(state.frame, bindings=_kept(state.frame))), target

    # --- sub-trees ---

    def _call(self, state: State, step: CallStep) -> tuple[State, Target]:
        tree = self.trees.get(step.tree)
        if tree is None:
            return self._decided(state, step, Decision("unknown", step.unknown, f"there is no tree {step.tree!r}"))
        typing = replace(state.frame, tree=replace(state.frame.tree, parameters=tree.parameters, variables={}))
        values, refused = assign(state, typing, step.arguments)
        if refused:
            return self._decided(state, step, Decision("unknown", step.unknown, refused))
        frame = Frame(tree, tree.start, _initial_values(tree, values), visited=state.frame.visited)
        return replace(state, frames=(*state.frames, frame)), tree.start

    def _returned(self, state: State, conclusion: Conclusion, inner: Frame) -> tuple[State, Target]:
        state = replace(state, frames=state.frames[:-1], called=(conclusion, inner))
        step = state.frame.current
        assert isinstance(step, CallStep)
        outcome = "diagnosed" if conclusion.verdict == "diagnosis" else conclusion.verdict
        result = {"outcome": outcome, "diagnosis": conclusion.id, "host": conclusion.host}
        bindings = {**state.frame.bindings, step.name: Binding(result)}
        frame = replace(state.frame, bindings=bindings, visited=inner.visited)
        state = state.with_frame(frame)
        return self._decided(state, step, judge(state, frame, step.branches, step.unknown))

    # --- the end of a walk ---

    def _end(self, state: State, conclusion: Conclusion, frame: Frame) -> tuple[State, Target]:
        state = _record(state, None, Decision("concluded", conclusion.id, conclusion.title), conclusion)
        if len(state.frames) > 1:
            return self._returned(state, conclusion, frame)
        return fixing.concluded(state, conclusion, frame), None

    # --- going back ---

    def stepped_back(self, state: State, event: ev.SteppedBack) -> State:
        entry = state.path[event.to]
        state = _rewound(state, event.to, entry.before)
        return self._walk(state, entry.step) if entry.before else state

    def overridden(self, state: State, event: ev.Overridden) -> State:
        entry = state.path[event.to]
        state = _rewound(state, event.to, entry.after)
        step = state.frame.current
        decision = Decision("overridden", event.go, event.reason, entry.judged)
        state, target = self._decided(state, step, decision)
        return self._walk(state, target)

    # --- after a fix ---

    def then_recheck(self, handler: Handler) -> Handler:
        """After what ``handler`` does the fix may stand proven: then the whole tree is walked again."""

        def handle(state: State, event: Any) -> State:
            state = handler(state, event)
            return self.recheck(fixing.begin_recheck(state), None) if fixing.wants_recheck(state) else state

        return handle

    def recheck(self, state: State, event: ev.Waited | None) -> State:
        return self._begin(state, self.trees[state.tree])


# --- small parts --------------------------------------------------------------------------------------------------


def _initial_values(tree: Tree, given: Mapping[str, Value]) -> dict[str, Value]:
    values: dict[str, Value] = dict.fromkeys([*tree.parameters, *tree.variables])
    for parameter in tree.parameters.values():
        if parameter.default is not None:
            check = check_many if parameter.many else check_value
            values[parameter.name] = check(parameter.type, parameter.default, origin=f"the tree {tree.id}")
    return values | {name: value for name, value in given.items() if name in tree.parameters and value is not None}


def _known(state: State, query: str) -> bool:
    return state.aliases.get(query, query) in state.hosts or query in state.unknown_hosts


def _key(state: State, step: Step) -> str:
    return f"{step.id}@{_step_host(state, step)}"


def _step_host(state: State, step: Step) -> str:
    if isinstance(step, CollectStep) and step.collect:
        hosts = hosts_of(state.frame, step.collect[0])
        if len(hosts) == 1:
            return state.aliases.get(hosts[0], hosts[0])
    return state.frame.visited[-1] if state.frame.visited else ""


def _exhausted(state: State, step: Step) -> bool:
    """A loop is bounded even where its author forgot to."""
    at_most = getattr(step, "at_most", None) or DEFAULT_AT_MOST
    return state.frame.entered.get(_key(state, step), 0) >= at_most or len(state.path) > MAX_PATH


def _count(state: State, step: Step) -> Frame:
    key = _key(state, step)
    return replace(state.frame, entered={**state.frame.entered, key: state.frame.entered.get(key, 0) + 1})


def _visit(state: State, step: CollectStep) -> Frame:
    hosts = {state.aliases.get(host, host) for host in wanted_hosts(state.frame, step.collect)}
    if len(hosts) != 1 or state.frame.visited[-1:] == tuple(hosts):
        return state.frame
    return replace(state.frame, visited=(*state.frame.visited, *hosts))


def _lists(frame: Frame, step: CollectStep) -> frozenset[str]:
    """Names that are asked on a list of hosts: their binding is a list even when only one host is given."""
    many = frame.tree.lists
    return frozenset(item.name for item in step.collect if item.host in many)


def _kept(frame: Frame) -> dict[str, Binding]:
    """What survives a hop: results of sub-trees and of lists of hosts; facts of the previous host do not."""
    many = frame.tree.lists
    steps = frame.tree.steps.values()
    names = {item.name for step in steps for item in getattr(step, "collect", ()) if item.host in many}
    names |= {step.name for step in steps if isinstance(step, CallStep)}
    return {name: binding for name, binding in frame.bindings.items() if name in names}


def _answer(state: State, step: AskStep, value: str) -> Decision:
    if step.variable is not None and step.go is not None:
        try:
            typed = check_value(type_of(state.frame, step.variable), value, origin=f"the answer to question {step.id}")
        except ValueRefused as error:
            return Decision("unknown", step.unknown, error.message)
        return Decision("answered", step.go, f"the answer is {typed}", values={step.variable: typed})
    chosen = next((answer for answer in step.answers if answer.value == value), None)
    if chosen is None:
        return Decision("unknown", step.unknown, f"{value!r} is none of the answers")
    return Decision("answered", chosen.go, chosen.because or f"the answer is: {chosen.label}")


def _too_often(state: State, step: Step) -> Conclusion:
    where = f"{state.frame.tree.id}: {step.id}"
    return Conclusion(
        "error", "loop", state.frame.tree.id, "The tree goes in circles", f"{where} was entered too often"
    )


def _record(state: State, step: Step | None, decision: Decision, conclusion: Conclusion | None = None) -> State:
    at = step or state.frame.tree.steps.get(conclusion.id if conclusion else "")
    shown = at.title or at.id if at else decision.go
    entry = PathStep(
        tree=state.frame.tree.id,
        step=at.id if at else decision.go,
        title=filled(state, shown),
        why=filled(state, getattr(at, "why", "")),
        host=(conclusion.host if conclusion else None) or (state.frame.visited[-1] if state.frame.visited else None),
        go=decision.go,
        because=decision.because,
        kind=decision.kind,
        at=state.now,
        judged=decision.judged,
        cites=decision.cites,
        observations=tuple(state.seen.values()) if isinstance(at, CollectStep) else (),
        before=state.before_step if at else (),
        after=state.frames,
    )
    return replace(state, path=(*state.path, entry))


def _rewound(state: State, to: int, frames: tuple[Frame, ...]) -> State:
    """The state as it was at a path entry. Observations stay: what was seen was seen."""
    return replace(
        state,
        path=state.path[:to],
        frames=frames or state.frames,
        phase=Phase.COLLECT,
        conclusion=None,
        recheck=None,
        active=None,
        items=(),
        seen={},
        round=state.round + 1,
    )
