"""Rules that look at several trees: calls, and text that would find two of them."""

from __future__ import annotations

from troubleshoot.core.model import CallStep, Parameter, Tree
from troubleshoot.trees.files import did_you_mean
from troubleshoot.trees.graph import Path
from troubleshoot.trees.normal import normal_text
from troubleshoot.trees.rules.context import Context


def check(context: Context) -> None:
    """Find calls that cannot work and signatures that belong to two trees."""
    for call in context.calls():
        _call(context, call)
    _signatures(context)


def _call(context: Context, call: CallStep) -> None:
    path: Path = ("steps", call.id, "call")
    called = context.tree if call.tree == context.tree.id else context.trees.get(call.tree)
    if called is None:
        message = f"there is no tree {call.tree!r}{did_you_mean(call.tree, context.trees)}"
        context.error("unknown-tree", (*path, "tree"), message)
        return
    _arguments(context, path, call, called)
    if context.tree.id in called_from(called, {**context.trees, context.tree.id: context.tree}):
        context.error("call-circle", (*path, "tree"), f"{call.tree!r} calls {context.tree.id!r} again")


def _arguments(context: Context, path: Path, call: CallStep, called: Tree) -> None:
    for name in call.arguments:
        if name not in called.parameters:
            message = f"{called.id!r} has no parameter {name!r}{did_you_mean(name, called.parameters)}"
            context.error("call-argument", (*path, "with", name), message)
    for parameter in called.parameters.values():
        if parameter.name not in call.arguments and _needed(parameter):
            message = f"{called.id!r} needs the parameter {parameter.name!r}"
            context.error("call-argument", path, message)


def _needed(parameter: Parameter) -> bool:
    return parameter.required and parameter.default is None


def called_from(tree: Tree, trees: dict[str, Tree]) -> frozenset[str]:
    """The ids of ``tree`` and of all trees it calls, directly or not."""
    found: set[str] = set()
    waiting = [tree.id]
    while waiting:
        name = waiting.pop()
        known = tree if name == tree.id else trees.get(name)
        if name not in found:
            found.add(name)
            steps = known.steps.values() if known else ()
            waiting.extend(step.tree for step in steps if isinstance(step, CallStep))
    return frozenset(found)


def _signatures(context: Context) -> None:
    owners = {
        normal_text(signature): tree.id
        for tree in context.trees.values()
        if tree.id != context.tree.id
        for signature in tree.signatures
    }
    own: set[str] = set()
    for number, signature in enumerate(context.tree.signatures):
        text = normal_text(signature)
        if not text:
            context.error("signature", ("signatures", number), "a signature needs words or a code")
        elif text in own:
            context.error("signature", ("signatures", number), f"{signature[:60]!r} is there twice")
        elif text in owners:
            context.error("signature", ("signatures", number), f"{signature[:60]!r} also finds {owners[text]!r}")
        own.add(text)
