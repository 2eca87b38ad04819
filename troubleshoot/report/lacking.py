"""What was missing: commands that an inconclusive run needed to see, and errors by their public kinds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from troubleshoot.core import conditions, fixing
from troubleshoot.core.command_text import render
from troubleshoot.core.judging import lookup_in
from troubleshoot.core.kinds import Platform, Trouble
from troubleshoot.core.model import Collect, CollectStep, HopStep
from troubleshoot.core.observing import UNREACHED, blocking
from troubleshoot.core.planning import hosts_of, plan_collect, types_of
from troubleshoot.core.state import Frame, Item, Observation, PathStep, State
from troubleshoot.errors import TroubleshootError
from troubleshoot.report.model import Fault, Need

CAPTURES: Final = "captures"
_SILENT: Final = (Trouble.NOT_SEEN, Trouble.CANCELLED)


def blocked(state: State) -> tuple[Observation, ...]:
    """The observations for want of which a step could not be judged."""
    entries = (entry for entry in state.path if entry.kind == "unknown")
    return tuple(seen for entry in entries for seen in blocking(state, entry.observations))


def is_absent(state: State, seen: Observation) -> bool:
    """Not in the evidence: the command, or offline the whole host."""
    if seen.trouble is Trouble.NOT_SEEN:
        return True
    return state.mode == CAPTURES and seen.via == "engine" and seen.trouble is Trouble.UNREACHABLE


def unreached(state: State) -> bool:
    """A host that could not be reached, or did not let us in, is behind an inconclusive result."""
    return any(seen.trouble in UNREACHED and not is_absent(state, seen) for seen in blocked(state))


# --- needs --------------------------------------------------------------------------------------------------------


def needs(state: State) -> tuple[Need, ...]:
    """What an inconclusive run would have to see, in the order of the walk."""
    if fixing.outcome(state) != "inconclusive":
        return ()
    entries = (entry for entry in state.path if entry.kind == "unknown" and entry.after)
    return tuple(dict.fromkeys(need for entry in entries for need in _needs_of(state, entry)))


def _needs_of(state: State, entry: PathStep) -> Iterator[Need]:
    frame = entry.after[-1]
    step = frame.tree.steps.get(entry.step)
    if isinstance(step, CollectStep):
        for number in entry.observations:
            if is_absent(state, seen := state.observations[number]):
                yield from _unseen(state, frame, step, seen)
    elif isinstance(step, HopStep):
        yield from _beyond(state, frame, step)


def _unseen(state: State, frame: Frame, step: CollectStep, seen: Observation) -> Iterator[Need]:
    given = {part.command for part in seen.parts}
    commands = [
        text
        for item in plan_collect(state, frame, step.collect)
        if isinstance(item, Item) and (item.name, item.host) == (seen.name, seen.host)
        for text in item.commands
    ] or _on_strange_host(state, frame, step, seen.name, seen.host)
    return (Need(seen.host, command) for command in commands if command not in given)


def _on_strange_host(state: State, frame: Frame, step: CollectStep, name: str, host: str) -> list[str]:
    found = [item for item in step.collect if item.name == name and host in hosts_of(frame, item)]
    return [text for item in found for text in _commands(state, frame, item)]


def _beyond(state: State, frame: Frame, step: HopStep) -> Iterator[Need]:
    """The next host is not known by name: its address, and the first thing that would be asked there."""
    address = conditions.evaluate(step.to, lookup_in(state, frame)).value
    target = frame.tree.steps.get(step.go)
    if not isinstance(address, str) or state.aliases.get(address, address) in state.hosts:
        return
    if isinstance(target, CollectStep) and target.collect:
        there = replace(frame, values={**frame.values, step.host: address})
        yield Need(address, _commands(state, there, target.collect[0])[0])


def _commands(state: State, frame: Frame, item: Collect) -> list[str]:
    """The commands of an item for a host whose platform nobody knows: as its neighbour would be asked."""
    platform = _platform(state, frame, item)
    return [_rendered(frame, template) for template in item.commands[platform]]


def _platform(state: State, frame: Frame, item: Collect) -> Platform:
    known = [state.hosts[name].platform for name in reversed(frame.visited) if name in state.hosts]
    return next((platform for platform in known if platform in item.commands), next(iter(item.commands)))


def _rendered(frame: Frame, template: str) -> str:
    try:
        return render(template, frame.values, types_of(frame))
    except TroubleshootError:
        return template


# --- errors -------------------------------------------------------------------------------------------------------


def errors(state: State) -> tuple[Fault, ...]:
    """Everything that went wrong while observing, once each, and the tree's own error."""
    faults = [_fault(seen) for seen in state.observations if _is_error(state, seen)]
    if state.conclusion is not None and state.conclusion.verdict == "error":
        host = state.conclusion.host or ""
        faults.append(Fault(host, str(Trouble.AUTHOR), f"{state.conclusion.title}: {state.conclusion.explanation}"))
    return tuple(dict.fromkeys(faults))


def _is_error(state: State, seen: Observation) -> bool:
    if seen.trouble is None:
        return bool(seen.doubt)
    return seen.trouble not in _SILENT and not is_absent(state, seen)


def _fault(seen: Observation) -> Fault:
    """Doubt about an output (cut off, changed while it was read) is a kind of *could not be read*."""
    kind = Trouble.PARSE if seen.trouble in (None, Trouble.DOUBTFUL) else seen.trouble
    return Fault(seen.host, str(kind), seen.message or seen.doubt, seen.hint)
