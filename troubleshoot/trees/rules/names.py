"""Rules about declarations: clashes, values that do not fit their type, facts in circles, what nobody uses."""

from __future__ import annotations

from collections.abc import Iterable

from troubleshoot.core.conditions import FUNCTIONS
from troubleshoot.core.model import AskStep, CallStep, Collect, CollectStep, Fix, HopStep, Parameter
from troubleshoot.core.values import check_many, check_value
from troubleshoot.errors import ValueRefused
from troubleshoot.trees import graph
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.graph import Path
from troubleshoot.trees.load import LocatedTree
from troubleshoot.trees.rules.context import CALL_RESULT, MAX_FACT_DEPTH, RESERVED, Context
from troubleshoot.trees.rules.structure import conclusions
from troubleshoot.trees.shapes import Shape

HOST_TYPES = frozenset({"host", "hostname", "ip", "ipv4"})


def check(context: Context) -> None:
    """Find names that are declared wrongly, twice, or not at all."""
    _clashes(context)
    _binding_shapes(context)
    for parameter in context.tree.parameters.values():
        _parameter(context, parameter)
    for fact in context.tree.facts:
        _fact_depth(context, fact)
    _hosts(context)
    _assigned(context)


def _clashes(context: Context) -> None:
    tree = context.tree
    taken: dict[str, str] = dict.fromkeys((*RESERVED, *FUNCTIONS), "a word of the language")
    groups: tuple[tuple[str, Iterable[str]], ...] = (
        ("parameters", tree.parameters),
        ("variables", tree.variables),
        ("facts", tree.facts),
    )
    for group, names in groups:
        for name in names:
            if name in taken:
                context.error("name-clash", (group, name), f"{name!r} is already {taken[name]}")
            taken.setdefault(name, f"one of the {group}")
    for path, name in _bound(context):
        if name in taken:
            context.error("name-clash", path, f"{name!r} is already {taken[name]}")


def _bound(context: Context) -> Iterable[tuple[Path, str]]:
    for step, item in graph.collected(context.tree):
        yield ("steps", step.id, "collect", item.name), item.name
    for fix in context.tree.fixes.values():
        for key, item in fix.collects:
            yield ("fixes", fix.id, key, "collect", item.name), item.name
    for call in context.calls():
        yield ("steps", call.id, "call", "as"), call.name


def _binding_shapes(context: Context) -> None:
    """One name, one shape: otherwise a condition means different things depending on the way to it."""
    known: dict[str, Shape] = {}
    shapes = [
        (("steps", step.id, "collect", item.name), item.name, context.collect_shape(item))
        for step, item in graph.collected(context.tree)
    ]
    shapes += [(("steps", call.id, "call", "as"), call.name, CALL_RESULT) for call in context.calls()]
    for path, name, shape in shapes:
        if known.setdefault(name, shape) != shape:
            context.error("binding-shape", path, f"{name!r} is bound to something of another shape elsewhere")


# --- parameters and facts -----------------------------------------------------------------------------------------


def _parameter(context: Context, item: Parameter) -> None:
    path: Path = ("parameters", item.name)
    for number, choice in enumerate(item.choices):
        _fits(context, (*path, "choices", number), item, choice)
    if item.default is not None:
        _fits(context, (*path, "default"), item, item.default, item.choices)
    if item.example:
        _fits(context, (*path, "example"), item, item.example)
    if item.required and item.default is None and not item.ask:
        context.warning("no-question", path, f"{item.name!r} is required but has no `ask` text")


def _fits(context: Context, path: Path, item: Parameter, raw: str, choices: tuple[str, ...] = ()) -> None:
    try:
        for value in check_many(item.type, raw) if item.many else (raw,):
            check_value(item.type, value, choices=choices)
    except ValueRefused as error:
        context.error("value", path, error.message)


