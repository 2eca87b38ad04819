"""Finds what is wrong with a tree before anyone walks it.

    for finding in lint(tree, {tree.id: tree}):
        print(finding)

Errors would make a walk fail, mislead or never end; warnings are probably not what the author meant.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from troubleshoot.core.model import Tree
from troubleshoot.errors import AuthorError
from troubleshoot.trees.rules import commands, conditions, fixes, library, names, structure
from troubleshoot.trees.rules.context import Context, Finding
from troubleshoot.trees.shapes import Parsers

if TYPE_CHECKING:
    from troubleshoot.trees.library import Library

__all__ = ["Finding", "lint", "lint_library"]

_RULES = (structure.check, names.check, conditions.check, commands.check, fixes.check, library.check, names.unused)


def lint(tree: Tree, trees: Mapping[str, Tree], parsers: Parsers | None = None) -> list[Finding]:
    """Check one tree; ``trees`` are all that it may call, by id.

    ``parsers`` says which parsers exist and what they return (default: the registry of `troubleshoot.parsing`).
    Findings come in the order of the file.
    """
    context = Context(tree, trees, parsers or _registry())
    for rule in _RULES:
        rule(context)
    return sorted(context.found, key=_order)


def lint_library(
    library: Library, parsers: Parsers | None = None, only: Collection[str] = ()
) -> dict[str, list[Finding]]:
    """Check every tree of a library, by id, or only some; one that cannot be loaded has its errors as findings."""
    trees: dict[str, Tree] = {}
    findings: dict[str, list[Finding]] = {}
    for name in library.ids():
        try:
            trees[name] = library.get(name)
        except AuthorError as error:
            findings[name] = _load_findings(error)
    found = {name: lint(tree, trees, parsers) for name, tree in trees.items() if not only or name in only}
    broken = {name: found for name, found in findings.items() if not only or name in only}
    return dict(sorted({**broken, **found}.items()))


def _registry() -> Parsers:
    from troubleshoot.parsing import registry

    return registry


def _load_findings(error: AuthorError) -> list[Finding]:
    parts = [line.split(": ", 1) for line in error.message.splitlines()]
    return [Finding("error", part[0] if len(part) == 2 else "", "load", part[-1]) for part in parts]


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    source, _, position = finding.place.rpartition(":")
    source, _, line = source.rpartition(":")
    numbers = (int(line), int(position)) if line.isdigit() and position.isdigit() else (0, 0)
    return (source, *numbers, finding.rule, finding.message)
