"""Finds trees on disk: ``<dir>/<problem>/tree.yaml``, in the operator's directories first, then the bundled ones."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import troubleshoot
from troubleshoot import strict_yaml
from troubleshoot.core.model import CallStep
from troubleshoot.errors import AuthorError, OperatorError
from troubleshoot.strict_yaml import Node
from troubleshoot.trees.files import did_you_mean, read_tree

if TYPE_CHECKING:
    from troubleshoot.trees.load import LocatedTree

TREE_FILE: Final = "tree.yaml"
ENVIRONMENT: Final = "TROUBLESHOOT_TREES"
_HEAD_KEYS: Final = ("id", "title", "summary", "signatures")
_SECTION: Final = re.compile(r"^(?=[^\s#-])", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Head:
    """What can be told about a tree without reading its steps: enough to list and to find it."""

    id: str
    title: str
    summary: str
    signatures: tuple[str, ...]
    path: Path


def bundled_dir() -> Path:
    """The trees that come with the program: inside the installed package, else those of the source checkout."""
    package = Path(troubleshoot.__file__).resolve().parent
    installed = package / "decision_trees"
    return installed if installed.is_dir() else package.parent / "decision_trees"


def search_dirs(extra: Sequence[Path] = (), environment: Mapping[str, str] | None = None) -> tuple[Path, ...]:
    """Where trees are looked for: ``extra`` (`--trees`), ``TROUBLESHOOT_TREES``, then the bundled trees."""
    values = os.environ if environment is None else environment
    named = [Path(part) for part in values.get(ENVIRONMENT, "").split(os.pathsep) if part]
    return (*extra, *named, bundled_dir())


class Library:
    """The trees of some directories; of two with the same id the earlier directory wins. Reads a tree when asked."""

    def __init__(self, dirs: Sequence[Path]) -> None:
        self.dirs = tuple(dirs)
        self._paths: dict[str, Path] | None = None
        self._trees: dict[str, LocatedTree] = {}
        self._heads: tuple[Head, ...] | None = None
        self.unreadable: dict[str, str] = {}
        """Trees whose head could not be read, with the error; filled by :meth:`heads`."""

    def ids(self) -> tuple[str, ...]:
        """The ids of all trees, sorted."""
        return tuple(sorted(self._found()))

    def folder(self, tree: str) -> Path:
        """The folder of a tree: everything about its problem. Raises OperatorError for an unknown id."""
        return self._path(tree).parent

    def get(self, tree: str) -> LocatedTree:
        """Read a tree, once.

        Raises:
            OperatorError: there is no such tree, or its file cannot be read.
            AuthorError: its file is not a tree.
        """
        from troubleshoot.trees.load import load_tree

        if tree not in self._trees:
            self._trees[tree] = load_tree(self._path(tree))
        return self._trees[tree]

    def load_all(self) -> dict[str, LocatedTree]:
        """Read every tree. Raises the first AuthorError; `lint_library` collects them all."""
        return {tree: self.get(tree) for tree in self.ids()}

    def closure(self, tree: str) -> dict[str, LocatedTree]:
        """A tree and all trees it calls, directly or not, by id: what an engine needs. Raises as :meth:`get`."""
        found: dict[str, LocatedTree] = {}
        waiting = [tree]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = self.get(name)
                waiting.extend(step.tree for step in found[name].steps.values() if isinstance(step, CallStep))
        return found

    def heads(self) -> tuple[Head, ...]:
        """Titles and signatures of all trees without reading their steps, sorted by id; broken files are left out."""
        if self._heads is None:
            self._heads = tuple(head for tree in self.ids() if (head := self._head(tree)) is not None)
        return self._heads

    def titles(self) -> dict[str, str]:
        """The title of every tree, by id."""
        return {head.id: head.title for head in self.heads()}

    def _found(self) -> dict[str, Path]:
        if self._paths is None:
            self._paths = {}
            for directory in self.dirs:
                for path in sorted(directory.glob(f"*/{TREE_FILE}")):
                    self._paths.setdefault(path.parent.name, path)
        return self._paths

    def _path(self, tree: str) -> Path:
        found = self._found()
        if tree not in found:
            raise OperatorError(
                f"there is no tree {tree!r}{did_you_mean(tree, found)}", hint="`troubleshoot trees list` names them all"
            )
        return found[tree]

    def _head(self, tree: str) -> Head | None:
        try:
            return read_head(self._path(tree))
        except (AuthorError, OperatorError) as error:
            self.unreadable[tree] = error.message
            return None


def read_head(path: Path) -> Head:
    """Read only what finds a tree: the sections before and between its parameters and steps.

    The full reader takes a tenth of a second for a long tree; search must not wait for forty of them.
    """
    text = read_tree(path).decode("utf-8-sig", "replace")
    sections = [part for part in _SECTION.split(text) if part.startswith(tuple(f"{key}:" for key in _HEAD_KEYS))]
    root = strict_yaml.load("".join(sections), source=str(path))
    return Head(
        id=path.absolute().parent.name,
        title=_text(root, "title") or path.parent.name,
        summary=_text(root, "summary"),
        signatures=_texts(root, "signatures"),
        path=path,
    )


def _text(root: Node, key: str) -> str:
    node = root.value.get(key) if isinstance(root.value, dict) else None
    return node.value.strip() if node is not None and isinstance(node.value, str) else ""


def _texts(root: Node, key: str) -> tuple[str, ...]:
    node = root.value.get(key) if isinstance(root.value, dict) else None
    items = node.value if node is not None and isinstance(node.value, list) else []
    return tuple(item.value.strip() for item in items if isinstance(item.value, str))
