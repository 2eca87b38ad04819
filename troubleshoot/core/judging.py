"""Judging a step: which branch holds, what proves it, and why not the others.

A branch whose condition cannot be decided ends the search: the step takes its `unknown` route, because a later branch
may only be trusted when every earlier one is known not to hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from troubleshoot.core import conditions
from troubleshoot.core.command_text import fill_text
from troubleshoot.core.model import Branch
from troubleshoot.core.state import Binding, Cite, Evidence, Frame, Judged, Observation, State
from troubleshoot.core.values import Value, check_many, check_value
from troubleshoot.errors import ValueRefused

Lookup = Callable[[str], Any]
_FACT_DEPTH: Final = 8
_ABSENT: Final = object()
_MOST_NAMED: Final = 3  # commands in the origin of a value
_MAX_EVIDENCE_LINES: Final = 40


@dataclass(frozen=True, slots=True)
class Decision:
    kind: str  # judged, otherwise, unknown
    go: str
    because: str
    judged: tuple[Judged, ...] = ()
    cites: tuple[Cite, ...] = ()
    values: Mapping[str, Value] = field(default_factory=dict)


def lookup_in(state: State, frame: Frame) -> Lookup:
    """How conditions of ``frame`` find their names: values, observations, facts, and ``here`` and ``seen``."""
    return _Names(state, frame, 0, {}).get


@dataclass(frozen=True, slots=True)
class _Names:
    """State and frame are frozen, so what a name means is found once and kept for the whole decision."""

    state: State
    frame: Frame
    depth: int
    known: dict[str, Any]

    def get(self, name: str) -> Any:
        if name not in self.known:
            self.known[name] = _ABSENT  # while it is looked for, and where it is not found: facts name each other
            self.known[name] = self._find(name)
        if self.known[name] is _ABSENT:
            raise KeyError(name)
        return self.known[name]

    def _find(self, name: str) -> Any:
        if name in self.frame.values:
            value = self.frame.values[name]
            return list(value) if isinstance(value, tuple) else value
        if name in self.frame.bindings:
            return self.frame.bindings[name].value
        if name in self.frame.tree.facts and self.depth < _FACT_DEPTH:
            return self._fact(name)
        if name == "seen":
            return _seen(self.frame)
        if name == "here":
            return _here(self.state, self.frame)
        raise KeyError(name)

    def _fact(self, name: str) -> Any:
        inner = _Names(self.state, self.frame, self.depth + 1, self.known)
        outcome = conditions.evaluate(self.frame.tree.facts[name], inner.get)
        if outcome.error:
            raise KeyError(name)
        return outcome.value


def _seen(frame: Frame) -> dict[str, bool]:
    wanted = (item.name for step in frame.tree.steps.values() for item in getattr(step, "collect", ()))
    return {name: name in frame.bindings for name in wanted}


def _here(state: State, frame: Frame) -> dict[str, Any]:
    host = state.hosts.get(frame.visited[-1]) if frame.visited else None
    if host is None:
        raise KeyError("here")
    return {"name": host.name, "platform": str(host.platform), "addresses": list(host.addresses)}


def judge(state: State, frame: Frame, branches: Iterable[Branch], unknown: str) -> Decision:
    """Take the first branch that holds; the `unknown` route where that cannot be said."""
    lookup = lookup_in(state, frame)
    judged: list[Judged] = []
    taken: Branch | None = None
    for branch in branches:
        if taken is not None:
            judged.append(_rival(state, frame, branch, lookup))
            continue
        result = _judge_one(state, frame, branch, lookup)
        judged.append(result)
        if result.verdict is None:
            return Decision("unknown", unknown, result.reason, tuple(judged))
        if result.verdict:
            taken = branch
    if taken is None:
        return Decision("unknown", unknown, "no branch holds", tuple(judged))
    return _take(state, frame, taken, tuple(judged), unknown)


def _take(state: State, frame: Frame, branch: Branch, judged: tuple[Judged, ...], unknown: str) -> Decision:
    values, refused = assign(state, frame, branch.sets)
    if refused:
        return Decision("unknown", unknown, refused, judged)
    lookup = lookup_in(state, replace(frame, values={**frame.values, **values}))
    mine = next(item for item in judged if item.go == branch.go and item.verdict)
    kind = "otherwise" if branch.when is None else "judged"
    cites = mine.cites or _decisive(judged)
    return Decision(kind, branch.go, fill_text(branch.because, shower(lookup)), judged, cites, values)


def _decisive(judged: tuple[Judged, ...]) -> tuple[Cite, ...]:
    """For `otherwise`: the proof is what ruled the rivals out."""
    return tuple(dict.fromkeys(cite for item in judged if item.verdict is False for cite in item.cites))


def _judge_one(state: State, frame: Frame, branch: Branch, lookup: Lookup) -> Judged:
    if branch.when is None:
        named = tuple(_branch_cites(frame, branch, lookup))
        return Judged("", fill_text(branch.because, shower(lookup)), branch.go, True, cites=named)
    outcome = conditions.evaluate(branch.when, lookup)
    reason = "" if outcome.verdict is not None else why_unknown(state, frame, branch.when, outcome.error)
    cites = tuple(_branch_cites(frame, branch, lookup)) if outcome.verdict is not None else ()
    return Judged(branch.when, fill_text(branch.because, shower(lookup)), branch.go, outcome.verdict, reason, cites)


def _rival(state: State, frame: Frame, branch: Branch, lookup: Lookup) -> Judged:
    if branch.when is None:
        because = fill_text(branch.because, shower(lookup))
        return Judged("", because, branch.go, False, "an earlier branch holds")
    return _judge_one(state, frame, branch, lookup)


def assign(state: State, frame: Frame, sets: Mapping[str, str]) -> tuple[dict[str, Value], str]:
    """Evaluate ``name: expression`` pairs into typed values; the text says what was refused."""
    values: dict[str, Value] = {}
    for name, source in sets.items():
        outcome = conditions.evaluate(source, lookup_in(state, frame))
        if outcome.error:
            return {}, f"{name} cannot be told: {why_unknown(state, frame, source, outcome.error)}"
        try:
            values[name] = _typed(frame, name, outcome.value, origin_of(state, frame, source))
        except ValueRefused as error:
            return {}, error.message
    return values, ""


def _typed(frame: Frame, name: str, value: Any, origin: str) -> Value:
    variable = frame.tree.variables.get(name)
    declared = variable or frame.tree.parameters[name]
    if value is None:
        return None
    check = check_many if declared.many else check_value
    return check(declared.type, value, origin=origin)


def origin_of(state: State, frame: Frame, source: str) -> str:
    """Where the value of an expression comes from: what was sent to which host, or who gave it."""
    names = _names(frame, source)
    numbers = {number for name in names if name in frame.bindings for number in frame.bindings[name].observations}
    seen = [item for item in state.observations if item.number in numbers]
    sent = dict.fromkeys(f"`{part.command}` on host {item.host}" for item in seen for part in item.parts)
    if sent:
        return f"{source} of {', '.join(list(sent)[:_MOST_NAMED])}"
    if "here" in names:
        return f"{source} of the inventory's {_host_name(frame)}"
    return f"{source} on {_host_name(frame)}"


def _host_name(frame: Frame) -> str:
    return frame.visited[-1] if frame.visited else "the operator"


def why_unknown(state: State, frame: Frame, source: str, error: str) -> str:
    """The reason a person can act on: what was not seen, before what the expression engine said."""
    for name in sorted(_names(frame, source)):
        trouble = _last_trouble(state, frame, name)
        if trouble is not None:
            reason = trouble.message or trouble.doubt
            return reason if reason.startswith(trouble.host) else f"{trouble.host}: {reason}"
    return f"the condition cannot be decided: {error}" if error else "the condition is neither true nor false"


def _last_trouble(state: State, frame: Frame, name: str) -> Observation | None:
    if name in frame.bindings:
        return None
    latest = next((seen for seen in reversed(state.observations) if seen.name == name), None)
    return latest if latest is not None and (latest.trouble is not None or latest.doubt) else None


def _names(frame: Frame, source: str) -> set[str]:
    found: set[str] = set()
    waiting = [source]
    while waiting:
        for name in conditions.names(waiting.pop()) - found:
            found.add(name)
            if name in frame.tree.facts:
                waiting.append(frame.tree.facts[name])
    return found


# --- evidence -----------------------------------------------------------------------------------------------------


def shower(lookup: Lookup) -> Callable[[str], object]:
    """Values for sentences: a path that cannot be evaluated shows as absent."""
    return lambda path: conditions.evaluate(path, lookup).value


def _branch_cites(frame: Frame, branch: Branch, lookup: Lookup) -> Iterator[Cite]:
    sources = branch.cites or ((branch.when,) if branch.when else ())
    yield from dict.fromkeys(cite for source in sources for cite in cites_of(frame, source, lookup))


def cites_of(frame: Frame, source: str, lookup: Lookup) -> Iterator[Cite]:
    """The stored lines behind an expression: the records its quantifiers matched, else all it looked at."""
    yield from _cites(frame, source, lookup, set())


def _cites(frame: Frame, source: str, lookup: Lookup, followed: set[str]) -> Iterator[Cite]:
    covered: set[str] = set()
    for macro in conditions.macros(source):
        root = re.split(r"[.\[]", macro.path, maxsplit=1)[0]
        found = [cite for item in _matched(macro, lookup) for cite in _record_cites(frame, root, item)]
        if found:
            covered.add(root)
            yield from found
    for name in sorted(conditions.names(source) - covered):
        if name in frame.tree.facts:
            if name not in followed:  # its lines are there already
                followed.add(name)
                yield from _cites(frame, frame.tree.facts[name], lookup, followed)
        elif name in frame.bindings:
            for record in _records_at(source, name, lookup) or [frame.bindings[name].value]:
                yield from _record_cites(frame, name, record)


def _matched(macro: conditions.Macro, lookup: Lookup) -> Iterator[Any]:
    """The records that a quantifier matched; of a host among several those in it that its own quantifiers matched."""
    for item in conditions.matching(macro, lookup):
        yield from _parts(macro, item, lookup) or [item]


def _parts(macro: conditions.Macro, item: Any, lookup: Lookup) -> list[Any]:
    if not isinstance(item, Mapping) or "observation" not in item:
        return []
    inner = conditions.with_name(lookup, macro.variable, item)
    nested = (each for each in conditions.macros(macro.body) if each.path.startswith(f"{macro.variable}."))
    found = (record for each in nested for record in conditions.matching(each, inner) if _has_lines(record))
    return [{**record, "observation": item["observation"]} for record in found]


def _records_at(source: str, name: str, lookup: Lookup) -> list[Any]:
    """The records that a bare expression such as ``route.next_hops[0]`` or ``mroute.entries`` names."""
    value = conditions.evaluate(source, lookup).value if source.startswith(f"{name}.") else None
    return [item for item in (value if isinstance(value, list) else [value]) if _has_lines(item)]


def _has_lines(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value.get("at"))


def _record_cites(frame: Frame, root: str, item: Any) -> Iterator[Cite]:
    binding = frame.bindings.get(root)
    if binding is None:
        return
    for number, record in _with_observation(binding, item):
        for part, first, last in record.get("at") or ():
            yield Cite(number, part, first, last)


def _with_observation(binding: Binding, item: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Pair a record with the observation it came from; with several hosts the record says its host's place."""
    if isinstance(item, list):
        yield from zip(binding.observations, item, strict=False)
    elif isinstance(item, Mapping) and binding.observations:
        yield item.get("observation", binding.observations[-1]), item


def evidence(state: State, cites: Iterable[Cite]) -> tuple[Evidence, ...]:
    """Turn cites into what people read: host, command, line numbers and the lines themselves."""
    merged: dict[tuple[int, int], set[int]] = {}
    for cite in cites:
        lines = merged.setdefault((cite.observation, cite.part), set())
        lines.update(range(cite.first, min(cite.last, cite.first + _MAX_EVIDENCE_LINES) + 1))
    return tuple(_evidence(state.observations[number], part, lines) for (number, part), lines in merged.items())


def _evidence(seen: Observation, part: int, lines: set[int]) -> Evidence:
    if not 0 <= part < len(seen.parts):
        return Evidence(seen.host, seen.name, seen.number, part, (), "")
    text = seen.parts[part].text.split("\n")
    wanted = tuple(sorted(number for number in lines if 1 <= number <= len(text)))[:_MAX_EVIDENCE_LINES]
    shown = "\n".join(text[number - 1].rstrip("\r") for number in wanted)
    return Evidence(seen.host, seen.parts[part].command, seen.number, part, wanted, shown)
