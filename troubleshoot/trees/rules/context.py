"""What all lint rules share: the tree, the names it declares with their shapes, and the list of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from troubleshoot.core.conditions import check
from troubleshoot.core.model import CallStep, Collect, ConclusionStep, Fix, Parameter, Tree, Variable
from troubleshoot.errors import AuthorError
from troubleshoot.trees import graph
from troubleshoot.trees.expressions import Node, Unreadable, parse
from troubleshoot.trees.graph import Path
from troubleshoot.trees.inference import Inference
from troubleshoot.trees.load import LocatedTree
from troubleshoot.trees.shapes import (
    ANY,
    BOOLEAN,
    INTEGER,
    NULL,
    TEXT,
    ListOf,
    Parsers,
    Record,
    Scalar,
    Shape,
    shape_of,
    union,
)

HERE: Final = Record("here", {"name": TEXT, "platform": TEXT, "addresses": ListOf(TEXT)})
CALL_RESULT: Final = Record(
    "the result of a call",
    {"outcome": TEXT, "diagnosis": Scalar(frozenset({"str", "null"})), "host": Scalar(frozenset({"str", "null"}))},
)
MAX_FACT_DEPTH: Final = 8  # deeper than this the engine gives up
RESERVED: Final = frozenset({"seen", "here", "true", "false", "null", "in", "inconclusive", "called"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a tree. ``place`` is ``file:line:column``."""

    level: Literal["error", "warning"]
    place: str
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.level}: {self.message} [{self.rule}]"


@dataclass(slots=True)
class Context:
    """One tree under examination. ``used`` collects the names that something reads."""

    tree: Tree
    trees: Mapping[str, Tree]
    parsers: Parsers
    found: dict[Finding, None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    flow: graph.Flow = field(init=False)
    scope: dict[str, Shape] = field(init=False)
    types: dict[str, str] = field(init=False)
    _mentioned: dict[tuple[str, frozenset[str]], frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        tree = self.tree
        self.flow = graph.flow(tree)
        self.types = {name: item.type for name, item in tree.parameters.items()}
        self.types |= {name: item.type for name, item in tree.variables.items()}
        self.scope = self._declared()
        self._infer_facts()

    def error(self, rule: str, path: Path, message: str) -> None:
        self._add("error", rule, path, message)

    def warning(self, rule: str, path: Path, message: str) -> None:
        self._add("warning", rule, path, message)

    def _add(self, level: Literal["error", "warning"], rule: str, path: Path, message: str) -> None:
        self.found[Finding(level, self.place(path), rule, message)] = None

    def place(self, path: Path) -> str:
        return self.tree.place(path) if isinstance(self.tree, LocatedTree) else self.tree.id

    # --- names and their shapes ---

    def _declared(self) -> dict[str, Shape]:
        scope: dict[str, Shape] = {name: parameter_shape(item) for name, item in self.tree.parameters.items()}
        scope |= {name: variable_shape(item) for name, item in self.tree.variables.items()}
        for step, item in graph.collected(self.tree):
            for name in (item.name, f"{item.name}_first") if step.samples > 1 else (item.name,):
                scope.setdefault(name, self.collect_shape(item))
        for item in (item for fix in self.tree.fixes.values() for item in fix.verify.collect):
            scope.setdefault(item.name, self.collect_shape(item))  # a proof may look at what no step looks at
        for call in self.calls():
            scope.setdefault(call.name, CALL_RESULT)
        seen: dict[str, Shape] = {item.name: BOOLEAN for _, item in graph.collected(self.tree)}
        return scope | {"here": HERE, "seen": Record("seen", seen)}

    def collect_shape(self, item: Collect) -> Shape:
        """The shape of what an observation is bound to: its record, or one for each host of a list."""
        shape = self.record_shape(item.parse)
        if not self.is_many(item.host):
            return shape
        if isinstance(shape, Record):
            shape = Record(shape.name, {**shape.fields, "host": TEXT, "observation": INTEGER})
        return ListOf(shape)

    def record_shape(self, parser: str) -> Shape:
        """The shape of a parser's record; anything where there is no such parser."""
        try:
            return shape_of(self.parsers.record_type(parser))
        except (AuthorError, KeyError):
            return ANY

    def is_many(self, name: str) -> bool:
        return name in self.tree.lists

    def bindings(self) -> frozenset[str]:
        """The names that observations and calls are bound to."""
        observed = {name for step, _ in graph.collected(self.tree) for name in graph.observed(step)}
        return frozenset(observed | {call.name for call in self.calls()})

    def calls(self) -> Iterator[CallStep]:
        return (step for step in self.tree.steps.values() if isinstance(step, CallStep))

    def _infer_facts(self) -> None:
        """Shapes of facts, facts inside facts too; as many rounds as the engine follows them."""
        self.scope |= {name: ANY for name in self.tree.facts if name not in self.scope}
        facts = {name: node for name, source in self.tree.facts.items() if (node := readable(source)) is not None}
        for _ in range(MAX_FACT_DEPTH + 1):
            found = {name: Inference(self.scope).shape(node) for name, node in facts.items()}
            if all(self.scope[name] == shape for name, shape in found.items()):
                return
            self.scope |= found

    def behind(self, names: Iterable[str]) -> frozenset[str]:
        """The names that stand behind facts, and the names that are no facts."""
        return self.reached(names) - self.tree.facts.keys()

    def reached(self, names: Iterable[str]) -> frozenset[str]:
        """These names and all that their facts mention, facts among them."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.names_in(self.tree.facts[name]) if name in self.tree.facts else ())
        return frozenset(found)

    def names_in(self, source: str, more: Iterable[str] = ()) -> frozenset[str]:
        """The declared names that an expression mentions; ``more`` are names that exist only where it stands."""
        key = (source, frozenset(more))
        if key not in self._mentioned:
            self._mentioned[key] = self._names_in(*key)
        return self._mentioned[key]

    def _names_in(self, source: str, more: frozenset[str]) -> frozenset[str]:
        node = readable(source)
        if node is None:
            return frozenset()
        inference = Inference({**dict.fromkeys(more, ANY), **self.scope})
        inference.shape(node)
        return frozenset(inference.names)

    def offered_at(self, fix: Fix) -> frozenset[str]:
        """What some way to a conclusion that offers a fix has made known."""
        steps = self.tree.steps.values()
        ends = [step.id for step in steps if isinstance(step, ConclusionStep) and fix.id in step.fixes]
        return frozenset().union(*(self.flow.known.get(step, frozenset()) for step in ends))


@lru_cache(maxsize=2048)
def readable(source: str) -> Node | None:
    """The syntax tree of an expression, or None where it has none (which its own rule reports)."""
    try:
        check(source)
        return parse(source)
    except (AuthorError, Unreadable):
        return None


def value_shape(type_name: str) -> Shape:
    """The shape of a typed value."""
    return INTEGER if type_name == "integer" else TEXT


def variable_shape(item: Variable) -> Shape:
    shape = value_shape(item.type)
    return ListOf(shape) if item.many else union([shape, NULL])


def parameter_shape(item: Parameter) -> Shape:
    shape = value_shape(item.type)
    if item.many:
        return ListOf(shape)
    return shape if item.required or item.default is not None else union([shape, NULL])
