"""The ways through a tree: which step leads where, what is known on arrival, and which circles have no bound."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from troubleshoot.core.model import (
    CALLED,
    INCONCLUSIVE,
    AskStep,
    Branch,
    CallStep,
    Collect,
    CollectStep,
    ConclusionStep,
    HopStep,
    Step,
    Tree,
)

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """One route out of a step. ``gains`` become known on it, ``loses`` are forgotten; ``path`` is where it is written.

    ``progress``: the route cannot be taken for ever, because the engine counts it (a hop to a new host, `at_most`).
    """

    source: str
    target: str
    path: Path
    gains: frozenset[str] = frozenset()
    loses: frozenset[str] = frozenset()
    progress: bool = False


@dataclass(frozen=True, slots=True)
class Flow:
    """``edges`` of a tree, and for each reachable step the names that some way to it has made known."""

    edges: tuple[Edge, ...]
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)


def flow(tree: Tree) -> Flow:
    """Follow all routes from the start."""
    edges = tuple(edge for step in tree.steps.values() for edge in routes(tree, step))
    return Flow(edges, _known(tree, edges))


def _known(tree: Tree, edges: tuple[Edge, ...]) -> dict[str, frozenset[str]]:
    leaving: dict[str, list[Edge]] = {}
    for edge in edges:
        leaving.setdefault(edge.source, []).append(edge)
    known = {tree.start: frozenset(tree.parameters)} if tree.start in tree.steps else {}
    waiting = list(known)
    while waiting:
        step = waiting.pop()
        for edge in leaving.get(step, ()):
            arriving = (known[step] - edge.loses) | edge.gains
            before = known.get(edge.target)
            if edge.target in tree.steps and (before is None or not arriving <= before):
                known[edge.target] = arriving | (before or frozenset())
                waiting.append(edge.target)
    return known


def routes(tree: Tree, step: Step) -> Iterator[Edge]:
    """All routes out of a step; none out of a conclusion."""
    path: Path = ("steps", step.id)
    match step:
        case CollectStep():
            counted = step.at_most is not None
            gained = observed(step)
            yield from _branch_routes(step.id, step.branches, gained, counted)
            yield Edge(step.id, step.unknown, (*path, "unknown"), gained, progress=counted)
        case CallStep():
            gained = frozenset({step.name})
            yield from _branch_routes(step.id, step.branches, gained, False)
            yield Edge(step.id, step.unknown, (*path, "unknown"), gained)
        case AskStep():
            yield from _answer_routes(step)
            yield Edge(step.id, step.unknown, (*path, "unknown"))
        case HopStep():
            left = _left_behind(tree)
            yield Edge(step.id, step.go, (*path, "go"), frozenset({step.host}), left, progress=True)
            yield Edge(step.id, step.visited, (*path, "visited"))
            yield Edge(step.id, step.unknown, (*path, "unknown"))
        case ConclusionStep():
            return


def _branch_routes(step: str, branches: tuple[Branch, ...], gained: frozenset[str], counted: bool) -> Iterator[Edge]:
    for number, branch in enumerate(branches):
        path: Path = ("steps", step, "branches", number, "go")
        yield Edge(step, branch.go, path, gained | frozenset(branch.sets), progress=counted)


def _answer_routes(step: AskStep) -> Iterator[Edge]:
    if step.variable is not None and step.go is not None:
        yield Edge(step.id, step.go, ("steps", step.id, "go"), frozenset({step.variable}))
    for number, answer in enumerate(step.answers):
        yield Edge(step.id, answer.go, ("steps", step.id, "answers", number, "go"))


def observed(step: CollectStep) -> frozenset[str]:
    """The names that a collect step binds."""
    names = [item.name for item in step.collect]
    first = [f"{name}_first" for name in names] if step.samples > 1 else []
    return frozenset([*names, *first])


def collected(tree: Tree) -> Iterator[tuple[CollectStep, Collect]]:
    """Every observation of the steps of a tree (not those of its fixes)."""
    for step in tree.steps.values():
        if isinstance(step, CollectStep):
            for item in step.collect:
                yield step, item


def _left_behind(tree: Tree) -> frozenset[str]:
    """What a hop forgets: observations of one host, but not those of a list of hosts."""
    many = tree.lists
    return frozenset(name for step, item in collected(tree) if item.host not in many for name in observed(step))


def unbounded(tree: Tree, edges: tuple[Edge, ...]) -> list[list[str]]:
    """The shortest circle of steps of each part of a tree that can be walked for ever, in the order of the file."""
    following: dict[str, list[str]] = {name: [] for name in tree.steps}
    before: dict[str, list[str]] = {name: [] for name in tree.steps}
    for edge in edges:
        if not edge.progress and edge.target in following:
            following[edge.source].append(edge.target)
            before[edge.target].append(edge.source)
    parts = _connected(following, before)
    sizes = Counter(parts.values())
    starts: dict[str, str] = {}
    for name in tree.steps:
        if sizes[parts[name]] > 1 or name in following[name]:
            starts.setdefault(parts[name], name)
    return [_circle(name, following) for name in starts.values()]


def _connected(following: Mapping[str, list[str]], before: Mapping[str, list[str]]) -> dict[str, str]:
    """For each step one step that stands for all that can reach each other (Kosaraju's algorithm)."""
    order: list[str] = []
    seen: set[str] = set()
    for name in following:
        waiting = [(name, False)]
        while waiting:
            step, left = waiting.pop()
            if left:
                order.append(step)
            elif step not in seen:
                seen.add(step)
                waiting.append((step, True))
                waiting.extend((target, False) for target in following[step])
    parts: dict[str, str] = {}
    for name in reversed(order):
        again = [name]
        while again:
            step = again.pop()
            if step not in parts:
                parts[step] = name
                again.extend(before[step])
    return parts


def _circle(start: str, following: Mapping[str, list[str]]) -> list[str]:
    """The shortest way from a step back to itself."""
    came: dict[str, str] = {}
    waiting = [start]
    for step in waiting:
        for target in following[step]:
            if target not in came:
                came[target] = step
                waiting.append(target)
    circle = [start]
    while len(circle) == 1 or circle[-1] != start:
        circle.append(came[circle[-1]])
    return circle[::-1]


def is_end(target: str) -> bool:
    """Routes that are no step: the generic conclusion, and the conclusion of a called tree."""
    return target in (INCONCLUSIVE, CALLED)
