"""Reads tree files: YAML -> checked -> `core.model.Tree`, every error with ``file:line:column``.

    tree = load_tree(Path("decision_trees/rpf-trace/tree.yaml"))

What comes back knows where each of its parts was written, so that lint can point there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from troubleshoot import strict_yaml
from troubleshoot.core.model import Tree
from troubleshoot.errors import AuthorError
from troubleshoot.strict_yaml import Node
from troubleshoot.trees import build
from troubleshoot.trees.files import MAX_TREE_BYTES, read_tree
from troubleshoot.trees.schema import TreeFile

_MAX_ERRORS: Final = 20
_NOWHERE: Final = Node(None, 1, 1)

Path_ = Sequence[str | int]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class LocatedTree(Tree):
    """A tree that knows where it was written."""

    source: Node = field(default=_NOWHERE, compare=False, repr=False)
    shared: tuple[str, ...] = ()  # the names under `observations`

    def place(self, path: Path_ = ()) -> str:
        """``file:line:column`` of a part such as ``("steps", "state", "branches", 0, "when")``."""
        return place(self.source, self._written(tuple(path)))

    def _written(self, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """An observation that a step only names is written under `observations`."""
        if "collect" not in path or len(path) < (at := path.index("collect") + 1) + 1 or path[at] not in self.shared:
            return path
        _, node = _follow(self.source, path[:at])
        return ("observations", *path[at:]) if isinstance(node.value, list) else path


def load_tree(path: Path) -> LocatedTree:
    """Read one ``<problem>/tree.yaml``.

    Raises:
        AuthorError: the file is not a tree; the message begins with ``file:line:column``.
        OperatorError: the file cannot be read.
    """
    tree = load_text(read_tree(path), str(path))
    folder = path.absolute().parent.name
    if tree.id != folder:
        raise AuthorError(f"{tree.place(('id',))}: id: the tree is {tree.id!r} but its folder is {folder!r}")
    return tree


def load_text(text: str | bytes, name: str = "<text>") -> LocatedTree:
    """Read a tree from text; ``name`` stands for the file in errors.

    Raises:
        AuthorError: the text is not a tree.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    root = strict_yaml.load(data, source=name, max_bytes=MAX_TREE_BYTES)
    file = validated(TreeFile, root)
    sha256 = hashlib.sha256(data).hexdigest()
    return LocatedTree(**build.tree_parts(file), sha256=sha256, source=root, shared=tuple(file.observations))


# --- from places in the data to places in the file ----------------------------------------------------------------


def validated(model: type[Model], root: Node) -> Model:
    """Check a document against a model.

    Raises:
        AuthorError: it does not fit; up to twenty problems, one a line, in the order of the file.
    """
    try:
        return model.model_validate(strict_yaml.to_plain(root))
    except ValidationError as error:
        problems = sorted({_problem(root, item) for item in error.errors(include_url=False)})
        raise AuthorError("\n".join(text for _, _, text in problems[:_MAX_ERRORS])) from None


def _problem(root: Node, error: Any) -> tuple[int, int, str]:
    context = error.get("ctx") or {}
    path, node = _follow(root, context.get("path") or error["loc"])
    line, column = node.line, node.column
    if path and isinstance(path[-1], str):
        line, column = _key_position(root, path)
    key = context.get("key")
    if isinstance(key, str):
        line, column = node.keys.get(key, (line, column))
    where = f"{dotted(path)}: " if path else ""
    return line, column, f"{root.source}:{line}:{column}: {where}{_message(error)}"


def _follow(root: Node, loc: Iterable[str | int]) -> tuple[list[str | int], Node]:
    """The part of a pydantic location that exists in the file; its tags of unions and functions do not."""
    path: list[str | int] = []
    node = root
    for part in loc:
        child = _child(node, part)
        if child is not None:
            path.append(part)
            node = child
    return path, node


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node.value, dict) and isinstance(part, str):
        return node.value.get(part)
    if isinstance(node.value, list) and isinstance(part, int) and 0 <= part < len(node.value):
        return node.value[part]
    return None


def _key_position(root: Node, path: Path_) -> tuple[int, int]:
    _, parent = _follow(root, path[:-1])
    node = _child(parent, path[-1])
    at = (node.line, node.column) if node else (parent.line, parent.column)
    return parent.keys.get(str(path[-1]), at)


def _message(error: Any) -> str:
    kind = error["type"]
    if kind == "missing":
        return f"the key {error['loc'][-1]!r} is missing"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "a map is expected here"
    if kind == "list_type":
        return "a list is expected here"
    if kind == "too_short":
        return "nothing is listed here; at least one is needed"
    if kind == "greater_than_equal":
        return f"must be at least {error['ctx']['ge']}"
    return str(error["msg"])


def dotted(path: Path_) -> str:
    """``steps.state.branches[0].when``."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def place(root: Node, path: Path_) -> str:
    """``file:line:column`` of the deepest part of ``path`` that exists in the file."""
    found, node = _follow(root, path)
    line, column = _key_position(root, found) if found and isinstance(found[-1], str) else (node.line, node.column)
    return f"{root.source or '<tree>'}:{line}:{column}"