def _fact_depth(context: Context, fact: str) -> None:
    """Facts may name facts, but not in circles and not deeper than the engine follows."""
    facts = context.tree.facts
    level = {fact}
    for _ in range(MAX_FACT_DEPTH):
        level = {name for item in level for name in context.names_in(facts[item]) if name in facts}
        if fact in level:
            context.error("fact-circle", ("facts", fact), f"the fact {fact!r} depends on itself")
            return
    if level:
        context.error("fact-circle", ("facts", fact), f"the fact {fact!r} is nested deeper than {MAX_FACT_DEPTH}")


# --- hosts and assigned names -------------------------------------------------------------------------------------


def _hosts(context: Context) -> None:
    for path, item in collect_items(context):
        _host(context, (*path, "host"), item.host)
    for fix in context.tree.fixes.values():
        _host(context, ("fixes", fix.id, "host"), fix.host)
        if context.is_many(fix.host):
            message = f"<{fix.host}> is a list: a fix is for one host"
            context.error("host", ("fixes", fix.id, "host"), message)
    for step in context.tree.steps.values():
        if isinstance(step, HopStep):
            _hop_host(context, step)
    for end in conclusions(context):
        if end.host is not None:
            _host(context, ("steps", end.id, end.verdict, "host"), end.host)


def collect_items(context: Context) -> Iterable[tuple[Path, Collect]]:
    """Every observation of steps and of the verify of fixes, with its place."""
    for step, item in graph.collected(context.tree):
        yield ("steps", step.id, "collect", item.name), item
    for fix in context.tree.fixes.values():
        for key, item in fix.collects:
            yield ("fixes", fix.id, key, "collect", item.name), item


def _host(context: Context, path: Path, name: str) -> bool:
    context.used.add(name)
    kind = context.types.get(name)
    if kind is None:
        hint = did_you_mean(name, context.types)
        context.error("unknown-name", path, f"<{name}> is no parameter or variable{hint}")
    elif kind not in HOST_TYPES:
        context.error("host", path, f"<{name}> is of type {kind}; a host needs one of {', '.join(sorted(HOST_TYPES))}")
    return kind is not None


def _hop_host(context: Context, step: HopStep) -> None:
    path: Path = ("steps", step.id, "hop", "host")
    if not _host(context, path, step.host):
        return
    if context.types[step.host] in HOST_TYPES - {"host"}:
        context.error("host", path, f"<{step.host}> will hold the name of a host: its type must be `host`")
    if context.is_many(step.host):
        context.error("host", path, f"<{step.host}> is a list: a hop goes to one host")


def _assigned(context: Context) -> None:
    for step in context.tree.steps.values():
        if isinstance(step, CollectStep | CallStep):
            for number, branch in enumerate(step.branches):
                for name in branch.sets:
                    _assignable(context, ("steps", step.id, "branches", number, "set", name), name)
        if isinstance(step, AskStep) and step.variable is not None:
            _assignable(context, ("steps", step.id, "variable"), step.variable, asked=True)


def _assignable(context: Context, path: Path, name: str, *, asked: bool = False) -> None:
    if name not in context.types:
        hint = did_you_mean(name, context.types)
        context.error("unknown-name", path, f"{name!r} is no variable or parameter{hint}")
    elif asked and context.is_many(name):
        context.error("wrong-type", path, f"{name!r} is a list: a question has one answer")


def unused(context: Context) -> None:
    """Report what nothing reads; runs after all rules that read."""
    tree = context.tree
    read = context.reached(context.used)
    for group, names in (("parameters", tree.parameters), ("variables", tree.variables), ("facts", tree.facts)):
        for name in names:
            if name not in read:
                context.warning("unused", (group, name), f"{name!r} is never used")
    asked = {item.name for _, item in collect_items(context)}
    for name in tree.shared if isinstance(tree, LocatedTree) else ():
        if name not in asked:
            context.warning("unused", ("observations", name), f"no step makes the observation {name!r}")
    offered = {fix for end in conclusions(context) for fix in end.fixes}
    for fix in tree.fixes.values():
        _offered(context, fix, offered)


def _offered(context: Context, fix: Fix, offered: set[str]) -> None:
    if fix.id not in offered:
        context.warning("unused", ("fixes", fix.id), f"no diagnosis offers the fix {fix.id!r}")
