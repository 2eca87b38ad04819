"""Taking observations into the state: numbering them, and binding their records to names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from troubleshoot.core import events as ev
from troubleshoot.core.kinds import Trouble
from troubleshoot.core.planning import NotPlanned
from troubleshoot.core.state import Binding, Frame, Item, Observation, State


def expect(state: State, planned: Iterable[Item | NotPlanned]) -> State:
    """Begin a round: what was planned is wanted, what could not be planned is seen to be in trouble at once."""
    state = replace(state, round=state.round + 1, items=(), seen={})
    items: list[Item] = []
    for plan in planned:
        if isinstance(plan, Item):
            items.append(plan)
        else:
            state = _not_planned(state, plan)
    return replace(state, items=tuple(items))


def _not_planned(state: State, plan: NotPlanned) -> State:
    event = ev.Observed(
        state.now, state.round, plan.name, plan.host, trouble=plan.trouble, message=plan.message, via="engine"
    )
    return take(state, event)


def take(state: State, event: ev.Observed) -> State:
    """Number an observation and mark its item as seen. One of an earlier round is kept but changes nothing."""
    number = len(state.observations)
    seen = Observation(
        number=number,
        at=event.at,
        round=event.round,
        name=event.name,
        host=event.host,
        parts=event.parts,
        record=event.record,
        trouble=event.trouble,
        message=event.message,
        hint=event.hint,
        doubt=event.doubt,
        via=event.via,
        seconds=event.seconds,
    )
    state = replace(state, observations=(*state.observations, seen))
    if event.round != state.round:
        return state
    return replace(state, seen={**state.seen, (event.name, event.host): number})


def complete(state: State) -> bool:
    """True when every wanted item of the round was answered, one way or the other."""
    return all((item.name, item.host) in state.seen for item in state.items)


def bind(state: State, frame: Frame, many: frozenset[str], suffix: str = "") -> Frame:
    """Bind the records of this round to their names. ``many`` names are lists with one record for each host.

    A name any of whose hosts is in trouble stays unbound: a list with a gap would read as *there is none*. What an
    earlier round saw never stands in for it.
    """
    bindings = dict(frame.bindings)
    for name in dict.fromkeys(name for name, _ in state.seen):
        bindings.pop(name, None)
        bindings.pop(name + suffix, None)
        found = [state.observations[number] for number in _in_order(state, name)]
        if all(usable(item) for item in found):
            bindings[name + suffix] = _binding(found, name in many)
    return replace(frame, bindings=bindings)


def _in_order(state: State, name: str) -> list[int]:
    """The observations of a name in the order in which they were asked for, not in which they arrived."""
    order = {(item.name, item.host): place for place, item in enumerate(state.items)}
    keys = [key for key in state.seen if key[0] == name]
    return [state.seen[key] for key in sorted(keys, key=lambda key: order.get(key, -1))]


def usable(seen: Observation) -> bool:
    """An observation that conditions may judge: no trouble, and no doubt that it is whole."""
    return seen.trouble is None and not seen.doubt and seen.record is not None


def _binding(found: list[Observation], many: bool) -> Binding:
    numbers = tuple(item.number for item in found)
    if not many:
        return Binding(dict(found[-1].record or {}), numbers[-1:])
    return Binding([_with_host(item) for item in found], numbers)


def _with_host(seen: Observation) -> dict[str, Any]:
    return {**(seen.record or {}), "host": seen.host, "observation": seen.number}


def blocking(state: State, numbers: Iterable[int]) -> tuple[Observation, ...]:
    """The observations among ``numbers`` that could not be judged."""
    return tuple(state.observations[number] for number in numbers if not usable(state.observations[number]))


UNREACHED = frozenset({Trouble.UNREACHABLE, Trouble.AUTH, Trouble.HOST_KEY, Trouble.TLS, Trouble.TIMEOUT})
